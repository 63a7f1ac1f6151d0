//! Peers that speak HTTP by hand.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A server that takes one connection, reads until it has seen the end of a head, says `answer`, and closes if
/// `close`; else it keeps the connection open. It gives back what it has read.
pub(crate) async fn server(answer: &'static [u8], close: bool) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = vec![0; 65_536];
        let mut n = 0;
        while !heard[..n].windows(4).any(|w| w == b"\r\n\r\n") {
            match stream.read(&mut heard[n..]).await.unwrap() {
                0 => break,
                more => n += more,
            }
        }
        stream.write_all(answer).await.unwrap();
        heard.truncate(n);
        if !close {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        }
        heard
    });
    (url, task)
}

/// Says `request` to a service, closes the sending side, and reads to the end.
pub(crate) async fn ask(url: &str, request: &[u8]) -> String {
    let address = url.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
