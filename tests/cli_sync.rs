//! `sync`: sync, wait, repeat; what ends it and what does not.
#![cfg(unix)] // Signals are not for Windows.

use crate::support::cli::Cli;
use crate::support::execute::{Execute, What};
use crate::support::fault;
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::program::{Ended, Program};
use crate::support::run::Home;
use crate::support::seed::Rng;

async fn server() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await
}

/// Waits for so many lines with these words, then asks it to end.
fn until(mut program: Program, words: &str, times: usize) -> Ended {
    for _ in 0..times {
        program.says_again(words);
    }
    program.signal("TERM");
    program.ended()
}

fn count(text: &str, words: &str) -> usize {
    text.matches(words).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_syncs_waits_and_syncs_again_until_it_is_told_to_end() {
    let server = server().await;
    for alias in ["sync", "s"] {
        let home = Home::new();
        let program = Program::start(&Cli::patient(&home, &server.url()).set("WAIT", "1"), &[alias]);
        let ended = until(program, "INFO Sleeping 1 seconds", 2);
        assert_eq!((ended.code, &*ended.stdout), (Some(143), ""), "{ended:?}");
        assert_eq!(count(&ended.stderr, "INFO Sync Complete: 12 Updated Documents\n"), 1, "{ended:?}");
        assert_eq!(count(&ended.stderr, "INFO Sync Complete: No Updated Documents\n"), 1, "{ended:?}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_nothing_to_wait_for_it_syncs_once() {
    let server = server().await;
    let home = Home::new();
    let output = Cli::patient(&home, &server.url()).run(&["sync", "-w", "0"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(count(&output.stderr, "Sleeping"), 0);
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_that_only_a_person_can_mend_ends_it_in_its_first_run() {
    let server = server().await;
    let home = Home::new();
    server.plan(|_| Some(fault::status("401 Unauthorized")));
    let output = Cli::patient(&home, &server.url()).set("WAIT", "1").run(&["sync"]);
    assert_eq!(output.code, Some(3), "{output:?}");
    assert_eq!((count(&output.stderr, "Sync Failed: "), count(&output.stderr, "Sleeping")), (1, 0), "{output:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_mistake_later_is_told_and_tried_again() {
    let server = server().await;
    let home = Home::new();
    // The first run asks for three pages and a schema. The second is refused, the third is let in again.
    server.plan(|ask| {
        (ask.what == What::Schema && ask.number == 2 || ask.what == What::Page && ask.number == 4)
            .then(|| fault::status("401 Unauthorized"))
    });
    let program = Program::start(&Cli::patient(&home, &server.url()).set("WAIT", "1"), &["sync"]);
    let ended = until(program, "INFO Sleeping 1 seconds", 3);
    assert_eq!(ended.code, Some(143), "{ended:?}");
    assert_eq!(count(&ended.stderr, "Sync Failed: 127.0.0.1 does not accept the API key (401)"), 1, "{ended:?}");
    let after = ended.stderr.split_once("Sync Failed").unwrap().1;
    assert_eq!(count(after, "Sync Complete: No Updated Documents"), 1, "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_pass_by_itself_does_not_end_it_in_its_first_run() {
    let server = server().await;
    let home = Home::new();
    server.fault_at(1, fault::no_header("X-Sync-Truncated"));
    let program = Program::start(&Cli::patient(&home, &server.url()).set("WAIT", "1"), &["sync"]);
    let ended = until(program, "INFO Sleeping 1 seconds", 2);
    assert_eq!(ended.code, Some(143), "{ended:?}");
    assert_eq!(count(&ended.stderr, "Sync Failed: the server's X-Sync-Truncated header is missing"), 1, "{ended:?}");
    assert_eq!(count(&ended.stderr, "Sync Complete: 12 Updated Documents"), 1, "{ended:?}");
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn force_is_for_its_first_run_only() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url()).set("WAIT", "1");
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let ended = until(Program::start(&cli, &["sync", "--force"]), "INFO Sleeping 1 seconds", 2);
    assert_eq!(count(&ended.stderr, "Sync Complete: 12 Updated Documents"), 1, "{ended:?}");
    assert_eq!(count(&ended.stderr, "Sync Complete: No Updated Documents"), 1, "{ended:?}");
    let runs: Vec<serde_json::Value> = serde_json::from_str(&cli.run(&["runs", "--json"]).stdout).unwrap();
    let full: Vec<_> = runs.iter().map(|run| run["full_refresh"].as_bool().unwrap()).collect();
    assert_eq!(full, [false, true, false], "the newest first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_in_quarantine_do_not_end_it() {
    let mut ledger = Ledger::world(&mut Rng::new(1), 6, Size::Small);
    ledger.push(&Ledger::mark(77), b"{\"DOCUMENT_ID\":\"x\"}".to_vec());
    let server = Execute::start(ledger).await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url()).set("WAIT", "1");
    let ended = until(Program::start(&cli, &["sync"]), "INFO Sleeping 1 seconds", 2);
    assert_eq!(ended.code, Some(143), "{ended:?}");
    oracle::complete(&home, &server.ledger()).check().unwrap();
    assert_eq!(cli.run(&["status"]).code, Some(6));
}
