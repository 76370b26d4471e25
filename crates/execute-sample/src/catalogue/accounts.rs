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

/// What an account is measured in.
struct Unit {
    name: &'static str,
    /// Roughly what one costs, in cents; 0 = it is always one.
    price: i64,
}

const DAY: Unit = Unit { name: "day", price: 2_950_000 };
const HOUR: Unit = Unit { name: "hour", price: 41_000 };
const METRE: Unit = Unit { name: "m", price: 13_500 };
const CUBIC_METRE: Unit = Unit { name: "m3", price: 9_200 };
const RUN: Unit = Unit { name: "run", price: 2_600_000 };
const STAGE: Unit = Unit { name: "stage", price: 4_700_000 };
const LOAD: Unit = Unit { name: "load", price: 88_000 };
const HECTARE: Unit = Unit { name: "ha", price: 640_000 };
const SQUARE_KM: Unit = Unit { name: "km2", price: 910_000 };
const WELD: Unit = Unit { name: "weld", price: 104_000 };
const SQUARE_METRE: Unit = Unit { name: "m2", price: 8_600 };
const TONNE: Unit = Unit { name: "t", price: 42_000 };
const LOT: Unit = Unit { name: "lot", price: 0 };
const EACH: Unit = Unit { name: "each", price: 8_400_000 };

/// Name and unit, nine for each cost category in the order of the categories.
const ACCOUNTS: [(&str, Unit); 72] = [
    ("Surface Lease & Site Preparation", EACH),
    ("Rig Move & Mobilisation", EACH),
    ("Drilling Rig – Daywork", DAY),
    ("Directional Drilling & MWD", DAY),
    ("Drilling Fluids & Chemicals", CUBIC_METRE),
    ("Bits & Reamers", EACH),
    ("Cementing Services", EACH),
    ("Logging & Formation Evaluation", RUN),
    ("Wellsite Supervision", DAY),
    ("Surface Casing", METRE),
    ("Intermediate Casing", METRE),
    ("Production Casing", METRE),
    ("Wellhead", EACH),
    ("Float Equipment & Centralisers", EACH),
    ("Liner & Hanger", METRE),
    ("Conductor Pipe", METRE),
    ("Casing Accessories", EACH),
    ("Tangible Contingency – Drilling", LOT),
    ("Service Rig", HOUR),
    ("Coiled Tubing Unit", HOUR),
    ("Perforating & Wireline", RUN),
    ("Fracturing – Pumping", STAGE),
    ("Fracturing – Proppant", TONNE),
    ("Frac Water & Heating", CUBIC_METRE),
    ("Flow-back & Testing", DAY),
    ("Completion Supervision", DAY),
    ("Trucking & Disposal", LOAD),
    ("Tubing", METRE),
    ("Packers & Plugs", EACH),
    ("Frac Sleeves & Liner Tools", EACH),
    ("Artificial Lift", EACH),
    ("Rods & Pump", EACH),
    ("Downhole Safety Valve", EACH),
    ("Christmas Tree", EACH),
    ("Subsurface Sensors", EACH),
    ("Tangible Contingency – Completion", LOT),
    ("Separator Package", EACH),
    ("Compressor Package", EACH),
    ("Storage Tanks", EACH),
    ("Line Heater", EACH),
    ("Instrumentation & Controls", LOT),
    ("Electrical & SCADA", LOT),
    ("Civil & Piling", LOT),
    ("Mechanical Installation", HOUR),
    ("Engineering & Project Management", HOUR),
    ("Line Pipe", METRE),
    ("Pipeline Construction", METRE),
    ("Right-of-Way & Crop Damage", HECTARE),
    ("Horizontal Bores", EACH),
    ("Valves & Fittings", LOT),
    ("Welding & Radiography", WELD),
    ("Pipeline Coating", SQUARE_METRE),
    ("Pressure Test & Commissioning", EACH),
    ("Survey & As-Built Drawings", LOT),
    ("Crown Lease Bonus", HECTARE),
    ("Freehold Lease Bonus", HECTARE),
    ("First-Year Rentals", HECTARE),
    ("Seismic Acquisition", SQUARE_KM),
    ("Seismic Processing", SQUARE_KM),
    ("Trade Seismic Licence", SQUARE_KM),
    ("Core & Fluid Analysis", EACH),
    ("Brokerage & Title", EACH),
    ("Geological Consulting", HOUR),
    ("Downhole Abandonment", EACH),
    ("Cut & Cap", EACH),
    ("Environmental Site Assessment", EACH),
    ("Soil Remediation", TONNE),
    ("Re-contouring & Topsoil", HECTARE),
    ("Seeding & Weed Control", HECTARE),
    ("Facility Decommissioning", LOT),
    ("Waste Disposal", TONNE),
    ("Reclamation Certificate", EACH),
];

pub(crate) const COUNT: u32 = ACCOUNTS.len() as u32;

pub(crate) fn name(account: u32) -> &'static str {
    ACCOUNTS[account as usize].0
}

pub(crate) fn unit(account: u32) -> &'static str {
    ACCOUNTS[account as usize].1.name
}

/// How much of an account an amount is likely to buy, in ten-thousandths of its unit: at least one, in halves.
pub(crate) fn quantity(account: u32, cents: i64) -> i64 {
    match ACCOUNTS[account as usize].1 {
        Unit { price: 0, .. } => 10_000,
        Unit { name: "each" | "stage" | "run" | "load" | "weld", price } => (cents / price).max(1) * 10_000,
        Unit { price, .. } => (cents * 2 / price).max(2) * 5_000,
    }
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
