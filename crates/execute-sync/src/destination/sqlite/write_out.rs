//! A large commit on two threads: while SQLite copies its pages into the write-ahead log, the disk begins with those that
//! are there, so that the wait at the end is for the last of them alone. Nothing depends on it: SQLite still makes the log
//! durable itself, and a failure here is met there again.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use crate::paths;

/// Below this a commit is over before a second thread is of any use.
const LARGE_BYTES: u64 = 1024 * 1024;

/// Between two looks at what has been copied meanwhile.
const LOOK_AGAIN: Duration = Duration::from_micros(500);

/// Does `commit`, which is to write some `bytes` into the log of the database at `path`.
pub(super) fn beside<T>(path: &Path, bytes: u64, commit: impl FnOnce() -> T) -> T {
    if bytes < LARGE_BYTES || !paths::SYNCS_IN_PORTIONS {
        return commit();
    }
    // The log takes no locks, unlike the database itself: closing another handle of that would drop SQLite's.
    let Ok(log) = File::open(log_of(path)) else { return commit() };
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let write_out = || {
            while !done.load(Ordering::Relaxed) && log.sync_data().is_ok() {
                thread::park_timeout(LOOK_AGAIN);
            }
        };
        // Where no thread can be had, the commit does without.
        let writer = thread::Builder::new().spawn_scoped(scope, write_out);
        let _ends = writer.as_ref().ok().map(|writer| Ends { done: &done, writer: writer.thread() });
        commit()
    })
}

/// Ends the second thread, however the commit ends.
struct Ends<'a> {
    done: &'a AtomicBool,
    writer: &'a Thread,
}

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        self.writer.unpark();
    }
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_large_commit_has_its_outcome_with_a_log_and_without() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.sqlite");
        assert_eq!(beside(&database, LARGE_BYTES, || 1), 1);
        std::fs::write(log_of(&database), "pages").unwrap();
        assert_eq!(beside(&database, LARGE_BYTES, || 2), 2);
        assert_eq!(beside(&database, LARGE_BYTES - 1, || 3), 3);
        assert_eq!(std::fs::read(log_of(&database)).unwrap(), b"pages");
    }

    #[test]
    fn a_commit_that_panics_leaves_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.sqlite");
        std::fs::write(log_of(&database), "pages").unwrap();
        let outcome = std::panic::catch_unwind(|| beside(&database, LARGE_BYTES, || panic!("on purpose")));
        assert!(outcome.is_err());
    }
}
