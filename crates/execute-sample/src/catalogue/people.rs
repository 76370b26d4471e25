//! Users, partners and vendors: who asks for money, who pays a share, and who is paid.

use super::{Kind, Version};
use crate::json::Json;
use crate::moment::Moment;
use crate::names;
use crate::noise::Aspect;
use crate::schema::{DOCUMENT_ID, Field, LISTITEM_ID, Type};

pub(crate) const USER_FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("LOGIN", "Login", Type::Text(60)).required(),
    Field::new("FIRST_NAME", "First Name", Type::Text(60)).required(),
    Field::new("LAST_NAME", "Last Name", Type::Text(60)).required(),
    Field::new("EMAIL", "E-mail", Type::Text(120)),
    Field::new("TITLE", "Job Title", Type::Text(80)),
    Field::new("DIRECTORY_ID", "Directory ID", Type::Guid),
    Field::new("APPROVAL_LIMIT", "Approval Limit", Type::Decimal),
    Field::new("MANAGER", "Manager", Type::Document(Kind::User)),
    Field::new("IS_ACTIVE", "Active", Type::Boolean).required(),
];

const ADDRESS: &[Field] = &[
    Field::new("STREET", "Street", Type::Text(120)),
    Field::new("CITY", "City", Type::Text(60)),
    Field::new("PROVINCE", "Province", Type::Text(2)),
    Field::new("POSTAL_CODE", "Postal Code", Type::Text(10)),
];

const CONTACTS: &[Field] = &[
    LISTITEM_ID,
    Field::new("NAME", "Name", Type::Text(120)).required(),
    Field::new("EMAIL", "E-mail", Type::Text(120)),
    Field::new("ROLE", "Role", Type::Text(40)),
];

pub(crate) const PARTNER_FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("CODE", "Code", Type::Text(10)).required(),
    Field::new("NAME", "Name", Type::Text(120)).required(),
    Field::new("IS_OPERATOR", "Is the Operator", Type::Boolean).required(),
    Field::new("IS_ACTIVE", "Active", Type::Boolean).required(),
    Field::new("CREDIT_LIMIT", "Credit Limit", Type::Decimal),
    Field::new("ACCOUNTING_KEY", "Accounting Key", Type::Integer),
    Field::new("PARTNER_SINCE", "Partner Since", Type::DatetimeUnzoned),
    Field::new("NOTES", "Notes", Type::Text(0)),
    Field::new("ADDRESS", "Address", Type::Record(ADDRESS)),
    Field::new("CONTACTS", "Contacts", Type::RecordList(CONTACTS)),
];

pub(crate) const VENDOR_FIELDS: &[Field] = &[
    DOCUMENT_ID,
    Field::new("CODE", "Code", Type::Text(10)).required(),
    Field::new("NAME", "Name", Type::Text(120)).required(),
    Field::new("IS_ACTIVE", "Active", Type::Boolean).required(),
    Field::new("ACCOUNTING_KEY", "Accounting Key", Type::Integer),
    Field::new("TERMS_DAYS", "Payment Terms in Days", Type::Integer),
    Field::new("DISCOUNT", "Discount %", Type::Decimal),
];

/// The least whole number of 19 digits: keys from other systems lie between it and the largest 64-bit one, far
/// above what a floating-point number can hold.
pub(crate) const LEAST_KEY: i64 = 1_000_000_000_000_000_000;

const TITLES: [&str; 8] = [
    "Drilling Engineer",
    "Completions Engineer",
    "Facilities Engineer",
    "Landman",
    "Joint Venture Analyst",
    "Production Foreman",
    "Geologist",
    "Controller",
];

const CITIES: [(&str, &str, &str); 6] = [
    ("Calgary", "AB", "T2P 1J9"),
    ("Grande Prairie", "AB", "T8V 0P1"),
    ("Edmonton", "AB", "T5J 3S9"),
    ("Fort St. John", "BC", "V1J 4N9"),
    ("Regina", "SK", "S4P 3Y2"),
    ("Montréal", "QC", "H3B 4W5"),
];

pub(crate) fn write_user(version: &Version<'_>, json: &mut Json<'_>) {
    let mut dice = version.plan.dice(Aspect::User, version.index);
    let (first, last) = names::person(version.index);
    let plain = |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
    let login = format!("{}.{}{}", plain(first), plain(last), version.index);
    let moved = u64::from(version.stage > 1);
    json.text("LOGIN", &login);
    json.text("FIRST_NAME", first);
    json.text("LAST_NAME", last);
    json.text("EMAIL", &format!("{login}@larkspur-ridge.example.com"));
    json.text("TITLE", TITLES[(dice.below(8) + moved) as usize % TITLES.len()]);
    json.id("DIRECTORY_ID", version.plan.id(Kind::User, version.index).item(9, 0));
    json.money("APPROVAL_LIMIT", *dice.pick(&[0, 5_000_000, 25_000_000, 100_000_000, 500_000_000]));
    let manager = (version.index > 6).then(|| version.plan.id(Kind::User, 1 + version.index % 6));
    json.or_null("MANAGER", manager, Json::reference);
    json.boolean("IS_ACTIVE", version.stage < 3);
}

pub(crate) fn write_partner(version: &Version<'_>, json: &mut Json<'_>) {
    let mut dice = version.plan.dice(Aspect::Partner, version.index);
    let id = version.plan.id(Kind::Partner, version.index);
    let since = Moment::midnight(dice.between(1988, 2017), dice.between(1, 12), dice.between(1, 28));
    json.text("CODE", &format!("P{:04}", version.index + 100));
    json.text("NAME", &names::partner(version.index));
    json.boolean("IS_OPERATOR", version.index == 0);
    json.boolean("IS_ACTIVE", version.stage < 3);
    let limit = (version.index > 0).then(|| dice.between(1, 400) * 5_000_000);
    json.or_null("CREDIT_LIMIT", limit, Json::money);
    json.integer("ACCOUNTING_KEY", dice.between(LEAST_KEY, i64::MAX - 1));
    json.day("PARTNER_SINCE", since);
    let notes = dice.chance(40).then(|| *dice.pick(&names::REMARKS));
    json.or_null("NOTES", notes, Json::text);
    // A corrected partner has moved house.
    let street = dice.between(100, 980) + i64::from(version.stage) * 10;
    let (city, province, postal_code) = *dice.pick(&CITIES);
    json.record("ADDRESS", |json| {
        json.text("STREET", &format!("{street} – {} Avenue SW", street % 12 + 1));
        json.text("CITY", city);
        json.text("PROVINCE", province);
        json.text("POSTAL_CODE", postal_code);
    });
    json.list("CONTACTS", 0..dice.below(4), |json, n| {
        let (first, last) = names::person(version.index * 5 + n as u32 + 31);
        json.id("LISTITEM_ID", id.item(0, n));
        json.text("NAME", &format!("{first} {last}"));
        json.text("EMAIL", &format!("jv{n}@p{:04}.example.com", version.index + 100));
        json.text("ROLE", ["Joint Venture", "Land", "Accounting", "Operations"][n as usize]);
    });
}

pub(crate) fn write_vendor(version: &Version<'_>, json: &mut Json<'_>) {
    let mut dice = version.plan.dice(Aspect::Vendor, version.index);
    json.text("CODE", &format!("V{:05}", version.index * 7 + 10_000));
    json.text("NAME", &names::vendor(version.index));
    json.boolean("IS_ACTIVE", version.stage < 3);
    json.integer("ACCOUNTING_KEY", dice.between(LEAST_KEY, i64::MAX - 1));
    json.integer("TERMS_DAYS", [30, 45, 60][(dice.below(3) as usize + version.stage as usize) % 3]);
    let discount = dice.chance(60).then(|| dice.between(0, 50) * 500);
    json.or_null("DISCOUNT", discount, |json, key, units| json.decimal(key, units, 4));
}
