//! The whole of the API against one simulated modem, reached in any way.
//!
//! Without more, the modem is in this process. With `WWS_MBN_TEST_DEVICE` it is behind a device node or socket: `cargo xtask modem-lab` runs
//! these tests against the node that the kernel makes for the simulator as a USB device, directly and through proxies. They use one modem
//! one after another, and change it only by its control service.
//!
//! * `WWS_MBN_TEST_DEVICE`: the node or socket. `WWS_MBN_TEST_PROXY`: a proxy to go through, `@NAME` or a path.
//! * `WWS_MBN_TEST_BULK`: how many bytes go through a data session each way, 2 MiB if not given.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{Mutex, MutexGuard};
use wws_mbn::{
    Code, Modem, Transport,
    host::{Answer, Event},
    sim::{
        self, InjectEvent, InjectFault, SetLatency, digest_of_pattern, pattern,
        service::{CONTROL, ECHO, STORE},
    },
    transport::linux::{OpenOptions, Proxy},
    wire::{
        Command, Status,
        cid::{
            DeviceCapsQuery, FirmwareIdQuery, LoggingLevel, ModemLoggingConfig, RadioStateQuery, RadioSwitch,
            RegisterStateQuery, SetRadioState, SignalStateQuery, SubscriberReadyStatusQuery,
        },
        service::{BASIC_CONNECT, MODEM_LOG_TRANSFER},
    },
};

/// One device, so one test at a time.
static DEVICE: Mutex<()> = Mutex::const_new(());

struct Device {
    modem: Modem,
    _turn: MutexGuard<'static, ()>,
}

impl Device {
    async fn open() -> Self {
        let turn = DEVICE.lock().await;
        let Ok(path) = std::env::var("WWS_MBN_TEST_DEVICE") else {
            return Self { modem: sim::open(sim::Profile::default()).await.unwrap(), _turn: turn };
        };
        let proxy = match std::env::var("WWS_MBN_TEST_PROXY") {
            Ok(name) => match name.strip_prefix('@') {
                Some(name) => Proxy::Abstract(name.into()),
                None => Proxy::Path(name.into()),
            },
            Err(_) => Proxy::Never,
        };
        let options = OpenOptions { proxy, ..OpenOptions::default() };
        let transport = Transport::open(path, &options).await.unwrap();
        println!("{}", transport.description());
        Self { modem: Modem::connect(transport).await.unwrap(), _turn: turn }
    }

    async fn set<R: wws_mbn::wire::Request>(&self, request: &R) {
        self.modem.request(request).await.unwrap();
    }

    async fn close(self) {
        self.modem.close().await;
    }
}

#[tokio::test]
async fn what_the_modem_says_about_itself() {
    let device = Device::open().await;
    let modem = &device.modem;
    assert_eq!(modem.request(&DeviceCapsQuery {}).await.unwrap().device_id, "353490012345678");
    assert_eq!(modem.request(&SubscriberReadyStatusQuery {}).await.unwrap().subscriber_id, "001010123456789");
    assert_eq!(modem.request(&RegisterStateQuery {}).await.unwrap().provider_name, "Test Network");
    assert_eq!(modem.request(&SignalStateQuery {}).await.unwrap().dbm(), Some(-73));
    assert!(!modem.request(&FirmwareIdQuery {}).await.unwrap().firmware_id.is_nil());
    for software in [RadioSwitch::OFF, RadioSwitch::ON] {
        assert_eq!(modem.request(&SetRadioState { software }).await.unwrap().software, software);
        assert_eq!(modem.request(&RadioStateQuery {}).await.unwrap().software, software);
    }
    device.close().await;
}

#[tokio::test]
async fn services_and_their_limits() {
    let device = Device::open().await;
    let services = device.modem.enumerate_device_services().unwrap();
    assert!(
        services
            .iter()
            .any(|service| service.id == ECHO && service.data_write_supported && service.data_read_supported)
    );
    assert!(services.iter().any(|service| service.id == MODEM_LOG_TRANSFER && !service.data_write_supported));
    assert!(services.iter().all(|service| service.id != BASIC_CONNECT));
    assert_eq!(device.modem.max_command_size(), 4096);
    assert_eq!(device.modem.max_data_size(), 1500);
    device.close().await;
}

#[tokio::test]
async fn commands_of_every_size() {
    let device = Device::open().await;
    let service = device.modem.device_service(ECHO).unwrap();
    service.open_command_session().unwrap().await.unwrap();
    for size in [0, 1, 4, 100, 4047, 4048, 4049, 4076, 4077, 4096] {
        let data = pattern(size as u64, size);
        let answer = service.query_command(1, data.clone()).unwrap().await.unwrap();
        assert_eq!(answer, Answer::Response { id: 1, data }, "{size} bytes");
    }
    assert_eq!(service.query_command(1, vec![0; 4097]).unwrap_err().code(), Code::BufferOverflow);
    service.close_command_session().unwrap().await.unwrap();
    device.close().await;
}

#[tokio::test]
async fn thirty_two_commands_at_once() {
    let device = Device::open().await;
    let ask = |number: u32| {
        device.modem.command(Command::query(ECHO, 1, number.to_le_bytes().to_vec()), None).unwrap()
    };
    for round in 0..4 {
        let asked: Vec<_> = (0..32).map(|number| (number, ask(round * 100 + number))).collect();
        for (number, request) in asked {
            let Ok(Answer::Whole(done)) = request.await else { panic!("{number} was lost") };
            assert_eq!(done.buffer, (round * 100 + number).to_le_bytes().to_vec(), "{number} is mixed up");
        }
    }
    device.close().await;
}

#[tokio::test]
async fn events_of_a_service() {
    let device = Device::open().await;
    let service = device.modem.device_service(ECHO).unwrap();
    service.open_command_session().unwrap().await.unwrap();
    let mut events = service.events();
    device.set(&InjectEvent { service: ECHO, cid: 1, data: Bytes::from(vec![9; 6000]) }).await;
    loop {
        match events.next().await {
            Some(Event::Notification { service, id, data }) => {
                assert_eq!(
                    (service, id, data),
                    (ECHO, 1, Bytes::from(vec![9; 6000])),
                    "an event in fragments"
                );
                break;
            }
            Some(_) => {}
            None => panic!("no event"),
        }
    }
    device.close().await;
}

#[tokio::test]
async fn refusals_and_faults_end_in_one_error_each() {
    let device = Device::open().await;
    let through_proxy = std::env::var_os("WWS_MBN_TEST_PROXY").is_some();
    let refused = device.modem.whole_answer(Command::set(CONTROL, 9, "")).await.unwrap();
    assert_eq!(refused.status, Status::NO_DEVICE_SUPPORT);
    // 1 twice, 4 a false length, 6 a fragment missing, 7 one twice, 8 without end, 10 a protocol error, 11 a status.
    for number in [1, 4, 6, 7, 8, 10, 11] {
        if through_proxy && number != 11 {
            continue; // what a proxy makes of it is its own affair
        }
        device.set(&InjectFault { number, parameter: 2 }).await;
        let command = Command::query(ECHO, 1, "abcdefgh");
        let ended = device.modem.command(command.clone(), Some(Duration::from_secs(5))).unwrap().await;
        let whole = matches!(&ended, Ok(Answer::Whole(done)) if done.status.is_success());
        assert_eq!(whole, number == 1, "fault {number}: {ended:?}");
        assert!(device.modem.whole_answer(command).await.is_ok(), "after fault {number}");
    }
    device.close().await;
}

#[tokio::test]
async fn a_slow_modem_is_waited_for() {
    let device = Device::open().await;
    device.set(&SetLatency { milliseconds: 200 }).await;
    let answer = device.modem.whole_answer(Command::query(ECHO, 1, "slow")).await.unwrap();
    assert_eq!(answer.buffer, "slow");
    device.set(&SetLatency { milliseconds: 0 }).await;
    device.close().await;
}

#[tokio::test]
async fn a_log_comes_over_a_session_that_only_reads() {
    let device = Device::open().await;
    let config = ModemLoggingConfig {
        version: 1,
        max_segment_size: 16,
        max_flush_time: 10,
        level: LoggingLevel::LAB_LOW,
    };
    assert_eq!(device.modem.request(&config).await.unwrap(), config);
    let service = device.modem.device_service(MODEM_LOG_TRANSFER).unwrap();
    let mut session = service.data_session().await.unwrap();
    for line in 1..=100 {
        let data = session.read_data().await.unwrap().unwrap();
        assert_eq!(data, format!("log line {line} of 100\n"));
    }
    assert_eq!(service.write_data("x").unwrap_err().code(), Code::NotSupported);
    session.close().await.unwrap();
    device.close().await;
}

#[tokio::test]
async fn datagrams_keep_their_boundaries() {
    let device = Device::open().await;
    let mut session = device.modem.device_service(ECHO).unwrap().data_session().await.unwrap();
    for size in [1, 2, 59, 60, 61, 511, 512, 513, 1499, 1500] {
        let data = pattern(size as u64, size);
        session.write_data(data.clone()).await.unwrap().await.unwrap();
        assert_eq!(session.read_data().await.unwrap().unwrap(), data, "{size} bytes");
    }
    assert_eq!(session.write_data(vec![0; 1501]).await.unwrap_err().code(), Code::BufferOverflow);
    session.close().await.unwrap();
    device.close().await;
}

#[tokio::test]
async fn bulk_data_both_ways_with_digests() {
    let length: u64 = std::env::var("WWS_MBN_TEST_BULK").map_or(2 << 20, |bytes| bytes.parse().unwrap());
    let device = Device::open().await;
    device.set(&sim::Clear {}).await;
    let mut session = device.modem.device_service(STORE).unwrap().data_session().await.unwrap();
    let began = Instant::now();
    let mut at = 0;
    while at < length {
        let data = pattern(at, 1400.min((length - at) as usize));
        at += data.len() as u64;
        let _completes = session.write_data(data).await.unwrap();
    }
    session.flush().await;
    // A write is complete when the interface has taken it; the modem may still be reading.
    let digest = loop {
        let digest = device.modem.request(&sim::DigestQuery { direction: 0 }).await.unwrap();
        if digest.length >= length || began.elapsed() > Duration::from_secs(120) {
            break digest;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let wrote = began.elapsed();
    assert_eq!((digest.length, digest.sha256), (length, digest_of_pattern(length)));

    let began = Instant::now();
    device.set(&sim::Send { length }).await;
    let mut got = 0;
    while got < length {
        let data = tokio::time::timeout(Duration::from_secs(60), session.read_data())
            .await
            .expect("more data")
            .unwrap()
            .unwrap();
        assert!(
            data == pattern(got, data.len()),
            "a datagram of {} bytes is lost or out of place at {got}",
            data.len()
        );
        got += data.len() as u64;
    }
    let speed = |time: Duration| length as f64 / time.as_secs_f64() / f64::from(1 << 20);
    println!(
        "{length} bytes each way: {:.2} MiB/s written, {:.2} MiB/s read",
        speed(wrote),
        speed(began.elapsed())
    );
    session.close().await.unwrap();
    device.close().await;
}

#[tokio::test]
async fn a_modem_whose_handles_were_dropped_is_opened_again() {
    for is_last in [false, true] {
        let device = Device::open().await;
        let mut session = device.modem.device_service(ECHO).unwrap().data_session().await.unwrap();
        session.write_data("again").await.unwrap().await.unwrap();
        assert_eq!(session.read_data().await.unwrap().unwrap(), "again");
        // The first time neither session nor modem is closed: dropping the last handle must do. The last time the test would end sooner.
        if is_last {
            session.close().await.unwrap();
            device.close().await;
        }
    }
}
