//! The SQL of a grid: the rows of a view with a key for each, its filters and its order.
//!
//! A view is not asked itself, since its rows have no key: what stands in it is asked of the documents table.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::catalogue::{Catalogue, Entry, Origin};
use super::filters;
use super::types::{Column, ColumnKind, GridQuery};
use crate::destination::sqlite::sql::{self, Ident, Text};
use crate::destination::sqlite::views::Body;
use crate::destination::view_plan::{self, View};
use crate::error::{Error, Kind, Result};

/// Rows to look at, in parts of SQL.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) doc_type: Option<String>,
    pub(super) columns: Vec<SourceColumn>,
    /// How many lists are on the way to a row: so many numbers follow the row's number in its key.
    pub(super) lists: usize,
    with: String,
    from: String,
    conditions: Vec<String>,
    /// The same rows, for when all of them are read: the index says which, then they are read as they lie in the file.
    /// In the index's order the file would be read criss-cross, three times slower.
    whole: Vec<String>,
    keys: Vec<String>,
    order: Vec<String>,
    /// Documents are found by type and id without looking at all of them.
    pub(super) has_index: bool,
}

/// A column, and its value in SQL.
#[derive(Clone)]
pub(super) struct SourceColumn {
    pub(super) column: Column,
    /// As the view gives it: what is sorted by and compared.
    pub(super) value: String,
    /// As it is shown.
    pub(super) exact: String,
}

/// Of the rows of a document, those of its newest version and of that the newest batch; or those of each version.
pub(super) fn newest(all_versions: bool, has_index: bool) -> String {
    let (parts, order) =
        if all_versions { (", VERSION", "BATCH_DATE DESC") } else { ("", "VERSION DESC, BATCH_DATE DESC") };
    if has_index {
        if all_versions { sql::NEWEST_OF_VERSION } else { sql::NEWEST_OF_DOCUMENT }.to_owned()
    } else {
        // Without the index the other form would take the square of the rows.
        format!(
            "d.rowid IN (SELECT r FROM (SELECT rowid AS r, RANK() OVER (PARTITION BY TYPE, ID{parts} ORDER BY {order}) AS place
    FROM EXECUTE_DOCUMENTS) WHERE place = 1)"
        )
    }
}

/// The order without any other: that of the index, then the lists' own.
fn natural(keys: &[String]) -> Vec<String> {
    ["d.TYPE", "d.ID", "d.VERSION", "d.BATCH_DATE", "d.CHUNK"]
        .into_iter()
        .map(str::to_owned)
        .chain(keys.iter().skip(1).cloned())
        .collect()
}

impl Source {
    /// The rows of a view.
    pub(super) fn new(connection: &Connection, entry: &Entry, catalogue: &Catalogue) -> rusqlite::Result<Source> {
        match &entry.origin {
            Origin::Base { all_versions } => Ok(Source::base(*all_versions, catalogue.has_index)),
            Origin::Ours(view) => Ok(Source::ours(view, catalogue.has_index)),
            Origin::Older(older) => {
                let newest = newest(false, catalogue.has_index);
                let with = format!(
                    "WITH EXECUTE_DOCUMENTS_LATEST AS (SELECT d.rowid AS EXECUTE_SYNC_ROW, d.* FROM EXECUTE_DOCUMENTS AS d WHERE {newest}) "
                );
                let mut inner = ["EXECUTE_SYNC_ROW", "TYPE", "ID", "VERSION", "BATCH_DATE", "CHUNK"]
                    .iter()
                    .enumerate()
                    .map(|(number, name)| format!("EXECUTE_DOCUMENTS_LATEST.{name} AS EXECUTE_SYNC_{number}"))
                    .collect::<Vec<_>>()
                    .join(", ");
                let mut keys = vec!["o.EXECUTE_SYNC_0".to_owned()];
                if older.is_list {
                    inner.push_str(", json_each.key AS EXECUTE_SYNC_6");
                    keys.push("o.EXECUTE_SYNC_6".to_owned());
                }
                let select = older.select.get("SELECT ".len()..).unwrap_or_default();
                let first = if older.is_list { 7 } else { 6 };
                let from = format!("(SELECT {inner}, {select}) AS o");
                let names: Vec<String> = {
                    let statement = connection.prepare(&format!("{with}SELECT * FROM {from} LIMIT 0"))?;
                    statement.column_names().skip(first).map(str::to_owned).collect()
                };
                let order = (1..first).map(|number| format!("o.EXECUTE_SYNC_{number}")).collect();
                let mut source = Source {
                    doc_type: Some(older.doc_type.clone()),
                    columns: Vec::new(),
                    lists: keys.len() - 1,
                    with,
                    from,
                    conditions: Vec::new(),
                    whole: Vec::new(),
                    keys,
                    order,
                    has_index: catalogue.has_index,
                };
                let is_own = names.iter().any(|name| name == "_DELETED");
                for name in names {
                    let value = format!("o.{}", Ident(&name));
                    let reference = format!(".DOCUMENT_ID') as {name}");
                    let (kind, refers_to) = match name.as_str() {
                        "DOCUMENT_ID" if !is_own => (ColumnKind::Reference, Some(older.doc_type.clone())),
                        "_AUTHOR" => (ColumnKind::Reference, None),
                        "_DELETED" => (ColumnKind::Boolean, None),
                        "_DATE" => (ColumnKind::Date, None),
                        _ if older.select.contains(&reference) => (ColumnKind::Reference, None),
                        _ => (source.sniff(connection, &value)?, None),
                    };
                    let column = Column { name, kind, refers_to };
                    source.columns.push(SourceColumn { column, exact: value.clone(), value });
                }
                Ok(source)
            }
        }
    }

    fn base(all_versions: bool, has_index: bool) -> Source {
        let columns = [
            ("BATCH_DATE", ColumnKind::Date),
            ("TYPE", ColumnKind::Text),
            ("ID", ColumnKind::Text),
            ("VERSION", ColumnKind::Number),
            ("CHUNK", ColumnKind::Number),
            ("AUTHOR", ColumnKind::Reference),
            ("DATE", ColumnKind::Date),
            ("DELETED", ColumnKind::Boolean),
            ("DATA", ColumnKind::Text),
        ];
        let keys = vec!["d.rowid".to_owned()];
        Source {
            doc_type: None,
            columns: columns
                .map(|(name, kind)| SourceColumn {
                    column: Column { name: name.to_owned(), kind, refers_to: None },
                    value: format!("d.{name}"),
                    exact: format!("d.{name}"),
                })
                .into(),
            lists: 0,
            with: String::new(),
            from: "EXECUTE_DOCUMENTS AS d".to_owned(),
            conditions: vec![newest(all_versions, has_index)],
            whole: vec![newest(all_versions, has_index)],
            order: natural(&keys),
            keys,
            has_index,
        }
    }

    fn ours(view: &View, has_index: bool) -> Source {
        let body = Body::new(view);
        let keys: Vec<String> =
            ["d.rowid".to_owned()].into_iter().chain(body.items.iter().map(|item| format!("{item}.key"))).collect();
        let columns = view
            .columns
            .iter()
            .map(|column| SourceColumn {
                column: describe(column, view),
                value: body.value(column),
                exact: body.exact(column),
            })
            .collect();
        let newest = newest(false, has_index);
        let mut whole = vec![format!(
            "d.rowid IN (SELECT s.rowid FROM EXECUTE_DOCUMENTS AS s WHERE s.TYPE = {} AND {})",
            Text(&view.doc_type),
            newest.replace("d.", "s.")
        )];
        whole.extend(body.conditions.iter().filter(|condition| !condition.starts_with("d.TYPE = ")).cloned());
        let mut conditions = body.conditions;
        conditions.push(newest);
        Source {
            doc_type: Some(view.doc_type.clone()),
            columns,
            lists: body.items.len(),
            with: String::new(),
            from: format!("EXECUTE_DOCUMENTS AS d{}", body.lists),
            conditions,
            whole,
            order: natural(&keys),
            keys,
            has_index,
        }
    }

    /// What the first values of a column are: all numbers, or else text.
    fn sniff(&self, connection: &Connection, value: &str) -> rusqlite::Result<ColumnKind> {
        const LOOKED_AT: usize = 50;
        let sql = format!(
            "{}SELECT COALESCE(MIN(typeof(v) IN ('integer', 'real')), 0) FROM (SELECT {value} AS v FROM {} LIMIT {LOOKED_AT}) WHERE v IS NOT NULL",
            self.with, self.from
        );
        let is_number: bool = connection.query_row(&sql, [], |row| row.get(0))?;
        Ok(if is_number { ColumnKind::Number } else { ColumnKind::Text })
    }

    /// The column of that name.
    fn column(&self, view: &str, name: &str) -> Result<usize> {
        self.columns.iter().position(|c| c.column.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            Error::new(Kind::Configuration, format!("the view {view:?} has no column {name:?}"))
                .hint("The views follow the schema: open the view again.")
        })
    }
}

fn describe(column: &view_plan::Column, view: &View) -> Column {
    use view_plan::{ColumnKind as Planned, Value};
    let (kind, refers_to) = match (&column.value, column.kind) {
        (Value::DocumentId, _) if !view.steps.is_empty() => (ColumnKind::Reference, Some(view.doc_type.clone())),
        (Value::Reference(_), _) => (ColumnKind::Reference, column.refers_to.clone()),
        (Value::Author, _) => (ColumnKind::Reference, None),
        (_, Planned::Text) => (ColumnKind::Text, None),
        (_, Planned::Integer | Planned::Decimal) => (ColumnKind::Number, None),
        (_, Planned::Boolean) => (ColumnKind::Boolean, None),
        (_, Planned::Timestamp | Planned::WallClock) => (ColumnKind::Date, None),
    };
    Column { name: column.name.clone(), kind, refers_to }
}

/// A query on a source, ready to be asked in several ways.
#[derive(Clone)]
pub(super) struct Select {
    pub(super) source: Source,
    /// The columns shown.
    pub(super) shown: Vec<usize>,
    /// Values for the question marks of every statement, before its own.
    pub(super) values: Vec<Value>,
    filters: Vec<String>,
    sort: Vec<String>,
}

impl Select {
    pub(super) fn new(source: Source, query: &GridQuery) -> Result<Select> {
        let index = |name: &String| source.column(&query.view, name);
        let shown: Vec<usize> = match query.columns.as_slice() {
            [] => (0..source.columns.len()).collect(),
            some => some.iter().map(index).collect::<Result<_>>()?,
        };
        let mut values = Vec::new();
        let mut filters = Vec::new();
        for filter in &query.filters {
            filters.push(filters::condition(
                &source.columns[index(&filter.column)?],
                filter,
                source.has_index,
                &mut values,
            )?);
        }
        let mut sort = Vec::new();
        for key in &query.sort {
            let value = &source.columns[index(&key.column)?].value;
            sort.push(format!("{value} IS NULL, {value}{}", if key.descending { " DESC" } else { "" }));
        }
        Ok(Select { source, shown, values, filters, sort })
    }

    /// Rows of the grid from some on: two more values, how many at most and how many are passed over.
    pub(super) fn page(&self) -> String {
        // With a filter alone the first rows are found before all are read.
        let conditions = if self.sort.is_empty() { &self.source.conditions } else { &self.source.whole };
        format!("{} ORDER BY {} LIMIT ? OFFSET ?", self.statement(&self.cells(), conditions, &[]), self.order())
    }

    /// All rows of the grid, in order.
    pub(super) fn all(&self) -> String {
        // Whole rows in the order of the index come one by one; sorted first they would all be written down twice.
        let conditions = if self.sort.is_empty() { &self.source.conditions } else { &self.source.whole };
        format!("{} ORDER BY {}", self.statement(&self.cells(), conditions, &[]), self.order())
    }

    /// The keys of all rows, in order.
    pub(super) fn keys(&self) -> String {
        let is_plain = self.sort.is_empty() && self.filters.is_empty();
        let conditions = if is_plain { &self.source.conditions } else { &self.source.whole };
        format!("{} ORDER BY {}", self.statement(&self.source.keys.join(", "), conditions, &[]), self.order())
    }

    /// The rows in one document row, each after its places in lists. Values: the row, and for a list between which places
    /// of the outermost. The filters are not asked again.
    pub(super) fn of_row(&self) -> String {
        let places: String = self.source.keys.iter().skip(1).map(|key| format!("{key}, ")).collect();
        let mut own = vec![format!("{} = ?1", self.source.keys[0])];
        own.extend(self.source.keys.get(1).map(|key| format!("{key} BETWEEN ?2 AND ?3")));
        let unfiltered = Select { filters: Vec::new(), ..self.clone() };
        unfiltered.statement(&format!("{places}{}", self.cells()), &self.source.conditions, &own)
    }

    fn cells(&self) -> String {
        self.shown.iter().map(|&i| self.source.columns[i].exact.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn order(&self) -> String {
        self.sort.iter().chain(&self.source.order).map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    fn statement(&self, what: &str, conditions: &[String], own: &[String]) -> String {
        let conditions: Vec<&str> = conditions.iter().chain(&self.filters).chain(own).map(|c| c.as_str()).collect();
        let conditions = if conditions.is_empty() { "1".to_owned() } else { conditions.join(" AND ") };
        format!("{}SELECT {what} FROM {} WHERE {conditions}", self.source.with, self.source.from)
    }
}
