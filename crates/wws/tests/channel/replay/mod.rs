//! Recorded connections between .NET's client and CoreWCF, replayed: our server in place of theirs, our client in place
//! of theirs.

mod contract;
mod corrupt;
mod player;
mod recording;

use contract::{Answered, Asked, Request, Said, Service};
use player::{Player, Tls};
use recording::{Recording, cut};
use std::{collections::BTreeSet, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use wws::{
    ErrorCode,
    channel::{Binding, Channel, Listener},
    soap::Message,
};

/// The recordings, and how many messages their clients send. MTOM over net.tcp was not recorded.
const REPLAYED: &[(&str, usize)] = &[
    ("basic_mtom", 13),
    ("http_binary", 13),
    ("soap12_wsa10", 13),
    ("stream_mtom", 3),
    ("tcp", 14),
    ("tcp_duplex", 4),
    ("tcp_stream", 3),
    ("tcp_tls", 13),
];

/// What lies beside the recordings and is not replayed, with the reason.
const NOT_REPLAYED: &[(&str, &str)] = &[
    ("README.md", "is no recording"),
    ("gsoap-udp.pcap.gz", "datagrams of gSOAP: no connection, and nothing of .NET"),
];

/// Where our server answers otherwise than the recorded one: the recording, the number of the answer, and what is said
/// there and here.
const OTHER_ANSWERS: &[(&str, usize, &str, &str)] = &[
    // WWSAPI B.3: with SOAP 1.1 we write the first code, WCF the last.
    ("basic_mtom", 10, "Sub", "Client"),
    // There the question overtook the one-way message that it asks for. Our session answers in order.
    ("tcp", 12, "", "note-tcp"),
];

/// A connection that stands still is a failure.
async fn limited<T>(what: &str, future: impl Future<Output = T>) -> T {
    let limit = tokio::time::timeout(Duration::from_secs(60), future).await;
    limit.unwrap_or_else(|_| panic!("{what}: both sides wait"))
}

/// Our server in front of the recorded client, or of what another client said: what it was asked, and what the client
/// heard.
async fn serve(recording: &Recording, tls: &Tls) -> (Vec<Asked>, Vec<u8>) {
    let server_tls = (recording.name == "tcp_tls").then(|| tls.server.clone());
    let binding = Binding { server_tls, ..recording.binding.clone() };
    let listener = Listener::open(&binding, &recording.url("127.0.0.1:0")).await.unwrap();
    let address = listener.url().split('/').nth(2).unwrap().to_owned();
    let client = async {
        let stream = TcpStream::connect(address).await.unwrap();
        let heard = Player::new(stream, tls).client(recording).await;
        listener.close().await.unwrap();
        heard
    };
    let mut service = Service::default();
    let server = async {
        loop {
            let channel = match listener.accept().await {
                Ok(channel) => channel,
                Err(error) if error.code() == ErrorCode::OperationAborted => break,
                Err(error) => panic!("{}: {error}", recording.name),
            };
            service.serve(&channel).await.unwrap_or_else(|e| panic!("{}: {e}", recording.name));
            channel.close().await.unwrap_or_else(|e| panic!("{}: {e}", recording.name));
        }
    };
    let (heard, ()) = limited(recording.name, async { tokio::join!(client, server) }).await;
    (service.asked, heard)
}

/// Our client, which asks what was asked, in front of a server that answers what is given: what came back, and what the
/// server heard.
async fn call(
    recording: &Recording,
    tls: &Tls,
    asked: &[Asked],
    says: &[Vec<u8>],
) -> (Vec<Answered>, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = recording.url(&listener.local_addr().unwrap().to_string());
    let client_tls = (recording.name == "tcp_tls").then(|| tls.client.clone());
    let binding = Binding { tls: client_tls, ..recording.binding.clone() };
    let server = async {
        let (stream, _) = listener.accept().await.unwrap();
        Player::new(stream, tls).server(recording, says).await
    };
    let client = async {
        let channel = Channel::connect(&binding, &url).await.unwrap();
        let mut answers = Vec::new();
        for asked in asked {
            ask(&channel, asked, &mut answers).await;
        }
        channel.close().await.unwrap();
        answers
    };
    let (answers, heard) = limited(recording.name, async { tokio::join!(client, server) }).await;
    (answers, heard)
}

async fn ask(channel: &Channel, asked: &Asked, answers: &mut Vec<Answered>) {
    let mut message = Message::blank(channel.binding().version);
    if let Some(action) = &asked.action {
        message.set_action(action).unwrap();
    }
    if let Some(id) = &asked.id {
        message.set_message_id(id).unwrap();
    }
    if let Some(id) = &asked.relates_to {
        message.set_relates_to(id).unwrap();
    }
    match asked.body {
        // Over HTTP, the empty answer is waited for.
        Request::Notify { .. } if asked.id.is_none() => {
            channel.send(asked.action.as_deref().unwrap_or_default(), &asked.body).await.unwrap();
            answers.push(Answered::Nothing);
        }
        // The server calls back: before its reply, in place of one, or as a request of its own.
        Request::Subscribe { .. } | Request::Ping { .. } | Request::AskBack { .. } => {
            channel.send_message(&mut message, &asked.body).await.unwrap();
            let count = if matches!(asked.body, Request::Subscribe { .. }) { 2 } else { 1 };
            for _ in 0..count {
                answers.push(answered(channel.receive::<Said>().await.map(Option::unwrap)));
            }
        }
        Request::AskResponse { .. } => {
            channel.send_message(&mut message, &asked.body).await.unwrap();
            answers.push(answered(channel.receive::<Said>().await.map(Option::unwrap)));
        }
        _ => answers.push(answered(channel.request_with(&mut message, &asked.body).await)),
    }
}

fn answered(reply: wws::Result<(Message, Said)>) -> Answered {
    match reply {
        Ok((message, body)) => Answered::Message {
            action: message.action().unwrap(),
            relates_to: message.relates_to().unwrap(),
            body,
        },
        Err(error) => Answered::of_fault(&error),
    }
}

#[test]
fn everything_is_replayed_or_on_the_list() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../wws-core/tests/wire");
    let files =
        std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let recordings = recording::all();
    let names: Vec<&str> = recordings.iter().map(|recording| recording.name).collect();
    let recorded = names.iter().flat_map(|name| ["c2s", "s2c"].map(|way| format!("{name}-{way}.bin.gz")));
    let others = NOT_REPLAYED.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(files.collect::<BTreeSet<_>>(), recorded.chain(others).collect());
}

#[tokio::test]
async fn our_server_answers_the_recorded_client_as_the_recorded_server_does() {
    let tls = Tls::new();
    let mut counts = Vec::new();
    let mut others = Vec::new();
    for recording in recording::all() {
        let (asked, heard) = serve(&recording, &tls).await;
        counts.push((recording.name, asked.len()));
        let (theirs, _) = call(&recording, &tls, &asked, &recording.server).await;
        let (ours, _) = call(&recording, &tls, &asked, &cut(heard)).await;
        assert_eq!(theirs.len(), ours.len(), "{}", recording.name);
        for (number, (mut theirs, mut ours)) in theirs.into_iter().zip(ours).enumerate() {
            let (they_say, we_say) = (theirs.take_own(), ours.take_own());
            if they_say != we_say {
                others.push((recording.name, number, they_say, we_say));
            }
            assert_eq!(theirs, ours, "{}", recording.name);
        }
    }
    counts.sort_unstable();
    assert_eq!(counts, REPLAYED);
    let expected = OTHER_ANSWERS
        .iter()
        .map(|(name, number, theirs, ours)| (*name, *number, (*theirs).to_owned(), (*ours).to_owned()));
    assert_eq!(others, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn our_client_is_answered_by_the_recorded_server() {
    let tls = Tls::new();
    for recording in recording::all() {
        let (asked, _) = serve(&recording, &tls).await;
        let (answers, said) = call(&recording, &tls, &asked, &recording.server).await;
        let mut answers = answers.iter();
        for asked in &asked {
            let answer = answers.next().unwrap();
            assert!(fits(asked, answer), "{}: {asked:?} is answered by {answer:?}", recording.name);
            if matches!(asked.body, Request::Subscribe { .. }) {
                answers.next().unwrap();
            }
        }
        // What our client said is what the recorded one had said.
        let ours = Recording { client: cut(said), ..recording };
        assert_eq!(serve(&ours, &tls).await.0, asked, "{}", ours.name);
    }
}

/// Whether the answer is what the contract says.
fn fits(asked: &Asked, answer: &Answered) -> bool {
    match (&asked.body, answer) {
        (Request::Notify { .. }, Answered::Nothing) => true,
        (Request::Fail { kind }, Answered::Fault { codes, reason, detail, .. }) => {
            let code =
                if kind == "code" { ("coded reason", "Sub") } else { (&*format!("{kind} reason"), "") };
            reason == code.0
                && detail.is_some() == (kind == "typed")
                && codes.last().is_some_and(|last| code.1.is_empty() || last.local == code.1)
        }
        (request, Answered::Message { relates_to, body, action }) => {
            let is_reply = match (request, body) {
                (Request::EchoString { s }, Said::EchoStringResponse { result }) => s == result,
                (Request::Add { a, b }, Said::AddResponse { result }) => a + b == *result,
                (Request::EchoBytes { data }, Said::EchoBytesResponse { result }) => data == result,
                (Request::EchoStream { data }, Said::EchoStreamResponse { result }) => data == result,
                (Request::EchoPerson { p }, Said::EchoPersonResponse { result }) => p == result,
                (Request::LastNotify, Said::LastNotifyResponse { result }) => {
                    result.as_ref().is_none_or(|note| note.is_empty() || note.starts_with("note-"))
                }
                // The server's own messages.
                (Request::Subscribe { name }, Said::OnPing { s }) => {
                    return *s == format!("welcome {name}");
                }
                (Request::Ping { s }, Said::OnPing { s: pong }) => {
                    return *pong == format!("pong {s}");
                }
                (Request::AskBack { x }, Said::Ask { x: asked }) => return x == asked,
                (Request::AskResponse { result }, Said::AskBackResponse { result: reply }) => {
                    return result + 1 == *reply;
                }
                _ => false,
            };
            is_reply
                && *relates_to == asked.id
                && action.as_ref().is_none_or(|action| Some(action) == asked.reply_action().as_ref())
        }
        _ => false,
    }
}
