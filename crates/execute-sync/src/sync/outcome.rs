//! What a run counts and tells of the pages it has stored, and of its end.

use super::Run;
use crate::destination::{Destination, PageWritten};
use crate::error::{Error, Kind, Offer, Result};
use crate::progress::counted;

impl Run<'_> {
    pub(super) fn count(&mut self, written: &PageWritten) {
        self.summary.pages += 1;
        self.summary.documents += written.stored;
        self.summary.bytes += written.bytes;
        self.summary.quarantined += written.quarantined;
        self.summary.released += written.released;
        if written.committed {
            self.summary.open_quarantine = written.open_quarantine;
        }
        if written.quarantined > 0 {
            self.reporter.warn(&format!(
                "{} of page {} cannot be stored: put into quarantine; `execute-sync quarantine list` shows what and why",
                counted(written.quarantined, "document"),
                self.summary.pages
            ));
        }
        if written.went_back > 0 {
            self.reporter.warn(&format!(
                "{} came in an older version than is stored; if the Execute server was restored from a backup, run a full refresh (push -f)",
                counted(written.went_back, "document")
            ));
        }
    }

    /// The last page is stored: says what a full refresh removed, and tidies up.
    pub(super) async fn complete(&mut self, destination: &mut dyn Destination, written: &PageWritten) -> Result<()> {
        match destination.settle().await {
            Ok(notes) => notes.iter().for_each(|note| self.reporter.notice(note)),
            Err(error) => self.reporter.warn(&format!("the run is complete, but tidying up failed: {error}")),
        }
        self.summary.removed.clone_from(&written.removed);
        if written.closed_unseen > 0 {
            let (entries, lines) = match written.closed_unseen {
                1 => ("1 entry".to_owned(), "its line"),
                more => (format!("{more} entries"), "their lines"),
            };
            self.reporter.notice(&format!("{entries} of the quarantine closed: the source no longer sends {lines}"));
        }
        let counts = written
            .removed
            .iter()
            .map(|r| format!("{} of {} {}", r.unseen, r.total, r.doc_type))
            .collect::<Vec<_>>()
            .join(", ");
        if written.held_back {
            self.summary.removals_held_back = true;
            return Err(Error::new(
                Kind::Rejected,
                format!("the full refresh is stored, but so many documents are no longer at the source that none was removed: {counts}"),
            )
            .hint("If they are really gone, run `execute-sync push -f --allow-removals`; if not, look at the rights of the API key.")
            .offer(Offer::RefreshWithRemovals));
        }
        let versions = (written.versions_above > 0)
            .then(|| format!("{} newer than the one it sends", counted(written.versions_above, "version")));
        let gone = [Some(counts).filter(|counts| !counts.is_empty()), versions];
        let gone = gone.into_iter().flatten().collect::<Vec<_>>().join(", ");
        if written.unidentified > 0 {
            self.summary.removals_held_back = true;
            self.reporter.warn(&format!(
                "what the source no longer has was not removed ({gone}), because it also sent {} of unknown identity, which could be just that; look at `execute-sync quarantine list --all` (closing an entry does not change this), and if it may go, run `execute-sync push -f --allow-removals`",
                counted(written.unidentified, "line")
            ));
        } else if !gone.is_empty() {
            self.reporter.notice(&format!("Removed documents that the source no longer has: {gone}"));
        }
        Ok(())
    }
}
