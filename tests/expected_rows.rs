//! What a destination must hold after every page that was stored: worked out from the pages, with none of a destination's
//! code. And what a database does hold.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use execute_sync::document::{self, DocumentLimits};
use rusqlite::Connection;

use crate::moving_source::{Line, Sent, View};

/// TYPE and ID.
pub(crate) type Document = (String, String);

/// DATA of the rows of every version.
pub(crate) type Held = BTreeMap<Document, BTreeMap<i64, Vec<String>>>;

/// What a destination holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expected {
    pub held: Held,
    /// The checkpoint; `None` = there is no state row.
    pub state: Option<Checkpoint>,
    /// By the bytes of the line.
    quarantine: BTreeMap<String, Entry>,
}

/// What the state row says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checkpoint {
    pub mark: Option<String>,
    pub refresh: Option<Refresh>,
    view: Option<View>,
}

/// A full refresh that is under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refresh {
    pub mark: Option<String>,
    /// Documents it has stored, with the highest version of each.
    seen: BTreeMap<Document, i64>,
    put_aside: BTreeSet<Document>,
    nameless: BTreeSet<String>,
    /// The bytes of every bad line it met.
    bad: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct Entry {
    document: Option<Document>,
    version: i64,
    is_open: bool,
    by_person: bool,
}

/// A run: where it starts from.
pub(crate) struct Run {
    checkpoint: Checkpoint,
    allows_removals: bool,
    chunk_size: usize,
    /// Documents stored and lines put into quarantine so far.
    pub counts: (u64, u64),
}

impl Expected {
    /// A run begins: it reads on, or everything anew.
    pub(crate) fn begin(&mut self, view: View, full: Option<bool>, chunk_size: usize) -> Run {
        let afresh = Some(Refresh::default());
        let is_empty = self.held.is_empty();
        let mut checkpoint = match &self.state {
            Some(state) => state.clone(),
            None => Checkpoint { refresh: afresh.clone().filter(|_| !is_empty), ..Checkpoint::default() },
        };
        if self.state.is_some() {
            let reached = checkpoint.mark.is_some() || checkpoint.refresh.as_ref().is_some_and(|r| r.mark.is_some());
            let is_other = checkpoint.view.is_some_and(|before| before != view);
            // A page was stored and no document is there: somebody emptied the table, or there never was one.
            let is_lost = is_empty && reached;
            if is_other || is_lost || (full.is_some() && checkpoint.refresh.is_none()) {
                checkpoint.refresh = afresh;
            }
        }
        checkpoint.view = Some(view);
        // The first state row is there before the first page.
        self.state.get_or_insert_with(|| checkpoint.clone());
        Run { checkpoint, allows_removals: full == Some(true), chunk_size, counts: (0, 0) }
    }

    /// A page of the run was stored.
    pub(crate) fn store(&mut self, run: &mut Run, page: &Sent) {
        for line in &page.lines {
            match &line.document {
                Some(document) if line.is_good => self.store_document(run, document, line),
                _ => self.put_aside(run, line),
            }
        }
        let checkpoint = &mut run.checkpoint;
        match &mut checkpoint.refresh {
            Some(refresh) if page.truncated => refresh.mark = Some(page.mark.clone()),
            _ => {
                checkpoint.mark = Some(page.mark.clone());
                if let Some(refresh) = checkpoint.refresh.take() {
                    self.remove_unseen(&refresh, run.allows_removals);
                }
            }
        }
        self.state = Some(run.checkpoint.clone());
    }

    fn store_document(&mut self, run: &mut Run, document: &Document, line: &Line) {
        let limits = DocumentLimits { version: (0, i64::MAX), key_chars: None, chunk_size: run.chunk_size };
        let parsed = document::parse(&line.text, 0..line.text.len(), &limits).unwrap();
        let rows = parsed.body.rows(&line.text).map(str::to_owned).collect();
        self.held.entry(document.clone()).or_default().insert(line.version, rows);
        if let Some(refresh) = &mut run.checkpoint.refresh {
            let highest = refresh.seen.entry(document.clone()).or_insert(line.version);
            *highest = line.version.max(*highest);
        }
        for entry in self.quarantine.values_mut() {
            if entry.is_open && entry.document.as_ref() == Some(document) && entry.version <= line.version {
                entry.is_open = false;
            }
        }
        run.counts.0 += 1;
    }

    fn put_aside(&mut self, run: &mut Run, line: &Line) {
        let by_person = self.quarantine.get(&line.text).is_some_and(|entry| entry.by_person);
        let entry = Entry { document: line.document.clone(), version: line.version, is_open: !by_person, by_person };
        self.quarantine.insert(line.text.clone(), entry);
        run.counts.1 += u64::from(!by_person);
        if let Some(refresh) = &mut run.checkpoint.refresh {
            refresh.bad.insert(line.text.clone());
            match &line.document {
                Some(document) => _ = refresh.put_aside.insert(document.clone()),
                None => _ = refresh.nameless.insert(line.text.clone()),
            }
        }
    }

    fn remove_unseen(&mut self, refresh: &Refresh, allowed: bool) {
        // A line of which nobody can tell whose it is may be any document that did not come, and any version.
        if !allowed && !refresh.nameless.is_empty() {
            return;
        }
        for (document, versions) in &mut self.held {
            if let (Some(highest), false) = (refresh.seen.get(document), refresh.put_aside.contains(document)) {
                versions.retain(|version, _| version <= highest);
            }
        }
        let stays = |document: &Document| refresh.seen.contains_key(document) || refresh.put_aside.contains(document);
        self.held.retain(|document, _| stays(document));
        for (_, entry) in self.quarantine.iter_mut().filter(|(text, _)| !refresh.bad.contains(*text)) {
            entry.is_open = false;
        }
    }

    /// A person closes every entry that is open; gives how many were.
    pub(crate) fn close_all(&mut self) -> u64 {
        let mut closed = 0;
        for entry in self.quarantine.values_mut().filter(|entry| entry.is_open) {
            (entry.is_open, entry.by_person) = (false, true);
            closed += 1;
        }
        closed
    }

    /// The bytes of every open entry.
    pub(crate) fn open(&self) -> Vec<&str> {
        self.quarantine.iter().filter(|(_, entry)| entry.is_open).map(|(text, _)| text.as_str()).collect()
    }
}

/// The two base views, by document and version, DATA in the order of chunks.
pub(crate) fn views(database: &Path) -> [Held; 2] {
    let connection = Connection::open(database).unwrap();
    ["EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS", "EXECUTE_DOCUMENTS_LATEST"].map(|view| {
        let sql = format!("SELECT TYPE, ID, VERSION, DATA FROM {view} ORDER BY TYPE, ID, VERSION, CHUNK, BATCH_DATE");
        let mut statement = connection.prepare(&sql).unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut held = Held::new();
        while let Some(row) = rows.next().unwrap() {
            let document = (row.get(0).unwrap(), row.get(1).unwrap());
            held.entry(document).or_default().entry(row.get(2).unwrap()).or_default().push(row.get(3).unwrap());
        }
        held
    })
}

pub(crate) fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, expected: &T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what}:\n  found    {got:?}\n  expected {expected:?}")) }
}

/// As [`same`], but names only the documents that differ.
pub(crate) fn same_documents(what: &str, got: &Held, expected: &Held) -> Result<(), String> {
    let differs = |document: &&Document| got.get(*document) != expected.get(*document);
    match got.keys().chain(expected.keys()).find(differs) {
        Some(document) => same(&format!("{document:?} in {what}"), &got.get(document), &expected.get(document)),
        None => Ok(()),
    }
}
