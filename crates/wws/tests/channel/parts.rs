//! Messages in steps, from a thread without a runtime, as a C program drives them.

use crate::echo::{ECHO, Echo, serve};
use wws::{
    ErrorCode,
    channel::{Binding, Channel},
    soap::EndpointAddress,
};

#[test]
fn a_thread_drives_a_channel_step_by_step() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    for (binding, url) in
        [(Binding::tcp(), "net.tcp://127.0.0.1:0/"), (Binding::http(), "http://127.0.0.1:0/")]
    {
        let server = handle.block_on(serve(&binding, url));
        let channel = Channel::new(binding.client_type(), &binding).unwrap();
        handle.block_on(channel.open(&EndpointAddress::new(&*server.url))).unwrap();
        for round in 0..3 {
            let mut message = channel.request_message(ECHO).unwrap();
            let mut writer = handle.block_on(channel.write_message_start(&mut message)).unwrap();
            assert!(channel.is_sending());
            writer.write(&Echo::new(&round.to_string())).unwrap();
            handle.block_on(channel.flush_body(&mut writer, 0)).unwrap();
            handle.block_on(channel.write_message_end(&mut message, writer)).unwrap();
            assert!(!channel.is_sending());

            let mut reply = channel.message();
            let mut reader = handle.block_on(channel.read_message_start(&mut reply)).unwrap().unwrap();
            assert!(channel.is_receiving());
            let echo: Echo = reader.read().unwrap();
            assert_eq!(echo.text, round.to_string());
            handle.block_on(channel.read_message_end(&mut reply, reader)).unwrap();
            assert!(!channel.is_receiving());
        }
        handle.block_on(channel.close()).unwrap();
    }
}

#[tokio::test]
async fn steps_out_of_order_are_refused_and_change_nothing() {
    let binding = Binding::tcp();
    let server = serve(&binding, "net.tcp://127.0.0.1:0/").await;
    let channel = Channel::connect(&binding, &server.url).await.unwrap();
    assert_eq!(channel.abandon_sending(None).unwrap_err().code(), ErrorCode::InvalidArgument);
    let mut first = channel.request_message(ECHO).unwrap();
    let mut writer = channel.write_message_start(&mut first).await.unwrap();
    let mut second = channel.request_message(ECHO).unwrap();
    let error = channel.write_message_start(&mut second).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidOperation);
    assert_eq!(channel.shut_down_session().await.unwrap_err().code(), ErrorCode::InvalidOperation);
    writer.write(&Echo::new("x")).unwrap();
    channel.write_message_end(&mut first, writer).await.unwrap();
    let mut reply = channel.message();
    let reader = channel.read_message_start(&mut reply).await.unwrap().unwrap();
    let mut other = channel.message();
    assert!(channel.read_message_start(&mut other).await.is_err());
    channel.abandon_receiving(Some(reader)).unwrap();
    channel.request::<Echo>(ECHO, &Echo::new("still whole")).await.unwrap();
}
