//! Promise 12, the data's part: whatever somebody does to the clock, batch dates rise, nothing is lost and the newest content
//! wins in the views. Thousands of jumps in virtual time, and the real binary under libfaketime, whose database another
//! program reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use execute_sync::destination::Destination;
use jiff::{SignedDuration, Timestamp};

use crate::loading::{load_at, plan, prepare, sqlite};
use crate::support::cli::Cli;
use crate::support::execute::{Execute, What};
use crate::support::ledger::{Ledger, SCHEMA};
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::program::Program;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};

/// Somebody edits a document between two runs, and Execute sends it again under the same version.
fn edited(id: &str, content: usize) -> Vec<u8> {
    format!(r#"{{"DOCUMENT_ID":"{id}","$TYPE":"AFE","$VERSION":1,"$DATE":"2025-01-31T09:30:00Z","ORDER":{content}}}"#)
        .into_bytes()
}

/// From a second to 25 years, each size as likely as any other, within what calendars hold.
fn jump(rng: &mut Rng, now: Timestamp) -> Timestamp {
    let most = (25 * 365 * 86400_usize) >> rng.between(0, 29);
    let by = SignedDuration::from_secs(i64::try_from(rng.between(1, most.max(1))).unwrap());
    let is_late = now > "2100-01-01T00:00:00Z".parse().unwrap();
    let is_early = now < "1970-01-01T00:00:00Z".parse().unwrap();
    if is_late || (!is_early && rng.between(0, 1) == 0) { now - by } else { now + by }
}

async fn two_hundred_jumps(seed: u64) {
    let (mut rng, home) = (Rng::named(seed, "clock jumps"), Home::in_memory());
    let mut destination = sqlite(&home.database());
    prepare(&mut destination).await;
    destination.create_views(&plan(SCHEMA)).await.unwrap();
    let (mut now, mut newest) = ("2026-03-08T08:59:00Z".parse().unwrap(), BTreeMap::new());
    let mut last = None;
    for content in 0..200 {
        now = jump(&mut rng, now);
        let ids: Vec<String> = (0..rng.between(1, 4)).map(|_| format!("d{}", rng.between(0, 9))).collect();
        let ids: std::collections::BTreeSet<String> = ids.into_iter().collect();
        let lines: Vec<Vec<u8>> = ids.iter().map(|id| edited(id, content)).collect();
        let written = load_at(&mut destination, &lines, 10, now).await;
        assert!(written.batch_date > last, "run {content}, {now}: {:?} after {last:?}", written.batch_date);
        last = written.batch_date;
        newest.extend(ids.into_iter().map(|id| (id, content.to_string())));
    }
    let shown = oracle::rows(&home.database(), "SELECT DOCUMENT_ID, \"ORDER\" FROM AFE ORDER BY 1");
    let shown: BTreeMap<String, String> = shown.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    assert_eq!(shown, newest);
}

#[tokio::test]
async fn in_two_hundred_jumps_of_the_clock_batch_dates_rise_and_the_newest_content_wins() {
    const TEST: &str = "in_two_hundred_jumps_of_the_clock_batch_dates_rise_and_the_newest_content_wins";
    for case in 0..seed::trials(8, 1000) {
        if seed::is_wanted(&case.to_string()) {
            let seed = seed::base().wrapping_mul(1_000_003).wrapping_add(case);
            let replay = seed::replay(TEST, &case.to_string(), seed::base());
            let done = tokio::spawn(two_hundred_jumps(seed)).await;
            done.unwrap_or_else(|problem| panic!("{problem}\n  {replay}"));
        }
    }
}

/// The library that gives one process another clock.
fn library() -> Option<PathBuf> {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
    let found = folders.iter().map(|folder| Path::new(folder).join("faketime/libfaketime.so.1")).find(|at| at.exists());
    if found.is_none() {
        not_run("clock_jumps", "libfaketime is missing");
    }
    found
}

/// The clock on the wall is another one; what counts seconds goes on as it does when a clock is set.
fn fake(cli: Cli, library: &Path) -> Cli {
    cli.env("LD_PRELOAD", library).env("DONT_FAKE_MONOTONIC", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
}

/// What each run of a machine finds on its clock: libfaketime's way of writing it.
const MACHINES: [(&str, &str, &[&str]); 5] = [
    ("set back and forward", "UTC", &["+0", "-1s", "+1s", "-3d", "+1h", "-1h", "+0"]),
    ("25 years off", "America/Edmonton", &["+0", "+25y", "-25y", "+0", "+25y", "-1d"]),
    // The night in which 2:00 follows 3:00, and that in which 2:00 is skipped.
    (
        "autumn in Berlin",
        "Europe/Berlin",
        &["@2026-10-25 02:59:58", "@2026-10-25 02:00:00", "@2026-10-25 02:30:00", "@2026-10-25 03:00:01"],
    ),
    (
        "spring in Edmonton",
        "America/Edmonton",
        &["@2026-03-08 01:59:59", "@2026-03-08 03:00:00", "@2026-03-08 01:30:00", "@2026-03-08 03:30:00"],
    ),
    ("between zones", "Australia/Lord_Howe", &["@2026-04-05 01:45:00", "@2026-04-05 01:15:00", "@1999-12-31 23:59:59"]),
];

/// Batch dates as the file holds them, in the order of the runs that brought a document each.
fn batch_dates(home: &Home) -> Vec<String> {
    let sql = "SELECT BATCH_DATE FROM EXECUTE_DOCUMENTS WHERE ID LIKE 'new-%' ORDER BY CAST(SUBSTR(ID, 5) AS INTEGER)";
    oracle::rows(&home.database(), sql).into_iter().flatten().collect()
}

/// One document a run is new; one is edited before each, one before every other.
fn after(runs: usize) -> Ledger {
    let mut ledger = Ledger::default();
    for run in 0..runs {
        for (id, changes) in [("always", true), ("now and then", run % 2 == 0)] {
            if changes {
                ledger.push(&format!("mark {run}"), edited(id, run));
            }
        }
        ledger.push(&format!("mark {run}"), edited(&format!("new-{run}"), run));
    }
    ledger
}

fn check(home: &Home, runs: usize, who: &str) {
    let content = |id: &str| {
        oracle::rows(&home.database(), &format!("SELECT \"ORDER\" FROM AFE WHERE DOCUMENT_ID = '{id}'")).concat()
    };
    assert_eq!(content("always"), [(runs - 1).to_string()], "{who}: the newest content");
    assert_eq!(content("now and then"), [((runs - 1) / 2 * 2).to_string()], "{who}: the newest content");
    let dates = batch_dates(home);
    assert_eq!(dates.len(), runs, "{who}: each run's document is there");
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{who}: {dates:?}");
    assert_eq!(oracle::value(&home.database(), "PRAGMA integrity_check"), "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_binary_under_a_clock_that_was_set_loses_nothing() {
    let Some(library) = library() else { return };
    for (machine, zone, clocks) in MACHINES {
        let (home, server) = (Home::in_memory(), Execute::start(Ledger::default()).await);
        for (run, clock) in clocks.iter().enumerate() {
            server.set_ledger(after(run + 1));
            let cli = fake(Cli::patient(&home, &server.url()), &library).env("TZ", zone).env("FAKETIME", *clock);
            let output = cli.run(if run % 3 == 2 { &["sync", "-w", "0"] } else { &["push"] });
            assert_eq!(output.code, Some(0), "{machine}, {clock}: {}", output.stderr);
            check(&home, run + 1, &format!("{machine}, {clock}"));
        }
    }
}

/// The clock is set while it waits for the next run, again and again: each second still brings one run and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sync_keeps_its_pace_while_the_clock_is_set_under_it() {
    let Some(library) = library() else { return };
    let (home, server) = (Home::in_memory(), Execute::start(after(1)).await);
    let clock = home.path().join("clock");
    let set = |to: &str| {
        // Replaced whole, as it is read at every look at the clock.
        std::fs::write(home.path().join("clock.new"), to).unwrap();
        std::fs::rename(home.path().join("clock.new"), &clock).unwrap();
    };
    set("+0");
    let cli = fake(Cli::patient(&home, &server.url()), &library)
        .env("FAKETIME_TIMESTAMP_FILE", &clock)
        .env("FAKETIME_NO_CACHE", "1");
    let begun = std::time::Instant::now();
    let program = Program::start(&cli, &["sync", "-w", "1"]);
    for (runs, to) in ["-25y", "+25y", "-1h"].into_iter().enumerate() {
        // The first of the two that come has been answered by then, so each change is brought by a run of its own.
        server.arrived(What::Page, server.asked(What::Page) + 2).await;
        set(to);
        server.set_ledger(after(runs + 2));
    }
    server.arrived(What::Page, server.asked(What::Page) + 2).await;
    let (pages, took) = (server.asked(What::Page), begun.elapsed());
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(143));
    // A run a second, each of one page; each jump may bring one forward.
    let most = usize::try_from(took.as_secs()).unwrap() + 2 + 3;
    assert!(pages <= most, "{pages} pages within {took:?}");
    check(&home, 4, "set under sync");
}
