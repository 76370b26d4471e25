//! Working interests: who pays which share of what is done on a pad.

use crate::noise::Aspect;
use crate::plan::Plan;

/// A partner and its share in ten-thousandths of a percent.
#[derive(Clone, Copy)]
pub(crate) struct Interest {
    pub(crate) partner: u32,
    pub(crate) share: i64,
}

/// All of a pad's interests; the operator's own comes first, and together they are 100 %.
pub(crate) struct Interests {
    pub(crate) all: Vec<Interest>,
    /// The partner who runs the pad: in most cases the company itself, partner 0.
    pub(crate) operator: u32,
}

pub(crate) const WHOLE: i64 = 1_000_000;

const SPLITS: [&[i64]; 10] = [
    &[1_000_000],
    &[600_000, 400_000],
    &[500_000, 500_000],
    &[625_000, 375_000],
    &[500_000, 300_000, 200_000],
    &[333_334, 333_333, 333_333],
    &[450_000, 250_000, 200_000, 100_000],
    &[800_000, 125_000, 75_000],
    &[715_250, 284_750],
    &[562_500, 250_000, 187_500],
];

impl Interests {
    pub(crate) fn of_pad(plan: &Plan, pad: u32) -> Interests {
        let mut dice = plan.dice(Aspect::Interests, pad);
        let shares = *dice.pick(&SPLITS);
        let others = u64::from(plan.partners()) - 1;
        let first = dice.below(others);
        let all = shares.iter().zip(0_u64..).map(|(share, nth)| match nth {
            0 => Interest { partner: 0, share: *share },
            _ => Interest { partner: 1 + ((first + nth) % others) as u32, share: *share },
        });
        let all: Vec<Interest> = all.collect();
        let operator = if dice.chance(85) { 0 } else { all[all.len() - 1].partner };
        Interests { all, operator }
    }

    /// The company's own share.
    pub(crate) fn ours(&self) -> i64 {
        self.all[0].share
    }
}

/// A share of an amount, rounded to the nearest unit, halves up.
pub(crate) fn share_of(amount: i64, share: i64) -> i64 {
    ((i128::from(amount) * i128::from(share) + i128::from(WHOLE / 2)).div_euclid(i128::from(WHOLE))) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_split_is_whole() {
        for split in SPLITS {
            assert_eq!(split.iter().sum::<i64>(), WHOLE);
        }
        assert_eq!(share_of(100, 333_333), 33);
        assert_eq!(share_of(-150, 500_000), -75);
        assert_eq!(share_of(1, 500_000), 1);
    }
}
