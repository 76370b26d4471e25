//! Stops a run that a server would keep going for ever.

use std::collections::HashSet;

use super::Mark;
use crate::error::{Error, Kind, Result};

/// Pages with an unchanged mark that are borne: a server whose `since` is inclusive may need one more look.
const SAME_MARK_PAGES: usize = 3;

/// Watches the marks of one run.
#[derive(Debug)]
pub struct LoopGuard {
    seen: HashSet<Mark>,
    same: usize,
}

impl LoopGuard {
    /// A guard for a run that starts at `since`.
    pub fn new(since: &Mark) -> Self {
        LoopGuard { seen: HashSet::from([since.clone()]), same: 0 }
    }

    /// Judges a page's answer before its rows are stored; the same answer may be judged again when a page is read anew.
    ///
    /// # Errors
    /// [`Kind::BadData`] at the third page that says "more" and gives the mark it was asked with, and at a mark that this
    /// run already left behind.
    pub fn judge(&self, since: &Mark, next: &Mark, truncated: bool) -> Result<()> {
        if next == since {
            if truncated && self.same + 1 >= SAME_MARK_PAGES {
                return Err(Error::new(
                    Kind::BadData,
                    format!("the server says there is more but gave the same high-water mark {SAME_MARK_PAGES} times"),
                )
                .hint("Raise EXECUTESYNC_MAX_DOCUMENTS so that a page reaches past the documents that share a mark; if it stays, ask whoever runs the Execute server."));
            }
            return Ok(());
        }
        if self.seen.contains(next) {
            return Err(Error::new(Kind::BadData, "the server's high-water marks go in a circle")
                .hint("Ask whoever runs the Execute server; nothing was lost, and the next run starts from the last good page."));
        }
        Ok(())
    }

    /// Takes note of a page that was stored.
    pub fn advance(&mut self, since: &Mark, next: &Mark) {
        if next == since {
            self.same += 1;
        } else {
            self.same = 0;
            self.seen.insert(next.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn mark(text: &str) -> Mark {
        Mark::new(text).unwrap()
    }

    #[test]
    fn an_unchanged_mark_is_borne_twice() {
        let a = mark("a");
        let mut guard = LoopGuard::new(&a);
        for _ in 0..2 {
            assert!(guard.judge(&a, &a, true).is_ok());
            guard.advance(&a, &a);
        }
        assert_eq!(guard.judge(&a, &a, true).unwrap_err().kind(), Kind::BadData);
        assert!(guard.judge(&a, &a, false).is_ok(), "the last page may repeat it");
    }

    #[test]
    fn a_mark_that_comes_back_is_a_circle() {
        let (a, b) = (mark("a"), mark("b"));
        let mut guard = LoopGuard::new(&a);
        assert!(guard.judge(&a, &b, true).is_ok());
        assert!(guard.judge(&a, &b, true).is_ok(), "the same page read anew");
        guard.advance(&a, &b);
        assert!(guard.judge(&b, &a, true).is_err());
    }

    #[test]
    fn marks_are_printable_and_short() {
        assert!(Mark::new("").is_err());
        assert!(Mark::new("a\u{7}").is_err());
        assert!(Mark::new(&"x".repeat(5000)).is_err());
    }
}
