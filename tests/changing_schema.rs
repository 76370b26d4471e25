//! Random schemas, changes of them as they happen between two runs, and documents that fit them or the one before.

use serde_json::{Map, Value, json};

use crate::support::seed::Rng;

type Fields = Map<String, Value>;

/// A schema of a few types.
pub(crate) fn schema(rng: &mut Rng) -> Fields {
    (0..rng.between(1, 4)).map(|number| (format!("T{number}"), Value::Object(fields(rng, 2)))).collect()
}

fn fields(rng: &mut Rng, depth: usize) -> Fields {
    (0..rng.between(1, 5)).map(|number| (format!("F{number}"), field(rng, depth))).collect()
}

fn field(rng: &mut Rng, depth: usize) -> Value {
    let kinds = ["TEXT", "INTEGER", "BOOLEAN", "DATETIME", "DOCUMENT", "GEOSHAPE", "RECORD", "RECORD LIST"];
    match kinds[rng.between(0, if depth > 0 { 7 } else { 5 })] {
        kind @ ("RECORD" | "RECORD LIST") => json!({"TYPE": kind, "RECORD_TYPE": fields(rng, depth - 1)}),
        kind => json!({"TYPE": kind, "ACTIVE": rng.between(0, 3) > 0}),
    }
}

/// The schema after a few changes: something added, dropped, renamed, retyped, nested, retired or moved.
pub(crate) fn changed(rng: &mut Rng, schema: &Fields) -> Fields {
    let mut schema = schema.clone();
    for _ in 0..rng.between(1, 4) {
        let names: Vec<String> = schema.keys().cloned().collect();
        match (rng.between(0, 7), names.is_empty()) {
            (0, _) => _ = schema.insert(format!("T{}", rng.between(0, 9)), Value::Object(fields(rng, 2))),
            (_, true) => {}
            (1, _) => _ = schema.remove(rng.pick(&names)),
            _ => {
                if let Some(Value::Object(fields)) = schema.get_mut(rng.pick(&names)) {
                    change_field(rng, fields, 2);
                }
            }
        }
    }
    schema
}

fn change_field(rng: &mut Rng, fields: &mut Fields, depth: usize) {
    let names: Vec<String> = fields.keys().cloned().collect();
    if names.is_empty() {
        fields.insert("F0".to_owned(), field(rng, depth));
        return;
    }
    let name = rng.pick(&names).clone();
    match rng.between(0, 6) {
        0 => _ = fields.insert(format!("F{}", rng.between(0, 9)), field(rng, depth)),
        1 => _ = fields.shift_remove(&name),
        2 => {
            if let Some(spec) = fields.shift_remove(&name) {
                fields.insert(format!("G{}", rng.between(0, 9)), spec);
            }
        }
        // Often from list to record, or from either to a plain value, and back.
        3 | 4 => _ = fields.insert(name, field(rng, depth)),
        5 => fields[&name]["ACTIVE"] = rng.between(0, 1).eq(&0).into(),
        _ => match fields[&name].get_mut("RECORD_TYPE") {
            Some(Value::Object(members)) => change_field(rng, members, depth - 1),
            _ => _ = fields.insert(name, field(rng, depth)),
        },
    }
}

/// Two documents of each type.
pub(crate) fn documents(rng: &mut Rng, schema: &Fields, tag: &str) -> Vec<String> {
    let mut documents = Vec::new();
    for (doc_type, fields) in schema {
        for number in 0..2 {
            let mut document = json!({"DOCUMENT_ID": format!("{tag}{number}"), "$TYPE": doc_type, "$VERSION": 1,
                "$DATE": "2025-01-01", "$DELETED": rng.between(0, 5) == 0});
            if let (Value::Object(document), Value::Object(fields)) = (&mut document, fields) {
                document.append(&mut values(rng, fields));
            }
            documents.push(document.to_string());
        }
    }
    documents
}

fn values(rng: &mut Rng, fields: &Fields) -> Fields {
    fields.iter().map(|(name, spec)| (name.clone(), value(rng, spec))).collect()
}

fn value(rng: &mut Rng, spec: &Value) -> Value {
    let n = rng.between(0, 999);
    let members = spec["RECORD_TYPE"].as_object();
    match (spec["TYPE"].as_str(), members) {
        _ if rng.between(0, 9) == 0 => Value::Null,
        (Some("INTEGER"), _) => n.into(),
        (Some("BOOLEAN"), _) => n.is_multiple_of(2).into(),
        (Some("DOCUMENT"), _) => json!({"DOCUMENT_ID": format!("r{n}")}),
        (Some("RECORD"), Some(members)) => values(rng, members).into(),
        (Some("RECORD LIST"), Some(members)) => (0..rng.between(0, 5))
            .map(|item| {
                let mut values = values(rng, members);
                values.insert("LISTITEM_ID".to_owned(), format!("i{item}").into());
                Value::Object(values)
            })
            .collect(),
        _ => format!("text {n}").into(),
    }
}
