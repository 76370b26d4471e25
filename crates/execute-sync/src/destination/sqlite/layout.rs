//! The tables: looking at what is there, creating what is missing, taking over a database of the older tool.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

use super::{error, quarantine, sql};
use crate::destination::{BatchDate, Found, Refresh, State};
use crate::error::{Error, Kind, Result};
use crate::source::Mark;

/// So many commits there never are, and beyond it there is room for many more.
const MAX_FENCE: i64 = i64::MAX / 2;

/// What the file holds. Changes nothing.
pub(super) fn inspect(connection: &Connection, path: &Path) -> Result<Found> {
    let fail = |e| error::map(path, "looking at the tables", e);
    refuse_newer(connection, path)?;
    let has_documents = if has_table(connection, "EXECUTE_DOCUMENTS").map_err(fail)? {
        check_columns(connection, path)?;
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
    let open_quarantine = if has_table(connection, "EXECUTE_SYNC_QUARANTINE").map_err(fail)? {
        quarantine::count_open(connection).map_err(fail)?
    } else {
        0
    };
    let was_ours = application_id(connection).map_err(fail)? == sql::APPLICATION_ID;
    Ok(Found { state, was_ours, has_documents, foreign_rows, open_quarantine })
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
    for statement in [
        sql::CREATE_DOCUMENTS,
        sql::CREATE_INDEX,
        sql::CREATE_STATE,
        sql::CREATE_QUARANTINE,
        sql::CREATE_QUARANTINE_INDEX,
    ] {
        transaction.execute(statement, []).map_err(fail)?;
    }
    check_columns(&transaction, path)?;
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
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE)",
        [name],
        |row| row.get(0),
    )
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
    if has_table(connection, "EXECUTE_SYNC_STATE").map_err(fail)? {
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
        .hint("Upgrade this program, or name another database in DATABASE_DSN.")
        .field("DATABASE_DSN"));
    }
    Ok(())
}

/// A table of that name with other columns is somebody else's.
fn check_columns(connection: &Connection, path: &Path) -> Result<()> {
    const EXPECTED: [(&str, i64); 9] = [
        ("BATCH_DATE", 1),
        ("TYPE", 2),
        ("ID", 3),
        ("VERSION", 4),
        ("CHUNK", 5),
        ("AUTHOR", 0),
        ("DATE", 0),
        ("DELETED", 0),
        ("DATA", 0),
    ];
    let fail = |e| error::map(path, "looking at the tables", e);
    let mut statement =
        connection.prepare("SELECT name, pk FROM pragma_table_info('EXECUTE_DOCUMENTS')").map_err(fail)?;
    let columns: Vec<(String, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(fail)?
        .collect::<Result<_, _>>()
        .map_err(fail)?;
    let as_expected = columns.len() == EXPECTED.len()
        && EXPECTED.iter().all(|(name, pk)| columns.iter().any(|(n, p)| n.eq_ignore_ascii_case(name) && p == pk));
    if as_expected {
        return Ok(());
    }
    Err(Error::new(
        Kind::Configuration,
        format!("the table EXECUTE_DOCUMENTS in {} has other columns or another key than ours", path.display()),
    )
    .hint("Name another database in DATABASE_DSN, or rename that table.")
    .field("DATABASE_DSN"))
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
