//! When a datagram is sent again (SOAP-over-UDP 1.1, appendix A).

use std::time::Duration;

/// How often and when a datagram is sent again.
///
/// The first wait is a random time between `min_delay` and `max_delay`; each further one is twice as long, up to
/// `upper_delay`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// Repetitions to one host: `UNICAST_UDP_REPEAT`; 1.
    pub unicast: u32,
    /// Repetitions to a group: `MULTICAST_UDP_REPEAT`; 2.
    pub multicast: u32,
    /// `UDP_MIN_DELAY`; 50 ms.
    pub min_delay: Duration,
    /// `UDP_MAX_DELAY`; 250 ms.
    pub max_delay: Duration,
    /// `UDP_UPPER_DELAY`; 500 ms.
    pub upper_delay: Duration,
}

impl Default for Repeat {
    fn default() -> Self {
        Repeat {
            unicast: 1,
            multicast: 2,
            min_delay: Duration::from_millis(50),
            max_delay: Duration::from_millis(250),
            upper_delay: Duration::from_millis(500),
        }
    }
}

impl Repeat {
    /// Every datagram once.
    pub const NEVER: Repeat = Repeat {
        unicast: 0,
        multicast: 0,
        min_delay: Duration::ZERO,
        max_delay: Duration::ZERO,
        upper_delay: Duration::ZERO,
    };

    /// How long to wait before each repetition, for a random number.
    pub fn delays(&self, is_multicast: bool, random: u64) -> impl Iterator<Item = Duration> + Send + use<> {
        let repeats = if is_multicast { self.multicast } else { self.unicast };
        let range = self.max_delay.saturating_sub(self.min_delay).as_micros() as u64;
        let first = self.min_delay + Duration::from_micros(random % (range + 1));
        let upper = self.upper_delay;
        std::iter::successors(Some(first), move |delay| Some((*delay * 2).min(upper))).take(repeats as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_double_up_to_the_upper_delay() {
        let repeat = Repeat { multicast: 5, ..Repeat::default() };
        let waits: Vec<u128> = repeat.delays(true, 50_000).map(|d| d.as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 500, 500]);
        assert_eq!(Repeat::default().delays(false, 0).count(), 1);
        assert_eq!(Repeat::default().delays(true, 0).count(), 2);
        assert_eq!(Repeat::NEVER.delays(true, 7).count(), 0);
    }

    proptest! {
        #[test]
        fn the_first_wait_is_in_its_range(random in any::<u64>()) {
            let first = Repeat::default().delays(true, random).next().unwrap();
            prop_assert!((50..=250).contains(&first.as_millis()));
        }
    }
}
