//! Actual costs: one document for each month of a chain, posted by the accounting interface.

use super::people::LEAST_KEY;
use super::{Author, Kind, Life, Version, accounts, afes};
use crate::afe::{Chain, shares};
use crate::interests::{Interests, share_of};
use crate::json::Json;
use crate::moment::{DAY, SECOND};
use crate::names;
use crate::noise::Aspect;
use crate::plan::Plan;
use crate::schema::{DOCUMENT_ID, Field, LISTITEM_ID, Type};

const LINES: &[Field] = &[
    LISTITEM_ID,
    Field::new("ACCOUNT", "Account", Type::Document(Kind::Account)).required(),
    Field::new("VENDOR", "Vendor", Type::Document(Kind::Vendor)),
    Field::new("INVOICE", "Invoice Number", Type::Text(30)),
    Field::new("INVOICE_DATE", "Invoice Date", Type::DatetimeUnzoned),
    Field::new("DESCRIPTION", "Description", Type::Text(255)),
    Field::new("GROSS_AMOUNT", "Gross Amount", Type::Decimal).required(),
];

pub(crate) const FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("AFE", "AFE", Type::Document(Kind::Afe)).required(),
    Field::new("CHAIN", "AFE Chain", Type::Document(Kind::AfeChain)).required(),
    Field::new("AFE_NUMBER", "AFE Number", Type::Text(20)).required(),
    Field::new("MONTH", "Accounting Month", Type::DatetimeUnzoned).required(),
    Field::new("GROSS_AMOUNT", "Gross Amount", Type::Decimal).required(),
    Field::new("NET_AMOUNT", "Net Amount", Type::Decimal).calculated("GROSS_AMOUNT * AFE.WORKING_INTEREST / 100"),
    Field::new("ACCRUAL", "Still an Accrual", Type::Boolean).required(),
    Field::new("POSTED", "Posted", Type::Datetime).required(),
    Field::new("VOUCHER_KEY", "Voucher Key", Type::Integer).required(),
    Field::new("SOURCE", "Source System", Type::Text(20)),
    Field::new("LINES", "Lines", Type::RecordList(LINES)),
];

const MONTHS_A_CHAIN: u32 = 64;

/// Chains whose costs are posted in one go and share a mark, when they have costs in the same month.
const POSTED_TOGETHER: u32 = 3;

pub(crate) fn index(chain: u32, month: u32) -> u32 {
    chain * MONTHS_A_CHAIN + month
}

pub(crate) fn chain_of(index: u32) -> u32 {
    index / MONTHS_A_CHAIN
}

pub(crate) fn month_of(index: u32) -> u32 {
    index % MONTHS_A_CHAIN
}

/// Posted in the month after, as an accrual or for good; an accrual is settled a month later, some are corrected.
pub(crate) fn life(plan: &Plan, chain: &Chain, month: u32) -> Life {
    let calendar_month = chain.first_month().plus(i64::from(month));
    let batch = u64::from(chain.index / POSTED_TOGETHER) << 16 | calendar_month.0 as u64;
    let into_month = plan.noise.dice(Aspect::Posting, batch).below(30 * (DAY / SECOND) as u64) as i64 * SECOND;
    let posted = calendar_month.plus(1).start().plus(DAY + into_month);
    let mut life = Life::from(posted);
    let mut dice = plan.dice(Aspect::Cost, index(chain.index, month));
    if dice.chance(35) {
        life.then(posted.plus_days(30));
        if dice.chance(25) {
            life.then(posted.plus_days(75));
        }
    }
    life
}

pub(crate) fn author(version: &Version<'_>) -> Author {
    match version.stage {
        1 | 2 => Author::Unnamed,
        _ => Author::User(version.index % version.plan.users()),
    }
}

pub(crate) fn write(version: &Version<'_>, json: &mut Json<'_>) {
    let Version { plan, index, stage, .. } = *version;
    let id = plan.id(Kind::Cost, index);
    let chain = Chain::new(plan, chain_of(index));
    let month = month_of(index);
    let starts = chain.first_month().plus(i64::from(month)).start();
    let life = life(plan, &chain, month);
    let gross = chain.month_cost(plan, month, stage);
    let mut dice = plan.dice(Aspect::Cost, index ^ 1 << 31);

    json.reference("AFE", plan.id(Kind::Afe, afes::index(chain.index, 0)));
    json.reference("CHAIN", plan.id(Kind::AfeChain, chain.index));
    json.text("AFE_NUMBER", &chain.number(plan));
    json.day("MONTH", starts);
    json.money("GROSS_AMOUNT", gross);
    if version.calculated_at.is_some() {
        json.money("NET_AMOUNT", share_of(gross, Interests::of_pad(plan, chain.pad).ours()));
    }
    json.boolean("ACCRUAL", stage == 1 && life.is_followed(stage));
    json.instant("POSTED", life.at(stage));
    json.integer("VOUCHER_KEY", dice.between(LEAST_KEY, i64::MAX - 1));
    json.or_null("SOURCE", dice.chance(90).then_some("GL <interface>"), Json::text);

    let count = chain.work.accounts().min(4 + dice.below(12) as u32);
    let (noise, subject) = (plan.noise, u64::from(index));
    let weights = (0..count).map(move |nth| {
        let mut dice = noise.dice(Aspect::CostLines, subject << 8 | u64::from(nth));
        5 + dice.below(95)
    });
    json.list("LINES", shares(gross, 1, weights), |json, line| {
        let account = chain.account(line.nth, count);
        json.id("LISTITEM_ID", id.item(0, u64::from(line.nth)));
        json.reference("ACCOUNT", plan.id(Kind::Account, account));
        let vendor = dice.below(u64::from(plan.vendors())) as u32;
        json.or_null("VENDOR", dice.chance(92).then(|| plan.id(Kind::Vendor, vendor)), Json::reference);
        write_invoice(json, dice.below(1_000_000), vendor);
        json.day("INVOICE_DATE", starts.plus_days(dice.between(1, 27)));
        let description = match dice.below(10) {
            0..=3 => Some(accounts::name(account)),
            4 => Some(*dice.pick(&names::REMARKS)),
            _ => None,
        };
        json.or_null("DESCRIPTION", description, Json::text);
        json.money("GROSS_AMOUNT", line.amount);
    });
}

/// Invoice numbers are as different as the vendors who write them.
fn write_invoice(json: &mut Json<'_>, number: u64, vendor: u32) {
    match vendor % 3 {
        0 => json.text("INVOICE", &format!("{number:07}")),
        1 => json.text("INVOICE", &format!("INV-{number}")),
        _ => json.text("INVOICE", &format!("{}/{:05}", vendor, number % 100_000)),
    }
}
