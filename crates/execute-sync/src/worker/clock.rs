//! The one place where the worker's clocks are read.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::schedule::Now;

/// The machine's clocks.
pub trait Clock: Send + Sync + 'static {
    /// What all of them say.
    fn now(&self) -> Now;

    /// What the monotonic one says, the same as in [`Clock::now`].
    fn monotonic(&self) -> Duration;
}

/// The clocks of this machine.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl SystemClock {
    /// The monotonic clock counts from here.
    pub fn new() -> Self {
        SystemClock(Instant::now())
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        Now { monotonic: self.monotonic(), wall: Timestamp::now(), zone: TimeZone::system() }
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}
