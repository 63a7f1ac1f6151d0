//! Small requests and replies over channels.

use crate::{
    contract::{ACTION, EchoString, EchoStringResponse, REPLY_ACTION, TEXT},
    mark,
};
use std::sync::Arc;
use tokio::task::JoinSet;
use wws::{
    Error, Result,
    channel::{Binding, Channel, ChannelType, Listener},
};

/// Serves until the program ends.
pub(crate) async fn serve(binding: &Binding, _: &str) -> Result<String> {
    let scheme = if binding.server_type() == ChannelType::REPLY { "http" } else { "net.tcp" };
    let listener = Listener::open(binding, &format!("{scheme}://127.0.0.1:0/echo")).await?;
    let url = listener.url();
    tokio::spawn(async move {
        while let Ok(channel) = listener.accept().await {
            tokio::spawn(async move {
                if let Err(error) = answer(&channel).await {
                    eprintln!("the server: {error}");
                }
            });
        }
    });
    Ok(url)
}

async fn answer(channel: &Channel) -> Result<()> {
    while let Some((request, EchoString { text })) = channel.receive().await? {
        channel.reply(&request, REPLY_ACTION, &EchoStringResponse { text }).await?;
    }
    channel.close().await
}

/// Sends `count` requests, from several tasks: over HTTP they share a channel, else each has one.
pub(crate) async fn call(binding: &Binding, url: &str, count: u32, connections: u32) -> Result<()> {
    let mut channels = Vec::new();
    for _ in 0..connections {
        let channel = match channels.first() {
            Some(first) if binding.client_type() == ChannelType::REQUEST => Arc::clone(first),
            _ => Arc::new(Channel::connect(binding, url).await?),
        };
        channels.push(channel);
    }
    // The first ones make the connections and the memory.
    requests(&channels, 200).await?;
    mark("begin")?;
    requests(&channels, count / connections).await?;
    mark("end")?;
    for channel in channels {
        channel.close().await?;
    }
    Ok(())
}

async fn requests(channels: &[Arc<Channel>], count: u32) -> Result<()> {
    let mut tasks: JoinSet<Result<_>> = JoinSet::new();
    for channel in channels {
        let channel = channel.clone();
        tasks.spawn(async move {
            for _ in 0..count {
                request(&channel).await?;
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(|e| Error::operation(e.to_string()))??;
    }
    Ok(())
}

/// One request; its reply has the same text.
pub(crate) async fn request(channel: &Channel) -> Result<()> {
    let body = EchoString { text: TEXT.to_owned() };
    let reply: EchoStringResponse = channel.request(ACTION, &body).await?;
    match reply.text == TEXT {
        true => Ok(()),
        false => Err(Error::format("another text came back")),
    }
}
