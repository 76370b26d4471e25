//! Promise 17: another program reads or locks the database while we sync: the run waits and says so, then goes on; and
//! nobody ever sees half a page.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use execute_sync::destination::Destination;
use execute_sync::destination::sqlite::{Sqlite, Waiting};
use execute_sync::error::Kind;
use tokio_util::sync::CancellationToken;

use crate::support::cli::Cli;
use crate::support::execute::{Execute, What};
use crate::support::fault::held;
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::other_program::OtherProgram;
use crate::support::program::Program;
use crate::support::run::Home;
use crate::support::seed::Rng;
use crate::support::wire::Gate;

const WAITS: &str = "is locked by another program";
const COUNT: &str = "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE CHUNK = 0";

fn world(documents: usize) -> Ledger {
    Ledger::world(&mut Rng::new(9), documents, Size::Small)
}

/// How many documents a database holds after each page of a run.
fn after_pages(ledger: &Ledger, limit: usize) -> Vec<i64> {
    let (mut since, mut delivered, mut counts) = (String::new(), 0, vec![0]);
    loop {
        let page = ledger.answer(&since, limit);
        delivered += page.lines.len();
        let keys: BTreeSet<_> = ledger.entries[..delivered].iter().map(|entry| &entry.key).collect();
        counts.push(i64::try_from(keys.len()).unwrap());
        if !page.truncated {
            return counts;
        }
        since = page.mark;
    }
}

/// Ends a run with a signal while its first pages are stored: the database is in the journal mode of a first run.
async fn begun(server: &Execute, home: &Home) {
    let gate = Gate::closed();
    server.fault_at(2, held(0, &gate));
    let program = Program::start(&Cli::patient(home, &server.url()), &["push"]);
    server.arrived(What::Page, 2).await;
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(143));
    server.clear();
    assert_eq!(oracle::value(&home.database(), "PRAGMA journal_mode"), "delete");
}

/// A run behind it, so it is in WAL mode; since then the source has more.
async fn in_wal_mode() -> (Execute, Home) {
    let (server, home) = (Execute::start(world(8)).await, Home::new());
    assert_eq!(Cli::patient(&home, &server.url()).run(&["push"]).code, Some(0));
    assert_eq!(oracle::value(&home.database(), "PRAGMA journal_mode"), "wal");
    server.set_ledger(world(24));
    (server, home)
}

/// The file without those beside it is all there is to copy.
fn the_file_alone_is_whole(server: &Execute, home: &Home) {
    let alone = Home::new();
    std::fs::copy(home.database(), alone.database()).unwrap();
    oracle::complete(&alone, &server.ledger()).check().unwrap();
    let wal = home.path().join("execute.sqlite-wal");
    assert_eq!(std::fs::metadata(wal).map_or(0, |wal| wal.len()), 0, "something is left beside the file");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_read_in_rollback_mode_is_waited_for_with_a_status() {
    let (server, home) = (Execute::start(world(16)).await, Home::new());
    begun(&server, &home).await;
    let mut reader = OtherProgram::open(&home.database());
    reader.run("BEGIN");
    let before = reader.number(COUNT);
    let mut program = Program::start(&Cli::patient(&home, &server.url()), &["push"]);
    program.says(WAITS);
    assert_eq!(reader.number(COUNT), before);
    reader.run("COMMIT");
    drop(reader);
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    oracle::complete(&home, &server.ledger()).check().unwrap();
    the_file_alone_is_whole(&server, &home);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_read_in_wal_mode_holds_nothing_up_and_what_stays_beside_the_file_is_told() {
    let (server, home) = in_wal_mode().await;
    let mut reader = OtherProgram::open(&home.database());
    reader.run("BEGIN");
    let before = reader.number(COUNT);
    let ended = Program::start(&Cli::patient(&home, &server.url()), &["push"]).ended();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("copy the -wal file beside it too"), "{}", ended.stderr);
    assert!(!ended.stderr.contains(WAITS), "{}", ended.stderr);
    oracle::complete(&home, &server.ledger()).check().unwrap();
    assert_eq!(reader.number(COUNT), before, "a read sees one state from its beginning to its end");
    reader.run("COMMIT");
    drop(reader);
    assert_eq!(Cli::patient(&home, &server.url()).run(&["push"]).code, Some(0));
    the_file_alone_is_whole(&server, &home);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_there_when_a_run_starts_is_waited_for() {
    for lock in [&["BEGIN EXCLUSIVE"][..], &["BEGIN IMMEDIATE"]] {
        let (server, home) = (Execute::start(world(16)).await, Home::new());
        begun(&server, &home).await;
        waits_for(lock, &server, &home);
    }
    for lock in [&["BEGIN IMMEDIATE"][..], &["PRAGMA locking_mode = EXCLUSIVE", "BEGIN IMMEDIATE"]] {
        let (server, home) = in_wal_mode().await;
        waits_for(lock, &server, &home);
    }
}

fn waits_for(lock: &[&str], server: &Execute, home: &Home) {
    let mut other = OtherProgram::open(&home.database());
    for statement in lock {
        other.run(statement);
    }
    let mut program = Program::start(&Cli::patient(home, &server.url()), &["push"]);
    program.says(WAITS);
    other.run("COMMIT");
    drop(other);
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{lock:?}: {}", ended.stderr);
    oracle::complete(home, &server.ledger()).check().unwrap();
    the_file_alone_is_whole(server, home);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_comes_between_two_pages_is_waited_for() {
    let (server, home) = (Execute::start(world(16)).await, Home::new());
    let gate = Gate::closed();
    server.fault_at(3, held(0, &gate));
    let mut program = Program::start(&Cli::patient(&home, &server.url()), &["push"]);
    server.arrived(What::Page, 3).await;
    let mut other = OtherProgram::open(&home.database());
    other.run("BEGIN EXCLUSIVE");
    gate.open();
    program.says(WAITS);
    other.run("COMMIT");
    drop(other);
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    oracle::complete(&home, &server.ledger()).check().unwrap();
    the_file_alone_is_whole(&server, &home);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_waits_for_a_lock_stops_when_told() {
    let (server, home) = in_wal_mode().await;
    let mut other = OtherProgram::open(&home.database());
    other.run("BEGIN IMMEDIATE");
    let mut program = Program::start(&Cli::patient(&home, &server.url()), &["push"]);
    program.says(WAITS);
    let told = std::time::Instant::now();
    program.signal("INT");
    assert_eq!(program.ended().code, Some(130));
    assert!(told.elapsed() < Duration::from_secs(2), "it went on for {:?}", told.elapsed());
    other.run("ROLLBACK");
    oracle::prefix(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_never_released_ends_the_run_as_unreachable() {
    let (_server, home) = in_wal_mode().await;
    let mut other = OtherProgram::open(&home.database());
    other.run("PRAGMA locking_mode = EXCLUSIVE");
    other.run("BEGIN IMMEDIATE");
    let waited = Arc::new(AtomicBool::new(false));
    let on_wait = Arc::clone(&waited);
    let waiting = Waiting {
        cancel: CancellationToken::new(),
        on_wait: Arc::new(move || on_wait.store(true, Ordering::Relaxed)),
        limit: Duration::from_millis(100),
    };
    let error = Sqlite::new(home.database(), waiting).inspect().await.unwrap_err();
    assert_eq!((error.kind(), error.kind().exit_code()), (Kind::DestinationUnreachable, 4), "{error}");
    assert!(
        error.message().contains(WAITS) && error.remedy().is_some_and(|hint| hint.starts_with("Close the program"))
    );
    assert!(waited.load(Ordering::Relaxed), "it was told that it waits");
}

/// Lets a run store page after page and reads after each; another reader looks all the time.
async fn only_whole_pages_are_seen(server: &Execute, home: &Home, limit: usize, before: i64) {
    let pages = after_pages(&server.ledger(), limit);
    let pages: Vec<i64> = pages.into_iter().filter(|count| *count >= before).collect();
    let first = server.asked(What::Page);
    let gates: Vec<Gate> = pages.iter().map(|_| Gate::closed()).collect();
    let plan = gates.clone();
    server.plan(move |ask| {
        let page = ask.number.checked_sub(first + 1)?;
        (ask.what == What::Page).then(|| held(0, &plan[page.min(plan.len() - 1)]))
    });
    let cli = Cli::patient(home, &server.url()).set("MAX_DOCUMENTS", limit.to_string());
    let program = Program::start(&cli, &["push"]);
    let done = Arc::new(AtomicBool::new(false));
    let looks = {
        let (done, database) = (Arc::clone(&done), home.database());
        std::thread::spawn(move || {
            let (mut reader, mut seen) = (OtherProgram::open(&database), BTreeSet::new());
            while !done.load(Ordering::Relaxed) {
                // In rollback mode a reader may be asked to come back, and before the first page there is no table.
                if let Ok(rows) = reader.try_run(COUNT) {
                    seen.insert(rows[0][0].as_i64().unwrap());
                }
            }
            seen
        })
    };
    let mut reader = None;
    for (page, gate) in gates.iter().enumerate().take(pages.len() - 1) {
        server.arrived(What::Page, first + page + 1).await;
        let reader = reader.get_or_insert_with(|| OtherProgram::open(&home.database()));
        assert_eq!(reader.number(COUNT), pages[page], "after page {page}");
        gate.open();
    }
    drop(reader);
    let ended = program.ended();
    done.store(true, Ordering::Relaxed);
    let seen = looks.join().unwrap();
    server.clear();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(seen.iter().all(|count| pages.contains(count)), "{seen:?} of {pages:?}");
    oracle::complete(home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_sees_whole_pages_only_in_rollback_and_in_wal_mode() {
    let (server, home) = (Execute::start(world(24)).await, Home::new());
    only_whole_pages_are_seen(&server, &home, 4, 0).await;
    let before = *after_pages(&server.ledger(), 4).last().unwrap();
    server.set_ledger(world(48));
    // The first of these pages comes after what is there already.
    let pages = after_pages(&server.ledger(), 24).len();
    assert!(pages > 2);
    only_whole_pages_are_seen(&server, &home, 4, before).await;
}
