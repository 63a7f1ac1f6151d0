//! Thousands of connections that say nothing: whoever says something is served, one too many is told so, silence ends after
//! its time, and nothing is left. A program of its own, because it counts what the process holds.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

#[path = "tls/authority.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod authority;
#[path = "channel/echo.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod echo;

use authority::Authority;
use echo::{ECHO, Echo, REPLY, Server, serve};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::{TcpStream, UnixStream},
};
use wws::{
    ErrorCode,
    channel::{Binding, Channel, Listener},
    transport::{
        BoxStream,
        http::HttpVersion,
        net_pipe::{PipeOptions, socket_path},
        tls::{ClientCertificates, TlsClient, TlsOptions, TlsServer},
    },
    url::{Flags, Url},
};

/// Less than the time limits of ours that are not set here.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many connections the limit of the system for files allows, whose two ends are in this process.
fn connections() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // If it stays as it is, there are fewer connections.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    let files = getrlimit(Resource::Nofile).current.unwrap_or(10_000);
    let most = usize::try_from(files / 2).unwrap_or(0).saturating_sub(200).min(3000);
    assert!(most >= 200, "the system allows only {files} files");
    most
}

/// Files that this process has open.
fn files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// A connection to the server that says nothing.
async fn silent(url: &str) -> BoxStream {
    let stream: BoxStream = match url.starts_with("net.pipe:") {
        true => {
            let url = Url::decode(url, Flags::default()).unwrap();
            Box::new(UnixStream::connect(socket_path(&url, &PipeOptions::default()).unwrap()).await.unwrap())
        }
        false => Box::new(TcpStream::connect(url.split('/').nth(2).unwrap()).await.unwrap()),
    };
    // The listener takes it before the next comes.
    tokio::task::yield_now().await;
    stream
}

async fn flood(url: &str, count: usize) -> Vec<BoxStream> {
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(silent(url).await);
    }
    all
}

async fn request(binding: &Binding, server: &Server) -> wws::Result<()> {
    let channel = Channel::connect(binding, &server.url).await?;
    let reply: Echo = channel.request(ECHO, &Echo::new("x")).await?;
    assert_eq!(reply, Echo::new("x"));
    channel.close().await
}

/// Waits for something that other tasks bring about.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "{what}");
}

/// Runs one test at a time, with all that it needs: they count the files of the process.
fn alone(test: impl Future<Output = ()>) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(test);
}

/// Every transport that has connections, plain and with TLS.
fn bindings() -> Vec<(&'static str, Binding, String)> {
    let authority = Authority::new("flood");
    let identity = authority.issue("127.0.0.1", |_| ());
    let server_tls = TlsServer::new(identity, ClientCertificates::None).unwrap();
    let options = TlsOptions { roots: Some(authority.root()), ..TlsOptions::default() };
    let client_tls = TlsClient::new(options).unwrap();
    let with_tls =
        |binding: Binding| binding.with_server_tls(server_tls.clone()).with_tls(client_tls.clone());
    vec![
        ("HTTP", Binding::http(), "http://127.0.0.1:0/echo".to_owned()),
        ("https", with_tls(Binding::http()), "https://127.0.0.1:0/echo".to_owned()),
        ("net.tcp", Binding::tcp(), "net.tcp://127.0.0.1:0/echo".to_owned()),
        ("net.tcp with TLS", with_tls(Binding::tcp()), "net.tcp://127.0.0.1:0/echo".to_owned()),
        ("net.pipe", Binding::named_pipe(), echo::pipe_url()),
    ]
}

#[test]
fn thousands_of_connections_that_say_nothing_harm_nobody_else() {
    alone(silence());
}

#[test]
fn clients_that_do_not_read_their_reply_are_let_go() {
    alone(async {
        for (name, binding, url) in bindings() {
            let before = files();
            reply_to_the_deaf(name, &binding, &url).await;
            until(&format!("{name}: files are left open"), async || files() < before + 3).await;
        }
    });
}

async fn silence() {
    let count = connections();
    for (name, binding, url) in bindings() {
        let before = files();
        // Room for them: everybody else is served.
        let server = serve(&binding, &url).await;
        let silence = flood(&server.url, count).await;
        until(&format!("{name}: the listener takes them all"), async || files() >= before + 2 * count).await;
        request(&binding, &server).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        drop(silence);
        until(&format!("{name}: connections are left"), async || files() < before + 50).await;
        server.listener.close().await.unwrap();

        // No room: that is said at once, and there is room again when they are gone.
        let mut limited = binding.clone();
        limited.listener.max_connections = count / 2;
        let server = serve(&limited, &url).await;
        let silence = flood(&server.url, count / 2).await;
        let error = request(&binding, &server).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::EndpointTooBusy, "{name}: {error}");
        drop(silence);
        until(&format!("{name}: no room again"), async || request(&binding, &server).await.is_ok()).await;
        server.listener.close().await.unwrap();

        // Silence ends after its time. Over plain HTTP that is the time between two requests, which has no property.
        if name != "HTTP" {
            let mut impatient = binding.clone();
            impatient.listener.connect_timeout = Some(Duration::from_secs(2));
            let server = serve(&impatient, &url).await;
            for mut stream in flood(&server.url, count / 2).await {
                let mut rest = Vec::new();
                let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
                assert!(ended.is_ok(), "{name}: silence never ends");
            }
            request(&binding, &server).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            server.listener.close().await.unwrap();
        }
        until(&format!("{name}: files are left open"), async || files() < before + 50).await;
    }
}

/// A client that does not read its reply costs the server its time limit, and then no connection. (Over HTTP/2 it costs no stream:
/// `http/http2.rs`.)
async fn reply_to_the_deaf(name: &str, binding: &Binding, url: &str) {
    // More than all buffers of the system between the two.
    let large = Arc::new(Echo { text: String::new(), data: vec![7; 32 << 20] });
    let mut server = binding.clone().with_max_message_size(64 << 20);
    server.timeouts.send = Some(Duration::from_millis(300));
    let listener = Arc::new(Listener::open(&server, url).await.unwrap());
    let accepting = listener.clone();
    let serving = tokio::spawn(async move {
        while let Ok(channel) = accepting.accept().await {
            let large = large.clone();
            tokio::spawn(async move {
                let (request, _) = channel.receive::<Echo>().await.unwrap().unwrap();
                // Over HTTP the connection takes the reply over; elsewhere it does not get out.
                let _ = channel.reply(&request, REPLY, &*large).await;
                let _ = channel.close().await;
            });
        }
    });
    let mut client = binding.clone();
    client.http.version = HttpVersion::Http11;
    let channel = Channel::connect(&client, &listener.url()).await.unwrap();
    let mut message = channel.request_message(ECHO).unwrap();
    // Over HTTP it comes back with the head of the reply, or without if there is none any more.
    let _ = channel.send_message(&mut message, &Echo::new("x")).await;
    let both = files();
    until(&format!("{name}: the connection stays"), async || files() < both).await;
    drop(channel);
    listener.close().await.unwrap();
    serving.await.unwrap();
}
