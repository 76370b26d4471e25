//! Lines that cannot be stored: kept once, with their bytes, until a good document or a person closes them.

use sha2::{Digest, Sha256};

use super::stand::{Ending, Outcome, Page, Stand, bad, doc, failed, same};
use crate::destination::{PageWritten, QuarantineEntry, QuarantineFilter, Removals};
use crate::document::Key;
use crate::error::Kind;

const NO_IDENTITY: &str = "no JSON at all";

pub(super) async fn entry_is_complete(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let line = bad("A", "1", 7, "é😀\\u0000");
    let written =
        stand.store(&Page::new([doc("A", "2", 1), line.clone(), NO_IDENTITY.to_owned(), doc("A", "3", 1)])).await?;
    same("the counts", &(written.stored, written.quarantined, written.open_quarantine), &(2, 2, 2))?;
    stand.reopen().await?;
    let entries = stand.quarantine(QuarantineFilter::Open).await?;
    let [with_key, without] = entries.as_slice() else {
        return Err(format!("found {} open entries, expected 2", entries.len()));
    };
    let sha256 = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let expected = QuarantineEntry {
        entry: with_key.entry,
        batch_date: "2025-01-31T09:30:00Z".to_owned(),
        run_id: "run at 2025-01-31T09:30:00Z".to_owned(),
        key: (Some("A".to_owned()), Some("1".to_owned()), Some(7)),
        reason: with_key.reason.clone(),
        place: (1, 2),
        bytes: line.clone().into_bytes(),
        size: line.len() as u64,
        sha256: sha256(line.as_bytes()),
        closed: None,
    };
    same("the entry", with_key, &expected)?;
    same("whether its reason names $DATE", &with_key.reason.contains("$DATE"), &true)?;
    same("the identity of a line without one", &without.key, &(None, None, None))?;
    same("its bytes", &without.bytes.as_slice(), &NO_IDENTITY.as_bytes())?;
    same("its place", &without.place, &(1, 3))?;
    let one = stand.quarantine(QuarantineFilter::Entry(without.entry)).await?;
    same("the entry asked for by number", &one.as_slice(), &std::slice::from_ref(without))
}

pub(super) async fn one_entry_per_bytes(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let (line, other) = (bad("A", "1", 1, "x"), bad("A", "1", 1, "y"));
    let written = stand.store(&Page::new([line.clone(), line.clone(), other.clone()])).await?;
    same("lines put into quarantine", &(written.quarantined, written.open_quarantine), &(3, 2))?;
    let first = stand.quarantine(QuarantineFilter::All).await?;
    let written = stand.store(&Page::new([doc("B", "1", 1), line]).at("2025-02-01T00:00:00Z")).await?;
    same("when the line comes again", &(written.quarantined, written.open_quarantine), &(1, 2))?;
    let again = stand.quarantine(QuarantineFilter::All).await?;
    let numbers = |entries: &[QuarantineEntry]| entries.iter().map(|e| e.entry).collect::<Vec<_>>();
    same("the entries' numbers", &numbers(&again), &numbers(&first))?;
    let last = again.first().map(|entry| (entry.batch_date.as_str(), entry.place));
    same("when and where it was met last", &last, &Some(("2025-02-01T00:00:00Z", (1, 2))))?;
    same("the other entry", &again.get(1), &first.get(1))
}

/// Open entries as `TYPE/ID version`.
async fn open(stand: &mut Stand<'_>) -> Outcome<Vec<String>> {
    let text = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
    let entries = stand.quarantine(QuarantineFilter::Open).await?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            let (doc_type, id, version) = entry.key;
            format!("{}/{} {}", text(doc_type), text(id), text(version.map(|v| v.to_string())))
        })
        .collect())
}

async fn are_open(stand: &mut Stand<'_>, what: &str, expected: &[&str]) -> Outcome {
    same(&format!("open entries {what}"), &open(stand).await?, &expected.iter().map(|&e| e.to_owned()).collect())
}

fn counts(written: &PageWritten) -> (u64, u64, u64) {
    (written.quarantined, written.released, written.open_quarantine)
}

pub(super) async fn closed_by_document(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let lines = [bad("A", "1", 3, "x"), bad("A", "1", 5, "x"), no_version("1"), NO_IDENTITY.to_owned()];
    let written = stand.store(&Page::new(lines)).await?;
    same("quarantined, released, open", &counts(&written), &(4, 0, 4))?;
    stand.store(&Page::new([doc("A", "2", 9), doc("B", "1", 9)])).await?;
    are_open(stand, "after documents of other names", &["A/1 3", "A/1 5", "A/1 -", "-/- -"]).await?;
    let written = stand.store(&Page::new([doc("A", "1", 2)]).at("2025-02-01T10:00:00Z")).await?;
    same("quarantined, released, open", &counts(&written), &(0, 1, 3))?;
    are_open(stand, "after an older version", &["A/1 3", "A/1 5", "-/- -"]).await?;
    stand.store(&Page::new([doc("A", "1", 3)])).await?;
    are_open(stand, "after the same version", &["A/1 5", "-/- -"]).await?;
    stand.store(&Page::new([doc("A", "1", 6)])).await?;
    are_open(stand, "after a newer version", &["-/- -"]).await?;
    let all = stand.quarantine(QuarantineFilter::All).await?;
    let closed_by: Vec<_> = all.iter().map(|e| e.closed.as_ref().map(|(_, by)| by.as_str())).collect();
    same("what closed them", &closed_by, &vec![Some("document"), Some("document"), Some("document"), None])?;
    let when = all.get(2).and_then(|e| e.closed.as_ref()).map(|(at, _)| at.as_str());
    same("when it was closed", &when, &Some("2025-02-01T10:00:00Z"))
}

/// A line of type A whose version cannot be read.
fn no_version(id: &str) -> String {
    format!(r#"{{"DOCUMENT_ID":"{id}","$TYPE":"A","$VERSION":"7","$DATE":"2025-01-01"}}"#)
}

pub(super) async fn unknown_version(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 1), no_version("1"), no_version("2")])).await?;
    are_open(stand, "at first", &["A/1 -", "A/2 -"]).await?;
    let written = stand.store(&Page::new([doc("A", "1", 1), doc("A", "1", 1)])).await?;
    same("released by the version that was stored", &written.released, &0)?;
    // What comes in the same run may be older, whichever comes first; so may what is known from it later on.
    let first = stand.store(&Page::new([no_version("3"), doc("A", "3", 4)])).await?;
    let second = stand.store(&Page::new([doc("A", "3", 5)]).after(&first)).await?;
    same("released in the same run", &(first.released, second.released), &(0, 0))?;
    let written = stand.store(&Page::new([doc("A", "3", 5)])).await?;
    same("released by what was stored then", &written.released, &0)?;
    are_open(stand, "after all that", &["A/1 -", "A/2 -", "A/3 -"]).await?;
    let newer = [doc("A", "1", 2), doc("A", "2", 1), doc("A", "3", 6)];
    let written = stand.store(&Page::new(newer)).await?;
    same("released by newer ones, and by the first that is stored", &written.released, &3)?;
    are_open(stand, "after newer ones", &[]).await?;
    // The line once more, then what corrects it: known from before, it is open from here on and closed by it.
    stand.store(&Page::new([no_version("4")])).await?;
    let written = stand.store(&Page::new([no_version("4"), doc("A", "4", 1)])).await?;
    same("quarantined, released, open", &counts(&written), &(1, 1, 0))?;
    // A first reading that goes on in another run is one reading.
    stand.store(&Page::new([no_version("5")]).reading_first()).await?;
    stand.reopen().await?;
    let written = stand.store(&Page::new([doc("A", "5", 1)]).at("2025-02-01T00:00:00Z")).await?;
    same("released by the rest of the first reading", &(written.released, written.open_quarantine), &(0, 1))?;
    let written = stand.store(&Page::new([doc("A", "5", 2)]).at("2025-02-02T00:00:00Z")).await?;
    same("released after it", &(written.released, written.open_quarantine), &(1, 0))
}

pub(super) async fn order_in_page_counts(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let written = stand.store(&Page::new([bad("A", "1", 1, "x"), doc("A", "1", 1)])).await?;
    same("released and open when the good one comes later", &(written.released, written.open_quarantine), &(1, 0))?;
    let written = stand.store(&Page::new([doc("A", "2", 1), bad("A", "2", 1, "x")])).await?;
    same("released and open when the bad one comes later", &(written.released, written.open_quarantine), &(0, 1))?;
    let written = stand.store(&Page::new([bad("A", "3", 1, "x"), doc("A", "3", 1), bad("A", "3", 1, "x")])).await?;
    same("released and open when it comes again", &(written.released, written.open_quarantine), &(0, 2))
}

pub(super) async fn closed_by_person(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let page = Page::new([bad("A", "1", 1, "x"), NO_IDENTITY.to_owned(), doc("A", "2", 1)]);
    stand.store(&page).await?;
    let entries: Vec<i64> = stand.quarantine(QuarantineFilter::Open).await?.iter().map(|e| e.entry).collect();
    let closed = stand
        .destination
        .close_quarantine(entries.get(..1).unwrap_or_default())
        .await
        .map_err(failed("close_quarantine"))?;
    same("entries closed", &closed, &1)?;
    let closed = stand.destination.close_quarantine(&entries).await.map_err(failed("close_quarantine"))?;
    same("entries closed of which one was", &closed, &1)?;
    let closed = stand.destination.close_quarantine(&[i64::MAX]).await.map_err(failed("close_quarantine"))?;
    same("entries closed of none", &closed, &0)?;
    let before = stand.quarantine(QuarantineFilter::All).await?;
    let written = stand.store(&page.at("2025-02-01T00:00:00Z")).await?;
    same("quarantined, released, open", &counts(&written), &(0, 0, 0))?;
    same("documents stored", &written.stored, &1)?;
    let after = stand.quarantine(QuarantineFilter::All).await?;
    let closed = |entries: &[QuarantineEntry]| entries.iter().map(|e| (e.entry, e.closed.clone())).collect::<Vec<_>>();
    same("the entries when their bytes come again", &closed(&after), &closed(&before))?;
    let by = after.iter().map(|e| e.closed.as_ref().map(|(_, by)| by.as_str())).collect::<Vec<_>>();
    same("what closed them", &by, &vec![Some("person"); 2])
}

pub(super) async fn opens_again(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([bad("A", "1", 1, "x")])).await?;
    stand.store(&Page::new([doc("A", "1", 1)])).await?;
    are_open(stand, "after the good one", &[]).await?;
    let written = stand.store(&Page::new([bad("A", "1", 1, "x")])).await?;
    same("quarantined, released, open", &counts(&written), &(1, 0, 1))?;
    are_open(stand, "after the same bytes", &["A/1 1"]).await
}

pub(super) async fn requeued(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([NO_IDENTITY.to_owned(), "nor this".to_owned(), bad("A", "1", 1, "x")])).await?;
    let entries: Vec<i64> = stand.quarantine(QuarantineFilter::Open).await?.iter().map(|e| e.entry).collect();
    let [first, _, known] = entries.as_slice() else { return Err(format!("the open entries are {entries:?}")) };
    let failing = Page::new([doc("A", "1", 1)]).requeuing(&entries).ending(Ending::ErrorAfter(1));
    stand.refused("an error after their lines", &failing, Kind::SourceUnreachable).await?;
    let written = stand.store(&Page::new([doc("A", "1", 1), doc("A", "2", 1)]).requeuing(&[*first, *known])).await?;
    same("quarantined, released, open", &counts(&written), &(0, 2, 1))?;
    let all = stand.quarantine(QuarantineFilter::All).await?;
    let closed_by: Vec<_> = all.iter().map(|e| e.closed.as_ref().map(|(_, by)| by.as_str())).collect();
    same("what closed them", &closed_by, &vec![Some("document"), None, Some("document")])
}

pub(super) async fn unseen_by_refresh(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let again = "this comes again".to_owned();
    let first = [doc("A", "1", 1), bad("A", "2", 1, "x"), NO_IDENTITY.to_owned(), again.clone()];
    stand.store(&Page::new(first)).await?;
    let held = Page::new([doc("B", "1", 1), again.clone()]).ending_refresh(Removals::Guarded);
    let written = stand.store(&held).await?;
    same("closed while removals are held back", &(written.unidentified, written.closed_unseen), &(1, 0))?;
    let held = Page::new([doc("A", "1", 1), doc("B", "1", 1), again.clone()]).ending_refresh(Removals::Guarded);
    let written = stand.store(&held).await?;
    same("closed beside lines of unknown identity", &written.closed_unseen, &0)?;
    let page = Page::new([doc("A", "1", 1), again]).at("2025-02-01T10:00:00Z").ending_refresh(Removals::Allowed);
    let written = stand.store(&page).await?;
    same("closed and open", &(written.closed_unseen, written.open_quarantine), &(2, 1))?;
    are_open(stand, "after a refresh", &["-/- -"]).await?;
    let all = stand.quarantine(QuarantineFilter::All).await?;
    let closed: Vec<_> = all.iter().map(|e| e.closed.as_ref().map(|(at, by)| format!("{at} {by}"))).collect();
    let refresh = Some("2025-02-01T10:00:00Z refresh".to_owned());
    same("when and what closed them", &closed, &vec![refresh.clone(), refresh, None])?;
    let written = stand.store(&Page::new([bad("A", "2", 1, "x")])).await?;
    same("open when one comes again", &(written.quarantined, written.open_quarantine), &(1, 2))
}

pub(super) async fn stored_under(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let first = stand.store(&Page::new([doc("A", "1", 1), doc("A", "1", 2)])).await?;
    let second = stand.store(&Page::new([doc("A", "1", 2), doc("a", "1", 3)]).keeping_superseded()).await?;
    let key = |doc_type: &str, version| Key { doc_type: doc_type.to_owned(), id: "1".to_owned(), version };
    let keys = [key("A", 1), key("A", 2), key("A", 3), key("a", 3), key("B", 1)];
    let found = stand.destination.stored_under(&keys).await.map_err(failed("stored_under"))?;
    let date = |written: &PageWritten| written.batch_date.map(|date| date.to_string());
    same("batch dates", &found, &vec![date(&first), date(&second), None, date(&second), None])
}

pub(super) async fn failed_page(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([bad("A", "1", 1, "x")])).await?;
    let page = Page::new([bad("A", "2", 1, "x"), doc("A", "1", 1)]).ending(Ending::ErrorAfter(2));
    stand.refused("an error after a bad line and a good one", &page, Kind::SourceUnreachable).await?;
    are_open(stand, "after it", &["A/1 1"]).await
}
