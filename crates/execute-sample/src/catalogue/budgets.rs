//! Capital budgets: one a year and region, set in the November before.

use super::areas::REGION_COUNT;
use super::{Kind, Life, Version};
use crate::json::Json;
use crate::moment::{MINUTE, Moment};
use crate::noise::Aspect;
use crate::schema::{DOCUMENT_ID, Field, Type};

pub(crate) const FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("NAME", "Name", Type::Text(80)).required(),
    Field::new("YEAR", "Budget Year", Type::Integer).required(),
    Field::new("REGION", "Region", Type::Document(Kind::Region)).required(),
    Field::new("AMOUNT", "Approved Capital", Type::Decimal).required(),
    Field::new("CURRENCY", "Currency", Type::Document(Kind::Currency)).required(),
];

const FIRST_YEAR: i64 = 2019;
const YEARS: u32 = 8;

pub(crate) const COUNT: u32 = YEARS * REGION_COUNT;

/// The budget of a year and region, if one was ever set.
pub(crate) fn index(year: i64, region: u32) -> Option<u32> {
    let years = u32::try_from(year - FIRST_YEAR).ok().filter(|years| *years < YEARS)?;
    Some(years * REGION_COUNT + region)
}

fn year(index: u32) -> i64 {
    FIRST_YEAR + i64::from(index / REGION_COUNT)
}

/// Set for all regions at once, then corrected in June.
pub(crate) fn life(index: u32) -> Life {
    let mut life = Life::from(Moment::midnight(year(index) - 1, 11, 14).plus_hours(20));
    life.then(Moment::midnight(year(index), 6, 20).plus_hours(17).plus(i64::from(index % REGION_COUNT / 3) * MINUTE));
    life
}

pub(crate) fn write(version: &Version<'_>, json: &mut Json<'_>) {
    let region = version.index % REGION_COUNT;
    let mut dice = version.plan.dice(Aspect::Budget, version.index);
    let amount = dice.between(20, 160) * 100_000_000 + i64::from(version.stage - 1) * 250_000_000;
    json.text("NAME", &format!("{} Capital Budget", year(version.index)));
    json.integer("YEAR", year(version.index));
    json.reference("REGION", version.plan.id(Kind::Region, region));
    json.money("AMOUNT", amount * i64::from(version.plan.chains.div_ceil(1200)));
    json.reference("CURRENCY", version.plan.id(Kind::Currency, 0));
}
