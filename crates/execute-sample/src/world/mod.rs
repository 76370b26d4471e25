//! The world: all its documents, in the order in which they were changed, and what may happen to it.
//!
//! It holds the plan, a small fixed-size entry for each document, and what was changed by hand. The documents
//! themselves are written when they are asked for.

mod change;
mod guests;
mod lines;
mod log;
mod tick;

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub use change::{Change, ChangeError};
pub use lines::{DocumentVersion, LedgerEntry, Lines};
pub use log::UnknownMark;
pub use tick::Tick;

use crate::marks::mark;
use crate::moment::Moment;
use crate::options::SampleOptions;
use crate::plan::{PRESENT, Plan};
use crate::schema::schema;
use guests::Guests;
use log::{Entry, Log, Subject};

/// A handle to a world. Clones are handles to the same one; all of them may be used at once, from any thread.
#[derive(Clone)]
pub struct World {
    inner: Arc<Inner>,
}

struct Inner {
    plan: Plan,
    inclusive_since: bool,
    state: RwLock<State>,
    /// Chains raised so far. Held while the world ticks, so that ticks happen one after another.
    raised: Mutex<u32>,
}

struct State {
    /// Up to here the plan has happened.
    now: Moment,
    log: Log,
    guests: Guests,
    schema: Option<String>,
}

/// One answer to a request for documents.
pub struct Page {
    /// What to ask for next.
    pub mark: String,
    /// Whether there is more.
    pub truncated: bool,
    /// The documents.
    pub lines: Lines,
}

impl World {
    /// Makes the world of `options`. The server's own options (key, ticking) are of no meaning here.
    ///
    /// Takes about half a second and 24 MB for a million documents, whatever their length.
    pub fn new(options: &SampleOptions) -> World {
        let plan = Plan::new(options);
        let mut entries = Vec::new();
        plan.for_each(PRESENT, |key, life| {
            let current = life.stage(PRESENT);
            let first = if options.all_versions { 1 } else { current };
            entries.extend((first..=current).map(|stage| Entry {
                at: life.at(stage),
                subject: Subject::Planned(key),
                version: u32::from(stage),
                stage,
                deleted: life.is_deletion(stage),
                by_hand: false,
            }));
        });
        let log = Log::new(entries, options.all_versions);
        let raised = Mutex::new(plan.chains);
        let state = RwLock::new(State { now: PRESENT, log, guests: Guests::default(), schema: None });
        World { inner: Arc::new(Inner { plan, inclusive_since: options.inclusive_since, state, raised }) }
    }

    /// The schema as the server tells it: one JSON object.
    pub fn schema(&self, calc: bool) -> String {
        self.read().schema.clone().unwrap_or_else(|| schema(calc))
    }

    /// Tells this schema from now on, or the world's own again. The documents stay as they are.
    pub fn set_schema(&self, schema: Option<String>) {
        self.write().schema = schema;
    }

    /// The documents changed after the mark `since` (or from it on, with `inclusive_since`), in the order of the
    /// changes: `limit` of them, and as many more as share the last one's mark.
    ///
    /// The documents are those of now, even if the world changes while the lines are read.
    pub fn page(&self, since: &str, limit: u64, calc: bool) -> Result<Page, UnknownMark> {
        let state = self.read();
        let selection = state.log.select(since, limit, self.inner.inclusive_since)?;
        Ok(Page {
            mark: selection.mark,
            truncated: selection.truncated,
            lines: Lines::new(self.clone(), selection.entries, calc.then_some(state.now)),
        })
    }

    /// Every line that a client gets who reads from the beginning to the end: each document's current version, or
    /// every version if the world was made to send them; deleted ones too.
    pub fn lines(&self, calc: bool) -> Lines {
        let state = self.read();
        Lines::new(self.clone(), state.log.told().copied().collect(), calc.then_some(state.now))
    }

    /// What [`World::lines`] tells without calculated fields, as the hash of each line.
    pub fn ledger(&self) -> impl Iterator<Item = LedgerEntry> + use<> {
        self.lines(false).into_ledger()
    }

    /// The number of documents, deleted ones too.
    pub fn documents(&self) -> u64 {
        self.read().log.documents()
    }

    /// The mark of the last change.
    pub fn mark(&self) -> String {
        mark(self.read().log.last())
    }

    /// The identity of the AFE with the outsized list of line items, if there is one.
    pub fn large_afe(&self) -> Option<String> {
        let plan = &self.inner.plan;
        (plan.large_afe_lines > 0).then(|| plan.afe_id(plan.large_chain()).to_string())
    }

    /// The identity of the AFE that was deleted before the world's present.
    pub fn deleted_afe(&self) -> String {
        let plan = &self.inner.plan;
        plan.afe_id(plan.deleted_chain()).to_string()
    }

    // Nothing in here is left half done by a panic, so a poisoned lock is as good as a whole one.

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.inner.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.inner.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}
