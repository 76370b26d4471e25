//! One document as the source sent it: the envelope parsed once, the body kept as the very text that came.
//!
//! Long lists leave the body as slices. Cutting a byte stream into lines is the source's work, not done here.

mod date;
mod envelope;
mod slices;
mod version;

pub use envelope::{identified, parse};

use std::ops::Range;

/// What a destination's columns can hold, and how long a list may be before it is sliced.
#[derive(Debug, Clone, Copy)]
pub struct DocumentLimits {
    /// Smallest and largest `$VERSION` the VERSION column holds.
    pub version: (i64, i64),
    /// Longest `$TYPE`, `DOCUMENT_ID` and `$AUTHOR_ID` in characters; `None` = no limit.
    pub key_chars: Option<usize>,
    /// Items of a top-level list kept in one row (CHUNK_SIZE).
    pub chunk_size: usize,
}

/// Identity of one version of one document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// `$TYPE`
    pub doc_type: String,
    /// `DOCUMENT_ID`
    pub id: String,
    /// `$VERSION`
    pub version: i64,
}

/// A document that can be stored. `Range`s in it refer to the block of text it was parsed from.
#[derive(Debug)]
pub struct Document {
    /// Type, id and version.
    pub key: Key,
    /// `$AUTHOR_ID`; null and absent are the same.
    pub author: Option<String>,
    /// `$DATE`, the text that was sent.
    pub date: String,
    /// `$DELETED`; null and absent are false.
    pub deleted: bool,
    /// What goes into DATA.
    pub body: Body,
}

/// The DATA of a document's rows.
#[derive(Debug)]
pub enum Body {
    /// One row: the line as it came, without its end.
    Whole(Range<usize>),
    /// Several rows, CHUNK 0, 1, 2, …: the document without its long lists, then their slices.
    Sliced(Vec<String>),
}

impl Body {
    /// The rows' DATA in CHUNK order; `text` is the block the document was parsed from.
    pub fn rows<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let (whole, sliced): (Option<&Range<usize>>, &[String]) = match self {
            Body::Whole(range) => (Some(range), &[]),
            Body::Sliced(rows) => (None, rows),
        };
        whole.map(|range| &text[range.clone()]).into_iter().chain(sliced.iter().map(String::as_str))
    }
}

/// Why a line cannot be stored as a document, and as much of its identity as could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// One sentence without a full stop.
    pub reason: String,
    /// `$TYPE`, if it is a non-empty string.
    pub doc_type: Option<String>,
    /// `DOCUMENT_ID`, if it is a non-empty string.
    pub id: Option<String>,
    /// `$VERSION`, if it is a whole number in range.
    pub version: Option<i64>,
    /// The line is a JSON object that has none of the envelope's keys: perhaps no document at all but an error message.
    pub foreign_object: bool,
}

impl Defect {
    /// A defect of a line of which nothing else is known.
    pub fn unreadable(reason: impl Into<String>) -> Self {
        Defect { reason: reason.into(), doc_type: None, id: None, version: None, foreign_object: false }
    }
}

#[cfg(test)]
mod tests;
