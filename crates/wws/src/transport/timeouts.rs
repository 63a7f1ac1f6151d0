//! How long each step may take (WWSAPI K.6, P.5 #11 to #17).

use super::Abort;
use crate::{Error, ErrorCode, Result};
use bytes::Bytes;
use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Sleep;

/// The limits of each step of a channel; `None` waits for ever. A step over its limit fails with
/// [`OperationTimedOut`](ErrorCode::OperationTimedOut), and the channel can only be aborted then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Finding the address of a name: `RESOLVE_TIMEOUT`, no limit.
    pub resolve: Option<Duration>,
    /// Connecting, with the handshakes of TLS and of the framing: `CONNECT_TIMEOUT`, 30 s. For what a listener
    /// accepts it is the listener's: the handshake after the connection is there, 15 s.
    pub connect: Option<Duration>,
    /// Each write: `SEND_TIMEOUT`, 30 s.
    pub send: Option<Duration>,
    /// From the end of a request to the headers of its response: `RECEIVE_RESPONSE_TIMEOUT`, 30 s.
    pub receive_response: Option<Duration>,
    /// Each read: `RECEIVE_TIMEOUT`, 30 s. A peer that sends slowly has to bring within it a message that is buffered, the
    /// start of one that is streamed, or 4,096 octets of a streamed body.
    pub receive: Option<Duration>,
    /// The closing handshake: `CLOSE_TIMEOUT`, 30 s.
    pub close: Option<Duration>,
}

impl Timeouts {
    /// No limits at all: `ENABLE_TIMEOUTS` false.
    pub const NONE: Timeouts = Timeouts {
        resolve: None,
        connect: None,
        send: None,
        receive_response: None,
        receive: None,
        close: None,
    };

    /// The defaults of a listener and the channels it accepts: 15 s for handshakes (WWSAPI P.6 #6), else as a client.
    pub const fn of_listener() -> Self {
        Timeouts { connect: Some(Duration::from_secs(15)), ..Self::of_client() }
    }

    const fn of_client() -> Self {
        let limit = Some(Duration::from_secs(30));
        Timeouts {
            resolve: None,
            connect: limit,
            send: limit,
            receive_response: limit,
            receive: limit,
            close: limit,
        }
    }

    pub(crate) fn limit(&self, step: Step) -> Limit {
        let (duration, name) = match step {
            Step::Resolve => (self.resolve, "RESOLVE_TIMEOUT"),
            Step::Connect => (self.connect, "CONNECT_TIMEOUT"),
            Step::Send => (self.send, "SEND_TIMEOUT"),
            Step::ReceiveResponse => (self.receive_response, "RECEIVE_RESPONSE_TIMEOUT"),
            Step::Receive => (self.receive, "RECEIVE_TIMEOUT"),
            Step::Close => (self.close, "CLOSE_TIMEOUT"),
        };
        Limit { duration, name }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::of_client()
    }
}

/// A step that has a limit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Resolve,
    Connect,
    Send,
    ReceiveResponse,
    Receive,
    Close,
}

/// How long a step may take, and which property says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    duration: Option<Duration>,
    name: &'static str,
}

impl Limit {
    /// Carries `work` out within the limit, unless `abort` ends it. The clock runs only if the work has to wait.
    pub(crate) fn run<T>(
        self,
        abort: &Abort,
        work: impl Future<Output = Result<T>>,
    ) -> impl Future<Output = Result<T>> {
        abort.run(Limited { work, sleep: None, limit: self })
    }

    fn expired(self, duration: Duration) -> Error {
        let text = format!("not done within {duration:?}; {} sets this limit", self.name);
        Error::new(ErrorCode::OperationTimedOut, text)
    }
}

/// What a peer has to bring of a streamed body within the limit, so that one octet now and then is not enough.
const LEAST: usize = 4096;

/// A limit for reading on in a body: it begins anew with each [`LEAST`] octets.
pub(crate) struct Pace {
    limit: Limit,
    brought: usize,
    /// Runs from the first time that the reader has to wait.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    pub(crate) fn new(limit: Limit) -> Self {
        Pace { limit, brought: 0, sleep: None }
    }

    /// Waits for the next octets within what is left of the limit.
    pub(crate) async fn run(
        &mut self,
        next: impl Future<Output = Result<Option<Bytes>>>,
    ) -> Result<Option<Bytes>> {
        let mut next = pin!(next);
        let octets = poll_fn(|cx| {
            let done = next.as_mut().poll(cx);
            let (Poll::Pending, Some(duration)) = (&done, self.limit.duration) else { return done };
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(duration)));
            sleep.as_mut().poll(cx).map(|()| Err(self.limit.expired(duration)))
        })
        .await?;
        self.brought += octets.as_ref().map_or(0, Bytes::len);
        if self.brought >= LEAST {
            (self.brought, self.sleep) = (0, None);
        }
        Ok(octets)
    }
}

pin_project_lite::pin_project! {
    /// Work within a limit; by hand for the reason that [`Abort::run`] has.
    struct Limited<F> {
        #[pin]
        work: F,
        #[pin]
        sleep: Option<Sleep>,
        limit: Limit,
    }
}

impl<T, F: Future<Output = Result<T>>> Future for Limited<F> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let mut this = self.project();
        let done = this.work.poll(cx);
        let (Poll::Pending, Some(duration)) = (&done, this.limit.duration) else { return done };
        if this.sleep.is_none() {
            this.sleep.set(Some(tokio::time::sleep(duration)));
        }
        match this.sleep.as_pin_mut().map(|sleep| sleep.poll(cx)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(this.limit.expired(duration))),
            _ => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_step_over_its_limit_says_which() {
        let limit = Timeouts::default().limit(Step::Send);
        let error = limit.run(&Abort::new(), std::future::pending::<Result<()>>()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::OperationTimedOut);
        assert!(error.to_string().contains("SEND_TIMEOUT"));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_only_an_abort_ends() {
        let abort = Abort::new();
        let limit = Timeouts::NONE.limit(Step::Receive);
        let waiting = limit.run(&abort, std::future::pending::<Result<()>>());
        let day = tokio::time::sleep(Duration::from_secs(86_400));
        let (waited, ()) = tokio::join!(waiting, async {
            day.await;
            abort.abort();
        });
        assert_eq!(waited.unwrap_err().code(), ErrorCode::OperationAborted);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_has_to_bring_something() {
        let second = async |octets: usize| {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(Some(Bytes::from(vec![0; octets])))
        };
        let limit = Timeouts::default().limit(Step::Receive);
        let mut pace = Pace::new(limit);
        for _ in 0..100 {
            pace.run(second(LEAST / 20 + 1)).await.unwrap();
        }
        let mut pace = Pace::new(limit);
        for _ in 0..30 {
            pace.run(second(1)).await.unwrap();
        }
        let error = pace.run(second(1)).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::OperationTimedOut);
        assert!(error.to_string().contains("RECEIVE_TIMEOUT"), "{error}");
    }

    #[test]
    fn work_is_held_once() {
        let large = [0_u8; 4096];
        let work = async move {
            std::future::pending::<()>().await;
            Ok(large.len())
        };
        let (alone, abort) = (size_of_val(&work), Abort::new());
        assert!(size_of_val(&Timeouts::default().limit(Step::Send).run(&abort, work)) < alone + 512);
    }

    /// Work that ends, a limit that runs out and an abort, in every order: whichever came first decides, or one that came
    /// before anybody looked, and the task ends once.
    #[test]
    fn work_limit_and_abort_race_in_every_order() {
        use crate::orders::{Event, Task, every_order, run};
        use std::cell::{Cell, RefCell};
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let ends = RefCell::new(std::collections::BTreeSet::new());
        every_order(|choices| {
            let (abort, came) = (Abort::new(), RefCell::new(Vec::new()));
            let (finish, finished) = tokio::sync::oneshot::channel::<()>();
            let has_begun = Cell::new(false);
            let task: Task<'_> = Box::pin(async {
                has_begun.set(true);
                let work = async {
                    let _ = finished.await;
                    Ok(())
                };
                let done = Timeouts::default().limit(Step::Receive).run(&abort, work).await;
                let end = match done.map_err(|error| error.code()) {
                    Ok(()) => "finished",
                    Err(ErrorCode::OperationAborted) => "aborted",
                    Err(ErrorCode::OperationTimedOut) => "over",
                    Err(code) => panic!("{code:?}"),
                };
                assert!(came.borrow().contains(&end), "{end} before it came: {:?}", came.borrow());
                ends.borrow_mut().insert(end);
            });
            let _inside = runtime.enter();
            run(
                choices,
                vec![task],
                vec![
                    Event::new(|| {
                        came.borrow_mut().push("finished");
                        let _ = finish.send(());
                    }),
                    Event::new(|| {
                        came.borrow_mut().push("aborted");
                        abort.abort();
                    }),
                    // The clock of the step runs from its first wait on.
                    Event::after(
                        || has_begun.get(),
                        || {
                            came.borrow_mut().push("over");
                            runtime.block_on(tokio::time::advance(Duration::from_secs(31)));
                        },
                    ),
                ],
            );
        });
        assert_eq!(ends.into_inner().len(), 3, "each of them decides in some order");
    }
}
