//! A cut or broken answer is never taken for a whole one: every line of `http_fault_table`, in every place, once and for
//! ever. After each run everything up to the stored mark is there and nothing beyond it; once the fault is gone, one more
//! run has it all.

use std::sync::Arc;
use std::time::{Duration, Instant};

use execute_sync::error::Kind;
use execute_sync::source::{Mark, PageRequest, Source};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::http_fault_cells::{Cell, Class, Row, Times, cells};
use crate::http_fault_table;
use crate::support::execute::{Execute, What};
use crate::support::ledger::{Ledger, Size, tiny};
use crate::support::run::{self, Home, How, QUICK, Ran};
use crate::support::seed::{self, Rng};
use crate::support::wire::{At, Framing, Gate, Then};
use crate::support::{fault, oracle};

/// Most cells wait for a limit of a second to pass; few compute.
const AT_A_TIME: usize = 16;

/// A cell waits for three limits of a second at most; the rest is for a machine that is busy.
const LIMIT: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_connection_is_never_taken_for_a_whole_page() {
    run_all("a_broken_connection_is_never_taken_for_a_whole_page", http_fault_table::transport).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_another_length_than_it_says_is_never_taken_for_a_whole_page() {
    run_all("a_body_of_another_length_than_it_says_is_never_taken_for_a_whole_page", http_fault_table::lengths).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_other_answer_ends_the_run_with_its_kind_or_is_asked_for_again() {
    run_all("every_other_answer_ends_the_run_with_its_kind_or_is_asked_for_again", http_fault_table::answers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_without_proper_headers_is_not_stored() {
    run_all("a_page_without_proper_headers_is_not_stored", http_fault_table::headers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_not_what_it_says_is_not_stored() {
    run_all("a_body_that_is_not_what_it_says_is_not_stored", http_fault_table::bodies).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_cannot_be_read_costs_views_and_no_documents() {
    run_all("a_schema_that_cannot_be_read_costs_views_and_no_documents", || {
        let rows = http_fault_table::transport().into_iter().chain(http_fault_table::answers());
        // One in four: documents do not depend on it, and every way of failing is among them.
        rows.enumerate().filter(|(number, _)| number % 4 == 0).map(|(_, row)| row.in_schema()).collect()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_without_documents_may_be_packed_into_no_bytes_at_all() {
    for framed in Framing::DELIMITED {
        let server = Execute::start(Ledger::world(&mut Rng::new(seed::base()), 12, Size::Small)).await;
        let (home, source) = (Home::in_memory(), Source::new(run::settings(&server.url())).unwrap());
        assert_eq!(run::sync_run(&source, &home, &How::default()).await.unwrap().kind(), None);
        let nothing = fault::all(vec![fault::framing(framed), fault::repack(|_| Vec::new())]);
        server.plan(move |ask| (ask.what == What::Page).then(|| Arc::clone(&nothing)));
        let ran = run::sync_run(&source, &home, &How::default()).await.unwrap();
        assert_eq!((ran.kind(), ran.retried.len()), (None, 0), "{framed:?}: {}", ran.told());
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
    // Not so where even that breaks off.
    let server = Execute::start(Ledger::default()).await;
    let cut_off = fault::all(vec![
        fault::framing(Framing::GzipChunked),
        fault::repack(|_| Vec::new()),
        fault::cut(At::AfterLast, Then::Fin),
    ]);
    server.plan(move |ask| (ask.what == What::Page).then(|| Arc::clone(&cut_off)));
    let source = Source::new(run::settings(&server.url())).unwrap();
    let ran = run::sync_run(&source, &Home::in_memory(), &How::default()).await.unwrap();
    assert_eq!(ran.kind(), Some(Kind::SourceUnreachable), "{}", ran.told());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_we_are_busy_the_server_is_not_silent() {
    let mut ledger = Ledger::default();
    ledger.push("a", tiny("1", 1));
    ledger.push("a", tiny("2", 1));
    let (server, gate) = (Execute::start(ledger).await, Gate::closed());
    server.framing(Framing::Length, Rng::new(1));
    // A part of the body that is too small to count as movement, and the rest when the gate opens.
    server.fault_at(1, fault::held(75, &gate));
    let source = Source::new(run::impatient(&server.url())).unwrap();
    let request = PageRequest { since: Mark::beginning(), limit: 10, include_calcs: false };
    let mut page = source.page(&request).await.unwrap();
    // For longer than the server may be silent, nobody asks for the body: the database is locked, say.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let mut read = page.chunk().await.unwrap().unwrap().to_vec();
    let opened = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        gate.open();
    });
    while let Some(more) = page.chunk().await.unwrap() {
        read.extend_from_slice(&more);
    }
    opened.await.unwrap();
    assert_eq!(read, [tiny("1", 1), tiny("2", 1), Vec::new()].join(&b'\n'));
}

async fn run_all(test: &'static str, rows: fn() -> Vec<Row>) {
    let started = Instant::now();
    let free = Arc::new(Semaphore::new(AT_A_TIME));
    let (mut running, mut count) = (JoinSet::new(), 0);
    for seed in seed::base()..seed::base() + seed::trials(1, 8) {
        for cell in cells(rows()).into_iter().filter(|cell| seed::is_wanted(&cell.name)) {
            count += 1;
            let free = Arc::clone(&free);
            running.spawn(async move {
                let _turn = free.acquire_owned().await.expect("the semaphore stays open");
                let failed = run_cell(&cell, seed).await.err()?;
                Some(format!("{}: {failed}\n    {}", cell.name, seed::replay(test, &cell.name, seed)))
            });
        }
    }
    let failed: Vec<String> = running.join_all().await.into_iter().flatten().collect();
    println!("{test}: {count} cells in {:.1} s", started.elapsed().as_secs_f64());
    assert!(failed.is_empty(), "{} of {count} cells failed:\n{}", failed.len(), failed.join("\n"));
}

/// Runs into the fault, judges, takes the fault away, runs once more, judges again.
async fn run_cell(cell: &Cell, seed: u64) -> Result<(), String> {
    let mut rng = Rng::named(seed, &cell.name);
    let server = Execute::start(ledger(cell, &mut rng)).await;
    server.framing(cell.framing, rng);
    let plan = fault::plan(cell.what, cell.number, cell.times == Times::Once, Arc::clone(&cell.fault));
    server.plan(move |ask| plan(ask));
    let mut settings = if cell.waits { run::impatient(&server.url()) } else { run::settings(&server.url()) };
    (cell.settings)(&mut settings);
    let source = Source::new(settings).map_err(|error| format!("{error:?}"))?;
    let home = Home::in_memory();
    let how = How { limit: LIMIT, ..How::default() };

    let ran = run::sync_run(&source, &home, &how).await?;
    as_expected(cell, &server, &ran).map_err(|wrong| format!("{wrong}; {} after {:?}", ran.told(), ran.retried))?;
    let verdict = if ran.kind().is_none() {
        oracle::complete(&home, &server.ledger())
    } else {
        oracle::prefix(&home, &server.ledger())
    };
    let mark = verdict.mark.clone();
    verdict.check().map_err(|wrong| format!("after the fault: {wrong} ({})", ran.told()))?;
    if ran.kind().is_some() {
        // The page that failed moved nothing: the mark is still the one it was asked for with.
        let since = server.log().iter().rev().find_map(|ask| ask.query("since").map(str::to_owned)).unwrap_or_default();
        if since != mark && !(since == "1900-01-01" && mark.is_empty()) {
            return Err(format!("the mark moved from {since:?} to {mark:?}"));
        }
    }

    server.clear();
    let ran = run::sync_run(&source, &home, &how).await?;
    if ran.kind().is_some() || !(ran.retried.is_empty() || cell.class == Class::Survived) {
        return Err(format!("the fault is gone but the run is not well: {} after {:?}", ran.told(), ran.retried));
    }
    oracle::complete(&home, &server.ledger()).check().map_err(|wrong| format!("once the fault is gone: {wrong}"))?;
    Ok(())
}

/// Three pages, the poison in the second.
fn ledger(cell: &Cell, rng: &mut Rng) -> Ledger {
    let mut ledger = Ledger::world(rng, if cell.size == Size::Large { 9 } else { 12 }, cell.size);
    for line in &cell.poison {
        let mark = ledger.entries[5].mark.clone();
        ledger.push(&mark, line.clone());
        let poisoned = ledger.entries.pop().into_iter().map(|mut entry| {
            entry.key = None;
            entry
        });
        ledger.entries.splice(5..5, poisoned);
    }
    ledger
}

fn as_expected(cell: &Cell, server: &Execute, ran: &Ran) -> Result<(), String> {
    let asked = server.asked(cell.what);
    if asked < cell.number {
        return Err(format!("the fault was never met: {asked} requests"));
    }
    let pauses: Vec<Kind> = ran.retried.iter().map(|(kind, _)| *kind).collect();
    let unreachable = |times| vec![Kind::SourceUnreachable; times];
    let wanted = match (cell.what, cell.class, cell.times) {
        // The run goes on without it, and says so if it did not get it after all. It asks again once the source has
        // answered, if the source could not be reached before; not if it let us wait, since that would only take twice as
        // long.
        (What::Schema, class, times) => {
            let asks_again = !cell.waits && matches!(class, Class::Transient | Class::Fatal(Kind::SourceUnreachable));
            let gets_it = matches!(class, Class::Harmless | Class::Survived) || (asks_again && times == Times::Once);
            let told = ran.finished.summary.warnings.iter().any(|warning| warning.contains("schema"));
            if told == gets_it {
                return Err(format!("it should{} warn of the schema", if gets_it { " not" } else { "" }));
            }
            (None, unreachable(if class == Class::Survived { pauses.len() } else { 0 }))
        }
        (_, Class::Harmless, _) => (None, unreachable(0)),
        (_, Class::Survived, _) => (None, unreachable(pauses.len())),
        (_, Class::Fatal(kind), _) => (Some(kind), unreachable(0)),
        (_, Class::Transient, Times::ForEver) => {
            (Some(Kind::SourceUnreachable), unreachable(QUICK.attempts as usize - 1))
        }
        // The client may ask again on a fresh connection by itself, where nothing had come through the old one.
        (_, Class::Transient, Times::Once) if pauses.is_empty() => (None, unreachable(0)),
        (_, Class::Transient, Times::Once) => (None, unreachable(1)),
    };
    if ran.kind() != wanted.0 {
        return Err(format!("it should end with {:?}", wanted.0));
    }
    if pauses != wanted.1 {
        return Err(format!("it should try again {} times", wanted.1.len()));
    }
    Ok(())
}
