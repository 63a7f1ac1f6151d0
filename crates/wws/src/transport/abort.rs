//! Ends what waits, from any thread: `WsAbortChannel`, `WsAbortListener`.

use crate::{Error, ErrorCode, Result};
use std::{
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};
use tokio::sync::{Notify, futures::Notified};

/// A handle that aborts a channel or a listener. Clones abort the same one.
///
/// After [`abort`](Self::abort), waiting operations and all later ones fail with
/// [`OperationAborted`](ErrorCode::OperationAborted). It does not wait, and it cannot be undone.
#[derive(Clone, Debug, Default)]
pub struct Abort(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    aborted: AtomicBool,
    waiting: Notify,
}

impl Abort {
    /// A handle that nobody has used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends everything that waits.
    pub fn abort(&self) {
        self.0.aborted.store(true, Ordering::Release);
        self.0.waiting.notify_waiters();
    }

    /// Whether [`abort`](Self::abort) was called.
    pub fn is_aborted(&self) -> bool {
        self.0.aborted.load(Ordering::Acquire)
    }

    /// Waits for [`abort`](Self::abort).
    pub async fn aborted(&self) {
        // Registered before the flag is read, so that no call in between is missed.
        let mut called = pin!(self.0.waiting.notified());
        called.as_mut().enable();
        if !self.is_aborted() {
            called.await;
        }
    }

    /// Carries `work` out unless it is aborted.
    pub fn run<T>(&self, work: impl Future<Output = Result<T>>) -> impl Future<Output = Result<T>> {
        Abortable { work, called: self.0.waiting.notified(), abort: self }
    }
}

pin_project_lite::pin_project! {
    /// Work that can be aborted. Written by hand, because an `async fn` would hold the work several times over, and move
    /// it as often.
    struct Abortable<'a, F> {
        #[pin]
        work: F,
        // Calls count from here on, so that none after a look at the flag is missed.
        #[pin]
        called: Notified<'a>,
        abort: &'a Abort,
    }
}

impl<T, F: Future<Output = Result<T>>> Future for Abortable<'_, F> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = self.project();
        if this.abort.is_aborted() {
            return Poll::Ready(Err(aborted()));
        }
        match this.work.poll(cx) {
            Poll::Pending => this.called.poll(cx).map(|()| Err(aborted())),
            done => done,
        }
    }
}

fn aborted() -> Error {
    Error::new(ErrorCode::OperationAborted, "the channel or listener was aborted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_waits_is_ended() {
        let abort = Abort::new();
        let work = tokio::spawn({
            let abort = abort.clone();
            async move { abort.run(std::future::pending::<Result<()>>()).await }
        });
        tokio::task::yield_now().await;
        std::thread::spawn(move || abort.abort()).join().unwrap();
        assert_eq!(work.await.unwrap().unwrap_err().code(), ErrorCode::OperationAborted);
    }

    #[tokio::test]
    async fn nothing_starts_afterwards() {
        let abort = Abort::new();
        abort.abort();
        abort.aborted().await;
        let work = abort.run(async { unreachable!("never polled") });
        assert_eq!(work.await.map(|(): ()| ()).unwrap_err().code(), ErrorCode::OperationAborted);
    }

    /// Several tasks that wait, one that is done in time, one whose work ends, aborts from two sides: in every order each
    /// task ends once, and none without a cause.
    #[test]
    fn whatever_comes_first_ends_the_work_in_every_order() {
        use crate::orders::{Event, Task, every_order, run};
        use std::cell::RefCell;
        let count = every_order(|choices| {
            let abort = Abort::new();
            let is_called = std::cell::Cell::new(false);
            let (finish, finished) = tokio::sync::oneshot::channel::<()>();
            let ends = RefCell::new(Vec::new());
            let wait = |name: &'static str, work: Pin<Box<dyn Future<Output = Result<()>>>>| -> Task<'_> {
                let (abort, ends, is_called) = (&abort, &ends, &is_called);
                Box::pin(async move {
                    let done = abort.run(work).await;
                    if let Err(error) = &done {
                        assert_eq!(error.code(), ErrorCode::OperationAborted);
                        assert!(is_called.get(), "{name} ended for nothing");
                    }
                    ends.borrow_mut().push((name, done.is_ok()));
                })
            };
            let work = Box::pin(async move {
                // Whoever finishes does not go away without a word.
                let _ = finished.await;
                Ok(())
            });
            let watch: Task<'_> = Box::pin(async {
                abort.aborted().await;
                assert!(is_called.get());
            });
            let call = || {
                is_called.set(true);
                abort.abort();
            };
            run(
                choices,
                vec![wait("work", work), wait("for ever", Box::pin(std::future::pending())), watch],
                vec![
                    Event::new(|| assert!(finish.send(()).is_ok() || abort.is_aborted())),
                    Event::new(call),
                    Event::new(call),
                ],
            );
            let mut ends = ends.into_inner();
            ends.sort_unstable();
            assert_eq!((ends.len(), ends[0]), (2, ("for ever", false)));
        });
        assert!(count > 100, "only {count} orders");
    }
}
