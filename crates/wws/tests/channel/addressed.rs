//! Listeners that compare the addresses of messages with their URL (WWSAPI P.6 #11, #12).

use crate::echo::{ECHO, Echo};
use wws::{
    ErrorCode, Result,
    channel::{Binding, Channel, Listener},
    soap::{EndpointAddress, Message},
    url::Matching,
};

fn strict(mut binding: Binding) -> Binding {
    binding.listener.to_header_matching = Matching::DEFAULT;
    binding.listener.transport_url_matching = Matching::DEFAULT;
    binding
}

/// A request over HTTP to what `to` makes of the URL that is listened at; gives the reply, and the error of the server.
async fn over_http(listened: &str, to: impl FnOnce(&str) -> String) -> (Result<Echo>, Option<ErrorCode>) {
    let binding = strict(Binding::http());
    let listener = Listener::open(&binding, listened).await.unwrap();
    let url = to(&listener.url());
    let server = async {
        let channel = listener.accept().await.unwrap();
        let seen = match channel.receive::<Echo>().await {
            Ok(Some((request, echo))) => {
                channel.reply(&request, ECHO, &echo).await.unwrap();
                None
            }
            Ok(None) => panic!("a message comes"),
            Err(error) => Some(error.code()),
        };
        channel.close().await.unwrap();
        seen
    };
    let client = async {
        let channel = Channel::connect(&binding, &url).await?;
        channel.request::<Echo>(ECHO, &Echo::new("who")).await
    };
    tokio::join!(client, server)
}

#[tokio::test]
async fn http_refuses_what_is_for_somebody_else() {
    for (listened, replace) in [
        ("http://+:0/shop", ("", "")),
        ("http://+:0/shop", ("localhost", "127.0.0.1")),
        ("http://localhost:0/shop", ("/shop", "/Shop/")),
    ] {
        let (reply, seen) = over_http(listened, |url| url.replace(replace.0, replace.1)).await;
        assert_eq!((reply.unwrap().text, seen), ("who".to_owned(), None), "{listened} {replace:?}");
    }
    for (listened, replace) in [
        ("http://+:0/shop", ("/shop", "/shop/other")),
        ("http://+:0/shop", ("/shop", "/shop?all")),
        ("http://localhost:0/shop", ("localhost", "127.0.0.1")),
    ] {
        let (reply, seen) = over_http(listened, |url| url.replace(replace.0, replace.1)).await;
        assert_eq!(seen, Some(ErrorCode::EndpointNotFound), "{listened} {replace:?}");
        let error = reply.unwrap_err();
        assert_eq!(error.code(), ErrorCode::EndpointNotFound, "{error}"); // 404
    }
}

#[tokio::test]
async fn a_session_goes_on_after_a_message_for_somebody_else() {
    let binding = strict(Binding::tcp());
    let listener = Listener::open(&binding, "net.tcp://localhost:0/shop").await.unwrap();
    let url = listener.url();
    let server = async {
        let channel = listener.accept().await.unwrap();
        let error = channel.receive::<Echo>().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::EndpointNotFound, "{error}");
        assert!(error.to_string().contains("net.tcp://elsewhere/shop"), "{error}");
        let (request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
        channel.reply(&request, ECHO, &echo).await.unwrap();
        channel.close().await.unwrap();
    };
    let client = async {
        let channel = Channel::connect(&binding, &url).await.unwrap();
        let mut astray = Message::blank(binding.version);
        astray.set_action(ECHO).unwrap();
        astray.address(Some(&EndpointAddress::new("net.tcp://elsewhere/shop"))).unwrap();
        channel.send_message(&mut astray, &Echo::new("astray")).await.unwrap();
        let reply: Echo = channel.request(ECHO, &Echo::new("here")).await.unwrap();
        assert_eq!(reply.text, "here");
        channel.close().await.unwrap();
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn a_via_below_the_path_is_refused_unless_prefixes_are_allowed() {
    for (options, is_refused) in [(Matching::EXACT_PATH, true), (Matching::PREFIX_PATH, false)] {
        let mut binding = Binding::tcp();
        binding.listener.transport_url_matching = options;
        let listener = Listener::open(&binding, "net.tcp://localhost:0/shop").await.unwrap();
        let url = format!("{}/orders", listener.url());
        let server = async {
            let channel = listener.accept().await.unwrap();
            let received = channel.receive::<Echo>().await.map(|received| received.is_some());
            channel.close().await.unwrap();
            received
        };
        let client = async {
            let channel = Channel::connect(&binding, &url).await.unwrap();
            channel.send(ECHO, &Echo::new("below")).await.unwrap();
            channel.close().await
        };
        let (received, closed) = tokio::join!(server, client);
        closed.unwrap();
        assert_eq!(
            received.map_err(|error| error.code()),
            match is_refused {
                true => Err(ErrorCode::EndpointNotFound),
                false => Ok(true),
            }
        );
    }
}
