//! A full refresh: documents are replaced in place, and what it did not see goes with its last page, within reason.

use super::Table;
use super::stand::{Outcome, Page, Stand, bad, doc, doc_with, failed, same};
use crate::destination::{PageWritten, QuarantineFilter, Removals, TypeRemovals};
use crate::source::Mark;

fn removed(doc_type: &str, unseen: u64, total: u64) -> TypeRemovals {
    TypeRemovals { doc_type: doc_type.to_owned(), unseen, total }
}

pub(super) async fn unseen_go(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let long = doc_with("A", "2", 1, r#""L":[1,2,3,4]"#);
    stand.store(&Page::new([doc("A", "1", 1), long, doc("A", "2", 2), doc("B", "1", 1), doc("C", "1", 1)])).await?;
    let page = Page::new([doc("A", "1", 1), doc("C", "1", 1), doc("C", "2", 1)]).mark("mark 2");
    let written = stand.store(&page.ending_refresh(Removals::Guarded)).await?;
    same("what was removed", &written.removed, &vec![removed("A", 1, 2), removed("B", 1, 1)])?;
    same("held back", &(written.held_back, written.unidentified), &(false, 0))?;
    stand.holds("after a refresh", Table::Documents, &["A/1 v1 #0", "C/1 v1 #0", "C/2 v1 #0"]).await?;
    let state = stand.state().await?;
    same("the refresh and the mark", &(state.refresh, state.mark), &(None, Mark::new("mark 2").ok()))
}

pub(super) async fn versions_of_seen(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new((1..=5).map(|v| doc("A", "1", v)).chain([doc("A", "2", 1), doc("A", "2", 2)]))).await?;
    let page = Page::new([doc("A", "1", 2), doc("A", "1", 4), doc("A", "2", 2)]);
    let written = stand.store(&page.ending_refresh(Removals::Guarded)).await?;
    same("documents removed", &written.removed, &Vec::new())?;
    let rows = ["A/1 v1 #0", "A/1 v2 #0", "A/1 v3 #0", "A/1 v4 #0", "A/2 v1 #0", "A/2 v2 #0"];
    stand.holds("older ones stay, newer ones go", Table::Documents, &rows).await?;
    stand.holds("older ones stay, newer ones go", Table::Latest, &["A/1 v4 #0", "A/2 v2 #0"]).await
}

pub(super) async fn quarantined_stay(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 1), doc("A", "1", 2), doc("A", "2", 1), doc("A", "2", 5)])).await?;
    stand.store(&Page::new([doc("A", "3", 1), bad("A", "3", 2, "an earlier run's")])).await?;
    let page = Page::new([bad("A", "1", 3, "x"), doc("A", "2", 1), bad("A", "2", 5, "x")]);
    let written = stand.store(&page.ending_refresh(Removals::Guarded)).await?;
    same("what was removed", &written.removed, &vec![removed("A", 1, 3)])?;
    let rows = ["A/1 v1 #0", "A/1 v2 #0", "A/2 v1 #0", "A/2 v5 #0"];
    stand.holds("quarantined in this refresh", Table::Documents, &rows).await
}

pub(super) async fn several_pages(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let before = ["1", "2", "3", "4"].map(|id| doc("A", id, 1));
    stand.store(&Page::new(before).at("2025-02-01T00:00:00Z")).await?;
    let steps = [("mark r1", "1"), ("mark r2", "2")];
    for (mark, id) in steps {
        // A killed refresh goes on: every page from another process, later on.
        stand.reopen().await?;
        let page = Page::new([doc("A", id, 2)]).mark(mark).at("2025-03-01T00:00:00Z").refreshing();
        let written = stand.store(&page).await?;
        same("removed before the last page", &written.removed, &Vec::new())?;
        let state = stand.state().await?;
        let Some(refresh) = state.refresh else { return Err("the state row knows of no refresh".to_owned()) };
        same("the mark of the refresh", &refresh.mark, &Mark::new(mark).ok())?;
        same("the mark besides it", &state.mark, &Mark::new("mark 1").ok())?;
        let date = refresh.batch_date.map(|d| d.to_string());
        same("the batch date of the refresh", &date.as_deref(), &Some("2025-03-01T00:00:00Z"))?;
        let latest = stand.table(Table::Latest).await?;
        same("documents to be seen meanwhile", &latest.len(), &4)?;
    }
    let last = Page::new([doc("A", "3", 2)]).mark("mark 9").at("2025-04-01T00:00:00Z");
    let written = stand.store(&last.ending_refresh(Removals::Guarded)).await?;
    same("what was removed", &written.removed, &vec![removed("A", 1, 4)])?;
    stand.holds("at its end", Table::Latest, &["A/1 v2 #0", "A/2 v2 #0", "A/3 v2 #0"]).await?;
    let dates: Vec<String> = stand.table(Table::Latest).await?.into_iter().map(|row| row.batch_date).collect();
    same("the batch date of its documents", &dates, &vec!["2025-03-01T00:00:00Z".to_owned(); 3])?;
    let (state, found) = (stand.state().await?, stand.destination.inspect().await.map_err(failed("inspect"))?);
    same("the refresh and the mark", &(state.refresh, state.mark), &(None, Mark::new("mark 9").ok()))?;
    same("rows of others", &found.foreign_rows, &0)
}

/// `n` documents of type A, numbered from `first`.
fn many(first: u64, n: u64) -> impl Iterator<Item = String> {
    (first..first + n).map(|i| doc("A", &format!("{i:05}"), 1))
}

async fn refresh_of(stand: &mut Stand<'_>, stored: u64, unseen: u64, removals: Removals) -> Outcome<(bool, u64)> {
    stand.ground.clear().await.map_err(failed("emptying the database"))?;
    stand.reopen().await?;
    stand.prepare().await?;
    stand.store(&Page::new(many(0, stored).chain([doc("B", "1", 1), doc("B", "1", 2)]))).await?;
    // The second version of B goes in any case: what is held back are documents that did not come.
    let page = Page::new(many(0, stored - unseen).chain([doc("B", "1", 1)])).mark("mark 2");
    let written = stand.store(&page.ending_refresh(removals)).await?;
    same("what is no longer at the source", &written.removed, &vec![removed("A", unseen, stored)])?;
    let state = stand.state().await?;
    same("the refresh and the mark", &(state.refresh, state.mark), &(None, Mark::new("mark 2").ok()))?;
    Ok((written.held_back, stand.table(Table::Documents).await?.len() as u64))
}

pub(super) async fn guard_lets_few_go(stand: &mut Stand<'_>) -> Outcome {
    same("100 of 100", &refresh_of(stand, 100, 100, Removals::Guarded).await?, &(false, 1))?;
    same("101 of 2020, which is 5 %", &refresh_of(stand, 2_020, 101, Removals::Guarded).await?, &(false, 1_920))
}

pub(super) async fn guard_holds_back(stand: &mut Stand<'_>) -> Outcome {
    same("101 of 2019 allowed", &refresh_of(stand, 2_019, 101, Removals::Allowed).await?, &(false, 1_919))?;
    same("101 of 2019", &refresh_of(stand, 2_019, 101, Removals::Guarded).await?, &(true, 2_020))?;
    let dates: Vec<String> = stand.table(Table::Latest).await?.into_iter().map(|row| row.batch_date).collect();
    let newest = dates.iter().max().cloned();
    let stored = dates.iter().filter(|&date| Some(date) == newest.as_ref()).count();
    same("documents that the held-back refresh stored", &stored, &(2_019 - 101 + 1))?;
    // Later runs read on; nothing of it lingers.
    let written = stand.store(&Page::new([doc("A", "new", 1)]).mark("mark 3")).await?;
    same("a later run", &(written.held_back, written.removed.len()), &(false, 0))
}

pub(super) async fn unidentified_hold_back(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let nameless = || "no JSON at all".to_owned();
    stand.store(&Page::new([doc("A", "1", 1), doc("A", "2", 1)])).await?;
    let page = |ids: &[&str]| Page::new(ids.iter().map(|id| doc("A", id, 1)).chain([nameless()]));
    let written = stand.store(&page(&["1"]).ending_refresh(Removals::Guarded)).await?;
    same("held back", &(written.unidentified, written.removed), &(1, vec![removed("A", 1, 2)]))?;
    stand.holds("held back", Table::Documents, &["A/1 v1 #0", "A/2 v1 #0"]).await?;

    let written = stand.store(&page(&["1", "2"]).ending_refresh(Removals::Guarded)).await?;
    same("when nothing would go", &(written.unidentified, written.removed.len()), &(0, 0))?;

    let written = stand.store(&page(&["1"]).ending_refresh(Removals::Allowed)).await?;
    same("when it is allowed", &written.removed, &vec![removed("A", 1, 2)])?;
    stand.holds("when it is allowed", Table::Documents, &["A/1 v1 #0"]).await?;

    // A person who closed the line has seen it; whose it was they cannot say.
    stand.store(&Page::new([doc("A", "2", 1)])).await?;
    let entries: Vec<i64> = stand.quarantine(QuarantineFilter::Open).await?.iter().map(|e| e.entry).collect();
    stand.destination.close_quarantine(&entries).await.map_err(failed("close_quarantine"))?;
    let written = stand.store(&page(&["1"]).ending_refresh(Removals::Guarded)).await?;
    same("when a person closed the line", &(written.unidentified, written.quarantined), &(1, 0))?;
    stand.holds("when a person closed the line", Table::Documents, &["A/1 v1 #0", "A/2 v1 #0"]).await?;
    let without = Page::new([doc("A", "1", 1)]).ending_refresh(Removals::Guarded);
    let written = stand.store(&without).await?;
    same("when the line no longer comes", &(written.unidentified, written.removed.len()), &(0, 1))?;
    stand.holds("when the line no longer comes", Table::Documents, &["A/1 v1 #0"]).await
}

pub(super) async fn unidentified_keep_versions(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let long = doc_with("A", "1", 3, r#""L":[1,2,3,4]"#);
    stand.store(&Page::new([doc("A", "1", 1), doc("A", "1", 2), long, doc("B", "1", 2)])).await?;
    let nameless = "no JSON at all".to_owned();
    let lines = [doc("A", "1", 1), doc("A", "1", 2), nameless.clone(), doc("B", "1", 1)];
    let page = Page::new(lines);
    let written = stand.store(&page.clone().ending_refresh(Removals::Guarded)).await?;
    let told = |written: &PageWritten| (written.versions_above, written.unidentified, written.removed.len());
    same("versions above, lines without identity, documents", &told(&written), &(2, 1, 0))?;
    let newest = ["A/1 v3 #0", "A/1 v3 #1", "A/1 v3 #2", "B/1 v2 #0"];
    stand.holds("held back", Table::Latest, &newest).await?;

    let all = [doc("A", "1", 3), nameless, doc("B", "1", 2)];
    let written = stand.store(&Page::new(all).ending_refresh(Removals::Guarded)).await?;
    same("when nothing would go", &told(&written), &(0, 0, 0))?;

    let written = stand.store(&page.ending_refresh(Removals::Allowed)).await?;
    same("when it is allowed", &told(&written), &(2, 0, 0))?;
    stand.holds("when it is allowed", Table::Latest, &["A/1 v2 #0", "B/1 v1 #0"]).await
}
