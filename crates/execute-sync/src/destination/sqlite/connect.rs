//! Opening the file: hardening, journal rule, waiting for other programs.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use tokio_util::sync::CancellationToken;

use super::error;
use crate::error::{Error, Kind, Result};

/// Measured: with random document ids each changed document dirties an index page of its own, so larger pages make small changes
/// to a large file dearer; smaller ones make the first load slower and the file larger (docs/measured.md).
const NEW_FILE_PAGE_BYTES: u32 = 8 * 1024;

/// Page cache. A thousand changed documents touch some thirteen hundred pages of a large file; with a cache too small for them
/// these would be written twice. The whole process is promised to stay below 64 MiB.
const CACHE_KIB: i64 = 24 * 1024;

/// Between two looks at a locked file.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What to do while another program holds the file.
#[derive(Clone)]
pub struct Waiting {
    /// Ends every wait, and any statement that runs.
    pub cancel: CancellationToken,
    /// Called once a wait begins.
    pub on_wait: Arc<dyn Fn() + Send + Sync>,
    /// How long to wait in all before giving up.
    pub limit: Duration,
}

/// Opens the database; with `create` a missing file is made.
///
/// # Errors
/// [`Kind::Configuration`] for a directory, a missing folder or a file that is no database.
pub(super) fn open(path: &Path, create: bool, waiting: &Waiting) -> Result<Connection> {
    let fail = |e| error::map(path, "opening it", e);
    check_place(path)?;
    let is_new = std::fs::metadata(path).map_or(true, |m| m.len() == 0);
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let mut connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    // Said before anything is read: in WAL mode reading alone would leave files beside it that are as read-only as it is,
    // and stay so when the right is given.
    if connection.is_readonly(rusqlite::MAIN_DB).map_err(fail)? {
        return Err(error::read_only(path));
    }
    wait_with(&mut connection, waiting).map_err(fail)?;
    harden(&connection).map_err(fail)?;
    if is_new {
        connection.pragma_update(None, "page_size", NEW_FILE_PAGE_BYTES).map_err(fail)?;
    }
    connection.pragma_update(None, "synchronous", "FULL").map_err(fail)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB).map_err(fail)?;
    // The first real look at the file: here SQLite finds out that it is no database.
    connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(())).map_err(fail)?;
    Ok(connection)
}

/// A file can be at `path`, or be made there.
///
/// # Errors
/// [`Kind::Configuration`] for a directory, a device or the like, or a missing folder.
pub(super) fn check_place(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(Error::new(Kind::Configuration, format!("{} is a folder, not a database file", path.display()))
            .hint("Name a file in EXECUTESYNC_DATABASE_DSN, such as execute.sqlite inside that folder.")
            .field("DATABASE_DSN"));
    }
    refuse_special(path)?;
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty() && !p.exists()) {
        return Err(Error::new(Kind::Configuration, format!("the folder {} does not exist", parent.display()))
            .hint("Create it, or name another path in EXECUTESYNC_DATABASE_DSN.")
            .field("DATABASE_DSN"));
    }
    Ok(())
}

/// A device or a pipe holds nothing, and opening one may wait for ever.
///
/// # Errors
/// [`Kind::Configuration`] for what is there and neither a file nor a directory.
fn refuse_special(path: &Path) -> Result<()> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return Err(Error::new(Kind::Configuration, format!("{} is not a regular file", path.display()))
            .hint("Name a database file in EXECUTESYNC_DATABASE_DSN; devices and pipes cannot hold one.")
            .field("DATABASE_DSN"));
    }
    Ok(())
}

/// A file may come from anywhere; its views and triggers get no more rights than they need.
fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.pragma_update(None, "trusted_schema", "OFF")
}

thread_local! {
    /// SQLite's busy handler is a plain function; it runs on the thread that runs the statement.
    static WAIT: RefCell<Option<(Waiting, Option<Instant>)>> = const { RefCell::new(None) };
}

/// Makes `waiting` govern the statements that this thread runs on `connection` from now on.
pub(super) fn wait_with(connection: &mut Connection, waiting: &Waiting) -> rusqlite::Result<()> {
    WAIT.with_borrow_mut(|slot| *slot = Some((waiting.clone(), None)));
    let cancel = waiting.cancel.clone();
    // Some thousand instructions of SQLite's machine are well under a millisecond.
    connection.progress_handler(10_000, Some(move || cancel.is_cancelled()))?;
    connection.busy_handler(Some(|already_waited| {
        WAIT.with_borrow_mut(|slot| {
            let Some((waiting, since)) = slot else { return false };
            if already_waited == 0 {
                *since = Some(Instant::now());
                (waiting.on_wait)();
            }
            let over = since.is_none_or(|since| since.elapsed() >= waiting.limit);
            if over || waiting.cancel.is_cancelled() {
                return false;
            }
            std::thread::sleep(LOOK_AGAIN);
            true
        })
    }))
}

/// How long tidying up waits for readers: everything is stored already, and the next run tidies up as well.
const SETTLE_LIMIT: Duration = Duration::from_secs(1);

/// After a complete run: WAL, so that readers and the next run never stand in each other's way, and everything moved into
/// the file itself, so that the file alone is whole when it is copied. A sentence says where that cannot be had.
pub(super) fn settle(connection: &mut Connection, cancel: &CancellationToken) -> rusqlite::Result<Option<String>> {
    let briefly = Waiting { cancel: cancel.clone(), on_wait: Arc::new(|| {}), limit: SETTLE_LIMIT };
    wait_with(connection, &briefly)?;
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") {
        let now = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        // Another program reads the file just now, or it lies on a share: the rollback journal serves as well.
        if !now.is_ok_and(|now| now.eq_ignore_ascii_case("wal")) {
            let note = "the database stays in rollback journal mode: readers may have to wait while a page is written";
            return Ok(Some(note.to_owned()));
        }
    }
    Ok((!empty_wal(connection)?)
        .then(|| "another program reads the database: until it is done, copy the -wal file beside it too".to_owned()))
}

/// Moves everything into the file itself, and leaves the journal mode as it is. False if a reader keeps it from that.
pub(super) fn empty_wal(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0)).map(|busy| !busy)
}

/// Before a connection is closed: in WAL mode everything is moved into the file, as closing would do, but the emptied -wal and
/// the -shm stay. Whoever may only read here cannot make them, and without them could not open the file at all.
pub(super) fn leave(connection: &mut Connection) {
    // A reader is not waited for: then closing does what it can.
    let is_left = connection.busy_timeout(Duration::ZERO).is_ok()
        && connection.progress_handler(0, None::<fn() -> bool>).is_ok()
        && connection
            .query_row("PRAGMA journal_mode", [], |row| row.get::<_, String>(0))
            .is_ok_and(|mode| mode.eq_ignore_ascii_case("wal"))
        && empty_wal(connection).unwrap_or(false);
    if is_left && let Err(error) = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
        log::debug!("the files beside the database go: {error}");
    }
}
