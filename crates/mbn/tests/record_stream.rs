//! A data session as a stream: whole both ways, and an error for every datagram that is lost, doubled, cut, changed or overtaken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wws_mbn::{
    Code, Error, Modem, RecordStream,
    sim::{
        self, Handle, Profile, pattern,
        service::{Answer, ECHO, Effect, Service},
    },
    wire::{Command, Status, cid},
};

/// What happens to the datagram with a number on its way through the modem.
type Mishap = fn(Bytes) -> Vec<Bytes>;

/// An echo that something happens to.
#[derive(Debug)]
struct Bad {
    mishap: Mishap,
    at: u32,
    count: u32,
}

impl Service for Bad {
    fn describe(&self) -> cid::DeviceService {
        let dss_payload = cid::DssPayload::HOST_TO_DEVICE | cid::DssPayload::DEVICE_TO_HOST;
        cid::DeviceService { service: ECHO, dss_payload, max_dss_instances: 1, cids: Vec::new() }
    }

    fn command(&mut self, _command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        (Status::NO_DEVICE_SUPPORT, Bytes::new())
    }

    fn data(&mut self, session: u8, data: Bytes, effects: &mut Vec<Effect>) {
        let number = self.count;
        self.count += 1;
        let out = if number == self.at { (self.mishap)(data) } else { vec![data] };
        effects.extend(out.into_iter().map(|data| Effect::Data { session, data }));
    }
}

async fn stream(handle: &Handle) -> RecordStream {
    let modem = Modem::connect(handle.plug_in()).await.unwrap();
    RecordStream::new(modem.device_service(ECHO).unwrap().data_session().await.unwrap())
}

#[tokio::test]
async fn bytes_come_back_whole_and_the_end_is_told() {
    const LENGTH: usize = 3 << 20;
    let handle = Handle::new(sim::Modem::new(Profile::default()));
    let (mut read, mut write) = tokio::io::split(stream(&handle).await);
    let writes = async {
        for at in (0..LENGTH).step_by(5000) {
            write.write_all(&pattern(at as u64, 5000.min(LENGTH - at))).await.unwrap();
        }
        write.shutdown().await.unwrap();
        assert!(write.write_all(b"x").await.is_err());
    };
    let reads = async {
        let mut heard = Vec::new();
        read.read_to_end(&mut heard).await.unwrap();
        heard
    };
    let ((), heard) = tokio::join!(writes, reads);
    assert!(heard == pattern(0, LENGTH));
    drop((read, write));
    while handle.with(|modem| modem.sessions().count()) > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_mishap_is_an_error_and_what_came_before_is_read() {
    let mishaps: [(&str, Mishap); 5] = [
        ("lost", |_| Vec::new()),
        ("doubled", |data| vec![data.clone(), data]),
        ("cut", |data| vec![data.slice(..data.len() - 1)]),
        ("changed", |data| {
            let mut bytes = data.to_vec();
            bytes[700] ^= 4;
            vec![bytes.into()]
        }),
        ("of another kind", |_| vec![Bytes::from_static(b"not a record")]),
    ];
    for (what, mishap) in mishaps {
        let mut modem = sim::Modem::new(Profile::default());
        modem.add_service(Box::new(Bad { mishap, at: 3, count: 0 }));
        let mut stream = stream(&Handle::new(modem)).await;
        let most = stream.session().max_data_size() - 12;
        stream.write_all(&pattern(0, most * 8)).await.unwrap();
        stream.flush().await.unwrap();
        let whole = if what == "doubled" { 4 } else { 3 };
        let mut heard = vec![0; most * whole];
        stream.read_exact(&mut heard).await.unwrap();
        assert!(heard == pattern(0, heard.len()), "{what}");
        for _ in 0..2 {
            let error = stream.read(&mut [0; 1]).await.expect_err(what);
            let error = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).expect(what);
            assert_eq!(error.code(), Code::InvalidData, "{what}");
        }
    }
}

#[tokio::test]
async fn a_modem_that_goes_is_an_error_and_no_end() {
    let handle = Handle::new(sim::Modem::new(Profile::default()));
    let mut stream = stream(&handle).await;
    handle.with(sim::Modem::unplug);
    assert!(stream.read(&mut [0; 1]).await.is_err());
}
