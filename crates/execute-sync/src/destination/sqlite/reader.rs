//! Reading for people: one query on a database that is left as it is, values as text.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::connect::{self, Waiting};
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
    let connection = open(path, None)?;
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

/// Opens the file for reading alone. Nothing is created; a file that this user may not write is fine. Where another
/// program locks it, `waiting` says what to do.
pub(super) fn open(path: &Path, waiting: Option<&Waiting>) -> Result<Connection> {
    let fail = |e| error::map(path, "opening it", e);
    connect::check_place(path)?;
    // Opened for writing and kept from it: the last connection that may write also takes the -wal and -shm files away.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    if let Some(waiting) = waiting {
        connect::wait_with(&mut connection, waiting).map_err(fail)?;
    }
    connection.pragma_update(None, "query_only", true).map_err(fail)?;
    if connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(())).is_ok()
        || !connection.is_readonly(rusqlite::MAIN_DB).map_err(fail)?
    {
        return Ok(connection);
    }
    // In WAL mode even reading needs files beside the database. Where they cannot be made nobody is writing either, so
    // the file may be read as it lies there.
    let uri = format!("file:{}?immutable=1", escaped(path));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri, flags).map_err(fail)
}

/// A path inside a `file:` address.
fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
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
