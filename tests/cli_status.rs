//! `status` and `runs`: what the local history knows, for people and for scripts; and a database that is gone.

use serde_json::Value;

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, KEY_SECRET, What};
use crate::support::fault;
use crate::support::ledger::{Ledger, Size};
use crate::support::program::Program;
use crate::support::run::Home;
use crate::support::seed::Rng;
use crate::support::wire::{At, Then};

async fn server() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Exit code, state, and what the sentence begins with.
fn status(cli: &Cli) -> (i32, String, String) {
    let (text, machine) = (cli.run(&["status"]), cli.run(&["status", "--json"]));
    let value = json(&machine);
    assert_eq!(text.code, machine.code);
    assert_eq!(value["exit_code"], text.code.unwrap());
    assert_eq!(value["sentence"], text.stdout.trim_end());
    assert_eq!((text.stdout.lines().count(), &*text.stderr), (1, ""), "{text:?}");
    (text.code.unwrap(), value["state"].as_str().unwrap().to_owned(), text.stdout.trim_end().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_tells_fresh_from_failed_from_quarantined() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let (code, state, sentence) = status(&cli);
    assert_eq!((code, &*state, &*sentence), (1, "never", "Never synced · run `execute-sync push`"));
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let (code, state, sentence) = status(&cli);
    assert_eq!((code, &*state, &*sentence), (0, "up_to_date", "Up to date · synced just now · 12 documents read"));
    server.plan(|_| Some(fault::status("401 Unauthorized")));
    assert_eq!(cli.run(&["push"]).code, Some(3));
    let (code, state, sentence) = status(&cli);
    assert_eq!((code, &*state), (1, "needs_you"));
    assert_eq!(sentence, "Needs you · 127.0.0.1 does not accept the API key (401)");
    server.clear();
    let mut ledger = (*server.ledger()).clone();
    ledger.push(&Ledger::mark(77), b"{\"DOCUMENT_ID\":\"x\"}".to_vec());
    server.set_ledger(ledger);
    assert_eq!(cli.run(&["push"]).code, Some(6));
    let (code, state, sentence) = status(&cli);
    assert_eq!((code, &*state), (6, "quarantine"));
    assert_eq!(sentence, "Up to date · synced just now · 0 documents changed · 1 in quarantine");
    assert_eq!(cli.run(&["push"]).code, Some(0), "a run without bad documents of its own");
    assert_eq!(status(&cli).0, 6, "the entry is still open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_asks_nobody_and_needs_no_login() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let asked = server.log().len();
    assert_eq!(status(&cli).0, 0);
    assert_eq!(server.log().len(), asked);
    assert_eq!(status(&Cli::new(&home).set("DATABASE_TYPE", "SQLITE")).0, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_is_not_up_to_date() {
    let server = server().await;
    let home = Home::new();
    let (folder, away) = (home.path().join("disk"), home.path().join("away"));
    let database = folder.join("a.sqlite");
    std::fs::create_dir(&folder).unwrap();
    let cli = Cli::patient(&home, &server.url()).set("DATABASE_DSN", &database);
    let missing = |said: &str| (1, "missing".to_owned(), format!("Not up to date · {said}"));
    assert_eq!(cli.run(&["push"]).code, Some(0));

    std::fs::rename(&folder, &away).unwrap();
    let said =
        format!("the folder {} of the database is gone · put it back, or connect the disk it is on", folder.display());
    assert_eq!(status(&cli), missing(&said));
    // From within another folder, by a path that says less.
    let relative = Cli::patient(&home, &server.url()).set("DATABASE_DSN", "disk/a.sqlite");
    assert_eq!(status(&relative), missing(&said));
    assert!(!folder.exists(), "looking makes nothing");
    std::fs::rename(&away, &folder).unwrap();
    assert_eq!(status(&cli).0, 0);

    std::fs::remove_file(&database).unwrap();
    let said =
        format!("the database {} is gone · put it back, or the next sync reads everything anew", database.display());
    assert_eq!(status(&cli), missing(&said));
    assert!(!database.exists(), "looking makes nothing");
    #[cfg(unix)]
    {
        let mounted = home.path().join("unmounted");
        std::fs::create_dir(&mounted).unwrap();
        std::os::unix::fs::symlink(mounted.join("a.sqlite"), &database).unwrap();
        assert_eq!(cli.run(&["push"]).code, Some(0));
        std::fs::rename(&mounted, &away).unwrap();
        let (_, state, sentence) = status(&cli);
        assert!(state == "missing" && sentence.contains("unmounted of the database is gone"), "{sentence}");
        std::fs::remove_file(&database).unwrap();
    }
    assert_eq!(cli.run(&["push"]).code, Some(0));
    assert_eq!(
        status(&cli),
        (0, "up_to_date".to_owned(), "Up to date · synced just now · 12 documents read".to_owned())
    );
}

#[test]
fn looking_makes_no_state_folder() {
    let home = Home::new();
    let folder = home.path().join("state");
    let cli = Cli::new(&home).set("DATABASE_TYPE", "SQLITE").set("STATE_DIR", &folder);
    assert_eq!(status(&cli).1, "never");
    assert_eq!(cli.run(&["runs"]).stdout, "No runs yet\n");
    assert_eq!(cli.run(&["quarantine", "list"]).stdout, "No open entries\n");
    assert!(!folder.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_late_is_not_fresh() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let history = home.path().join("execute-sync-runs.ndjson");
    let text = std::fs::read_to_string(&history).unwrap();
    let year = &text[text.find("\"started\":\"").unwrap() + 11..][..4];
    std::fs::write(&history, text.replace(&format!("\"{year}-"), "\"2001-")).unwrap();
    let (code, state, sentence) = status(&cli);
    assert_eq!((code, &*state), (1, "late"), "{sentence}");
    assert!(sentence.ends_with(" days ago, expected every 600 seconds"), "{sentence}");
    let (code, state, _) = status(&Cli::patient(&home, &server.url()).set("WAIT", "0"));
    assert_eq!((code, &*state), (0, "up_to_date"), "nobody expects it at a certain time");
}

#[cfg(unix)] // Signals are not for Windows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_stopped_midway_is_not_fresh_whatever_came_before() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    assert_eq!(cli.run(&["push"]).code, Some(0));
    std::fs::remove_file(home.database()).unwrap();
    let second = server.asked(What::Page) + 2;
    server
        .plan(move |ask| (ask.what == What::Page && ask.number == second).then(|| fault::cut(At::Middle, Then::Stall)));
    let program = Program::start(&cli, &["push"]);
    while server.asked(What::Page) < second {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(143));
    let (code, state, sentence) = status(&cli);
    assert_eq!((code, &*state), (1, "stopped"), "{sentence}");
    assert!(sentence.starts_with("Stopped just now before it was done · last synced"), "{sentence}");
    server.clear();
    assert_eq!(cli.run(&["push"]).code, Some(0));
    assert_eq!(status(&cli).0, 0);
}

#[cfg(unix)] // Signals are not for Windows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_killed_is_not_taken_for_one_that_goes_on() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let history = home.path().join("execute-sync-runs.ndjson");
    server.fault_at(1, fault::cut(At::Middle, Then::Stall));
    let program = Program::start(&cli, &["push"]);
    while !history.exists() {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    program.signal("KILL");
    assert_eq!(program.ended().code, None);
    let (code, state, sentence) = status(&cli);
    assert_eq!((code, &*state), (1, "failed"), "{sentence}");
    assert!(sentence.contains("the last run was killed; the next one goes on from its last whole page"), "{sentence}");
    assert_eq!(json(&cli.run(&["runs", "--json"]))[0]["outcome"], "interrupted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calculated_values_are_as_old_as_the_beginning_of_the_reading_that_brought_them() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let calculated = || json(&cli.run(&["status", "--json", "--calcs"]))["calculated_values_as_of"].clone();
    assert_eq!(cli.run(&["push", "--calcs"]).code, Some(0));
    let database = rusqlite::Connection::open(home.database()).unwrap();
    let date = |sql: &str| Value::String(database.query_one(sql, [], |row| row.get(0)).unwrap());
    assert_eq!(calculated(), date("SELECT BATCH_DATE FROM EXECUTE_SYNC_STATE"), "the very first run reads everything");
    server.fault_at(server.asked(What::Page) + 2, fault::status("404 Not Found"));
    assert_eq!(cli.run(&["push", "-f", "--calcs"]).code, Some(2));
    server.clear();
    // As if all that had been a day ago.
    let day_before = |column: &str| format!("{column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-1 day')");
    let (rows, refresh) = (day_before("BATCH_DATE"), day_before("REFRESH_BATCH_DATE"));
    let sql = format!("UPDATE EXECUTE_DOCUMENTS SET {rows}; UPDATE EXECUTE_SYNC_STATE SET {rows}, {refresh}");
    database.execute_batch(&sql).unwrap();
    let began = date("SELECT REFRESH_BATCH_DATE FROM EXECUTE_SYNC_STATE");
    assert_eq!(cli.run(&["push", "--calcs"]).code, Some(0));
    assert_eq!(calculated(), began, "not the run that ended it");
    assert_eq!(cli.run(&["push", "--calcs"]).code, Some(0));
    assert_eq!(calculated(), began, "a run that reads on changes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_reading_that_was_broken_off_counts_from_its_beginning_once_it_is_complete() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let calculated = || json(&cli.run(&["status", "--json", "--calcs"]))["calculated_values_as_of"].clone();
    // In three runs, the second of them killed.
    server.fault_at(2, fault::status("404 Not Found"));
    assert_eq!(cli.run(&["push", "--calcs"]).code, Some(2));
    assert_eq!(calculated(), Value::Null);
    let set_out = || json(&cli.run(&["runs", "--json"]))[0]["reads_everything"] == true;
    assert!(set_out(), "however it ended");
    let database = rusqlite::Connection::open(home.database()).unwrap();
    let day_before = |column: &str| format!("{column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-1 day')");
    let (rows, reading) = (day_before("BATCH_DATE"), day_before("REFRESH_BATCH_DATE"));
    let sql = format!("UPDATE EXECUTE_DOCUMENTS SET {rows}; UPDATE EXECUTE_SYNC_STATE SET {rows}, {reading}");
    database.execute_batch(&sql).unwrap();
    let began: String = database.query_one("SELECT BATCH_DATE FROM EXECUTE_SYNC_STATE", [], |row| row.get(0)).unwrap();
    server.fault_at(server.asked(What::Page) + 2, fault::cut(At::Middle, Then::Stall));
    let asked = server.asked(What::Page) + 2;
    let mut killed = cli.command(&["push", "--calcs"]).stderr(std::process::Stdio::null()).spawn().unwrap();
    while server.asked(What::Page) < asked {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    server.clear();
    assert_eq!(cli.run(&["push", "--calcs"]).code, Some(0));
    assert_eq!(calculated(), began);
    assert!(set_out(), "it went on with that");
    assert_eq!(cli.run(&["push", "--calcs"]).code, Some(0));
    assert_eq!(calculated(), began, "a run that reads on changes nothing");
    assert!(!set_out());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_are_listed_with_the_newest_first() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    assert_eq!(cli.run(&["runs"]).stdout, "No runs yet\n");
    assert_eq!(json(&cli.run(&["runs", "--json"])), serde_json::json!([]));
    assert_eq!(cli.run(&["push"]).code, Some(0));
    assert_eq!(cli.run(&["push", "-f"]).code, Some(0));
    server.plan(|_| Some(fault::status("401 Unauthorized")));
    assert_eq!(cli.run(&["push"]).code, Some(3));
    let runs = json(&cli.run(&["runs", "--json"]));
    let field = |name: &str| -> Vec<&Value> { runs.as_array().unwrap().iter().map(|run| &run[name]).collect() };
    assert_eq!(field("outcome"), ["failed", "succeeded", "succeeded"]);
    assert_eq!(field("full_refresh"), [false, true, false]);
    assert_eq!(field("documents"), [0, 12, 12]);
    assert_eq!(field("pages"), [0, 3, 3]);
    assert_eq!(runs[0]["error"]["code"], "refused_by_source");
    assert!(runs[0]["error"]["hint"].as_str().unwrap().starts_with("Check EXECUTESYNC_EXECUTE_APIKEY_ID"));
    assert_eq!(json(&cli.run(&["runs", "--json", "-n", "1"])).as_array().unwrap().len(), 1);
    let none = cli.run(&["runs", "-n", "0"]);
    assert_eq!((none.code, &*none.stdout), (Some(2), ""), "{none:?}");
    let text = cli.run(&["runs"]);
    let lines: Vec<&str> = text.stdout.lines().collect();
    assert_eq!(lines.len(), 5, "{text:?}");
    assert_eq!(
        lines[0].split_whitespace().collect::<Vec<_>>(),
        ["STARTED", "RESULT", "KIND", "TIME", "DOCUMENTS", "PAGES", "BAD", "ERROR"]
    );
    assert!(lines[2].contains("  failed  ") && lines[2].contains("does not accept the API key"), "{text:?}");
    assert!(lines[3].contains("  full  ") && lines[4].contains("  push  "), "{text:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_of_one_database_is_not_that_of_another() {
    let server = server().await;
    let home = Home::new();
    let of = |name: &str| Cli::patient(&home, &server.url()).set("DATABASE_DSN", name);
    assert_eq!(of("a.db").run(&["push"]).code, Some(0));
    assert_eq!(status(&of("b.db")).1, "never");
    assert_eq!(of("b.db").run(&["push"]).code, Some(0));
    assert_eq!(json(&of("a.db").run(&["runs", "--json"])).as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_that_fail_in_their_settings_or_secret_are_not_fresh() {
    let server = server().await;
    let home = Home::new();
    let secret = home.path().join("secret");
    let cli = || Cli::patient(&home, &server.url()).set("EXECUTE_APIKEY_SECRET", "");
    let with_file = cli().set("EXECUTE_APIKEY_SECRET_FILE", &secret);
    std::fs::write(&secret, KEY_SECRET).unwrap();
    assert_eq!(with_file.run(&["push"]).code, Some(0));
    let runs = || json(&with_file.run(&["runs", "--json"])).as_array().unwrap().clone();
    std::fs::remove_file(&secret).unwrap();
    let calls: [&[&str]; 4] = [&["push"], &["clone"], &["sync"], &["push", "-c", "many"]];
    for (at, call) in calls.into_iter().enumerate() {
        assert_eq!(with_file.run(call).code, Some(2), "{call:?}");
        let (code, state, sentence) = status(&with_file);
        assert_eq!((code, &*state), (1, "needs_you"), "{call:?}: {sentence}");
        let newest = &runs()[0];
        assert!(sentence.contains(newest["error"]["message"].as_str().unwrap()), "{call:?}: {sentence}");
        assert_eq!((runs().len(), &newest["outcome"]), (at + 2, &"failed".into()), "{call:?}");
    }
    std::fs::write(&secret, KEY_SECRET).unwrap();
    assert_eq!(with_file.run(&["push"]).code, Some(0));
    assert_eq!(status(&with_file).0, 0);

    // Beside a run that goes on it says nothing of the data.
    server.plan(|_| Some(fault::cut(At::Middle, Then::Stall)));
    let asked = server.log().len();
    let _going_on = Program::start(&with_file, &["push"]);
    while server.log().len() == asked {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let before = runs().len();
    assert_eq!(cli().run(&["push"]).code, Some(2));
    assert_eq!((runs().len(), status(&with_file).1), (before, "syncing".to_owned()));
}

#[test]
fn a_first_run_that_cannot_begin_leaves_no_files() {
    let home = Home::new();
    let cli = Cli::for_server(&home, "http://127.0.0.1:1").set("CHUNK_SIZE", "many");
    assert_eq!(cli.run(&["push"]).code, Some(2));
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
    assert_eq!(status(&cli).1, "never");
}
