//! Services and clients that the tests share.

use std::sync::Arc;
use tokio::task::JoinHandle;
use wws::transport::http::{
    Client, ClientOptions, Exchange, Listener, ListenerOptions, Proxy, Reply, Request,
};

/// A client that no environment changes.
pub(crate) fn client(change: impl FnOnce(&mut ClientOptions)) -> Client {
    let mut options = ClientOptions { proxy: Proxy::None, ..ClientOptions::default() };
    change(&mut options);
    Client::new(options).unwrap()
}

/// A service under `/service` that answers each request with `serve`.
pub(crate) struct Service {
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn service<F: Future<Output = ()> + Send + 'static>(
    options: ListenerOptions,
    serve: impl Fn(Exchange) -> F + Send + Sync + 'static,
) -> Service {
    let listener = Listener::open("http://127.0.0.1:0/service", options).unwrap();
    let url = format!("http://{}/service", listener.local_address());
    let serve = Arc::new(serve);
    let task = tokio::spawn(async move {
        while let Ok(exchange) = listener.accept().await {
            tokio::spawn(serve(exchange));
        }
    });
    Service { url, task }
}

/// Answers with the request's body and content type.
pub(crate) async fn echo(mut exchange: Exchange) {
    let Ok(body) = exchange.body.collect().await else { return };
    let content_type = exchange.body.content_type().unwrap_or("none").to_owned();
    let chunks: Vec<_> = body.into_iter().map(Into::into).collect();
    exchange.responder.reply(Reply::ok(content_type), &chunks).await.unwrap();
}

/// Sends a small message and gives back the body of the reply.
pub(crate) async fn post(client: &Client, url: &str) -> wws::Result<Vec<u8>> {
    let mut response = client.send(Request::post(url, "text/xml"), &["<a/>".into()]).await?.into_message()?;
    response.body.collect().await.map(|chunks| chunks.concat())
}
