//! Runs that ended in the middle, and what another run, program or person left before they went on.

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, What};
use crate::support::fault::{self, held};
use crate::support::ledger::{Ledger, tiny};
use crate::support::older_tool;
use crate::support::oracle::{self, value};
use crate::support::other_program::edit;
use crate::support::program::Program;
use crate::support::run::Home;
use crate::support::wire::{At, Gate, Then};

/// `count` documents of a kind, each with a mark of its own.
fn documents(kind: &str, count: usize, version: i64) -> Ledger {
    let mut ledger = Ledger::default();
    for number in 0..count {
        ledger.push(&format!("{kind} {number}"), tiny(&format!("{kind}-{number:04}"), version));
    }
    ledger
}

async fn synced(ledger: Ledger) -> (Execute, Home) {
    let (server, home) = (Execute::start(ledger).await, Home::in_memory());
    let output = cli(&home, &server).run(&["push"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    (server, home)
}

fn cli(home: &Home, server: &Execute) -> Cli {
    Cli::patient(home, &server.url()).set("MAX_DOCUMENTS", "20")
}

/// Starts a run and kills it while it waits for its third page.
async fn killed_at_the_third_page(home: &Home, server: &Execute, arguments: &[&str]) {
    let third = server.asked(What::Page) + 3;
    server.fault_at(third, held(0, &Gate::closed()));
    let program = Program::start(&cli(home, server), arguments);
    server.arrived(What::Page, third).await;
    program.signal("KILL");
    program.ended();
    server.clear();
}

fn ended(output: &Output, code: i32) {
    assert_eq!(output.code, Some(code), "{}", output.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_beside_the_older_tool_leaves_its_mark_file_and_what_follows_misses_nothing() {
    for cleaned in [false, true] {
        let server = Execute::start(older_tool::ledger(400)).await;
        let home = older_tool::home("sound");
        let mark = std::fs::read(home.mark_file()).unwrap();
        for told in [true, false] {
            let trial = older_tool::cli(&home, &server.url()).set("DATABASE_DSN", "trial.sqlite").run(&["push"]);
            ended(&trial, 0);
            assert_eq!(trial.stderr.contains("execute.sqlite and is left as it is"), told, "{}", trial.stderr);
            assert_eq!(std::fs::read(home.mark_file()).unwrap(), mark);
        }
        if cleaned {
            for entry in std::fs::read_dir(home.path()).unwrap().map(Result::unwrap) {
                let name = entry.file_name().into_string().unwrap();
                if ["trial.sqlite", "execute-sync-runs", ".execute-sync"].iter().any(|ours| name.starts_with(ours)) {
                    std::fs::remove_file(entry.path()).unwrap();
                }
            }
        }
        let output = older_tool::cli(&home, &server.url()).run(&["push"]);
        ended(&output, 0);
        assert!(output.stderr.contains("Sync Complete: 70 Updated Documents"), "{}", output.stderr);
        oracle::adopted_complete(&home, &server.ledger(), older_tool::READ).check().unwrap();
        assert_ne!(std::fs::read(home.mark_file()).unwrap(), mark, "it is followed by the database that it belongs to");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_on_a_copy_goes_on_from_the_mark_file_and_leaves_it_alone() {
    let server = Execute::start(older_tool::ledger(400)).await;
    let home = older_tool::home("sound");
    let mark = std::fs::read(home.mark_file()).unwrap();
    std::fs::copy(home.database(), home.path().join("trial.sqlite")).unwrap();
    for documents in ["70", "No"] {
        let cli = older_tool::cli(&home, &server.url());
        let trial = cli.run(&["push", "--database-dsn", "trial.sqlite"]);
        ended(&trial, 0);
        assert!(trial.stderr.contains(&format!("Sync Complete: {documents} Updated Documents")), "{}", trial.stderr);
        assert_eq!(std::fs::read(home.mark_file()).unwrap(), mark);
    }
    // Nor does it leave one where there is none.
    std::fs::remove_file(home.mark_file()).unwrap();
    ended(&older_tool::cli(&home, &server.url()).run(&["push", "--database-dsn", "new.sqlite"]), 0);
    assert!(!home.mark_file().exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mark_file_follows_the_configured_database_also_when_that_is_read_anew() {
    let server = Execute::start(older_tool::ledger(400)).await;
    let home = older_tool::home("sound");
    std::fs::remove_file(home.database()).unwrap();
    let pages = server.asked(What::Page);
    server.fault_at(pages + 2, fault::status("404 Not Found"));
    let cli = older_tool::cli(&home, &server.url()).set("MAX_DOCUMENTS", "100");
    ended(&cli.run(&["push"]), 2);
    let stored = "SELECT MARK FROM EXECUTE_SYNC_STATE";
    let mark = || std::fs::read_to_string(home.mark_file()).unwrap();
    assert_eq!(mark().trim(), value(&home.database(), stored), "whoever goes back misses nothing");
    // Also where the older tool has been at work since, and the history is gone.
    ended(&cli.run(&["push"]), 0);
    std::fs::remove_file(home.path().join("execute-sync-runs.ndjson")).unwrap();
    std::fs::write(home.mark_file(), "2020-01-01T00:00:00Z").unwrap();
    ended(&cli.run(&["push"]), 0);
    assert_eq!(mark().trim(), value(&home.database(), stored));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_file_is_not_adopted_where_the_history_cannot_tell_whose_it_is() {
    let server = Execute::start(older_tool::ledger(400)).await;
    let home = older_tool::home("sound");
    std::fs::create_dir(home.path().join("execute-sync-runs.ndjson")).unwrap();
    let output = older_tool::cli(&home, &server.url()).run(&["push"]);
    ended(&output, 0);
    assert!(output.stderr.contains("This run becomes a full refresh"), "{}", output.stderr);
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_file_that_another_database_moved_on_is_not_adopted() {
    let server = Execute::start(older_tool::ledger(400)).await;
    let home = older_tool::home("sound");
    std::fs::remove_file(home.mark_file()).unwrap();
    let away = home.path().join("away.sqlite");
    std::fs::rename(home.database(), &away).unwrap();
    let trial = older_tool::cli(&home, &server.url()).set("DATABASE_DSN", "trial.sqlite").run(&["push"]);
    ended(&trial, 0);
    std::fs::rename(&away, home.database()).unwrap();
    let output = older_tool::cli(&home, &server.url()).run(&["push"]);
    ended(&output, 0);
    assert!(output.stderr.contains("the mark file belongs to another database"), "{}", output.stderr);
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replacement_of_another_source_that_was_killed_ends_with_the_new_source_alone() {
    let (_server, home) = synced(documents("old", 400, 1)).await;
    let other = Execute::start(documents("new", 100, 1)).await;
    killed_at_the_third_page(&home, &other, &["push", "-f", "--allow-removals"]).await;
    ended(&cli(&home, &other).run(&["push"]), 0);
    oracle::complete(&home, &other.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_refresh_begins_anew_if_another_program_wrote_since() {
    let (server, home) = synced(documents("d", 100, 1)).await;
    killed_at_the_third_page(&home, &server, &["push", "-f"]).await;
    edit(
        &home.database(),
        &["INSERT INTO EXECUTE_DOCUMENTS SELECT '2100-01-01T00:00:00Z', TYPE, ID, VERSION, CHUNK, AUTHOR, DATE, DELETED,
            '{\"MANGLED\":1}' FROM EXECUTE_DOCUMENTS WHERE ID = 'd-0090'"],
    );
    let output = cli(&home, &server).run(&["push"]);
    ended(&output, 0);
    assert!(output.stderr.contains("begins anew"), "{}", output.stderr);
    oracle::complete(&home, &server.ledger()).check().unwrap();
    let again = cli(&home, &server).run(&["push"]);
    assert!(!again.stderr.contains("newer than our last run"), "{}", again.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_back_removal_still_takes_versions_above_the_delivered_ones() {
    let (server, home) = synced(documents("d", 300, 2)).await;
    server.set_ledger(documents("d", 100, 1));
    ended(&cli(&home, &server).run(&["push", "-f"]), 1);
    let versions = "SELECT group_concat(n, '|') FROM (SELECT VERSION || ':' || COUNT(*) AS n FROM EXECUTE_DOCUMENTS_LATEST GROUP BY VERSION)";
    assert_eq!(value(&home.database(), versions), "1:100|2:200");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forced_sync_whose_first_run_stored_nothing_is_still_forced() {
    let (server, home) = synced(documents("d", 30, 1)).await;
    let mut fewer = documents("d", 30, 1);
    fewer.entries.remove(0);
    server.set_ledger(fewer);
    let last = server.asked(What::Page);
    // The first run gets no page, the second all of them.
    server.plan(move |ask| (ask.what == What::Page && ask.number == last + 1).then(|| fault::status("418 Teapot")));
    let mut program = Program::start(&cli(&home, &server).set("WAIT", "1"), &["sync", "-f"]);
    program.says("Sync Failed");
    program.says("Sync Complete");
    program.signal("TERM");
    program.ended();
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_swapped_between_two_attempts_is_not_written_to() {
    // Two pages each by then, so that the fence alone could not tell the two files apart.
    let (_other, elsewhere) = synced(documents("other", 40, 1)).await;
    let (server, home) = (Execute::start(documents("d", 100, 1)).await, Home::in_memory());
    server.fault_at(3, fault::cut(At::Middle, Then::Fin));
    let mut program = Program::start(&cli(&home, &server), &["push"]);
    program.says("trying again");
    std::fs::rename(elsewhere.database(), home.database()).unwrap();
    let ended = program.ended();
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    assert!(ended.stderr.contains("was moved, deleted or replaced"), "{}", ended.stderr);
    let there = "SELECT COUNT(*) || ' ' || MIN(ID) || ' ' || MAX(ID) FROM EXECUTE_DOCUMENTS";
    assert_eq!(value(&home.database(), there), "40 other-0000 other-0039");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_run_is_shown_with_what_it_had_stored() {
    let (server, home) = (Execute::start(documents("d", 100, 1)).await, Home::in_memory());
    killed_at_the_third_page(&home, &server, &["push"]).await;
    let runs = cli(&home, &server).run(&["runs", "--json"]);
    let runs: serde_json::Value = serde_json::from_str(&runs.stdout).unwrap();
    let shown = ["outcome", "documents", "pages", "fence"].map(|key| runs[0][key].to_string());
    assert_eq!(shown, ["\"interrupted\"", "40", "2", "2"], "{runs}");
    assert_eq!(runs.as_array().unwrap().len(), 1, "{runs}");
}
