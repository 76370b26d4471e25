//! The schema may change between two runs: the views follow, a reader finds each of them at every moment, old or new, and
//! a view that cannot be made leaves the one before.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use execute_sync::destination::Destination;
use execute_sync::destination::contract_suite::Row;
use execute_sync::destination::sqlite::Sqlite;
use execute_sync::destination::view_plan::{View, ViewPlan};
use execute_sync::error::Kind;
use execute_sync::profile::MarkFileOf;
use execute_sync::source::Source;
use execute_sync::source::schema::Schema;
use execute_sync::sync::{self, Finished, Job, Task, ViewDuty};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::changing_schema::{changed, documents, schema};
use crate::loading;
use crate::shown::show;
use crate::support::execute::{Execute, What};
use crate::support::ledger::{Ledger, Size};
use crate::support::reader::Reader;
use crate::support::run::{self, Home};
use crate::support::seed::{self, Rng};

/// Lists longer than this are sliced.
const CHUNK_SIZE: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_follow_the_schema_and_a_reader_always_finds_them() {
    let (pairs, mut looks) = (seed::trials(60, 1_000), 0);
    for seed in seed::base()..seed::base() + pairs {
        match one_pair(&mut Rng::named(seed, "schema change")).await {
            Ok(polls) => looks += polls,
            Err(why) => panic!("{why}\n{}", seed::replay("schema_change::views_follow", "", seed)),
        }
    }
    println!("{pairs} pairs of schemas, {looks} looks at them");
}

async fn one_pair(rng: &mut Rng) -> Result<u64, String> {
    let home = Home::in_memory();
    let before = schema(rng);
    let after = changed(rng, &before);
    let lines: Vec<String> = documents(rng, &before, "b").into_iter().chain(documents(rng, &after, "a")).collect();
    let plans = [&before, &after].map(|fields| {
        let schema = Schema::parse(Value::Object(fields.clone()).to_string().as_bytes()).unwrap();
        ViewPlan::new(&schema, rng.between(0, 1) == 0, Sqlite::NAME_RULES)
    });
    let mut destination = loading::sqlite(&home.database());
    loading::prepare(&mut destination).await;
    loading::load(&mut destination, &lines, CHUNK_SIZE).await;
    destination.create_views(&plans[0]).await.unwrap();
    if rng.between(0, 1) == 0 {
        // From here on in WAL, as after a first complete run.
        destination.settle().await.unwrap();
    }
    let shown = plans.each_ref().map(|plan| shown(&home.database(), plan));
    let reader = reader(&home.database(), &shown);
    for plan in [&plans[1], &plans[0], &plans[1]] {
        let report = destination.create_views(plan).await.unwrap();
        assert_eq!(report.refused, [], "no view of these schemas clashes");
        reader.has_looked();
    }
    let looks = reader.stop()?;
    let found = all_views(&home.database());
    if found != shown[1] {
        return Err(format!("the views show\n{found:?}, expected\n{:?}", shown[1]));
    }
    Ok(looks)
}

/// A view's columns, and its rows in order.
type Shown = (Vec<String>, Vec<Vec<Option<String>>>);

/// What the views of a plan show, worked out without SQL.
fn shown(database: &Path, plan: &ViewPlan) -> BTreeMap<String, Shown> {
    let connection = open(database);
    let mut statement = connection
        .prepare("SELECT TYPE, ID, VERSION, BATCH_DATE, CHUNK, AUTHOR, DATE, DELETED, DATA FROM EXECUTE_DOCUMENTS")
        .unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        Ok(Row {
            doc_type: row.get(0)?,
            id: row.get(1)?,
            version: row.get(2)?,
            batch_date: row.get(3)?,
            chunk: row.get(4)?,
            author: row.get(5)?,
            date: row.get(6)?,
            deleted: row.get(7)?,
            data: row.get(8)?,
        })
    };
    let rows: Vec<Row> = statement.query_map([], row).unwrap().map(Result::unwrap).collect();
    let view = |view: &View| {
        let columns = view.columns.iter().map(|column| column.name.clone()).collect();
        let of_type = rows.iter().filter(|row| row.doc_type == view.doc_type);
        let mut shown: Vec<Vec<_>> =
            of_type.flat_map(|row| show(view, row)).map(|cells| cells.into_iter().map(|(_, v)| v).collect()).collect();
        shown.sort();
        (view.name.clone(), (columns, shown))
    };
    plan.views.iter().map(view).collect()
}

fn open(database: &Path) -> Connection {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
}

/// What a view shows now.
fn look(connection: &Connection, name: &str) -> rusqlite::Result<Shown> {
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{name}\""))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let cell = |value: Cell| match value {
        Cell::Null => None,
        Cell::Integer(number) => Some(number.to_string()),
        Cell::Text(text) => Some(text),
        other => Some(format!("{other:?}")),
    };
    let rows = statement.query_map([], |row| (0..columns.len()).map(|i| row.get(i).map(cell)).collect())?;
    let mut rows: Vec<Vec<Option<String>>> = rows.collect::<rusqlite::Result<_>>()?;
    rows.sort();
    Ok((columns, rows))
}

fn all_views(database: &Path) -> BTreeMap<String, Shown> {
    let connection = open(database);
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'view' AND name NOT LIKE 'EXECUTE_DOCUMENTS%'";
    let mut statement = connection.prepare(sql).unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    names.into_iter().map(|name| (name.clone(), look(&connection, &name).unwrap())).collect()
}

/// Looks at every view that both plans have, again and again, until it is stopped or finds one that is neither.
fn reader(database: &Path, shown: &[BTreeMap<String, Shown>; 2]) -> Reader {
    let connection = open(database);
    let [old, new] = shown.clone();
    Reader::start(move || {
        // One moment for all of them: within a transaction nothing changes for its reader.
        connection.execute_batch("BEGIN; SELECT COUNT(*) FROM sqlite_schema").map_err(|e| e.to_string())?;
        let mut ages = Vec::new();
        for name in old.keys().filter(|name| new.contains_key(*name)) {
            let found = look(&connection, name).map_err(|error| format!("{name}: {error}"))?;
            match (found == old[name], found == new[name]) {
                (false, false) => return Err(format!("{name} is neither old nor new: {found:?}")),
                (is_old, is_new) => ages.push((is_old, is_new)),
            }
        }
        connection.execute_batch("COMMIT").map_err(|e| e.to_string())?;
        if ages.iter().all(|age| age.0) || ages.iter().all(|age| age.1) {
            return Ok(());
        }
        Err("some views are old and some are new at the same moment".to_owned())
    })
}

/// A run over a source with this schema.
async fn run_with(server: &Execute, home: &Home, views: ViewDuty, schema: &str) -> Finished {
    server.set_schema(schema);
    let source = Source::new(run::settings(&server.url())).unwrap();
    let job = Job {
        run_id: "test".to_owned(),
        writer: "test".to_owned(),
        task: Task::Push,
        views,
        options: run::options(),
        name_rules: Sqlite::NAME_RULES,
        mark_file: None,
        mark_file_of: MarkFileOf::Unknown,
        retry: run::QUICK,
        last_fence: None,
        mark_file_is_ours: Some(false),
    };
    let mut destination = loading::sqlite(&home.database());
    sync::run(&source, &mut destination, &job, Arc::new(|_| {}), &CancellationToken::new()).await
}

const ONE: &str = r#"{"AFE":{"GROSS_TOTAL":{"TYPE":"DECIMAL"}},"WIDE":{"X":{"TYPE":"TEXT"}},"OLD":{}}"#;

/// `WIDE` has more columns than a view can have, and `IN_THE_WAY` is somebody's table.
fn two() -> String {
    let columns: Vec<String> = (0..2_001).map(|number| format!(r#""F{number}":{{"TYPE":"TEXT"}}"#)).collect();
    format!(
        r#"{{"AFE":{{"ORDER":{{"TYPE":"INTEGER"}}}},"WIDE":{{{}}},"IN_THE_WAY":{{}},"NEW":{{}}}}"#,
        columns.join(",")
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_follows_the_schema_and_names_the_views_it_cannot_make() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 10, Size::Small)).await;
    let home = Home::in_memory();
    let first = run_with(&server, &home, ViewDuty::Warn, ONE).await;
    assert!(first.result.is_ok() && first.summary.warnings.is_empty(), "{first:?}");
    open(&home.database()).execute_batch("CREATE TABLE IN_THE_WAY (X)").unwrap();

    let second = run_with(&server, &home, ViewDuty::Warn, &two()).await;
    assert!(second.result.is_ok(), "{second:?}");
    let views = &second.summary.views;
    assert_eq!(
        (&views.created, &views.changed, &views.dropped),
        (&vec!["NEW".into()], &vec!["AFE".into()], &vec!["OLD".into()])
    );
    for name in ["WIDE", "IN_THE_WAY"] {
        assert!(second.summary.warnings.iter().any(|warning| warning.contains(name)), "{:?}", second.summary.warnings);
    }
    let columns = |view: &str| look(&open(&home.database()), view).unwrap().0[5..].to_vec();
    assert_eq!((columns("AFE"), columns("WIDE")), (vec!["ORDER".to_owned()], vec!["X".to_owned()]));

    // A schema that cannot be read leaves the views as they are.
    let failed = [r#"{"error":"being restored"}"#, r#"{"error":{"code":500}}"#, "{}"];
    for unreadable in ["<html>", "[]", "{\"AFE\":"].into_iter().chain(failed) {
        let third = run_with(&server, &home, ViewDuty::Warn, unreadable).await;
        assert!(third.result.is_ok() && third.summary.warnings[0].contains("schema"), "{third:?}");
        assert_eq!(columns("AFE"), ["ORDER"]);
        assert!(look(&open(&home.database()), "error").is_err(), "an error is no type");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_database_has_its_base_views_though_the_schema_cannot_be_read() {
    let (server, home) = (Execute::start(Ledger::world(&mut Rng::new(1), 10, Size::Small)).await, Home::in_memory());
    let first = run_with(&server, &home, ViewDuty::Warn, "<html>").await;
    assert!(first.result.is_ok() && first.summary.warnings[0].contains("only the base views"), "{first:?}");
    let base = ["EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS", "EXECUTE_DOCUMENTS_LATEST"];
    assert_eq!(first.summary.views.created, base);
    for view in base {
        assert!(!look(&open(&home.database()), view).unwrap().1.is_empty(), "{view}");
    }
    let second = run_with(&server, &home, ViewDuty::Warn, &two()).await;
    assert_eq!(second.summary.views.dropped, Vec::<String>::new());
    assert!(second.summary.views.created.contains(&"AFE".to_owned()), "{second:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_had_to_change_is_told_when_its_view_is_made_and_not_with_each_change_of_another() {
    let (server, home) = (Execute::start(Ledger::default()).await, Home::in_memory());
    let schema = |more: &str| {
        format!(r#"{{"A":{{"_DATE":{{"TYPE":"TEXT"}}}},"B":{{"_DATE":{{"TYPE":"TEXT"}}{more}}},"a":{{}},"C":{{}}}}"#)
    };
    let first = run_with(&server, &home, ViewDuty::Warn, &schema("")).await;
    let told = first.summary.views.renamed.join("; ");
    assert_eq!(first.summary.views.renamed.len(), 3, "{told}");
    let second = run_with(&server, &home, ViewDuty::Warn, &schema(r#","X":{"TYPE":"TEXT"}"#)).await;
    assert_eq!(second.summary.views.changed, ["B"]);
    assert_eq!(second.summary.views.renamed, ["the column for \"_DATE\" of the view \"B\" is called \"_DATE_2\""]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clone_ends_before_its_first_page_if_a_view_cannot_be_made() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 10, Size::Small)).await;
    for (schema, kind) in [(two().as_str(), Kind::Rejected), ("<html>", Kind::BadData)] {
        let home = Home::in_memory();
        let ran = run_with(&server, &home, ViewDuty::Require, schema).await;
        let error = ran.result.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.remedy().is_some(), "{error:?}");
        assert_eq!(server.asked(What::Page), 0, "no page is asked for");
    }
}
