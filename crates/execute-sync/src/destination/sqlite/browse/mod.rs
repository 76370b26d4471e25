//! Looking at the data: a tree of views, pages of any view in any order, one document, and everything as CSV.
//!
//! Reads only, on connections of its own; a run may be writing at the same time. Every method may block and belongs on a
//! thread where that is fine; the stop signal ends each of them within moments. Nothing here is a window's: what is asked
//! and answered are plain values.

mod types;

mod catalogue;
mod filters;
mod keys;
mod select;

mod document;
mod export;
mod grid;
mod labels;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tokio_util::sync::CancellationToken;

use super::{connect, error, layout, reader, stopped};
use crate::destination::sqlite::Waiting;
use crate::error::{Error, Kind, Result};
use catalogue::Catalogue;
pub use grid::Grid;
use select::Source;
pub use types::{
    Cell, Column, ColumnKind, DataNode, DocumentView, ExportDone, ExportProgress, FieldValue, Filter, FilterTest,
    GridInfo, GridQuery, GridRows, Reference, SortKey,
};

/// Grids that stay open: the ones that people go back to.
const OPEN_GRIDS: usize = 4;

/// How long a look waits for a run that holds the whole file, which it does only before its first complete run.
const LOCKED_LIMIT: Duration = Duration::from_secs(60);

/// A database that is looked at.
pub struct Browser {
    file: File,
    open: Mutex<Open>,
}

/// The grids that stay open while nobody writes.
#[derive(Default)]
struct Open {
    /// Tells whether somebody has written: SQLite counts that for each connection by itself.
    watch: Option<Connection>,
    /// What `watch` said before these were opened.
    version: i64,
    grids: Vec<(GridQuery, Arc<Grid>)>,
}

impl Open {
    fn find(&self, query: &GridQuery) -> Option<Arc<Grid>> {
        self.grids.iter().find(|(held, _)| held == query).map(|(_, grid)| Arc::clone(grid))
    }
}

impl Browser {
    /// Looks whether `path` is a database that can be read. `cancel` ends everything that this browser does.
    ///
    /// # Errors
    /// [`Kind::Configuration`] if there is no file yet, or it is no database.
    pub fn open(path: &Path, cancel: CancellationToken) -> Result<Browser> {
        let file = File { path: path.to_owned(), cancel };
        file.connect()?;
        Ok(Browser { file, open: Mutex::default() })
    }

    /// The views: each type with its records and lists below it, then all documents.
    pub fn tree(&self) -> Result<Vec<DataNode>> {
        let connection = self.file.connect()?;
        Catalogue::read(&connection).map(|catalogue| catalogue.tree()).map_err(|e| self.file.fail(e))
    }

    /// Opens a grid that stays open as long as it is held. Reads no row yet.
    ///
    /// # Errors
    /// [`Kind::Configuration`] for a view or column that is not there, or a number that is none.
    pub fn grid(&self, query: &GridQuery) -> Result<Grid> {
        Grid::open(&self.file, query)
    }

    /// What a grid has, of the data as it is now.
    pub fn grid_info(&self, query: &GridQuery) -> Result<GridInfo> {
        Ok(self.current(query)?.info())
    }

    /// Rows of a grid, of the data as it is now. See [`Grid::rows`].
    pub fn rows(&self, query: &GridQuery, offset: u64, limit: u32) -> Result<GridRows> {
        self.current(query)?.rows(offset, limit)
    }

    /// How many rows a grid has, of the data as it is now; waits until they are counted.
    pub fn count(&self, query: &GridQuery) -> Result<u64> {
        self.current(query)?.count()
    }

    /// The newest version of a document; none if it is not here.
    pub fn document(&self, doc_type: &str, id: &str) -> Result<Option<DocumentView>> {
        let connection = self.file.connect()?;
        document::read(&connection, doc_type, id).map_err(|e| self.file.fail(e))
    }

    /// Writes all rows of a grid into `target` as CSV, replacing it when they are all there. `cancel` stops it and leaves
    /// what was there.
    ///
    /// # Errors
    /// As for a grid; [`Kind::Disk`] if the file cannot be written, [`Kind::Cancelled`] if it was stopped.
    pub fn export_csv(
        &self,
        query: &GridQuery,
        target: &Path,
        progress: &mut dyn FnMut(ExportProgress),
        cancel: &CancellationToken,
    ) -> Result<ExportDone> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let gone = if open.grids.is_empty() { Vec::new() } else { self.renew(&mut open)? };
        let of = open.find(query).and_then(|grid| grid.info().rows);
        drop(open);
        drop(gone);
        export::csv(&File { cancel: cancel.clone(), ..self.file.clone() }, query, target, of, progress)
    }

    /// The grid of a query. One that was opened before somebody wrote is opened anew, so that whoever asks after a sync,
    /// for whichever part, sees what it brought.
    fn current(&self, query: &GridQuery) -> Result<Arc<Grid>> {
        // Held to the end: several who ask at once share one grid.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut gone = self.renew(&mut open)?;
        let grid = match open.find(query) {
            Some(grid) => grid,
            None => {
                let grid = Arc::new(self.grid(query)?);
                if open.grids.len() >= OPEN_GRIDS {
                    gone.extend(open.grids.drain(..1));
                }
                open.grids.push((query.clone(), Arc::clone(&grid)));
                grid
            }
        };
        drop(open);
        // A grid that goes waits for its thread, which others need not wait for.
        drop(gone);
        Ok(grid)
    }

    /// Gives the grids that were opened before somebody wrote; those that are left show what is there now.
    fn renew(&self, open: &mut Open) -> Result<Vec<(GridQuery, Arc<Grid>)>> {
        let watch = match &mut open.watch {
            Some(watch) => watch,
            none => none.insert(self.file.connect()?),
        };
        self.file.govern(watch)?;
        let version: i64 =
            watch.query_row("PRAGMA data_version", [], |row| row.get(0)).map_err(|e| self.file.fail(e))?;
        let is_same = std::mem::replace(&mut open.version, version) == version;
        Ok(if is_same { Vec::new() } else { std::mem::take(&mut open.grids) })
    }
}

/// The file, and the signal that ends work on it.
#[derive(Clone)]
struct File {
    path: PathBuf,
    cancel: CancellationToken,
}

impl File {
    /// A connection that reads, for this thread.
    fn connect(&self) -> Result<Connection> {
        if !self.path.exists() {
            let sentence = format!("there is no database {}", self.path.display());
            return Err(Error::new(Kind::Configuration, sentence)
                .hint("Sync, and it is made; if it was there before, put it back first."));
        }
        let connection = reader::open(&self.path, Some(&self.waiting())).map_err(|e| stopped(&self.waiting(), e))?;
        layout::refuse_newer(&connection, &self.path).map_err(|e| stopped(&self.waiting(), e))?;
        filters::add_functions(&connection).map_err(|e| self.fail(e))?;
        Ok(connection)
    }

    /// Makes the stop signal and the waiting govern what this thread does on a connection from now on.
    fn govern(&self, connection: &mut Connection) -> Result<()> {
        connect::wait_with(connection, &self.waiting()).map_err(|e| self.fail(e))
    }

    fn waiting(&self) -> Waiting {
        Waiting { cancel: self.cancel.clone(), on_wait: Arc::new(|| {}), limit: LOCKED_LIMIT }
    }

    fn fail(&self, failure: rusqlite::Error) -> Error {
        stopped(&self.waiting(), error::map(&self.path, "reading", failure))
    }

    /// The rows of the view that a query names.
    fn source(&self, connection: &Connection, view: &str) -> Result<Source> {
        let catalogue = Catalogue::read(connection).map_err(|e| self.fail(e))?;
        let Some(entry) = catalogue.find(view) else {
            return Err(Error::new(Kind::Configuration, format!("there is no view {view:?} in this database"))
                .hint("The views follow the schema: look at the list again."));
        };
        Source::new(connection, entry, &catalogue).map_err(|e| self.fail(e))
    }
}

/// A value as text, and whether it is a number.
fn shown(value: ValueRef<'_>, kind: ColumnKind) -> Option<(std::borrow::Cow<'_, str>, bool)> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some((number.to_string().into(), true)),
        ValueRef::Real(number) => Some((format!("{number:?}").into(), number.is_finite())),
        // Digits come as bytes, so that they are told from a text of digits.
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let may_be = kind == ColumnKind::Number || matches!(value, ValueRef::Blob(_));
            let is_number = may_be && is_number(&text);
            Some((text, is_number))
        }
    }
}

/// A number as JSON writes it.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole) && digits(fraction) && digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
}
