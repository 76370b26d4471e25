//! Changes by hand, for tests: what the plan does not have, or not now.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::log::{Entry, Subject};
use super::{State, World};
use crate::marks::mark;
use crate::plan::Plan;

/// A change of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new version with the same fields.
    Touch {
        /// `$TYPE`
        document_type: String,
        /// `DOCUMENT_ID`
        id: String,
    },
    /// A new version that deletes the document. It is sent with the fields it had.
    Delete {
        /// `$TYPE`
        document_type: String,
        /// `DOCUMENT_ID`
        id: String,
    },
    /// A new version with these fields, of a document that need not exist: its first version is 1. A deleted one
    /// exists again. A planned document shows its planned fields again when a tick changes it.
    Put {
        /// `$TYPE`; it need not be in the schema.
        document_type: String,
        /// `DOCUMENT_ID`
        id: String,
        /// The fields as one JSON object on one line. Sent byte for byte.
        fields: String,
    },
}

/// Why no change was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeError {
    /// There is no such document: type, id.
    UnknownDocument(String, String),
    /// The fields are not what [`Change::Put`] asks for: what is wrong.
    BadFields(String),
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChangeError::UnknownDocument(document_type, id) => write!(f, "there is no {document_type} {id}"),
            ChangeError::BadFields(why) => write!(f, "the fields of a document cannot be these: {why}"),
        }
    }
}

impl std::error::Error for ChangeError {}

/// What stands between two changes by hand.
const PAUSE_MS: i64 = 250;

impl World {
    /// Makes the changes at one time, so that they share a mark, and returns it. On an error nothing was changed.
    /// A document that is named twice gets two versions.
    pub fn change(&self, changes: &[Change]) -> Result<String, ChangeError> {
        let plan = &self.inner.plan;
        let mut state = self.write();
        for change in changes {
            check(change, plan, &state)?;
        }
        let at = state.log.last().max(state.now).plus(PAUSE_MS);
        for change in changes {
            let (document_type, id) = change.document();
            let known = newest(document_type, id, plan, &state);
            let (subject, before) = match known {
                Some(entry) => (entry.subject, Some(entry)),
                None => (state.admit(document_type, id, plan), None),
            };
            let version = before.map_or(0, |entry| entry.version) + 1;
            let fields = match change {
                Change::Put { fields, .. } => Some(Arc::from(inside(fields))),
                Change::Touch { .. } | Change::Delete { .. } => {
                    before.filter(|entry| entry.by_hand).map(|entry| state.guests.fields(entry.subject, entry.version))
                }
            };
            let entry = Entry {
                at,
                subject,
                version,
                stage: before.map_or(1, |entry| entry.stage),
                deleted: match change {
                    Change::Touch { .. } => before.is_some_and(|entry| entry.deleted),
                    Change::Delete { .. } => true,
                    Change::Put { .. } => false,
                },
                by_hand: fields.is_some(),
            };
            if let Some(fields) = fields {
                state.guests.set_fields(subject, version, fields);
            }
            state.log.add(entry);
        }
        Ok(mark(state.log.last()))
    }
}

impl Change {
    fn document(&self) -> (&str, &str) {
        match self {
            Change::Touch { document_type, id }
            | Change::Delete { document_type, id }
            | Change::Put { document_type, id, .. } => (document_type, id),
        }
    }
}

impl State {
    /// The subject of a document that does not exist yet.
    fn admit(&mut self, document_type: &str, id: &str, plan: &Plan) -> Subject {
        match plan.key(document_type, id) {
            Some(key) => Subject::Planned(key),
            None => self.guests.admit(document_type, id),
        }
    }
}

/// The newest version of a document, if it exists.
fn newest(document_type: &str, id: &str, plan: &Plan, state: &State) -> Option<Entry> {
    let Some(key) = plan.key(document_type, id) else {
        return state.guests.find(document_type, id).and_then(|subject| state.log.newest(subject));
    };
    let subject = Subject::Planned(key);
    state.log.newest(subject).or_else(|| {
        let life = plan.life_of_existing(key, state.now)?;
        let stage = life.stage(state.now);
        let (at, deleted) = (life.at(stage), life.is_deletion(stage));
        Some(Entry { at, subject, version: u32::from(stage), stage, deleted, by_hand: false })
    })
}

fn check(change: &Change, plan: &Plan, state: &State) -> Result<(), ChangeError> {
    let (document_type, id) = change.document();
    match change {
        Change::Touch { .. } | Change::Delete { .. } => match newest(document_type, id, plan, state) {
            Some(_) => Ok(()),
            None => Err(ChangeError::UnknownDocument(document_type.to_owned(), id.to_owned())),
        },
        Change::Put { fields, .. } => {
            let bad = |why: &str| Err(ChangeError::BadFields(why.to_owned()));
            let keys: HashMap<String, &RawValue> = match serde_json::from_str(fields) {
                Ok(keys) => keys,
                Err(error) => return bad(&error.to_string()),
            };
            match keys.keys().find(|key| key.starts_with('$') || *key == "DOCUMENT_ID") {
                Some(key) => bad(&format!("{key} is not theirs to set")),
                None if fields.contains(['\n', '\r']) => bad("they are not on one line"),
                None if document_type.is_empty() || id.is_empty() => bad("the document has no type or no id"),
                None => Ok(()),
            }
        }
    }
}

/// What stands between the braces of an object.
fn inside(object: &str) -> &str {
    let object = object.trim();
    object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(object).trim()
}
