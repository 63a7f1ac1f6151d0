//! How long it takes from opening a channel to the first reply.

use crate::{contract::binding, echo};
use std::time::Instant;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wws::{Result, channel::Channel};

/// Prints the median in microseconds.
pub(crate) async fn call(url: &str, count: u32) -> Result<()> {
    let binding = binding("open")?;
    let mut times = Vec::new();
    for _ in 0..count {
        let start = Instant::now();
        let channel = Channel::connect(&binding, url).await?;
        echo::request(&channel).await?;
        times.push(start.elapsed().as_secs_f64());
        channel.close().await?;
    }
    print(times);
    Ok(())
}

/// The same with a socket and one octet each way.
pub(crate) async fn call_bare(address: &str, count: u32) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..count {
        let start = Instant::now();
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(&[1]).await?;
        stream.read_exact(&mut [0]).await?;
        times.push(start.elapsed().as_secs_f64());
    }
    print(times);
    Ok(())
}

fn print(mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    println!("{:.1}", times.get(times.len() / 2).copied().unwrap_or_default() * 1e6);
}

/// Answers one octet on each connection.
pub(crate) async fn serve_bare() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut octet = [0];
                stream.read_exact(&mut octet).await?;
                stream.write_all(&octet).await
            });
        }
    });
    Ok(address)
}
