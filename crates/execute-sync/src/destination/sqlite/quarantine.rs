//! The quarantine table: lines that cannot be stored, kept until a good version of the document comes or a person closes them.

use std::collections::HashMap;
use std::fmt::Write as _;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};

use crate::destination::{PageWrite, QuarantineEntry, QuarantineFilter};
use crate::document::Key;
use crate::source::Mark;
use crate::source::block::BadDocument;

/// Puts bad lines aside. The same bytes have one entry however often they come.
pub(super) struct Writer<'c> {
    write: CachedStatement<'c>,
    close: CachedStatement<'c>,
    batch_date: String,
    run_id: String,
    page: u64,
    mark: Option<String>,
    now: String,
    acknowledged: u64,
}

impl<'c> Writer<'c> {
    pub(super) fn new(transaction: &'c Transaction<'_>, page: &PageWrite, batch_date: &str) -> rusqlite::Result<Self> {
        let mark = page.state.refresh.as_ref().and_then(|r| r.mark.as_ref()).or(page.state.mark.as_ref());
        Ok(Writer {
            // An entry that a person closed stays closed: they have seen these very bytes. What is known of the identity
            // is what today's rules say, unless only the line's beginning is here and the whole of it was before.
            write: transaction.prepare_cached(
                "INSERT INTO EXECUTE_SYNC_QUARANTINE
                    (BATCH_DATE, RUN_ID, PAGE, LINE, MARK, TYPE, ID, VERSION, REASON, BYTES, SIZE, SHA256)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                    ON CONFLICT (SHA256) DO UPDATE SET BATCH_DATE = excluded.BATCH_DATE, RUN_ID = excluded.RUN_ID,
                        PAGE = excluded.PAGE, LINE = excluded.LINE, MARK = excluded.MARK, REASON = excluded.REASON,
                        TYPE = CASE WHEN ?13 THEN excluded.TYPE ELSE COALESCE(excluded.TYPE, TYPE) END,
                        ID = CASE WHEN ?13 THEN excluded.ID ELSE COALESCE(excluded.ID, ID) END,
                        VERSION = CASE WHEN ?13 THEN excluded.VERSION ELSE COALESCE(excluded.VERSION, VERSION) END,
                        CLOSED_AT = CASE CLOSED_BY WHEN 'person' THEN CLOSED_AT END,
                        CLOSED_BY = CASE CLOSED_BY WHEN 'person' THEN CLOSED_BY END
                    RETURNING ENTRY, CLOSED_BY IS NOT NULL",
            )?,
            close: transaction.prepare_cached(
                "UPDATE EXECUTE_SYNC_QUARANTINE SET CLOSED_AT = ?2, CLOSED_BY = 'document' WHERE ENTRY = ?1 AND CLOSED_AT IS NULL",
            )?,
            batch_date: batch_date.to_owned(),
            run_id: page.state.run_id.clone(),
            page: page.page,
            mark: mark.map(|m: &Mark| m.as_str().to_owned()),
            now: timestamp(page.now),
            acknowledged: 0,
        })
    }

    /// Gives the entry's number, or `None` if a person has closed it.
    pub(super) fn write(&mut self, bad: &BadDocument) -> rusqlite::Result<Option<i64>> {
        let (entry, closed): (i64, bool) = self.write.query_row(
            params![
                self.batch_date,
                self.run_id,
                self.page,
                bad.line,
                self.mark,
                bad.defect.doc_type,
                bad.defect.id,
                bad.defect.version,
                bad.defect.reason,
                bad.bytes,
                bad.size,
                hex(&bad.sha256),
                bad.bytes.len() as u64 == bad.size
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        self.acknowledged += u64::from(closed);
        Ok((!closed).then_some(entry))
    }

    pub(super) fn close(&mut self, entries: &[i64]) -> rusqlite::Result<()> {
        for entry in entries {
            self.close.execute(params![entry, self.now])?;
        }
        Ok(())
    }

    /// Bad lines whose entry a person had closed before.
    pub(super) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }
}

struct OpenEntry {
    entry: i64,
    closed_by: ClosedBy,
}

/// Which good versions of its document close an entry.
#[derive(Clone, Copy)]
enum ClosedBy {
    /// Its version is known: that one and newer ones.
    From(i64),
    /// It is not: only those above all that were stored, if there were any. An older one says nothing about it.
    Above(Option<i64>),
}

impl ClosedBy {
    fn is_met_by(self, version: i64) -> bool {
        match self {
            ClosedBy::From(own) => version >= own,
            ClosedBy::Above(stored) => stored.is_none_or(|stored| version > stored),
        }
    }
}

/// The open entries whose document is known, watched while a page goes by. Of those without a version only what came before
/// this reading of the source: within one reading a source may send an older version after a newer one.
pub(super) struct OpenEntries {
    by_document: HashMap<(String, String), Vec<OpenEntry>>,
    released: Vec<i64>,
}

impl OpenEntries {
    /// `reading_since`: the batch date with which this reading of the source began. `requeued`: entries that the page
    /// closes in any case.
    pub(super) fn read(transaction: &Transaction<'_>, reading_since: &str, requeued: &[i64]) -> rusqlite::Result<Self> {
        let mut open = OpenEntries { by_document: HashMap::new(), released: requeued.to_vec() };
        let mut statement = transaction.prepare_cached(
            "SELECT ENTRY, TYPE, ID, VERSION, CASE WHEN VERSION IS NULL THEN
                    (SELECT MAX(d.VERSION) FROM EXECUTE_DOCUMENTS AS d WHERE d.TYPE = q.TYPE AND d.ID = q.ID) END
                FROM EXECUTE_SYNC_QUARANTINE AS q WHERE CLOSED_AT IS NULL AND TYPE IS NOT NULL AND ID IS NOT NULL
                    AND (VERSION IS NOT NULL OR BATCH_DATE < ?1)",
        )?;
        let mut rows = statement.query([reading_since])?;
        while let Some(row) = rows.next()? {
            let entry = row.get(0)?;
            if !requeued.contains(&entry) {
                let version: Option<i64> = row.get(3)?;
                let closed_by = match version {
                    Some(version) => ClosedBy::From(version),
                    None => ClosedBy::Above(row.get(4)?),
                };
                open.by_document.entry((row.get(1)?, row.get(2)?)).or_default().push(OpenEntry { entry, closed_by });
            }
        }
        Ok(open)
    }

    /// A bad line came: its entry is open from here on.
    pub(super) fn add(&mut self, entry: Option<i64>, bad: &BadDocument) {
        let Some(entry) = entry else { return };
        self.released.retain(|&e| e != entry);
        if let (Some(doc_type), Some(id), Some(version)) = (&bad.defect.doc_type, &bad.defect.id, bad.defect.version) {
            let entries = self.by_document.entry((doc_type.clone(), id.clone())).or_default();
            entries.retain(|open| open.entry != entry);
            entries.push(OpenEntry { entry, closed_by: ClosedBy::From(version) });
        }
    }

    /// A good document came: the entries that it closes are done with.
    pub(super) fn meet(&mut self, key: &Key) {
        if self.by_document.is_empty() {
            return;
        }
        if let Some(entries) = self.by_document.get_mut(&(key.doc_type.clone(), key.id.clone())) {
            let (done, open) = std::mem::take(entries).into_iter().partition(|e| e.closed_by.is_met_by(key.version));
            *entries = open;
            let done: Vec<OpenEntry> = done;
            self.released.extend(done.iter().map(|open| open.entry));
        }
    }

    pub(super) fn released(&self) -> &[i64] {
        &self.released
    }
}

/// How many entries are open.
pub(super) fn count_open(connection: &Connection) -> rusqlite::Result<u64> {
    connection.query_row("SELECT COUNT(*) FROM EXECUTE_SYNC_QUARANTINE WHERE CLOSED_AT IS NULL", [], |row| row.get(0))
}

/// Entries for people, oldest first.
pub(super) fn list(connection: &Connection, filter: QuarantineFilter) -> rusqlite::Result<Vec<QuarantineEntry>> {
    let exists: Option<i64> = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'EXECUTE_SYNC_QUARANTINE'", [], |row| row.get(0))
        .optional()?;
    if exists.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(
        "SELECT ENTRY, BATCH_DATE, RUN_ID, TYPE, ID, VERSION, REASON, PAGE, LINE, BYTES, SIZE, SHA256, CLOSED_AT, CLOSED_BY
            FROM EXECUTE_SYNC_QUARANTINE
            WHERE CASE ?1 WHEN 'open' THEN CLOSED_AT IS NULL WHEN 'all' THEN TRUE ELSE ENTRY = ?2 END ORDER BY ENTRY",
    )?;
    let (which, entry) = match filter {
        QuarantineFilter::Open => ("open", 0),
        QuarantineFilter::All => ("all", 0),
        QuarantineFilter::Entry(entry) => ("entry", entry),
    };
    let rows = statement.query_map(params![which, entry], |row| {
        let closed: (Option<String>, Option<String>) = (row.get(12)?, row.get(13)?);
        Ok(QuarantineEntry {
            entry: row.get(0)?,
            batch_date: row.get(1)?,
            run_id: row.get(2)?,
            key: (row.get(3)?, row.get(4)?, row.get(5)?),
            reason: row.get(6)?,
            place: (row.get(7)?, row.get(8)?),
            bytes: row.get(9)?,
            size: row.get(10)?,
            sha256: row.get(11)?,
            closed: closed.0.zip(closed.1),
        })
    })?;
    rows.collect()
}

/// Closes open entries by hand.
pub(super) fn close_by_person(connection: &mut Connection, entries: &[i64], now: &str) -> rusqlite::Result<u64> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut closed = 0;
    for entry in entries {
        closed += transaction.execute(
            "UPDATE EXECUTE_SYNC_QUARANTINE SET CLOSED_AT = ?2, CLOSED_BY = 'person' WHERE ENTRY = ?1 AND CLOSED_AT IS NULL",
            params![entry, now],
        )?;
    }
    transaction.commit()?;
    Ok(closed as u64)
}

pub(super) fn timestamp(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
