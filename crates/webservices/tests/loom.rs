//! The end of an asynchronous function of the program, in every order of the two threads, by loom.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::upper_case_acronyms,
    reason = "it holds a module of the library"
)]

#[path = "../src/completion.rs"]
mod completion;
mod hresult {
    pub(crate) type HRESULT = i32;
}
mod sync {
    pub(crate) use loom::sync::{Condvar, Mutex};
}

use completion::Completion;
use loom::sync::Arc;

#[test]
fn whoever_waits_gets_the_result_in_every_order() {
    loom::model(|| {
        let completion = Arc::new(Completion::default());
        let theirs = completion.clone();
        let program = loom::thread::spawn(move || theirs.complete(7));
        assert_eq!(completion.wait(), 7);
        program.join().expect("it does not panic");
        assert_eq!(completion.wait(), 7, "it stays");
    });
}
