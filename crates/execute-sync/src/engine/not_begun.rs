//! A run that its settings or its secret kept from beginning, in the history all the same: `status` and `runs` would go on
//! telling of the last good run while every run fails so.

use std::time::Duration;

use super::{Engine, end_record, utc_now};
use crate::error::Result;
use crate::history::{History, RunRecord};
use crate::run_lock::RunLock;
use crate::sync::Finished;

impl Engine {
    /// Keeps that a run ended before its engine was asked. A run that is under way stays the newest one; and where none
    /// ever was, nothing is kept, so that a mistake in the very first call leaves no files. Whatever is in the way says so in
    /// the log alone, since the failure itself is told elsewhere.
    pub fn note_not_begun(&self, finished: &Finished) {
        if let Err(error) = self.keep_not_begun(finished) {
            log::debug!("that the run failed is not in the history: {error}");
        }
    }

    fn keep_not_begun(&self, finished: &Finished) -> Result<()> {
        if self.runs(1)?.is_empty() {
            return Ok(());
        }
        let mut record = RunRecord {
            run_id: format!("{:016x}", rand::random::<u64>()),
            target: self.target(),
            started: utc_now(),
            ..RunRecord::default()
        };
        let _lock = RunLock::acquire(self.state.path(), &record.target)?;
        end_record(&mut record, finished, utc_now(), Duration::ZERO);
        // As a beginning that has its end with it: where every run fails so, nothing else keeps the history short.
        History::open(self.state.path()).begin(&record)
    }
}
