//! An open grid: its first rows by a plain query, rows further down by keys that a thread collects meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::keys::{Key, Keys};
use super::labels::Labels;
use super::select::Select;
use super::types::{Cell, ColumnKind, GridInfo, GridQuery, GridRows};
use super::{File, shown};
use crate::error::{Error, Kind, Result};

/// More rows than this are no page.
const PAGE_ROWS: u32 = 1_000;

/// Rows this far down are found by passing over those before them; a page or two, until the keys are there.
const NEAR: usize = 1_000;

/// A longer text is cut in a page: nobody reads it in a cell. The inspector and the export have all of it.
const CELL_BYTES: usize = 32 * 1024;

/// Keys are handed over in lots of this size.
const KEYS_AT_ONCE: usize = 4 * 1024;

/// A view in an order, open as long as this is held.
pub struct Grid {
    file: File,
    select: Arc<Select>,
    keys: Arc<Keys>,
    collector: Mutex<Option<JoinHandle<()>>>,
    page: Mutex<Connection>,
}

impl Grid {
    pub(super) fn open(file: &File, query: &GridQuery) -> Result<Grid> {
        let connection = file.connect()?;
        let select = Select::new(file.source(&connection, &query.view)?, query)?;
        Ok(Grid {
            file: File { cancel: file.cancel.child_token(), ..file.clone() },
            keys: Arc::new(Keys::new(select.source.lists)),
            select: Arc::new(select),
            collector: Mutex::default(),
            page: Mutex::new(connection),
        })
    }

    /// What it has.
    pub fn info(&self) -> GridInfo {
        let columns = &self.select.source.columns;
        GridInfo {
            columns: self.select.shown.iter().map(|&i| columns[i].column.clone()).collect(),
            doc_type: self.select.source.doc_type.clone(),
            rows: self.keys.count(),
        }
    }

    /// Rows from `offset` on, at most a thousand of them; fewer only at the end. The first rows come at once; rows far down
    /// may have to wait until their keys are collected.
    pub fn rows(&self, offset: u64, limit: u32) -> Result<GridRows> {
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        let limit = limit.min(PAGE_ROWS) as usize;
        let mut keys = self.keys.get(at, limit);
        if keys.is_none() && at > NEAR {
            self.collect();
            keys = Some(self.keys.wait(at, limit, &self.file.cancel)?);
        }
        let page = self.page()?;
        let fail = |e| self.file.fail(e);
        // One moment for the rows and the names in them.
        let moment = page.unchecked_transaction().map_err(fail)?;
        let mut rows = match keys {
            Some(keys) => fetch(&moment, &self.select, &keys, |row, first| self.cells(row, first)).map_err(fail)?,
            None => self.first_rows(&moment, at, limit).map_err(fail)?,
        };
        for row in rows.iter_mut().filter(|row| row.is_empty()) {
            row.resize_with(self.select.shown.len(), Cell::default);
        }
        self.name(&moment, &mut rows).map_err(fail)?;
        drop(moment);
        drop(page);
        // Not before the first rows are there: they come first.
        self.collect();
        Ok(GridRows { offset, rows })
    }

    /// How many rows there are; waits until they are counted.
    pub fn count(&self) -> Result<u64> {
        self.collect();
        self.keys.wait(usize::MAX, 1, &self.file.cancel)?;
        Ok(self.keys.count().unwrap_or_default())
    }

    /// All keys, as they come.
    pub(super) fn keys(&self) -> &Keys {
        self.collect();
        &self.keys
    }

    pub(super) fn select(&self) -> &Select {
        &self.select
    }

    fn page(&self) -> Result<MutexGuard<'_, Connection>> {
        let mut page = self.page.lock().unwrap_or_else(PoisonError::into_inner);
        self.file.govern(&mut page)?;
        Ok(page)
    }

    fn first_rows(&self, connection: &Connection, offset: usize, limit: usize) -> rusqlite::Result<Vec<Vec<Cell>>> {
        let mut statement = connection.prepare_cached(&self.select.page())?;
        let range = [limit, offset].map(|number| Value::Integer(number as i64));
        let mut rows = statement.query(params_from_iter(self.select.values.iter().cloned().chain(range)))?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(self.cells(row, 0)?);
        }
        Ok(out)
    }

    fn cells(&self, row: &Row<'_>, first: usize) -> rusqlite::Result<Vec<Cell>> {
        let cell = |(at, &column): (usize, &usize)| {
            let text = shown(row.get_ref(first + at)?, self.select.source.columns[column].column.kind);
            Ok(text.map_or_else(Cell::default, |(text, _)| {
                let end = (0..=CELL_BYTES.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
                Cell { text: Some(text[..end].to_owned()), cut: end < text.len(), ..Cell::default() }
            }))
        };
        self.select.shown.iter().enumerate().map(cell).collect()
    }

    /// Gives references the names of what they point at, and the types where their columns say none.
    fn name(&self, connection: &Connection, rows: &mut [Vec<Cell>]) -> rusqlite::Result<()> {
        let mut labels = Labels::new(connection)?;
        for (at, &column) in self.select.shown.iter().enumerate() {
            let column = &self.select.source.columns[column].column;
            if column.kind != ColumnKind::Reference {
                continue;
            }
            for row in &mut *rows {
                let Some(id) = &row[at].text else { continue };
                let Some(found) = labels.find(column.refers_to.as_deref(), id)? else { continue };
                row[at].label = found.name;
                row[at].doc_type = Some(found.doc_type).filter(|_| column.refers_to.is_none());
            }
        }
        Ok(())
    }

    /// Begins to collect the keys, once.
    fn collect(&self) {
        let mut collector = self.collector.lock().unwrap_or_else(PoisonError::into_inner);
        if collector.is_some() {
            return;
        }
        let (file, select, keys) = (self.file.clone(), Arc::clone(&self.select), Arc::clone(&self.keys));
        *collector = Some(std::thread::spawn(move || {
            // Whoever waits for keys must hear of any end.
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| collect(&file, &select, &keys)));
            keys.end(ended.unwrap_or_else(|_| Err(Error::new(Kind::Internal, "collecting rows ended unexpectedly"))));
        }));
    }
}

impl Drop for Grid {
    fn drop(&mut self) {
        self.file.cancel.cancel();
        let collector = self.collector.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(collector) = collector {
            // It sees the signal within moments; its connection is closed when this returns.
            let _ = collector.join();
        }
    }
}

fn collect(file: &File, select: &Select, keys: &Keys) -> Result<()> {
    let fail = |e| file.fail(e);
    let connection = file.connect()?;
    let mut statement = connection.prepare(&select.keys()).map_err(fail)?;
    let mut rows = statement.query(params_from_iter(&select.values)).map_err(fail)?;
    let (mut numbers, mut places) = (Vec::with_capacity(KEYS_AT_ONCE), Vec::new());
    while let Some(row) = rows.next().map_err(fail)? {
        numbers.push(row.get(0).map_err(fail)?);
        for list in 0..select.source.lists {
            places.push(row.get(1 + list).map_err(fail)?);
        }
        if numbers.len() == KEYS_AT_ONCE {
            keys.push(&numbers, &places);
            numbers.clear();
            places.clear();
        }
    }
    keys.push(&numbers, &places);
    Ok(())
}

/// Reads the rows of some keys, in their order. A row that has gone is empty.
pub(super) fn fetch<T>(
    connection: &Connection,
    select: &Select,
    keys: &[Key],
    mut read: impl FnMut(&Row<'_>, usize) -> rusqlite::Result<Vec<T>>,
) -> rusqlite::Result<Vec<Vec<T>>> {
    let lists = select.source.lists;
    let mut statement = connection.prepare_cached(&select.of_row())?;
    let mut out: Vec<Vec<T>> = Vec::with_capacity(keys.len());
    // Items of one list mostly stand together: its document is read once for all of them.
    for group in keys.chunk_by(|a, b| a.0 == b.0) {
        let start = out.len();
        out.resize_with(start + group.len(), Vec::new);
        let outermost = || group.iter().filter_map(|key| key.1.first());
        let mut values = vec![group[0].0];
        values.extend(
            outermost().min().zip(outermost().max()).into_iter().flat_map(|(a, b)| [a, b]).map(|&p| i64::from(p)),
        );
        let wanted: std::collections::HashMap<&[u32], usize> =
            group.iter().enumerate().map(|(index, key)| (key.1.as_slice(), index)).collect();
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let places: Vec<u32> = (0..lists).map(|list| row.get(list)).collect::<rusqlite::Result<_>>()?;
            if let Some(index) = wanted.get(places.as_slice()) {
                out[start + index] = read(row, lists)?;
            }
        }
    }
    Ok(out)
}
