//! Aborts and dropped futures at every moment of an exchange. A moment is a place where the exchange waits: the tests stop
//! at the first, then at the second, and so on, until the exchange is done before it is stopped.

use super::{Case, cases};
use crate::echo::{ECHO, Echo, serve};
use std::{
    future::poll_fn,
    pin::pin,
    task::{Context, Poll},
};
use wws::{
    ErrorCode,
    channel::{Binding, Channel, ChannelState},
};

/// More moments than an exchange has.
const MOST: usize = 10_000;

/// Every transport, UDP too.
fn all() -> Vec<Case> {
    let (client, server) = (Binding::udp(), Binding::udp());
    let mut all = cases();
    let url = "soap.udp://127.0.0.1:0".to_owned();
    all.push(Case { name: "UDP", client, server, url, is_tls: false, has_more: false });
    all
}

/// What comes of `work` if `stop` is asked each time it waits, with the number of times it waited before: `None` if that
/// says to drop it.
async fn stopped<T>(work: impl Future<Output = T>, mut stop: impl FnMut(usize) -> bool) -> Option<T> {
    let mut work = pin!(work);
    let mut waited = 0;
    poll_fn(|cx: &mut Context<'_>| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if stop(waited) => Poll::Ready(None),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

/// Runs `exchange` with each moment in turn; it says whether it was over before that moment came.
async fn at_every_moment(name: &str, mut exchange: impl AsyncFnMut(usize) -> bool) {
    for moment in 0..MOST {
        if exchange(moment).await {
            assert!(moment > 0, "{name}: nothing ever waits");
            return;
        }
    }
    panic!("{name}: an exchange never ends");
}

#[tokio::test]
async fn a_request_that_is_aborted_at_any_moment_says_so() {
    for case in all() {
        let server = serve(&case.server, &case.url).await;
        at_every_moment(case.name, async |moment| {
            let channel = Channel::connect(&case.client, &server.url).await.unwrap();
            let mut is_aborted = false;
            let echo = Echo::new("x");
            let request = channel.request::<Echo>(ECHO, &echo);
            let done = stopped(request, |waited| {
                if waited == moment {
                    // From another thread, which has ended before anybody goes on.
                    std::thread::scope(|scope| scope.spawn(|| channel.abort()).join().unwrap());
                    is_aborted = true;
                }
                false
            })
            .await
            .unwrap();
            let is_over = match (is_aborted, done) {
                (false, reply) => {
                    assert_eq!(reply.unwrap(), echo, "{}", case.name);
                    true
                }
                // It was there already.
                (true, Ok(reply)) => {
                    assert_eq!(reply, echo);
                    false
                }
                (true, Err(error)) => {
                    let code = error.code();
                    assert_eq!(code, ErrorCode::OperationAborted, "{} {moment}: {error}", case.name);
                    false
                }
            };
            if is_aborted {
                assert_eq!(channel.state(), ChannelState::Faulted, "{} {moment}", case.name);
                let error = channel.request::<Echo>(ECHO, &echo).await.unwrap_err();
                assert_eq!(error.code(), ErrorCode::ObjectFaulted, "{} {moment}", case.name);
            }
            channel.close().await.unwrap();
            channel.reset().unwrap();
            is_over
        })
        .await;
        server.listener.close().await.unwrap();
    }
}

#[tokio::test]
async fn opening_that_is_aborted_or_dropped_at_any_moment_leaves_the_channel_as_it_was() {
    for case in all() {
        let server = serve(&case.server, &case.url).await;
        let address = wws::soap::EndpointAddress::new(&*server.url);
        for is_dropped in [false, true] {
            let channel = Channel::new(case.client.client_type(), &case.client).unwrap();
            let exchange = async |moment| {
                let mut is_stopped = false;
                let opened = stopped(channel.open(&address), |waited| {
                    if waited == moment {
                        is_stopped = true;
                        if !is_dropped {
                            channel.abort();
                        }
                    }
                    is_stopped && is_dropped
                })
                .await;
                match opened {
                    Some(Ok(())) => assert!(!is_stopped, "{} {moment}", case.name),
                    Some(Err(error)) => {
                        let code = error.code();
                        assert_eq!(code, ErrorCode::OperationAborted, "{} {moment}: {error}", case.name);
                    }
                    None => assert!(is_dropped),
                }
                let expected = if is_stopped { ChannelState::Created } else { ChannelState::Open };
                assert_eq!(channel.state(), expected, "{} {moment}", case.name);
                !is_stopped
            };
            // Opening does no I/O over HTTP and may do none over UDP.
            if !case.name.starts_with("http") && case.name != "UDP" && !case.name.starts_with("HTTP") {
                at_every_moment(case.name, exchange).await;
            } else {
                channel.open(&address).await.unwrap();
            }
            channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
            channel.close().await.unwrap();
        }
        server.listener.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_request_that_is_dropped_at_any_moment_is_given_up_alone_or_ends_the_session() {
    for case in all() {
        let server = serve(&case.server, &case.url).await;
        at_every_moment(case.name, async |moment| {
            let channel = Channel::connect(&case.client, &server.url).await.unwrap();
            let echo = Echo::new("x");
            let done = stopped(channel.request::<Echo>(ECHO, &echo), |waited| waited == moment).await;
            let is_over = done.is_some();
            // A send that was cut in half ends a session, with an error that says so; everything else goes on.
            let again = Echo::new("again");
            match channel.request::<Echo>(ECHO, &again).await {
                Ok(reply) => assert_eq!(reply, again, "{} {moment}", case.name),
                Err(error) => {
                    assert!(!is_over, "{} {moment}: {error}", case.name);
                    assert_eq!(error.code(), ErrorCode::ObjectFaulted, "{} {moment}: {error}", case.name);
                    assert_eq!(channel.state(), ChannelState::Faulted);
                }
            }
            is_over
        })
        .await;
        server.listener.close().await.unwrap();
    }
}
