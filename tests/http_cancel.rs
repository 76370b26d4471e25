//! It stops when told: whatever it is doing, within two seconds, with whole pages only; and the next run has it all.

use std::sync::Arc;
use std::time::{Duration, Instant};

use execute_sync::error::Kind;
use execute_sync::profile::SourceSettings;
use execute_sync::progress::Event;
use execute_sync::retry::RetryLimits;
use execute_sync::source::Source;
use execute_sync::sync::Task;
use tokio_util::sync::CancellationToken;

use crate::support::execute::{Execute, Fault, What, listener};
use crate::support::fault::{all, cut, framing, header, held, pace, plan, status, then};
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::other_program::OtherProgram;
use crate::support::run::{self, Home, How, QUICK, Ran};
use crate::support::seed::{self, Rng};
use crate::support::wire::{At, Framing, Gate, Pace, Then};

/// The promise.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Nothing in these runs ends by a limit of its own before somebody stops it.
fn patient(url: &str) -> SourceSettings {
    SourceSettings { connect_timeout_s: 600, idle_timeout_s: 600, ..run::settings(url) }
}

/// Runs, and measures how long it took from `cancel` to the end. `None`: it was over before.
async fn stopped(settings: SourceSettings, home: &Home, how: &How) -> (Ran, Option<Duration>) {
    let cancel = how.cancel.clone();
    let clock = tokio::spawn(async move {
        cancel.cancelled().await;
        Instant::now()
    });
    let ran = run::sync_run(&Source::new(settings).unwrap(), home, how).await.unwrap();
    let ended = Instant::now();
    if !how.cancel.is_cancelled() {
        clock.abort();
        return (ran, None);
    }
    let told = clock.await.unwrap();
    (ran, Some(ended.saturating_duration_since(told)))
}

/// It stopped in time, with whole pages; the next run has it all.
async fn is_stopped(server: &Execute, home: &Home, ran: &Ran, took: Option<Duration>) -> Result<(), String> {
    match ran.kind() {
        None => {}
        Some(Kind::Cancelled) if took.is_some() => {}
        Some(_) => return Err(format!("it ended otherwise: {}", ran.told())),
    }
    if took.is_some_and(|took| took > AT_ONCE) {
        return Err(format!("it took {took:?} to stop"));
    }
    oracle::prefix(home, &server.ledger()).check().map_err(|wrong| format!("after the stop: {wrong}"))?;
    server.clear();
    let ran = run::sync_run(&Source::new(run::settings(&server.url())).unwrap(), home, &How::default()).await?;
    if ran.kind().is_some() {
        return Err(format!("the next run fails: {}", ran.told()));
    }
    oracle::complete(home, &server.ledger()).check().map_err(|wrong| format!("after the next run: {wrong}"))?;
    Ok(())
}

/// Where a trial stops the run.
#[derive(Debug)]
enum When {
    /// As the request with this number comes in, before its answer.
    Request(usize),
    /// At the event with this number.
    Event(usize),
    /// After so many microseconds.
    Micros(u64),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_at_any_instant_it_keeps_whole_pages_and_the_next_run_completes() {
    const TEST: &str = "stopped_at_any_instant_it_keeps_whole_pages_and_the_next_run_completes";
    let mut failed = Vec::new();
    for trial in 0..seed::trials(120, 2_000) {
        let case = format!("trial {trial}");
        if !seed::is_wanted(&case) {
            continue;
        }
        let mut rng = Rng::named(seed::base(), &case);
        let when = match trial % 3 {
            0 => When::Request(rng.between(1, 6)),
            1 => When::Event(rng.between(1, 16)),
            _ => When::Micros(rng.next() % 40_000),
        };
        if let Err(wrong) = trial_run(&mut rng, &when).await {
            failed.push(format!("{case}, {when:?}: {wrong}\n    {}", seed::replay(TEST, &case, seed::base())));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

async fn trial_run(rng: &mut Rng, when: &When) -> Result<(), String> {
    let size = *rng.pick(&[Size::Small, Size::Small, Size::Large]);
    let server = Execute::start(Ledger::world(rng, if size == Size::Large { 9 } else { 12 }, size)).await;
    server.framing(*rng.pick(&Framing::DELIMITED), rng.clone());
    let home = Home::in_memory();
    // Half of the trials stop a full refresh of a database that is there already.
    let mut how = How::default();
    if rng.between(0, 1) == 1 {
        run::sync_run(&Source::new(run::settings(&server.url())).unwrap(), &home, &how).await?;
        how.task = Task::FullRefresh { allow_removals: false };
    }
    let cancel = how.cancel.clone();
    match *when {
        When::Request(number) => {
            let (seen, first) = (cancel.clone(), server.log().len());
            let counted = std::sync::atomic::AtomicUsize::new(first);
            server.plan(move |_| {
                let asked = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
                if asked == first + number {
                    seen.cancel();
                }
                None
            });
        }
        When::Event(number) => {
            let counted = std::sync::atomic::AtomicUsize::new(0);
            how.observer = Some(Arc::new(move |_| {
                if counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1 == number {
                    cancel.cancel();
                }
            }));
        }
        When::Micros(micros) => {
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_micros(micros)).await;
                cancel.cancel();
            });
        }
    }
    let (ran, took) = stopped(patient(&server.url()), &home, &how).await;
    is_stopped(&server, &home, &ran, took).await
}

/// Stops a run that met `fault` on its second page.
async fn stopped_in(name: &str, fault: Fault) {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 9, Size::Large)).await;
    let home = Home::in_memory();
    let hits = plan(What::Page, 2, false, fault);
    server.plan(move |ask| hits(ask));
    let retry = RetryLimits { attempts: 5, waiting: Duration::from_secs(600), first_pause: Duration::from_secs(60) };
    let mut how = How { retry, ..How::default() };
    let (stop_in_pause, stop) = (how.cancel.clone(), how.cancel.clone());
    how.observer = Some(Arc::new(move |event| {
        if matches!(event, Event::Retrying { .. }) {
            stop_in_pause.cancel();
        }
    }));
    let stop = async {
        server.arrived(What::Page, 2).await;
        // At some instant after that: there is nothing it would wait for.
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.cancel();
    };
    let ((ran, took), ()) = tokio::join!(stopped(patient(&server.url()), &home, &how), stop);
    assert_eq!(ran.kind(), Some(Kind::Cancelled), "{name}: {}", ran.told());
    is_stopped(&server, &home, &ran, took).await.unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_while_it_waits_for_a_server() {
    let later = |seconds: &'static str| all(vec![status("503 Service Unavailable"), header("Retry-After", seconds)]);
    let without_end = Then::Forever(b"{}\n".repeat(100));
    let gate = Gate::closed();
    let cases = [
        ("for the first byte", cut(At::BeforeHeaders, Then::Stall)),
        ("for the rest of the headers", cut(At::InHeaders, Then::Stall)),
        ("for the rest of a page", cut(At::Middle, Then::Stall)),
        ("for the rest of a packed page", all(vec![framing(Framing::GzipChunked), cut(At::LastRecord, Then::Stall)])),
        ("for the last chunk", cut(At::AfterLast, Then::Stall)),
        ("for a page that trickles", pace(Pace::DripMs(5))),
        ("for a page that is held back", held(50, &gate)),
        ("for a page without end", all(vec![framing(Framing::Chunked), then(without_end)])),
        ("between two attempts", status("503 Service Unavailable")),
        ("as long as the server asked for", later("100")),
    ];
    for (name, fault) in cases {
        stopped_in(name, fault).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_while_it_connects() {
    // Taken, but never answered: over TLS the handshake hangs, without it the first byte.
    for scheme in ["http", "https"] {
        let listener = listener().await;
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (home, how) = (Home::in_memory(), How::default());
        let cancel = how.cancel.clone();
        let stop = async {
            let taken = listener.accept().await.unwrap();
            cancel.cancel();
            taken
        };
        let ((ran, took), _taken) = tokio::join!(stopped(patient(&url), &home, &how), stop);
        assert_eq!(ran.kind(), Some(Kind::Cancelled), "{scheme}: {}", ran.told());
        assert!(took.unwrap() <= AT_ONCE, "{scheme}: it took {took:?}");
        assert!(!home.database().exists(), "{scheme}: something was written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_while_another_program_locks_the_database() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    let home = Home::new();
    let settings = run::settings(&server.url());
    let ran = run::sync_run(&Source::new(settings.clone()).unwrap(), &home, &How::default()).await.unwrap();
    assert_eq!(ran.kind(), None, "{}", ran.told());
    server.set_ledger(Ledger::world(&mut Rng::new(1), 20, Size::Small));
    let mut other = OtherProgram::open(&home.database());
    other.run("BEGIN IMMEDIATE");
    let mut how = How::default();
    let (cancel, stop) = (how.cancel.clone(), how.cancel.clone());
    how.observer = Some(Arc::new(move |event| {
        if matches!(event, Event::Waiting(_)) {
            stop.cancel();
        }
    }));
    let told = tokio::spawn(async move {
        cancel.cancelled().await;
        Instant::now()
    });
    let ran = run::engine_run(settings, &home, &how).await.unwrap();
    let took = Some(told.await.unwrap().elapsed());
    other.run("ROLLBACK");
    assert_eq!(ran.kind(), Some(Kind::Cancelled), "{}", ran.told());
    is_stopped(&server, &home, &ran, took).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_stopped_before_it_begins_asks_and_writes_nothing() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    let (home, cancel) = (Home::in_memory(), CancellationToken::new());
    cancel.cancel();
    let how = How { cancel, retry: QUICK, ..How::default() };
    let (ran, took) = stopped(run::settings(&server.url()), &home, &how).await;
    assert_eq!(ran.kind(), Some(Kind::Cancelled), "{}", ran.told());
    assert!(took.unwrap() <= AT_ONCE);
    assert!(server.log().is_empty() && !home.database().exists());
}
