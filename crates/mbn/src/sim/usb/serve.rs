//! The USB device at the end of a USB/IP stream.

use std::{future::pending, io};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{super::Handle, Request, UsbModem};
use crate::transport::now;

/// Serves a simulated modem as a USB device until the host goes or the modem is unplugged.
///
/// # Errors
/// The stream fails, or carries something that is not USB/IP.
pub async fn serve_usbip(handle: Handle, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut usb = UsbModem::new();
    let (mut input, mut output) = (BytesMut::new(), BytesMut::new());
    loop {
        let next = {
            let mut modem = handle.lock();
            modem.handle_timeout(now());
            loop {
                match Request::take(&mut input) {
                    Ok(Some(request)) => usb.handle(request, &mut modem, now()),
                    Ok(None) => break,
                    Err(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "this is not USB/IP")),
                }
            }
            usb.advance(&mut modem);
            while let Some(response) = usb.poll_response() {
                response.put(&mut output);
            }
            if modem.is_unplugged() {
                return Ok(()); // with the stream the device vanishes from the bus
            }
            modem.next_timeout()
        };
        if !output.is_empty() {
            stream.write_all(&output).await?;
            output.clear();
        }
        let timeout = async {
            match next {
                Some(next) => tokio::time::sleep_until(next.into()).await,
                None => pending().await,
            }
        };
        tokio::select! {
            read = stream.read_buf(&mut input) => {
                if read? == 0 {
                    return Ok(());
                }
            }
            () = timeout => {}
            () = handle.changed() => {}
        }
    }
}
