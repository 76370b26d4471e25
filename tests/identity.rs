//! Promise 4: a database that was deleted, restored, swapped, copied or changed behind our back leads to a full or a
//! correct sync, with the reason shown, and never to a silent gap.

use std::path::Path;

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, KEY_SECRET, What};
use crate::support::fault::{self, held};
use crate::support::ledger::{Ledger, Size, tiny};
use crate::support::oracle;
use crate::support::other_program::edit;
use crate::support::program::Program;
use crate::support::run::Home;
use crate::support::seed::Rng;
use crate::support::wire::Gate;

fn world(documents: usize) -> Ledger {
    Ledger::world(&mut Rng::new(11), documents, Size::Small)
}

fn cli(home: &Home, server: &Execute) -> Cli {
    Cli::patient(home, &server.url())
}

/// A database that has the first 12 documents; since then the source has 20.
async fn behind() -> (Execute, Home) {
    let (server, home) = (Execute::start(world(12)).await, Home::in_memory());
    well(&cli(&home, &server).run(&["push"]));
    server.set_ledger(world(20));
    (server, home)
}

/// The run succeeded, and nothing is missing in the database that it wrote to.
fn well(output: &Output) {
    assert_eq!(output.code, Some(0), "{}", output.stderr);
}

fn whole(home: &Home, server: &Execute) {
    oracle::complete(home, &server.ledger()).check().unwrap();
}

fn says(output: &Output, words: &str) {
    assert!(output.stderr.contains(words), "it does not say {words:?} but\n{}", output.stderr);
}

/// A backup of the database, its files beside it included.
fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_database_is_read_again_whatever_the_mark_file_says() {
    let (server, home) = behind().await;
    std::fs::remove_file(home.database()).unwrap();
    assert!(home.mark_file().exists());
    let output = cli(&home, &server).run(&["push"]);
    well(&output);
    says(&output, "The database is empty, so everything is read; the mark file beside it does not count");
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_deleted_while_a_run_writes_fails_that_run_and_the_next_reads_everything() {
    for replaced in [false, true] {
        let (server, home) = behind().await;
        let backup = home.path().join("backup");
        copy(&home.database(), &backup);
        let gate = Gate::closed();
        let page = server.asked(What::Page) + 2;
        server.fault_at(page, held(0, &gate));
        let program = Program::start(&cli(&home, &server), &["push"]);
        server.arrived(What::Page, page).await;
        for file in ["execute.sqlite", "execute.sqlite-wal", "execute.sqlite-shm"] {
            let _ = std::fs::remove_file(home.path().join(file));
        }
        if replaced {
            copy(&backup, &home.database());
        }
        gate.open();
        let ended = program.ended();
        assert_eq!(ended.code, Some(4), "replaced: {replaced}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("was moved, deleted or replaced while a run was writing to it"),
            "{}",
            ended.stderr
        );
        let output = cli(&home, &server).run(&["push"]);
        well(&output);
        says(&output, if replaced { "restored from a backup" } else { "The database is empty" });
        whole(&home, &server);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_backup_catches_up_from_its_own_mark_and_is_told() {
    let (server, home) = behind().await;
    let backup = home.path().join("backup");
    copy(&home.database(), &backup);
    well(&cli(&home, &server).run(&["push"]));
    std::fs::remove_file(home.database()).unwrap();
    copy(&backup, &home.database());
    let output = cli(&home, &server).run(&["push"]);
    well(&output);
    says(&output, "restored from a backup; reading goes on from the database's own mark");
    says(&output, "Sync Complete: 8 Updated Documents");
    whole(&home, &server);
    let again = cli(&home, &server).run(&["push"]);
    assert!(!again.stderr.contains("backup"), "{}", again.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_file_that_is_ahead_of_the_database_does_not_count() {
    let (server, home) = behind().await;
    std::fs::write(home.mark_file(), &server.ledger().entries[19].mark).unwrap();
    let output = cli(&home, &server).run(&["push"]);
    well(&output);
    says(&output, "Sync Complete: 8 Updated Documents");
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_database_is_read_from_its_own_mark_or_from_the_beginning() {
    let (server, home) = behind().await;
    let (new, old) = (Home::in_memory(), Home::in_memory());
    copy(&home.database(), &old.database());
    well(&cli(&home, &server).run(&["push"]));
    for other in [&new, &old] {
        let output = cli(&home, &server).set("DATABASE_DSN", other.database().as_os_str()).run(&["push"]);
        well(&output);
        whole(other, &server);
    }
    well(&cli(&home, &server).run(&["push"]));
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_another_source_is_refused_with_both_named_and_nothing_is_touched() {
    let (server, home) = behind().await;
    let other = Execute::start(world(16)).await;
    let bytes = std::fs::read(home.database()).unwrap();
    for command in [&["push"][..], &["push", "-f"], &["clone"], &["create_views"]] {
        let asked = other.asked(What::Page);
        let output = cli(&home, &other).run(command);
        assert_eq!(output.code, Some(2), "{command:?}: {}", output.stderr);
        says(&output, &format!("holds documents of {}, not of {}", server.address(), other.address()));
        says(&output, "--allow-removals");
        assert_eq!(other.asked(What::Page), asked, "{command:?} asked for a page");
        assert!(std::fs::read(home.database()).unwrap() == bytes, "{command:?} wrote");
    }
    well(&cli(&home, &server).run(&["push"]));
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistyped_address_is_told_as_such_before_the_database_is_judged() {
    let (server, home) = behind().await;
    let other = Execute::start(world(16)).await;
    other.plan(|_| Some(fault::status("404 Not Found")));
    let output = cli(&home, &other).run(&["push"]);
    assert_ne!(output.code, Some(0));
    assert!(!output.stderr.contains("holds documents of"), "{}", output.stderr);
    well(&cli(&home, &server).run(&["push"]));
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_refresh_with_allow_removals_replaces_another_sources_documents() {
    let (server, home) = behind().await;
    let other = Execute::start(Ledger::world(&mut Rng::new(12), 9, Size::Small)).await;
    let mut ledger = Ledger::default();
    for (at, entry) in other.ledger().entries.iter().enumerate() {
        let line = String::from_utf8(entry.line.clone()).unwrap().replace("-ab", "-cd");
        ledger.push(&format!("mark {at}"), line.into_bytes());
    }
    other.set_ledger(ledger);
    let output = cli(&home, &other).run(&["push", "-f", "--allow-removals"]);
    well(&output);
    says(&output, &format!("the database held {}", server.address()));
    whole(&home, &other);
    assert_eq!(cli(&home, &server).run(&["push"]).code, Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_source_by_another_spelling_of_its_address_is_the_same() {
    let (server, home) = behind().await;
    let output = cli(&home, &server).set("EXECUTE_URL", format!("{}/", server.url())).run(&["push"]);
    well(&output);
    says(&output, "Sync Complete: 8 Updated Documents");
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_key_makes_the_run_a_full_refresh_and_says_why() {
    let (server, home) = behind().await;
    // The other key sees documents that the first did not.
    let mut ledger = Ledger::default();
    ledger.push("mark of the other key", tiny("seen by the other key", 1));
    ledger.entries.extend(world(20).entries);
    server.set_ledger(ledger);
    server.set_login("another-key", KEY_SECRET);
    let output = cli(&home, &server).set("EXECUTE_APIKEY_ID", "another-key").run(&["push"]);
    well(&output);
    says(&output, "This run becomes a full refresh: another API key is used, which may see other documents");
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_calculated_fields_option_makes_the_run_a_full_refresh_and_says_why() {
    let (server, home) = behind().await;
    for (calcs, full) in [("true", true), ("true", false), ("false", true)] {
        let before = server.log().len();
        let output = cli(&home, &server).set("INCLUDE_CALCS", calcs).run(&["push"]);
        well(&output);
        let told = output.stderr.contains("This run becomes a full refresh: the calculated-fields option was changed");
        assert_eq!(told, full, "{calcs}: {}", output.stderr);
        let asked = server.log()[before..].iter().all(|ask| ask.query("calc").is_some() == (calcs == "true"));
        assert!(asked, "calc={calcs} was not asked for");
        whole(&home, &server);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copied_database_and_the_original_both_stay_right() {
    let (server, home) = behind().await;
    let copied = Home::in_memory();
    copy(&home.database(), &copied.database());
    for documents in [14, 16, 20, 24] {
        server.set_ledger(world(documents));
        let first = if documents % 8 == 0 { [&home, &copied] } else { [&copied, &home] };
        for one in first {
            well(&cli(one, &server).run(&["push"]));
            whole(one, &server);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_that_were_dropped_or_emptied_are_filled_again_from_the_beginning() {
    let cases: [(&[&str], &str); 5] = [
        (&["DROP TABLE EXECUTE_DOCUMENTS"], "everything is read"),
        (&["DELETE FROM EXECUTE_DOCUMENTS"], "everything is read"),
        (&["DROP TABLE EXECUTE_SYNC_STATE"], "the database has documents but no checkpoint"),
        (&["DELETE FROM EXECUTE_SYNC_STATE"], "the database has documents but no checkpoint"),
        (
            &["DROP TABLE EXECUTE_DOCUMENTS", "DROP TABLE EXECUTE_SYNC_STATE", "DROP TABLE EXECUTE_SYNC_QUARANTINE"],
            "is empty",
        ),
    ];
    for (statements, told) in cases {
        let (server, home) = behind().await;
        edit(&home.database(), statements);
        let output = cli(&home, &server).run(&["push"]);
        well(&output);
        oracle::complete(&home, &server.ledger()).check().unwrap_or_else(|wrong| panic!("{statements:?}: {wrong}"));
        says(&output, told);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_of_our_own_tables_and_indexes_is_made_again() {
    for statement in ["DROP TABLE EXECUTE_SYNC_QUARANTINE", "DROP INDEX EXECUTE_DOCUMENTS_BY_VERSION"] {
        let (server, home) = behind().await;
        edit(&home.database(), &[statement]);
        well(&cli(&home, &server).run(&["push"]));
        whole(&home, &server);
        let objects = "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('EXECUTE_SYNC_QUARANTINE', 'EXECUTE_DOCUMENTS_BY_VERSION')";
        assert_eq!(oracle::value(&home.database(), objects), "2", "{statement}");
    }
}

/// A database with a line in quarantine, whose table was then dropped, and a server that sends the line no second time
/// unless all is read.
async fn without_its_quarantine() -> (Execute, Home) {
    let mut ledger = world(12);
    ledger.push(&Ledger::mark(99), b"no document".to_vec());
    let (server, home) = (Execute::start(ledger).await, Home::in_memory());
    assert_eq!(cli(&home, &server).run(&["push"]).code, Some(6));
    whole(&home, &server);
    edit(&home.database(), &["DROP TABLE EXECUTE_SYNC_QUARANTINE"]);
    (server, home)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quarantine_that_was_dropped_makes_the_run_a_full_refresh_and_says_why() {
    let (server, home) = without_its_quarantine().await;
    let output = cli(&home, &server).run(&["push"]);
    assert_eq!(output.code, Some(6), "{}", output.stderr);
    says(&output, "This run becomes a full refresh: the table of quarantined lines was missing");
    whole(&home, &server);
    let again = cli(&home, &server).run(&["push"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(!again.stderr.contains("full refresh"), "{}", again.stderr);
    assert_eq!(cli(&home, &server).run(&["status"]).code, Some(6));
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_a_dropped_quarantine_again_and_ends_before_a_page_leaves_no_gap() {
    let (server, home) = without_its_quarantine().await;
    well(&cli(&home, &server).run(&["create_views"]));
    assert_eq!(cli(&home, &server).run(&["push"]).code, Some(6));
    whole(&home, &server);

    let (server, home) = without_its_quarantine().await;
    let page = server.asked(What::Page) + 1;
    server.fault_at(page, fault::status("401 Unauthorized"));
    let output = cli(&home, &server).run(&["push"]);
    assert_eq!(output.code, Some(3), "{}", output.stderr);
    let table = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'EXECUTE_SYNC_QUARANTINE'";
    assert_eq!(oracle::value(&home.database(), table), "1", "it was made before the page was asked for");
    assert_eq!(cli(&home, &server).run(&["push"]).code, Some(6));
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn something_else_in_the_place_of_a_table_of_ours_is_refused_by_its_name() {
    let cases: [(&str, &[&str]); 6] = [
        ("EXECUTE_SYNC_STATE", &["ALTER TABLE EXECUTE_SYNC_STATE RENAME COLUMN FENCE TO FENCES"]),
        ("EXECUTE_SYNC_STATE", &["ALTER TABLE EXECUTE_SYNC_STATE DROP COLUMN LAYOUT"]),
        (
            "EXECUTE_SYNC_STATE",
            &["DROP TABLE EXECUTE_SYNC_STATE", "CREATE VIEW EXECUTE_SYNC_STATE AS SELECT 1 AS LAYOUT"],
        ),
        ("EXECUTE_SYNC_QUARANTINE", &["ALTER TABLE EXECUTE_SYNC_QUARANTINE DROP COLUMN CLOSED_BY"]),
        ("EXECUTE_DOCUMENTS", &["ALTER TABLE EXECUTE_DOCUMENTS ADD COLUMN MORE TEXT"]),
        (
            "EXECUTE_DOCUMENTS",
            &[
                "CREATE TABLE KEPT AS SELECT * FROM EXECUTE_DOCUMENTS",
                "DROP TABLE EXECUTE_DOCUMENTS",
                "CREATE VIEW EXECUTE_DOCUMENTS AS SELECT * FROM KEPT",
            ],
        ),
    ];
    for (name, statements) in cases {
        let (server, home) = behind().await;
        edit(&home.database(), statements);
        let bytes = std::fs::read(home.database()).unwrap();
        for command in [&["push"][..], &["push", "-f"], &["create_views"], &["prune"]] {
            let output = cli(&home, &server).run(command);
            assert_eq!(output.code, Some(2), "{statements:?}, {command:?}: {}", output.stderr);
            says(&output, &format!("{name} in "));
            says(&output, "ame another database in EXECUTESYNC_DATABASE_DSN");
            assert!(!output.stderr.contains("Please report"), "{}", output.stderr);
            assert!(std::fs::read(home.database()).unwrap() == bytes, "{statements:?}, {command:?}: it wrote");
        }
        let tested = cli(&home, &server).run(&["test"]);
        assert_eq!(tested.code, Some(2), "{statements:?}: {}{}", tested.stdout, tested.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_row_that_was_edited_is_refused_or_read_on_from_what_it_says() {
    for broken in [
        "BATCH_DATE = 'yesterday'",
        "BATCH_DATE = '9999-12-30T22:00:00Z'",
        "MARK = ''",
        "REFRESHING = TRUE, REFRESH_BATCH_DATE = 'x'",
        "FENCE = 9223372036854775807",
        "FENCE = 9223372036854775806",
    ] {
        let (server, home) = behind().await;
        edit(&home.database(), &[&format!("UPDATE EXECUTE_SYNC_STATE SET {broken}")]);
        let bytes = std::fs::read(home.database()).unwrap();
        let output = cli(&home, &server).run(&["push"]);
        assert_eq!(output.code, Some(2), "{broken}: {}", output.stderr);
        assert!(std::fs::read(home.database()).unwrap() == bytes, "{broken}: it wrote");
        says(&output, "the state row in");
        says(&output, "DELETE FROM EXECUTE_SYNC_STATE");
        edit(&home.database(), &["DELETE FROM EXECUTE_SYNC_STATE"]);
        well(&cli(&home, &server).run(&["push"]));
        whole(&home, &server);
    }
    let earlier = format!("MARK = '{}'", world(20).entries[4].mark);
    for right in ["MARK = NULL", &earlier, "FENCE = 1", "REFRESHING = TRUE", "RUN_ID = '', WRITER = ''"] {
        let (server, home) = behind().await;
        edit(&home.database(), &[&format!("UPDATE EXECUTE_SYNC_STATE SET {right}")]);
        let output = cli(&home, &server).run(&["push"]);
        assert_eq!(output.code, Some(0), "{right}: {}", output.stderr);
        oracle::complete(&home, &server.ledger()).check().unwrap_or_else(|wrong| panic!("{right}: {wrong}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_date_that_leaves_no_room_for_a_later_one_is_refused_with_a_remedy() {
    for date in ["9998-12-31T23:59:59Z", "9999-12-30T21:59:59Z", "9999-12-30T22:00:00Z", "9999-12-31T23:59:59Z"] {
        let (server, home) = behind().await;
        edit(&home.database(), &[&format!("UPDATE EXECUTE_DOCUMENTS SET BATCH_DATE = '{date}'")]);
        let output = cli(&home, &server).run(&["push"]);
        assert_eq!(output.code, Some(2), "{date}: {}", output.stderr);
        says(&output, "holds a BATCH_DATE that ");
        says(&output, date);
        says(&output, "SELECT DISTINCT BATCH_DATE FROM EXECUTE_DOCUMENTS shows them");
        edit(&home.database(), &["UPDATE EXECUTE_DOCUMENTS SET BATCH_DATE = '2025-01-31T09:30:00Z'"]);
        well(&cli(&home, &server).run(&["push"]));
        whole(&home, &server);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_were_dropped_or_changed_are_made_again() {
    let (server, home) = behind().await;
    let views = "SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name";
    let before = oracle::rows(&home.database(), views);
    edit(
        &home.database(),
        &[
            "DROP VIEW AFE",
            "DROP VIEW EXECUTE_DOCUMENTS_LATEST",
            "CREATE VIEW EXECUTE_DOCUMENTS_LATEST AS SELECT 1 AS X",
        ],
    );
    let output = cli(&home, &server).run(&["push"]);
    well(&output);
    says(&output, "Views: ");
    assert_eq!(oracle::rows(&home.database(), views), before);
    whole(&home, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_that_go_back_are_told_and_a_full_refresh_takes_them_over() {
    let (server, home) = behind().await;
    // The server was restored from a backup: what it has now is older, and it gives marks anew.
    let mut restored = world(12);
    let (_, id, version) = restored.entries[4].key.clone().unwrap();
    restored.push("after the restore", tiny(&id, version - 1));
    server.set_ledger(restored.clone());
    let output = cli(&home, &server).run(&["push"]);
    well(&output);
    says(&output, "came in an older version than is stored");
    says(&output, "run a full refresh (push -f)");

    let mut entries = restored.entries;
    entries.retain(|entry| entry.key.as_ref().is_some_and(|key| key.1 != id || key.2 < version));
    server.set_ledger(Ledger { entries });
    well(&cli(&home, &server).run(&["push", "-f"]));
    whole(&home, &server);
}
