//! Documents as lines: written one by one from their entries, and the ledger of what was written.

use sha2::{Digest, Sha256};

use super::World;
use super::log::{Entry, Subject};
use crate::catalogue::{Author, Key, Kind, Version};
use crate::json::Json;
use crate::moment::Moment;
use crate::plan::Plan;

/// Documents as JSON, one a line and without the line's end, written as they are taken.
pub struct Lines {
    world: World,
    entries: std::vec::IntoIter<Entry>,
    calculated_at: Option<Moment>,
}

/// A version of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentVersion {
    /// `$TYPE`
    pub document_type: String,
    /// `DOCUMENT_ID`
    pub id: String,
    /// `$VERSION`
    pub version: u32,
    /// `$DELETED`
    pub deleted: bool,
}

/// A version of a document and what it was sent as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Which version of which document.
    pub document: DocumentVersion,
    /// The SHA-256 of the line's bytes, without the line's end.
    pub sha256: [u8; 32],
    /// The length of the line in bytes, without the line's end.
    pub size: usize,
}

impl Lines {
    pub(super) fn new(world: World, entries: Vec<Entry>, calculated_at: Option<Moment>) -> Lines {
        Lines { world, entries: entries.into_iter(), calculated_at }
    }

    /// Appends lines, each with its end, until `out` holds at least `size` bytes or there are no more lines.
    /// False when nothing was appended.
    pub fn write(&mut self, out: &mut Vec<u8>, size: usize) -> bool {
        let before = out.len();
        while out.len() < size {
            let Some(entry) = self.entries.next() else { break };
            self.write_entry(&entry, out);
            out.push(b'\n');
        }
        out.len() > before
    }

    pub(super) fn into_ledger(mut self) -> impl Iterator<Item = LedgerEntry> {
        let mut line = Vec::new();
        std::iter::from_fn(move || {
            let entry = self.entries.next()?;
            line.clear();
            self.write_entry(&entry, &mut line);
            let document = self.world.document_version(&entry);
            Some(LedgerEntry { document, sha256: Sha256::digest(&line).into(), size: line.len() })
        })
    }

    fn write_entry(&self, entry: &Entry, out: &mut Vec<u8>) {
        let plan = &self.world.inner.plan;
        match entry.subject {
            Subject::Planned(key) if !entry.by_hand => {
                let version = Version { plan, index: key.index, stage: entry.stage, calculated_at: self.calculated_at };
                write_planned(key, &version, entry, out);
            }
            Subject::Planned(_) | Subject::Guest(_) => {
                let document = self.world.document_version(entry);
                let fields = self.world.read().guests.fields(entry.subject, entry.version);
                Json::object(out, |json| {
                    json.text("DOCUMENT_ID", &document.id);
                    json.text("$TYPE", &document.document_type);
                    write_version(json, plan, entry, &Author::User(0));
                    json.instant("$DATE", entry.at);
                    json.boolean("$DELETED", entry.deleted);
                    json.raw_fields(&fields);
                });
            }
        }
    }
}

impl Iterator for Lines {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let entry = self.entries.next()?;
        let mut line = Vec::new();
        self.write_entry(&entry, &mut line);
        Some(String::from_utf8(line).expect("JSON is UTF-8"))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for Lines {}

fn write_planned(key: Key, version: &Version<'_>, entry: &Entry, out: &mut Vec<u8>) {
    Json::object(out, |json| {
        json.id("DOCUMENT_ID", version.plan.id(key.kind, key.index));
        json.text("$TYPE", key.kind.type_name());
        write_version(json, version.plan, entry, &key.kind.author(version));
        // Master data still has the wall clock of the system it was moved from.
        match entry.version == 1 && key.kind <= Kind::Account {
            true => json.wall("$DATE", entry.at),
            false => json.instant("$DATE", entry.at),
        }
        json.boolean("$DELETED", entry.deleted);
        key.kind.write(version, json);
    });
}

fn write_version(json: &mut Json<'_>, plan: &Plan, entry: &Entry, author: &Author) {
    json.integer("$VERSION", i64::from(entry.version));
    match author {
        Author::User(user) => json.id("$AUTHOR_ID", plan.id(Kind::User, *user)),
        Author::Nobody => json.null("$AUTHOR_ID"),
        Author::Unnamed => {}
    }
}

impl World {
    pub(super) fn document_version(&self, entry: &Entry) -> DocumentVersion {
        let (document_type, id) = match entry.subject {
            Subject::Planned(key) => {
                (key.kind.type_name().to_owned(), self.inner.plan.id(key.kind, key.index).to_string())
            }
            Subject::Guest(number) => {
                let state = self.read();
                let (document_type, id) = state.guests.name(number);
                (document_type.to_owned(), id.to_owned())
            }
        };
        DocumentVersion { document_type, id, version: entry.version, deleted: entry.deleted }
    }
}
