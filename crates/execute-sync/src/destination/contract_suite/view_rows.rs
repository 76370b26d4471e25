//! What helper views show. Values are compared as text; only texts and whole numbers are, because other kinds look
//! different from database to database.

use super::ViewRow;
use super::stand::{Outcome, Page, Stand, doc_with, failed, plan, same};

const SCHEMA: &str = r#"{"T":{
    "NAME":{"TYPE":"TEXT"},"N":{"TYPE":"INTEGER"},"REF":{"TYPE":"DOCUMENT","DOCUMENT_TYPE":"T"},"UNSENT":{"TYPE":"TEXT"},
    "Well \"Name\"":{"TYPE":"TEXT"},"ORDER":{"TYPE":"TEXT"},
    "REC":{"TYPE":"RECORD","RECORD_TYPE":{"P":{"TYPE":"TEXT"},"DEEP":{"TYPE":"RECORD","RECORD_TYPE":{"Q":{"TYPE":"TEXT"}}}}},
    "LIST":{"TYPE":"RECORD LIST","RECORD_TYPE":{"LISTITEM_ID":{"TYPE":"GUID"},"V":{"TYPE":"TEXT"},
        "R":{"TYPE":"RECORD","RECORD_TYPE":{"W":{"TYPE":"TEXT"}}},
        "INNER":{"TYPE":"RECORD LIST","RECORD_TYPE":{"LISTITEM_ID":{"TYPE":"GUID"},"X":{"TYPE":"INTEGER"}}}}}}}"#;

async fn with_documents(stand: &mut Stand<'_>, documents: impl IntoIterator<Item = String>) -> Outcome {
    stand.prepare().await?;
    let plan = plan(stand.ground, SCHEMA)?;
    stand.destination.create_views(&plan).await.map_err(failed("create_views"))?;
    stand.store(&Page::new(documents)).await.map(|_| ())
}

/// The rows of a view, a line each, sorted; without the columns named in `but`, whose form differs by database.
async fn shows(stand: &mut Stand<'_>, view: &str, but: &[&str], expected: &[&str]) -> Outcome {
    let rows = stand.ground.view(view).await.map_err(failed(view))?;
    let rows = rows.ok_or_else(|| format!("there is no view {view}"))?;
    let line = |row: &ViewRow| {
        let cells = row.iter().filter(|(column, _)| !but.contains(&column.as_str()));
        cells.map(|(c, value)| format!("{c}={}", value.as_deref().unwrap_or("NULL"))).collect::<Vec<_>>().join(" ")
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort();
    same(view, &lines, &expected.iter().map(|&e| e.to_owned()).collect())
}

fn deleted(document: &str) -> String {
    document.replace(r#""$DELETED":false"#, r#""$DELETED":true"#)
}

pub(super) async fn types(stand: &mut Stand<'_>) -> Outcome {
    let members =
        r#""NAME":"it's","N":9007199254740993,"REF":{"DOCUMENT_ID":"2"},"Well \"Name\"":"w","ORDER":"o","MORE":1"#;
    let documents = [
        doc_with("T", "1", 1, r#""NAME":"old""#),
        doc_with("T", "1", 2, members),
        deleted(&doc_with("T", "2", 1, r#""NAME":null,"REF":null"#)),
        doc_with("OTHER", "3", 1, ""),
    ];
    with_documents(stand, documents).await?;
    let expected = [
        "DOCUMENT_ID=1 _DELETED=0 _AUTHOR=U1 _VERSION=2 NAME=it's N=9007199254740993 REF=2 UNSENT=NULL Well \"Name\"=w ORDER=o",
        "DOCUMENT_ID=2 _DELETED=1 _AUTHOR=U1 _VERSION=1 NAME=NULL N=NULL REF=NULL UNSENT=NULL Well \"Name\"=NULL ORDER=NULL",
    ];
    shows(stand, "T", &["_DATE"], &expected).await
}

pub(super) async fn records(stand: &mut Stand<'_>) -> Outcome {
    let record = r#""REC":{"P":"p","DEEP":{"Q":"q"}}"#;
    let documents = [
        doc_with("T", "1", 1, record),
        deleted(&doc_with("T", "2", 1, record)),
        // A record that is not one does not fail the query.
        doc_with("T", "3", 1, r#""REC":"text""#),
    ];
    with_documents(stand, documents).await?;
    shows(stand, "T_REC", &[], &["DOCUMENT_ID=1 P=p", "DOCUMENT_ID=3 P=NULL"]).await?;
    shows(stand, "T_REC_DEEP", &[], &["DOCUMENT_ID=1 Q=q", "DOCUMENT_ID=3 Q=NULL"]).await
}

fn item(id: &str, members: &str) -> String {
    format!(r#"{{"LISTITEM_ID":"{id}",{members}}}"#)
}

pub(super) async fn lists(stand: &mut Stand<'_>) -> Outcome {
    let items: Vec<String> =
        (1..=7).map(|i| item(&i.to_string(), &format!(r#""V":"v{i}","R":{{"W":"w{i}"}}"#))).collect();
    let documents = [
        doc_with("T", "long", 1, &format!(r#""LIST":[{}]"#, items.join(","))),
        doc_with("T", "short", 1, &format!(r#""LIST":[{}]"#, items[0])),
        doc_with("T", "empty", 1, r#""LIST":[]"#),
        doc_with("T", "none", 1, r#""LIST":null"#),
        deleted(&doc_with("T", "deleted", 1, &format!(r#""LIST":[{}]"#, items[0]))),
    ];
    with_documents(stand, documents).await?;
    let rows = |column: &str, prefix: &str| {
        let long = (1..=7).map(|i| format!("DOCUMENT_ID=long LISTITEM_ID={i} {column}={prefix}{i}"));
        long.chain([format!("DOCUMENT_ID=short LISTITEM_ID=1 {column}={prefix}1")]).collect::<Vec<_>>()
    };
    let (list, record) = (rows("V", "v"), rows("W", "w"));
    shows(stand, "T_LIST", &[], &list.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    shows(stand, "T_LIST_R", &[], &record.iter().map(String::as_str).collect::<Vec<_>>()).await
}

pub(super) async fn lists_in_lists(stand: &mut Stand<'_>) -> Outcome {
    let inner = |n: u8| item(&format!("i{n}"), &format!(r#""X":{n}"#));
    let outer = [
        item("a", &format!(r#""INNER":[{},{}]"#, inner(1), inner(2))),
        item("b", r#""INNER":[]"#),
        item("c", r#""V":"no inner list""#),
        item("d", &format!(r#""INNER":[{}]"#, inner(3))),
    ];
    with_documents(stand, [doc_with("T", "1", 1, &format!(r#""LIST":[{}]"#, outer.join(",")))]).await?;
    let expected = [
        "DOCUMENT_ID=1 PARENT_LISTITEM_ID=a LISTITEM_ID=i1 X=1",
        "DOCUMENT_ID=1 PARENT_LISTITEM_ID=a LISTITEM_ID=i2 X=2",
        "DOCUMENT_ID=1 PARENT_LISTITEM_ID=d LISTITEM_ID=i3 X=3",
    ];
    shows(stand, "T_LIST_INNER", &[], &expected).await
}
