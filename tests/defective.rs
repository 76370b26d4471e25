//! The destination in memory with one thing gone wrong: what the contract suite must find. Nothing here is ever right.
#![allow(clippy::unwrap_used)]

use async_trait::async_trait;
use execute_sync::destination::view_plan::ViewPlan;
use execute_sync::destination::{
    CheckStep, Destination, Feed, FeedItem, Found, PageTotals, PageWrite, PageWritten, QuarantineEntry,
    QuarantineFilter, Removals, State, ViewReport,
};
use execute_sync::document::{Body, DocumentLimits, Key};
use execute_sync::error::Result;
use execute_sync::source::block::Line;
use serde_json::Value;

use crate::memory::Memory;

/// What a destination could get wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    IgnoresTheFence,
    TakesAnErrorForTheEnd,
    TakesSilenceForTheEnd,
    BelievesTheCounts,
    SkipsBadLines,
    ChangesNumbers,
    KeepsSuperseded,
    NeverRemoves,
    RemovesUnguarded,
    DatesEachPage,
    CommitsEmptyPages,
    LeavesOneViewOut,
    ForgetsWhoClosed,
    PrunesNothing,
    CreatesWhileLooking,
}

impl Defect {
    /// Every one, with a rule of the suite that it breaks.
    pub(crate) const ALL: [(Defect, &str); 15] = [
        (Defect::IgnoresTheFence, "a writer whose number is stale changes nothing"),
        (Defect::TakesAnErrorForTheEnd, "an error in the feed changes nothing, wherever it comes"),
        (Defect::TakesSilenceForTheEnd, "a feed that ends without a word changes nothing"),
        (Defect::BelievesTheCounts, "counts that do not agree change nothing"),
        (Defect::SkipsBadLines, "a bad line keeps its bytes, reason and place"),
        (Defect::ChangesNumbers, "what is stored is what was sent"),
        (Defect::KeepsSuperseded, "superseded rows go, or stay if they are to"),
        (Defect::NeverRemoves, "a refresh removes what it did not see"),
        (Defect::RemovesUnguarded, "more than 100 and 5 % of a type are held back, and go if allowed"),
        (Defect::DatesEachPage, "batch dates are whole seconds that never repeat or go back"),
        (Defect::CommitsEmptyPages, "an empty page is committed only if it says something new"),
        (Defect::LeavesOneViewOut, "helper views are created, left alone, changed and dropped"),
        (Defect::ForgetsWhoClosed, "what a person closed stays closed"),
        (Defect::PrunesNothing, "pruning takes superseded rows and nothing else"),
        (Defect::CreatesWhileLooking, "looking at a new database finds nothing and creates nothing"),
    ];
}

/// The destination in memory behind something that gets one thing wrong.
pub(crate) struct Defective {
    pub memory: Memory,
    pub defect: Defect,
}

impl Defective {
    /// The feed as this destination understands it.
    async fn misread(&self, mut feed: Feed) -> Feed {
        let (mut items, mut totals) = (Vec::new(), PageTotals::default());
        loop {
            match feed.recv().await {
                Some(Ok(FeedItem::Block(mut block, budget))) => {
                    if self.defect == Defect::SkipsBadLines {
                        block.lines.retain(|line| matches!(line, Line::Document(_)));
                    }
                    for line in &mut block.lines {
                        totals.delivered += 1;
                        match line {
                            Line::Document(document) if self.defect == Defect::ChangesNumbers => {
                                let rows = document.body.rows(&block.text);
                                let reformat = |row| {
                                    serde_json::from_str::<Value>(row)
                                        .map_or_else(|_| row.to_owned(), |v| v.to_string())
                                };
                                document.body = Body::Sliced(rows.map(reformat).collect());
                            }
                            Line::Document(_) => {}
                            Line::Bad(_) => totals.bad += 1,
                        }
                    }
                    items.push(Ok(FeedItem::Block(block, budget)));
                }
                Some(Ok(FeedItem::End(told))) => {
                    let trusts_itself = matches!(self.defect, Defect::BelievesTheCounts | Defect::SkipsBadLines);
                    items.push(Ok(FeedItem::End(if trusts_itself { totals } else { told })));
                    break;
                }
                Some(Err(error)) if self.defect != Defect::TakesAnErrorForTheEnd => {
                    items.push(Err(error));
                    break;
                }
                None if self.defect != Defect::TakesSilenceForTheEnd => break,
                Some(Err(_)) | None => {
                    items.push(Ok(FeedItem::End(totals)));
                    break;
                }
            }
        }
        let (sender, feed) = tokio::sync::mpsc::channel(items.len().max(1));
        items.into_iter().for_each(|item| sender.try_send(item).unwrap());
        feed
    }

    async fn fence(&mut self, state: &mut State) {
        if self.defect == Defect::IgnoresTheFence {
            state.fence = self.memory.inspect().await.unwrap().state.unwrap().fence;
        }
    }
}

#[async_trait]
impl Destination for Defective {
    fn describe(&self) -> String {
        self.memory.describe()
    }

    fn limits(&self, chunk_size: usize) -> DocumentLimits {
        self.memory.limits(chunk_size)
    }

    async fn check(&mut self) -> Vec<CheckStep> {
        self.memory.check().await
    }

    async fn inspect(&mut self) -> Result<Found> {
        if self.defect == Defect::CreatesWhileLooking {
            self.memory.prepare(None).await?;
        }
        self.memory.inspect().await
    }

    async fn prepare(&mut self, first: Option<&State>) -> Result<()> {
        self.memory.prepare(first).await
    }

    async fn write_page(&mut self, mut page: PageWrite, feed: Feed) -> Result<PageWritten> {
        self.fence(&mut page.state).await;
        match self.defect {
            Defect::KeepsSuperseded => page.keep_superseded = true,
            Defect::NeverRemoves => page.removals = None,
            Defect::RemovesUnguarded => page.removals = page.removals.map(|_| Removals::Allowed),
            Defect::DatesEachPage => page.batch_date = None,
            Defect::CommitsEmptyPages => page.skip_if_empty = false,
            _ => {}
        }
        let feed = self.misread(feed).await;
        self.memory.write_page(page, feed).await
    }

    async fn write_state(&mut self, state: &State) -> Result<()> {
        let mut state = state.clone();
        self.fence(&mut state).await;
        self.memory.write_state(&state).await
    }

    async fn create_views(&mut self, plan: &ViewPlan) -> Result<ViewReport> {
        let mut plan = plan.clone();
        if self.defect == Defect::LeavesOneViewOut {
            plan.views.pop();
        }
        self.memory.create_views(&plan).await
    }

    async fn prune(&mut self) -> Result<u64> {
        if self.defect == Defect::PrunesNothing { Ok(0) } else { self.memory.prune().await }
    }

    async fn settle(&mut self) -> Result<Vec<String>> {
        self.memory.settle().await
    }

    async fn count_documents(&mut self) -> Result<Vec<(String, u64)>> {
        self.memory.count_documents().await
    }

    async fn quarantine(&mut self, filter: QuarantineFilter) -> Result<Vec<QuarantineEntry>> {
        self.memory.quarantine(filter).await
    }

    async fn stored_under(&mut self, keys: &[Key]) -> Result<Vec<Option<String>>> {
        self.memory.stored_under(keys).await
    }

    async fn close_quarantine(&mut self, ids: &[i64]) -> Result<u64> {
        if self.defect == Defect::ForgetsWhoClosed {
            Ok(ids.len() as u64)
        } else {
            self.memory.close_quarantine(ids).await
        }
    }
}
