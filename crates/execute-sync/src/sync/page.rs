//! Reads one page into a destination's feed. Reading and parsing overlap with writing; memory does not grow with the page.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::cancelled;
use crate::destination::{Feed, FeedItem, PageTotals};
use crate::document::DocumentLimits;
use crate::error::{Error, Kind, Result};
use crate::profile::OnBadDocument;
use crate::progress::{Event, Observer};
use crate::source::Page;
use crate::source::block::{self, BLOCK_BYTES, Block, Cutter, Line};

/// Blocks on their way to the destination at any time, in bytes of memory: what a destination puts in order, and as much again that is
/// read meanwhile.
const BUDGET_BYTES: u32 = 32 * BLOCK_BYTES as u32;

/// A line this long takes the whole budget while it is being read: everything before it is stored first, so that never two
/// such lines are in memory.
const LONG_LINE_BYTES: usize = 4 * BLOCK_BYTES;

/// No server gives so many documents more than it was asked for; one that does would fill the disk in one transaction.
const MAX_OVER_ASKED: u64 = 100;
const MAX_DOCUMENTS_ANYWAY: u64 = 100_000;

/// What reading a page needs to know.
pub(super) struct Reading {
    pub limits: DocumentLimits,
    pub max_document_bytes: u64,
    /// Documents that were asked for.
    pub asked_for: u64,
    pub on_bad_document: OnBadDocument,
    /// Number of the page, from 1.
    pub page: u64,
    pub documents_before: u64,
    pub bytes_before: u64,
}

/// The feed for the destination, and the work that fills it; both must be driven together. The work gives the bytes read.
/// Whatever goes wrong in reading reaches the destination through the feed, so that it changes nothing.
pub(super) fn reader(
    page: Page,
    reading: Reading,
    observer: Observer,
    cancel: CancellationToken,
) -> (Feed, impl Future<Output = u64>) {
    let (sender, feed) = mpsc::channel(64);
    let work = async move {
        let mut reader = Reader { reading, observer, sender, totals: PageTotals::default(), only_line: None };
        let sender = reader.sender.clone();
        let outcome = tokio::select! {
            () = cancel.cancelled() => Err(cancelled()),
            // Nothing is gained by downloading the rest of a page that cannot be stored.
            () = sender.closed() => Err(given_up()),
            outcome = reader.read(page) => outcome,
        };
        let bytes = reader.totals.bytes;
        let last = outcome.map(FeedItem::End);
        // A destination that has given up no longer listens, and says why itself.
        let _ = reader.sender.send(last).await;
        bytes
    };
    (feed, work)
}

struct Reader {
    reading: Reading,
    observer: Observer,
    sender: mpsc::Sender<Result<FeedItem>>,
    totals: PageTotals,
    /// The reason why the page may be no page, if its one line so far is a foreign object.
    only_line: Option<String>,
}

impl Reader {
    async fn read(&mut self, mut page: Page) -> Result<PageTotals> {
        let budget = Arc::new(Semaphore::new(BUDGET_BYTES as usize));
        let mut cutter = Cutter::new(self.reading.limits, self.reading.max_document_bytes);
        let mut whole_budget = None;
        while let Some(bytes) = page.chunk().await? {
            self.totals.bytes += bytes.len() as u64;
            if let Some(block) = cutter.push(&bytes)? {
                self.hand_on(block, &budget, whole_budget.take()).await?;
            } else if whole_budget.is_none() && cutter.pending_bytes() > LONG_LINE_BYTES {
                whole_budget = Some(acquire(&budget, BUDGET_BYTES).await?);
            }
        }
        if let Some(block) = cutter.finish()? {
            self.hand_on(block, &budget, whole_budget.take()).await?;
        }
        if let (1, Some(keys)) = (self.totals.delivered, &self.only_line) {
            return Err(block::not_a_page(keys));
        }
        Ok(self.totals)
    }

    async fn hand_on(
        &mut self,
        block: Block,
        budget: &Arc<Semaphore>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<()> {
        for line in &block.lines {
            self.totals.delivered += 1;
            let Line::Bad(bad) = line else { continue };
            self.totals.bad += 1;
            if bad.defect.foreign_object {
                self.only_line = Some("it is a JSON object without any of a document's keys".to_owned());
            }
            if self.reading.on_bad_document == OnBadDocument::Stop {
                return Err(Error::new(
                    Kind::BadData,
                    format!("line {} of page {} cannot be stored: {}", bad.line, self.reading.page, bad.defect.reason),
                )
                .hint(
                    "Have the document corrected in Execute, or set EXECUTESYNC_ON_BAD_DOCUMENT=quarantine to go on without it.",
                ));
            }
        }
        let most = self.reading.asked_for.saturating_mul(MAX_OVER_ASKED).max(MAX_DOCUMENTS_ANYWAY);
        if self.totals.delivered > most {
            return Err(Error::new(
                Kind::BadData,
                format!(
                    "the server was asked for {} documents and has sent more than {most} without an end",
                    self.reading.asked_for
                ),
            )
            .hint("Ask whoever runs the Execute server."));
        }
        let last = block.lines.iter().rev().find_map(|line| match line {
            Line::Document(document) => Some(document.key.doc_type.as_str()),
            Line::Bad(_) => None,
        });
        (self.observer)(&Event::Reading {
            page: self.reading.page,
            documents: self.reading.documents_before + self.totals.delivered,
            bytes: self.reading.bytes_before + self.totals.bytes,
            doc_type: last,
        });
        let permit = match permit {
            Some(permit) => permit,
            None => {
                acquire(budget, u32::try_from(block.memory_bytes()).unwrap_or(BUDGET_BYTES).min(BUDGET_BYTES)).await?
            }
        };
        self.sender.send(Ok(FeedItem::Block(block, Some(permit)))).await.map_err(|_| given_up())
    }
}

/// A destination that has given up no longer listens; what it says itself is what counts.
fn given_up() -> Error {
    Error::new(Kind::Internal, "the destination stopped listening")
}

async fn acquire(budget: &Arc<Semaphore>, bytes: u32) -> Result<OwnedSemaphorePermit> {
    Arc::clone(budget)
        .acquire_many_owned(bytes)
        .await
        .map_err(|e| Error::new(Kind::Internal, "the page's memory budget is gone").because(e))
}
