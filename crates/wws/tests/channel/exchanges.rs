//! Whole messages with typed bodies.

use crate::echo::{ECHO, Echo, REPLY, bindings, serve};
use std::time::Duration;
use wws::{
    ErrorCode,
    channel::{Binding, Channel, ChannelType, HeaderMapping, Listener, Separator, TransferMode},
    soap::{Encoding, EndpointAddress, Fault, FaultError, HeaderAttributes, HeaderPick, Message, Version},
    typed::Name,
};

#[tokio::test]
async fn every_transport_and_encoding_gives_the_same_back() {
    for (name, binding, url) in bindings() {
        let server = serve(&binding, &url).await;
        let channel = Channel::connect(&binding, &server.url).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        for text in ["", "hello", "é中 <&>", &"long ".repeat(4000)] {
            if name == "UDP" && text.len() > 1000 {
                continue;
            }
            let echo = Echo::new(text);
            let reply: Echo =
                channel.request(ECHO, &echo).await.unwrap_or_else(|e| panic!("{name}, {:.9}: {e}", text));
            assert_eq!(reply, echo, "{name}");
        }
        channel.close().await.unwrap_or_else(|e| panic!("{name}: {e}"));
        server.listener.close().await.unwrap();
    }
}

#[tokio::test]
async fn who_connects_before_the_listener_is_configured_waits() {
    for (name, binding, url) in bindings() {
        // In webservices.h a listener has the properties of its sockets only, at first.
        let mut plain = Binding::for_url(&url).unwrap();
        if binding.server_type() == ChannelType::REPLY && name.starts_with("net.tcp") {
            plain = plain.with_encoding(Encoding::Binary).with_transfer_mode(TransferMode::STREAMED);
        }
        let listener = Listener::new(plain.server_type(), &plain).unwrap();
        listener.listen_at(&url).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(listener.accept().await.is_err(), "{name}: nobody said what the channel is like");
        let url = listener.url();
        let client = async {
            let channel = Channel::connect(&binding, &url).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            let echo = Echo::new("early");
            let reply: Echo = channel.request(ECHO, &echo).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(reply, echo, "{name}");
            channel.close().await.unwrap_or_else(|e| panic!("{name}: {e}"));
        };
        let server = async {
            // The client goes as far as it comes.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            listener.configure(&binding).unwrap();
            assert!(listener.configure(&binding).is_err(), "{name}: once");
            let channel = listener.accept().await.unwrap();
            while let Some((request, echo)) = channel.receive::<Echo>().await.unwrap() {
                channel.reply(&request, REPLY, &echo).await.unwrap();
            }
            channel.close().await.unwrap();
        };
        tokio::join!(client, server);
        listener.close().await.unwrap();
    }
}

#[tokio::test]
async fn faults_are_errors_and_leave_the_channel_open() {
    for (name, binding, url) in bindings() {
        let server = serve(&binding, &url).await;
        let channel = Channel::connect(&binding, &server.url).await.unwrap();
        let error = channel.request::<Echo>(ECHO, &Echo::new("fault")).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::EndpointFaultReceived, "{name}: {error}");
        assert_eq!(FaultError::of(&error).unwrap().fault.reason(""), "as you wish", "{name}");
        let reply: Echo = channel.request(ECHO, &Echo::new("again")).await.unwrap();
        assert_eq!(reply.text, "again", "{name}");
    }
}

#[tokio::test]
async fn one_way_messages() {
    for (name, binding, url) in bindings() {
        let server = serve(&binding, &url).await;
        let channel = Channel::connect(&binding, &server.url).await.unwrap();
        channel.send(ECHO, &Echo::new("silence")).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        let reply: Echo = channel.request(ECHO, &Echo::new("after")).await.unwrap();
        assert_eq!(reply.text, "after", "{name}");
    }
}

#[tokio::test]
async fn many_requests_at_the_same_time_find_their_replies() {
    for (binding, url) in
        [(Binding::tcp(), "net.tcp://127.0.0.1:0/echo"), (Binding::http(), "http://127.0.0.1:0/echo")]
    {
        let server = serve(&binding, url).await;
        let channel = std::sync::Arc::new(Channel::connect(&binding, &server.url).await.unwrap());
        let tasks: Vec<_> = (0..50)
            .map(|number| {
                let channel = channel.clone();
                tokio::spawn(async move {
                    let text = format!("number {number}");
                    let reply: Echo = channel.request(ECHO, &Echo::new(&text)).await.unwrap();
                    assert_eq!(reply.text, text);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }
}

#[tokio::test]
async fn replies_in_another_order_find_their_requests() {
    let binding = Binding::tcp();
    let listener = Listener::open(&binding, "net.tcp://127.0.0.1:0/").await.unwrap();
    let url = listener.url();
    let server = async {
        let channel = listener.accept().await.unwrap();
        let first = channel.receive::<Echo>().await.unwrap().unwrap();
        let second = channel.receive::<Echo>().await.unwrap().unwrap();
        channel.send("urn:test/unasked", &Echo::new("unasked")).await.unwrap();
        channel.reply(&second.0, REPLY, &second.1).await.unwrap();
        channel.reply(&first.0, REPLY, &first.1).await.unwrap();
        channel
    };
    let client = async {
        let channel = Channel::connect(&binding, &url).await.unwrap();
        let (first, second) = (Echo::new("first"), Echo::new("second"));
        let (one, two): (wws::Result<Echo>, wws::Result<Echo>) =
            tokio::join!(channel.request(ECHO, &first), channel.request(ECHO, &second));
        assert_eq!((one.unwrap().text, two.unwrap().text), ("first".to_owned(), "second".to_owned()));
        let (message, unasked) = channel.receive::<Echo>().await.unwrap().unwrap();
        assert_eq!(message.action().unwrap().as_deref(), Some("urn:test/unasked"));
        assert_eq!(unasked.text, "unasked");
        channel
    };
    let (server, client) = tokio::join!(server, client);
    let (served, closed) = tokio::join!(server.close(), client.close());
    served.and(closed).unwrap();
}

/// As duplex contracts do: the service asks something back before it answers. Whoever receives waits for its turn when
/// the question comes, because the request reads.
#[tokio::test]
async fn a_question_in_the_middle_of_a_request_reaches_whoever_receives() {
    for is_receiving_first in [false, true] {
        let binding = Binding::tcp();
        let listener = Listener::open(&binding, "net.tcp://127.0.0.1:0/").await.unwrap();
        let url = listener.url();
        let server = async {
            let channel = listener.accept().await.unwrap();
            let (request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
            let asked = Echo::new("which one?");
            let answer: Echo = channel.request("urn:test/question", &asked).await.unwrap();
            assert_eq!(answer.text, "this one");
            channel.reply(&request, REPLY, &echo).await.unwrap();
            channel
        };
        let client = async {
            let channel = Channel::connect(&binding, &url).await.unwrap();
            let echo = Echo::new("take one");
            let request = channel.request::<Echo>(ECHO, &echo);
            let answering = async {
                let (question, _) = channel.receive::<Echo>().await.unwrap().unwrap();
                channel.reply(&question, REPLY, &Echo::new("this one")).await.unwrap();
            };
            let reply = match is_receiving_first {
                true => tokio::join!(answering, request).1,
                false => tokio::join!(request, answering).0,
            };
            assert_eq!(reply.unwrap(), echo);
            channel
        };
        let both = async { tokio::join!(server, client) };
        let done = tokio::time::timeout(Duration::from_secs(20), both).await;
        let (server, client) = done.expect("each waits for the other");
        let (served, closed) = tokio::join!(server.close(), client.close());
        served.and(closed).unwrap();
    }
}

#[tokio::test]
async fn a_request_that_is_given_up_leaves_the_session_whole() {
    let binding = Binding::tcp();
    let server = serve(&binding, "net.tcp://127.0.0.1:0/").await;
    let channel = Channel::connect(&binding, &server.url).await.unwrap();
    let silence = Echo::new("silence");
    let given_up = channel.request::<Echo>(ECHO, &silence);
    assert!(tokio::time::timeout(Duration::from_millis(50), given_up).await.is_err());
    let reply: Echo = channel.request(ECHO, &Echo::new("still here")).await.unwrap();
    assert_eq!(reply.text, "still here");
}

#[tokio::test]
async fn a_fault_that_relates_to_nothing_answers_the_only_request() {
    let listener = Listener::open(&Binding::tcp(), "net.tcp://127.0.0.1:0/echo").await.unwrap();
    let channel = Channel::connect(&Binding::tcp(), &listener.url()).await.unwrap();
    let (one, two) = (Echo::new("one"), Echo::new("two"));
    let server = async {
        let channel = listener.accept().await.unwrap();
        let lost = async || {
            let nothing = Message::blank(Version::SOAP12_ADDRESSING10);
            channel.reply_fault(&nothing, Fault::receiver("unreadable")).await.unwrap();
        };
        channel.receive::<Echo>().await.unwrap().unwrap();
        lost().await;
        // Of two requests it is nobody's.
        let (first, _) = channel.receive::<Echo>().await.unwrap().unwrap();
        let (second, _) = channel.receive::<Echo>().await.unwrap().unwrap();
        lost().await;
        channel.reply(&first, REPLY, &one).await.unwrap();
        channel.reply(&second, REPLY, &two).await.unwrap();
    };
    let client = async {
        let error = channel.request::<Echo>(ECHO, &one).await.unwrap_err();
        assert_eq!(FaultError::of(&error).unwrap().fault.reason(""), "unreadable");
        let both = tokio::join!(channel.request::<Echo>(ECHO, &one), channel.request::<Echo>(ECHO, &two));
        assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
        let left = channel.receive::<Echo>().await.unwrap_err();
        assert_eq!(FaultError::of(&left).unwrap().fault.reason(""), "unreadable");
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn headers_travel_with_the_message() {
    const PRIORITY: Name<'static> = Name::new("priority", "urn:test");
    let binding = Binding::tcp();
    let listener = Listener::open(&binding, "net.tcp://127.0.0.1:0/").await.unwrap();
    let url = listener.url();
    let server = async {
        let channel = listener.accept().await.unwrap();
        let (mut request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
        assert_eq!(request.action().unwrap().as_deref(), Some(ECHO));
        assert_eq!(request.to().unwrap().as_deref(), Some(&*url));
        assert_eq!(request.header::<u32>(PRIORITY, HeaderPick::Only).unwrap(), Some(7));
        channel.reply(&request, REPLY, &echo).await.unwrap();
        channel
    };
    let client = async {
        let channel = Channel::connect(&binding, &url).await.unwrap();
        let mut message = channel.request_message(ECHO).unwrap();
        message.add_header(PRIORITY, &7, &HeaderAttributes::must_understand()).unwrap();
        let (reply, _): (_, Echo) = channel.request_with(&mut message, &Echo::new("x")).await.unwrap();
        assert_eq!(reply.relates_to().unwrap(), message.message_id().unwrap());
        channel
    };
    let (server, client) = tokio::join!(server, client);
    assert!(server.info().remote.is_some() && client.info().remote.is_some());
    assert_eq!(server.info().transport_url.as_deref(), Some(&*url));
}

#[tokio::test]
async fn http_carries_the_action_where_each_version_has_it() {
    for (version, encoding) in [
        (Version::SOAP11, Encoding::Text(Default::default())),
        (Version::SOAP12, Encoding::Text(Default::default())),
        (Version::SOAP12, Encoding::Mtom(Default::default())),
        (Version::SOAP12, Encoding::Binary),
    ] {
        let binding = Binding::http().with_version(version).with_encoding(encoding);
        let listener = Listener::open(&binding, "http://127.0.0.1:0/a").await.unwrap();
        let url = listener.url();
        let server = async {
            let channel = listener.accept().await.unwrap();
            let (request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
            assert_eq!(request.action().unwrap().as_deref(), Some(ECHO), "{version:?} {encoding:?}");
            assert_eq!(request.to().unwrap().as_deref(), Some(&*url));
            channel.reply(&request, "", &echo).await.unwrap();
            assert!(channel.receive::<Echo>().await.unwrap().is_none(), "a reply channel has one message");
        };
        let client = async {
            let channel = Channel::connect(&binding, &url).await.unwrap();
            channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
        };
        tokio::join!(server, client);
    }
}

#[tokio::test]
async fn binary_messages_with_addressing_have_the_content_type_of_wcf() {
    for (version, expected) in [
        (Version::SOAP12_ADDRESSING10, "application/soap+msbin1\r\n".to_owned()),
        (Version::SOAP12, format!("application/soap+msbin1; action=\"{ECHO}\"\r\n")),
    ] {
        let binding = Binding::http().with_version(version).with_encoding(Encoding::Binary);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let channel = Channel::connect(&binding, &url).await.unwrap();
        let server = async {
            use tokio::io::AsyncReadExt;
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.windows(4).any(|four| four == b"\r\n\r\n") {
                assert_ne!(stream.read_buf(&mut head).await.unwrap(), 0);
            }
            String::from_utf8_lossy(&head).into_owned()
        };
        let echo = Echo::new("x");
        // Nobody answers.
        let (_, head) = tokio::join!(channel.send(ECHO, &echo), server);
        assert!(
            head.to_ascii_lowercase().contains(&format!("content-type: {expected}").to_ascii_lowercase()),
            "{head}"
        );
    }
}

#[tokio::test]
async fn mapped_headers_verb_and_status_of_raw_messages() {
    let mut binding = Binding::http().with_encoding(Encoding::Raw);
    binding.http.mapping.request_headers =
        vec!["X-Question".into(), HeaderMapping::new("X-Tags").separated(Separator::Comma).quoted()];
    binding.http.mapping.response_headers = vec!["X-Answer".into()];
    binding.http.mapping.verb = true;
    binding.http.mapping.status_code = true;
    let listener = Listener::open(&binding, "http://127.0.0.1:0/raw").await.unwrap();
    let url = listener.url();
    let server = async {
        let channel = listener.accept().await.unwrap();
        let mut request = channel.message();
        let mut reader = channel.read_message_start(&mut request).await.unwrap().unwrap();
        assert_eq!(request.mapped_header("Verb", HeaderPick::Only).unwrap().as_deref(), Some("PUT"));
        assert_eq!(request.mapped_header("X-Question", HeaderPick::Only).unwrap().as_deref(), Some("why?"));
        let tag = |i| request.mapped_header("X-Tags", HeaderPick::Repeated(i)).unwrap();
        assert_eq!([tag(0), tag(1), tag(2)], [Some("a, b".to_owned()), Some("c".to_owned()), None]);
        let mut body = [0; 16];
        let count = reader.read_bytes(&mut body).unwrap();
        assert_eq!(&body[..count], b"raw bytes");
        while reader.read_bytes(&mut body).unwrap() > 0 {}
        channel.read_message_end(&mut request, reader).await.unwrap();
        let mut reply = wws::soap::Message::reply(&request).unwrap();
        reply.add_mapped_header("StatusCode", "418").unwrap();
        reply.add_mapped_header("X-Answer", "because").unwrap();
        let mut writer = channel.write_message_start(&mut reply).await.unwrap();
        writer.bytes(b"teapot").unwrap();
        channel.write_message_end(&mut reply, writer).await.unwrap();
    };
    let client = async {
        let channel = Channel::new(ChannelType::REQUEST, &binding).unwrap();
        channel.open(&EndpointAddress::new(&*url)).await.unwrap();
        let mut message = channel.request_message("").unwrap();
        message.add_mapped_header("Verb", "PUT").unwrap();
        message.add_mapped_header("X-Question", "why?").unwrap();
        message.add_mapped_header("X-Tags", "a, b").unwrap();
        message.add_mapped_header("X-Tags", "c").unwrap();
        let mut writer = channel.write_message_start(&mut message).await.unwrap();
        writer.bytes(b"raw bytes").unwrap();
        channel.write_message_end(&mut message, writer).await.unwrap();
        let mut reply = channel.message();
        let mut reader = channel.read_message_start(&mut reply).await.unwrap().unwrap();
        assert_eq!(reply.mapped_header("StatusCode", HeaderPick::Only).unwrap().as_deref(), Some("418"));
        assert_eq!(reply.mapped_header("X-Answer", HeaderPick::Only).unwrap().as_deref(), Some("because"));
        let mut body = [0; 16];
        assert_eq!(reader.read_bytes(&mut body).unwrap(), 6);
    };
    tokio::join!(server, client);
}
