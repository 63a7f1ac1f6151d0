//! What the thread of a decoder that pulls shares with the task that has the octets, in every order of the two, by loom.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "it holds a module of the library; an unwrap is an assertion"
)]

#[path = "../src/encoder/link.rs"]
mod link;
mod sync {
    pub(super) use loom::sync::{Condvar, Mutex, MutexGuard};
}

use bytes::Bytes;
use link::Link;
use loom::{future::block_on, sync::Arc, thread};
use std::future::poll_fn;
use wws::{Error, ErrorCode, Result, encoder::Input};

/// Runs the decoder's thread, which pulls so many times, beside the other side.
fn pull(times: usize, link: &Arc<Link>) -> thread::JoinHandle<Vec<Result<Bytes>>> {
    let link = link.clone();
    thread::spawn(move || (0..times).map(|_| link.wait()).collect())
}

#[test]
fn each_pull_gets_what_is_supplied_in_every_order() {
    loom::model(|| {
        let link = Arc::new(Link::default());
        let decoder = pull(2, &link);
        let mut input = Input::default();
        for octets in ["a", "b"] {
            input.push(octets.into());
            // A wake-up that is lost would be a deadlock, which loom finds.
            block_on(poll_fn(|cx| link.poll_waiting(cx)));
            assert!(link.supply(&mut input));
        }
        let pulled: Vec<Bytes> = decoder.join().unwrap().into_iter().map(Result::unwrap).collect();
        assert_eq!(pulled, ["a", "b"]);
    });
}

#[test]
fn the_end_is_supplied_in_every_order() {
    loom::model(|| {
        let link = Arc::new(Link::default());
        let decoder = pull(1, &link);
        let mut input = Input::default();
        block_on(poll_fn(|cx| link.poll_waiting(cx)));
        assert!(!link.supply(&mut input), "nothing is there, and more may come");
        input.finish();
        assert!(link.supply(&mut input));
        assert_eq!(decoder.join().unwrap().remove(0).unwrap(), "");
    });
}

#[test]
fn a_decoder_that_is_given_up_never_waits_for_ever() {
    loom::model(|| {
        let link = Arc::new(Link::default());
        let decoder = pull(2, &link);
        let mut input = Input::default();
        input.push("a".into());
        // As the driver does: it may come before the thread waits, and changes nothing then.
        link.supply(&mut input);
        link.cancel();
        let pulled = decoder.join().unwrap();
        for pull in pulled {
            match pull {
                Ok(octets) => assert_eq!(octets, "a"),
                Err(error) => assert_eq!(error.code(), ErrorCode::OperationAborted),
            }
        }
    });
}

/// So that the module of the library finds its error.
const _: fn(ErrorCode, &'static str) -> Error = |code, text| Error::new(code, text);
