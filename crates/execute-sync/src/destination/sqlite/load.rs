//! Storing one page: one transaction for its rows, its quarantine entries, its removals and the state row.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior, params};
use tokio::sync::OwnedSemaphorePermit;

use super::quarantine::OpenEntries;
use super::{error, layout, quarantine, refresh, sql};
use crate::destination::contract::feed_broke_off;
use crate::destination::{BatchDate, Feed, FeedItem, PageTotals, PageWrite, PageWritten};
use crate::document::Document;
use crate::error::{Error, Kind, Result};
use crate::paths::FileIdentity;
use crate::source::block::{Block, Line};

/// A pile: documents that are put into the order of the index before they are stored, in bytes of memory. The order makes neighbours in
/// the index follow each other, which is what a processor's cache likes.
const PILE_BYTES: usize = 4 * 1024 * 1024;

/// Takes the page from the feed and stores it. Any error leaves the database as it was.
pub(super) fn write_page(
    connection: &mut Connection,
    path: &Path,
    opened: &FileIdentity,
    mut page: PageWrite,
    mut feed: Feed,
) -> Result<PageWritten> {
    // The write lock is taken once there is something to write: a server that is slow to begin holds nobody up.
    let mut next = feed.blocking_recv().ok_or_else(feed_broke_off)??;
    if matches!(&next, FeedItem::End(totals) if totals.delivered == 0) && page.skip_if_empty {
        return Ok(PageWritten { batch_date: page.batch_date, ..PageWritten::default() });
    }
    let fail = |e| error::map(path, "storing a page", e);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
    let batch_date = match page.batch_date {
        Some(date) => date,
        None => next_batch_date(&transaction, path, &page)?,
    };
    let mut written = PageWritten { batch_date: Some(batch_date), committed: true, ..PageWritten::default() };
    let totals = {
        let mut loader = Loader::new(&transaction, &page, batch_date, reading_since(&transaction, path, batch_date)?)
            .map_err(fail)?;
        let totals = loop {
            let (blocks, end) = take_pile(&mut feed, next)?;
            loader.store_pile(&blocks).map_err(fail)?;
            if let Some(totals) = end {
                break totals;
            }
            // Makes room for more, before that is waited for.
            drop(blocks);
            next = feed.blocking_recv().ok_or_else(feed_broke_off)??;
        };
        totals.check(loader.stored, loader.bad)?;
        loader.close_released().map_err(fail)?;
        loader.report(&mut written);
        totals
    };
    debug_assert_eq!(written.stored + totals.bad, totals.delivered);
    // Never behind what was there: another write may have come between two pages of a refresh.
    page.state.batch_date = page.state.batch_date.max(Some(batch_date));
    if let Some(refresh) = &mut page.state.refresh {
        // The refresh keeps the date of its first page, whatever else is stored while it is under way.
        refresh.batch_date.get_or_insert(batch_date);
    }
    if let Some(removals) = page.removals {
        refresh::remove_unseen(&transaction, batch_date, removals, &quarantine::timestamp(page.now), &mut written)
            .map_err(fail)?;
    }
    written.open_quarantine = quarantine::count_open(&transaction).map_err(fail)?;
    if !layout::update_state(&transaction, &page.state).map_err(fail)? {
        return Err(layout::fenced_off(path));
    }
    if crate::paths::file_identity(path).ok() != Some(*opened) {
        return Err(error::moved(path));
    }
    transaction.commit().map_err(fail)?;
    Ok(written)
}

/// Blocks of a page, with what bounds their memory.
type Blocks = Vec<(Block, Option<OwnedSemaphorePermit>)>;

/// `first` and what lies ready behind it, up to [`PILE_BYTES`], with the page's totals if its end is among it. Waits for nothing.
fn take_pile(feed: &mut Feed, first: FeedItem) -> Result<(Blocks, Option<PageTotals>)> {
    let (mut blocks, mut bytes, mut next) = (Vec::new(), 0, first);
    loop {
        match next {
            FeedItem::Block(block, budget) => {
                bytes += block.memory_bytes();
                blocks.push((block, budget));
            }
            FeedItem::End(totals) => return Ok((blocks, Some(totals))),
        }
        if bytes >= PILE_BYTES {
            return Ok((blocks, None));
        }
        next = match feed.try_recv() {
            Ok(item) => item?,
            Err(_) => return Ok((blocks, None)),
        };
    }
}

/// A second after the newest batch date there is, ours or another program's. That of a quarantine entry counts too, or a
/// refresh could take an earlier run's entries for its own where the state row was lost.
fn next_batch_date(transaction: &Transaction<'_>, path: &Path, page: &PageWrite) -> Result<BatchDate> {
    let newest: Option<String> = transaction
        .query_row(sql::NEWEST_BATCH_DATE, [], |row| row.get(0))
        .map_err(|e| error::map(path, "storing a page", e))?;
    let unusable = |what: String| {
        Error::new(Kind::Configuration, format!("{} holds a BATCH_DATE {what}", path.display()))
            .hint("Correct or delete those rows: SELECT DISTINCT BATCH_DATE FROM EXECUTE_DOCUMENTS shows them.")
    };
    let newest = newest
        .map(|text| BatchDate::parse(&text).ok_or_else(|| unusable(format!("that is no batch date: {text:?}"))))
        .transpose()?
        .max(page.state.batch_date);
    match (BatchDate::after(page.now, newest), newest) {
        (Some(next), _) => Ok(next),
        (None, Some(newest)) => Err(unusable(format!("that no later one can follow: {newest}"))),
        (None, None) => Err(Error::new(Kind::Configuration, "this machine's clock shows no year that can be")
            .hint("Set the clock, then run again.")),
    }
}

/// The batch date with which this reading of the source began: a first one goes on after it was broken off, and a full
/// refresh has one batch date throughout.
fn reading_since(transaction: &Transaction<'_>, path: &Path, batch_date: BatchDate) -> Result<BatchDate> {
    let first_reading = layout::read_state(transaction, path)?.and_then(|state| state.first_reading);
    Ok(first_reading.map_or(batch_date, |began| began.min(batch_date)))
}

/// The statements of a page, and what it has done so far.
struct Loader<'c> {
    insert: CachedStatement<'c>,
    delete_of_batch: CachedStatement<'c>,
    delete_superseded: CachedStatement<'c>,
    newest_before: CachedStatement<'c>,
    put_aside: quarantine::Writer<'c>,
    batch_date: String,
    /// Rows of earlier batches exist; without any, nothing can be superseded.
    has_older: bool,
    keep_superseded: bool,
    in_refresh: bool,
    open_entries: OpenEntries,
    /// Documents that came in an older version than is stored, until the newer one comes too.
    behind: HashMap<(String, String), i64>,
    stored: u64,
    bad: u64,
}

impl<'c> Loader<'c> {
    fn new(
        transaction: &'c Transaction<'_>,
        page: &PageWrite,
        batch_date: BatchDate,
        reading_since: BatchDate,
    ) -> rusqlite::Result<Self> {
        let batch_date = batch_date.to_string();
        let has_older = transaction.query_row(
            "SELECT EXISTS (SELECT 1 FROM EXECUTE_DOCUMENTS WHERE BATCH_DATE < ?1)",
            [&batch_date],
            |row| row.get(0),
        )?;
        Ok(Loader {
            insert: transaction.prepare_cached(sql::INSERT)?,
            delete_of_batch: transaction.prepare_cached(sql::DELETE_OF_BATCH)?,
            delete_superseded: transaction.prepare_cached(sql::DELETE_SUPERSEDED_BY)?,
            newest_before: transaction.prepare_cached(sql::NEWEST_VERSION_BEFORE)?,
            put_aside: quarantine::Writer::new(transaction, page, &batch_date)?,
            open_entries: OpenEntries::read(transaction, &reading_since.to_string(), &page.requeued)?,
            batch_date,
            has_older,
            keep_superseded: page.keep_superseded,
            in_refresh: page.state.refresh.is_some() || page.removals.is_some(),
            behind: HashMap::new(),
            stored: 0,
            bad: 0,
        })
    }

    /// Stores the lines of some blocks. Documents change places with other documents only: those with the same identity keep
    /// their order, and a bad line stays where it is.
    fn store_pile(&mut self, blocks: &Blocks) -> rusqlite::Result<()> {
        let mut documents = Vec::new();
        for (block, _) in blocks {
            for line in &block.lines {
                match line {
                    Line::Document(document) => documents.push((document, block.text.as_str())),
                    Line::Bad(bad) => {
                        self.store_in_order(&mut documents)?;
                        self.quarantine(bad)?;
                    }
                }
            }
        }
        self.store_in_order(&mut documents)
    }

    fn store_in_order(&mut self, documents: &mut Vec<(&Document, &str)>) -> rusqlite::Result<()> {
        // Stable: of one version that comes twice the last wins.
        documents.sort_by_key(|(document, _)| (&document.key.doc_type, &document.key.id));
        documents.drain(..).try_for_each(|(document, text)| self.store(document, text))
    }

    fn store(&mut self, document: &Document, text: &str) -> rusqlite::Result<()> {
        let key = &document.key;
        let version_key = params![self.batch_date, key.doc_type, key.id, key.version];
        for (chunk, data) in document.body.rows(text).enumerate() {
            let row = params![
                self.batch_date,
                key.doc_type,
                key.id,
                key.version,
                chunk,
                document.author,
                document.date,
                document.deleted,
                data
            ];
            if self.insert.execute(row)? == 0 && chunk == 0 {
                // The same version came before in this run: the last wins, with all its rows.
                self.delete_of_batch.execute(version_key)?;
                self.insert.execute(row)?;
            }
        }
        if self.has_older {
            let newest: Option<i64> = self.newest_before.query_row(version_key, |row| row.get(0))?;
            if newest.is_some() && !self.keep_superseded {
                self.delete_superseded.execute(version_key)?;
            }
            if !self.in_refresh {
                self.watch_versions(document, newest);
            }
        }
        self.open_entries.meet(key);
        self.stored += 1;
        Ok(())
    }

    fn quarantine(&mut self, bad: &crate::source::block::BadDocument) -> rusqlite::Result<()> {
        self.bad += 1;
        let entry = self.put_aside.write(bad)?;
        self.open_entries.add(entry, bad);
        Ok(())
    }

    /// A server may send every version in turn; only a document whose newest version does not come again went back.
    fn watch_versions(&mut self, document: &Document, newest: Option<i64>) {
        let key = &document.key;
        match newest.filter(|newest| *newest > key.version) {
            Some(newest) => {
                self.behind.insert((key.doc_type.clone(), key.id.clone()), newest);
            }
            None if self.behind.is_empty() => {}
            None => {
                self.behind.remove(&(key.doc_type.clone(), key.id.clone()));
            }
        }
    }

    fn close_released(&mut self) -> rusqlite::Result<()> {
        self.put_aside.close(self.open_entries.released())
    }

    fn report(&self, written: &mut PageWritten) {
        written.stored = self.stored;
        written.quarantined = self.bad - self.put_aside.acknowledged();
        written.released = self.open_entries.released().len() as u64;
        written.went_back = self.behind.len() as u64;
    }
}
