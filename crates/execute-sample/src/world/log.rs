//! The log of changes: a small entry for each version that is told, in the order of the changes.
//!
//! Entries are only ever added. Where only current versions are told, an older one is passed over.

use std::collections::HashMap;

use crate::catalogue::Key;
use crate::marks::{BEGINNING, mark};
use crate::moment::Moment;

/// What an entry is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Subject {
    /// A document of the plan.
    Planned(Key),
    /// A document that came by hand.
    Guest(u32),
}

/// One version of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) at: Moment,
    pub(super) subject: Subject,
    pub(super) version: u32,
    /// The stage of its planned life that this version shows.
    pub(super) stage: u8,
    pub(super) deleted: bool,
    /// Its fields came by hand.
    pub(super) by_hand: bool,
}

pub(super) struct Log {
    /// In the order of `at`.
    entries: Vec<Entry>,
    /// The newest version of each document that changed since the log was begun.
    newest: HashMap<Subject, Entry>,
    documents: u64,
    all_versions: bool,
}

/// The entries of a page.
pub(super) struct Selection {
    pub(super) entries: Vec<Entry>,
    pub(super) mark: String,
    pub(super) truncated: bool,
}

/// The mark was never given by this world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMark(pub String);

impl std::fmt::Display for UnknownMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "since: no document was ever sent with the mark \"{}\"", self.0)
    }
}

impl std::error::Error for UnknownMark {}

impl Log {
    /// Begins a log with entries in any order.
    pub(super) fn new(mut entries: Vec<Entry>, all_versions: bool) -> Log {
        entries.sort_unstable_by_key(|entry| (entry.at, entry.subject, entry.version));
        entries.shrink_to_fit();
        let first_versions = entries.iter().filter(|entry| !all_versions || entry.version == 1).count();
        Log { entries, newest: HashMap::new(), documents: first_versions as u64, all_versions }
    }

    /// Adds a version. Its time must not be before the last one's.
    pub(super) fn add(&mut self, entry: Entry) {
        debug_assert!(entry.at >= self.last(), "the log is in the order of time");
        self.documents += u64::from(entry.version == 1);
        self.newest.insert(entry.subject, entry);
        self.entries.push(entry);
    }

    /// The newest version of a document, if it changed since the log was begun.
    pub(super) fn newest(&self, subject: Subject) -> Option<Entry> {
        self.newest.get(&subject).copied()
    }

    /// The time of the last change.
    pub(super) fn last(&self) -> Moment {
        self.entries.last().map_or(Moment(0), |entry| entry.at)
    }

    pub(super) fn documents(&self) -> u64 {
        self.documents
    }

    /// The entries that a client gets.
    pub(super) fn told(&self) -> impl Iterator<Item = &Entry> {
        self.told_from(0)
    }

    pub(super) fn is_told(&self, entry: &Entry) -> bool {
        let newest = |newest: &Entry| newest.version == entry.version;
        self.all_versions || self.newest.is_empty() || self.newest.get(&entry.subject).is_none_or(newest)
    }

    fn told_from(&self, at: usize) -> impl Iterator<Item = &Entry> {
        self.entries[at..].iter().filter(|entry| self.is_told(entry))
    }

    /// What a client gets who has the mark `since`: `limit` entries after it, all entries that share the last one's
    /// mark, and with `inclusive` those of `since` itself before them.
    pub(super) fn select(&self, since: &str, limit: u64, inclusive: bool) -> Result<Selection, UnknownMark> {
        let (from, after) = self.place(since)?;
        let mut selection = Selection { entries: Vec::new(), mark: since.to_owned(), truncated: false };
        let before = self.entries[from..after].iter().filter(|entry| inclusive && self.is_told(entry));
        selection.entries.extend(before);
        let mut counted = 0;
        let mut last = None;
        for entry in self.told_from(after) {
            if counted >= limit && last != Some(entry.at) {
                selection.truncated = true;
                break;
            }
            selection.entries.push(*entry);
            (counted, last) = (counted + 1, Some(entry.at));
        }
        if let Some(last) = last {
            selection.mark = mark(last);
        }
        Ok(selection)
    }

    /// Where the entries with a mark begin, and where they end.
    fn place(&self, since: &str) -> Result<(usize, usize), UnknownMark> {
        if since == BEGINNING {
            return Ok((0, 0));
        }
        // Marks sort as texts in the order of time.
        let from = self.entries.partition_point(|entry| mark(entry.at).as_str() < since);
        let at = self.entries.get(from).map(|entry| entry.at).filter(|at| mark(*at) == since);
        let at = at.ok_or_else(|| UnknownMark(since.to_owned()))?;
        Ok((from, from + self.entries[from..].partition_point(|entry| entry.at == at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_small_whatever_the_document() {
        assert_eq!(std::mem::size_of::<Entry>(), 24);
    }
}
