//! AFEs: the authorisations themselves, with their custom fields. Their lists are in `afe_lists`.

use super::areas::Place;
use super::people::LEAST_KEY;
use super::{Author, Kind, Life, Version, afe_lists, budgets, look_ups, projects, wells};
use crate::afe::{Chain, Part, Path, Status};
use crate::ids::Id;
use crate::interests::{Interests, share_of};
use crate::json::Json;
use crate::moment::{DAY, Moment};
use crate::names;
use crate::noise::{Aspect, Dice};
use crate::plan::Plan;
use crate::schema::{DOCUMENT_ID, Field, Type};

const RISK: &[Field] = &[
    Field::new("LEVEL", "Level", Type::Text(10)),
    Field::new("SCORE", "Score", Type::Integer),
    Field::new("REVIEWED", "Reviewed", Type::Boolean),
];

const CUSTOM: &[Field] = &[
    Field::new("PROJECT_TYPE", "Project Type", Type::Text(40)),
    Field::new("PRIMARY_FORMATION", "Primary Formation", Type::Document(Kind::Formation)),
    Field::new("FIELD_SUPERVISOR", "Field Supervisor", Type::Document(Kind::User)),
    Field::new("RELATED", "Related Document", Type::AnyDocument),
    Field::new("EXCHANGE_RATE", "Planning Rate USD/CAD", Type::Decimal),
    Field::new("ENVIRONMENTAL_REVIEW", "Environmental Review", Type::Boolean),
    Field::new("OLD_RISK_SCORE", "Risk Score (old)", Type::Integer).retired(),
    Field::new("REMARKS", "Remarks", Type::Text(0)),
    Field::new("RISK", "Risk", Type::Record(RISK)),
];

pub(crate) const FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("AFE_NUMBER", "AFE Number", Type::Text(20)).required(),
    Field::new("CHAIN", "AFE Chain", Type::Document(Kind::AfeChain)).required(),
    Field::new("KIND", "Base, Supplement or Revision", Type::Text(12)).required(),
    Field::new("DESCRIPTION", "Description", Type::Text(255)),
    Field::new("JUSTIFICATION", "Justification", Type::Text(0)),
    Field::new("STATUS", "Status", Type::Document(Kind::AfeStatus)).required(),
    Field::new("STATUS_DATE", "In this Status since", Type::Datetime).required(),
    Field::new("IN_FORCE", "Counts towards Approved Capital", Type::Boolean).required(),
    Field::new("AFE_TYPE", "AFE Type", Type::Document(Kind::AfeType)).required(),
    Field::new("REGION", "Region", Type::Document(Kind::Region)).required(),
    Field::new("AREA", "Area", Type::Document(Kind::Area)),
    Field::new("PROJECT", "Project", Type::Document(Kind::Project)),
    Field::new("BUDGET", "Capital Budget", Type::Document(Kind::Budget)),
    Field::new("CURRENCY", "Currency", Type::Document(Kind::Currency)).required(),
    Field::new("OPERATED", "Operated by us", Type::Boolean).required(),
    Field::new("OPERATOR", "Operator", Type::Document(Kind::Partner)),
    Field::new("OWNER", "Owner", Type::Document(Kind::User)).required(),
    Field::new("GROSS_TOTAL", "Gross Total", Type::Decimal).required(),
    Field::new("WORKING_INTEREST", "Our Working Interest %", Type::Decimal).required(),
    Field::new("Partner's \"Share\"", "Partner's \"Share\"", Type::Decimal),
    Field::new("NET_TOTAL", "Net Total", Type::Decimal).calculated("GROSS_TOTAL * WORKING_INTEREST / 100"),
    Field::new("DAYS_OPEN", "Days Open", Type::Integer).calculated("TODAY() - CREATED"),
    Field::new("CREATED", "Created", Type::Datetime).required(),
    Field::new("APPROVED", "Approved", Type::Datetime),
    Field::new("PLANNED_START", "Planned Start", Type::DatetimeUnzoned),
    Field::new("WORK_COMPLETED", "Work Completed", Type::DatetimeUnzoned),
    Field::new("CLOSED", "Closed", Type::Datetime),
    Field::new("ACCOUNTING_KEY", "Accounting Key", Type::Integer),
    Field::new("WORKFLOW_ID", "Workflow ID", Type::Guid),
    Field::new("LEAD_UWI", "Lead Well", Type::Uwi),
    Field::new("LEGACY_COST_CENTRE", "Cost Centre (old)", Type::Text(20)).retired(),
    Field::new("CUSTOM", "Custom Fields", Type::Record(CUSTOM)),
    Field::new("WELL", "Wells", Type::RecordList(afe_lists::WELL)),
    Field::new("PARTNERS", "Partners", Type::RecordList(afe_lists::PARTNERS)),
    Field::new("LINE_ITEMS", "Line Items", Type::RecordList(afe_lists::LINE_ITEMS)),
    Field::new("PHASING", "Spending Plan", Type::RecordList(afe_lists::PHASING)),
];

/// The year in which the old cost centres and risk scores went out of use.
const RETIRED_IN: i64 = 2022;

const PARTS_A_CHAIN: u32 = 4;

pub(crate) fn index(chain: u32, part: u32) -> u32 {
    chain * PARTS_A_CHAIN + part
}

pub(crate) fn chain_of(index: u32) -> u32 {
    index / PARTS_A_CHAIN
}

pub(crate) fn part_of(index: u32) -> u32 {
    index % PARTS_A_CHAIN
}

pub(crate) fn life(plan: &Plan, chain: &Chain, part: u32) -> Life {
    chain.path(plan, chain.part(part)).life
}

pub(crate) fn author(kind: Kind, version: &Version<'_>) -> Author {
    let chain = if kind == Kind::Afe { chain_of(version.index) } else { version.index };
    match version.stage {
        1 | 2 => Author::User(owner(version.plan, chain)),
        stage => Author::User((owner(version.plan, chain) + u32::from(stage)) % version.plan.users()),
    }
}

fn owner(plan: &Plan, chain: u32) -> u32 {
    plan.dice(Aspect::Afe, chain).below(u64::from(plan.users())) as u32
}

pub(crate) fn description(chain: &Chain, place: Place) -> String {
    let pad = chain.pad + 1;
    match chain.work.wells.1 {
        _ if chain.large => format!("Gas plant expansion, {} – all \"phases\" & spares", place.area_name()),
        0 => format!("{} {} {}", chain.work.purpose, place.area_name(), pad),
        _ => format!("{} {} pad {}, {}", chain.work.purpose, place.area_name(), pad, place.province()),
    }
}

pub(crate) fn write(version: &Version<'_>, json: &mut Json<'_>) {
    let Version { plan, index, stage, calculated_at, .. } = *version;
    let chain = Chain::new(plan, chain_of(index));
    let part = chain.part(part_of(index));
    let afe = Afe {
        plan,
        id: plan.id(Kind::Afe, index),
        path: chain.path(plan, part),
        place: Place::of_pad(plan, chain.pad),
        interests: Interests::of_pad(plan, chain.pad),
        chain,
        part,
        stage,
        calculated: calculated_at.is_some(),
    };
    let mut dice = plan.dice(Aspect::Afe, index ^ 1 << 31);
    afe.write_head(json, &mut dice);
    afe.write_money(json, calculated_at);
    afe.write_dates(json, &mut dice);
    json.record("CUSTOM", |json| afe.write_custom(json, &mut dice));
    afe_lists::write(&afe, json);
}

/// A version of an AFE, with all that its fields and lists are made from.
pub(crate) struct Afe<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) id: Id,
    pub(crate) chain: Chain,
    pub(crate) part: Part,
    pub(crate) path: Path,
    pub(crate) stage: u8,
    pub(crate) place: Place,
    pub(crate) interests: Interests,
    pub(crate) calculated: bool,
}

impl Afe<'_> {
    fn write_head(&self, json: &mut Json<'_>, dice: &mut Dice) {
        let (plan, chain) = (self.plan, &self.chain);
        let status = self.path.status(self.stage);
        let (kind, lead) = match self.part {
            Part::Base => ("BASE", ""),
            Part::Supplement(_) => ("SUPPLEMENT", "More for: "),
            Part::Revision => ("REVISION", "Revised: "),
        };
        json.text("AFE_NUMBER", &chain.part_number(plan, self.part));
        json.reference("CHAIN", plan.id(Kind::AfeChain, chain.index));
        json.text("KIND", kind);
        json.text("DESCRIPTION", &format!("{lead}{}", description(chain, self.place)));
        let reasons = [*dice.pick(&names::REASONS), *dice.pick(&names::REASONS), *dice.pick(&names::REASONS)];
        let justification = dice.chance(85).then(|| reasons[..1 + dice.below(3) as usize].join("\n"));
        json.or_null("JUSTIFICATION", justification.as_deref(), Json::text);
        json.reference("STATUS", plan.id(Kind::AfeStatus, status as u32));
        json.instant("STATUS_DATE", self.path.life.at(self.stage));
        json.boolean("IN_FORCE", status.in_force());
        json.reference("AFE_TYPE", plan.id(Kind::AfeType, chain.work_type));
        json.reference("REGION", plan.id(Kind::Region, self.place.region));
        json.reference("AREA", plan.id(Kind::Area, self.place.area));
        let project = plan.id(Kind::Project, projects::of_chain(chain.index));
        json.or_null("PROJECT", dice.chance(90).then_some(project), Json::reference);
        let budget = budgets::index(chain.raised.year(), self.place.region).filter(|_| dice.chance(92));
        json.or_null("BUDGET", budget.map(|index| plan.id(Kind::Budget, index)), Json::reference);
        json.reference("CURRENCY", plan.id(Kind::Currency, 0));
        json.boolean("OPERATED", self.interests.operator == 0);
        json.reference("OPERATOR", plan.id(Kind::Partner, self.interests.operator));
        json.reference("OWNER", plan.id(Kind::User, owner(plan, chain.index)));
    }

    fn write_money(&self, json: &mut Json<'_>, calculated_at: Option<Moment>) {
        let gross = self.chain.estimate(self.plan, self.part);
        let ours = self.interests.ours();
        json.money("GROSS_TOTAL", gross);
        json.decimal("WORKING_INTEREST", ours, 4);
        json.money("Partner's \"Share\"", gross - share_of(gross, ours));
        if let Some(now) = calculated_at {
            json.money("NET_TOTAL", share_of(gross, ours));
            json.integer("DAYS_OPEN", (now.0 - self.path.life.at(1).0) / DAY);
        }
    }

    fn write_dates(&self, json: &mut Json<'_>, dice: &mut Dice) {
        let (plan, chain) = (self.plan, &self.chain);
        let reached = |status| self.path.reached(status, self.stage);
        json.instant("CREATED", self.path.life.at(1));
        json.or_null("APPROVED", reached(Status::Approved), Json::instant);
        json.day("PLANNED_START", chain.first_month().start());
        json.or_null("WORK_COMPLETED", reached(Status::Completed), Json::wall);
        json.or_null("CLOSED", reached(Status::Closed), Json::office);
        json.integer("ACCOUNTING_KEY", dice.between(LEAST_KEY, i64::MAX - 1));
        json.id("WORKFLOW_ID", self.id.item(9, 0));
        let lead = (chain.work.wells.1 > 0).then(|| wells::uwi(plan, wells::of_pad(chain.pad).start).to_string());
        json.or_null("LEAD_UWI", lead.as_deref(), Json::text);
        if chain.raised.year() < RETIRED_IN {
            json.text("LEGACY_COST_CENTRE", &format!("CC{:03}", dice.below(400)));
        }
    }

    fn write_custom(&self, json: &mut Json<'_>, dice: &mut Dice) {
        let (plan, chain) = (self.plan, &self.chain);
        json.text("PROJECT_TYPE", chain.work.name);
        let formation = dice.below(u64::from(look_ups::FORMATION_COUNT)) as u32;
        json.or_null(
            "PRIMARY_FORMATION",
            dice.chance(80).then(|| plan.id(Kind::Formation, formation)),
            Json::reference,
        );
        let supervisor = dice.below(u64::from(plan.users())) as u32;
        json.or_null("FIELD_SUPERVISOR", (self.stage > 1).then(|| plan.id(Kind::User, supervisor)), Json::reference);
        let related = match dice.below(4) {
            0 => Some(plan.id(Kind::Project, projects::of_chain(chain.index))),
            1 => Some(plan.id(Kind::Well, wells::of_pad(chain.pad).start)),
            2 => chain.index.checked_sub(1).map(|before| plan.id(Kind::Afe, index(before, 0))),
            _ => None,
        };
        json.or_null("RELATED", related, Json::reference);
        json.decimal("EXCHANGE_RATE", 12_500 + dice.between(0, 8) * 250, 4);
        json.boolean("ENVIRONMENTAL_REVIEW", dice.chance(30));
        if chain.raised.year() < RETIRED_IN {
            json.integer("OLD_RISK_SCORE", dice.between(1, 100));
        }
        let remarks = dice.chance(60).then(|| *dice.pick(&names::REMARKS));
        json.or_null("REMARKS", remarks, Json::text);
        let score = dice.between(1, 25);
        json.record("RISK", |json| {
            json.text("LEVEL", ["Low", "Medium", "High"][(score / 9) as usize]);
            json.integer("SCORE", score);
            json.or_null("REVIEWED", (self.stage > 1).then_some(true), Json::boolean);
        });
    }
}
