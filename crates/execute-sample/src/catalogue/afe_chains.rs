//! AFE chains as documents: what a base AFE, its supplements and its revision have in common, and their sums.

use super::areas::Place;
use super::{Kind, Life, Version, afes, costs, projects};
use crate::afe::Chain;
use crate::json::Json;
use crate::moment::Moment;
use crate::plan::Plan;
use crate::schema::{DOCUMENT_ID, Field, Type};

pub(crate) const FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("NUMBER", "AFE Number", Type::Text(20)).required(),
    Field::new("DESCRIPTION", "Description", Type::Text(255)),
    Field::new("STATE", "State", Type::Text(10)).required(),
    Field::new("AFE_TYPE", "AFE Type", Type::Document(Kind::AfeType)).required(),
    Field::new("REGION", "Region", Type::Document(Kind::Region)).required(),
    Field::new("PROJECT", "Project", Type::Document(Kind::Project)),
    Field::new("BASE_AFE", "Base AFE", Type::Document(Kind::Afe)).required(),
    Field::new("RAISED", "Raised", Type::Datetime).required(),
    Field::new("APPROVED_GROSS", "Approved Gross", Type::Decimal).calculated("SUM(AFE.GROSS_TOTAL WHERE IN_FORCE)"),
    Field::new("ACTUAL_GROSS", "Actual Gross", Type::Decimal).calculated("SUM(COST.GROSS_AMOUNT)"),
    Field::new("VARIANCE", "Approved less Actual", Type::Decimal).calculated("APPROVED_GROSS - ACTUAL_GROSS"),
];

/// Raised with its base AFE, decided with it, and closed at last.
pub(crate) fn life(plan: &Plan, chain: &Chain) -> Life {
    let mut life = Life::from(chain.raised);
    life.then(chain.decided());
    if chain.approved().is_some() {
        life.then(chain.closed(plan));
    }
    life
}

pub(crate) fn write(version: &Version<'_>, json: &mut Json<'_>) {
    let Version { plan, index, stage, .. } = *version;
    let chain = Chain::new(plan, index);
    let place = Place::of_pad(plan, chain.pad);
    let state = match (stage, chain.approved()) {
        (1, _) => "OPEN",
        (2, Some(_)) => "APPROVED",
        (_, Some(_)) => "CLOSED",
        (_, None) => "DROPPED",
    };
    json.text("NUMBER", &chain.number(plan));
    json.text("DESCRIPTION", &afes::description(&chain, place));
    json.text("STATE", state);
    json.reference("AFE_TYPE", plan.id(Kind::AfeType, chain.work_type));
    json.reference("REGION", plan.id(Kind::Region, place.region));
    json.reference("PROJECT", plan.id(Kind::Project, projects::of_chain(index)));
    json.reference("BASE_AFE", plan.id(Kind::Afe, afes::index(index, 0)));
    json.instant("RAISED", chain.raised);
    if let Some(now) = version.calculated_at {
        let (approved, actual) = (approved_gross(plan, &chain, now), actual_gross(plan, &chain, now));
        json.money("APPROVED_GROSS", approved);
        json.money("ACTUAL_GROSS", actual);
        json.money("VARIANCE", approved - actual);
    }
}

fn approved_gross(plan: &Plan, chain: &Chain, now: Moment) -> i64 {
    let in_force = |part: &u32| {
        let path = chain.path(plan, chain.part(*part));
        let stage = path.life.stage(now);
        stage > 0 && !path.life.is_deletion(stage) && path.status(stage).in_force()
    };
    (0..chain.parts()).filter(in_force).map(|part| chain.estimate(plan, chain.part(part))).sum()
}

fn actual_gross(plan: &Plan, chain: &Chain, now: Moment) -> i64 {
    let posted = |month: u32| match costs::life(plan, chain, month).stage(now) {
        0 => 0,
        stage => chain.month_cost(plan, month, stage),
    };
    (0..chain.cost_months()).map(posted).sum()
}
