//! The tables: looking at what is there, creating what is missing, taking over a database of the older tool.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

use super::{error, quarantine, sql, views};
use crate::destination::{BatchDate, Found, Refresh, State};
use crate::error::{Error, Kind, Result};
use crate::source::Mark;

/// So many commits there never are, and beyond it there is room for many more.
const MAX_FENCE: i64 = i64::MAX / 2;

/// What the file holds. Changes nothing.
pub(super) fn inspect(connection: &Connection, path: &Path) -> Result<Found> {
    let fail = |e| error::map(path, "looking at the tables", e);
    refuse_newer(connection, path)?;
    check_tables(connection, path)?;
    let has_documents = if has_table(connection, "EXECUTE_DOCUMENTS").map_err(fail)? {
        connection.query_row("SELECT EXISTS (SELECT 1 FROM EXECUTE_DOCUMENTS)", [], |row| row.get(0)).map_err(fail)?
    } else {
        false
    };
    let state =
        if has_table(connection, "EXECUTE_SYNC_STATE").map_err(fail)? { read_state(connection, path)? } else { None };
    let foreign_rows = match &state {
        Some(State { batch_date, .. }) if has_documents => connection
            .query_row(
                "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE BATCH_DATE > ?1",
                [batch_date.map(|d| d.to_string()).unwrap_or_default()],
                |row| row.get(0),
            )
            .map_err(fail)?,
        _ => 0,
    };
    let has_quarantine = has_table(connection, "EXECUTE_SYNC_QUARANTINE").map_err(fail)?;
    Ok(Found {
        quarantine_missing: state.is_some() && !has_quarantine,
        state,
        was_ours: application_id(connection).map_err(fail)? == sql::APPLICATION_ID,
        has_documents,
        foreign_rows,
        open_quarantine: if has_quarantine { quarantine::count_open(connection).map_err(fail)? } else { 0 },
        has_views_of_others: views::are_of_others(connection).map_err(fail)?,
    })
}

/// Creates what is missing, and the first state row if there is none, in one transaction. The file counts as ours only
/// with a state row in it.
pub(super) fn prepare(connection: &mut Connection, path: &Path, first: Option<&State>) -> Result<()> {
    let fail = |e| error::map(path, "creating the tables", e);
    refuse_newer(connection, path)?;
    if is_prepared(connection).map_err(fail)? && (first.is_none() || read_state(connection, path)?.is_some()) {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
    check_tables(&transaction, path)?;
    for statement in [
        sql::CREATE_DOCUMENTS,
        sql::CREATE_INDEX,
        sql::CREATE_STATE,
        sql::CREATE_QUARANTINE,
        sql::CREATE_QUARANTINE_INDEX,
    ] {
        transaction.execute(statement, []).map_err(fail)?;
    }
    if let Some(first) = first
        && read_state(&transaction, path)?.is_none()
    {
        insert_state(&transaction, first).map_err(fail)?;
        transaction.pragma_update(None, "application_id", sql::APPLICATION_ID).map_err(fail)?;
        transaction.pragma_update(None, "user_version", sql::LAYOUT).map_err(fail)?;
    }
    transaction.commit().map_err(fail)
}

/// Everything `prepare` would create is there: a run with nothing new then takes no write lock.
fn is_prepared(connection: &Connection) -> rusqlite::Result<bool> {
    let objects: i64 = connection.query_row(
        "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('EXECUTE_DOCUMENTS', 'EXECUTE_DOCUMENTS_BY_VERSION',
            'EXECUTE_SYNC_STATE', 'EXECUTE_SYNC_QUARANTINE', 'EXECUTE_SYNC_QUARANTINE_BY_HASH')",
        [],
        |row| row.get(0),
    )?;
    Ok(objects == 5)
}

fn has_table(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    Ok(object_of_name(connection, name)?.is_some_and(|is| is == "table"))
}

fn application_id(connection: &Connection) -> rusqlite::Result<i32> {
    connection.query_row("PRAGMA application_id", [], |row| row.get(0))
}

/// A database of a newer layout is left alone: nobody knows here what its tables mean.
///
/// # Errors
/// [`Kind::Configuration`] that names both layouts.
pub(super) fn refuse_newer(connection: &Connection, path: &Path) -> Result<()> {
    let fail = |e| error::map(path, "looking at the tables", e);
    let mut layout = 0;
    if application_id(connection).map_err(fail)? == sql::APPLICATION_ID {
        layout = connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).map_err(fail)?;
    }
    // Where that column is missing, the table is not ours: told elsewhere.
    if columns(connection, "EXECUTE_SYNC_STATE")
        .map_err(fail)?
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("LAYOUT"))
    {
        let stated: Option<i64> =
            connection.query_row("SELECT MAX(LAYOUT) FROM EXECUTE_SYNC_STATE", [], |row| row.get(0)).map_err(fail)?;
        layout = layout.max(stated.unwrap_or_default());
    }
    if layout > i64::from(sql::LAYOUT) {
        return Err(Error::new(
            Kind::Configuration,
            format!(
                "the database {} was written by a newer Execute Sync (layout {layout}; this one knows {})",
                path.display(),
                sql::LAYOUT
            ),
        )
        .hint("Upgrade this program, or name another database in EXECUTESYNC_DATABASE_DSN.")
        .field("DATABASE_DSN"));
    }
    Ok(())
}

/// A table of ours, as far as it is told from somebody else's of that name.
struct Shape {
    name: &'static str,
    /// Columns with their place in the primary key, from 1; 0 = none.
    columns: &'static [(&'static str, i64)],
    /// More columns than these may be there.
    may_have_more: bool,
    remedy: &'static str,
}

const MADE_AGAIN: &str = "Rename or drop it, or name another database in EXECUTESYNC_DATABASE_DSN; the next run makes the table again and reads everything.";

const SHAPES: [Shape; 3] = [
    Shape {
        name: "EXECUTE_DOCUMENTS",
        columns: &[
            ("BATCH_DATE", 1),
            ("TYPE", 2),
            ("ID", 3),
            ("VERSION", 4),
            ("CHUNK", 5),
            ("AUTHOR", 0),
            ("DATE", 0),
            ("DELETED", 0),
            ("DATA", 0),
        ],
        may_have_more: false,
        remedy: "Name another database in EXECUTESYNC_DATABASE_DSN, or rename or drop what has that name.",
    },
    Shape {
        name: "EXECUTE_SYNC_STATE",
        columns: &[
            ("ONLY_ROW", 1),
            ("LAYOUT", 0),
            ("SOURCE", 0),
            ("SOURCE_KEY", 0),
            ("INCLUDE_CALCS", 0),
            ("MARK", 0),
            ("BATCH_DATE", 0),
            ("REFRESHING", 0),
            ("REFRESH_MARK", 0),
            ("REFRESH_BATCH_DATE", 0),
            ("REFRESH_ALLOW_REMOVALS", 0),
            ("RUN_ID", 0),
            ("WRITER", 0),
            ("FENCE", 0),
            ("VIEWS_LEFT_FOR", 0),
        ],
        may_have_more: true,
        remedy: MADE_AGAIN,
    },
    Shape {
        name: "EXECUTE_SYNC_QUARANTINE",
        columns: &[
            ("ENTRY", 1),
            ("BATCH_DATE", 0),
            ("RUN_ID", 0),
            ("PAGE", 0),
            ("LINE", 0),
            ("MARK", 0),
            ("TYPE", 0),
            ("ID", 0),
            ("VERSION", 0),
            ("REASON", 0),
            ("BYTES", 0),
            ("SIZE", 0),
            ("SHA256", 0),
            ("CLOSED_AT", 0),
            ("CLOSED_BY", 0),
        ],
        may_have_more: true,
        remedy: MADE_AGAIN,
    },
];

/// What has the name of a table of ours must be that table, with the columns and the key that we read and write.
///
/// # Errors
/// [`Kind::Configuration`] that names the table.
pub(super) fn check_tables(connection: &Connection, path: &Path) -> Result<()> {
    let fail = |e| error::map(path, "looking at the tables", e);
    for shape in &SHAPES {
        let Some(is) = object_of_name(connection, shape.name).map_err(fail)? else { continue };
        let what = if is != "table" {
            format!("{} in {} is not a table but another object (its kind: {is})", shape.name, path.display())
        } else if shape.is_kept(&columns(connection, shape.name).map_err(fail)?) {
            continue;
        } else {
            format!("the table {} in {} has other columns or another key than ours", shape.name, path.display())
        };
        return Err(Error::new(Kind::Configuration, what).hint(shape.remedy).field("DATABASE_DSN"));
    }
    Ok(())
}

impl Shape {
    fn is_kept(&self, found: &[(String, i64)]) -> bool {
        (self.may_have_more || found.len() == self.columns.len())
            && self.columns.iter().all(|(name, pk)| found.iter().any(|(n, p)| n.eq_ignore_ascii_case(name) && p == pk))
    }
}

/// Columns of a table with their place in its primary key.
fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(String, i64)>> {
    let mut statement = connection.prepare("SELECT name, pk FROM pragma_table_info(?1)")?;
    let rows = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// What has this name, of all that share their names with tables: `table`, `view` or `index`.
fn object_of_name(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    connection
        .query_row(
            "SELECT type FROM sqlite_schema WHERE type IN ('table', 'view', 'index') AND name = ?1 COLLATE NOCASE",
            [name],
            |row| row.get(0),
        )
        .optional()
}

/// Reads the state row; an unreadable one is an error, never taken for none.
pub(super) fn read_state(connection: &Connection, path: &Path) -> Result<Option<State>> {
    let edited = |what: &str| {
        Error::new(Kind::Configuration, format!("the state row in {} is not as we wrote it: {what}", path.display())).hint(
            "Delete the row (DELETE FROM EXECUTE_SYNC_STATE); the next run then reads everything again and removes nothing it should not.",
        )
    };
    let row = connection
        .query_row(
            "SELECT SOURCE, SOURCE_KEY, INCLUDE_CALCS, MARK, BATCH_DATE, REFRESHING, REFRESH_MARK, REFRESH_BATCH_DATE,
                RUN_ID, WRITER, FENCE, VIEWS_LEFT_FOR, REFRESH_ALLOW_REMOVALS FROM EXECUTE_SYNC_STATE",
            [],
            |row| {
                Ok((
                    State {
                        source: row.get(0)?,
                        key: row.get(1)?,
                        include_calcs: row.get(2)?,
                        mark: None,
                        batch_date: None,
                        refresh: row
                            .get::<_, bool>(5)?
                            .then(|| row.get(12))
                            .transpose()?
                            .map(|allow_removals| Refresh { allow_removals, ..Refresh::default() }),
                        first_reading: None,
                        run_id: row.get(8)?,
                        writer: row.get(9)?,
                        fence: row.get(10)?,
                        views_left_for: row.get(11)?,
                    },
                    (row.get::<_, Option<String>>(3)?, row.get::<_, Option<String>>(4)?),
                    (row.get::<_, Option<String>>(6)?, row.get::<_, Option<String>>(7)?),
                ))
            },
        )
        .optional()
        .map_err(|e| match &e {
            rusqlite::Error::InvalidColumnType(_, column, _) => {
                edited(&format!("{column} holds another kind of value"))
            }
            rusqlite::Error::IntegralValueOutOfRange(..) | rusqlite::Error::FromSqlConversionFailure(..) => {
                edited("a value in it cannot be read")
            }
            _ => error::map(path, "reading the state row", e),
        })?;
    let Some((mut state, (mark, date), (refresh_mark, refresh_date))) = row else { return Ok(None) };
    if state.fence >= MAX_FENCE {
        return Err(edited("its FENCE is no count of commits"));
    }
    let read_mark = |text: Option<String>| {
        text.map(|t| Mark::new(&t)).transpose().map_err(|e| edited("its mark cannot be a mark").because(e))
    };
    let read_date = |text: Option<String>| {
        text.map(|t| BatchDate::parse(&t).ok_or_else(|| edited("its batch date is no batch date"))).transpose()
    };
    state.mark = read_mark(mark)?;
    state.batch_date = read_date(date)?;
    let reading_since = read_date(refresh_date)?;
    match &mut state.refresh {
        Some(refresh) => {
            refresh.batch_date = reading_since;
            refresh.mark = read_mark(refresh_mark)?;
        }
        None => state.first_reading = reading_since,
    }
    Ok(Some(state))
}

fn insert_state(connection: &Connection, state: &State) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO EXECUTE_SYNC_STATE (ONLY_ROW, LAYOUT, SOURCE, SOURCE_KEY, INCLUDE_CALCS, REFRESHING, REFRESH_ALLOW_REMOVALS, RUN_ID, WRITER, FENCE)
            VALUES (1, ?1, '', '', FALSE, FALSE, FALSE, '', '', ?2)",
        (sql::LAYOUT, state.fence - 1),
    )?;
    // The update raises the fence to the number that the state names.
    update_state(connection, &State { fence: state.fence - 1, ..state.clone() }).map(|_| ())
}

/// Writes the state over the row whose fence is `state.fence`, and raises the fence; false if there is no such row, which
/// means that another program has written since this run read it.
pub(super) fn update_state(connection: &Connection, state: &State) -> rusqlite::Result<bool> {
    let text = |date: Option<BatchDate>| date.map(|d| d.to_string());
    let changed = connection.execute(
        "UPDATE EXECUTE_SYNC_STATE SET SOURCE = :source, SOURCE_KEY = :key, INCLUDE_CALCS = :calcs, MARK = :mark,
            BATCH_DATE = :batch_date, REFRESHING = :refreshing, REFRESH_MARK = :refresh_mark,
            REFRESH_BATCH_DATE = :refresh_batch_date, REFRESH_ALLOW_REMOVALS = :refresh_allow_removals, RUN_ID = :run_id, WRITER = :writer, FENCE = :fence + 1,
            VIEWS_LEFT_FOR = :views_left_for
            WHERE ONLY_ROW = 1 AND FENCE = :fence",
        named_params! {
            ":source": state.source,
            ":key": state.key,
            ":calcs": state.include_calcs,
            ":mark": state.mark.as_ref().map(Mark::as_str),
            ":batch_date": text(state.batch_date),
            ":refreshing": state.refresh.is_some(),
            ":refresh_mark": state.refresh.as_ref().and_then(|r| r.mark.as_ref()).map(Mark::as_str),
            ":refresh_batch_date": text(state.refresh.as_ref().map_or(state.first_reading, |r| r.batch_date)),
            ":refresh_allow_removals": state.refresh.as_ref().is_some_and(|r| r.allow_removals),
            ":run_id": state.run_id,
            ":writer": state.writer,
            ":fence": state.fence,
            ":views_left_for": state.views_left_for,
        },
    )?;
    Ok(changed == 1)
}

/// The error for a commit against a fence that has moved.
pub(super) fn fenced_off(path: &Path) -> Error {
    Error::new(
        Kind::AlreadyRunning,
        format!("another run wrote to {} while this one was under way; this one's page was taken back", path.display()),
    )
    .hint("Let only one program sync this database; the next run goes on from what the other one stored.")
}
