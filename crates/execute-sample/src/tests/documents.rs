//! Every line against the schema: fields, types, references, sums, and the odd things the world is to have.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{lines, parsed, small, small_world, version};
use crate::{SampleOptions, World};

const ENVELOPE: [&str; 6] = ["DOCUMENT_ID", "$TYPE", "$VERSION", "$AUTHOR_ID", "$DATE", "$DELETED"];

/// Checks documents against a schema, and remembers what it saw.
struct Checker {
    schema: Value,
    types_seen: BTreeSet<String>,
    /// Type and id of what exists.
    documents: HashMap<String, String>,
    list_items: HashSet<String>,
}

impl Checker {
    fn new(world: &World, calc: bool) -> Checker {
        let documents = world.ledger().map(|entry| (entry.document.id, entry.document.document_type)).collect();
        let schema = parsed(&world.schema(calc));
        Checker { schema, types_seen: BTreeSet::new(), documents, list_items: HashSet::new() }
    }

    fn document(&mut self, line: &str) {
        let document = parsed(line);
        let document = document.as_object().expect("a document is an object");
        assert_eq!(document["$VERSION"].as_u64().map(|version| version > 0), Some(true));
        assert!(document["$DELETED"].is_boolean());
        if let Some(author) = document.get("$AUTHOR_ID").filter(|author| !author.is_null()) {
            self.reference(&Value::from(Map::from_iter([("DOCUMENT_ID".into(), author.clone())])), Some("USER"));
        }
        let fields = self.schema[document["$TYPE"].as_str().expect("a type is a text")].clone();
        let own: Map<String, Value> = document.clone().into_iter().filter(|(key, _)| !key.starts_with('$')).collect();
        assert!(document.keys().take(3).eq(&ENVELOPE[..3]), "the envelope comes first");
        let raw: HashMap<String, &RawValue> = serde_json::from_str(line).expect("a line is JSON");
        self.fields(&own, &raw, fields.as_object().expect("a type has fields"));
    }

    fn fields(&mut self, object: &Map<String, Value>, raw: &HashMap<String, &RawValue>, fields: &Map<String, Value>) {
        let known: Vec<&String> = fields.keys().filter(|key| object.contains_key(*key)).collect();
        assert!(object.keys().eq(known), "{:?} are not fields in the schema's order", object.keys());
        for (key, field) in fields {
            let value = object.get(key).unwrap_or(&Value::Null);
            if value.is_null() {
                assert_eq!(field["NULLABLE"], true, "{key} is missing");
            } else {
                self.value(key, value, raw[key], field);
            }
        }
    }

    fn value(&mut self, key: &str, value: &Value, raw: &RawValue, field: &Value) {
        let of = field["TYPE"].as_str().expect("a field has a type");
        let unzoned = field.get("DATE_UNZONED").map(|unzoned| *unzoned == true);
        self.types_seen.insert(unzoned.map_or(of.to_owned(), |unzoned| format!("{of} {unzoned}")));
        let number = raw.get().strip_prefix('-').unwrap_or(raw.get());
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let good = match (of, value) {
            ("TEXT", Value::String(text)) => {
                field.get("SIZE").and_then(Value::as_u64).is_none_or(|size| text.chars().count() as u64 <= size)
            }
            ("GUID", Value::String(text)) => text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
            ("UWI", Value::String(text)) => is_uwi(text),
            ("INTEGER", Value::Number(_)) => digits(number) && value.is_i64(),
            ("DECIMAL", Value::Number(_)) => number.split_once('.').is_some_and(|(a, b)| digits(a) && digits(b)),
            ("BOOLEAN", Value::Bool(_)) => true,
            ("DATETIME", Value::String(text)) => is_time(text, unzoned.expect("a date says whether it has a zone")),
            ("DOCUMENT", reference) => {
                self.reference(reference, field.get("DOCUMENT_TYPE").and_then(Value::as_str));
                true
            }
            ("RECORD", Value::Object(record)) => {
                let raw: HashMap<String, &RawValue> = serde_json::from_str(raw.get()).expect("it was JSON before");
                self.fields(record, &raw, field["RECORD_TYPE"].as_object().expect("a record has fields"));
                true
            }
            ("RECORD LIST", Value::Array(items)) => {
                let raw: Vec<HashMap<String, &RawValue>> = serde_json::from_str(raw.get()).expect("it was JSON before");
                for (item, raw) in items.iter().zip(raw) {
                    assert!(self.list_items.insert(item["LISTITEM_ID"].to_string()), "an item's id is its own");
                    let fields = field["RECORD_TYPE"].as_object().expect("a list has fields");
                    self.fields(item.as_object().expect("an item is an object"), &raw, fields);
                }
                true
            }
            _ => false,
        };
        assert!(good, "{key} is no {of}: {value}");
    }

    fn reference(&self, reference: &Value, wanted: Option<&str>) {
        let reference = reference.as_object().expect("a reference is an object");
        let id = reference["DOCUMENT_ID"].as_str().expect("a reference names a document");
        let found = self.documents.get(id).map(String::as_str);
        assert!(reference.len() == 1 && found.is_some(), "{id} does not exist");
        assert!(wanted.is_none_or(|wanted| found == Some(wanted)), "{id} is a {found:?}, not a {wanted:?}");
    }
}

/// `100/06-12-045-07W5/00` or `200/a-001-A/094-A-01/00`: digits for 9, letters for A and a.
fn is_uwi(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| match c {
            '0'..='9' => '9',
            'A'..='Z' => 'A',
            'a'..='z' => 'a',
            other => other,
        })
        .collect();
    match shape.as_str() {
        "999/99-99-999-99A9/99" | "9A9/99-99-999-99A9/99" => {
            let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or(0);
            text.starts_with('1')
                && (1..=16).contains(&number(4..6))
                && (1..=36).contains(&number(7..9))
                && (1..=126).contains(&number(10..13))
                && (1..=34).contains(&number(14..16))
                && matches!(&text[16..18], "W3" | "W5" | "W6")
        }
        "999/a-999-A/999-A-99/99" | "9A9/a-999-A/999-A-99/99" => text.starts_with('2'),
        _ => false,
    }
}

fn is_time(text: &str, unzoned: bool) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    match unzoned {
        true => matches!(shape.as_str(), "9999-99-99" | "9999-99-99T99:99:99"),
        false => matches!(shape.as_str(), "9999-99-99T99:99:99.999Z" | "9999-99-99T99:99:99-99:99"),
    }
}

#[test]
fn every_line_is_as_the_schema_says() {
    let world = World::new(&SampleOptions { large_afe_lines: 300, ..small() });
    for _ in 0..25 {
        world.tick();
    }
    for calc in [false, true] {
        let mut checker = Checker::new(&world, calc);
        for line in world.lines(calc) {
            checker.document(&line);
        }
        let all = [
            "BOOLEAN",
            "DATETIME false",
            "DATETIME true",
            "DECIMAL",
            "DOCUMENT",
            "GUID",
            "INTEGER",
            "RECORD",
            "RECORD LIST",
            "TEXT",
            "UWI",
        ];
        assert!(checker.types_seen.iter().eq(all), "{:?}", checker.types_seen);
    }
}

#[test]
fn every_version_is_as_the_schema_says() {
    let world = World::new(&SampleOptions { all_versions: true, ..small() });
    let mut checker = Checker::new(&world, false);
    for line in world.lines(false) {
        checker.list_items.clear();
        checker.document(&line);
    }
}

#[test]
fn calculated_fields_come_only_when_asked_for() {
    let world = small_world();
    let (plain, with) = (world.schema(false), world.schema(true));
    assert!(!plain.contains("FORMULA") && with.contains("FORMULA"));
    for (plain, with) in world.lines(false).zip(world.lines(true)) {
        assert_eq!(version(&plain), version(&with));
        for key in ["\"NET_TOTAL\":", "\"DAYS_OPEN\":", "\"ACTUAL_GROSS\":"] {
            assert!(!plain.contains(key));
        }
        assert_eq!(with.contains("\"NET_TOTAL\":"), with.contains("\"$TYPE\":\"AFE\","));
    }
}

#[test]
fn the_awkward_things_are_all_there() {
    let world = small_world();
    let all = lines(&world).join("\n");
    let schema = parsed(&world.schema(false));
    for text in
        ["\u{2028}", "🛢️", "👷🏽‍♀️", "O'Neill & Söhne <land@", "\\\"hot tap\\\"", "\\n\\t1)", "日本側", "\\\\\\\\calgary"]
    {
        assert!(all.contains(text), "{text} is nowhere");
    }
    for text in
        ["\"$AUTHOR_ID\":null", "\"$VERSION\":2,\"$DATE\"", "\"RESPONSES\":[]", "\"RESPONSES\":[{", "\"WELL\":[]"]
    {
        assert!(all.contains(text), "{text} is nowhere");
    }
    for number in [":1.0000", ":60.0000", "00.00,", ":333"] {
        assert!(all.contains(number), "{number} is nowhere");
    }
    let afe = &schema["AFE"];
    assert_eq!(afe["Partner's \"Share\""]["TYPE"], "DECIMAL");
    assert_eq!(afe["LINE_ITEMS"]["RECORD_TYPE"]["ORDER"]["TYPE"], "INTEGER");
    assert_eq!(afe["LEGACY_COST_CENTRE"]["ACTIVE"], false);
    assert_eq!(afe["CUSTOM"]["RECORD_TYPE"]["OLD_RISK_SCORE"]["ACTIVE"], false);
    assert_eq!(afe["CUSTOM"]["RECORD_TYPE"]["RELATED"].get("DOCUMENT_TYPE"), None);
    assert_eq!(afe["PARTNERS"]["RECORD_TYPE"]["RESPONSES"]["TYPE"], "RECORD LIST");
    assert_eq!(schema["AFE_STATUS"]["ORDER"]["TYPE"], "INTEGER");

    let keys = lines(&world).iter().filter_map(|line| parsed(line)["VOUCHER_KEY"].as_i64()).collect::<Vec<_>>();
    assert!(keys.len() > 100 && keys.iter().all(|key| key.to_string().len() == 19));
    // Most of them are not what a floating-point number would make of them.
    assert!(keys.iter().filter(|key| (**key as f64) as i64 != **key).count() * 10 > keys.len() * 9);
}

/// The units of a decimal's last place, from its text.
fn units(raw: &RawValue) -> i64 {
    raw.get().replace('.', "").parse().expect("a decimal is digits and a point")
}

fn sum(document: &HashMap<String, &RawValue>, list: &str, field: &str) -> i64 {
    let items: Vec<HashMap<String, &RawValue>> = serde_json::from_str(document[list].get()).expect("a list");
    items.iter().map(|item| units(item[field])).sum()
}

#[test]
fn money_adds_up_to_the_cent() {
    let world = World::new(&SampleOptions { large_afe_lines: 500, ..small() });
    let mut actual: HashMap<String, i64> = HashMap::new();
    let mut approved: HashMap<String, i64> = HashMap::new();
    let mut chains = Vec::new();
    for line in world.lines(true) {
        let document: HashMap<String, &RawValue> = serde_json::from_str(&line).expect("a line is JSON");
        match version(&line).0.as_str() {
            "AFE" => {
                let gross = units(document["GROSS_TOTAL"]);
                assert_eq!(sum(&document, "LINE_ITEMS", "GROSS_AMOUNT"), gross);
                assert_eq!(sum(&document, "PHASING", "GROSS_AMOUNT"), gross);
                assert_eq!(sum(&document, "PARTNERS", "WORKING_INTEREST"), 1_000_000);
                assert!(matches!(sum(&document, "WELL", "ALLOCATION"), 0 | 1_000_000));
                assert_eq!(units(document["NET_TOTAL"]) + units(document["Partner's \"Share\""]), gross);
                if document["IN_FORCE"].get() == "true" {
                    *approved.entry(document["CHAIN"].to_string()).or_default() += gross;
                }
            }
            "COST" => {
                let gross = units(document["GROSS_AMOUNT"]);
                assert_eq!(sum(&document, "LINES", "GROSS_AMOUNT"), gross);
                assert!(gross > 0);
                *actual.entry(document["CHAIN"].to_string()).or_default() += gross;
            }
            "AFE_CHAIN" => {
                let id = format!("{{\"DOCUMENT_ID\":{}}}", document["DOCUMENT_ID"]);
                chains.push((id, units(document["APPROVED_GROSS"]), units(document["ACTUAL_GROSS"])));
            }
            _ => {}
        }
    }
    assert!(chains.len() > 20);
    for (id, approved_gross, actual_gross) in chains {
        assert_eq!(approved_gross, approved.get(&id).copied().unwrap_or(0));
        assert_eq!(actual_gross, actual.get(&id).copied().unwrap_or(0));
    }
}

#[test]
fn names_and_numbers_are_unique_and_every_status_occurs() {
    let world = World::new(&SampleOptions { documents: Some(5000), ..small() });
    let mut seen = HashSet::new();
    let mut statuses = HashSet::new();
    let mut prefixes = HashSet::new();
    for line in lines(&world) {
        let (document_type, ..) = version(&line);
        let document = parsed(&line);
        let key = match document_type.as_str() {
            "WELL" => "UWI",
            "AFE" => "AFE_NUMBER",
            "AFE_CHAIN" => "NUMBER",
            "USER" => "LOGIN",
            "PARTNER" | "VENDOR" | "REGION" | "AREA" => "NAME",
            "ACCOUNT" => "CODE",
            _ => continue,
        };
        let name = document[key].as_str().expect("a name is a text").to_owned();
        if document_type == "AFE" {
            statuses.insert(document["STATUS"]["DOCUMENT_ID"].to_string());
        }
        if document_type == "WELL" {
            prefixes.insert(name[..1].to_owned());
        }
        assert!(seen.insert((document_type, name.clone())), "{name} is there twice");
    }
    assert_eq!((statuses.len(), prefixes.len()), (10, 2));
}
