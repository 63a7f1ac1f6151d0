//! Octets that are split, delayed, cut off and changed, at many places of an exchange.

use super::{
    Case, Counting, cases,
    relay::{Fault, Relay, To},
};
use crate::echo::{ECHO, Echo};
use std::time::Duration;
use wws::{ErrorCode, Result, transport::Timeouts};

/// Less than any time limit of ours: what waits longer waits for octets that cannot come.
const PATIENCE: Duration = Duration::from_secs(25);
/// Places of each direction at which a fault is tried, beside its ends.
const PLACES: u64 = 48;

/// One exchange through a relay: the reply, or why there is none. The channel is closed in order after a good one.
async fn exchange(case: &Case, relay: &Relay) -> Result<Echo> {
    let exchange = async {
        let channel = relay.connect(&case.client).await?;
        let reply = channel.request::<Echo>(ECHO, &Echo::new("x")).await;
        if reply.is_ok() {
            // What comes behind the reply is not asked for here.
            let _ = channel.close().await;
        }
        reply
    };
    let done = tokio::time::timeout(PATIENCE, exchange).await;
    done.unwrap_or_else(|_| panic!("{}: it hangs", case.name))
}

/// The octets of a good exchange: how many pass each way until the client has its reply.
async fn measure(case: &Case, server: &Counting) -> [u64; 2] {
    let relay = Relay::open(&server.url, To::Server, Fault::None).await;
    let channel = relay.connect(&case.client).await.unwrap();
    channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap_or_else(|e| panic!("{}: {e}", case.name));
    [relay.passed(To::Server), relay.passed(To::Client)]
}

/// The first and the last places of so many octets, and some between.
fn places(octets: u64) -> Vec<u64> {
    let mut all: Vec<u64> = (0..3.min(octets)).chain(octets.saturating_sub(3)..octets).collect();
    all.extend((0..octets).step_by((octets / PLACES).max(1) as usize));
    all.sort_unstable();
    all.dedup();
    all
}

#[tokio::test]
async fn octets_that_come_one_by_one_or_late_are_the_same_messages() {
    for case in cases() {
        let server = Counting::serve(&case.server, &case.url).await;
        for fault in [Fault::Split, Fault::Delay] {
            for to in [To::Server, To::Client] {
                let relay = Relay::open(&server.url, to, fault).await;
                let echo = exchange(&case, &relay).await;
                let echo = echo.unwrap_or_else(|e| panic!("{} {fault:?}: {e}", case.name));
                assert_eq!(echo, Echo::new("x"), "{} {fault:?}", case.name);
                assert!(relay.passed(to) > 0, "the relay was not used");
            }
        }
        server.close().await;
    }
}

/// Cuts every transport at many places with one kind of fault.
async fn cut(fault: impl Fn(u64) -> Fault) {
    for case in cases() {
        let server = Counting::serve(&case.server, &case.url).await;
        let whole = measure(&case, &server).await;
        for to in [To::Server, To::Client] {
            // Behind the message in a stream stands the End of its session (MC-NMF 2.2.3.8).
            let end = u64::from(case.name.starts_with("net.") && case.name.ends_with("streamed"));
            for place in places(whole[to as usize] - end) {
                let what = format!("{}, {to:?}, {:?} of {whole:?}", case.name, fault(place));
                let before = server.received();
                let relay = Relay::open(&server.url, to, fault(place)).await;
                match exchange(&case, &relay).await {
                    // The last octets of TLS may be those of what comes behind the handshake, those of HTTP/2 what one end says of
                    // its windows.
                    Ok(echo) => {
                        assert!(case.has_more, "{what}: a cut message looks complete");
                        assert_eq!(echo, Echo::new("x"), "{what}");
                    }
                    Err(error) => {
                        // A server of HTTP that hears half a request can still say so.
                        let is_told = to == To::Server && matches!(fault(place), Fault::HalfClose(_));
                        let told = [ErrorCode::EndpointFailure, ErrorCode::EndpointFaultReceived];
                        assert!(
                            error.code() == ErrorCode::EndpointDisconnected
                                || (is_told && told.contains(&error.code())),
                            "{what}: {error}"
                        );
                    }
                }
                if to == To::Server && !case.has_more {
                    assert_eq!(server.received(), before, "{what}: the server took a cut message");
                }
            }
        }
        // It is none the worse for it.
        measure(&case, &server).await;
        server.close().await;
    }
}

#[tokio::test]
async fn a_connection_that_is_reset_anywhere_is_an_error_and_never_a_message() {
    cut(Fault::Reset).await;
}

#[tokio::test]
async fn a_direction_that_is_closed_anywhere_is_an_error_and_never_a_message() {
    cut(Fault::HalfClose).await;
}

#[tokio::test]
async fn a_changed_octet_anywhere_hangs_nobody_and_changes_nothing_under_tls() {
    // A length that has grown makes a handshake wait for what cannot come.
    let soon = Duration::from_secs(3);
    for mut case in cases() {
        case.server.listener.connect_timeout = Some(soon);
        let server = Counting::serve(&case.server, &case.url).await;
        let whole = measure(&case, &server).await;
        for to in [To::Server, To::Client] {
            let end = whole[to as usize];
            for place in places(end) {
                let mask = if place % 2 == 0 { 0x01 } else { 0x80 };
                let relay = Relay::open(&server.url, to, Fault::Change { place, mask, end }).await;
                let done = exchange(&case, &relay).await;
                // What TLS lets pass, such as the version in the head of a record (RFC 8446 5.1), changes nothing.
                if let Ok(echo) = &done
                    && case.is_tls
                {
                    assert_eq!(*echo, Echo::new("x"), "{}, {to:?}, octet {place} of {end}", case.name);
                }
            }
        }
        // It is none the worse for it.
        measure(&case, &server).await;
        server.close().await;
    }
}

#[tokio::test]
async fn a_peer_that_stops_reading_costs_the_time_limit_over_every_transport() {
    let limit = Some(Duration::from_millis(100));
    // More than all buffers of the system between the two.
    let large = Echo { text: String::new(), data: vec![7; 32 << 20] };
    for case in cases() {
        let generous = |binding: wws::channel::Binding| {
            let mut binding = binding.with_max_message_size(64 << 20);
            binding.max_streamed_message_size = 64 << 20;
            binding.max_streamed_flush_size = 64 << 20;
            binding
        };
        let server = Counting::serve(&generous(case.server.clone()), &case.url).await;
        let timeouts = Timeouts { send: limit, ..Timeouts::default() };
        let relay = Relay::open(&server.url, To::Server, Fault::None).await;
        let client = generous(case.client.clone()).with_timeouts(timeouts);
        let sent = async {
            // Sessions and TLS have their handshakes with somebody who listens.
            let channel = relay.connect(&client).await?;
            if case.name.starts_with("https") {
                channel.request::<Echo>(ECHO, &Echo::new("x")).await?;
            }
            relay.stop_reading();
            channel.request::<Echo>(ECHO, &large).await
        };
        let error = tokio::time::timeout(PATIENCE, sent).await.unwrap().unwrap_err();
        assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{}: {error}", case.name);
        assert!(error.to_string().contains("SEND_TIMEOUT"), "{}: {error}", case.name);
        server.close().await;
    }
}
