//! net.pipe over Unix sockets.

use crate::link::BINARY;
use std::os::unix::fs::PermissionsExt;
use wws::{
    ErrorCode,
    transport::{
        Abort,
        framed::{ListenerOptions, Mode, Options},
        net_pipe::{self, PipeOptions},
    },
};

const URL: &str = "net.pipe://localhost/Orders/2024";

#[tokio::test]
async fn a_session_over_a_pipe() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = PipeOptions { directory: Some(directory.path().into()), ..PipeOptions::default() };
    let listener = net_pipe::listen(URL, ListenerOptions::default(), &pipe).unwrap();
    let file = directory.path().join("orders%2F2024.sock");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let (options, abort) = (Options::default(), Abort::new());
    let client = async {
        let mut session =
            net_pipe::connect(URL, Mode::DUPLEX, BINARY, &options, &pipe, &abort).await.unwrap();
        session.sender.send(&["hello".into()]).await.unwrap();
        session.close().await.unwrap();
    };
    let server = async {
        let mut session = listener.accept().await.unwrap();
        assert_eq!(session.receiver.message().await.unwrap().unwrap().chunks.concat(), b"hello");
        session.close().await.unwrap();
    };
    tokio::join!(client, server);
    let again = net_pipe::listen(URL, ListenerOptions::default(), &pipe).unwrap_err();
    assert_eq!(again.code(), ErrorCode::AddressInUse);
    drop(listener);
    assert!(!file.exists());
    let error = net_pipe::connect(URL, Mode::DUPLEX, BINARY, &options, &pipe, &abort).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointNotFound);
}

#[tokio::test]
async fn a_socket_that_was_left_behind_is_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let pipe =
        PipeOptions { directory: Some(directory.path().into()), mode: 0o660, ..PipeOptions::default() };
    let file = directory.path().join("a.sock");
    drop(std::os::unix::net::UnixListener::bind(&file).unwrap());
    assert!(file.exists());
    let _listener = net_pipe::listen("net.pipe://+/a", ListenerOptions::default(), &pipe).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o660);
}
