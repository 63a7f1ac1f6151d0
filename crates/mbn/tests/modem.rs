//! An open modem over the stream of the simulator: requests, events, data sessions, unplugging.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::time::Duration;

use bytes::Bytes;
use wws_mbn::{
    Code, Modem,
    host::{Answer, Event, Operation},
    sim::{
        self, Fault, Handle, Profile, digest_of_pattern, pattern,
        service::{ECHO, STORE},
    },
    wire::{
        Command, Status,
        cid::{DeviceCapsQuery, FirmwareIdQuery},
        service::{BASIC_CONNECT, MODEM_LOG_TRANSFER, QMI},
    },
};

async fn plug_in(profile: Profile) -> (Handle, Modem) {
    let handle = Handle::new(sim::Modem::new(profile));
    let modem = Modem::connect(handle.plug_in()).await.unwrap();
    (handle, modem)
}

#[tokio::test]
async fn services_are_enumerated_without_the_native_ones() {
    let (_, modem) = plug_in(Profile::default()).await;
    let services = modem.enumerate_device_services().unwrap();
    assert!(services.iter().all(|service| service.id != BASIC_CONNECT));
    let log = services.iter().find(|service| service.id == MODEM_LOG_TRANSFER).unwrap();
    assert!(log.data_read_supported && !log.data_write_supported);
    assert!(modem.all_services().unwrap().services.iter().any(|service| service.service == BASIC_CONNECT));
    assert_eq!(modem.device_service(QMI).unwrap_err().code(), Code::NotFound);
    assert_eq!((modem.max_command_size(), modem.max_data_size()), (4096, 1500));
}

#[tokio::test]
async fn a_request_can_be_awaited_and_is_an_event() {
    let (_, modem) = plug_in(Profile::default()).await;
    let service = modem.device_service(ECHO).unwrap();
    let mut events = service.events();
    let open = service.open_command_session().unwrap();
    let id = open.id();
    assert_eq!(open.await, Ok(Answer::Done));
    match events.next().await {
        Some(Event::Completed(completion)) => {
            assert_eq!((completion.request, completion.operation), (id, Operation::OpenCommandSession));
        }
        other => panic!("{other:?}"),
    }
    let answer = service.query_command(1, "hello").unwrap().await.unwrap();
    assert_eq!(answer, Answer::Response { id: 1, data: "hello".into() });
    let error = service.set_command(7, "").unwrap().await.unwrap_err();
    assert_eq!((error.code(), error.status()), (Code::NotSupported, Some(Status::NO_DEVICE_SUPPORT)));
}

#[tokio::test]
async fn sessions_are_shared_by_everyone() {
    let (_, modem) = plug_in(Profile::default()).await;
    let (one, two) = (modem.device_service(ECHO).unwrap(), modem.clone().device_service(ECHO).unwrap());
    one.open_command_session().unwrap().await.unwrap();
    assert!(two.is_command_session_open());
    two.close_command_session().unwrap().await.unwrap();
    assert!(!one.is_command_session_open());
    assert_eq!(one.query_command(1, "").unwrap_err().code(), Code::OpenFailed);
}

#[tokio::test]
async fn thirty_two_queries_at_once_are_neither_lost_nor_mixed() {
    let (_, modem) = plug_in(Profile { latency: Duration::from_millis(2), ..Profile::default() }).await;
    for _ in 0..20 {
        let ask = |number: u32| {
            let command = Command::query(ECHO, 1, number.to_le_bytes().repeat(1 + number as usize * 40));
            (number, modem.command(command, None).unwrap())
        };
        let asked: Vec<_> = (0..32).map(ask).collect();
        for (number, request) in asked {
            let Ok(Answer::Whole(done)) = request.await else { panic!("{number} was lost") };
            assert_eq!(
                done.buffer,
                number.to_le_bytes().repeat(1 + number as usize * 40),
                "{number} is mixed up"
            );
        }
    }
}

#[tokio::test]
async fn typed_commands_and_their_refusal() {
    let (handle, modem) = plug_in(Profile::default()).await;
    assert_eq!(modem.request(&DeviceCapsQuery {}).await.unwrap().max_sessions, 8);
    assert!(!modem.request(&FirmwareIdQuery {}).await.unwrap().firmware_id.is_nil());
    handle.with(|modem| modem.inject(Fault::Status(Status::RADIO_POWER_OFF)));
    assert_eq!(modem.request(&DeviceCapsQuery {}).await.unwrap_err().code(), Code::RadioPowerOff);
}

#[tokio::test]
async fn bulk_data_goes_both_ways_whole() {
    const LENGTH: u64 = 4 << 20;
    let (_, modem) = plug_in(Profile::default()).await;
    let mut session = modem.device_service(STORE).unwrap().data_session().await.unwrap();
    let size = session.max_data_size();
    let mut at = 0;
    let mut last = None;
    while at < LENGTH {
        let data = pattern(at, size.min((LENGTH - at) as usize));
        at += data.len() as u64;
        last = Some(session.write_data(data).await.unwrap());
    }
    assert_eq!(last.unwrap().await, Ok(Answer::Done));
    let digest = modem.request(&sim::DigestQuery { direction: 0 }).await.unwrap();
    assert_eq!((digest.length, digest.sha256), (LENGTH, digest_of_pattern(LENGTH)));

    modem.request(&sim::Send { length: LENGTH }).await.unwrap();
    let mut got = 0;
    while got < LENGTH {
        let data = session.read_data().await.unwrap().unwrap();
        assert_eq!(data, pattern(got, data.len()), "at {got}");
        got += data.len() as u64;
    }
    session.close().await.unwrap();
}

#[tokio::test]
async fn a_listener_that_does_not_read_stops_the_modem_and_not_our_memory() {
    const LENGTH: u64 = 8 << 20;
    let (_, modem) = plug_in(Profile::default()).await;
    let mut session = modem.device_service(STORE).unwrap().data_session().await.unwrap();
    modem.request(&sim::Send { length: LENGTH }).await.unwrap();
    // While nobody reads, commands go on, and the modem is not asked for more than a window.
    for _ in 0..50 {
        modem.request(&DeviceCapsQuery {}).await.unwrap();
    }
    let sent = modem.request(&sim::DigestQuery { direction: 1 }).await.unwrap();
    assert!(sent.length < 2 << 20, "{} bytes were sent to a listener that does not read", sent.length);
    let mut got = 0;
    while got < LENGTH {
        got += session.read_data().await.unwrap().unwrap().len() as u64;
    }
    assert_eq!(got, LENGTH);
}

#[tokio::test]
async fn writes_are_copied_nowhere() {
    let (_, modem) = plug_in(Profile::default()).await;
    let service = modem.device_service(ECHO).unwrap();
    service.open_data_session().unwrap().await.unwrap();
    let data = Bytes::from(vec![5; 1000]);
    let write = service.write_data(data.clone()).unwrap();
    // Until it is written, the queue holds the caller's own memory: one more owner, no other buffer.
    assert!(!data.is_unique());
    write.await.unwrap();
    assert!(data.is_unique());
}

#[tokio::test]
async fn unplugging_in_the_middle_of_writes_completes_each_once() {
    let (handle, modem) = plug_in(Profile::default()).await;
    let service = modem.device_service(STORE).unwrap();
    let mut events = modem.events();
    service.open_data_session().unwrap().await.unwrap();
    let mut writes: Vec<_> =
        (0..200).map(|number| service.write_data(pattern(number, 1500)).unwrap()).collect();
    let first = writes.remove(0);
    first.await.unwrap();
    handle.with(sim::Modem::unplug);
    let mut ends = Vec::new();
    for write in writes {
        ends.push(write.await);
    }
    assert!(ends.iter().any(|end| end.as_ref().is_err_and(|error| error.code() == Code::DeviceRemoved)));
    assert_eq!(service.write_data("x").unwrap_err().code(), Code::OpenFailed);
    let mut completions = 0;
    loop {
        match events.next().await {
            Some(Event::Completed(completion)) if completion.operation == Operation::WriteData => {
                completions += 1
            }
            Some(Event::Removal(error)) => {
                assert_eq!(error.code(), Code::DeviceRemoved);
                break;
            }
            Some(_) => {}
            None => panic!("the end was not told"),
        }
    }
    assert_eq!(completions, 200);
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn the_last_handle_closes_the_modem() {
    let (handle, modem) = plug_in(Profile::default()).await;
    let service = modem.device_service(ECHO).unwrap();
    drop(modem);
    assert!(handle.with(|modem| modem.is_open()));
    drop(service);
    for _ in 0..1000 {
        if !handle.with(|modem| modem.is_open()) {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the modem was not closed");
}

#[tokio::test]
async fn closing_is_told_and_final() {
    let (_, modem) = plug_in(Profile::default()).await;
    let mut events = modem.events();
    modem.close().await;
    assert!(
        matches!(events.next().await, Some(Event::Removal(error)) if error.code() == Code::OperationAborted)
    );
    assert_eq!(modem.enumerate_device_services().unwrap_err().code(), Code::OperationAborted);
}

#[tokio::test(start_paused = true)]
async fn a_silent_modem_times_out() {
    let (handle, modem) = plug_in(Profile::default()).await;
    handle.with(|modem| modem.inject(Fault::Silence));
    let error = modem.request(&DeviceCapsQuery {}).await.unwrap_err();
    assert_eq!(error.code(), Code::Timeout);
    assert!(modem.request(&DeviceCapsQuery {}).await.is_ok());
}

#[tokio::test]
async fn a_cancelled_request_completes_and_the_next_works() {
    let (handle, modem) = plug_in(Profile::default()).await;
    handle.with(|modem| modem.inject(Fault::Silence));
    let request = modem.command(Command::from(&DeviceCapsQuery {}), None).unwrap();
    tokio::task::yield_now().await;
    request.cancel();
    assert_eq!(request.await.unwrap_err().code(), Code::OperationAborted);
    assert!(modem.request(&DeviceCapsQuery {}).await.is_ok());
}

#[tokio::test]
async fn a_session_that_is_opened_again_gets_all_that_is_sent() {
    let (_, modem) = plug_in(Profile::default()).await;
    let service = modem.device_service(STORE).unwrap();
    for length in [3_000_000, 100_000, 3_000_000] {
        modem.request(&sim::Clear {}).await.unwrap();
        let mut session = service.data_session().await.unwrap();
        modem.request(&sim::Send { length }).await.unwrap();
        let mut got = 0;
        while got < length {
            let data = session.read_data().await.unwrap().unwrap();
            assert_eq!(data, pattern(got, data.len()));
            got += data.len() as u64;
        }
        session.close().await.unwrap();
    }
}
