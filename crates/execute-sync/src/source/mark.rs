//! The high-water mark: the source's opaque token for "everything up to here".

use std::fmt;

use crate::error::{Error, Kind, Result};

/// A mark is never parsed, ordered or reformatted: it is sent back as it came, and only equality is tested.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark(String);

/// Longer marks are refused: no real one comes near, and it is kept in a column, a file and a URL.
const MAX_BYTES: usize = 4096;

impl Mark {
    /// The mark of the very first request.
    pub fn beginning() -> Self {
        Mark("1900-01-01".to_owned())
    }

    /// A mark as a header, a state row or a mark file gave it.
    ///
    /// # Errors
    /// [`Kind::BadData`] if it is empty, over 4 KiB or holds anything but printable ASCII.
    pub fn new(text: &str) -> Result<Self> {
        let bad = |what: &str| Err(Error::new(Kind::BadData, format!("the high-water mark {what}")));
        if text.is_empty() {
            return bad("is empty");
        }
        if text.len() > MAX_BYTES {
            return bad("is longer than 4 KiB");
        }
        if !text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            return bad("holds characters that are not printable ASCII");
        }
        Ok(Mark(text.to_owned()))
    }

    /// The text to send, store and compare.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
