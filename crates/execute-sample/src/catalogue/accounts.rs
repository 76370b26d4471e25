//! The chart of accounts: nine accounts in each cost category.

use super::{Kind, Version};
use crate::json::Json;
use crate::noise::Aspect;
use crate::schema::{DOCUMENT_ID, Field, Type};

pub(crate) const FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("CODE", "Account Code", Type::Text(10)).required(),
    Field::new("NAME", "Account Name", Type::Text(80)).required(),
    Field::new("CATEGORY", "Cost Category", Type::Document(Kind::CostCategory)).required(),
    Field::new("TANGIBLE", "Tangible", Type::Boolean).required(),
    Field::new("UNIT", "Unit of Measure", Type::Text(10)),
    Field::new("ORDER", "Display Order", Type::Integer).required(),
    Field::new("LEDGER_KEY", "General Ledger Key", Type::Integer),
    Field::new("IS_ACTIVE", "Active", Type::Boolean).required(),
];

pub(crate) const ACCOUNTS_A_CATEGORY: u32 = 9;

/// Name and unit, nine for each cost category in the order of the categories.
const ACCOUNTS: [(&str, &str); 72] = [
    ("Surface Lease & Site Preparation", "each"),
    ("Rig Move & Mobilisation", "each"),
    ("Drilling Rig – Daywork", "day"),
    ("Directional Drilling & MWD", "day"),
    ("Drilling Fluids & Chemicals", "m3"),
    ("Bits & Reamers", "each"),
    ("Cementing Services", "each"),
    ("Logging & Formation Evaluation", "run"),
    ("Wellsite Supervision", "day"),
    ("Surface Casing", "m"),
    ("Intermediate Casing", "m"),
    ("Production Casing", "m"),
    ("Wellhead", "each"),
    ("Float Equipment & Centralisers", "each"),
    ("Liner & Hanger", "m"),
    ("Conductor Pipe", "m"),
    ("Casing Accessories", "each"),
    ("Tangible Contingency – Drilling", "lot"),
    ("Service Rig", "hour"),
    ("Coiled Tubing Unit", "hour"),
    ("Perforating & Wireline", "run"),
    ("Fracturing – Pumping", "stage"),
    ("Fracturing – Proppant", "t"),
    ("Frac Water & Heating", "m3"),
    ("Flow-back & Testing", "day"),
    ("Completion Supervision", "day"),
    ("Trucking & Disposal", "load"),
    ("Tubing", "m"),
    ("Packers & Plugs", "each"),
    ("Frac Sleeves & Liner Tools", "each"),
    ("Artificial Lift", "each"),
    ("Rods & Pump", "each"),
    ("Downhole Safety Valve", "each"),
    ("Christmas Tree", "each"),
    ("Subsurface Sensors", "each"),
    ("Tangible Contingency – Completion", "lot"),
    ("Separator Package", "each"),
    ("Compressor Package", "each"),
    ("Storage Tanks", "each"),
    ("Line Heater", "each"),
    ("Instrumentation & Controls", "lot"),
    ("Electrical & SCADA", "lot"),
    ("Civil & Piling", "lot"),
    ("Mechanical Installation", "hour"),
    ("Engineering & Project Management", "hour"),
    ("Line Pipe", "m"),
    ("Pipeline Construction", "m"),
    ("Right-of-Way & Crop Damage", "ha"),
    ("Horizontal Bores", "each"),
    ("Valves & Fittings", "lot"),
    ("Welding & Radiography", "weld"),
    ("Pipeline Coating", "m2"),
    ("Pressure Test & Commissioning", "each"),
    ("Survey & As-Built Drawings", "lot"),
    ("Crown Lease Bonus", "ha"),
    ("Freehold Lease Bonus", "ha"),
    ("First-Year Rentals", "ha"),
    ("Seismic Acquisition", "km2"),
    ("Seismic Processing", "km2"),
    ("Trade Seismic Licence", "km2"),
    ("Core & Fluid Analysis", "each"),
    ("Brokerage & Title", "each"),
    ("Geological Consulting", "hour"),
    ("Downhole Abandonment", "each"),
    ("Cut & Cap", "each"),
    ("Environmental Site Assessment", "each"),
    ("Soil Remediation", "t"),
    ("Re-contouring & Topsoil", "ha"),
    ("Seeding & Weed Control", "ha"),
    ("Facility Decommissioning", "lot"),
    ("Waste Disposal", "t"),
    ("Reclamation Certificate", "each"),
];

pub(crate) const COUNT: u32 = ACCOUNTS.len() as u32;

pub(crate) fn name(account: u32) -> &'static str {
    ACCOUNTS[account as usize].0
}

pub(crate) fn unit(account: u32) -> &'static str {
    ACCOUNTS[account as usize].1
}

pub(crate) fn write(version: &Version<'_>, json: &mut Json<'_>) {
    let mut dice = version.plan.dice(Aspect::Account, version.index);
    let category = version.index / ACCOUNTS_A_CATEGORY;
    let code = 8100 + category * 100;
    json.text("CODE", &format!("{code}.{:03}", (version.index % ACCOUNTS_A_CATEGORY + 1) * 10));
    json.text("NAME", name(version.index));
    json.reference("CATEGORY", version.plan.id(Kind::CostCategory, category));
    json.boolean("TANGIBLE", matches!(category, 1 | 3 | 4));
    json.text("UNIT", unit(version.index));
    // A corrected account was moved up in the list.
    json.integer("ORDER", i64::from(version.index + 1) * 10 - i64::from(version.stage - 1) * 15);
    json.integer("LEDGER_KEY", dice.between(super::people::LEAST_KEY, i64::MAX - 1));
    json.boolean("IS_ACTIVE", version.stage < 3);
}
