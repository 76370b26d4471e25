//! What a browser is asked and what it answers: plain values, the same shapes as the desktop shell's.

/// A node of the tree of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataNode {
    /// The view.
    pub view: String,
    /// What people read.
    pub title: String,
    /// Type of the documents it shows; none where it shows all of them.
    pub doc_type: Option<String>,
    /// The records and lists inside.
    pub children: Vec<DataNode>,
}

/// What a grid shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct GridQuery {
    /// The view.
    pub view: String,
    /// Columns in order; empty = all.
    pub columns: Vec<String>,
    /// The strongest first.
    pub sort: Vec<SortKey>,
    /// All must hold.
    pub filters: Vec<Filter>,
}

/// One key of a sort. What has no value comes last, whichever way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// The column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// One filter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    /// The column.
    pub column: String,
    /// How it is compared.
    pub test: FilterTest,
    /// With what; not looked at for `Empty` and `NotEmpty`.
    pub value: String,
}

/// How a value is compared: in columns of numbers `Equals`, `NotEquals`, `AtLeast` and `AtMost` compare numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FilterTest {
    /// Holds the text, in any case.
    Contains,
    /// Is it.
    Equals,
    /// Is something else, or nothing.
    NotEquals,
    /// Begins with it.
    StartsWith,
    /// Is at least it.
    AtLeast,
    /// Is at most it.
    AtMost,
    /// Has no value, or an empty text.
    Empty,
    /// Has one.
    NotEmpty,
}

/// A grid that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridInfo {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Type of the documents it shows; none where it shows all of them.
    pub doc_type: Option<String>,
    /// How many rows; none while they are still being counted.
    pub rows: Option<u64>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// For `Reference`, the type it points at, if it is always the same.
    pub refers_to: Option<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// Dates and times, as the text that was sent.
    Date,
    /// 1 and 0.
    Boolean,
    /// The id of another document.
    Reference,
}

/// Rows of a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridRows {
    /// Number of the first row.
    pub offset: u64,
    /// A cell a column. A row that has gone since the grid was opened has none with a text.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// The exact text; none for NULL.
    pub text: Option<String>,
    /// The name behind a reference.
    pub label: Option<String>,
    /// The type of the document that a reference points at, where its column does not say it.
    pub doc_type: Option<String>,
    /// Only the beginning of the text is here.
    pub cut: bool,
}

/// A document for the inspector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentView {
    /// Its type.
    pub doc_type: String,
    /// Its id.
    pub id: String,
    /// The version shown, the newest.
    pub version: i64,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Who wrote it.
    pub author: Option<Reference>,
    /// When.
    pub date: String,
    /// Deleted at the source?
    pub deleted: bool,
    /// Its fields, in order.
    pub fields: Vec<FieldValue>,
    /// The text as it came, slices of long lists a line each; cut after a megabyte.
    pub raw: String,
    /// Whether `raw` was cut.
    pub raw_cut: bool,
}

/// A field of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// Path from the top, `CUSTOM.REGION`.
    pub path: String,
    /// The value as text; none for null and for a list.
    pub value: Option<String>,
    /// Where it points.
    pub reference: Option<Reference>,
    /// For a list: how many items.
    pub items: Option<u64>,
}

/// A document that another one points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its type; none if it is not here and nothing says it.
    pub doc_type: Option<String>,
    /// Its id.
    pub id: String,
    /// Its name; else the id.
    pub name: String,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportProgress {
    /// Rows written.
    pub rows: u64,
    /// Of how many, if they were counted before.
    pub of: Option<u64>,
}

/// An export that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportDone {
    /// Where it lies.
    pub path: std::path::PathBuf,
    /// Rows written.
    pub rows: u64,
}
