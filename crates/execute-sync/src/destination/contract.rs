//! The contract every destination keeps, and the values that cross it.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::mpsc;

use super::view_plan::ViewPlan;
use super::{BatchDate, State};
use crate::document::{DocumentLimits, Key};
use crate::error::{Error, Kind, Result};
use crate::source::block::Block;

/// A database that documents are written to.
///
/// One run calls it from one task. A future that is dropped leaves nothing half done that a later call could see.
#[async_trait]
pub trait Destination: Send {
    /// What it can be called in a sentence: its kind and place, no secret.
    fn describe(&self) -> String;

    /// What its columns hold.
    fn limits(&self, chunk_size: usize) -> DocumentLimits;

    /// Connects and finds out, without changing anything a reader could see, whether documents can be written:
    /// a list of steps, the last of which is the first that failed.
    async fn check(&mut self) -> Vec<CheckStep>;

    /// What is there now. Creates nothing.
    ///
    /// # Errors
    /// A newer layout, a file that is no database, a right that is missing.
    async fn inspect(&mut self) -> Result<Found>;

    /// Creates what is missing and, where there is none, writes the first state row, in one transaction; idempotent. All
    /// DDL that is no view happens here. With `None` the tables alone are made, for views without a run: a database of
    /// the older tool is then still to be taken over.
    async fn prepare(&mut self, first: Option<&State>) -> Result<()>;

    /// Stores one page: one call is one transaction.
    ///
    /// `Ok` = every row, quarantine entry and the state are durable. `Err`, also one that arrives through the feed or a
    /// feed that ends without [`FeedItem::End`] = nothing changed. The same page twice leaves the same rows.
    async fn write_page(&mut self, page: PageWrite, feed: Feed) -> Result<PageWritten>;

    /// Changes the state row alone, against the fence.
    async fn write_state(&mut self, state: &State) -> Result<()>;

    /// Makes the helper views as planned, replacing each atomically; views that are already so are left alone, and views
    /// of others are never touched. A view that cannot be made leaves the previous one.
    async fn create_views(&mut self, plan: &ViewPlan) -> Result<ViewReport>;

    /// Deletes superseded rows; gives their number. The newest batch of every (TYPE, ID, VERSION) stays.
    async fn prune(&mut self) -> Result<u64>;

    /// Housekeeping after a complete run; gives sentences worth telling. Failing here loses nothing.
    async fn settle(&mut self) -> Result<Vec<String>>;

    /// Documents now, by type: how many (TYPE, ID) there are.
    async fn count_documents(&mut self) -> Result<Vec<(String, u64)>>;

    /// Entries of the quarantine, oldest first.
    async fn quarantine(&mut self, filter: QuarantineFilter) -> Result<Vec<QuarantineEntry>>;

    /// Of each key the newest batch date under which that very version is stored, or `None`.
    async fn stored_under(&mut self, keys: &[Key]) -> Result<Vec<Option<String>>>;

    /// Closes open entries by hand; gives how many were open.
    async fn close_quarantine(&mut self, ids: &[i64]) -> Result<u64>;
}

/// One step of a check, with what was found or what is wrong.
#[derive(Debug)]
pub struct CheckStep {
    /// What was looked at: `destination opens`, `rights`, `can write`.
    pub name: &'static str,
    /// What was found, or why it failed.
    pub outcome: Result<String>,
}

/// What a destination holds when a run begins.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The state row, if there is one.
    pub state: Option<State>,
    /// The database was ours before, whether or not its state row is still there.
    pub was_ours: bool,
    /// There is at least one document.
    pub has_documents: bool,
    /// Rows are there whose batch date is newer than the state's: another program wrote them.
    pub foreign_rows: u64,
    /// Quarantine entries that are open.
    pub open_quarantine: u64,
    /// There is a state row but no quarantine: whatever was in it is in neither place now.
    pub quarantine_missing: bool,
    /// There are helper views, and not ours.
    pub has_views_of_others: bool,
}

/// One page to store.
#[derive(Debug)]
pub struct PageWrite {
    /// The state as it is to be after this page, but for `batch_date`, which is decided inside the transaction where
    /// `batch_date` below is `None`, and `fence`, which must be the number that was read: it is raised by one.
    pub state: State,
    /// The run's batch date, or `None` for its first page.
    pub batch_date: Option<BatchDate>,
    /// The clock when the run began.
    pub now: Timestamp,
    /// Superseded rows stay.
    pub keep_superseded: bool,
    /// Number of the page in the run, from 1.
    pub page: u64,
    /// The last page of a full refresh: what the refresh did not see goes; unless that is held back, open quarantine
    /// entries that it did not see are closed by it as well.
    pub removals: Option<Removals>,
    /// Nothing but documents makes this page worth a commit: its state equals the one that is stored.
    pub skip_if_empty: bool,
    /// Quarantine entries whose lines this page stores once more: it closes them, whatever is known of their identity.
    pub requeued: Vec<i64>,
}

/// How the last page of a full refresh removes documents the source no longer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removals {
    /// Not if more than 100 documents and more than 5 % of a type would go.
    Guarded,
    /// A person said yes.
    Allowed,
}

/// The lines of a page on their way to the destination.
pub type Feed = mpsc::Receiver<Result<FeedItem>>;

/// What comes through a [`Feed`].
#[derive(Debug)]
pub enum FeedItem {
    /// Some lines, in their order. Whatever bounds memory rides along and is released when the block is dropped.
    Block(Block, Option<tokio::sync::OwnedSemaphorePermit>),
    /// The body ended as it must; nothing follows.
    End(PageTotals),
}

/// More bad documents than this, and more than one in a hundred, and the page fails whole.
const POISONED_OVER: u64 = 10;

/// Up to this many documents of a type, or up to this share of it, may go at the end of a full refresh without asking.
const GUARD_DOCUMENTS: u64 = 100;
const GUARD_PERCENT: u64 = 5;

/// What the source counted in a page, checked against what was stored before the commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageTotals {
    /// Lines that are not blank.
    pub delivered: u64,
    /// Of those, lines that cannot be stored.
    pub bad: u64,
    /// Bytes of the body, unpacked.
    pub bytes: u64,
}

impl PageTotals {
    /// Compares them with what a destination has stored and put into quarantine: every destination asks before it commits.
    ///
    /// # Errors
    /// [`Kind::Internal`] if delivered is not stored + quarantined; [`Kind::BadData`] if so many documents are bad that the
    /// page itself must be damaged.
    pub fn check(self, stored: u64, bad: u64) -> Result<()> {
        if stored + bad != self.delivered || bad != self.bad {
            return Err(Error::new(
                Kind::Internal,
                format!("{} documents were delivered but {stored} stored and {bad} quarantined", self.delivered),
            ));
        }
        if bad > POISONED_OVER && bad.saturating_mul(100) > self.delivered {
            return Err(Error::new(
                Kind::BadData,
                format!(
                    "{bad} of {} documents in the page cannot be stored; so many mean that the page itself is damaged",
                    self.delivered
                ),
            )
            .hint(
                "Run again with --max-documents 10 to find the bad ones: small pages put them into the quarantine.",
            ));
        }
        Ok(())
    }
}

/// What a page did.
#[derive(Debug, Clone, Default)]
pub struct PageWritten {
    /// Bytes of the body, unpacked; known to the run, not to the destination.
    pub bytes: u64,
    /// The run's batch date, if the page was committed.
    pub batch_date: Option<BatchDate>,
    /// Whether anything was written; false for an empty page that changes nothing.
    pub committed: bool,
    /// Documents stored.
    pub stored: u64,
    /// Lines put into quarantine.
    pub quarantined: u64,
    /// Quarantine entries that a good document closed.
    pub released: u64,
    /// Quarantine entries that the last page of a full refresh closed: it did not see their lines any more.
    pub closed_unseen: u64,
    /// What the last page of a full refresh removed or held back, by type.
    pub removed: Vec<TypeRemovals>,
    /// The removals were held back by the guard.
    pub held_back: bool,
    /// Versions above the one that the refresh delivered: removed, or held back by `unidentified`.
    pub versions_above: u64,
    /// Lines without identity were quarantined in this refresh, so nothing was removed: any document, and any version of
    /// one, could be among them. 0 where nothing would have been.
    pub unidentified: u64,
    /// Quarantine entries that are open after the page.
    pub open_quarantine: u64,
    /// Documents whose `$VERSION` is below one that is stored: the source may have been set back.
    pub went_back: u64,
}

/// Documents of a type that a full refresh did not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TypeRemovals {
    /// `$TYPE`
    pub doc_type: String,
    /// Documents (TYPE, ID) not seen.
    pub unseen: u64,
    /// Documents of the type that are there, seen or not.
    pub total: u64,
}

impl TypeRemovals {
    /// So many would go that something is wrong: a guarded refresh then removes nothing.
    pub fn is_too_many(&self) -> bool {
        self.unseen > GUARD_DOCUMENTS && self.unseen * 100 > self.total * GUARD_PERCENT
    }
}

/// What became of the helper views.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ViewReport {
    /// Made where none was.
    pub created: Vec<String>,
    /// Replaced by another text.
    pub changed: Vec<String>,
    /// Dropped because their type or field is gone.
    pub dropped: Vec<String>,
    /// Not made, and why: name and reason.
    pub refused: Vec<(String, String)>,
    /// Names that had to differ from the source's, one sentence each: of the views that were made or replaced, or of all
    /// where a person asked for the views. Whoever asks a destination for views fills it in.
    pub renamed: Vec<String>,
}

impl ViewReport {
    /// Nothing was made, replaced or dropped.
    pub fn is_unchanged(&self) -> bool {
        self.created.is_empty() && self.changed.is_empty() && self.dropped.is_empty()
    }

    /// `2 views created (A, B), 1 changed (C)`; long lists are cut.
    pub fn summary(&self) -> String {
        let part = |names: &[String], what: &str| {
            let mut shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            if names.len() > 5 {
                shown.push_str(", …");
            }
            (!names.is_empty()).then(|| format!("{} {what} ({shown})", names.len()))
        };
        [part(&self.created, "created"), part(&self.changed, "changed"), part(&self.dropped, "dropped")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Which quarantine entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuarantineFilter {
    /// Those nobody and nothing has closed.
    Open,
    /// All.
    All,
    /// One, by number.
    Entry(i64),
}

/// A line that could not be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineEntry {
    /// Its number.
    pub entry: i64,
    /// When it was last delivered, as the batch date of that run.
    pub batch_date: String,
    /// The run that last met it.
    pub run_id: String,
    /// What is known of its identity.
    pub key: (Option<String>, Option<String>, Option<i64>),
    /// Why it cannot be stored.
    pub reason: String,
    /// Page and line, from 1.
    pub place: (u64, u64),
    /// All bytes, or the first 64 KiB of `size`.
    pub bytes: Vec<u8>,
    /// How many bytes came.
    pub size: u64,
    /// Lower-case hex of the SHA-256 of all bytes.
    pub sha256: String,
    /// When and by what it was closed: `document` or `person`.
    pub closed: Option<(String, String)>,
}

impl QuarantineEntry {
    /// Whether it is known which document its line was.
    pub fn has_identity(&self) -> bool {
        self.key.0.is_some() && self.key.1.is_some()
    }

    /// Whether all of its bytes were kept.
    pub fn is_whole(&self) -> bool {
        self.bytes.len() as u64 == self.size
    }
}

/// The error for a feed that ended without saying that the page is whole: its sender was dropped.
pub fn feed_broke_off() -> Error {
    Error::new(Kind::Internal, "the page's reader stopped without a word")
}
