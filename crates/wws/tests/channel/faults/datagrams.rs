//! Datagrams that are no messages, that come twice, that come from somebody else.

use crate::echo::{ECHO, Echo, REPLY};
use tokio::net::UdpSocket;
use wws::{
    ErrorCode,
    channel::{Binding, Channel, ChannelState, Listener},
    transport::udp::Repeat,
};

/// Without repetitions, so that what comes is what was sent.
fn binding() -> Binding {
    let mut binding = Binding::udp();
    binding.udp.repeat = Repeat::NEVER;
    binding
}

fn envelope(id: u32) -> String {
    format!(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' \
         xmlns:a='http://www.w3.org/2005/08/addressing'><s:Header><a:Action>{ECHO}</a:Action>\
         <a:MessageID>urn:test:{id}</a:MessageID></s:Header>\
         <s:Body><echo xmlns='urn:test'><text>{id}</text><data/></echo></s:Body></s:Envelope>"
    )
}

async fn listen() -> (Listener, UdpSocket) {
    let listener = Listener::open(&binding(), "soap.udp://127.0.0.1:0").await.unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(listener.url().trim_start_matches("soap.udp://").trim_end_matches('/')).await.unwrap();
    (listener, socket)
}

#[tokio::test]
async fn a_datagram_that_is_no_message_is_an_error_and_harms_no_other() {
    let (listener, socket) = listen().await;
    let whole = envelope(1);
    let mut bad: Vec<Vec<u8>> = vec![vec![], b"\0".to_vec(), b"<a/>".to_vec(), vec![0xFF; 60_000]];
    // A message that is cut, and one with an octet changed in its start.
    bad.push(whole.as_bytes()[..whole.len() / 2].to_vec());
    bad.push(whole.replacen("Envelope", "envelope", 1).into_bytes());
    for octets in bad {
        socket.send(&octets).await.unwrap();
        let channel = listener.accept().await.unwrap();
        let error = channel.receive::<Echo>().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidFormat, "{error}");
        channel.close().await.unwrap();
        assert_eq!(channel.state(), ChannelState::Closed);
    }
    socket.send(whole.as_bytes()).await.unwrap();
    let channel = listener.accept().await.unwrap();
    let (request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
    channel.reply(&request, REPLY, &echo).await.unwrap();
    let mut reply = vec![0; 65_536];
    let count = socket.recv(&mut reply).await.unwrap();
    assert!(String::from_utf8_lossy(&reply[..count]).contains("urn:test:1"));
}

#[tokio::test]
async fn a_message_that_comes_again_is_not_received_again() {
    let (listener, socket) = listen().await;
    // From somebody else, and after others, it is the same message.
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.peer_addr().unwrap();
    for id in [1, 1, 2, 1, 2, 3] {
        socket.send(envelope(id).as_bytes()).await.unwrap();
        other.send_to(envelope(id).as_bytes(), address).await.unwrap();
    }
    for id in ["1", "2", "3"] {
        let channel = listener.accept().await.unwrap();
        let (_, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
        assert_eq!(echo.text, id);
        assert!(channel.receive::<Echo>().await.unwrap().is_none(), "an accepted channel has one message");
    }
}

#[tokio::test]
async fn a_client_that_gets_nonsense_can_ask_again() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let url = format!("soap.udp://{}", server.local_addr().unwrap());
    let channel = Channel::connect(&binding(), &url).await.unwrap();
    let answer = async {
        let mut octets = vec![0; 65_536];
        let (_, client) = server.recv_from(&mut octets).await.unwrap();
        server.send_to(b"nonsense", client).await.unwrap();
        let (count, client) = server.recv_from(&mut octets).await.unwrap();
        let request = String::from_utf8_lossy(&octets[..count]).into_owned();
        let id = request.split("MessageID>").nth(1).unwrap().split('<').next().unwrap();
        let reply = envelope(7).replace("urn:test:7", "urn:test:reply");
        let reply = reply.replace("</s:Header>", &format!("<a:RelatesTo>{id}</a:RelatesTo></s:Header>"));
        server.send_to(reply.as_bytes(), client).await.unwrap();
    };
    let ask = async {
        let error = channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidFormat, "{error}");
        assert_eq!(channel.state(), ChannelState::Open);
        let reply: Echo = channel.request(ECHO, &Echo::new("again")).await.unwrap();
        assert_eq!(reply.text, "7");
    };
    tokio::join!(answer, ask);
}
