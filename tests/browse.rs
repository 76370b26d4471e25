//! Looking at the data: what is shown is what another program's SQLite reads, in every view, order and selection.

use std::path::Path;
use std::time::{Duration, Instant};

use execute_sample::{SampleOptions, SampleServer};
use execute_sync::destination::Destination;
use execute_sync::destination::sqlite::browse::{
    Browser, Column, ColumnKind, DataNode, Filter, FilterTest, GridQuery, SortKey,
};
use execute_sync::error::Kind;
use execute_sync::profile::SyncOptions;
use execute_sync::source::Source;
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::hostile_corpus;
use crate::loading;
use crate::support::older_tool;
use crate::support::python;
use crate::support::run::{self, Home, How};
use crate::support::seed::{self, Rng};

pub(crate) type Rows = Vec<Vec<Option<String>>>;

pub(crate) fn browser(database: &Path) -> Browser {
    Browser::open(database, CancellationToken::new()).unwrap()
}

pub(crate) fn view(name: &str) -> GridQuery {
    GridQuery { view: name.to_owned(), ..GridQuery::default() }
}

pub(crate) fn python(job: &Value) -> Value {
    python::ask("browse.py", job)
}

pub(crate) fn cells(rows: &Value) -> Rows {
    let cell = |value: &Value| value.as_str().map(str::to_owned);
    rows.as_array().unwrap().iter().map(|row| row.as_array().unwrap().iter().map(cell).collect()).collect()
}

/// What Python reads for a query on a view whose columns are these.
fn expected(database: &Path, query: &GridQuery, columns: &[Column]) -> Rows {
    let shown: Vec<&String> = columns.iter().map(|column| &column.name).collect();
    let sort: Vec<_> = query.sort.iter().map(|key| json!([key.column, key.descending])).collect();
    let is_number = |name: &str| columns.iter().any(|c| c.name == name && c.kind == ColumnKind::Number);
    let filters: Vec<_> = query
        .filters
        .iter()
        .map(|f| json!([f.column, format!("{:?}", f.test), f.value, is_number(&f.column)]))
        .collect();
    let job =
        json!({"db": database, "query": {"view": query.view, "columns": shown, "sort": sort, "filters": filters}});
    cells(&python(&job)["rows"])
}

/// All rows of a grid, page by page; `counted` first makes sure that they are found by their keys.
fn all(browser: &Browser, query: &GridQuery, counted: bool) -> Rows {
    let count = if counted { Some(browser.count(query).unwrap()) } else { None };
    let mut rows = Rows::new();
    loop {
        let page = browser.rows(query, rows.len() as u64, 97).unwrap();
        assert_eq!(page.offset, rows.len() as u64);
        let is_last = page.rows.len() < 97;
        rows.extend(page.rows.into_iter().map(|row| row.into_iter().map(|cell| cell.text).collect()));
        if is_last {
            break;
        }
    }
    assert!(count.is_none_or(|count| count == rows.len() as u64), "{count:?} rows are {}", rows.len());
    assert_eq!(browser.count(query).unwrap(), rows.len() as u64);
    rows
}

/// A number with a fraction as SQLite has it: we show its digits, other programs what is left of them. SQLite before 3.45,
/// which Python may have, cuts texts at a NUL.
fn rounded(cell: Option<String>) -> Option<String> {
    cell.map(|text| match text.parse::<f64>() {
        Ok(number) if text.contains(['.', 'e', 'E']) => format!("{number:?}"),
        _ => text.split('\0').next().unwrap_or_default().to_owned(),
    })
}

fn in_order(rows: Rows) -> Rows {
    let mut rows: Rows = rows.into_iter().map(|row| row.into_iter().map(rounded).collect()).collect();
    rows.sort();
    rows
}

fn views(nodes: &[DataNode]) -> Vec<String> {
    nodes.iter().flat_map(|node| [vec![node.view.clone()], views(&node.children)].concat()).collect()
}

fn assert_all_shown(database: &Path) -> usize {
    let browser = browser(database);
    let views = views(&browser.tree().unwrap());
    for name in &views {
        let mut query = view(name);
        let mut columns = browser.grid_info(&query).unwrap().columns;
        if name.starts_with("EXECUTE_DOCUMENTS_LATEST") {
            // Long texts are cut in a page.
            columns.retain(|column| column.name != "DATA");
            query.columns = columns.iter().map(|column| column.name.clone()).collect();
        }
        let wanted = in_order(expected(database, &query, &columns));
        for counted in [false, true] {
            let found = in_order(all(&browser, &query, counted));
            let differs = found.iter().zip(&wanted).find(|(found, wanted)| found != wanted);
            assert_eq!((differs, found.len()), (None, wanted.len()), "{name}, by keys: {counted}");
        }
    }
    views.len()
}

/// A synced sample world of the smallest size.
pub(crate) async fn world() -> Home {
    let home = Home::in_memory();
    let options = SampleOptions { documents: Some(330), large_afe_lines: 700, ..SampleOptions::default() };
    let server = SampleServer::start(options, "127.0.0.1:0".parse().unwrap()).await.unwrap();
    let source = Source::new(run::settings(&server.url())).unwrap();
    let options = SyncOptions { max_documents: 200, chunk_size: 50, ..SyncOptions::default() };
    let ran = run::sync_run(&source, &home, &How { options, ..How::default() }).await.unwrap();
    assert_eq!(ran.kind(), None, "{}", ran.told());
    server.stop().await;
    home
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_of_the_sample_world_is_what_another_program_reads() {
    let home = world().await;
    assert!(assert_all_shown(&home.database()) > 20);
    let browser = browser(&home.database());
    let tree = browser.tree().unwrap();
    let afe = tree.iter().find(|node| node.view == "AFE").unwrap();
    assert!(!afe.children.is_empty() && afe.children.iter().all(|child| child.view.starts_with("AFE_")));
    assert_eq!(tree.last().unwrap().title, "All documents");
    let columns = browser.grid_info(&view("AFE")).unwrap().columns;
    let to: Vec<_> = columns.iter().filter_map(|column| column.refers_to.as_deref()).collect();
    assert!(to.contains(&"AFE_CHAIN"), "{columns:?}");
    let author = columns.iter().position(|column| column.name == "_AUTHOR").unwrap();
    let rows = browser.rows(&view("AFE"), 0, 50).unwrap().rows;
    assert!(rows.iter().any(|row| row[author].label.is_some()), "authors have names");
    // References, numbers and lists in the inspector.
    let id = rows[0][0].text.clone().unwrap();
    let document = browser.document("AFE", &id).unwrap().unwrap();
    assert_eq!(document.id, id);
    assert!(document.fields.iter().any(|field| field.reference.as_ref().is_some_and(|r| r.name != r.id)));
    assert!(document.fields.iter().any(|field| field.items.is_some()));
    assert!(document.name.is_some() && document.raw.contains(&id));
    assert_eq!(browser.document("AFE", "nobody").unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_order_and_any_selection_are_those_that_python_makes() {
    let home = world().await;
    let browser = browser(&home.database());
    let mut names = views(&browser.tree().unwrap());
    names.retain(|name| !name.starts_with("EXECUTE_"));
    let tests = [
        FilterTest::Contains,
        FilterTest::Equals,
        FilterTest::NotEquals,
        FilterTest::StartsWith,
        FilterTest::AtLeast,
        FilterTest::AtMost,
        FilterTest::Empty,
        FilterTest::NotEmpty,
    ];
    for seed in seed::base()..seed::base() + seed::trials(16, 2_000) {
        let rng = &mut Rng::named(seed, "orders and selections");
        let mut query = view(&names[rng.between(0, names.len() - 1)]);
        let columns = browser.grid_info(&query).unwrap().columns;
        let pick = |rng: &mut Rng, count: usize| rng.between(0, count - 1);
        let key = pick(rng, columns.len());
        query.sort = vec![SortKey { column: columns[key].name.clone(), descending: rng.between(0, 1) == 0 }];
        let sample = browser.rows(&query, 0, 500).unwrap().rows;
        let test = tests[seed as usize % tests.len()];
        let column = pick(rng, columns.len());
        if let Some(cell) = sample.get(pick(rng, sample.len().max(1))).and_then(|row| row[column].text.clone()) {
            // Python compares what is left of a fraction's digits.
            if !cell.contains('.') || columns[column].kind == ColumnKind::Number && format!("{test:?}").contains('A') {
                let value = match test {
                    FilterTest::Contains | FilterTest::StartsWith => cell.chars().take(4).collect(),
                    _ => cell,
                };
                query.filters = vec![Filter { column: columns[column].name.clone(), test, value }];
            }
        }
        let (found, wanted) = (all(&browser, &query, false), expected(&home.database(), &query, &columns));
        let by_keys = all(&browser, &query, true);
        assert_eq!(found, by_keys, "{query:?}");
        let values = |rows: &Rows| rows.iter().map(|row| rounded(row[key].clone())).collect::<Vec<_>>();
        assert_eq!(values(&found), values(&wanted), "{query:?}");
        assert_eq!(in_order(found), in_order(wanted), "{query:?}");
    }
}

#[tokio::test]
async fn a_day_in_a_filter_means_all_of_it() {
    let home = Home::in_memory();
    let days = ["2025-03-11T23:59:59Z", "2025-03-12", "2025-03-12T15:01:31.836Z", "2025-03-13T00:00:00Z"];
    let lines: Vec<String> = days.map(|day| line("T", day, &format!(",\"DAY\":\"{day}\""))).into();
    made(&home, r#"{"T":{"DAY":{"TYPE":"DATETIME"}}}"#, &lines).await;
    let browser = browser(&home.database());
    let found = |test, value: &str| {
        let filters = vec![Filter { column: "DAY".to_owned(), test, value: value.to_owned() }];
        browser.count(&GridQuery { filters, ..view("T") }).unwrap()
    };
    let tests = [FilterTest::Equals, FilterTest::NotEquals, FilterTest::AtLeast, FilterTest::AtMost];
    assert_eq!(tests.map(|test| found(test, "2025-03-12")), [2, 2, 3, 3]);
    assert_eq!(tests.map(|test| found(test, "2025-03-12T15:01:31.836Z")), [1, 3, 2, 3]);
}

#[test]
fn the_views_of_the_older_tool_are_shown_as_well() {
    let home = older_tool::home("sound");
    assert!(assert_all_shown(&home.database()) >= 19);
    let browser = browser(&home.database());
    let info = browser.grid_info(&view("AFE")).unwrap();
    assert_eq!(info.doc_type.as_deref(), Some("AFE"));
    let kind = |name: &str| info.columns.iter().find(|column| column.name == name).unwrap().kind;
    assert_eq!((kind("WELL_ID"), kind("SEQUENCE")), (ColumnKind::Reference, ColumnKind::Number));
    let tree = browser.tree().unwrap();
    let afe = tree.iter().find(|node| node.view == "AFE").unwrap();
    assert!(afe.children.iter().any(|child| child.view == "AFE_ESTIMATE_LINES" && child.title == "ESTIMATE_LINES"));
}

pub(crate) async fn made(home: &Home, schema: &str, lines: &[String]) {
    let mut destination = loading::sqlite(&home.database());
    loading::prepare(&mut destination).await;
    loading::load(&mut destination, lines, 10).await;
    assert_eq!(destination.create_views(&loading::plan(schema)).await.unwrap().refused, []);
    destination.settle().await.unwrap();
}

pub(crate) fn line(doc_type: &str, id: &str, members: &str) -> String {
    let (doc_type, id) = (json!(doc_type), json!(id));
    format!(
        r#"{{"DOCUMENT_ID":{id},"$TYPE":{doc_type},"$VERSION":1,"$AUTHOR_ID":"u","$DATE":"2025-01-01T00:00:00Z","$DELETED":false{members}}}"#
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_may_hold_anything() {
    for seed in seed::base()..seed::base() + seed::trials(1, 50) {
        let rng = &mut Rng::named(seed, "hostile names");
        let mut names = hostile_corpus::names(rng, 60);
        names.extend(
            ["*/ ; DROP TABLE x; --", "/*", "a/b", "order", "\u{1f6e2}\u{fe0f} well", "?1", "d.x"].map(str::to_owned),
        );
        // SQLite before 3.45 cuts names at a NUL; Python's may be older.
        names.retain(|name| !name.contains('\0') && !name.is_empty());
        let (mut schema, mut lines) = (serde_json::Map::new(), Vec::new());
        for (at, doc_type) in names.iter().take(12).enumerate() {
            let fields: Vec<&String> = names.iter().skip(at * 5).take(8).collect();
            let spec: serde_json::Map<_, _> =
                fields.iter().map(|name| ((*name).clone(), json!({"TYPE": "TEXT"}))).collect();
            let list = json!({"TYPE": "RECORD LIST", "RECORD_TYPE": spec});
            let mut own = spec.clone();
            own.insert(format!("{doc_type} list"), list);
            own.retain(|name, _| !name.starts_with('$') && name != "DOCUMENT_ID");
            schema.insert(doc_type.clone(), Value::Object(own));
            for id in 0..3 {
                let item: serde_json::Map<_, _> =
                    fields.iter().map(|name| ((*name).clone(), json!(format!("{name} {id}")))).collect();
                let mut members = item.clone();
                members.insert(format!("{doc_type} list"), json!([item, item]));
                members.retain(|name, _| !name.starts_with('$') && name != "DOCUMENT_ID");
                let members = json!(members).to_string();
                let inner = members[1..members.len() - 1].to_owned();
                lines.push(line(doc_type, &id.to_string(), &format!(",{inner}")));
            }
        }
        let home = Home::in_memory();
        made(&home, &Value::Object(schema).to_string(), &lines).await;
        assert!(assert_all_shown(&home.database()) >= 20);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn digits_are_those_that_were_sent() {
    let home = Home::in_memory();
    let numbers =
        ["12.3400", "-0.50", "9223372036854775807", "12345678901234567890", "-1e3", "0.1000000000000000055", "1250.00"];
    let schema = r#"{"T":{"N":{"TYPE":"DECIMAL"},"GROSS & NET":{"TYPE":"DECIMAL"},"L":{"TYPE":"RECORD LIST","RECORD_TYPE":{"A":{"TYPE":"DECIMAL"}}}}}"#;
    let lines: Vec<String> = numbers
        .iter()
        .enumerate()
        .map(|(id, n)| line("T", &id.to_string(), &format!(r#","N":{n},"GROSS & NET":{n},"L":[{{"A":{n}}}]"#)))
        .collect();
    made(&home, schema, &lines).await;
    let browser = browser(&home.database());
    for (name, column) in [("T", "N"), ("T", "GROSS & NET"), ("T_L", "A")] {
        let query = GridQuery { columns: vec![column.to_owned()], ..view(name) };
        let found: Vec<_> = all(&browser, &query, false).into_iter().flatten().flatten().collect();
        assert_eq!(found, numbers, "{name}.{column}");
        assert_eq!(all(&browser, &query, true).concat().len(), numbers.len());
    }
    let document = browser.document("T", "0").unwrap().unwrap();
    assert_eq!(document.fields[0].value.as_deref(), Some("12.3400"));
    let filter = Filter { column: "N".to_owned(), test: FilterTest::Equals, value: "12.34".to_owned() };
    assert_eq!(browser.count(&GridQuery { filters: vec![filter], ..view("T") }).unwrap(), 1);
    let filter = Filter { column: "N".to_owned(), test: FilterTest::AtLeast, value: "much".to_owned() };
    let refused = browser.count(&GridQuery { filters: vec![filter], ..view("T") }).unwrap_err();
    assert_eq!(refused.kind(), Kind::Configuration);
}

/// A database with so many documents, quickly.
pub(crate) async fn many(home: &Home, count: u32) {
    made(home, r#"{"T":{"NAME":{"TYPE":"TEXT"},"N":{"TYPE":"DECIMAL"}}}"#, &[]).await;
    Connection::open(home.database())
        .unwrap()
        .execute(
            "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?1)
            INSERT INTO EXECUTE_DOCUMENTS SELECT '2025-01-01T00:00:00Z', 'T', printf('%08d', n), 1, 0, NULL,
            '2025-01-01T00:00:00Z', 0, json_object('DOCUMENT_ID', printf('%08d', n), 'NAME', 'name ' || (n * 7919 % 1000), 'N', n)
            FROM c",
            [count],
        )
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_long_stops_within_two_seconds_and_leaves_no_file() {
    let home = Home::in_memory();
    many(&home, 150_000).await;
    let sort = vec![SortKey { column: "NAME".to_owned(), descending: true }];
    let query = GridQuery { sort, ..view("T") };
    let cancel = CancellationToken::new();
    let stopped = Browser::open(&home.database(), cancel.clone()).unwrap();
    let started = Instant::now();
    let waiter = std::thread::spawn(move || stopped.count(&query));
    std::thread::sleep(Duration::from_millis(30));
    cancel.cancel();
    assert_eq!(waiter.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());

    let (file, cancel) = (home.path().join("t.csv"), CancellationToken::new());
    std::fs::write(&file, "before").unwrap();
    let entries = || std::fs::read_dir(home.path()).unwrap().count();
    let before = entries();
    let mut told = 0;
    let stop = |_| {
        told += 1;
        cancel.cancel();
    };
    let browser = browser(&home.database());
    let outcome = browser.export_csv(&view("T"), &file, &mut { stop }, &cancel);
    assert_eq!((outcome.unwrap_err().kind(), told), (Kind::Cancelled, 1));
    assert_eq!((std::fs::read_to_string(&file).unwrap(), entries()), ("before".to_owned(), before));
    // Far down, and at the end, is as near as the beginning.
    let page = browser.rows(&view("T"), 149_990, 50).unwrap();
    assert_eq!(page.rows.len(), 10);
    assert_eq!(page.rows[9][0].text.as_deref(), Some("00150000"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_may_write_at_the_same_time_and_what_is_asked_then_is_of_now() {
    let home = Home::in_memory();
    let schema = r#"{"T":{"NAME":{"TYPE":"TEXT"}}}"#;
    let lines = |from: usize| -> Vec<String> {
        (from..from + 500).map(|id| line("T", &format!("{id:06}"), &format!(",\"NAME\":\"n{id}\""))).collect()
    };
    made(&home, schema, &lines(0)).await;
    let browser = std::sync::Arc::new(browser(&home.database()));
    let newest_first = GridQuery { sort: vec![SortKey { column: "NAME".to_owned(), descending: true }], ..view("T") };
    let last = |browser: &Browser| browser.rows(&newest_first, 0, 1).unwrap().rows[0].last().unwrap().text.clone();
    assert_eq!((last(&browser).as_deref(), browser.count(&newest_first).unwrap()), (Some("n99"), 500));
    let (reader, file) = (std::sync::Arc::clone(&browser), home.path().join("t.csv"));
    let (over, is_over) = (CancellationToken::new(), CancellationToken::new());
    let ends = over.clone();
    let reading = std::thread::spawn(move || {
        let mut looks = 0_u64;
        while !ends.is_cancelled() || looks < 3 {
            let count = reader.grid(&view("T")).unwrap().count().unwrap();
            assert_eq!(count % 500, 0, "a page is there whole or not at all");
            reader.rows(&view("T"), 0, 100).unwrap();
            let done = reader.export_csv(&view("T"), &file, &mut |_| {}, &is_over).unwrap();
            assert_eq!(done.rows % 500, 0);
            looks += 1;
        }
        looks
    });
    let mut destination = loading::sqlite(&home.database());
    for page in 1..=10 {
        loading::load(&mut destination, &lines(page * 500), 10).await;
        destination.settle().await.unwrap();
    }
    over.cancel();
    assert!(reading.join().unwrap() >= 3);
    // Whatever is asked first after a write: the grids that were open show what it brought.
    assert_eq!(last(&browser).as_deref(), Some("n999"), "by name, as texts are ordered");
    assert_eq!(browser.count(&newest_first).unwrap(), 5_500);
    assert_eq!(browser.count(&view("T")).unwrap(), 5_500);
}
