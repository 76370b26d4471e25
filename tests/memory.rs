//! A destination in memory: the whole contract in one short file. It keeps the trait honest, passes the suite that every
//! destination passes, and is the template for the next one. What every part of it must be is said in the trait.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use execute_sync::destination::contract::feed_broke_off;
use execute_sync::destination::contract_suite::{Row, Table};
use execute_sync::destination::view_plan::{View, ViewPlan};
use execute_sync::destination::{
    BatchDate, CheckStep, Destination, Feed, FeedItem, Found, PageWrite, PageWritten, QuarantineEntry,
    QuarantineFilter, Removals, State, TypeRemovals, ViewReport,
};
use execute_sync::document::{Document, DocumentLimits, Key};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::source::block::{BadDocument, Line};

/// No view has more columns than this, so that there are views that cannot be made.
pub(crate) const MAX_COLUMNS: usize = 100;

/// TYPE and ID.
type Name = (String, String);

/// What a real destination has in its database. Cloning it begins a transaction, putting the clone back commits it.
#[derive(Clone, Default)]
struct Database {
    is_prepared: bool,
    was_ours: bool,
    /// Rows by document.
    documents: BTreeMap<Name, BTreeSet<Row>>,
    state: Option<State>,
    quarantine: Vec<QuarantineEntry>,
    has_base_views: bool,
    views: BTreeMap<String, View>,
    tables_of_others: BTreeSet<String>,
}

/// A destination; clones share their database, as programs do.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Database>>);

impl Memory {
    fn database(&self) -> MutexGuard<'_, Database> {
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl Destination for Memory {
    fn describe(&self) -> String {
        "this process's memory".to_owned()
    }

    fn limits(&self, chunk_size: usize) -> DocumentLimits {
        DocumentLimits { version: (i64::MIN, i64::MAX), key_chars: None, chunk_size }
    }

    async fn check(&mut self) -> Vec<CheckStep> {
        vec![CheckStep { name: "destination opens", outcome: Ok(self.describe()) }]
    }

    async fn inspect(&mut self) -> Result<Found> {
        let db = self.database();
        let newest = db.state.as_ref().and_then(|s| s.batch_date).map(|d| d.to_string()).unwrap_or_default();
        let rows = db.documents.values().flatten();
        let foreign_rows = rows.filter(|row| db.state.is_some() && row.batch_date > newest).count() as u64;
        Ok(Found {
            state: db.state.clone(),
            was_ours: db.was_ours,
            has_documents: !db.documents.is_empty(),
            foreign_rows,
            open_quarantine: db.count_open(),
            quarantine_missing: false,
            has_views_of_others: false,
        })
    }

    async fn prepare(&mut self, first: Option<&State>) -> Result<()> {
        let mut db = self.database();
        db.is_prepared = true;
        if let (None, Some(first)) = (&db.state, first) {
            db.state = Some(first.clone());
            db.was_ours = true;
        }
        Ok(())
    }

    async fn write_page(&mut self, page: PageWrite, mut feed: Feed) -> Result<PageWritten> {
        let mut blocks = Vec::new();
        let totals = loop {
            match feed.recv().await.ok_or_else(feed_broke_off)?? {
                FeedItem::Block(block, _budget) => blocks.push(block),
                FeedItem::End(totals) => break totals,
            }
        };
        if totals.delivered == 0 && page.skip_if_empty {
            return Ok(PageWritten { batch_date: page.batch_date, ..PageWritten::default() });
        }
        let mut shared = self.database();
        let mut load = Load::begin(&shared, page);
        for block in &blocks {
            for line in &block.lines {
                match line {
                    Line::Document(document) => load.store(document, &block.text),
                    Line::Bad(bad) => load.put_aside(bad),
                }
            }
        }
        totals.check(load.written.stored, load.bad)?;
        let (changed, written) = load.end();
        changed.commit_over(&mut shared)?;
        Ok(written)
    }

    async fn write_state(&mut self, state: &State) -> Result<()> {
        let mut shared = self.database();
        let changed = Database { state: Some(state.clone()), ..shared.clone() };
        changed.commit_over(&mut shared)
    }

    async fn create_views(&mut self, plan: &ViewPlan) -> Result<ViewReport> {
        let mut db = self.database();
        let mut report = ViewReport::default();
        if !std::mem::replace(&mut db.has_base_views, true) {
            report.created = [Table::LatestAllVersions, Table::Latest].map(|t| t.name().to_owned()).to_vec();
        }
        let wanted: BTreeSet<&String> = plan.views.iter().map(|view| &view.name).collect();
        report.dropped = db.views.keys().filter(|name| !wanted.contains(name)).cloned().collect();
        db.views.retain(|name, _| wanted.contains(name));
        for view in &plan.views {
            if db.tables_of_others.contains(&view.name) {
                report.refused.push((view.name.clone(), "a table of that name is there that is not ours".to_owned()));
            } else if view.columns.len() > MAX_COLUMNS {
                report.refused.push((view.name.clone(), format!("it has more than {MAX_COLUMNS} columns")));
            } else {
                match db.views.insert(view.name.clone(), view.clone()) {
                    None => report.created.push(view.name.clone()),
                    Some(before) if before != *view => report.changed.push(view.name.clone()),
                    Some(_) => {}
                }
            }
        }
        Ok(report)
    }

    async fn prune(&mut self) -> Result<u64> {
        let mut db = self.database();
        let mut pruned = 0;
        for rows in db.documents.values_mut() {
            let kept: BTreeSet<Row> = latest_all_versions(rows).cloned().collect();
            pruned += rows.len() - kept.len();
            *rows = kept;
        }
        Ok(pruned as u64)
    }

    async fn settle(&mut self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    async fn count_documents(&mut self) -> Result<Vec<(String, u64)>> {
        let db = self.database();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (doc_type, _) in db.documents.keys() {
            *counts.entry(doc_type.clone()).or_default() += 1;
        }
        Ok(counts.into_iter().collect())
    }

    async fn quarantine(&mut self, filter: QuarantineFilter) -> Result<Vec<QuarantineEntry>> {
        let is_asked_for = |entry: &&QuarantineEntry| match filter {
            QuarantineFilter::Open => entry.closed.is_none(),
            QuarantineFilter::All => true,
            QuarantineFilter::Entry(number) => entry.entry == number,
        };
        Ok(self.database().quarantine.iter().filter(is_asked_for).cloned().collect())
    }

    async fn stored_under(&mut self, keys: &[Key]) -> Result<Vec<Option<String>>> {
        let db = self.database();
        let newest = |key: &Key| {
            let rows = db.documents.get(&(key.doc_type.clone(), key.id.clone())).into_iter().flatten();
            rows.filter(|row| row.version == key.version).map(|row| row.batch_date.clone()).max()
        };
        Ok(keys.iter().map(newest).collect())
    }

    async fn close_quarantine(&mut self, ids: &[i64]) -> Result<u64> {
        let mut db = self.database();
        let open = db.quarantine.iter_mut().filter(|e| e.closed.is_none() && ids.contains(&e.entry));
        Ok(open.map(|entry| entry.closed = Some(("now".to_owned(), "person".to_owned()))).count() as u64)
    }
}

impl Database {
    /// Puts this changed copy in place of `shared`, unless another writer was faster: the copy's state names the fence that
    /// was read, and raises it.
    fn commit_over(mut self, shared: &mut Database) -> Result<()> {
        match (&mut self.state, &shared.state) {
            (Some(next), Some(stored)) if next.fence == stored.fence => next.fence += 1,
            _ => return Err(Error::new(Kind::AlreadyRunning, "another run wrote while this one was under way")),
        }
        *shared = self;
        Ok(())
    }

    fn count_open(&self) -> u64 {
        self.quarantine.iter().filter(|entry| entry.closed.is_none()).count() as u64
    }
}

/// Of every version of a document the rows of its newest batch.
fn latest_all_versions(rows: &BTreeSet<Row>) -> impl Iterator<Item = &Row> {
    // Rows are in the order of their version, then their batch date.
    let newest: HashMap<i64, &str> = rows.iter().map(|row| (row.version, &*row.batch_date)).collect();
    rows.iter().filter(move |row| newest[&row.version] == row.batch_date)
}

/// Of those, the rows of the newest version.
fn latest(rows: &BTreeSet<Row>) -> impl Iterator<Item = &Row> {
    let newest = rows.last().map(|row| row.version);
    latest_all_versions(rows).filter(move |row| Some(row.version) == newest)
}

/// A page on its way into a copy of the database.
struct Load {
    db: Database,
    page: PageWrite,
    batch_date: BatchDate,
    written: PageWritten,
    bad: u64,
    behind: BTreeSet<Name>,
    released: BTreeSet<i64>,
    /// Open entries without a version from before this reading of the source, and the newest version stored by then.
    stored_before: BTreeMap<i64, Option<i64>>,
}

impl Load {
    fn begin(shared: &Database, page: PageWrite) -> Load {
        let stored = shared.documents.values().flatten().map(|row| &row.batch_date);
        let put_aside = shared.quarantine.iter().map(|entry| &entry.batch_date);
        let newest = stored.chain(put_aside).filter_map(|date| BatchDate::parse(date)).max();
        let next = || BatchDate::after(page.now, newest.max(page.state.batch_date)).unwrap();
        let batch_date = page.batch_date.unwrap_or_else(next);
        let began = shared.state.as_ref().and_then(|state| state.first_reading).unwrap_or(batch_date);
        let since = began.min(batch_date).to_string();
        let mut stored_before = BTreeMap::new();
        for entry in shared.quarantine.iter().filter(|entry| entry.closed.is_none() && entry.batch_date < since) {
            if let (Some(doc_type), Some(id), None) = entry.key.clone() {
                let rows = shared.documents.get(&(doc_type, id));
                let newest = rows.and_then(|rows| rows.last()).map(|row| row.version);
                stored_before.insert(entry.entry, newest);
            }
        }
        Load {
            batch_date,
            stored_before,
            db: shared.clone(),
            written: PageWritten::default(),
            bad: 0,
            behind: BTreeSet::new(),
            released: BTreeSet::new(),
            page,
        }
    }

    fn store(&mut self, document: &Document, text: &str) {
        let (key, batch_date) = (&document.key, self.batch_date.to_string());
        let name = (key.doc_type.clone(), key.id.clone());
        let rows = self.db.documents.entry(name.clone()).or_default();
        // The same version in the same run: the last wins. In an earlier one: superseded.
        let keep = self.page.keep_superseded;
        rows.retain(|row| row.version != key.version || (keep && row.batch_date != batch_date));
        if rows.iter().any(|row| row.version > key.version && row.batch_date < batch_date) {
            self.behind.insert(name);
        } else {
            self.behind.remove(&name);
        }
        rows.extend(document.body.rows(text).zip(0..).map(|(data, chunk)| Row {
            doc_type: key.doc_type.clone(),
            id: key.id.clone(),
            version: key.version,
            batch_date: batch_date.clone(),
            chunk,
            author: document.author.clone(),
            date: document.date.clone(),
            deleted: document.deleted,
            data: data.to_owned(),
        }));
        for entry in self.db.quarantine.iter_mut().filter(|entry| entry.closed.is_none()) {
            let is_it = (entry.key.0.as_ref(), entry.key.1.as_ref()) == (Some(&key.doc_type), Some(&key.id));
            let closes = match entry.key.2 {
                Some(version) => version <= key.version,
                // An older version says nothing about it, nor does one from the same reading of the source.
                None => self.stored_before.get(&entry.entry).is_some_and(|&stored| Some(key.version) > stored),
            };
            if is_it && closes {
                self.stored_before.remove(&entry.entry);
                let now = self.page.now.strftime("%Y-%m-%dT%H:%M:%SZ");
                entry.closed = Some((now.to_string(), "document".to_owned()));
                self.released.insert(entry.entry);
            }
        }
        self.written.stored += 1;
    }

    fn close_requeued(&mut self) {
        let now = self.page.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        for entry in self.db.quarantine.iter_mut().filter(|entry| self.page.requeued.contains(&entry.entry)) {
            entry.closed.get_or_insert((now.clone(), "document".to_owned()));
            self.released.insert(entry.entry);
        }
    }

    fn put_aside(&mut self, bad: &BadDocument) {
        let sha256: String = bad.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let met = self.db.quarantine.iter().position(|entry| entry.sha256 == sha256);
        let index = met.unwrap_or(self.db.quarantine.len());
        let closed = met.and_then(|i| self.db.quarantine[i].closed.clone()).filter(|(_, by)| by == "person");
        let defect = bad.defect.clone();
        let entry = QuarantineEntry {
            entry: index as i64 + 1,
            batch_date: self.batch_date.to_string(),
            run_id: self.page.state.run_id.clone(),
            key: (defect.doc_type, defect.id, defect.version),
            reason: defect.reason,
            place: (self.page.page, bad.line),
            bytes: bad.bytes.clone(),
            size: bad.size,
            sha256,
            closed,
        };
        self.bad += 1;
        self.written.quarantined += u64::from(entry.closed.is_none());
        self.released.remove(&entry.entry);
        self.db.quarantine.splice(index..(index + usize::from(met.is_some())), [entry]);
    }

    /// The copy as it is to be, and what the page did.
    fn end(mut self) -> (Database, PageWritten) {
        self.close_requeued();
        if let Some(removals) = self.page.removals {
            self.remove_unseen(removals);
        } else if self.page.state.refresh.is_none() {
            self.written.went_back = self.behind.len() as u64;
        }
        let mut state = self.page.state;
        state.batch_date = Some(self.batch_date);
        if let Some(refresh) = &mut state.refresh {
            refresh.batch_date.get_or_insert(self.batch_date);
        }
        self.db.state = Some(state);
        self.written.batch_date = Some(self.batch_date);
        self.written.committed = true;
        self.written.released = self.released.len() as u64;
        self.written.open_quarantine = self.db.count_open();
        (self.db, self.written)
    }

    /// The end of a full refresh.
    fn remove_unseen(&mut self, removals: Removals) {
        let since = self.batch_date.to_string();
        let in_quarantine: Vec<&QuarantineEntry> =
            self.db.quarantine.iter().filter(|entry| entry.batch_date >= since).collect();
        let put_aside: BTreeSet<Name> =
            in_quarantine.iter().filter_map(|entry| entry.key.0.clone().zip(entry.key.1.clone())).collect();
        let is_unseen = |name: &Name, rows: &BTreeSet<Row>| {
            !put_aside.contains(name) && rows.iter().all(|row| row.batch_date < since)
        };
        let mut by_type: BTreeMap<&str, TypeRemovals> = BTreeMap::new();
        for (name, rows) in &self.db.documents {
            let new = || TypeRemovals { doc_type: name.0.clone(), unseen: 0, total: 0 };
            let counts = by_type.entry(&name.0).or_insert_with(new);
            counts.total += 1;
            counts.unseen += u64::from(is_unseen(name, rows));
        }
        self.written.removed = by_type.into_values().filter(|counts| counts.unseen > 0).collect();
        // The source was set back: what it delivers is the truth.
        let is_above = |rows: &BTreeSet<Row>, row: &Row| {
            let delivered = rows.iter().filter(|row| row.batch_date >= since).map(|row| row.version).max();
            row.batch_date < since && delivered.is_some_and(|delivered| row.version > delivered)
        };
        for (_, rows) in self.db.documents.iter().filter(|(name, _)| !put_aside.contains(name)) {
            let above: BTreeSet<i64> = rows.iter().filter(|row| is_above(rows, row)).map(|row| row.version).collect();
            self.written.versions_above += above.len() as u64;
        }
        let would_go = !self.written.removed.is_empty() || self.written.versions_above > 0;
        let mut unidentified = 0;
        if removals == Removals::Guarded {
            // Whoever closed them: having seen a line says nothing about the document it was.
            let is_stored = |entry: &QuarantineEntry| matches!(&entry.closed, Some((_, by)) if by == "document");
            let is_nameless = |entry: &QuarantineEntry| entry.key.0.is_none() || entry.key.1.is_none();
            unidentified = in_quarantine.iter().filter(|e| is_nameless(e) && !is_stored(e)).count() as u64;
            self.written.unidentified = if would_go { unidentified } else { 0 };
            self.written.held_back = self.written.removed.iter().any(TypeRemovals::is_too_many);
        }
        if self.written.unidentified > 0 {
            return;
        }
        for (_, rows) in self.db.documents.iter_mut().filter(|(name, _)| !put_aside.contains(name)) {
            let kept: BTreeSet<Row> = rows.iter().filter(|row| !is_above(rows, row)).cloned().collect();
            *rows = kept;
        }
        if self.written.held_back {
            return;
        }
        self.db.documents.retain(|name, rows| !is_unseen(name, rows));
        if unidentified > 0 {
            return;
        }
        let now = self.page.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        for entry in self.db.quarantine.iter_mut().filter(|e| e.closed.is_none() && e.batch_date < since) {
            entry.closed = Some((now.clone(), "refresh".to_owned()));
            self.written.closed_unseen += 1;
        }
    }
}

/// What an independent reader and an outsider may do; no part of a destination.
impl Memory {
    /// Every row of a table; `None` if it is not there.
    pub(crate) fn rows(&self, table: Table) -> Option<Vec<Row>> {
        let db = self.database();
        let documents = db.documents.values();
        match table {
            Table::Documents if db.is_prepared => Some(documents.flatten().cloned().collect()),
            Table::LatestAllVersions if db.has_base_views => {
                Some(documents.flat_map(latest_all_versions).cloned().collect())
            }
            Table::Latest if db.has_base_views => Some(documents.flat_map(latest).cloned().collect()),
            _ => None,
        }
    }

    /// The helper view of that name.
    pub(crate) fn view(&self, name: &str) -> Option<View> {
        self.database().views.get(name).cloned()
    }

    /// Whether somebody else's table of that name is there.
    pub(crate) fn has_planted(&self, name: &str) -> bool {
        self.database().tables_of_others.contains(name)
    }

    /// Puts a table of somebody else there.
    pub(crate) fn plant(&self, name: &str) {
        self.database().tables_of_others.insert(name.to_owned());
    }
}
