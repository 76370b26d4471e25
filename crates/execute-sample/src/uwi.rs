//! Unique well identifiers, as Western Canada writes them.
//!
//! Dominion Land Survey: `100/06-12-045-07W5/00`, that is location exception, legal subdivision, section, township,
//! range, meridian, event. National Topographic System: `200/a-001-A/094-A-01/00`, that is exception, quarter unit,
//! unit, block, map series, map area, sheet, event.

use std::fmt;

use crate::catalogue::areas::{Place, Survey};

/// Wells on one pad. Each has its own legal subdivision or quarter unit.
pub(crate) const WELLS_A_PAD: u32 = 4;

const SECTIONS: u32 = 36;
const UNITS: u32 = 100;
const BLOCKS: u32 = 12;
const SHEETS: u32 = 16;

/// Scatters pads over the land. It shares no factor with the number of places in any region, so no two meet.
const SCATTER: u64 = 104_729;

/// What a well is for, as far as its identifier tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Hydrocarbons,
    SourceWater,
}

pub(crate) struct Uwi {
    pub(crate) spot: Spot,
    /// How often the same land was used before.
    again: u32,
    purpose: Purpose,
}

/// A place on one of the two grids.
pub(crate) enum Spot {
    Dominion { subdivision: u32, section: u32, township: u32, range: u32, meridian: u32 },
    Topographic { quarter: char, unit: u32, block: char, series: u32, letter: char, sheet: u32 },
}

impl Uwi {
    /// The identifier of a pad's well number 0 to 3. Two wells never share one, as long as `Place` keeps regions apart.
    pub(crate) fn of_well(place: Place, pad: u32, well: u32, purpose: Purpose) -> Uwi {
        let places = match place.survey() {
            Survey::Dominion { townships, ranges, .. } => SECTIONS * townships.1 * ranges.1,
            Survey::Topographic { letters, .. } => UNITS * BLOCKS * SHEETS * letters.len() as u32,
        };
        let mut rest = (u64::from(pad) * SCATTER % u64::from(places)) as u32;
        let mut digit = |base: u32| {
            let digit = rest % base;
            rest /= base;
            digit
        };
        let spot = match place.survey() {
            Survey::Dominion { townships, ranges, meridian } => Spot::Dominion {
                subdivision: well * 4 + pad % 4 + 1,
                section: digit(SECTIONS) + 1,
                township: townships.0 + digit(townships.1),
                range: ranges.0 + digit(ranges.1),
                meridian: *meridian,
            },
            Survey::Topographic { series, letters } => Spot::Topographic {
                quarter: letter(b'a', well),
                unit: digit(UNITS) + 1,
                block: letter(b'A', digit(BLOCKS)),
                series: *series,
                sheet: digit(SHEETS) + 1,
                letter: char::from(letters[digit(letters.len() as u32) as usize]),
            },
        };
        Uwi { spot, again: pad / places, purpose }
    }

    pub(crate) fn format(&self) -> &'static str {
        match self.spot {
            Spot::Dominion { .. } => "DLS",
            Spot::Topographic { .. } => "NTS",
        }
    }

    /// Latitude and longitude in millionths of a degree, as near as a township or map sheet tells.
    pub(crate) fn coordinates(&self) -> (i64, i64) {
        let (north, west) = match self.spot {
            Spot::Dominion { subdivision, section, township, range, meridian } => (
                49_000_000
                    + i64::from(township - 1) * 87_200
                    + i64::from(section / 6) * 14_500
                    + i64::from(subdivision),
                // The third meridian is 106° W; each further one lies four degrees on.
                94_000_000
                    + i64::from(meridian) * 4_000_000
                    + i64::from(range) * 135_000
                    + i64::from(section % 6) * 22_000,
            ),
            Spot::Topographic { unit, sheet, .. } => (
                56_000_000 + i64::from(sheet / 4) * 250_000 + i64::from(unit / 10) * 8_300,
                120_000_000 + i64::from(sheet % 4) * 500_000 + i64::from(unit % 10) * 12_500,
            ),
        };
        (north, -west)
    }
}

fn letter(first: u8, nth: u32) -> char {
    char::from(first + nth as u8)
}

impl fmt::Display for Uwi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // 00, then 02, 03 …: 01 is never given, so that it is not mistaken for the first.
        let exception = if self.again == 0 { 0 } else { self.again + 1 };
        let purpose = match self.purpose {
            Purpose::Hydrocarbons => '0',
            Purpose::SourceWater => 'W',
        };
        let first = match self.spot {
            Spot::Dominion { .. } => '1',
            Spot::Topographic { .. } => '2',
        };
        match (self.purpose, exception) {
            (Purpose::Hydrocarbons, 10..) => write!(f, "{first}{exception:02}/")?,
            _ => write!(f, "{first}{purpose}{exception}/")?,
        }
        match self.spot {
            Spot::Dominion { subdivision, section, township, range, meridian } => {
                write!(f, "{subdivision:02}-{section:02}-{township:03}-{range:02}W{meridian}/00")
            }
            Spot::Topographic { quarter, unit, block, series, letter, sheet } => {
                write!(f, "{quarter}-{unit:03}-{block}/{series:03}-{letter}-{sheet:02}/00")
            }
        }
    }
}
