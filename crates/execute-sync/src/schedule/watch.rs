//! Notices that the machine slept or that its clock was set, by comparing the two clocks.

use std::time::Duration;

use super::Now;

/// A difference below this is a clock that is being put right, not one that was set.
const NOTICED: Duration = Duration::from_secs(60);

/// What happened between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    /// The machine slept so long, or its clock was set forward: the two look the same.
    Forward(Duration),
    /// The clock was set back.
    Back(Duration),
}

/// Remembers the last look.
#[derive(Debug, Clone)]
pub struct Watch {
    last: Now,
}

impl Watch {
    /// The first look.
    pub fn new(now: &Now) -> Watch {
        Watch { last: now.clone() }
    }

    /// Another look, which should have come within `expected` of the one before.
    pub fn look(&mut self, now: &Now, expected: Duration) -> Option<Jump> {
        let ran = now.monotonic.saturating_sub(self.last.monotonic);
        let passed = now.wall.duration_since(self.last.wall);
        let ran_signed = jiff::SignedDuration::try_from(ran).unwrap_or(jiff::SignedDuration::MAX);
        let drift = passed.saturating_sub(ran_signed);
        self.last = now.clone();
        if drift.unsigned_abs() >= NOTICED {
            let by = drift.unsigned_abs();
            return Some(if drift.is_negative() { Jump::Back(by) } else { Jump::Forward(by) });
        }
        // Where the monotonic clock goes on in sleep, only the look that did not come tells.
        let late = ran.saturating_sub(expected);
        (late >= NOTICED).then_some(Jump::Forward(late))
    }
}
