//! Bodies whole and streamed, encoded, too large, of known size.

use crate::peers::{client, echo, post, service};
use bytes::Bytes;
use wws::{
    ErrorCode,
    encoder::{Codecs, Gzip, Zstd},
    transport::http::{Client, ListenerOptions, Reply, Request, StatusCode, header},
};

const LARGE: u64 = 1 << 24;

fn large() -> ListenerOptions {
    ListenerOptions { max_message_size: LARGE, ..ListenerOptions::default() }
}

#[tokio::test]
async fn whole_messages() {
    let service = service(large(), echo);
    let client = client(|o| o.max_message_size = LARGE);
    for size in [1, 1000, 3_000_000] {
        let message = Bytes::from(vec![7; size]);
        let request = Request::post(&service.url, "application/soap+xml; charset=utf-8");
        let mut response =
            client.send(request, &[message.clone().into()]).await.unwrap().into_message().unwrap();
        assert_eq!(response.headers[header::CONTENT_LENGTH], size.to_string());
        assert_eq!(response.body.content_type(), Some("application/soap+xml; charset=utf-8"));
        assert!(response.body.collect().await.unwrap().concat() == message);
    }
}

#[tokio::test]
async fn both_directions_are_streamed_at_once() {
    stream_both_ways(client(|_| ())).await;
}

/// The service sends back each piece as it gets it; the client writes the next one only after it has seen the last.
pub(crate) async fn stream_both_ways(client: Client) {
    let service = service(large(), |mut exchange| async move {
        let mut reply = exchange.responder.begin(Reply::ok("a/b"), None).unwrap();
        while let Some(chunk) = exchange.body.chunk().await.unwrap() {
            reply.write(&[chunk.into()]).await.unwrap();
        }
        reply.finish().await.unwrap();
    });
    let mut call = client.begin(Request::post(&service.url, "a/b"), None).await.unwrap();
    call.write(&["first".into()]).await.unwrap();
    let (mut sender, mut response) = call.response_early().await.unwrap();
    assert_eq!(response.body.chunk().await.unwrap().unwrap(), "first");
    for i in 0..20_u8 {
        sender.write(&[[i; 100][..].into()]).await.unwrap();
        let mut seen = 0;
        while seen < 100 {
            seen += response.body.chunk().await.unwrap().unwrap().len();
        }
    }
    sender.finish().await.unwrap();
    assert_eq!(response.body.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn streams_of_known_and_unknown_size() {
    let service = service(large(), |mut exchange| async move {
        let length = exchange.headers.get(header::CONTENT_LENGTH).cloned();
        let coding = exchange.headers.get(header::TRANSFER_ENCODING).cloned();
        let body = exchange.body.collect().await.unwrap().concat();
        let text = format!("{length:?} {coding:?} {}", body.len());
        exchange.responder.reply(Reply::ok("text/plain"), &[(&*text).into()]).await.unwrap();
    });
    let client = client(|_| ());
    for (size, expected) in [(Some(3000), "Some(\"3000\") None 3000"), (None, "None Some(\"chunked\") 3000")]
    {
        let mut call = client.begin(Request::post(&service.url, "a/b"), size).await.unwrap();
        for _ in 0..3 {
            call.write(&[[0; 1000][..].into()]).await.unwrap();
        }
        call.finish().await.unwrap();
        let mut response = call.response().await.unwrap();
        assert_eq!(response.body.collect().await.unwrap().concat(), expected.as_bytes());
    }
    let mut call = client.begin(Request::post(&service.url, "a/b"), Some(10)).await.unwrap();
    assert_eq!(call.write(&[[0; 11][..].into()]).await.unwrap_err().code(), ErrorCode::InvalidArgument);
    assert_eq!(call.finish().await.unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(call.response().await.unwrap_err().code(), ErrorCode::InvalidOperation);
}

#[tokio::test]
async fn encoders_at_both_ends() {
    let codecs = |o: &mut Codecs| {
        *o = Codecs::default()
            .with_encoder(Gzip::default())
            .with_encoder(Zstd::default())
            .with_decoder(Gzip::default())
            .with_decoder(Zstd::default());
    };
    let mut options = large();
    codecs(&mut options.codecs);
    let service = service(options, echo);
    let client = client(|o| {
        codecs(&mut o.codecs);
        o.max_message_size = LARGE;
    });
    let message = Bytes::from(vec![9; 1_000_000]);
    let request = || Request::post(&service.url, "text/xml");
    let mut response =
        client.send(request(), &[message.clone().into()]).await.unwrap().into_message().unwrap();
    assert_eq!(response.headers[header::CONTENT_ENCODING], "gzip, zstd");
    assert!(response.headers[header::CONTENT_LENGTH].to_str().unwrap().parse::<usize>().unwrap() < 10_000);
    assert_eq!(response.body.content_type(), Some("text/xml"));
    assert!(response.body.collect().await.unwrap().concat() == message);
    let mut call = client.begin(request(), Some(1_000_000)).await.unwrap();
    for piece in message.chunks(100_000) {
        call.write(&[piece.into()]).await.unwrap();
    }
    call.finish().await.unwrap();
    let mut response = call.response().await.unwrap();
    assert!(response.body.collect().await.unwrap().concat() == message);
}

#[tokio::test]
async fn a_coding_that_nobody_undoes() {
    let service = service(large(), echo);
    let client = client(|o| o.codecs = Codecs::default().with_encoder(Gzip::default()));
    let response = client.send(Request::post(&service.url, "text/xml"), &["<a/>".into()]).await.unwrap();
    assert_eq!(response.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn messages_over_the_limit() {
    let small = ListenerOptions { max_message_size: 1000, ..ListenerOptions::default() };
    let service = service(small, |mut exchange| async move {
        let error = exchange.body.collect().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::QuotaExceeded);
        exchange.responder.reply(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE), &[]).await.unwrap();
    });
    let client = client(|o| o.max_message_size = 10);
    // Announced: refused before anything is read.
    let response = client.send(Request::post(&service.url, "a/b"), &[[0; 1001][..].into()]).await.unwrap();
    assert_eq!(response.into_message().unwrap_err().code(), ErrorCode::QuotaExceeded);
    // Not announced: stopped when it gets too large. The answer comes before the request is complete.
    let mut call = client.begin(Request::post(&service.url, "a/b"), None).await.unwrap();
    for _ in 0..50 {
        call.write(&[[0; 100][..].into()]).await.unwrap();
    }
    call.finish().await.unwrap();
    assert_eq!(call.response().await.unwrap().status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_response_over_the_limit() {
    let service = service(large(), echo);
    let client = client(|o| o.max_message_size = 3);
    assert_eq!(post(&client, &service.url).await.unwrap_err().code(), ErrorCode::QuotaExceeded);
}

#[tokio::test]
async fn faults_and_one_way_messages() {
    let service = service(large(), |mut exchange| async move {
        match &*exchange.body.collect().await.unwrap().concat() {
            b"fault" => exchange.responder.reply(Reply::fault("text/xml"), &["<f/>".into()]).await.unwrap(),
            _ => exchange.responder.accept_one_way().await.unwrap(),
        }
    });
    let client = client(|_| ());
    let send =
        async |text: &str| client.send(Request::post(&service.url, "a/b"), &[text.into()]).await.unwrap();
    let mut fault = send("fault").await.into_message().unwrap();
    assert_eq!(fault.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(fault.body.collect().await.unwrap().concat(), b"<f/>");
    let accepted = send("one-way").await.into_message().unwrap();
    assert_eq!(accepted.status, StatusCode::ACCEPTED);
    assert!(accepted.body.is_ended() && !accepted.headers.contains_key(header::CONTENT_TYPE));
}

#[tokio::test]
async fn raw_replies_have_any_status_and_text() {
    let service = service(large(), |exchange| async move {
        let mut reply = Reply::empty(StatusCode::IM_A_TEAPOT);
        reply.status_text = Some("Short and stout".into());
        reply.headers.insert("x-handle", "here".parse().unwrap());
        exchange.responder.reply(reply, &["tip".into()]).await.unwrap();
    });
    let mut response = client(|_| ()).send(Request::post(&service.url, "a/b"), &[]).await.unwrap();
    assert_eq!((response.status.as_u16(), response.status_text.as_deref()), (418, Some("Short and stout")));
    assert_eq!(response.headers["x-handle"], "here");
    assert_eq!(response.body.collect().await.unwrap().concat(), b"tip");
    assert_eq!(response.into_message().unwrap_err().code(), ErrorCode::EndpointFailure);
}
