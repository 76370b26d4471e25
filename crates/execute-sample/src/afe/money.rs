//! What a chain costs: estimates, and the actual costs of each month.
//!
//! All amounts are whole cents. The lines of an estimate add up to its total, and so do its months; the months of
//! costs add up to what the chain cost in the end.

use super::{Chain, Part};
use crate::noise::{Aspect, Dice};
use crate::plan::Plan;

const THOUSAND: i64 = 100_000;

/// Line items of an estimate are rounded to ten dollars.
const ESTIMATE_STEP: i64 = 1_000;

/// The smallest supplement or revision, in thousands: enough for each of its lines to have something.
const LEAST_THOUSANDS: i64 = 5;

/// One of the shares that an amount was divided into.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    pub(crate) nth: u32,
    pub(crate) amount: i64,
}

/// Divides `total` into one share for each weight, in whole steps; the last takes what is left.
pub(crate) fn shares(total: i64, step: i64, weights: impl Iterator<Item = u64> + Clone) -> impl Iterator<Item = Share> {
    let sum = weights.clone().sum::<u64>().max(1);
    let count = weights.clone().count() as u32;
    let (steps, mut left) = (total / step, total);
    (0..).zip(weights).map(move |(nth, weight)| {
        let amount = match nth + 1 == count {
            true => left,
            false => (i128::from(steps) * i128::from(weight) / i128::from(sum)) as i64 * step,
        };
        left -= amount;
        Share { nth, amount }
    })
}

impl Chain {
    /// The total of one AFE: a supplement's comes on top of the others, a revision's replaces the base's.
    pub(crate) fn estimate(&self, plan: &Plan, part: Part) -> i64 {
        let mut dice = self.dice(plan, part, 4);
        match part {
            Part::Base if self.large => i64::from(plan.large_afe_lines) * 155 * THOUSAND / 10,
            Part::Base => {
                let (low, high) = self.work.thousands;
                // Small AFEs are more common than large ones.
                let luck = dice.between(0, 1000);
                (low + (high - low) * luck * luck / 1_000_000) * THOUSAND
            }
            Part::Supplement(_) => {
                let base = self.estimate(plan, Part::Base);
                (base * dice.between(6, 30) / 100 / THOUSAND).max(LEAST_THOUSANDS) * THOUSAND
            }
            Part::Revision => {
                let base = self.estimate(plan, Part::Base);
                (base * dice.between(85, 130) / 100 / THOUSAND).max(LEAST_THOUSANDS) * THOUSAND
            }
        }
    }

    /// How many line items an AFE has.
    pub(crate) fn line_count(&self, plan: &Plan, part: Part) -> u32 {
        match part {
            Part::Base if self.large => plan.large_afe_lines,
            Part::Base | Part::Supplement(_) | Part::Revision => {
                let most = i64::from(self.work.accounts());
                let fewest = if part == Part::Base { most * 5 / 9 } else { most / 6 + 1 };
                self.dice(plan, part, 5).between(fewest, most) as u32
            }
        }
    }

    /// The line items of an AFE.
    pub(crate) fn lines(&self, plan: &Plan, part: Part) -> impl Iterator<Item = Share> + use<> {
        let total = self.estimate(plan, part);
        let (chain, noise) = (u64::from(self.index), plan.noise);
        let weights = (0..self.line_count(plan, part)).map(move |nth| {
            let mut dice = noise.dice(Aspect::LineItems, chain << 20 | u64::from(nth));
            10 + dice.below(90)
        });
        shares(total, ESTIMATE_STEP, weights)
    }

    /// The account of a line, of an estimate or of a month's costs, among `count` lines.
    pub(crate) fn account(&self, nth: u32, count: u32) -> u32 {
        let accounts = self.work.accounts();
        let spread = if count <= accounts { nth * accounts / count } else { nth % accounts };
        self.work.account(spread)
    }

    /// An AFE's total over the months of the planned work.
    pub(crate) fn phasing(&self, plan: &Plan, part: Part) -> impl Iterator<Item = Share> + use<> {
        let weights = self.month_weights(plan, Aspect::Phasing).take(self.months as usize);
        shares(self.estimate(plan, part), THOUSAND, weights)
    }

    /// What the chain costs in the end, once all that is planned is approved.
    fn actual(&self, plan: &Plan) -> i64 {
        let in_force = |part: &&Part| **part != Part::Base || !self.parts.contains(&Part::Revision);
        let estimates: i64 = self.parts.iter().filter(in_force).map(|part| self.estimate(plan, *part)).sum();
        let mut dice = self.dice(plan, Part::Base, 6);
        estimates / 100 * dice.between(80, 113) + dice.between(0, 99_999)
    }

    /// The costs of one month, counted from the first; `stage` 3 is a correction of what was posted before.
    pub(crate) fn month_cost(&self, plan: &Plan, month: u32, stage: u8) -> i64 {
        let weights = self.month_weights(plan, Aspect::Posting).take(self.cost_months() as usize);
        let amount = shares(self.actual(plan), 1, weights).nth(month as usize).map_or(0, |share| share.amount);
        match stage {
            0..=2 => amount,
            _ => amount + amount / 100 * self.dice(plan, Part::Base, 7).between(-6, 4),
        }
    }

    /// Work starts slowly, is busiest in the middle, and leaves some late invoices.
    fn month_weights(&self, plan: &Plan, aspect: Aspect) -> impl Iterator<Item = u64> + Clone + use<> {
        let mut dice: Dice = plan.dice(aspect, self.index);
        let luck = dice.roll();
        let months = u64::from(self.months);
        (0_u64..).map(move |nth| match nth < months {
            true => 8 + nth.min(months - 1 - nth) * 6 + (luck >> (nth * 4 % 60) & 7),
            false => 1 + (luck >> 60 & 1),
        })
    }
}
