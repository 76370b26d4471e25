//! Look-ups: AFE statuses and types, cost categories, formations, currencies.

use super::Version;
use crate::afe::WORKS;
use crate::json::Json;
use crate::schema::{DOCUMENT_ID, Field, Type};

const CODE: Field = Field::new("CODE", "Code", Type::Text(10)).required();
const NAME: Field = Field::new("NAME", "Name", Type::Text(80)).required();
const ORDER: Field = Field::new("ORDER", "Display Order", Type::Integer).required();
const IS_ACTIVE: Field = Field::new("IS_ACTIVE", "Active", Type::Boolean).required();
const DESCRIPTION: Field = Field::new("DESCRIPTION", "Description", Type::Text(255));

pub(crate) const FIELDS: &[Field] = &[DOCUMENT_ID, CODE, NAME, ORDER, IS_ACTIVE, DESCRIPTION];

pub(crate) const CURRENCY_FIELDS: &[Field] = &[
    DOCUMENT_ID,
    CODE,
    NAME,
    ORDER,
    IS_ACTIVE,
    DESCRIPTION,
    Field::new("RATE_TO_CAD", "Planning Rate to CAD", Type::Decimal).required(),
];

/// Code, name, description.
type Row = (&'static str, &'static str, &'static str);

/// In the order of [`crate::afe::Status`].
const AFE_STATUSES: [Row; 10] = [
    ("DRAFT", "Draft", "Being prepared by its owner"),
    ("REVIEW", "In Review", "With the reviewers of the business unit"),
    ("INTERNAL", "Internal Approval", "Waiting for signatures inside the company"),
    ("PARTNER", "Partner Approval", "Sent out for the partners' ballots"),
    ("APPROVED", "Approved", "Money may be spent"),
    ("COMPLETED", "Work Completed", "Work done, invoices still coming in"),
    ("CLOSED", "Closed", "No more costs may be posted"),
    ("REJECTED", "Rejected", "Not approved"),
    ("CANCELLED", "Cancelled", "Withdrawn before approval"),
    ("REPLACED", "Superseded", "Replaced by an approved revision"),
];

const COST_CATEGORIES: [Row; 8] = [
    ("81", "Drilling – Intangible", "Services and consumables until rig release"),
    ("82", "Drilling – Tangible", "Casing and wellhead"),
    ("83", "Completion – Intangible", "Perforating, fracturing, flow-back"),
    ("84", "Completion – Tangible", "Tubing, packers, artificial lift"),
    ("85", "Facilities & Equipment", "Batteries, compressors, tanks"),
    ("86", "Pipeline & Tie-in", "Flow lines, risers, \"hot taps\""),
    ("87", "Land, Geology & Geophysics", "Leases, surveys, seismic"),
    ("88", "Abandonment & Reclamation", "Cut & cap, remediation < 5 years"),
];

const FORMATIONS: [Row; 12] = [
    ("CARD", "Cardium", "Upper Cretaceous"),
    ("VIKG", "Viking", "Lower Cretaceous"),
    ("GLAU", "Glauconitic", "Lower Cretaceous"),
    ("SPRV", "Spirit River", "Lower Cretaceous"),
    ("BLSK", "Bluesky", "Lower Cretaceous"),
    ("GETH", "Gething", "Lower Cretaceous"),
    ("DOIG", "Doig", "Triassic"),
    ("MONT", "Montney", "Triassic"),
    ("BELL", "Belloy", "Permian"),
    ("BANF", "Banff", "Mississippian"),
    ("DUVR", "Duvernay", "Upper Devonian"),
    ("LEDC", "Leduc", "Upper Devonian"),
];

/// Code, name, rate with four places.
const CURRENCIES: [(&str, &str, i64); 2] = [("CAD", "Canadian Dollar", 10_000), ("USD", "US Dollar", 13_450)];

pub(crate) const AFE_STATUS_COUNT: u32 = AFE_STATUSES.len() as u32;
pub(crate) const AFE_TYPE_COUNT: u32 = WORKS.len() as u32;
pub(crate) const COST_CATEGORY_COUNT: u32 = COST_CATEGORIES.len() as u32;
pub(crate) const FORMATION_COUNT: u32 = FORMATIONS.len() as u32;
pub(crate) const CURRENCY_COUNT: u32 = CURRENCIES.len() as u32;

pub(crate) fn write_afe_status(version: &Version<'_>, json: &mut Json<'_>) {
    write_row(version, json, AFE_STATUSES[version.index as usize]);
}

pub(crate) fn write_afe_type(version: &Version<'_>, json: &mut Json<'_>) {
    let work = &WORKS[version.index as usize];
    write_row(version, json, (work.code, work.name, work.purpose));
}

pub(crate) fn write_cost_category(version: &Version<'_>, json: &mut Json<'_>) {
    write_row(version, json, COST_CATEGORIES[version.index as usize]);
}

pub(crate) fn write_formation(version: &Version<'_>, json: &mut Json<'_>) {
    write_row(version, json, FORMATIONS[version.index as usize]);
}

pub(crate) fn write_currency(version: &Version<'_>, json: &mut Json<'_>) {
    let (code, name, rate) = CURRENCIES[version.index as usize];
    write_row(version, json, (code, name, ""));
    json.decimal("RATE_TO_CAD", rate, 4);
}

fn write_row(version: &Version<'_>, json: &mut Json<'_>, (code, name, description): Row) {
    json.text("CODE", code);
    json.text("NAME", name);
    json.integer("ORDER", i64::from(version.index + 1) * 10);
    json.boolean("IS_ACTIVE", true);
    json.or_null("DESCRIPTION", Some(description).filter(|text| !text.is_empty()), Json::text);
}
