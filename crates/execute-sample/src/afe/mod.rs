//! AFE chains: a base AFE, its supplements and its revision, through their whole lives.
//!
//! Everything about a chain follows from its number. What it costs is in `money`, what it asks the money for in
//! `work`; how its documents are written is in `catalogue/`.

mod money;
mod work;

pub(crate) use money::{Share, shares};
pub(crate) use work::WORKS;

use crate::catalogue::{Life, wells};
use crate::interests::Interests;
use crate::moment::{Moment, Month};
use crate::noise::{Aspect, Dice};
use crate::plan::Plan;
use work::{LARGE_WORK, Work};

/// The statuses of an AFE, in the order of the look-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Status {
    Draft,
    Review,
    Internal,
    Partner,
    Approved,
    Completed,
    Closed,
    Rejected,
    Cancelled,
    Superseded,
}

impl Status {
    /// Whether an AFE with this status counts towards what may be spent.
    pub(crate) fn in_force(self) -> bool {
        matches!(self, Status::Approved | Status::Completed | Status::Closed)
    }
}

/// The AFEs of a chain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Base,
    /// Asks for more money; its total comes on top.
    Supplement(u32),
    /// Asks for other money; once approved its total replaces the base's.
    Revision,
}

/// How a base AFE ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Approved,
    Rejected,
    Cancelled,
    Deleted,
}

pub(crate) struct Chain {
    pub(crate) index: u32,
    pub(crate) raised: Moment,
    /// The index of its AFE type.
    pub(crate) work_type: u32,
    pub(crate) work: &'static Work,
    pub(crate) pad: u32,
    pub(crate) large: bool,
    outcome: Outcome,
    parts: &'static [Part],
    joint: bool,
    decided: Moment,
    /// Months in which the work is planned to be done.
    months: u32,
}

/// The statuses an AFE goes through, and when.
pub(crate) struct Path {
    statuses: [Status; 8],
    pub(crate) life: Life,
    len: usize,
}

/// Months after the planned work in which invoices still come in.
const LATE_MONTHS: u32 = 2;

impl Chain {
    pub(crate) fn new(plan: &Plan, index: u32) -> Chain {
        let mut dice = plan.dice(Aspect::Chain, index);
        let large = index == plan.large_chain() && plan.large_afe_lines > 0;
        let drawn = work::draw(&mut dice);
        let work_type = if large { LARGE_WORK } else { drawn };
        let work = &WORKS[work_type as usize];
        let mut pad = wells::pad_of_chain(index);
        if !work.breaks_ground {
            pad = dice.below(u64::from(pad) + 1) as u32;
        }
        let outcome = match dice.below(100) {
            _ if index == plan.deleted_chain() => Outcome::Deleted,
            _ if large => Outcome::Approved,
            0..=80 => Outcome::Approved,
            81..=90 => Outcome::Rejected,
            _ => Outcome::Cancelled,
        };
        let parts: &[Part] = match dice.below(100) {
            _ if large || outcome != Outcome::Approved => &[Part::Base],
            0..=59 => &[Part::Base],
            60..=81 => &[Part::Base, Part::Supplement(1)],
            82..=88 => &[Part::Base, Part::Supplement(1), Part::Supplement(2)],
            89..=96 => &[Part::Base, Part::Revision],
            _ => &[Part::Base, Part::Revision, Part::Supplement(1)],
        };
        let months = dice.between(work.months.0, work.months.1) as u32;
        let joint = Interests::of_pad(plan, pad).all.len() > 1;
        let raised = plan.raised(index);
        let mut chain =
            Chain { index, raised, work_type, work, pad, large, outcome, parts, joint, decided: raised, months };
        let base = chain.road_to_decision(plan, Part::Base, raised);
        chain.decided = base.life.at(base.len as u8);
        chain
    }

    /// The number of AFEs that the chain has or will have.
    pub(crate) fn parts(&self) -> u32 {
        self.parts.len() as u32
    }

    pub(crate) fn part(&self, part: u32) -> Part {
        self.parts[part as usize]
    }

    pub(crate) fn approved(&self) -> Option<Moment> {
        (self.outcome == Outcome::Approved).then_some(self.decided)
    }

    /// When it was approved, rejected, cancelled or deleted.
    pub(crate) fn decided(&self) -> Moment {
        self.decided
    }

    /// The first month of the planned work.
    pub(crate) fn first_month(&self) -> Month {
        self.decided.month().plus(1)
    }

    /// The number of months for which costs are posted.
    pub(crate) fn cost_months(&self) -> u32 {
        if self.outcome == Outcome::Approved { self.months + LATE_MONTHS } else { 0 }
    }

    pub(crate) fn completed(&self, plan: &Plan) -> Moment {
        let days = self.dice(plan, Part::Base, 1).between(5, 40);
        self.first_month().plus(i64::from(self.months)).start().plus_days(days).in_working_hours()
    }

    pub(crate) fn closed(&self, plan: &Plan) -> Moment {
        let days = self.dice(plan, Part::Base, 2).between(90, 240);
        self.completed(plan).plus_days(days).in_working_hours()
    }

    /// The life of one of the chain's AFEs.
    pub(crate) fn path(&self, plan: &Plan, part: Part) -> Path {
        let raised = self.part_raised(plan, part);
        let mut path = self.road_to_decision(plan, part, raised);
        let approved = path.life.at(path.len as u8);
        match (part, self.outcome) {
            (Part::Base, Outcome::Rejected | Outcome::Cancelled | Outcome::Deleted) => {}
            (Part::Base, Outcome::Approved) if self.parts.contains(&Part::Revision) => {
                let revision = self.road_to_decision(plan, Part::Revision, self.part_raised(plan, Part::Revision));
                path.then(Status::Superseded, revision.life.at(revision.len as u8));
            }
            (Part::Base | Part::Supplement(_) | Part::Revision, _) => {
                path.then(Status::Completed, self.completed(plan).max(approved.plus_days(12).in_working_hours()));
                path.then(Status::Closed, self.closed(plan).max(approved.plus_days(45).in_working_hours()));
            }
        }
        path
    }

    fn part_raised(&self, plan: &Plan, part: Part) -> Moment {
        let mut dice = self.dice(plan, part, 3);
        let days = match part {
            Part::Base => return self.raised,
            Part::Supplement(nth) => {
                15 * i64::from(nth) + i64::from(self.months) * dice.between(8, 14) * i64::from(nth)
            }
            Part::Revision => dice.between(15, 45),
        };
        self.decided.plus_days(days).in_working_hours()
    }

    /// From the draft to approval, or to where the AFE ends without.
    fn road_to_decision(&self, plan: &Plan, part: Part, raised: Moment) -> Path {
        let mut dice = self.dice(plan, part, 0);
        let mut path = Path { statuses: [Status::Draft; 8], life: Life::from(raised), len: 1 };
        let mut at = raised;
        let mut later = |low, high| {
            at = at.plus_days(dice.between(low, high)).in_working_hours();
            at
        };
        match (part, self.outcome) {
            (Part::Base, Outcome::Cancelled) => path.then(Status::Cancelled, later(10, 70)),
            (Part::Base, Outcome::Deleted) => {
                path.then(Status::Review, later(2, 14));
                path.then_deleted(later(3, 20));
            }
            (Part::Base, Outcome::Rejected) => {
                path.then(Status::Review, later(2, 14));
                path.then(Status::Internal, later(2, 10));
                path.then(Status::Rejected, later(2, 20));
            }
            (Part::Base | Part::Supplement(_) | Part::Revision, _) => {
                if part == Part::Base {
                    path.then(Status::Review, later(2, 14));
                }
                path.then(Status::Internal, later(2, 10));
                if self.joint {
                    path.then(Status::Partner, later(3, 12));
                }
                path.then(Status::Approved, later(4, 28));
            }
        }
        path
    }

    fn dice(&self, plan: &Plan, part: Part, about: u32) -> Dice {
        let part = match part {
            Part::Base => 0,
            Part::Supplement(nth) => nth,
            Part::Revision => 3,
        };
        plan.noise.dice(Aspect::Part, u64::from(self.index) << 8 | u64::from(about << 4 | part))
    }

    /// `25D0147`, the number that all AFEs of the chain begin with.
    pub(crate) fn number(&self, plan: &Plan) -> String {
        let nth = self.index - plan.first_of_year(self.index, self.raised) + 1;
        format!("{:02}{}{nth:04}", self.raised.year() % 100, self.work.letter)
    }

    /// `25D0147-S1`, the number of one AFE.
    pub(crate) fn part_number(&self, plan: &Plan, part: Part) -> String {
        let number = self.number(plan);
        match part {
            Part::Base => number,
            Part::Supplement(nth) => format!("{number}-S{nth}"),
            Part::Revision => format!("{number}-R1"),
        }
    }
}

impl Path {
    fn then(&mut self, status: Status, at: Moment) {
        self.statuses[self.len] = status;
        self.life.then(at);
        self.len += 1;
    }

    fn then_deleted(&mut self, at: Moment) {
        self.statuses[self.len] = self.statuses[self.len - 1];
        self.life.then_deleted(at);
        self.len += 1;
    }

    /// The status at a stage of the life, counted from 1.
    pub(crate) fn status(&self, stage: u8) -> Status {
        self.statuses[stage as usize - 1]
    }

    /// When a status was reached, if it was by `stage`.
    pub(crate) fn reached(&self, status: Status, stage: u8) -> Option<Moment> {
        (1..=stage).find(|nth| self.status(*nth) == status).map(|nth| self.life.at(nth))
    }
}
