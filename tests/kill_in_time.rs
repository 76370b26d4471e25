//! Promise 1, the instants that no system call marks: kills at random times, one after another on the same database.
//!
//! And the proof that `kill` leaves out no system call: strace sees no more of them than are counted there.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::kill::Scenario;
use crate::support::ledger::{Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};
use crate::support::system_calls::{Calls, listed};

/// A run with twenty pages.
async fn twenty_pages() -> Scenario {
    let scenario = Scenario::first_run().await;
    let ledger = Ledger::world(&mut Rng::new(4), 60, Size::Small);
    Scenario { name: "twenty pages", page: 3, ..scenario.now(ledger) }
}

/// Starts the run and kills it after a while. `None` if it was over before.
fn kill_after(scenario: &Scenario, home: &Home, while_ms: Duration) -> Option<()> {
    let mut command = scenario.cli(home).command(scenario.arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary can be started");
    std::thread::sleep(while_ms);
    child.kill().expect("it was started by us");
    let status = child.wait().expect("it was started by us");
    status.code().is_none().then_some(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_may_be_killed_at_any_time_and_again_while_it_recovers() {
    const TEST: &str = "a_run_may_be_killed_at_any_time_and_again_while_it_recovers";
    let scenario = twenty_pages().await;
    let home = Home::in_memory();
    let started = Instant::now();
    scenario.goes_on(&home).unwrap();
    let whole = started.elapsed();
    for trial in 0..seed::trials(8, 350) {
        let name = format!("trial {trial}");
        if !seed::is_wanted(&name) {
            continue;
        }
        let mut rng = Rng::named(seed::base(), &name);
        scenario.put_back(&home);
        let outcome = (1..=3).try_for_each(|kill| {
            let micros = rng.between(0, usize::try_from(whole.as_micros()).unwrap());
            let killed = kill_after(&scenario, &home, Duration::from_micros(micros as u64));
            let when = if killed.is_some() { "after kill" } else { "after whole run" };
            scenario.check(&home).map_err(|wrong| format!("{when} {kill}, {micros} µs after its start: {wrong}"))
        });
        let replay = seed::replay(TEST, &name, seed::base());
        outcome.and_then(|()| scenario.goes_on(&home)).unwrap_or_else(|wrong| panic!("{name}: {wrong}\n  {replay}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strace_sees_no_other_changes_to_files_than_are_counted() {
    const TEST: &str = "strace_sees_no_other_changes_to_files_than_are_counted";
    for scenario in [Scenario::first_run().await, Scenario::later_run().await, Scenario::full_refresh().await] {
        let (home, log) = (Home::in_memory(), Home::new());
        scenario.put_back(&home);
        let Some(seen) = seen_by_strace(&scenario, &home, &log) else {
            return not_run(TEST, "strace is missing or may not trace here");
        };
        scenario.put_back(&home);
        let Some(calls) = Calls::under(home.path()) else { return not_run(TEST, "this is not Linux") };
        let list = log.path().join("calls");
        assert_eq!(calls.list(scenario.cli(&home), &list).run(scenario.arguments).code, Some(0));
        let mut counted = BTreeMap::new();
        for call in listed(&list) {
            *counted.entry(call.kind).or_insert(0) += 1;
        }
        assert_eq!(seen, counted, "{}", scenario.name);
    }
}

/// Calls by kind, as `Calls` names them.
fn seen_by_strace(scenario: &Scenario, home: &Home, log: &Home) -> Option<BTreeMap<String, usize>> {
    let log = log.path().join("strace");
    let inner = scenario.cli(home).command(scenario.arguments);
    let status = Command::new("strace")
        .args(["-f", "-qq", "-y", "-s", "0", "-e", "trace=%file,%desc", "-o"])
        .arg(&log)
        .arg(inner.get_program())
        .args(inner.get_args())
        .current_dir(home.path())
        .env_clear()
        .envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !status.ok()?.success() {
        return None;
    }
    let folder = home.path().to_string_lossy().into_owned();
    let mut seen = BTreeMap::new();
    let mut made = Vec::new();
    for line in std::fs::read_to_string(&log).ok()?.lines().filter(|line| line.contains(&folder)) {
        let call = line.split_once(' ')?.1.trim_start();
        let name = call.split('(').next()?;
        let path = call.split('"').nth(1).unwrap_or_default().to_owned();
        let kind = match name {
            "write" | "writev" | "pwrite64" | "pwritev" | "pwritev2" => "write",
            "fsync" | "fdatasync" | "sync_file_range" => "sync",
            "truncate" | "ftruncate" | "fallocate" => "truncate",
            "unlink" | "unlinkat" => "unlink",
            "rename" | "renameat" | "renameat2" => "rename",
            "mkdir" | "mkdirat" | "creat" | "link" | "symlink" => "create",
            // A file that is there already is only opened; which one is there follows from the calls before.
            "open" | "openat" if call.contains("O_CREAT") => match made.contains(&path) {
                false if !scenario.before.path().join(path.rsplit('/').next()?).exists() => "create",
                _ => continue,
            },
            _ => continue,
        };
        match kind {
            "create" => made.push(path),
            "unlink" => made.retain(|other| *other != path),
            _ => {}
        }
        *seen.entry(kind.to_owned()).or_insert(0) += 1;
    }
    Some(seen)
}
