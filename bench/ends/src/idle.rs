//! Many sessions that do nothing, and one more than the listener takes.

use crate::{contract::binding, echo, mark};
use wws::{Error, ErrorCode, Result, channel::Channel};

/// Opens `count` sessions, which is to be the limit of the listener; then each has an exchange; then one more is opened.
pub(crate) async fn call(url: &str, count: u32) -> Result<()> {
    let binding = binding("idle")?;
    mark("begin")?;
    let mut channels = Vec::new();
    for _ in 0..count {
        channels.push(Channel::connect(&binding, url).await?);
    }
    mark("opened")?;
    for channel in &channels {
        echo::request(channel).await?;
    }
    mark("used")?;
    match Channel::connect(&binding, url).await {
        Err(error) if error.code() == ErrorCode::EndpointTooBusy => mark("refused")?,
        Err(error) => return Err(error.context("one session more gets another error than EndpointTooBusy")),
        Ok(_) => return Err(Error::operation(format!("the listener takes more than {count} sessions"))),
    }
    for channel in channels {
        channel.close().await?;
    }
    Ok(())
}
