//! Requests that share a session, a receiver beside them, an abort, a request that is given up: in every order. The session
//! is a custom channel in memory, so that nothing but the order decides.

use crate::{
    echo::{ECHO, Echo},
    orders::{Event, Task, every_order, run},
};
use std::{
    cell::RefCell,
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::sync::{Notify, oneshot};
use wws::{
    ErrorCode, Result,
    channel::{Binding, Channel, ChannelType, CustomBinding, CustomChannel, Pending},
    soap::{Encoding, EndpointAddress, Message, Version},
    transport::Abort,
    value::UniqueId,
    xml::{Charset, Reader, ReaderEncoding, ReaderInput, Writer},
};

/// What was sent, and what is to arrive.
#[derive(Default)]
struct Wire {
    /// The message ids of requests, by their text.
    sent: Vec<(String, UniqueId)>,
    /// What a message relates to, and its text.
    arriving: VecDeque<(Option<UniqueId>, &'static str)>,
}

#[derive(Clone, Default)]
struct Script {
    wire: Arc<Mutex<Wire>>,
    arrived: Arc<Notify>,
    abort: Abort,
}

impl Script {
    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.wire.lock().unwrap()
    }

    fn is_sent(&self, text: &str) -> bool {
        self.wire().sent.iter().any(|(sent, _)| sent == text)
    }

    /// The reply to a request arrives.
    fn reply(&self, text: &'static str) {
        let mut wire = self.wire();
        let id = wire.sent.iter().find(|(sent, _)| sent == text).unwrap().1.clone();
        wire.arriving.push_back((Some(id), text));
        drop(wire);
        self.arrived.notify_one();
    }

    /// A message arrives that answers nothing.
    fn question(&self, text: &'static str) {
        self.wire().arriving.push_back((None, text));
        self.arrived.notify_one();
    }

    async fn next(&self) -> Result<(Option<UniqueId>, &'static str)> {
        loop {
            if let Some(next) = self.wire().arriving.pop_front() {
                return Ok(next);
            }
            self.arrived.notified().await;
        }
    }
}

impl CustomBinding for Script {
    fn encoding(&self) -> Encoding {
        Encoding::Text(Charset::Utf8)
    }
    fn version(&self) -> Version {
        Version::SOAP12_ADDRESSING10
    }
    fn client_type(&self) -> ChannelType {
        ChannelType::DUPLEX_SESSION
    }
    fn server_type(&self) -> ChannelType {
        ChannelType::DUPLEX_SESSION
    }
    fn create_channel(&self, _: ChannelType) -> Result<Box<dyn CustomChannel>> {
        Ok(Box::new(self.clone()))
    }
}

impl CustomChannel for Script {
    fn open<'a>(&'a self, _: &'a EndpointAddress) -> Pending<'a, ()> {
        Box::pin(async { Ok(()) })
    }
    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        Box::pin(async {
            let mut writer = Writer::new(Charset::Utf8, Default::default());
            message.write_start(&mut writer)?;
            Ok(Box::new(writer))
        })
    }
    fn write_message_end<'a>(&'a self, message: &'a mut Message, mut writer: Box<Writer>) -> Pending<'a, ()> {
        Box::pin(async move {
            message.write_end(&mut writer)?;
            let text = String::from_utf8(writer.into_bytes()?).unwrap();
            let text = text.split("<text>").nth(1).unwrap().split('<').next().unwrap().to_owned();
            self.wire().sent.push((text, message.message_id()?.unwrap()));
            Ok(())
        })
    }
    fn read_message_start<'a>(
        &'a self,
        message: &'a mut Message,
    ) -> Pending<'a, Option<Box<Reader<'static>>>> {
        Box::pin(async {
            let (relates_to, text) = self.abort.run(self.next()).await?;
            let relates_to = relates_to.map(|id| format!("<a:RelatesTo>{id}</a:RelatesTo>"));
            let envelope = format!(
                "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' \
                 xmlns:a='http://www.w3.org/2005/08/addressing'><s:Header><a:Action>urn:test/a</a:Action>{}</s:Header>\
                 <s:Body><echo xmlns='urn:test'><text>{text}</text><data/></echo></s:Body></s:Envelope>",
                relates_to.unwrap_or_default()
            );
            let mut reader = Reader::new(Default::default());
            reader.set_input(ReaderEncoding::Text(Some(Charset::Utf8)), ReaderInput::Stream);
            reader.feed(envelope.as_bytes());
            reader.end_of_input();
            message.read_start(&mut reader)?;
            Ok(Some(Box::new(reader)))
        })
    }
    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        mut reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()> {
        Box::pin(async move { message.read_end(&mut reader) })
    }
    fn abandon_sending(&self, _: Option<Box<Writer>>) -> bool {
        true
    }
    fn abandon_receiving(&self, _: Option<Box<Reader<'static>>>) -> bool {
        true
    }
    fn close(&self, _: bool) -> Pending<'_, ()> {
        Box::pin(async { Ok(()) })
    }
    fn abort(&self) {
        self.abort.abort();
    }
    fn reset(&self) -> Result<()> {
        Ok(())
    }
}

/// A channel that is open, and its script. Nothing of it waits.
fn open() -> (Channel, Script) {
    let script = Script::default();
    let binding = Binding::custom(script.clone());
    let channel = Channel::connect(&binding, "custom://x");
    let mut channel = std::pin::pin!(channel);
    let waker = std::task::Waker::noop();
    match channel.as_mut().poll(&mut std::task::Context::from_waker(waker)) {
        std::task::Poll::Ready(channel) => (channel.unwrap(), script),
        std::task::Poll::Pending => panic!("opening waits for nothing"),
    }
}

/// What the tasks of one sequence found.
type Found = RefCell<Vec<(&'static str, Result<String>)>>;

fn request<'t>(channel: &'t Channel, text: &'static str, found: &'t Found) -> Task<'t> {
    Box::pin(async move {
        let reply = channel.request::<Echo>(ECHO, &Echo { text: text.to_owned(), data: Vec::new() }).await;
        found.borrow_mut().push((text, reply.map(|echo| echo.text)));
    })
}

fn receive<'t>(channel: &'t Channel, found: &'t Found) -> Task<'t> {
    Box::pin(async move {
        let received = channel.receive::<Echo>().await;
        found.borrow_mut().push(("receive", received.map(|message| message.unwrap().1.text)));
    })
}

fn reply<'t>(script: &'t Script, text: &'static str) -> Event<'t> {
    Event::after(move || script.is_sent(text), move || script.reply(text))
}

fn sorted(found: Found) -> Vec<(&'static str, Result<String>)> {
    let mut found = found.into_inner();
    found.sort_by_key(|(who, _)| *who);
    found
}

#[test]
fn requests_and_a_receiver_on_one_session_get_what_is_theirs_in_every_order() {
    let count = every_order(|choices| {
        let (channel, script) = open();
        let found = Found::default();
        run(
            choices,
            vec![
                request(&channel, "one", &found),
                request(&channel, "two", &found),
                receive(&channel, &found),
            ],
            vec![
                reply(&script, "one"),
                reply(&script, "two"),
                // The peer waits for what comes of its question before it answers the second request: it would never
                // come if the question waited for the reply.
                Event::new(|| script.question("question")),
            ],
        );
        let found: Vec<_> = sorted(found).into_iter().map(|(who, text)| (who, text.unwrap())).collect();
        let expected = [("one", "one"), ("receive", "question"), ("two", "two")];
        assert_eq!(found, expected.map(|(who, text)| (who, text.to_owned())));
    });
    assert!(count > 1000, "only {count} orders");
}

/// The second request is answered only when its question was received.
#[test]
fn a_question_before_the_reply_is_received_in_every_order() {
    every_order(|choices| {
        let (channel, script) = open();
        let found = Found::default();
        let is_received = || found.borrow().iter().any(|(who, _)| *who == "receive");
        run(
            choices,
            vec![request(&channel, "one", &found), receive(&channel, &found)],
            vec![
                Event::after(|| script.is_sent("one"), || script.question("question")),
                Event::after(is_received, || script.reply("one")),
            ],
        );
        assert_eq!(sorted(found)[1].1.as_deref().unwrap(), "question");
    });
}

#[test]
fn an_abort_ends_every_request_in_every_order() {
    every_order(|choices| {
        let (channel, script) = open();
        let found = Found::default();
        run(
            choices,
            vec![
                request(&channel, "one", &found),
                request(&channel, "two", &found),
                receive(&channel, &found),
            ],
            vec![Event::new(|| channel.abort()), Event::new(|| script.question("question"))],
        );
        let found = sorted(found);
        assert_eq!(found.len(), 3, "each comes back once");
        for (who, done) in found {
            match done {
                Ok(text) => assert_eq!((who, &*text), ("receive", "question")),
                Err(error) => assert!(
                    matches!(error.code(), ErrorCode::OperationAborted | ErrorCode::ObjectFaulted),
                    "{error}"
                ),
            }
        }
    });
}

#[test]
fn a_request_that_is_given_up_keeps_nobody_from_theirs_in_any_order() {
    every_order(|choices| {
        let (channel, script) = open();
        let found = Found::default();
        let (give_up, given_up) = oneshot::channel::<()>();
        let first: Task<'_> = Box::pin(async {
            tokio::select! {
                biased;
                _ = given_up => {}
                () = request(&channel, "one", &found) => {}
            }
        });
        run(
            choices,
            vec![first, request(&channel, "two", &found)],
            vec![
                reply(&script, "two"),
                // Its reply may come all the same.
                Event::new(move || drop(give_up)),
                Event::new(|| script.question("question")),
            ],
        );
        let found = sorted(found);
        let (who, two) = found.last().unwrap();
        assert_eq!((*who, two.as_deref().unwrap()), ("two", "two"));
    });
}
