//! The proxy: a client that sends anything, cut anywhere, does no harm to another client of the same modem.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use std::{cell::RefCell, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    runtime::{Builder, Runtime},
    time::timeout,
};
use wws_mbn::{
    proxy::{Server, Target},
    sim::{Handle, Modem, Profile},
    wire::{
        Command, Message, Open,
        cid::DeviceCapsQuery,
        framing::Framer,
    },
};

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::new(
        Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime")
    );
}

async fn hostile(mut stream: UnixStream, sent: &[u8], cut: usize) {
    let (mut read, mut write) = stream.split();
    let writes = async {
        for part in sent.chunks(cut) {
            if write.write_all(part).await.is_err() {
                break;
            }
        }
        let _gone = write.shutdown().await;
    };
    let reads = async {
        let mut heard = BytesMut::new();
        while read.read_buf(&mut heard).await.is_ok_and(|count| count > 0) {
            heard.clear();
        }
    };
    let both = async { tokio::join!(writes, reads) };
    timeout(Duration::from_secs(3600), both).await.expect("the proxy neither answers nor ends");
}

/// What an honest client asks is answered.
async fn honest(mut stream: UnixStream) -> bool {
    let open = Message::Open(Open { max_control_transfer: 4096 }).encode(1);
    let caps = Message::Command(Command::from(&DeviceCapsQuery {})).encode(2);
    let mut framer = Framer::new(1 << 17);
    if stream.write_all(&[open, caps].concat()).await.is_err() {
        return false;
    }
    while stream.read_buf(framer.buffer()).await.is_ok_and(|count| count > 0) {
        while let Ok(Some(piece)) = framer.next_piece() {
            match Message::decode(&piece) {
                Ok((2, Message::CommandDone(_) | Message::FunctionError(_))) => return true,
                _ => {}
            }
        }
    }
    false
}

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, sent) = (usize::from(input.0) + 1, input.1);
    RUNTIME.with_borrow(|runtime| {
        runtime.block_on(async {
            let handle = Handle::new(Modem::new(Profile::default()));
            let server = Server::new(Target::Simulator(handle.clone()));
            let (ours, theirs) = UnixStream::pair().expect("a pair of sockets");
            tokio::join!(server.serve_client(theirs), hostile(ours, sent, cut));
            // The first client may have unplugged the modem, by its control service, or told it to be silent.
            let (ours, theirs) = UnixStream::pair().expect("a pair of sockets");
            let asks = async {
                let answered = timeout(Duration::from_secs(3600), honest(ours)).await;
                let answered = answered.expect("neither an answer nor the end");
                assert!(answered || handle.with(|modem| modem.is_unplugged()), "no answer");
            };
            tokio::join!(server.serve_client(theirs), asks);
            server.close().await;
        });
    });
});
