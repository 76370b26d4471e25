//! Data on screen: the tree, grids, documents, exports.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A node of the tree of data.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataNode {
    /// The view.
    pub(crate) view: String,
    /// What people read.
    pub(crate) title: String,
    /// Type of the documents it shows; none where it shows all of them.
    pub(crate) doc_type: Option<String>,
    /// The records and lists inside.
    pub(crate) children: Vec<DataNode>,
}

/// What a grid shows.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GridQuery {
    /// The view.
    pub(crate) view: String,
    /// Columns in order; empty = all.
    pub(crate) columns: Vec<String>,
    /// The strongest first.
    pub(crate) sort: Vec<SortKey>,
    /// All must hold.
    pub(crate) filters: Vec<Filter>,
}

/// One key of a sort.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SortKey {
    /// The column.
    pub(crate) column: String,
    /// Largest first.
    pub(crate) descending: bool,
}

/// One filter.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Filter {
    /// The column.
    pub(crate) column: String,
    /// How it is compared.
    pub(crate) test: FilterTest,
    /// With what; not for `empty` and `not_empty`.
    pub(crate) value: String,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FilterTest {
    /// Holds the text, in any case.
    Contains,
    /// Is it.
    Equals,
    /// Is something else.
    NotEquals,
    /// Begins with it.
    StartsWith,
    /// Is at least it.
    AtLeast,
    /// Is at most it.
    AtMost,
    /// Has no value.
    Empty,
    /// Has one.
    NotEmpty,
}

/// A grid that was opened.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GridInfo {
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// How many rows; none while they are still being counted.
    #[ts(type = "number | null")]
    pub(crate) rows: Option<u64>,
}

/// A column.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) kind: ColumnKind,
    /// For `reference`, the type it points at, if it is always the same.
    pub(crate) refers_to: Option<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColumnKind {
    /// Text.
    Text,
    /// Numbers: right-aligned, tabular.
    Number,
    /// Dates and times.
    Date,
    /// True and false.
    Boolean,
    /// The id of another document.
    Reference,
}

/// Rows of a grid.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GridRows {
    /// Number of the first row.
    #[ts(type = "number")]
    pub(crate) offset: u64,
    /// A cell a column.
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A cell: its text exactly as stored, and for a reference the name of what it points at.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cell {
    /// None for NULL.
    pub(crate) text: Option<String>,
    /// The text goes on: this is its beginning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub(crate) cut: bool,
    /// The name behind a reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(crate) label: Option<String>,
    /// The type of the document that a reference points at, where its column does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(crate) doc_type: Option<String>,
}

/// A document for the inspector.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentView {
    /// Its type.
    pub(crate) doc_type: String,
    /// Its id.
    pub(crate) id: String,
    /// The version shown, the newest; as text.
    pub(crate) version: String,
    /// Its name, if it has one.
    pub(crate) name: Option<String>,
    /// Who wrote it.
    pub(crate) author: Option<Reference>,
    /// When.
    pub(crate) date: String,
    /// Deleted at the source?
    pub(crate) deleted: bool,
    /// Its fields, in order.
    pub(crate) fields: Vec<FieldValue>,
    /// The bytes as they came; cut after a megabyte.
    pub(crate) raw: String,
    /// Whether `raw` was cut.
    pub(crate) raw_cut: bool,
}

/// A field of a document.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldValue {
    /// Path from the top, `CUSTOM.REGION`.
    pub(crate) path: String,
    /// The value as text; none for null.
    pub(crate) value: Option<String>,
    /// Where it points.
    pub(crate) reference: Option<Reference>,
    /// For a list: how many items.
    #[ts(type = "number | null")]
    pub(crate) items: Option<u64>,
}

/// A document that another one points at.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reference {
    /// Its type; none if it is not here and nothing says it: then it cannot be followed.
    pub(crate) doc_type: Option<String>,
    /// Its id.
    pub(crate) id: String,
    /// Its name; else the id.
    pub(crate) name: String,
}

/// How far an export is.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportProgress {
    /// Rows written.
    #[ts(type = "number")]
    pub(crate) rows: u64,
    /// Of how many.
    #[ts(type = "number | null")]
    pub(crate) of: Option<u64>,
}

/// An export that is done.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportDone {
    /// Where it lies.
    pub(crate) path: String,
    /// Rows written.
    #[ts(type = "number")]
    pub(crate) rows: u64,
}
