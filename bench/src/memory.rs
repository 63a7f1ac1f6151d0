//! The harness against itself: two copies of the same bytes must come out as equal.

use crate::harness::Case;

pub(crate) fn cases() -> Vec<Case> {
    let from = vec![7_u8; 1 << 20];
    let copy = |from: Vec<u8>| {
        let mut to = vec![0_u8; from.len()];
        Box::new(move || {
            to.copy_from_slice(&from);
            std::hint::black_box(&mut to);
        })
    };
    vec![Case {
        name: "harness/copy",
        peer_name: "the same copy",
        target: 0.0,
        bytes: from.len(),
        items: 0,
        ours: copy(from.clone()),
        peer: copy(from),
    }]
}
