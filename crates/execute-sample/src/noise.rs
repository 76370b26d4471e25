//! Seeded chance: every "random" fact of the world is a hash of the seed and of what it is a fact about.
//!
//! Nothing here remembers anything, so any document can be made at any time, alone, and comes out the same.

/// What a draw is about. Two concepts never share an aspect, so that no fact leaks into another.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Aspect {
    Ids = 1,
    Raised,
    Chain,
    Part,
    LineItems,
    Phasing,
    Pad,
    Interests,
    Well,
    Master,
    User,
    Partner,
    Vendor,
    Account,
    Budget,
    Project,
    Posting,
    Cost,
    CostLines,
    Afe,
}

/// The seed of a world, ready to be asked.
#[derive(Clone, Copy)]
pub(crate) struct Noise {
    seed: u64,
}

impl Noise {
    pub(crate) fn new(seed: u64) -> Noise {
        Noise { seed: mix(seed.wrapping_add(GOLDEN)) }
    }

    /// Dice for one subject under one aspect; `subject` is below 2^56.
    pub(crate) fn dice(self, aspect: Aspect, subject: u64) -> Dice {
        Dice { state: mix(self.seed ^ mix(subject | (aspect as u64) << 56)) }
    }
}

/// A stream of draws about one subject (splitmix64).
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number from 0 up to, and without, `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.roll()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// An item of a list that is never empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }
}

pub(crate) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// splitmix64's finaliser: every input has its own output.
pub(crate) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The inverse of [`mix`].
pub(crate) const fn unmix(mut z: u64) -> u64 {
    z = (z ^ (z >> 31) ^ (z >> 62)).wrapping_mul(0x3196_42b2_d24d_8ec3);
    z = (z ^ (z >> 27) ^ (z >> 54)).wrapping_mul(0x96de_1b17_3f11_9089);
    z ^ (z >> 30) ^ (z >> 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_can_be_undone() {
        for z in (0..1000_u64).map(|n| n.wrapping_mul(GOLDEN)) {
            assert_eq!(unmix(mix(z)), z);
        }
    }

    #[test]
    fn draws_stay_in_their_bounds() {
        let mut dice = Noise::new(1).dice(Aspect::Chain, 7);
        for _ in 0..10_000 {
            assert!(dice.below(6) < 6);
            assert!((-3..=3).contains(&dice.between(-3, 3)));
        }
        assert_eq!(dice.below(0), 0);
    }
}
