//! The schema: what a field is, and how a set of document types is told to a client.
//!
//! The fields themselves stand beside the code that writes them, in `catalogue/`.

use crate::catalogue::Kind;
use crate::json::Json;

/// One field of a document type, a record or a list.
pub(crate) struct Field {
    pub(crate) key: &'static str,
    name: &'static str,
    pub(crate) of: Type,
    nullable: bool,
    active: bool,
    formula: Option<&'static str>,
}

/// The type of a field.
pub(crate) enum Type {
    /// With the longest length it may have, or 0 when there is none.
    Text(i64),
    Guid,
    Uwi,
    Integer,
    Decimal,
    Boolean,
    /// An instant.
    Datetime,
    /// A wall-clock time or day, without a zone.
    DatetimeUnzoned,
    /// A reference to a document of this kind.
    Document(Kind),
    /// A reference to a document of any type.
    AnyDocument,
    Record(&'static [Field]),
    RecordList(&'static [Field]),
}

impl Field {
    pub(crate) const fn new(key: &'static str, name: &'static str, of: Type) -> Field {
        Field { key, name, of, nullable: true, active: true, formula: None }
    }

    /// Every document has a value here.
    pub(crate) const fn required(mut self) -> Field {
        self.nullable = false;
        self
    }

    /// Out of use; old documents still carry it.
    pub(crate) const fn retired(mut self) -> Field {
        self.active = false;
        self
    }

    /// Calculated: in schema and documents only when calculated fields are asked for.
    pub(crate) const fn calculated(mut self, formula: &'static str) -> Field {
        self.formula = Some(formula);
        self
    }

    fn write(&self, json: &mut Json<'_>, calc: bool) {
        json.record(self.key, |json| {
            json.text("NAME", self.name);
            json.boolean("ACTIVE", self.active);
            json.text("TYPE", self.of.name());
            json.boolean("NULLABLE", self.nullable);
            if let Some(formula) = self.formula {
                json.text("FORMULA", formula);
            }
            match &self.of {
                Type::Text(0) => {}
                Type::Text(size) => json.integer("SIZE", *size),
                Type::Guid | Type::Uwi | Type::Integer | Type::Decimal | Type::Boolean => {}
                Type::Datetime => json.boolean("DATE_UNZONED", false),
                Type::DatetimeUnzoned => json.boolean("DATE_UNZONED", true),
                Type::Document(kind) => json.text("DOCUMENT_TYPE", kind.type_name()),
                Type::AnyDocument => {}
                Type::Record(fields) | Type::RecordList(fields) => {
                    json.record("RECORD_TYPE", |json| write_fields(json, fields, calc));
                }
            }
        });
    }
}

impl Type {
    fn name(&self) -> &'static str {
        match self {
            Type::Text(_) => "TEXT",
            Type::Guid => "GUID",
            Type::Uwi => "UWI",
            Type::Integer => "INTEGER",
            Type::Decimal => "DECIMAL",
            Type::Boolean => "BOOLEAN",
            Type::Datetime | Type::DatetimeUnzoned => "DATETIME",
            Type::Document(_) | Type::AnyDocument => "DOCUMENT",
            Type::Record(_) => "RECORD",
            Type::RecordList(_) => "RECORD LIST",
        }
    }
}

/// The identity of a document, the first field of each type.
pub(crate) const DOCUMENT_ID: Field = Field::new("DOCUMENT_ID", "Document ID", Type::Guid).required();

/// The identity of a list item, the first field of each list.
pub(crate) const LISTITEM_ID: Field = Field::new("LISTITEM_ID", "List Item ID", Type::Guid).required();

/// The schema as one JSON object; calculated fields only with `calc`.
pub(crate) fn schema(calc: bool) -> String {
    let mut out = Vec::new();
    Json::object(&mut out, |json| {
        for kind in Kind::ALL {
            json.record(kind.type_name(), |json| write_fields(json, kind.fields(), calc));
        }
    });
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn write_fields(json: &mut Json<'_>, fields: &[Field], calc: bool) {
    for field in fields.iter().filter(|field| calc || field.formula.is_none()) {
        field.write(json, calc);
    }
}
