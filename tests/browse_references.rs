//! A reference shows the name of what it points at and can be followed, also where the schema does not say the type.

use std::path::Path;

use execute_sync::destination::sqlite::browse::{Cell, Filter, FilterTest, GridQuery, Reference};

use crate::browse::{browser, line, made, view, world};
use crate::support::oracle;
use crate::support::run::Home;

/// References of every kind of place to documents of any type.
const SCHEMA: &str = r#"{
    "T": {"ANY": {"TYPE": "DOCUMENT"}, "KNOWN": {"TYPE": "DOCUMENT", "DOCUMENT_TYPE": "D"},
          "R": {"TYPE": "RECORD", "RECORD_TYPE": {"INNER": {"TYPE": "DOCUMENT"}}},
          "L": {"TYPE": "RECORD LIST", "RECORD_TYPE": {"ITEM": {"TYPE": "DOCUMENT"}}}},
    "A": {"NAME": {"TYPE": "TEXT"}}, "B": {"NAME": {"TYPE": "TEXT"}}, "C": {"NAME": {"TYPE": "TEXT"}}, "D": {"NAME": {"TYPE": "TEXT"}}}"#;

fn pointing(id: &str, at: &str) -> String {
    let to = format!(r#"{{"DOCUMENT_ID":"{at}"}}"#);
    line("T", id, &format!(r#","ANY":{to},"KNOWN":{to},"R":{{"INNER":{to}}},"L":[{{"LISTITEM_ID":"i","ITEM":{to}}}]"#))
}

fn deleted(line: &str) -> String {
    line.replace(r#""$DELETED":false"#, r#""$DELETED":true"#)
}

fn cells(database: &Path, name: &str, column: &str) -> Vec<Cell> {
    let query = GridQuery { columns: vec![column.to_owned()], ..view(name) };
    browser(database).rows(&query, 0, 100).unwrap().rows.concat()
}

fn labels(database: &Path, name: &str, column: &str) -> Vec<Option<String>> {
    cells(database, name, column).into_iter().map(|cell| cell.label).collect()
}

fn types(database: &Path, name: &str, column: &str) -> Vec<Option<String>> {
    cells(database, name, column).into_iter().map(|cell| cell.doc_type).collect()
}

fn reference(database: &Path, id: &str, path: &str) -> Reference {
    let document = browser(database).document("T", id).unwrap().unwrap();
    document.fields.into_iter().find(|field| field.path == path).unwrap().reference.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reference_of_no_known_type_shows_a_name_and_leads_there() {
    let home = Home::in_memory();
    let lines = [
        pointing("1", "d"),
        pointing("2", "several"),
        pointing("3", "nobody"),
        pointing("4", "nameless"),
        line("D", "d", r#","NAME":"of D""#),
        // The same id under four types: gone, without a name, and twice as it should be.
        deleted(&line("A", "several", r#","NAME":"gone""#)),
        line("B", "several", ""),
        line("C", "several", r#","NAME":"of C""#),
        line("D", "several", r#","NAME":"of D too""#),
        // Gone with a name, and standing without one.
        deleted(&line("A", "nameless", r#","NAME":"gone""#)),
        line("B", "nameless", ""),
    ];
    made(&home, SCHEMA, &lines).await;
    let database = home.database();
    let some = |name: &str| Some(name.to_owned());
    for (name, column) in [("T", "ANY"), ("T_R", "INNER"), ("T_L", "ITEM")] {
        assert_eq!(labels(&database, name, column), [some("of D"), some("of C"), None, None], "{name}.{column}");
    }
    // A cell says where it leads; where its column says it, it need not.
    for (name, column) in [("T", "ANY"), ("T_R", "INNER"), ("T_L", "ITEM")] {
        assert_eq!(types(&database, name, column), [some("D"), some("C"), None, some("B")], "{name}.{column}");
    }
    assert_eq!(types(&database, "T", "KNOWN"), [None, None, None, None]);
    // Where the type is known it is that type's, whatever the others have.
    assert_eq!(labels(&database, "T", "KNOWN"), [some("of D"), some("of D too"), None, None]);
    for path in ["ANY", "R.INNER"] {
        let found = |id: &str| {
            let Reference { doc_type, id, name } = reference(&database, id, path);
            (doc_type, id, name)
        };
        let is = |doc_type: &str, id: &str, name: &str| (some(doc_type), id.to_owned(), name.to_owned());
        assert_eq!(found("1"), is("D", "d", "of D"));
        assert_eq!(found("2"), is("C", "several", "of C"));
        assert_eq!(found("3"), (None, "nobody".to_owned(), "nobody".to_owned()), "nowhere to follow it to");
        assert_eq!(found("4"), is("B", "nameless", "nameless"));
    }
    let to = reference(&database, "2", "ANY");
    let followed = browser(&database).document(to.doc_type.as_deref().unwrap(), &to.id).unwrap().unwrap();
    assert_eq!((followed.name, followed.deleted), (some("of C"), false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_worlds_references_to_any_document_have_names() {
    let home = world().await;
    let query = GridQuery { columns: ["DOCUMENT_ID", "RELATED"].map(str::to_owned).to_vec(), ..view("AFE_CUSTOM") };
    let browser = browser(&home.database());
    assert_eq!(browser.grid_info(&query).unwrap().columns[1].refers_to, None, "the schema says no type");
    let rows = browser.rows(&query, 0, 500).unwrap().rows;
    let related: Vec<&Vec<Cell>> = rows.iter().filter(|row| row[1].text.is_some()).collect();
    assert!(related.len() > 3, "{} of {} rows", related.len(), rows.len());
    for row in related {
        let (id, to) = (row[0].text.clone().unwrap(), row[1].text.clone().unwrap());
        let types =
            oracle::rows(&home.database(), &format!("SELECT DISTINCT TYPE FROM EXECUTE_DOCUMENTS WHERE ID = '{to}'"));
        let document = browser.document("AFE", &id).unwrap().unwrap();
        let field = document.fields.iter().find(|field| field.path == "CUSTOM.RELATED").unwrap();
        let reference = field.reference.as_ref().unwrap();
        match &reference.doc_type {
            Some(doc_type) => {
                assert!(types.concat().contains(doc_type), "{types:?}");
                let followed = browser.document(doc_type, &to).unwrap().unwrap();
                assert_eq!((followed.name.as_ref(), &reference.id), (row[1].label.as_ref(), &to));
                assert_eq!(followed.name.unwrap_or(to), reference.name);
            }
            None => assert_eq!((types.len(), row[1].label.as_ref()), (0, None), "{to}"),
        }
    }
}

/// What a filter says is what people read, and that is the name; the id still counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reference_is_filtered_by_the_name_that_it_shows() {
    let home = Home::in_memory();
    let lines = [
        pointing("1", "d"),
        pointing("2", "e"),
        pointing("3", "nobody"),
        line("T", "4", r#","KNOWN":null"#),
        line("D", "d", r#","NAME":"Dawson's Creek""#),
        line("D", "e", r#","NAME":"Elmworth""#),
        line("C", "e", r#","NAME":"Dawson of another type""#),
    ];
    made(&home, SCHEMA, &lines).await;
    let browser = browser(&home.database());
    let found = |test, value: &str| {
        let filters = vec![Filter { column: "KNOWN".to_owned(), test, value: value.to_owned() }];
        let query = GridQuery { filters, columns: vec!["DOCUMENT_ID".to_owned()], ..view("T") };
        let rows = browser.rows(&query, 0, 10).unwrap().rows.concat();
        assert_eq!(browser.count(&query).unwrap(), rows.len() as u64);
        rows.into_iter().map(|cell| cell.text.unwrap()).collect::<String>()
    };
    assert_eq!(found(FilterTest::Contains, "dawson"), "1");
    assert_eq!(found(FilterTest::StartsWith, "Elm"), "2");
    assert_eq!(found(FilterTest::Equals, "Elmworth"), "2");
    assert_eq!(found(FilterTest::Equals, "nobody"), "3");
    assert_eq!(found(FilterTest::NotEquals, "Dawson's Creek"), "234");
    assert_eq!(found(FilterTest::NotEmpty, ""), "123");
}
