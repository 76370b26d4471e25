//! Which rows a page leaves: text, chunks, batch dates, versions, what is superseded.

use super::stand::{CHUNK_SIZE, Outcome, Page, Stand, bad, doc, doc_with, failed, same};
use super::{Row, Table};
use crate::destination::{BatchDate, State};

const NUMBERS: &str = r#""M":1250000.00,"BIG":12345678901234567890,"TINY":1e-400,"NEG":-0,"TEXT":"a\u0000b\/\u00e9é😀\u2028<>&'","DUP":1,"DUP":2,"z":{"b":[ ],"a":null}"#;

pub(super) async fn stored_as_sent(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let full = doc_with("A", "1", 7, NUMBERS);
    // Blanks in every place, keys in another order, no author, a deleted document.
    let spaced = r#" { "X" : 1.50 ,"$DELETED":true, "$DATE":"2024-02-29T00:00:00Z","$VERSION": -3,"$TYPE":"a b","DOCUMENT_ID":"it's \"2\""} "#;
    stand.store(&Page::new([full.clone(), spaced.to_owned()])).await?;
    let row = |doc_type: &str, id: &str, version, author: Option<&str>, date: &str, deleted, data: &str| Row {
        doc_type: doc_type.to_owned(),
        id: id.to_owned(),
        version,
        batch_date: "2025-01-31T09:30:00Z".to_owned(),
        chunk: 0,
        author: author.map(str::to_owned),
        date: date.to_owned(),
        deleted,
        data: data.to_owned(),
    };
    let expected = vec![
        row("A", "1", 7, Some("U1"), "2025-03-14T16:20:11Z", false, &full),
        row("a b", "it's \"2\"", -3, None, "2024-02-29T00:00:00Z", true, spaced),
    ];
    for table in [Table::Documents, Table::LatestAllVersions, Table::Latest] {
        let mut rows = stand.table(table).await?;
        if !stand.ground.keeps_text() {
            for (row, expected) in rows.iter_mut().zip(&expected) {
                same("the value of DATA", &value(&row.data), &value(&expected.data))?;
                row.data.clone_from(&expected.data);
            }
        }
        same(table.name(), &rows, &expected)?;
    }
    Ok(())
}

fn value(json: &str) -> Option<serde_json::Value> {
    serde_json::from_str(json).ok()
}

pub(super) async fn long_lists(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let list = |n: usize| (1..=n).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
    let members = format!(r#""B":[{}],"S":[{}],"A":[{}]"#, list(7), list(CHUNK_SIZE), list(4));
    stand.store(&Page::new([doc_with("T", "x", 1, &members)])).await?;
    let rows: Vec<_> = stand.table(Table::Latest).await?.iter().map(|row| value(&row.data)).collect();
    let expected = [
        doc_with("T", "x", 1, r#""S":[1,2,3]"#),
        r#"{"DOCUMENT_ID":"x","B":[1,2,3]}"#.to_owned(),
        r#"{"DOCUMENT_ID":"x","B":[4,5,6]}"#.to_owned(),
        r#"{"DOCUMENT_ID":"x","B":[7]}"#.to_owned(),
        r#"{"DOCUMENT_ID":"x","A":[1,2,3]}"#.to_owned(),
        r#"{"DOCUMENT_ID":"x","A":[4]}"#.to_owned(),
    ];
    same("the rows of a document with long lists", &rows, &expected.iter().map(|e| value(e)).collect())
}

pub(super) async fn batch_dates(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let mut number = 0;
    for (now, expected) in [
        ("2025-01-31T09:30:00.999Z", "2025-01-31T09:30:00Z"),
        ("2020-01-01T00:00:00Z", "2025-01-31T09:30:01Z"),
        ("2025-01-31T09:30:01.5Z", "2025-01-31T09:30:02Z"),
        ("2025-01-31T10:00:00Z", "2025-01-31T10:00:00Z"),
    ] {
        number += 1;
        let first = stand.store(&Page::new([doc("A", &format!("{number}a"), 1)]).at(now)).await?;
        let second = stand.store(&Page::new([doc("A", &format!("{number}b"), 1)]).at(now).after(&first)).await?;
        for written in [first, second] {
            let date = written.batch_date.map(|d| d.to_string());
            same(&format!("the batch date of a run at {now}"), &date.as_deref(), &Some(expected))?;
        }
        let rows = stand.table(Table::Documents).await?;
        let dates: Vec<_> = rows.iter().rev().take(2).map(|row| row.batch_date.as_str()).collect();
        same(&format!("BATCH_DATE of a run at {now}"), &dates, &vec![expected; 2])?;
    }
    Ok(())
}

pub(super) async fn batch_date_after_foreign_rows(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 1)]).at("2030-01-01T00:00:00Z")).await?;
    // To the state row, what is there now comes from somebody else.
    let state = State { batch_date: BatchDate::parse("2025-01-01T00:00:00Z"), ..stand.state().await? };
    stand.destination.write_state(&state).await.map_err(failed("write_state"))?;
    let found = stand.destination.inspect().await.map_err(failed("inspect"))?;
    same("rows newer than the state's batch date", &found.foreign_rows, &1)?;
    let written = stand.store(&Page::new([doc("A", "1", 1)]).at("2025-06-01T00:00:00Z")).await?;
    let date = written.batch_date.map(|d| d.to_string());
    same("the next batch date", &date.as_deref(), &Some("2030-01-01T00:00:01Z"))?;
    // A run of bad lines alone leaves its date in the quarantine only.
    stand.store(&Page::new([bad("A", "2", 1, "x")]).at("2031-01-01T00:00:00Z")).await?;
    let state = State { batch_date: BatchDate::parse("2025-01-01T00:00:00Z"), ..stand.state().await? };
    stand.destination.write_state(&state).await.map_err(failed("write_state"))?;
    let written = stand.store(&Page::new([doc("A", "1", 1)]).at("2025-06-01T00:00:00Z")).await?;
    let date = written.batch_date.map(|d| d.to_string());
    same("the batch date after a quarantine entry", &date.as_deref(), &Some("2031-01-01T00:00:01Z"))?;
    stand.holds("after it", Table::Documents, &["A/1 v1 #0"]).await
}

fn some_page() -> Page {
    Page::new([doc("A", "1", 1), doc_with("A", "2", 3, r#""L":[1,2,3,4]"#), doc("B", "1", 1), doc("A", "1", 2)])
}

pub(super) async fn same_page_twice(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let first = stand.store(&some_page()).await?;
    let rows = stand.table(Table::Documents).await?;
    let all_versions = stand.table(Table::LatestAllVersions).await?;
    stand.store(&some_page().after(&first)).await?;
    same("the rows after the same page in the same run", &stand.table(Table::Documents).await?, &rows)?;
    same("the view after it", &stand.table(Table::LatestAllVersions).await?, &all_versions)?;
    stand.store(&some_page()).await?;
    let mut again = stand.table(Table::Documents).await?;
    for (row, before) in again.iter_mut().zip(&rows) {
        row.batch_date.clone_from(&before.batch_date);
    }
    same("the rows after the same page in another run, but for their batch date", &again, &rows)
}

pub(super) async fn last_one_wins(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let long = |n: &str| doc_with("A", "1", 1, &format!(r#""N":{n},"L":[1,2,3,4,5,6,7]"#));
    let short = |n: &str| doc_with("A", "1", 1, &format!(r#""N":{n},"L":[1]"#));
    let first = |rows: Vec<Row>| rows.first().and_then(|row| value(&row.data)?.get("N")?.as_i64());
    let written = stand.store(&Page::new([long("1"), doc("A", "2", 1), short("2")])).await?;
    same("documents stored, each time counted", &written.stored, &3)?;
    stand.holds("shorter in the same page", Table::Documents, &["A/1 v1 #0", "A/2 v1 #0"]).await?;
    same("which one stayed", &first(stand.table(Table::Documents).await?), &Some(2))?;
    let written = stand.store(&Page::new([long("3")]).after(&written)).await?;
    let rows = ["A/1 v1 #0", "A/1 v1 #1", "A/1 v1 #2", "A/1 v1 #3", "A/2 v1 #0"];
    stand.holds("longer in a later page", Table::Documents, &rows).await?;
    stand.store(&Page::new([short("4")]).after(&written)).await?;
    stand.holds("shorter in a later page", Table::Documents, &["A/1 v1 #0", "A/2 v1 #0"]).await?;
    same("which one stayed", &first(stand.table(Table::Latest).await?), &Some(4))
}

pub(super) async fn superseded(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let long = doc_with("A", "1", 1, r#""L":[1,2,3,4]"#);
    stand.store(&Page::new([long, doc("A", "2", 1)])).await?;
    stand.store(&Page::new([doc("A", "1", 1)])).await?;
    stand.holds("a newer batch", Table::Documents, &["A/1 v1 #0", "A/2 v1 #0"]).await?;
    stand.store(&Page::new([doc("A", "1", 1)]).keeping_superseded()).await?;
    stand.holds("keeping superseded rows", Table::Documents, &["A/1 v1 #0", "A/1 v1 #0", "A/2 v1 #0"]).await?;
    stand.holds("keeping superseded rows", Table::LatestAllVersions, &["A/1 v1 #0", "A/2 v1 #0"]).await?;
    let newest = stand.table(Table::LatestAllVersions).await?;
    let all = stand.table(Table::Documents).await?;
    same("the batch the view shows", &newest.first().map(|r| &r.batch_date), &all.iter().map(|r| &r.batch_date).max())?;
    stand.store(&Page::new([doc("A", "1", 1)])).await?;
    stand.holds("no longer keeping them", Table::Documents, &["A/1 v1 #0", "A/2 v1 #0"]).await
}

pub(super) async fn older_versions_stay(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    for version in [1, 3, 2] {
        stand.store(&Page::new([doc("A", "1", version), doc("A", &format!("only {version}"), 1)])).await?;
    }
    let all = ["A/1 v1 #0", "A/1 v2 #0", "A/1 v3 #0", "A/only 1 v1 #0", "A/only 2 v1 #0", "A/only 3 v1 #0"];
    stand.holds("three versions", Table::Documents, &all).await?;
    stand.holds("three versions", Table::LatestAllVersions, &all).await?;
    stand.holds("three versions", Table::Latest, &["A/1 v3 #0", all[3], all[4], all[5]]).await
}

pub(super) async fn went_back(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 5), doc("A", "2", 5)])).await?;
    let written = stand.store(&Page::new([doc("A", "1", 4), doc("A", "2", 5), doc("A", "3", 1)])).await?;
    same("documents that came in an older version", &written.went_back, &1)?;
    let written = stand.store(&Page::new([doc("A", "1", 3), doc("A", "1", 5), doc("A", "2", 6)])).await?;
    same("when the newest version comes again too", &written.went_back, &0)
}

pub(super) async fn prune(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let long = doc_with("A", "1", 1, r#""L":[1,2,3,4]"#);
    stand.store(&Page::new([long, doc("A", "1", 2), doc("B", "1", 1)])).await?;
    for _ in 0..2 {
        stand.store(&Page::new([doc("A", "1", 1), doc("A", "1", 2)]).keeping_superseded()).await?;
    }
    let (all_versions, latest) = (stand.table(Table::LatestAllVersions).await?, stand.table(Table::Latest).await?);
    let state = stand.state().await?;
    let pruned = stand.destination.prune().await.map_err(failed("prune"))?;
    // Three rows and one of the first batch, one and one of the second.
    same("rows pruned", &pruned, &6)?;
    stand.holds("after pruning", Table::Documents, &["A/1 v1 #0", "A/1 v2 #0", "B/1 v1 #0"]).await?;
    same("the view of all versions", &stand.table(Table::LatestAllVersions).await?, &all_versions)?;
    same("the view of the latest", &stand.table(Table::Latest).await?, &latest)?;
    same("the state row", &stand.state().await?, &state)?;
    same("rows pruned again", &stand.destination.prune().await.map_err(failed("prune"))?, &0)
}
