//! Projects: ten chains each, in the order in which the chains are raised.

use super::areas::Place;
use super::{Author, Kind, Life, Version};
use crate::json::Json;
use crate::moment::Moment;
use crate::noise::Aspect;
use crate::plan::Plan;
use crate::schema::{DOCUMENT_ID, Field, LISTITEM_ID, Type};

const BUDGET: &[Field] = &[
    Field::new("GROSS", "Gross Budget", Type::Decimal),
    Field::new("NET", "Net Budget", Type::Decimal),
    Field::new("CONTINGENCY_PERCENT", "Contingency %", Type::Decimal),
];

const TEAM: &[Field] = &[
    LISTITEM_ID,
    Field::new("MEMBER", "Member", Type::Document(Kind::User)).required(),
    Field::new("ROLE", "Role", Type::Text(40)),
];

pub(crate) const FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("PROJECT_NUMBER", "Project Number", Type::Text(20)).required(),
    Field::new("NAME", "Name", Type::Text(120)).required(),
    Field::new("STATUS", "Status", Type::Text(20)).required(),
    Field::new("REGION", "Region", Type::Document(Kind::Region)),
    Field::new("SPONSOR", "Sponsor", Type::Document(Kind::User)),
    Field::new("STARTS", "Starts", Type::DatetimeUnzoned),
    Field::new("ENDS", "Ends", Type::DatetimeUnzoned),
    Field::new("BUDGET", "Budget", Type::Record(BUDGET)),
    Field::new("TEAM", "Team", Type::RecordList(TEAM)),
];

const CHAINS_A_PROJECT: u32 = 10;

pub(crate) fn of_chain(chain: u32) -> u32 {
    chain / CHAINS_A_PROJECT
}

/// A project is opened a quarter before its first chain.
pub(crate) fn opened(plan: &Plan, index: u32) -> Moment {
    plan.raised(index.saturating_mul(CHAINS_A_PROJECT)).plus_days(-90).in_working_hours()
}

pub(crate) fn life(plan: &Plan, index: u32) -> Life {
    let opened = opened(plan, index);
    let mut life = Life::from(opened);
    life.then(opened.plus_days(30).in_working_hours());
    life.then(opened.plus_days(1000).in_working_hours());
    life
}

pub(crate) fn author(version: &Version<'_>) -> Author {
    Author::User(sponsor(version))
}

fn sponsor(version: &Version<'_>) -> u32 {
    version.plan.dice(Aspect::Project, version.index).below(u64::from(version.plan.users())) as u32
}

pub(crate) fn write(version: &Version<'_>, json: &mut Json<'_>) {
    let Version { plan, index, stage, .. } = *version;
    let id = plan.id(Kind::Project, index);
    let opened = opened(plan, index);
    let place = Place::of_pad(plan, super::wells::pad_of_chain(index * CHAINS_A_PROJECT));
    let mut dice = plan.dice(Aspect::Project, index);
    let sponsor = dice.below(u64::from(plan.users())) as u32;
    let what = *dice.pick(&["Pad Development", "Gas Gathering", "Infill Program", "Optimisation", "Delineation"]);
    json.text("PROJECT_NUMBER", &format!("PRJ-{:05}", index + 1));
    json.text("NAME", &format!("{} {what} {}", place.area_name(), opened.year() + 1));
    json.text("STATUS", ["Planned", "Sanctioned", "Finished"][stage as usize - 1]);
    json.reference("REGION", plan.id(Kind::Region, place.region));
    json.reference("SPONSOR", plan.id(Kind::User, sponsor));
    json.day("STARTS", opened.month().plus(3).start());
    json.or_null("ENDS", (stage > 1).then(|| opened.month().plus(33).start()), Json::day);
    let gross = dice.between(80, 700) * 10_000_000;
    json.record("BUDGET", |json| {
        json.money("GROSS", gross);
        json.or_null("NET", (stage > 1).then_some(gross / 8 * 5), Json::money);
        json.decimal("CONTINGENCY_PERCENT", dice.between(10, 60) * 2_500, 4);
    });
    json.list("TEAM", 0..2 + dice.below(4), |json, n| {
        json.id("LISTITEM_ID", id.item(0, n));
        json.reference("MEMBER", plan.id(Kind::User, (sponsor + 3 * n as u32) % plan.users()));
        json.or_null("ROLE", (n < 4).then_some(["Lead", "Engineer", "Land", "Accounting"][n as usize % 4]), Json::text);
    });
}
