//! Reading for people: one query on a database that is left as it is, values as text.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::error;
use crate::error::Result;

/// Column names, then rows; NULL is `None`.
pub type TextRows = (Vec<String>, Vec<Vec<Option<String>>>);

/// Runs one query on a connection that may not write, and gives at most `limit` rows as text.
///
/// # Errors
/// The file cannot be opened, or the query is none.
pub fn query(path: &Path, sql: &str, limit: usize) -> Result<TextRows> {
    let fail = |e| error::map(path, "reading", e);
    // Opened for writing and kept from it: the last connection that may write also takes the -wal and -shm files away.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    connection.pragma_update(None, "query_only", true).map_err(fail)?;
    let mut statement = connection.prepare(sql).map_err(fail)?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).map_err(fail)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(fail)? {
        if out.len() == limit {
            break;
        }
        let cells = (0..names.len())
            .map(|column| row.get_ref(column).map(text))
            .collect::<rusqlite::Result<_>>()
            .map_err(fail)?;
        out.push(cells);
    }
    Ok((names, out))
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Some(format!("{} bytes", bytes.len())),
    }
}
