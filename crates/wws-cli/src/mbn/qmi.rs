//! `wws mbn qmi`: QMI messages through the modem's QMI service.

use super::reach::Reach;
use bytes::{Buf, Bytes, BytesMut};
use std::io::{self, Write};
use tokio::io::AsyncReadExt;
use wws_mbn::{
    Code, Error, Modem, Result,
    host::Event,
    wire::{cid::Qmux, service::QMI},
};

/// Arguments of `wws mbn qmi`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    reach: Reach,
}

/// Moves frames until standard input ends.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let modem = args.reach.open().await?;
    let service =
        modem.device_service(QMI).map_err(|error| error.context("this modem has no QMI over MBIM"))?;
    service.open_command_session()?.await?;
    let mut events = service.events();
    let mut input = tokio::io::stdin();
    let mut buffer = BytesMut::new();
    loop {
        tokio::select! {
            read = input.read_buf(&mut buffer) => {
                if read? == 0 {
                    break;
                }
                while let Some(frame) = next_frame(&mut buffer)? {
                    answer(&modem, frame).await?;
                }
            }
            event = events.next() => match event {
                Some(Event::Notification { service: QMI, data, .. }) => write(&data)?,
                Some(Event::Removal(error)) => return Err(error),
                Some(_) => {}
                None => break,
            },
            () = super::interrupted() => break,
        }
    }
    if !buffer.is_empty() {
        return Err(Error::new(
            Code::InvalidData,
            format!("the input ends in the middle of a frame ({} bytes)", buffer.len()),
        ));
    }
    modem.close().await;
    Ok(())
}

async fn answer(modem: &Modem, frame: Bytes) -> Result<()> {
    write(&modem.request(&Qmux { frame }).await?.frame)
}

fn write(frame: &[u8]) -> Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(frame)?;
    Ok(output.flush()?)
}

/// A QMUX frame: 0x01, its length in 16 bits without the 0x01, the rest.
fn next_frame(buffer: &mut BytesMut) -> Result<Option<Bytes>> {
    match buffer.as_ref() {
        [0x01, low, high, ..] => {
            let length = 1 + usize::from(u16::from_le_bytes([*low, *high]));
            if length < 6 {
                return Err(Error::new(
                    Code::InvalidData,
                    format!("a QMUX frame has at least 6 bytes, not {length}"),
                ));
            }
            if buffer.remaining() < length {
                return Ok(None);
            }
            Ok(Some(buffer.split_to(length).freeze()))
        }
        [] | [0x01] | [0x01, _] => Ok(None),
        [other, ..] => {
            Err(Error::new(Code::InvalidData, format!("a QMUX frame begins with 01, not {other:02x}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_cut_by_their_length() {
        let mut buffer = BytesMut::from(&[1, 5, 0, 0, 0, 0, 1, 5][..]);
        assert_eq!(next_frame(&mut buffer).unwrap().unwrap(), &[1, 5, 0, 0, 0, 0][..]);
        assert_eq!(next_frame(&mut buffer).unwrap(), None);
        assert!(next_frame(&mut BytesMut::from(&[2, 5, 0][..])).is_err());
        assert!(next_frame(&mut BytesMut::from(&[1, 4, 0][..])).is_err());
    }
}
