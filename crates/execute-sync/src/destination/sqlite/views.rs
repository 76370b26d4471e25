//! The helper views in SQLite's SQL, and putting them in place.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error;
use super::sql::{self, Ident, Text};
use crate::destination::ViewReport;
use crate::destination::view_plan::{Column, Step, Value, View, ViewPlan};
use crate::error::Result;

/// Stands in the text of every view of ours, so that views of others are never taken for ours.
const OURS: &str = "/* Execute Sync */";

/// Makes the views as planned, in one transaction.
pub(super) fn create(connection: &mut Connection, path: &Path, plan: &ViewPlan) -> Result<ViewReport> {
    let fail = |e| error::map(path, "creating the views", e);
    let mut report = ViewReport::default();
    let wanted: Vec<(String, String)> = [sql::LATEST_ALL_VERSIONS, sql::LATEST]
        .into_iter()
        .map(|(name, body)| (name.to_owned(), format!("CREATE VIEW {} AS {OURS} {body}", Ident(name))))
        .chain(plan.views.iter().map(|view| (view.name.clone(), statement(view))))
        .collect();
    if existing(connection).map_err(fail)?.is_as(&wanted) {
        return Ok(report);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
    let existing = existing(&transaction).map_err(fail)?;
    for (name, statement) in &wanted {
        put(&transaction, &existing, name, statement, &mut report).map_err(fail)?;
    }
    for (name, object) in &existing.0 {
        let is_wanted = wanted.iter().any(|(wanted, _)| wanted.eq_ignore_ascii_case(name));
        if object.is_view && object.sql.contains(OURS) && !is_wanted {
            transaction.execute(&format!("DROP VIEW {}", Ident(&object.name)), []).map_err(fail)?;
            report.dropped.push(object.name.clone());
        }
    }
    report.dropped.sort();
    transaction.commit().map_err(fail)?;
    Ok(report)
}

/// Is there a base view, and not ours?
pub(super) fn are_of_others(connection: &Connection) -> rusqlite::Result<bool> {
    let base = existing(connection)?.0.remove(&sql::LATEST.0.to_ascii_lowercase());
    Ok(base.is_some_and(|object| !object.sql.contains(OURS)))
}

struct Object {
    name: String,
    is_view: bool,
    sql: String,
}

impl Object {
    /// Ours, or one of the older tool's, which always begin with the same words.
    fn may_be_replaced(&self) -> bool {
        let text = self.sql.to_ascii_uppercase();
        let base = [sql::LATEST.0, sql::LATEST_ALL_VERSIONS.0].iter().any(|name| name.eq_ignore_ascii_case(&self.name));
        self.is_view
            && (base
                || self.sql.contains(OURS)
                || text.contains(" AS SELECT EXECUTE_DOCUMENTS_LATEST.ID AS DOCUMENT_ID"))
    }
}

/// Tables and views by lower-case name.
struct Existing(HashMap<String, Object>);

impl Existing {
    fn is_as(&self, wanted: &[(String, String)]) -> bool {
        let ours = self.0.values().filter(|o| o.is_view && o.sql.contains(OURS)).count();
        let same = |(name, statement): &(String, String)| {
            self.0.get(&name.to_ascii_lowercase()).is_some_and(|o| o.sql == *statement)
        };
        ours == wanted.len() && wanted.iter().all(same)
    }
}

fn existing(connection: &Connection) -> rusqlite::Result<Existing> {
    let mut statement = connection
        .prepare("SELECT name, type, COALESCE(sql, '') FROM sqlite_schema WHERE type IN ('table', 'view')")?;
    let rows = statement.query_map([], |row| {
        let name: String = row.get(0)?;
        Ok((name.to_ascii_lowercase(), Object { is_view: row.get::<_, String>(1)? == "view", sql: row.get(2)?, name }))
    })?;
    Ok(Existing(rows.collect::<rusqlite::Result<_>>()?))
}

/// Replaces one view, or leaves what is there and says why. An error is returned only where the database itself failed.
fn put(
    transaction: &Transaction<'_>,
    existing: &Existing,
    name: &str,
    statement: &str,
    report: &mut ViewReport,
) -> rusqlite::Result<()> {
    let before = existing.0.get(&name.to_ascii_lowercase());
    match before {
        Some(object) if object.sql == statement => return Ok(()),
        Some(object) if !object.may_be_replaced() => {
            let what = if object.is_view { "view" } else { "table" };
            report.refused.push((name.to_owned(), format!("a {what} of that name is there that is not ours")));
            return Ok(());
        }
        _ => {}
    }
    transaction.execute("SAVEPOINT one_view", [])?;
    let made = (|| {
        if let Some(object) = before {
            transaction.execute(&format!("DROP VIEW {}", Ident(&object.name)), [])?;
        }
        transaction.execute(statement, [])?;
        // CREATE VIEW alone does not look at what stands in it.
        transaction.prepare(&format!("SELECT * FROM {}", Ident(name))).map(|_| ())
    })();
    match made {
        Ok(()) => if before.is_some() { &mut report.changed } else { &mut report.created }.push(name.to_owned()),
        Err(rusqlite::Error::SqliteFailure(failure, message)) if failure.code == rusqlite::ErrorCode::Unknown => {
            transaction.execute("ROLLBACK TO one_view", [])?;
            report.refused.push((name.to_owned(), message.unwrap_or_else(|| failure.to_string())));
        }
        Err(rusqlite::Error::SqlInputError { msg, .. }) => {
            transaction.execute("ROLLBACK TO one_view", [])?;
            report.refused.push((name.to_owned(), msg));
        }
        Err(error) => return Err(error),
    }
    transaction.execute("RELEASE one_view", []).map(|_| ())
}

/// The statement that makes a helper view. Its plan stands in it as a comment, so that a reader without the schema knows
/// what the columns are; nothing in the plan can end the comment, since no slash is written as it is.
fn statement(view: &View) -> String {
    let plan = serde_json::to_string(view).unwrap_or_default().replace('/', "\\u002f");
    let body = Body::new(view);
    let columns: Vec<String> =
        view.columns.iter().map(|column| format!("{} AS {}", body.value(column), Ident(&column.name))).collect();
    format!(
        "CREATE VIEW {} AS {OURS} /* {plan} */ SELECT {}\nFROM EXECUTE_DOCUMENTS_LATEST AS d{}\nWHERE {}",
        Ident(&view.name),
        columns.join(",\n    "),
        body.lists,
        body.conditions.join(" AND ")
    )
}

/// The plan of a view, if the view is ours and just as we would make it now.
pub(super) fn plan_of(sql: &str) -> Option<View> {
    let (_, rest) = sql.split_once(OURS)?;
    let (plan, _) = rest.strip_prefix(" /* ")?.split_once(" */")?;
    let view: View = serde_json::from_str(plan).ok()?;
    (statement(&view) == sql).then_some(view)
}

/// What stands in a view around its columns, for documents that are called `d`.
pub(super) struct Body {
    /// What follows the documents in FROM.
    pub(super) lists: String,
    /// What a row must fulfil.
    pub(super) conditions: Vec<String>,
    /// The items of each list on the way, outermost first.
    pub(super) items: Vec<String>,
    at: Place,
}

impl Body {
    pub(super) fn new(view: &View) -> Body {
        let mut lists = String::new();
        let mut at = Place { json: "d.DATA".to_owned(), path: "$".to_owned() };
        let mut items: Vec<String> = Vec::new();
        for step in &view.steps {
            match step {
                Step::Record(name) => at = at.inside(name),
                Step::Items(name) => {
                    let list = at.inside(name);
                    let alias = format!("i{}", items.len() + 1);
                    lists.push_str(&format!(", json_each({}, {}) AS {alias}", list.json, Text(&list.path)));
                    // Only objects are items; on anything else json_extract would fail the whole query.
                    at = Place {
                        json: format!("CASE {alias}.type WHEN 'object' THEN {alias}.value END"),
                        path: "$".to_owned(),
                    };
                    items.push(alias);
                }
            }
        }
        let mut conditions = vec![format!("d.TYPE = {}", Text(&view.doc_type))];
        if items.is_empty() {
            conditions.push("d.CHUNK = 0".to_owned());
        }
        if !view.steps.is_empty() {
            conditions.push("d.DELETED = 0".to_owned());
        }
        // A record where a list should be has members, whose keys are texts, and no items.
        conditions
            .extend(items.iter().map(|alias| format!("{alias}.type = 'object' AND typeof({alias}.key) = 'integer'")));
        Body { lists, conditions, items, at }
    }

    /// A column's value as the view gives it.
    pub(super) fn value(&self, column: &Column) -> String {
        value(column, &self.at, &self.items)
    }

    /// The same, but a number that SQLite would take for floating point is a BLOB with the digits that were sent.
    pub(super) fn exact(&self, column: &Column) -> String {
        match &column.value {
            Value::Field(name) => self.at.exact(name),
            Value::DocumentId
            | Value::Deleted
            | Value::Author
            | Value::Version
            | Value::Date
            | Value::ParentListItemId
            | Value::ListItemId
            | Value::Reference(_) => self.value(column),
        }
    }
}

fn value(column: &Column, at: &Place, items: &[String]) -> String {
    let item_id = |alias: Option<&String>| match alias {
        Some(alias) => format!("json_extract(CASE {alias}.type WHEN 'object' THEN {alias}.value END, '$.LISTITEM_ID')"),
        None => "NULL".to_owned(),
    };
    match &column.value {
        Value::DocumentId => "d.ID".to_owned(),
        Value::Deleted => "d.DELETED".to_owned(),
        Value::Author => "d.AUTHOR".to_owned(),
        Value::Version => "d.VERSION".to_owned(),
        Value::Date => "d.DATE".to_owned(),
        Value::ListItemId => item_id(items.last()),
        Value::ParentListItemId => item_id(items.len().checked_sub(2).and_then(|i| items.get(i))),
        Value::Field(name) => at.field(name),
        Value::Reference(name) => at.inside(name).field("DOCUMENT_ID"),
    }
}

/// A place in a document: an SQL expression that gives JSON, and a path into it.
struct Place {
    json: String,
    path: String,
}

impl Place {
    /// The value of a field here, as SQL.
    fn field(&self, name: &str) -> String {
        if is_plain(name) {
            format!("json_extract({}, {})", self.json, Text(&format!("{}.\"{name}\"", self.path)))
        } else {
            format!("(SELECT e.value FROM {})", self.by_key(name))
        }
    }

    /// The value of a field here; for what would be floating point, its digits as a BLOB.
    fn exact(&self, name: &str) -> String {
        if is_plain(name) {
            let (json, value) = (&self.json, self.field(name));
            let path = format!("{}.\"{name}\"", self.path);
            format!("CASE typeof({value}) WHEN 'real' THEN CAST({json} -> {} AS BLOB) ELSE {value} END", Text(&path))
        } else if name.contains(['"', '\\', '\0']) {
            // SQLite writes no path to such a key that it would read again.
            self.field(name)
        } else {
            let digits = format!("COALESCE(CAST({} -> e.fullkey AS BLOB), e.value)", self.json);
            let value = format!("CASE typeof(e.value) WHEN 'real' THEN {digits} ELSE e.value END");
            format!("(SELECT {value} FROM {})", self.by_key(name))
        }
    }

    /// The place inside a record or list here; looking into anything else gives nothing.
    fn inside(&self, name: &str) -> Place {
        if is_plain(name) {
            Place { json: self.json.clone(), path: format!("{}.\"{name}\"", self.path) }
        } else {
            let json =
                format!("(SELECT CASE WHEN e.type IN ('object', 'array') THEN e.value END FROM {})", self.by_key(name));
            Place { json, path: "$".to_owned() }
        }
    }

    /// SQLite's path syntax has no way to write every name, and its versions compare escaped names differently: json_each
    /// gives the name itself.
    fn by_key(&self, name: &str) -> String {
        format!("json_each({}, {}) AS e WHERE e.key = {} LIMIT 1", self.json, Text(&self.path), Text(name))
    }
}

/// A name that stands in JSON text as it is, whatever wrote the text, and in a quoted path label of every SQLite version.
/// Encoders differ in which of the others they escape.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| (b' '..=b'~').contains(&b) && !b"\"\\/<>&'+=`".contains(&b))
}
