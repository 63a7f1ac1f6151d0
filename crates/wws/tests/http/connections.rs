//! Connections: kept, limited, replaced, ended.

use crate::peers::{client, echo, post, service};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use wws::{
    ErrorCode,
    transport::http::{Exchange, Listener, ListenerOptions, Reply, Request, StatusCode},
};

/// Answers with the connection's id.
async fn tell_id(exchange: Exchange) {
    let id = exchange.connection_id.to_string();
    exchange.responder.reply(Reply::ok("text/xml"), &[(&*id).into()]).await.unwrap();
}

#[tokio::test]
async fn one_connection_serves_request_after_request() {
    let service = service(ListenerOptions::default(), tell_id);
    let client = client(|_| ());
    let first = post(&client, &service.url).await.unwrap();
    for _ in 0..10 {
        assert_eq!(post(&client, &service.url).await.unwrap(), first);
    }
    // A response that is not read to its end costs its connection.
    drop(client.send(Request::post(&service.url, "a/b"), &[]).await.unwrap());
    assert_ne!(post(&client, &service.url).await.unwrap(), first);
}

#[tokio::test]
async fn the_connection_limit_of_a_client_holds() {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (n, m) = (now.clone(), most.clone());
    let service = service(ListenerOptions::default(), move |exchange| {
        let (now, most) = (n.clone(), m.clone());
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::SeqCst);
            tell_id(exchange).await;
        }
    });
    let client = client(|o| o.max_connections = Some(2));
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let (client, url) = (client.clone(), service.url.clone());
            tokio::spawn(async move { post(&client, &url).await.unwrap() })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for call in calls {
        ids.insert(call.await.unwrap());
    }
    assert!(ids.len() <= 2, "{ids:?}");
    assert!(most.load(Ordering::SeqCst) <= 2);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let first = service(ListenerOptions::default(), tell_id);
    let client = client(|_| ());
    post(&client, &first.url).await.unwrap();
    let url = first.url.clone();
    drop(first);
    // The same address again, once it is free.
    let listener = loop {
        match Listener::open(&url, ListenerOptions::default()) {
            Ok(listener) => break listener,
            Err(error) => assert_eq!(error.code(), ErrorCode::AddressInUse),
        }
        tokio::task::yield_now().await;
    };
    let (answered, reply) =
        tokio::join!(async { echo(listener.accept().await.unwrap()).await }, post(&client, &url));
    let () = answered;
    assert_eq!(reply.unwrap(), b"<a/>");
    listener.close().await;
    assert_eq!(post(&client, &url).await.unwrap_err().code(), ErrorCode::EndpointNotFound);
}

#[tokio::test]
async fn one_connection_too_many_gets_503() {
    let options = ListenerOptions { max_connections: 1, ..ListenerOptions::default() };
    let service = service(options, tell_id);
    let (first, second) = (client(|_| ()), client(|_| ()));
    post(&first, &service.url).await.unwrap();
    assert_eq!(post(&second, &service.url).await.unwrap_err().code(), ErrorCode::EndpointTooBusy);
    post(&first, &service.url).await.unwrap();
}

#[tokio::test]
async fn what_was_accepted_is_answered_after_the_listener_is_gone() {
    let listener = Listener::open("http://127.0.0.1:0/", ListenerOptions::default()).unwrap();
    let url = format!("http://{}/", listener.local_address());
    let call = tokio::spawn(async move { post(&client(|_| ()), &url).await });
    let exchange = listener.accept().await.unwrap();
    listener.close().await;
    echo(exchange).await;
    assert_eq!(call.await.unwrap().unwrap(), b"<a/>");
}

#[tokio::test]
async fn a_request_that_is_dropped_is_no_reply() {
    let service = service(ListenerOptions::default(), |exchange| async move { drop(exchange) });
    let error = post(&client(|_| ()), &service.url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointDisconnected);
}

#[tokio::test]
async fn an_abort_ends_a_call() {
    let service = service(ListenerOptions::default(), |exchange| async move {
        std::future::pending::<()>().await;
        drop(exchange);
    });
    let request = Request::post(&service.url, "a/b");
    let abort = request.abort.clone();
    let call = tokio::spawn(async move { client(|_| ()).send(request, &[]).await });
    tokio::task::yield_now().await;
    abort.abort();
    assert_eq!(call.await.unwrap().unwrap_err().code(), ErrorCode::OperationAborted);
}

#[tokio::test]
async fn a_status_without_a_message_is_an_error() {
    let service = service(ListenerOptions::default(), |exchange| async move {
        exchange.responder.reply(Reply::empty(StatusCode::NOT_FOUND), &[]).await.unwrap();
    });
    assert_eq!(post(&client(|_| ()), &service.url).await.unwrap_err().code(), ErrorCode::EndpointNotFound);
}
