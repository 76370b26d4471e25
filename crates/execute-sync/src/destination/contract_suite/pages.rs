//! One page is one transaction: it is there whole, with its state, or not at all.

use super::Table;
use super::stand::{Ending, Outcome, Page, Stand, bad, doc, doc_with, failed, same};
use crate::destination::{QuarantineFilter, State};
use crate::error::Kind;
use crate::source::Mark;

/// Some of everything: documents, a long list, a bad line.
fn mixed() -> Vec<String> {
    vec![
        doc("A", "1", 1),
        doc_with("A", "2", 1, r#""L":[1,2,3,4,5]"#),
        bad("A", "3", 1, "x"),
        doc("B", "1", 1),
        doc("B", "2", 1),
    ]
}

pub(super) async fn committed_together(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let before = stand.state().await?;
    let written = stand.store(&Page::new(mixed()).mark("mark 7")).await?;
    same("the counts", &(written.committed, written.stored, written.quarantined), &(true, 4, 1))?;
    stand.reopen().await?;
    stand
        .holds(
            "after a page",
            Table::Documents,
            &["A/1 v1 #0", "A/2 v1 #0", "A/2 v1 #1", "A/2 v1 #2", "B/1 v1 #0", "B/2 v1 #0"],
        )
        .await?;
    let state = stand.state().await?;
    same("the mark", &state.mark, &Mark::new("mark 7").ok())?;
    same("the batch date", &state.batch_date, &written.batch_date)?;
    same("the fence", &state.fence, &(before.fence + 1))?;
    let found = stand.destination.inspect().await.map_err(failed("inspect"))?;
    let counts = (found.has_documents, found.foreign_rows, found.open_quarantine, written.open_quarantine);
    same("what inspect finds", &counts, &(true, 0, 1, 1))?;
    let documents = stand.destination.count_documents().await.map_err(failed("count_documents"))?;
    same("the documents by type", &documents, &vec![("A".to_owned(), 2), ("B".to_owned(), 2)])
}

pub(super) async fn feed_error(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 1), bad("A", "9", 1, "first")])).await?;
    for lines in 0..=mixed().len() {
        let page = Page::new(mixed()).mark("mark 2").at("2025-02-01T00:00:00Z").ending(Ending::ErrorAfter(lines));
        stand.refused(&format!("an error after {lines} lines"), &page, Kind::SourceUnreachable).await?;
    }
    let written = stand.store(&Page::new(mixed()).mark("mark 2").at("2025-02-01T00:00:00Z")).await?;
    same("the same page, whole this time", &written.stored, &4)
}

pub(super) async fn feed_dropped(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 1)])).await?;
    for lines in 0..=mixed().len() {
        let page = Page::new(mixed()).mark("mark 2").ending(Ending::DroppedAfter(lines));
        stand.refused(&format!("silence after {lines} lines"), &page, Kind::Internal).await?;
    }
    Ok(())
}

pub(super) async fn counts_must_agree(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    for (too_many_delivered, too_many_bad) in [(1, 0), (0, 1), (1, 1)] {
        let page = Page::new(mixed()).ending(Ending::End { too_many_delivered, too_many_bad });
        let what = format!("{too_many_delivered} more delivered, {too_many_bad} more bad than came");
        stand.refused(&what, &page, Kind::Internal).await?;
    }
    Ok(())
}

pub(super) async fn empty_page(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 1)])).await?;
    let before = stand.everything().await?;
    let written = stand.store(&Page::new([]).skipped_if_empty()).await?;
    same("whether an empty page with nothing new is committed", &written.committed, &false)?;
    same("what is stored", &stand.everything().await?, &before)?;
    let written = stand.store(&Page::new([doc("A", "2", 1)]).skipped_if_empty()).await?;
    same("whether a page with a document is committed", &(written.committed, written.stored), &(true, 1))?;
    let written = stand.store(&Page::new([]).mark("mark 2")).await?;
    same("whether an empty page with a new mark is committed", &(written.committed, written.stored), &(true, 0))?;
    same("the mark", &stand.state().await?.mark, &Mark::new("mark 2").ok())
}

fn page_with(good: usize, bad_ones: usize) -> Page {
    let good = (0..good).map(|i| doc("A", &format!("good {i}"), 1));
    Page::new(good.chain((0..bad_ones).map(|i| bad("A", &format!("bad {i}"), 1, "x"))))
}

pub(super) async fn some_bad_documents(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let written = stand.store(&page_with(0, 10)).await?;
    same("10 bad of 10", &(written.stored, written.quarantined), &(0, 10))?;
    let written = stand.store(&page_with(1_089, 11)).await?;
    same("11 bad of 1100", &(written.stored, written.quarantined), &(1_089, 11))
}

pub(super) async fn too_many_bad_documents(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.refused("11 bad of 11", &page_with(0, 11), Kind::BadData).await?;
    stand.refused("11 bad of 1099", &page_with(1_088, 11), Kind::BadData).await?;
    same("the quarantine", &stand.quarantine(QuarantineFilter::All).await?, &Vec::new())
}

pub(super) async fn stale_writer(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 1)])).await?;
    let read = stand.state().await?;
    let mut other = stand.ground.open().await.map_err(failed("opening the database a second time"))?;
    other.inspect().await.map_err(failed("inspect"))?;
    stand.store(&Page::new([doc("A", "1", 2)]).mark("mark 2")).await?;
    let before = stand.everything().await?;

    for fence in [read.fence, read.fence + 2] {
        let late = Page::new([doc("A", "1", 3), bad("A", "2", 1, "x")]).mark("mark 3");
        let (write, feed) = (late.write(State { fence, ..read.clone() }), late.feed(other.as_ref()));
        match other.write_page(write, feed).await {
            Ok(_) => return Err(format!("a page was stored against fence {fence}, which is not the stored one")),
            Err(error) => same("the kind of the error", &error.kind(), &Kind::AlreadyRunning)?,
        }
        same("what is stored", &stand.everything().await?, &before)?;
    }
    drop(other);
    stand.store(&Page::new([doc("A", "1", 3)]).mark("mark 3")).await.map(|_| ())
}
