//! `quarantine`: list, show, retry, close.

use serde_json::Value;

use crate::support::cli::{Cli, Output};
use crate::support::execute::Execute;
use crate::support::fault;
use crate::support::ledger::{self, Ledger};
use crate::support::oracle;
use crate::support::other_program::edit;
use crate::support::run::Home;

/// Four lines that can never be stored (the first two have an identity), among good ones.
const BAD: [&[u8]; 4] = [
    b"{\"DOCUMENT_ID\":\"bad-1\",\"$TYPE\":\"AFE\",\"$VERSION\":7,\"$DATE\":\"yesterday\"}",
    b"{\"DOCUMENT_ID\":\"bad-2\",\"$TYPE\":\"AFE\",\"$VERSION\":\"3\",\"$DATE\":\"2025-01-31T09:30:00Z\"}",
    b"not json \x1b[31m",
    b"\xff\xfe not text",
];

fn world() -> Ledger {
    let mut ledger = Ledger::default();
    for number in 0..30 {
        ledger.push(&Ledger::mark(number), ledger::tiny(&format!("good-{number}"), 1));
        if let Some(line) = BAD.get(number) {
            // Without an identity they belong into the quarantine.
            ledger.push(&Ledger::mark(number), line.to_vec());
            ledger.entries.last_mut().unwrap().key = None;
        }
    }
    ledger
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

async fn quarantined() -> (Execute, Home) {
    let (server, home) = (Execute::start(world()).await, Home::new());
    let output = Cli::patient(&home, &server.url()).set("MAX_DOCUMENTS", "100").run(&["push"]);
    assert_eq!(output.code, Some(6), "{output:?}");
    assert!(output.stderr.contains("4 documents of page 1 cannot be stored"), "{output:?}");
    oracle::complete(&home, &server.ledger()).check().unwrap();
    (server, home)
}

fn cli(home: &Home) -> Cli {
    Cli::new(home).set("DATABASE_TYPE", "SQLITE")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn list_names_every_entry_with_its_reason_and_what_is_known_of_it() {
    let (_server, home) = quarantined().await;
    let entries = json(&cli(&home).run(&["quarantine", "list", "--json"]));
    let field = |name: &str| -> Vec<&Value> { entries.as_array().unwrap().iter().map(|entry| &entry[name]).collect() };
    assert_eq!(field("id"), [&"bad-1".into(), &"bad-2".into(), &Value::Null, &Value::Null]);
    assert_eq!(field("version"), [&7.into(), &Value::Null, &Value::Null, &Value::Null]);
    assert_eq!(field("line"), [2, 4, 6, 8]);
    assert_eq!(field("closed_by"), [&Value::Null; 4]);
    let reasons = [
        "$DATE is not an ISO 8601 date and time",
        "$VERSION is not a number",
        "it is not a JSON object",
        "it is not valid UTF-8",
    ];
    assert_eq!(field("reason"), reasons);
    let text = cli(&home).run(&["quarantine", "list"]);
    assert_eq!((text.code, text.stdout.lines().count(), &*text.stderr), (Some(0), 6, ""), "{text:?}");
    assert!(reasons.iter().all(|reason| text.stdout.contains(reason)), "{text:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn show_gives_the_bytes_without_steering_the_terminal() {
    let (_server, home) = quarantined().await;
    let text = cli(&home).run(&["quarantine", "show", "3"]);
    assert_eq!(text.code, Some(0));
    assert!(
        text.stdout.contains("Reason: it is not a JSON object\n") && text.stdout.ends_with("\nnot json \n"),
        "{text:?}"
    );
    let entry = json(&cli(&home).run(&["quarantine", "show", "1", "--json"]));
    assert_eq!(entry["text"], std::str::from_utf8(BAD[0]).unwrap());
    assert_eq!((&entry["size"], &entry["complete"]), (&BAD[0].len().into(), &true.into()));
    let bytes = oracle::value(&home.database(), "SELECT hex(BYTES) FROM EXECUTE_SYNC_QUARANTINE WHERE ENTRY = 4");
    assert_eq!(bytes, "FFFE206E6F742074657874", "exactly what came");
    let several = json(&cli(&home).run(&["quarantine", "show", "1", "2", "--json"]));
    assert_eq!(several.as_array().unwrap().len(), 2);
    assert_eq!(several[0], entry);
    for call in [["quarantine", "show", "99"], ["quarantine", "close", "99"], ["quarantine", "retry", "99"]] {
        let output = cli(&home).run(&call);
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
        assert!(
            output
                .stderr
                .starts_with("Error: there is no quarantine entry 99\n       `execute-sync quarantine list --all`"),
            "{output:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn close_takes_entries_off_the_list_and_status_is_green_again() {
    let (server, home) = quarantined().await;
    assert_eq!(cli(&home).run(&["status"]).code, Some(6));
    assert_eq!(cli(&home).run(&["quarantine", "close", "3"]).stdout, "1 entry closed\n");
    let said = cli(&home).run(&["status"]);
    assert!(said.code == Some(6) && said.stdout.ends_with(" · 3 in quarantine\n"), "{said:?}");
    assert_eq!(cli(&home).run(&["quarantine", "close", "1", "2", "3"]).stdout, "2 entries closed\n");
    assert_eq!(json(&cli(&home).run(&["quarantine", "close", "3", "4", "--json"])), serde_json::json!({ "closed": 1 }));
    let said = cli(&home).run(&["status"]);
    assert!(said.code == Some(0) && !said.stdout.contains("quarantine"), "{said:?}");
    assert_eq!(cli(&home).run(&["quarantine", "list"]).stdout, "No open entries\n");
    let all = json(&cli(&home).run(&["quarantine", "list", "--all", "--json"]));
    assert!(all.as_array().unwrap().len() == 4 && all[0]["closed_by"] == "person", "{all}");
    assert_eq!(cli(&home).run(&["quarantine", "retry"]).stdout, "No open entries\n");
    let run = Cli::patient(&home, &server.url()).run(&["push"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(cli(&home).run(&["status"]).code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_stores_what_can_be_stored_now_and_says_why_the_rest_stays() {
    let (server, home) = quarantined().await;
    let output = cli(&home).run(&["quarantine", "retry"]);
    assert_eq!(output.code, Some(6), "{output:?}");
    assert_eq!(output.stdout.lines().next(), Some("entry 1: stays, $DATE is not an ISO 8601 date and time"));
    assert_eq!(output.stdout.lines().count(), 4, "{output:?}");
    oracle::complete(&home, &server.ledger()).check().unwrap();
    // As if an earlier version of ours had been stricter: the line in entry 2 can be stored by today's rules.
    let line = String::from_utf8(ledger::tiny("bad-2", 3)).unwrap();
    let sql = format!(
        "UPDATE EXECUTE_SYNC_QUARANTINE SET BYTES = CAST('{line}' AS BLOB), SIZE = {} WHERE ENTRY = 2",
        line.len()
    );
    let done = std::process::Command::new("sqlite3").arg(home.database()).arg(sql).status().unwrap();
    assert!(done.success());
    let stays = cli(&home).run(&["quarantine", "retry", "1", "3", "--json"]);
    assert_eq!(stays.code, Some(6), "{stays:?}");
    let (stays, stay) = (json(&stays), [(1, "$DATE is not an ISO 8601 date and time"), (3, "it is not a JSON object")]);
    let stay = stay.map(|(entry, reason)| serde_json::json!({ "entry": entry, "reason": reason }));
    assert_eq!(stays, serde_json::json!({ "stored": [], "outdated": [], "stay": stay }));
    let output = cli(&home).run(&["quarantine", "retry", "2"]);
    assert_eq!((output.code, &*output.stdout), (Some(0), "entry 2: stored\n"), "{output:?}");
    assert_eq!(oracle::value(&home.database(), "SELECT DATA FROM EXECUTE_DOCUMENTS_LATEST WHERE ID = 'bad-2'"), line);
    let open = json(&cli(&home).run(&["quarantine", "list", "--json"]));
    assert_eq!(open.as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_closes_an_entry_that_it_stores_also_one_without_identity() {
    let (_server, home) = quarantined().await;
    // As if an earlier version of ours had read nothing of it.
    let line = String::from_utf8(ledger::tiny("bad-3", 3)).unwrap();
    let set = format!("BYTES = CAST('{line}' AS BLOB), SIZE = {}, TYPE = NULL, ID = NULL", line.len());
    edit(&home.database(), &[&format!("UPDATE EXECUTE_SYNC_QUARANTINE SET {set} WHERE ENTRY = 3")]);
    let output = cli(&home).run(&["quarantine", "retry", "3"]);
    assert_eq!((output.code, &*output.stdout), (Some(0), "entry 3: stored\n"), "{output:?}");
    assert_eq!(oracle::value(&home.database(), "SELECT DATA FROM EXECUTE_DOCUMENTS_LATEST WHERE ID = 'bad-3'"), line);
    let all = json(&cli(&home).run(&["quarantine", "list", "--all", "--json"]));
    assert_eq!((&all[2]["closed_by"], &all[3]["closed_by"]), (&"document".into(), &Value::Null), "{all}");
}

/// A line that the start of a page makes unreadable, though by itself it can be read.
fn marked(line: &[u8]) -> Vec<u8> {
    [b"\xef\xbb\xbf", line].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_puts_nothing_over_the_same_version_that_came_later() {
    let named = |name: &str| {
        let line = String::from_utf8(ledger::tiny("doc", 3)).unwrap();
        format!(r#"{},"NAME":"{name}"}}"#, line.strip_suffix('}').unwrap()).into_bytes()
    };
    let mut ledger = Ledger::default();
    ledger.push(&Ledger::mark(1), ledger::tiny("other", 1));
    ledger.push(&Ledger::mark(2), marked(&named("old")));
    let (server, home) = (Execute::start(ledger.clone()).await, Home::new());
    let push = || Cli::patient(&home, &server.url()).run(&["push"]).code;
    assert_eq!(push(), Some(6));
    ledger.push(&Ledger::mark(3), named("new"));
    server.set_ledger(ledger);
    assert_eq!(push(), Some(0));
    let output = cli(&home).run(&["quarantine", "retry"]);
    let said = "entry 1: closed, the source has sent the same version since, and it is stored\n";
    assert_eq!((output.code, &*output.stdout), (Some(0), said), "{output:?}");
    let stored = "SELECT group_concat(json_extract(DATA, '$.NAME')) FROM EXECUTE_DOCUMENTS WHERE ID = 'doc'";
    assert_eq!(oracle::value(&home.database(), stored), "new");
    assert_eq!(cli(&home).run(&["quarantine", "list"]).stdout, "No open entries\n");
    assert_eq!(json(&cli(&home).run(&["quarantine", "retry", "1", "--json"]))["outdated"], serde_json::json!([]));
    assert_eq!(cli(&home).run(&["status"]).code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_leaves_a_line_whose_version_was_stored_by_the_run_that_it_came_in() {
    let mut ledger = Ledger::default();
    ledger.push(&Ledger::mark(1), ledger::tiny("doc", 3));
    ledger.push(&Ledger::mark(2), marked(&ledger::tiny("doc", 3)));
    let (server, home) = (Execute::start(ledger).await, Home::new());
    assert_eq!(Cli::patient(&home, &server.url()).set("MAX_DOCUMENTS", "9").run(&["push"]).code, Some(6));
    let output = cli(&home).run(&["quarantine", "retry"]);
    assert_eq!(output.code, Some(6), "{output:?}");
    assert!(output.stdout.starts_with("entry 1: stays, the same version was stored by the run"), "{output:?}");
    assert_eq!(oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS"), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_brings_nothing_back_that_a_refresh_no_longer_saw() {
    let (_server, home) = too_large().await;
    // The source no longer has them; and another source never had them.
    let mut ledger = Ledger::default();
    ledger.push(&Ledger::mark(1), ledger::tiny("doc-9", 1));
    let other = Execute::start(ledger).await;
    let refreshed = narrow(&home, &other).run(&["push", "-f", "--allow-removals"]);
    assert_eq!(refreshed.code, Some(0), "{refreshed:?}");
    assert!(
        refreshed.stderr.contains("2 entries of the quarantine closed: the source no longer sends their lines"),
        "{refreshed:?}"
    );
    assert_eq!(cli(&home).run(&["quarantine", "retry"]).stdout, "No open entries\n");
    assert_eq!(oracle::value(&home.database(), "SELECT group_concat(DISTINCT ID) FROM EXECUTE_DOCUMENTS"), "doc-9");
    let all = json(&cli(&home).run(&["quarantine", "list", "--all", "--json"]));
    assert_eq!((&all[0]["closed_by"], &all[1]["closed_by"]), (&"refresh".into(), &"refresh".into()), "{all}");
    assert_eq!(cli(&home).run(&["status"]).code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_an_entry_makes_nothing_green_that_is_not() {
    let (server, home) = quarantined().await;
    server.plan(|_| Some(fault::status("401 Unauthorized")));
    assert_eq!(Cli::for_server(&home, &server.url()).run(&["push"]).code, Some(3));
    // As if it had failed so all day: more than is looked at first.
    let history = home.path().join("execute-sync-runs.ndjson");
    let text = std::fs::read_to_string(&history).unwrap();
    let failed = text.lines().last().unwrap();
    let id = serde_json::from_str::<Value>(failed).unwrap()["run_id"].as_str().unwrap().to_owned();
    let day: String = (0..300).map(|number| failed.replace(&id, &format!("{id}-{number}")) + "\n").collect();
    std::fs::write(&history, text + &day).unwrap();
    for call in
        [&["quarantine", "close", "1", "2"][..], &["quarantine", "retry", "3"], &["quarantine", "close", "3", "4"]]
    {
        cli(&home).run(call);
        let said = cli(&home).run(&["status"]);
        assert!(said.code == Some(1) && said.stdout.starts_with("Needs you"), "{said:?}");
        assert_eq!(json(&cli(&home).run(&["runs", "--json"]))[0]["outcome"], "failed");
    }
}

/// Documents that are too large for [`narrow`], of some 3,000 and 90,000 bytes: of one all is kept, of the other its head.
fn large(id: &str, bytes: usize) -> Vec<u8> {
    let text = String::from_utf8(ledger::tiny(id, 2)).unwrap();
    format!(r#"{},"NOTE":"{}"}}"#, text.strip_suffix('}').unwrap(), "x".repeat(bytes)).into_bytes()
}

fn narrow(home: &Home, server: &Execute) -> Cli {
    Cli::patient(home, &server.url()).set("MAX_DOCUMENTS", "100").set("MAX_DOCUMENT_BYTES", "2048")
}

/// 30 small documents; then the first two have become too large, and the last is gone.
async fn too_large() -> (Execute, Home) {
    let small = |number: usize| ledger::tiny(&format!("doc-{number}"), 1);
    let mut ledger = Ledger::default();
    (0..30).for_each(|number| ledger.push(&Ledger::mark(number), small(number)));
    let (server, home) = (Execute::start(ledger).await, Home::new());
    assert_eq!(narrow(&home, &server).run(&["push"]).code, Some(0));
    let mut ledger = Ledger::default();
    (2..29).for_each(|number| ledger.push(&Ledger::mark(number), small(number)));
    ledger.push(&Ledger::mark(31), large("doc-0", 3_000));
    ledger.push(&Ledger::mark(32), large("doc-1", 90_000));
    server.set_ledger(ledger);
    let output = narrow(&home, &server).run(&["push", "-f"]);
    assert_eq!(output.code, Some(6), "{output:?}");
    assert!(output.stderr.contains("Removed documents that the source no longer has: 1 of 30"), "{output:?}");
    (server, home)
}

fn versions(home: &Home) -> Vec<Vec<String>> {
    let sql = "SELECT ID, VERSION FROM EXECUTE_DOCUMENTS_LATEST WHERE ID IN ('doc-0', 'doc-1', 'doc-29') ORDER BY 1";
    oracle::rows(&home.database(), sql)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_above_the_size_limit_is_known_by_its_beginning_until_the_limit_is_raised() {
    let (server, home) = too_large().await;
    assert_eq!(versions(&home), [["doc-0", "1"], ["doc-1", "1"]], "their earlier versions stay");
    let entries = json(&cli(&home).run(&["quarantine", "list", "--json"]));
    let known: Vec<_> = entries.as_array().unwrap().iter().map(|e| (&e["id"], &e["version"], &e["complete"])).collect();
    let two = Value::from(2);
    assert_eq!(known, [(&"doc-0".into(), &two, &true.into()), (&"doc-1".into(), &two, &false.into())]);

    let output = narrow(&home, &server).set("MAX_DOCUMENT_BYTES", "1000000").run(&["push", "-f"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(cli(&home).run(&["quarantine", "list"]).stdout, "No open entries\n");
    assert_eq!(versions(&home), [["doc-0", "2"], ["doc-1", "2"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_stores_a_document_above_the_size_limit_if_all_of_it_was_kept() {
    let (_server, home) = too_large().await;
    let output = cli(&home).run(&["quarantine", "retry"]);
    assert_eq!(output.code, Some(6), "{output:?}");
    let expected = "entry 1: stored\nentry 2: stays, only its beginning was kept; raise EXECUTESYNC_MAX_DOCUMENT_BYTES";
    assert!(output.stdout.starts_with(expected), "{output:?}");
    assert_eq!(versions(&home), [["doc-0", "2"], ["doc-1", "1"]]);
    let open = json(&cli(&home).run(&["quarantine", "list", "--json"]));
    assert!(open.as_array().unwrap().len() == 1 && open[0]["id"] == "doc-1", "{open}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_version_of_the_document_closes_its_entry() {
    let (server, home) = quarantined().await;
    let mut ledger = world();
    ledger.push(&Ledger::mark(60), ledger::tiny("bad-1", 7));
    server.set_ledger(ledger);
    let output = Cli::patient(&home, &server.url()).run(&["push"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let entries = json(&cli(&home).run(&["quarantine", "list", "--all", "--json"]));
    assert_ne!(entries[0]["closed_at"], Value::Null, "{entries}");
    assert_eq!(entries[1]["closed_at"], Value::Null, "{entries}");
}

#[test]
fn without_a_database_there_is_nothing_in_quarantine_and_none_is_made() {
    let home = Home::new();
    assert_eq!(cli(&home).run(&["quarantine", "list"]).stdout, "No open entries\n");
    assert_eq!(json(&cli(&home).run(&["quarantine", "list", "--json"])), serde_json::json!([]));
    let retry = cli(&home).run(&["quarantine", "retry"]);
    assert_eq!(retry.code, Some(2), "{retry:?}");
    assert!(
        retry.stderr.contains("this database was never synced by Execute Sync\n       Run `execute-sync push` first."),
        "{retry:?}"
    );
    let bare = cli(&home).run(&["quarantine"]);
    assert_eq!(bare.code, Some(2), "{bare:?}");
    assert!(!home.database().exists());
}

#[test]
fn a_place_that_can_hold_no_database_is_told_as_by_a_run() {
    let home = Home::new();
    std::fs::create_dir(home.path().join("folder")).unwrap();
    let cases = [("folder", "is a folder, not a database file"), ("gone/a.sqlite", "gone does not exist")];
    let commands: [&[&str]; 4] =
        [&["quarantine", "list"], &["quarantine", "show", "1"], &["quarantine", "retry"], &["prune"]];
    for (place, words) in cases {
        for command in commands {
            let output = cli(&home).set("DATABASE_DSN", home.path().join(place)).run(command);
            assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{place}, {command:?}: {output:?}");
            assert!(output.stderr.contains(words), "{place}, {command:?}: {output:?}");
        }
    }
}
