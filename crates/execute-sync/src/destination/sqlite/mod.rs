//! SQLite: a local file, the embedded default.

pub mod browse;
mod connect;
mod error;
mod layout;
mod load;
mod quarantine;
pub mod reader;
mod refresh;
mod sql;
mod views;

pub use connect::Waiting;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rusqlite::{Connection, params};

use super::view_plan::{NameRules, ViewPlan};
use super::{
    CheckStep, Destination, Feed, Found, PageWrite, PageWritten, QuarantineEntry, QuarantineFilter, State, ViewReport,
};
use crate::document::{DocumentLimits, Key};
use crate::error::{Error, Kind, Result};
use crate::paths::{self, FileIdentity};

/// A database's file, and what SQLite keeps beside it.
pub fn files_of(database: &Path) -> impl Iterator<Item = PathBuf> {
    ["", "-wal", "-shm", "-journal"].into_iter().map(|end| {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        name.into()
    })
}

/// A SQLite file as destination.
pub struct Sqlite {
    path: PathBuf,
    waiting: Waiting,
    open: Option<Open>,
    /// The file that this run looked at first. After a failure it is opened again, and must still be the same.
    first: Option<FileIdentity>,
}

struct Open {
    connection: Connection,
    identity: FileIdentity,
}

impl Drop for Open {
    fn drop(&mut self) {
        connect::leave(&mut self.connection);
    }
}

impl Sqlite {
    /// The file at `path`; nothing is opened or created yet.
    pub fn new(path: PathBuf, waiting: Waiting) -> Self {
        Sqlite { path, waiting, open: None, first: None }
    }

    /// Can a database be at `path`, or be made there? Opens nothing.
    ///
    /// # Errors
    /// Of kind `Configuration` for a folder, a device or the like, and where the folder of `path` is missing.
    pub fn check_place(path: &Path) -> Result<()> {
        connect::check_place(path)
    }

    /// What SQLite allows as a name. A column of a view that is called TRUE or FALSE, even in quotes, would silently become
    /// `column5` or the like.
    pub const NAME_RULES: NameRules =
        NameRules { max_units: None, reserved_prefixes: &["sqlite_"], reserved_columns: &["true", "false"] };

    /// Runs `work` on the connection, on a thread where it may block. A failure closes the connection: the next call
    /// looks at the file afresh.
    async fn with<T: Send + 'static>(
        &mut self,
        create: bool,
        work: impl FnOnce(&mut Open, &Path) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (path, waiting, open, first) = (self.path.clone(), self.waiting.clone(), self.open.take(), self.first);
        let task = tokio::task::spawn_blocking(move || {
            let mut open = match open {
                Some(open) => open,
                None => {
                    let connection = connect::open(&path, create, &waiting)?;
                    let identity = identity(&path)?;
                    if first.is_some_and(|first| first != identity) {
                        return Err(error::moved(&path));
                    }
                    Open { connection, identity }
                }
            };
            connect::wait_with(&mut open.connection, &waiting).map_err(|e| error::map(&path, "opening it", e))?;
            let done = work(&mut open, &path)?;
            Ok((open, done))
        });
        let outcome = task.await.map_err(|e| ended_unexpectedly(&self.path, e))?;
        let (open, done) = outcome.map_err(|error| stopped(&self.waiting, error))?;
        self.first = Some(open.identity);
        self.open = Some(open);
        Ok(done)
    }

    /// Runs `work` on a connection of its own that may not write: also where this user may only read.
    fn reading<T, F>(&self, work: F) -> impl Future<Output = Result<T>> + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, &Path) -> Result<T> + Send + 'static,
    {
        let (path, waiting) = (self.path.clone(), self.waiting.clone());
        async move {
            let (file, waits) = (path.clone(), waiting.clone());
            let task = tokio::task::spawn_blocking(move || {
                let connection = reader::open(&file, Some(&waits))?;
                layout::refuse_newer(&connection, &file)?;
                work(&connection, &file)
            });
            let outcome = task.await.map_err(|e| ended_unexpectedly(&path, e))?;
            outcome.map_err(|error| stopped(&waiting, error))
        }
    }
}

/// SQLite says "locked" also of a wait that the stop cut short.
fn stopped(waiting: &Waiting, error: Error) -> Error {
    match error.kind() {
        Kind::DestinationUnreachable if waiting.cancel.is_cancelled() => {
            Error::new(Kind::Cancelled, "stopped as asked")
        }
        _ => error,
    }
}

fn ended_unexpectedly(path: &Path, error: tokio::task::JoinError) -> Error {
    Error::new(Kind::Internal, format!("work on the database {} ended unexpectedly", path.display())).because(error)
}

fn identity(path: &Path) -> Result<FileIdentity> {
    paths::file_identity(path).map_err(|e| {
        Error::new(Kind::Disk, format!("the database {} was opened but cannot be found", path.display())).because(e)
    })
}

#[async_trait]
impl Destination for Sqlite {
    fn describe(&self) -> String {
        format!("the SQLite file {}", self.path.display())
    }

    fn limits(&self, chunk_size: usize) -> DocumentLimits {
        DocumentLimits { version: (i64::MIN, i64::MAX), key_chars: None, chunk_size }
    }

    async fn check(&mut self) -> Vec<CheckStep> {
        let existed = self.path.exists();
        let opened = self.with(true, |open, path| layout::inspect(&open.connection, path)).await;
        let mut steps = vec![CheckStep {
            name: "destination opens",
            outcome: opened.map(|found| match (existed, found.state.is_some(), found.has_documents) {
                (false, ..) => format!("{} will be created", self.path.display()),
                (true, true, _) => format!("{}, last written by Execute Sync", self.path.display()),
                (true, false, true) => format!("{}, with documents of the older tool", self.path.display()),
                (true, false, false) => format!("{}, no documents yet", self.path.display()),
            }),
        }];
        if steps[0].outcome.is_ok() {
            let write = self
                .with(true, |open, path| {
                    let fail = |e| error::map(path, "trying to write", e);
                    let transaction = open
                        .connection
                        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
                        .map_err(fail)?;
                    transaction.execute("CREATE TABLE EXECUTE_SYNC_CHECK (X)", []).map_err(fail)?;
                    transaction.rollback().map_err(fail)?;
                    Ok("a table was made and taken back".to_owned())
                })
                .await;
            steps.push(CheckStep { name: "can write", outcome: write });
        }
        self.open = None;
        self.first = None;
        if !existed && std::fs::metadata(&self.path).is_ok_and(|m| m.len() == 0) {
            // The check made it, and leaves nothing behind; a failure to remove an empty file harms nobody.
            let _ = std::fs::remove_file(&self.path);
        }
        steps
    }

    async fn inspect(&mut self) -> Result<Found> {
        // A connection kept from before could belong to a file that has been replaced since.
        self.open = None;
        self.first = None;
        if !self.path.exists() {
            connect::check_place(&self.path)?;
            return Ok(Found::default());
        }
        self.with(false, |open, path| layout::inspect(&open.connection, path)).await
    }

    async fn prepare(&mut self, first: Option<&State>) -> Result<()> {
        let first = first.cloned();
        self.with(true, move |open, path| layout::prepare(&mut open.connection, path, first.as_ref())).await
    }

    async fn write_page(&mut self, page: PageWrite, feed: Feed) -> Result<PageWritten> {
        self.with(false, move |open, path| load::write_page(&mut open.connection, path, &open.identity, page, feed))
            .await
    }

    async fn write_state(&mut self, state: &State) -> Result<()> {
        let state = state.clone();
        self.with(false, move |open, path| {
            match layout::update_state(&open.connection, &state)
                .map_err(|e| error::map(path, "writing the state row", e))?
            {
                true => Ok(()),
                false => Err(layout::fenced_off(path)),
            }
        })
        .await
    }

    async fn create_views(&mut self, plan: &ViewPlan) -> Result<ViewReport> {
        let plan = plan.clone();
        self.with(false, move |open, path| views::create(&mut open.connection, path, &plan)).await
    }

    async fn prune(&mut self) -> Result<u64> {
        self.with(false, |open, path| {
            let fail = |e| error::map(path, "pruning", e);
            let transaction =
                open.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(fail)?;
            let pruned = transaction.execute(sql::PRUNE, []).map_err(fail)?;
            transaction.commit().map_err(fail)?;
            connect::empty_wal(&open.connection).map_err(fail)?;
            Ok(pruned as u64)
        })
        .await
    }

    async fn settle(&mut self) -> Result<Vec<String>> {
        let cancel = self.waiting.cancel.clone();
        self.with(false, move |open, path| {
            let note =
                connect::settle(&mut open.connection, &cancel).map_err(|e| error::map(path, "finishing the run", e))?;
            Ok(note.into_iter().collect())
        })
        .await
    }

    async fn count_documents(&mut self) -> Result<Vec<(String, u64)>> {
        self.reading(|connection, path| {
            let fail = |e| error::map(path, "counting documents", e);
            let mut statement = connection
                .prepare("SELECT TYPE, COUNT(DISTINCT ID) FROM EXECUTE_DOCUMENTS GROUP BY TYPE ORDER BY TYPE")
                .map_err(fail)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(fail)?;
            rows.collect::<rusqlite::Result<_>>().map_err(fail)
        })
        .await
    }

    async fn stored_under(&mut self, keys: &[Key]) -> Result<Vec<Option<String>>> {
        let keys = keys.to_vec();
        self.reading(move |connection, path| {
            let fail = |e| error::map(path, "looking for documents", e);
            let mut statement = connection.prepare(sql::STORED_UNDER).map_err(fail)?;
            let under = |key: &Key| statement.query_row(params![key.doc_type, key.id, key.version], |row| row.get(0));
            keys.iter().map(under).collect::<rusqlite::Result<_>>().map_err(fail)
        })
        .await
    }

    async fn quarantine(&mut self, filter: QuarantineFilter) -> Result<Vec<QuarantineEntry>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        self.reading(move |connection, path| {
            layout::check_tables(connection, path)?;
            quarantine::list(connection, filter).map_err(|e| error::map(path, "reading the quarantine", e))
        })
        .await
    }

    async fn close_quarantine(&mut self, ids: &[i64]) -> Result<u64> {
        let ids = ids.to_vec();
        let now = quarantine::timestamp(jiff::Timestamp::now());
        self.with(false, move |open, path| {
            layout::refuse_newer(&open.connection, path)?;
            layout::check_tables(&open.connection, path)?;
            quarantine::close_by_person(&mut open.connection, &ids, &now)
                .map_err(|e| error::map(path, "closing quarantine entries", e))
        })
        .await
    }
}
