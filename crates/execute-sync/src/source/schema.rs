//! The schema: document types, their fields, in the server's order.
//!
//! Read leniently: what is not understood becomes a warning that names it, never a failure of the whole.

use serde_json::{Map, Value};

use crate::error::{Error, Kind, Result};

/// All document types, in the server's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The types.
    pub types: Vec<DocumentType>,
    /// One sentence for each thing that was skipped.
    pub warnings: Vec<String>,
}

/// A document type and its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentType {
    /// `$TYPE` of its documents.
    pub name: String,
    /// Its fields, in the server's order.
    pub fields: Vec<Field>,
}

/// A field of a type, a record or a list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its key in a document.
    pub name: String,
    /// What its values are.
    pub kind: FieldKind,
    /// False for a retired field.
    pub active: bool,
}

/// What the values of a field are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// `TEXT`, `GUID`, `UWI`
    Text,
    /// `INTEGER`
    Integer,
    /// `DECIMAL`
    Decimal,
    /// `BOOLEAN`
    Boolean,
    /// `DATETIME`; `unzoned` = wall-clock time without a zone
    DateTime {
        /// `DATE_UNZONED`
        unzoned: bool,
    },
    /// `DOCUMENT`: a reference; the type it points at where the schema says it
    Reference {
        /// `DOCUMENT_TYPE`
        to: Option<String>,
    },
    /// `RECORD`: a nested object
    Record(Vec<Field>),
    /// `RECORD LIST`: a list of objects, each with `LISTITEM_ID`
    RecordList(Vec<Field>),
}

/// Records nested deeper than this are left out with a warning; no real schema comes near.
const MAX_DEPTH: usize = 16;

impl Schema {
    /// Reads the answer of `fetch/document/schema`.
    ///
    /// # Errors
    /// [`Kind::BadData`] if it is not a JSON object of objects.
    pub fn parse(bytes: &[u8]) -> Result<Schema> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let not_a_schema = || {
            Error::new(Kind::BadData, "the server's schema is not a JSON object of document types").hint(
                "Check EXECUTESYNC_EXECUTE_URL: it should be the address of Execute itself, such as https://company.example.com.",
            )
        };
        let value: Value = serde_json::from_slice(bytes).map_err(|e| not_a_schema().because(e))?;
        let Value::Object(types) = value else { return Err(not_a_schema()) };
        let mut warnings = Vec::new();
        let types = types
            .into_iter()
            .filter_map(|(name, fields)| match fields {
                Value::Object(fields) => {
                    Some(DocumentType { fields: read_fields(&name, fields, 1, &mut warnings), name })
                }
                _ => {
                    warnings.push(format!("the schema's type {name:?} is not an object and has no view"));
                    None
                }
            })
            .collect();
        Ok(Schema { types, warnings })
    }
}

impl Schema {
    /// Does it say anything of documents? An error in JSON is an object too, and views must not follow it.
    pub(super) fn describes_documents(&self) -> bool {
        self.types.iter().any(|doc_type| !doc_type.fields.is_empty())
    }

    /// A hash that changes when anything changes that the views depend on, and not with our version.
    pub fn fingerprint(&self) -> String {
        use sha2::{Digest, Sha256};
        fn write(fields: &[Field], hash: &mut Sha256) {
            for field in fields {
                let (kind, members): (String, &[Field]) = match &field.kind {
                    FieldKind::Text => ("text".into(), &[]),
                    FieldKind::Integer => ("integer".into(), &[]),
                    FieldKind::Decimal => ("decimal".into(), &[]),
                    FieldKind::Boolean => ("boolean".into(), &[]),
                    FieldKind::DateTime { unzoned } => (format!("datetime {unzoned}"), &[]),
                    FieldKind::Reference { .. } => ("reference".into(), &[]),
                    FieldKind::Record(members) => ("record".into(), members),
                    FieldKind::RecordList(members) => ("list".into(), members),
                };
                hash.update(format!("{}:{}:{kind}:{}:{}\n", field.name.len(), field.name, field.active, members.len()));
                write(members, hash);
            }
        }
        let mut hash = Sha256::new();
        for doc_type in &self.types {
            hash.update(format!("type {}:{}:{}\n", doc_type.name.len(), doc_type.name, doc_type.fields.len()));
            write(&doc_type.fields, &mut hash);
        }
        hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect()
    }
}

fn read_fields(path: &str, fields: Map<String, Value>, depth: usize, warnings: &mut Vec<String>) -> Vec<Field> {
    fields
        .into_iter()
        .filter_map(|(name, mut spec)| {
            let path = format!("{path}.{name}");
            let type_name = spec.get("TYPE").and_then(Value::as_str).unwrap_or_default().to_owned();
            let flag = |key: &str| spec.get(key).and_then(Value::as_bool);
            let (active, unzoned) = (flag("ACTIVE").unwrap_or(true), flag("DATE_UNZONED").unwrap_or(false));
            let mut members = |warnings: &mut Vec<String>| match spec.get_mut("RECORD_TYPE").map(Value::take) {
                Some(Value::Object(members)) if depth < MAX_DEPTH => read_fields(&path, members, depth + 1, warnings),
                Some(Value::Object(_)) => {
                    warnings
                        .push(format!("the field {path:?} is nested deeper than {MAX_DEPTH} records and is left out"));
                    Vec::new()
                }
                _ => {
                    warnings.push(format!("the field {path:?} names no fields of its record"));
                    Vec::new()
                }
            };
            let kind = match type_name.as_str() {
                "TEXT" | "GUID" | "UWI" => FieldKind::Text,
                "INTEGER" => FieldKind::Integer,
                "DECIMAL" => FieldKind::Decimal,
                "BOOLEAN" => FieldKind::Boolean,
                "DATETIME" => FieldKind::DateTime { unzoned },
                "RECORD" => FieldKind::Record(members(warnings)),
                "RECORD LIST" => FieldKind::RecordList(members(warnings)),
                "DOCUMENT" => {
                    FieldKind::Reference { to: spec.get("DOCUMENT_TYPE").and_then(Value::as_str).map(str::to_owned) }
                }
                _ => {
                    warnings.push(format!(
                        "the field {path:?} has the unknown type {type_name:?} and is left out of the views"
                    ));
                    return None;
                }
            };
            Some(Field { name, kind, active })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_unknown_is_a_warning_that_names_it() {
        let schema = Schema::parse(
            br#"{"A":{"X":{"TYPE":"GEOSHAPE"},"Y":{"TYPE":"DOCUMENT","DOCUMENT_TYPE":null},"Z":{"TYPE":"RECORD","RECORD_TYPE":null}},"B":1,"C":{"D":null}}"#,
        )
        .unwrap();
        assert_eq!(schema.types.len(), 2);
        assert_eq!(schema.types[0].fields[0].kind, FieldKind::Reference { to: None });
        assert_eq!(schema.warnings.len(), 4, "{:?}", schema.warnings);
        assert!(schema.warnings[0].contains("GEOSHAPE") && schema.warnings[0].contains("A.X"));
    }

    #[test]
    fn the_order_is_the_servers() {
        let schema = Schema::parse(br#"{"Z":{"B":{"TYPE":"TEXT"},"A":{"TYPE":"TEXT"}},"A":{}}"#).unwrap();
        assert_eq!(schema.types.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["Z", "A"]);
        assert_eq!(schema.types[0].fields[0].name, "B");
    }

    #[test]
    fn html_is_no_schema() {
        assert_eq!(Schema::parse(b"<html>").unwrap_err().kind(), Kind::BadData);
        assert_eq!(Schema::parse(b"[]").unwrap_err().kind(), Kind::BadData);
    }
}
