//! One test for each defect of the older tool in its views, its numbers and its commands.

use std::time::Duration;

use serde_json::json;

use crate::support::cli::{Cli, Output};
use crate::support::execute::Execute;
use crate::support::ledger::Ledger;
use crate::support::older_tool;
use crate::support::oracle;
use crate::support::other_program::edit;
use crate::support::run::Home;

/// A server with these documents and this schema, and a database that has them all.
async fn synced(schema: &str, documents: &[&str]) -> (Execute, Home) {
    let mut ledger = Ledger::default();
    for (number, fields) in documents.iter().enumerate() {
        let envelope = format!(r#""DOCUMENT_ID":"{number}","$TYPE":"AFE","$VERSION":1,"$DATE":"2025-01-31T09:30:00Z""#);
        ledger.push(&Ledger::mark(number), format!("{{{envelope},{fields}}}").into_bytes());
    }
    let (server, home) = (Execute::start(ledger).await, Home::in_memory());
    server.set_schema(schema);
    well(&Cli::patient(&home, &server.url()).run(&["push"]));
    oracle::complete(&home, &server.ledger()).check().unwrap();
    (server, home)
}

fn well(output: &Output) {
    assert_eq!(output.code, Some(0), "{}", output.stderr);
}

fn field(name: &str, kind: &str) -> serde_json::Value {
    json!({"NAME": name, "ACTIVE": true, "TYPE": kind, "NULLABLE": true})
}

fn list(name: &str, kind: &str, fields: &serde_json::Value) -> serde_json::Value {
    json!({"NAME": name, "ACTIVE": true, "TYPE": kind, "NULLABLE": true, "RECORD_TYPE": fields})
}

fn row(home: &Home, sql: &str) -> Vec<String> {
    oracle::rows(&home.database(), sql).into_iter().next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_named_order_or_well_name_get_their_columns() {
    let names = ["ORDER", "Well Name", "GROUP", "it's", "a\"b"];
    let fields: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), field(name, "TEXT"))).collect();
    let document = r#""ORDER":"first","Well Name":"North 7","GROUP":"g","it's":"quoted","a\"b":"twice""#;
    let (_server, home) = synced(&json!({"AFE": fields}).to_string(), &[document]).await;
    let sql = r#"SELECT "ORDER", "Well Name", "GROUP", "it's", "a""b" FROM AFE"#;
    assert_eq!(row(&home, sql), ["first", "North 7", "g", "quoted", "twice"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_that_cannot_be_made_is_told_by_push_and_an_error_of_create_views() {
    let schema = json!({"AFE": {"NUMBER": field("NUMBER", "TEXT")}}).to_string();
    let (server, home) = synced(&schema, &[r#""NUMBER":"1""#]).await;
    edit(&home.database(), &["DROP VIEW AFE", "CREATE TABLE AFE (SOMEBODY TEXT)"]);
    let cli = Cli::patient(&home, &server.url());
    let output = cli.run(&["push"]);
    well(&output);
    assert!(
        output.stderr.contains("WARN") && output.stderr.contains("the view \"AFE\" cannot be made"),
        "{}",
        output.stderr
    );
    for command in ["create_views", "clone"] {
        let output = cli.run(&[command]);
        assert_eq!(output.code, Some(1), "{command}: {}", output.stderr);
        assert!(output.stderr.contains("AFE"), "{command}: {}", output.stderr);
    }
    let clone: serde_json::Value = serde_json::from_str(&cli.run(&["clone", "--json"]).stdout).unwrap();
    assert_eq!(clone["summary"]["full_refresh"], true, "it was to be one: {clone}");
    let runs: serde_json::Value = serde_json::from_str(&cli.run(&["runs", "--json"]).stdout).unwrap();
    assert_eq!(runs[0]["full_refresh"], true, "{runs}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_inside_a_list_has_a_view() {
    let inner = list("PARTS", "RECORD LIST", &json!({"COST": field("COST", "DECIMAL")}));
    let outer = list("LINES", "RECORD LIST", &json!({"PARTS": inner}));
    let document =
        r#""LINES":[{"LISTITEM_ID":"l1","PARTS":[{"LISTITEM_ID":"p1","COST":1.5},{"LISTITEM_ID":"p2","COST":2}]},
        {"LISTITEM_ID":"l2","PARTS":[{"LISTITEM_ID":"p3","COST":null}]}]"#
            .replace('\n', "");
    let (_server, home) = synced(&json!({"AFE": {"LINES": outer}}).to_string(), &[&document]).await;
    let sql = "SELECT DOCUMENT_ID, PARENT_LISTITEM_ID, LISTITEM_ID, COST FROM AFE_LINES_PARTS ORDER BY 3";
    let wanted = [["0", "l1", "p1", "1.5"], ["0", "l1", "p2", "2"], ["0", "l2", "p3", ""]];
    assert_eq!(oracle::rows(&home.database(), sql), wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_of_lists_and_records_leave_deleted_documents_out() {
    let schema = json!({"AFE": {
        "LINES": list("LINES", "RECORD LIST", &json!({"COST": field("COST", "DECIMAL")})),
        "PLACE": list("PLACE", "RECORD", &json!({"CITY": field("CITY", "TEXT")})),
    }});
    let document = r#""LINES":[{"LISTITEM_ID":"l","COST":1}],"PLACE":{"CITY":"Calgary"}"#;
    let deleted = format!(r#""$DELETED":true,{document}"#);
    let (_server, home) = synced(&schema.to_string(), &[document, &deleted]).await;
    for view in ["AFE_LINES", "AFE_PLACE"] {
        let ids = oracle::rows(&home.database(), &format!("SELECT DOCUMENT_ID FROM {view}"));
        assert_eq!(ids, [["0"]], "{view}");
    }
    let all = "SELECT DOCUMENT_ID, _DELETED FROM AFE ORDER BY 1";
    assert_eq!(oracle::rows(&home.database(), all), [["0", "0"], ["1", "1"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_keeps_its_exact_text_though_its_column_is_real() {
    let schema = json!({"AFE": {"GROSS": field("GROSS", "DECIMAL")}}).to_string();
    let (_server, home) = synced(&schema, &[r#""GROSS":90071992547409.9100"#]).await;
    assert_eq!(row(&home, "SELECT typeof(GROSS) FROM AFE"), ["real"]);
    let text = row(&home, "SELECT DATA FROM EXECUTE_DOCUMENTS_LATEST");
    assert!(text[0].ends_with(r#""GROSS":90071992547409.9100}"#), "{text:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_do_not_pass_through_floating_point() {
    let numbers = r#""A":7248163186998258092,"B":-0,"C":1.00000000000000000000001e5,"D":0.1000,"E":123456789012345678901234567890"#;
    let schema = json!({"AFE": {"A": field("A", "INTEGER")}}).to_string();
    let (_server, home) = synced(&schema, &[numbers]).await;
    assert!(row(&home, "SELECT DATA FROM EXECUTE_DOCUMENTS")[0].ends_with(&format!("{numbers}}}")));
    assert_eq!(row(&home, "SELECT A, typeof(A) FROM AFE"), ["7248163186998258092", "integer"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_330_documents_whose_77_values_it_changed_ours_changes_none() {
    let (server, home) = (Execute::start(older_tool::ledger(older_tool::READ)).await, Home::in_memory());
    server.set_schema(older_tool::SCHEMA);
    well(&older_tool::cli(&home, &server.url()).run(&["push"]));
    oracle::complete(&home, &server.ledger()).check().unwrap();
    let (tool, sent) = (older_tool::home("sound"), server.ledger());
    let data = |home: &Home, id: &str| {
        let sql = format!("SELECT DATA FROM EXECUTE_DOCUMENTS_LATEST WHERE ID = '{id}' AND CHUNK = 0");
        oracle::value(&home.database(), &sql)
    };
    let licence =
        sent.entries.iter().find(|entry| String::from_utf8_lossy(&entry.line).contains("7248163186998258092"));
    let (_, id, _) = licence.unwrap().key.clone().unwrap();
    assert!(data(&home, &id).contains(r#""LICENCE":7248163186998258092"#));
    assert!(data(&tool, &id).contains(r#""LICENCE":7248163186998258000"#));
}

#[test]
fn version_help_and_gen_ask_for_no_configuration() {
    let home = Home::new();
    for arguments in [&[][..], &["--help"], &["--version"], &["version"], &["v"], &["gen", "--bits", "2048"]] {
        let output = Cli::new(&home).run(arguments);
        assert_eq!(output.code, Some(0), "{arguments:?}: {}", output.stderr);
        assert!(
            !output.stdout.is_empty() && !output.stderr.contains("EXECUTE_URL"),
            "{arguments:?}: {}",
            output.stderr
        );
    }
}

/// The older tool asked for the configuration in each of them, so scripts that configure by flags give it.
#[test]
fn version_and_gen_take_the_flags_of_the_older_tool_and_do_not_look_at_them() {
    let home = Home::new();
    let all = "-u http://x --execute-key-id k --execute-key-secret s -m 5 --database-type NONE --database-dsn y \
        --state-dir nowhere -w soon -c 5 -x --hide-inactive-fields=false -l loud --log-file a/b.log";
    for command in ["version", "v", "gen --bits 2048 --stdout"] {
        for line in [format!("{all} {command}"), format!("{command} {all}"), format!("-x {command} -d z --calcs=no")] {
            let output = Cli::new(&home).run(&line.split_whitespace().collect::<Vec<_>>());
            assert_eq!((output.code, &*output.stderr), (Some(0), ""), "{line}");
            assert!(!output.stdout.is_empty(), "{line}");
        }
        let help = Cli::new(&home).run(&[command.split(' ').next().unwrap(), "--help"]);
        assert!(!help.stdout.contains("--execute-url"), "they do nothing there: {}", help.stdout);
        // Those that the older tool never had are in no script of its.
        for line in
            [format!("--proxy http://x {command}"), format!("{command} --keep-superseded"), format!("-f {command}")]
        {
            let output = Cli::new(&home).run(&line.split_whitespace().collect::<Vec<_>>());
            assert_eq!(output.code, Some(2), "{line}: {output:?}");
        }
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "nothing is made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prune_of_ten_thousand_documents_in_two_batches_is_no_matter_of_seconds() {
    let (server, home) = (Execute::start(older_tool::ledger(30)).await, Home::in_memory());
    server.set_schema(older_tool::SCHEMA);
    let cli = older_tool::cli(&home, &server.url()).set("KEEP_SUPERSEDED", "true");
    well(&cli.run(&["push"]));
    edit(&home.database(), &[
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000), b(d) AS (VALUES ('2001-01-01T00:00:00Z'), ('2002-01-01T00:00:00Z'))
         INSERT INTO EXECUTE_DOCUMENTS SELECT d, 'AFE', 'many ' || i, 1, 0, NULL, d, FALSE, '{}' FROM n, b",
    ]);
    let output = cli.run(&["prune"]);
    well(&output);
    assert!(output.stderr.contains("10000 superseded rows deleted"), "{}", output.stderr);
    assert!(output.took < Duration::from_secs(3), "it took {:?}; the older tool took five seconds", output.took);
    assert_eq!(row(&home, "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE ID LIKE 'many %'"), ["10000"]);
}
