//! Wells: four to a pad, licensed, drilled, produced and in time given up.

use super::areas::Place;
use super::look_ups::FORMATION_COUNT;
use super::people::LEAST_KEY;
use super::{Author, Kind, Life, Version};
use crate::interests::Interests;
use crate::json::Json;
use crate::moment::Moment;
use crate::names;
use crate::noise::Aspect;
use crate::plan::Plan;
use crate::schema::{DOCUMENT_ID, Field, LISTITEM_ID, Type};
use crate::uwi::{Purpose, Spot, Uwi, WELLS_A_PAD};

const LOCATION: &[Field] = &[
    Field::new("SURVEY", "Survey System", Type::Text(3)),
    Field::new("LSD", "Legal Subdivision", Type::Integer),
    Field::new("SECTION", "Section", Type::Integer),
    Field::new("TOWNSHIP", "Township", Type::Integer),
    Field::new("RANGE", "Range", Type::Integer),
    Field::new("MERIDIAN", "Meridian", Type::Text(2)),
    Field::new("NTS_MAP", "NTS Map Sheet", Type::Text(10)),
    Field::new("NTS_UNIT", "NTS Unit", Type::Text(10)),
];

const STATUS_HISTORY: &[Field] = &[
    LISTITEM_ID,
    Field::new("STATUS", "Status", Type::Text(20)).required(),
    Field::new("EFFECTIVE", "Effective", Type::DatetimeUnzoned).required(),
    Field::new("REMARK", "Remark", Type::Text(255)),
];

pub(crate) const FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("NAME", "Well Name", Type::Text(120)).required(),
    Field::new("UWI", "Unique Well Identifier", Type::Uwi).required(),
    Field::new("LICENCE", "Licence Number", Type::Text(12)),
    Field::new("STATUS", "Well Status", Type::Text(20)).required(),
    Field::new("REGION", "Region", Type::Document(Kind::Region)),
    Field::new("AREA", "Area", Type::Document(Kind::Area)),
    Field::new("FORMATION", "Target Formation", Type::Document(Kind::Formation)),
    Field::new("OPERATOR", "Operator", Type::Document(Kind::Partner)),
    Field::new("HORIZONTAL", "Horizontal", Type::Boolean),
    Field::new("MEASURED_DEPTH", "Measured Depth (m)", Type::Decimal),
    Field::new("LATITUDE", "Surface Latitude", Type::Decimal),
    Field::new("LONGITUDE", "Surface Longitude", Type::Decimal),
    Field::new("REGULATOR_KEY", "Regulator's Key", Type::Integer),
    Field::new("LICENSED", "Licensed", Type::Datetime),
    Field::new("SPUD_DATE", "Spud Date", Type::DatetimeUnzoned),
    Field::new("RIG_RELEASE", "Rig Release", Type::Datetime),
    Field::new("ON_PRODUCTION", "On Production", Type::DatetimeUnzoned),
    Field::new("OLD_CODE", "Code in the Old System", Type::Text(20)).retired(),
    Field::new("NOTES", "Notes", Type::Text(0)),
    Field::new("LOCATION", "Location", Type::Record(LOCATION)),
    Field::new("STATUS_HISTORY", "Status History", Type::RecordList(STATUS_HISTORY)),
];

const CHAINS_A_PAD: u32 = 5;

/// Indexes from here on are source-water wells.
const WATER: u32 = 1 << 31;

/// What a well is after each stage of its life.
const STATUSES: [&str; 6] = ["Licensed", "Drilling", "Drilled", "Producing", "Suspended", "Abandoned"];

/// The pad whose turn it is when a chain is raised.
pub(crate) fn pad_of_chain(chain: u32) -> u32 {
    chain / CHAINS_A_PAD
}

pub(crate) fn of_pad(pad: u32) -> std::ops::Range<u32> {
    pad * WELLS_A_PAD..(pad + 1) * WELLS_A_PAD
}

pub(crate) fn water_well_indexes(count: u32) -> std::ops::Range<u32> {
    WATER..WATER + count
}

/// Whether there is such a well, now or later, in a world with this many source-water wells.
pub(crate) fn is_planned(index: u32, water_wells: u32) -> bool {
    index < WATER || index - WATER < water_wells
}

/// A pad is licensed six weeks before its first chain is raised.
pub(crate) fn licensed(plan: &Plan, pad: u32) -> Moment {
    plan.raised(pad.saturating_mul(CHAINS_A_PAD)).plus_days(-45).in_working_hours()
}

pub(crate) fn life(plan: &Plan, index: u32) -> Life {
    if index >= WATER {
        return Life::from(plan.migrated(Kind::Well, index - WATER));
    }
    let mut life = Life::from(licensed(plan, index / WELLS_A_PAD));
    let mut dice = plan.dice(Aspect::Well, index);
    let mut at = life.at(1).plus_days(12 * i64::from(index % WELLS_A_PAD));
    for (low, high) in [(60, 200), (14, 32), (50, 140)] {
        at = at.plus_days(dice.between(low, high));
        life.then(at.in_working_hours());
    }
    for (percent, low, high) in [(14, 500, 1500), (40, 200, 700)] {
        if !dice.chance(percent) {
            break;
        }
        at = at.plus_days(dice.between(low, high));
        life.then(at.in_working_hours());
    }
    life
}

pub(crate) fn author(version: &Version<'_>) -> Author {
    match version.stage {
        _ if version.index >= WATER => Author::Nobody,
        // Drilled and on production are told by the field data system.
        3 | 4 => Author::Unnamed,
        stage => Author::User((version.index + u32::from(stage)) % version.plan.users()),
    }
}

/// Where a well is and how it is called.
pub(crate) fn uwi(plan: &Plan, index: u32) -> Uwi {
    let (purpose, well) = match index.checked_sub(WATER) {
        Some(water) => (Purpose::SourceWater, water),
        None => (Purpose::Hydrocarbons, index),
    };
    let pad = well / WELLS_A_PAD;
    Uwi::of_well(Place::of_pad(plan, pad), pad, well % WELLS_A_PAD, purpose)
}

fn name(uwi: &Uwi, area: &str, horizontal: bool) -> String {
    let bore = if horizontal { "HZ " } else { "" };
    let area = area.to_uppercase();
    match uwi.spot {
        Spot::Dominion { subdivision, section, township, range, .. } => {
            format!("LARKSPUR {bore}{area} {subdivision}-{section}-{township}-{range}")
        }
        Spot::Topographic { quarter, unit, block, series, letter, sheet } => {
            format!("LARKSPUR {bore}{area} {quarter}-{unit}-{block}/{series}-{letter}-{sheet}")
        }
    }
}

pub(crate) fn write(version: &Version<'_>, json: &mut Json<'_>) {
    let Version { plan, index, stage, .. } = *version;
    let id = plan.id(Kind::Well, index);
    let water = index >= WATER;
    let pad = (index % WATER) / WELLS_A_PAD;
    let place = Place::of_pad(plan, pad);
    let uwi = uwi(plan, index);
    let life = life(plan, index);
    let mut dice = plan.dice(Aspect::Well, index ^ 1 << 30);
    let horizontal = !water && dice.chance(85);
    let reached = |wanted: u8| (!water && stage >= wanted).then(|| life.at(wanted));
    let status = if water { "Source Water" } else { STATUSES[stage as usize - 1] };
    let (latitude, longitude) = uwi.coordinates();

    json.text("NAME", &name(&uwi, place.area_name(), horizontal));
    json.text("UWI", &uwi.to_string());
    json.text("LICENCE", &format!("{:07}", 400_000 + u64::from(index % WATER) * 3 + dice.below(3)));
    json.text("STATUS", status);
    json.reference("REGION", plan.id(Kind::Region, place.region));
    json.reference("AREA", plan.id(Kind::Area, place.area));
    let formation = dice.below(u64::from(FORMATION_COUNT)) as u32;
    json.or_null("FORMATION", (!water).then(|| plan.id(Kind::Formation, formation)), Json::reference);
    json.reference("OPERATOR", plan.id(Kind::Partner, Interests::of_pad(plan, pad).operator));
    json.boolean("HORIZONTAL", horizontal);
    let depth = dice.between(18_000, 62_000);
    json.or_null("MEASURED_DEPTH", reached(3).map(|_| depth), |json, key, units| json.decimal(key, units, 1));
    json.decimal("LATITUDE", latitude, 6);
    json.decimal("LONGITUDE", longitude, 6);
    json.integer("REGULATOR_KEY", dice.between(LEAST_KEY, i64::MAX - 1));
    json.office("LICENSED", life.at(1));
    json.or_null("SPUD_DATE", reached(2), Json::wall);
    json.or_null("RIG_RELEASE", reached(3), Json::office);
    json.or_null("ON_PRODUCTION", reached(4), Json::day);
    if water || life.at(1).year() < 2021 {
        json.text("OLD_CODE", &format!("W-{}", index % WATER + 9000));
    }
    let notes = dice.chance(30).then(|| *dice.pick(&names::REMARKS));
    json.or_null("NOTES", notes, Json::text);
    json.record("LOCATION", |json| write_location(json, &uwi));
    json.list("STATUS_HISTORY", if water { 1..1 } else { 1..stage + 1 }, |json, stage| {
        json.id("LISTITEM_ID", id.item(0, u64::from(stage)));
        json.text("STATUS", STATUSES[stage as usize - 1]);
        json.wall("EFFECTIVE", life.at(stage));
        let remark = dice.chance(20).then(|| *dice.pick(&names::REMARKS));
        json.or_null("REMARK", remark, Json::text);
    });
}

fn write_location(json: &mut Json<'_>, uwi: &Uwi) {
    json.text("SURVEY", uwi.format());
    match uwi.spot {
        Spot::Dominion { subdivision, section, township, range, meridian } => {
            for (key, value) in [("LSD", subdivision), ("SECTION", section), ("TOWNSHIP", township), ("RANGE", range)] {
                json.integer(key, i64::from(value));
            }
            json.text("MERIDIAN", &format!("W{meridian}"));
            json.null("NTS_MAP");
            json.null("NTS_UNIT");
        }
        Spot::Topographic { quarter, unit, block, series, letter, sheet } => {
            for key in ["LSD", "SECTION", "TOWNSHIP", "RANGE", "MERIDIAN"] {
                json.null(key);
            }
            json.text("NTS_MAP", &format!("{series:03}-{letter}-{sheet:02}"));
            json.text("NTS_UNIT", &format!("{quarter}-{unit:03}-{block}"));
        }
    }
}
