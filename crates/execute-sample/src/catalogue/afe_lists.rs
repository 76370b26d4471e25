//! The lists of an AFE: its wells, its partners with their ballots, its line items and its spending plan.

use super::afes::Afe;
use super::{Kind, accounts, wells};
use crate::afe::{Part, Share, Status};
use crate::interests::{Interest, WHOLE, share_of};
use crate::json::Json;
use crate::moment::HOUR;
use crate::names;
use crate::noise::{Aspect, Dice};
use crate::schema::{Field, LISTITEM_ID, Type};
use crate::uwi::WELLS_A_PAD;

pub(crate) const WELL: &[Field] = &[
    LISTITEM_ID,
    Field::new("WELL", "Well", Type::Document(Kind::Well)).required(),
    Field::new("UWI", "Unique Well Identifier", Type::Uwi),
    Field::new("ALLOCATION", "Allocation %", Type::Decimal),
    Field::new("PRIMARY", "Primary", Type::Boolean).required(),
];

const CONTACT: &[Field] =
    &[Field::new("NAME", "Name", Type::Text(120)), Field::new("EMAIL", "E-mail", Type::Text(120))];

const RESPONSES: &[Field] = &[
    LISTITEM_ID,
    Field::new("RECEIVED", "Received", Type::Datetime).required(),
    Field::new("ANSWER", "Answer", Type::Text(20)).required(),
    Field::new("COMMENT", "Comment", Type::Text(0)),
];

pub(crate) const PARTNERS: &[Field] = &[
    LISTITEM_ID,
    Field::new("PARTNER", "Partner", Type::Document(Kind::Partner)).required(),
    Field::new("WORKING_INTEREST", "Working Interest %", Type::Decimal).required(),
    Field::new("DECISION", "Decision", Type::Text(20)),
    Field::new("CONTACT", "Contact", Type::Record(CONTACT)),
    Field::new("RESPONSES", "Ballot Responses", Type::RecordList(RESPONSES)),
];

const QUOTE: &[Field] = &[
    Field::new("VENDOR", "Vendor", Type::Document(Kind::Vendor)),
    Field::new("REFERENCE", "Reference", Type::Text(20)),
    Field::new("VALID_UNTIL", "Valid until", Type::DatetimeUnzoned),
];

pub(crate) const LINE_ITEMS: &[Field] = &[
    LISTITEM_ID,
    Field::new("ORDER", "Line", Type::Integer).required(),
    Field::new("ACCOUNT", "Account", Type::Document(Kind::Account)).required(),
    Field::new("DESCRIPTION", "Description", Type::Text(255)),
    Field::new("QUANTITY", "Quantity", Type::Decimal),
    Field::new("UNIT", "Unit", Type::Text(10)),
    Field::new("UNIT_PRICE", "Unit Price", Type::Decimal),
    Field::new("GROSS_AMOUNT", "Gross Amount", Type::Decimal).required(),
    Field::new("NET_AMOUNT", "Net Amount", Type::Decimal).calculated("GROSS_AMOUNT * AFE.WORKING_INTEREST / 100"),
    Field::new("QUOTE", "Quote", Type::Record(QUOTE)),
];

pub(crate) const PHASING: &[Field] = &[
    LISTITEM_ID,
    Field::new("MONTH", "Month", Type::DatetimeUnzoned).required(),
    Field::new("GROSS_AMOUNT", "Gross Amount", Type::Decimal).required(),
];

/// The places of the lists in the identities of their items.
const WELL_LIST: u64 = 0;
const PARTNER_LIST: u64 = 1;
const LINE_LIST: u64 = 2;
const PHASING_LIST: u64 = 3;
/// One list of responses for each partner, from here on.
const RESPONSE_LISTS: u64 = 16;

pub(crate) fn write(afe: &Afe<'_>, json: &mut Json<'_>) {
    write_wells(afe, json);
    json.list("PARTNERS", (0..).zip(&afe.interests.all), |json, (nth, interest)| {
        write_partner(afe, json, nth, *interest)
    });
    let count = afe.chain.line_count(afe.plan, afe.part);
    json.list("LINE_ITEMS", afe.chain.lines(afe.plan, afe.part), |json, line| write_line(afe, json, line, count));
    json.list("PHASING", afe.chain.phasing(afe.plan, afe.part), |json, month| {
        json.id("LISTITEM_ID", afe.id.item(PHASING_LIST, u64::from(month.nth)));
        json.day("MONTH", afe.chain.first_month().plus(i64::from(month.nth)).start());
        json.money("GROSS_AMOUNT", month.amount);
    });
}

fn write_wells(afe: &Afe<'_>, json: &mut Json<'_>) {
    let (low, high) = afe.chain.work.wells;
    let mut dice = afe.plan.dice(Aspect::Afe, afe.chain.index ^ 1 << 30);
    let count = dice.between(low, high);
    // One well of the pad, or its first few.
    let first = if count == 1 { dice.below(u64::from(WELLS_A_PAD)) as u32 } else { 0 };
    json.list("WELL", 0..count, |json, nth| {
        let well = wells::of_pad(afe.chain.pad).start + first + nth as u32;
        let allocation = if nth == 0 { WHOLE - WHOLE / count * (count - 1) } else { WHOLE / count };
        json.id("LISTITEM_ID", afe.id.item(WELL_LIST, nth as u64));
        json.reference("WELL", afe.plan.id(Kind::Well, well));
        json.text("UWI", &wells::uwi(afe.plan, well).to_string());
        json.decimal("ALLOCATION", allocation, 4);
        json.boolean("PRIMARY", nth == 0);
    });
}

fn write_partner(afe: &Afe<'_>, json: &mut Json<'_>, nth: u64, interest: Interest) {
    let mut dice = afe.plan.noise.dice(Aspect::Interests, u64::from(afe.chain.index) << 32 | (nth + 1) << 8);
    let asked = afe.path.reached(Status::Partner, afe.stage).filter(|_| interest.partner != 0);
    let decided = afe.path.reached(Status::Approved, afe.stage).is_some();
    let decision = match (interest.partner, asked, decided) {
        (0, _, _) => None,
        (_, Some(_), true) => Some("Approved"),
        (_, Some(_), false) => Some("Pending"),
        (_, None, _) => None,
    };
    let (first, last) = names::person(interest.partner * 5 + 31);
    json.id("LISTITEM_ID", afe.id.item(PARTNER_LIST, nth));
    json.reference("PARTNER", afe.plan.id(Kind::Partner, interest.partner));
    json.decimal("WORKING_INTEREST", interest.share, 4);
    json.or_null("DECISION", decision, Json::text);
    json.record("CONTACT", |json| {
        json.text("NAME", &format!("{first} {last}"));
        json.text("EMAIL", &format!("jv0@p{:04}.example.com", interest.partner + 100));
    });
    let responses = match asked {
        Some(_) if decided => 1 + dice.below(2),
        Some(_) => dice.below(2),
        None => 0,
    };
    json.list("RESPONSES", 0..responses, |json, response| {
        let last = decided && response + 1 == responses;
        let received = asked.map(|at| at.plus((response as i64 * 30 + dice.between(2, 28)) * HOUR));
        json.id("LISTITEM_ID", afe.id.item(RESPONSE_LISTS + nth, response));
        json.or_null("RECEIVED", received, Json::instant);
        json.text("ANSWER", if last { "Approve" } else { "Question" });
        let comment = dice.chance(if last { 20 } else { 90 }).then(|| *dice.pick(&names::REMARKS));
        json.or_null("COMMENT", comment, Json::text);
    });
}

fn write_line(afe: &Afe<'_>, json: &mut Json<'_>, line: Share, count: u32) {
    let plan = afe.plan;
    let part = match afe.part {
        Part::Base => 0,
        Part::Supplement(nth) => u64::from(nth),
        Part::Revision => 3,
    };
    let subject = u64::from(afe.chain.index) << 24 | part << 22 | u64::from(line.nth);
    let mut dice: Dice = plan.noise.dice(Aspect::LineItems, subject | 1 << 55);
    let account = afe.chain.account(line.nth, count);
    let quantity = accounts::quantity(account, line.amount);
    json.id("LISTITEM_ID", afe.id.item(LINE_LIST, u64::from(line.nth)));
    json.integer("ORDER", i64::from(line.nth + 1) * 10);
    json.reference("ACCOUNT", plan.id(Kind::Account, account));
    let description = match dice.below(10) {
        0..=2 => Some(accounts::name(account)),
        3 => Some(*dice.pick(&names::REMARKS)),
        _ => None,
    };
    json.or_null("DESCRIPTION", description, Json::text);
    json.decimal("QUANTITY", quantity, 4);
    json.text("UNIT", accounts::unit(account));
    json.decimal("UNIT_PRICE", (i128::from(line.amount) * 1_000_000 / i128::from(quantity)) as i64, 4);
    json.money("GROSS_AMOUNT", line.amount);
    if afe.calculated {
        json.money("NET_AMOUNT", share_of(line.amount, afe.interests.ours()));
    }
    match dice.chance(30) {
        true => json.record("QUOTE", |json| {
            json.reference("VENDOR", plan.id(Kind::Vendor, dice.below(u64::from(plan.vendors())) as u32));
            json.text("REFERENCE", &format!("Q-{:06}", dice.below(1_000_000)));
            json.day("VALID_UNTIL", afe.chain.raised.plus_days(dice.between(30, 120)));
        }),
        false => json.null("QUOTE"),
    }
}
