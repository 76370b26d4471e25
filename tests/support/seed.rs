//! Randomness that can be repeated: every random choice of a test comes from a seed that its failure prints.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A small generator (splitmix64): the same seed gives the same numbers on every system.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    /// A generator for one named thing, so that adding another does not change what this one meets.
    pub fn named(seed: u64, name: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        Rng(seed ^ hasher.finish())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `from` to `to`, both included; `from` if there is none.
    pub fn between(&mut self, from: usize, to: usize) -> usize {
        if to <= from {
            return from;
        }
        let span = (to - from + 1) as u64;
        from + usize::try_from(self.next() % span).unwrap_or_default()
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.between(0, from.len() - 1)]
    }
}

/// The seed of this process: `SEED`, or 1.
pub fn base() -> u64 {
    std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// How many seeds or trials: the first number, or with `SOAK` set the second.
pub fn trials(usual: u64, soak: u64) -> u64 {
    if std::env::var_os("SOAK").is_some() { soak } else { usual }
}

/// Only the case with this name is run, if `REPLAY` names one.
pub fn is_wanted(name: &str) -> bool {
    std::env::var("REPLAY").map_or(true, |wanted| wanted == name)
}

/// The line that repeats one case of a test.
pub fn replay(test: &str, case: &str, seed: u64) -> String {
    format!("SEED={seed} REPLAY='{case}' cargo test -p execute-sync-cli --test integration {test} -- --nocapture")
}
