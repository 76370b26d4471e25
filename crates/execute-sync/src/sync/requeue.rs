//! Quarantined lines once more: what today's rules can store is stored and so leaves the quarantine.

use std::cmp::Ordering;

use tokio::sync::mpsc;

use crate::destination::{Destination, FeedItem, PageTotals, PageWrite, QuarantineEntry};
use crate::document::{DocumentLimits, Key};
use crate::error::{Error, Kind, Result};
use crate::source::block::{Block, Cutter, Line};

/// What became of the entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Requeued {
    /// Entries whose document is stored now.
    pub stored: Vec<i64>,
    /// Entries that are closed as they are: since their line came, the source has sent the same version, and it was stored.
    pub outdated: Vec<i64>,
    /// Entries that stay, and why.
    pub stay: Vec<(i64, String)>,
}

/// Tries to store the documents of `entries`, all in one transaction. The checkpoint does not move. A line is never put over
/// the same version that came after it.
///
/// # Errors
/// [`Kind::Configuration`] if the database has no checkpoint, as a database without quarantine has none.
pub async fn requeue(
    destination: &mut dyn Destination,
    entries: Vec<QuarantineEntry>,
    chunk_size: usize,
    keep_superseded: bool,
) -> Result<Requeued> {
    let state = destination.inspect().await?.state.ok_or_else(|| {
        Error::new(Kind::Configuration, "this database was never synced by Execute Sync")
            .hint("Run `execute-sync push` first.")
    })?;
    let limits = destination.limits(chunk_size);
    let mut done = Requeued::default();
    let mut documents = Vec::new();
    for entry in entries {
        if !entry.is_whole() {
            done.stay.push((
                entry.entry,
                "only its beginning was kept; raise EXECUTESYNC_MAX_DOCUMENT_BYTES and run a full refresh".to_owned(),
            ));
            continue;
        }
        let Ok(cut) = cut(&entry.bytes, limits) else {
            // At the start of a page such a line means that it is no page; here it is one bad line.
            done.stay.push((entry.entry, entry.reason));
            continue;
        };
        for block in cut {
            match block.lines.as_slice() {
                [Line::Document(document)] => documents.push((entry.clone(), document.key.clone(), block)),
                [Line::Bad(bad)] => done.stay.push((entry.entry, bad.defect.reason.clone())),
                _ => done.stay.push((entry.entry, "it is more than one line".to_owned())),
            }
        }
    }
    let keys: Vec<Key> = documents.iter().map(|(_, key, _)| key.clone()).collect();
    let mut blocks = Vec::new();
    for ((entry, _, block), stored) in documents.into_iter().zip(destination.stored_under(&keys).await?) {
        match stored.map(|stored| stored.cmp(&entry.batch_date)) {
            Some(Ordering::Greater) => done.outdated.push(entry.entry),
            // Of one run, and nobody knows in which order: had its identity been known, what came later would have closed it.
            Some(Ordering::Equal) if !entry.has_identity() => done.stay.push((
                entry.entry,
                "the same version was stored by the run that it came in; look at both, and close it if that is the one"
                    .to_owned(),
            )),
            _ => {
                done.stored.push(entry.entry);
                blocks.push(block);
            }
        }
    }
    let closed: Vec<i64> = done.stored.iter().chain(&done.outdated).copied().collect();
    if closed.is_empty() {
        return Ok(done);
    }
    let totals = PageTotals { delivered: blocks.len() as u64, bad: 0, bytes: 0 };
    let (sender, feed) = mpsc::channel(blocks.len() + 1);
    for item in blocks.into_iter().map(|block| FeedItem::Block(block, None)).chain([FeedItem::End(totals)]) {
        // The channel has room for all of it.
        let _ = sender.try_send(Ok(item));
    }
    let write = PageWrite {
        // While a full refresh is under way under its own date, so that what it still delivers is not behind this.
        batch_date: state.refresh.as_ref().and_then(|refresh| refresh.batch_date),
        state,
        now: jiff::Timestamp::now(),
        keep_superseded,
        page: 1,
        removals: None,
        skip_if_empty: false,
        requeued: closed,
    };
    destination.write_page(write, feed).await?;
    Ok(done)
}

/// The blocks of one line. With its end, or a cut line would look like a page that breaks off.
fn cut(line: &[u8], limits: DocumentLimits) -> Result<impl Iterator<Item = Block>> {
    let mut cutter = Cutter::new(limits, u64::MAX);
    let first = cutter.push(line)?;
    let second = cutter.push(b"\n")?;
    Ok(first.into_iter().chain(second).chain(cutter.finish()?))
}
