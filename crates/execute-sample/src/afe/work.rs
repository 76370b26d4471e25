//! What AFEs are raised for: the AFE types, with the money, time and accounts that go with each.

use crate::catalogue::accounts::ACCOUNTS_A_CATEGORY;
use crate::noise::Dice;

pub(crate) struct Work {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
    /// The letter in an AFE number.
    pub(crate) letter: char,
    /// How many of a hundred chains are of this type.
    of_hundred: u64,
    /// The least and the largest base estimate, in thousands.
    pub(crate) thousands: (i64, i64),
    pub(crate) months: (i64, i64),
    /// The cost categories whose accounts it uses.
    categories: &'static [u32],
    /// The fewest and the most wells of one AFE.
    pub(crate) wells: (i64, i64),
    /// Whether it opens up the newest pad, or works on what is there.
    pub(crate) breaks_ground: bool,
}

impl Work {
    pub(crate) fn accounts(&self) -> u32 {
        self.categories.len() as u32 * ACCOUNTS_A_CATEGORY
    }

    /// The nth of its accounts.
    pub(crate) fn account(&self, nth: u32) -> u32 {
        self.categories[(nth / ACCOUNTS_A_CATEGORY) as usize] * ACCOUNTS_A_CATEGORY + nth % ACCOUNTS_A_CATEGORY
    }
}

/// The type of the one AFE with an outsized list of line items.
pub(crate) const LARGE_WORK: u32 = 3;

pub(crate) const WORKS: [Work; 10] = [
    Work {
        code: "DRL",
        name: "Drilling",
        purpose: "Drill and case",
        letter: 'D',
        of_hundred: 20,
        thousands: (2_800, 7_500),
        months: (1, 4),
        categories: &[0, 1],
        wells: (1, 4),
        breaks_ground: true,
    },
    Work {
        code: "CMP",
        name: "Completion",
        purpose: "Complete and frac",
        letter: 'C',
        of_hundred: 18,
        thousands: (1_900, 6_200),
        months: (1, 4),
        categories: &[2, 3],
        wells: (1, 4),
        breaks_ground: true,
    },
    Work {
        code: "TIE",
        name: "Equip and Tie-in",
        purpose: "Equip and tie in",
        letter: 'T',
        of_hundred: 14,
        thousands: (350, 1_900),
        months: (2, 5),
        categories: &[4, 5],
        wells: (1, 4),
        breaks_ground: true,
    },
    Work {
        code: "FAC",
        name: "Facility",
        purpose: "Build or extend battery at",
        letter: 'F',
        of_hundred: 9,
        thousands: (600, 14_000),
        months: (4, 14),
        categories: &[4, 5],
        wells: (0, 0),
        breaks_ground: false,
    },
    Work {
        code: "PIP",
        name: "Pipeline",
        purpose: "Lay gathering line,",
        letter: 'P',
        of_hundred: 7,
        thousands: (400, 5_500),
        months: (2, 8),
        categories: &[5],
        wells: (0, 0),
        breaks_ground: false,
    },
    Work {
        code: "WOV",
        name: "Workover",
        purpose: "Work over",
        letter: 'W',
        of_hundred: 12,
        thousands: (60, 650),
        months: (1, 2),
        categories: &[2, 3],
        wells: (1, 1),
        breaks_ground: false,
    },
    Work {
        code: "ABN",
        name: "Abandonment & Reclamation",
        purpose: "Abandon and reclaim",
        letter: 'A',
        of_hundred: 7,
        thousands: (45, 320),
        months: (2, 8),
        categories: &[7],
        wells: (1, 1),
        breaks_ground: false,
    },
    Work {
        code: "LND",
        name: "Land & Lease",
        purpose: "Acquire mineral rights,",
        letter: 'L',
        of_hundred: 4,
        thousands: (50, 2_200),
        months: (1, 2),
        categories: &[6],
        wells: (0, 0),
        breaks_ground: false,
    },
    Work {
        code: "SEI",
        name: "Seismic",
        purpose: "Shoot 3-D seismic over",
        letter: 'S',
        of_hundred: 3,
        thousands: (250, 1_800),
        months: (1, 5),
        categories: &[6],
        wells: (0, 0),
        breaks_ground: false,
    },
    Work {
        code: "MNT",
        name: "Maintenance Capital",
        purpose: "Replace equipment at",
        letter: 'M',
        of_hundred: 6,
        thousands: (15, 480),
        months: (1, 6),
        categories: &[4],
        wells: (0, 0),
        breaks_ground: false,
    },
];

pub(super) fn draw(dice: &mut Dice) -> u32 {
    let mut left = dice.below(100);
    let mut at = 0;
    while left >= WORKS[at].of_hundred {
        left -= WORKS[at].of_hundred;
        at += 1;
    }
    at as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_share_out_all_chains() {
        assert_eq!(WORKS.iter().map(|work| work.of_hundred).sum::<u64>(), 100);
        assert_eq!(WORKS[LARGE_WORK as usize].code, "FAC");
    }
}
