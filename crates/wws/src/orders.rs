//! A scheduler for tests that goes through every order: tasks that were woken and events that can come are taken one at a
//! time, each in its turn, until each sequence was seen. A task that was not woken is not polled, so that a wake-up that is
//! lost is a task that never ends.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Wake, Waker},
};

/// More steps than a sequence of these tests has.
const MOST: usize = 10_000;

/// The choices of one sequence.
#[derive(Debug, Default)]
pub(crate) struct Choices {
    /// What was chosen, and of how many.
    taken: Vec<(usize, usize)>,
    at: usize,
}

impl Choices {
    /// One of so many: the first when nothing was chosen here yet.
    fn one_of(&mut self, count: usize) -> usize {
        if self.at == self.taken.len() {
            self.taken.push((0, count));
        }
        let (choice, of) = self.taken[self.at];
        assert_eq!(of, count, "the same choices lead to something else: what is tested is not deterministic");
        self.at += 1;
        choice
    }

    /// The choices of the next sequence; false behind the last one.
    fn next(&mut self) -> bool {
        self.at = 0;
        while let Some((choice, of)) = self.taken.pop() {
            if choice + 1 < of {
                self.taken.push((choice + 1, of));
                return true;
            }
        }
        false
    }
}

/// Runs a test with every sequence of choices; how many there were.
pub(crate) fn every_order(mut run: impl FnMut(&mut Choices)) -> usize {
    let mut choices = Choices::default();
    let mut count = 0;
    loop {
        run(&mut choices);
        count += 1;
        assert!(count < 2_000_000, "too many orders for a test");
        if !choices.next() {
            return count;
        }
    }
}

/// Something that happens from outside, once.
pub(crate) struct Event<'t> {
    can_come: Box<dyn Fn() -> bool + 't>,
    happen: Box<dyn FnOnce() + 't>,
}

impl<'t> Event<'t> {
    /// An event that can come at any time.
    pub(crate) fn new(happen: impl FnOnce() + 't) -> Self {
        Self::after(|| true, happen)
    }

    /// An event that can come once something is so.
    pub(crate) fn after(can_come: impl Fn() -> bool + 't, happen: impl FnOnce() + 't) -> Self {
        Event { can_come: Box::new(can_come), happen: Box::new(happen) }
    }
}

/// A task under the scheduler.
pub(crate) type Task<'t> = Pin<Box<dyn Future<Output = ()> + 't>>;

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Takes tasks and events in the order that is chosen, until all tasks are done and all events have come.
pub(crate) fn run(choices: &mut Choices, tasks: Vec<Task<'_>>, mut events: Vec<Event<'_>>) {
    let mut tasks: Vec<Option<(Task<'_>, Arc<Woken>)>> =
        tasks.into_iter().map(|task| Some((task, Arc::new(Woken(AtomicBool::new(true)))))).collect();
    for _ in 0..MOST {
        let is_woken = |task: &Option<(Task<'_>, Arc<Woken>)>| {
            task.as_ref().is_some_and(|(_, woken)| woken.0.load(Ordering::SeqCst))
        };
        let runnable: Vec<usize> = (0..tasks.len()).filter(|at| is_woken(&tasks[*at])).collect();
        let possible: Vec<usize> = (0..events.len()).filter(|at| (events[*at].can_come)()).collect();
        let count = runnable.len() + possible.len();
        if count == 0 {
            let left: Vec<usize> = (0..tasks.len()).filter(|at| tasks[*at].is_some()).collect();
            assert!(left.is_empty(), "nobody wakes the tasks {left:?}: {:?}", choices.taken);
            assert!(events.is_empty(), "{} events can never come: {:?}", events.len(), choices.taken);
            return;
        }
        let choice = choices.one_of(count);
        if let Some(at) = choice.checked_sub(runnable.len()) {
            let event = events.remove(possible[at]);
            (event.happen)();
            continue;
        }
        let at = runnable[choice];
        let Some((task, woken)) = &mut tasks[at] else { continue };
        woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(woken.clone());
        if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            tasks[at] = None;
        }
    }
    panic!("it never ends: {:?}", choices.taken);
}
