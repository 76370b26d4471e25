//! Promise 9: a disk that is full, fails or cannot be written: a clean stop with one clear sentence, nothing lost, and the
//! next run goes on by itself.

use crate::kill::Scenario;
use crate::support::cli::Output;
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::system_calls::{Calls, Deed, Errno, listed};
use crate::support::trials::all_hold;

/// What fails: the kinds of calls, and how.
#[derive(Debug, Clone, Copy)]
struct Weakness {
    kinds: &'static str,
    errno: Errno,
    /// Words of the sentence that is told.
    told: &'static [&'static str],
}

const FULL: Weakness = Weakness {
    kinds: "create,write,truncate",
    errno: Errno::NoSpace,
    told: &["the disk is full", "the disk has room"],
};
const FAILING: Weakness = Weakness {
    kinds: "create,write,truncate,sync,unlink",
    errno: Errno::Io,
    told: &["the disk failed", "the disk is full", "cannot be opened"],
};
const READ_ONLY: Weakness = Weakness {
    kinds: "open,create,write,truncate,sync,unlink",
    errno: Errno::ReadOnly,
    told: &["read-only", "the disk failed", "cannot be opened", "the disk is full, or fails"],
};

/// Fails calls on the database's files, at so many places evenly among them: each once, and each from there on.
fn fail(test: &str, scenario: &Scenario, weakness: Weakness, usual: usize) {
    let Some(calls) = count(scenario, weakness.kinds) else {
        return not_run(test, "system calls can be caught on Linux only");
    };
    let usual = if std::env::var_os("SOAK").is_some() { calls } else { usual };
    let number = |at: usize| 1 + at * (calls - 1) / usual.saturating_sub(1).max(1);
    let deeds = [Deed::Once(weakness.errno), Deed::Forever(weakness.errno)];
    let trials: Vec<(usize, Deed)> = (0..usual).flat_map(|at| deeds.map(|deed| (number(at), deed))).collect();
    let name = |(number, deed): &(usize, Deed)| format!("{}: {deed:?} {number}", scenario.name);
    all_hold(test, &trials, name, |(number, deed), home| trial(scenario, home, weakness, *number, *deed));
}

fn trial(scenario: &Scenario, home: &Home, weakness: Weakness, number: usize, deed: Deed) -> Result<(), String> {
    let calls = |home: &Home| Calls::under(&home.database()).expect("it was there").only(weakness.kinds);
    let ledger = scenario.server.ledger();
    scenario.put_back(home);
    let output = calls(home).inject(scenario.cli(home), number, deed).run(scenario.arguments);
    scenario.check(home)?;
    match output.code {
        // What failed came after the last commit, or was none of SQLite's promises.
        Some(0) => {
            oracle::adopted_complete(home, &ledger, scenario.reprinted).check()?;
        }
        Some(1) => {
            one_clear_sentence(&output, weakness.told)?;
            // Nothing was committed after the error: the database stands no further than a kill at this call leaves it.
            let failed = oracle::prefix(home, &ledger).commits;
            scenario.put_back(home);
            calls(home).inject(scenario.cli(home), number, Deed::Kill).run(scenario.arguments);
            let killed = oracle::prefix(home, &ledger).commits;
            if failed > killed {
                return Err(format!("it went on after the error: {failed} commits, and {killed} before a kill"));
            }
            scenario.put_back(home);
            calls(home).inject(scenario.cli(home), number, deed).run(scenario.arguments);
        }
        code => return Err(format!("it ended with {code:?} and said {}", output.stderr)),
    }
    scenario.goes_on(home)
}

/// It says once that it failed, in words a person understands, and what to do.
fn one_clear_sentence(output: &Output, told: &[&str]) -> Result<(), String> {
    let lines: Vec<&str> = output.stderr.lines().filter(|line| line.contains("Sync Failed: ")).collect();
    match lines[..] {
        [line] if told.iter().any(|words| line.contains(words)) && line.contains(". ") => Ok(()),
        _ => Err(format!("it does not say clearly what is wrong: {}", output.stderr)),
    }
}

fn count(scenario: &Scenario, kinds: &'static str) -> Option<usize> {
    let (home, log) = (Home::in_memory(), Home::new());
    scenario.put_back(&home);
    let log = log.path().join("calls");
    let calls = Calls::under(&home.database())?.only(kinds);
    assert_eq!(calls.list(scenario.cli(&home), &log).run(scenario.arguments).code, Some(0));
    Some(listed(&log).len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_in_a_first_run_loses_nothing() {
    fail("a_full_disk_in_a_first_run_loses_nothing", &Scenario::first_run().await, FULL, 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_in_a_later_run_loses_nothing() {
    fail("a_full_disk_in_a_later_run_loses_nothing", &Scenario::later_run().await, FULL, 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_in_a_full_refresh_loses_nothing() {
    fail("a_full_disk_in_a_full_refresh_loses_nothing", &Scenario::full_refresh().await, FULL, 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_disk_in_a_first_run_loses_nothing() {
    fail("a_failing_disk_in_a_first_run_loses_nothing", &Scenario::first_run().await, FAILING, 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_disk_in_a_later_run_loses_nothing() {
    fail("a_failing_disk_in_a_later_run_loses_nothing", &Scenario::later_run().await, FAILING, 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_becomes_read_only_loses_nothing() {
    fail("a_disk_that_becomes_read_only_loses_nothing", &Scenario::first_run().await, READ_ONLY, 8);
    fail("a_disk_that_becomes_read_only_loses_nothing", &Scenario::later_run().await, READ_ONLY, 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_file_or_history_that_cannot_be_written_is_a_warning() {
    const TEST: &str = "a_mark_file_or_history_that_cannot_be_written_is_a_warning";
    let scenario = Scenario::first_run().await;
    for (file, words) in
        [(".last_sync_date", "the checkpoint itself is safe"), ("execute-sync-runs", "the run history")]
    {
        for errno in [Errno::NoSpace, Errno::Io, Errno::ReadOnly] {
            let home = Home::in_memory();
            let Some(calls) = Calls::under(&home.path().join(file)) else { return not_run(TEST, "this is not Linux") };
            let calls = calls.only("open,create,write");
            let output = calls.inject(scenario.cli(&home), 1, Deed::Forever(errno)).run(scenario.arguments);
            assert_eq!(output.code, Some(0), "{file} {errno:?}: {}", output.stderr);
            assert!(output.stderr.contains(words), "{file} {errno:?}: {}", output.stderr);
            scenario.check(&home).unwrap();
            scenario.goes_on(&home).unwrap();
        }
    }
}
