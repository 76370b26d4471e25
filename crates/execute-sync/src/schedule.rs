//! When a profile runs: the plan a person makes. Deciding from it what is due is pure; clocks are arguments.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// When a profile runs by itself. Times of day are local.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// How often.
    pub every: Every,
    /// Only at these times of day; a window that ends before it begins spans midnight.
    pub within: Option<Within>,
    /// Also when the app starts.
    pub on_start: bool,
    /// Also when the machine wakes, or the clock jumped past a run that was due.
    pub on_wake: bool,
    /// A full refresh once a day at this time: calculated values change without a new version.
    pub full_refresh_at: Option<Time>,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// So many minutes after the last run ended; at least 1.
    Minutes(u32),
    /// Once a day at this time.
    DailyAt(Time),
    /// Only by hand.
    Manual,
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// From this time on.
    pub from: Time,
    /// Up to but not including this time.
    pub until: Time,
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule { every: Every::Minutes(10), within: None, on_start: true, on_wake: true, full_refresh_at: None }
    }
}
