//! The files beside the database survive whatever ends the program: each is its old self or its new one, never cut; and
//! a link that somebody planted is not followed.
#![cfg(unix)] // Links and their owners are not for Windows.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, lchown, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::cli::Cli;
use crate::support::execute::Execute;
use crate::support::ledger::{Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::Rng;
use crate::support::system_calls::{Calls, Deed, listed};

const MARK: &str = "last_sync_date.txt";
const HISTORY: &str = "execute-sync-runs.ndjson";

fn world(documents: usize) -> Ledger {
    Ledger::world(&mut Rng::new(1), documents, Size::Small)
}

/// The database lies elsewhere, so that every call on the state folder is one on our own files.
fn cli(home: &Home, server: &Execute) -> Cli {
    std::fs::create_dir_all(home.path().join("state")).unwrap();
    Cli::patient(home, &server.url()).set("STATE_DIR", "state").set("DATABASE_DSN", "execute.sqlite")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

/// Lines of the history that are whole, and whether there is nothing else but perhaps one that was cut at the end.
fn runs(history: &[u8]) -> Option<Vec<Value>> {
    let mut lines: Vec<&[u8]> = history.split(|byte| *byte == b'\n').collect();
    let _cut_or_empty = lines.pop();
    lines.iter().filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).ok()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mark_file_and_history_are_whole_wherever_a_run_is_killed() {
    let server = Execute::start(world(6)).await;
    let (begun, trial) = (Home::in_memory(), Home::in_memory());
    assert_eq!(cli(&begun, &server).run(&["push"]).code, Some(0));
    // So many runs, the last of them on another day, that the next one writes the history anew.
    let history = begun.path().join("state").join(HISTORY);
    let old_run = std::fs::read_to_string(&history).unwrap();
    let today = old_run.split_once("\"started\":\"").unwrap().1[..10].to_owned();
    let old_run = old_run.replace(&today, "2025-01-31");
    let run = |at: usize| old_run.replace("\"run_id\":\"", &format!("\"run_id\":\"{at}-"));
    let many = 1100 * 1024 / old_run.len();
    std::fs::write(&history, (0..many).map(run).collect::<String>() + &old_run).unwrap();
    server.set_ledger(world(12));
    let old = files(&begun.path().join("state"));
    let marks: Vec<Vec<u8>> =
        server.ledger().entries[5..].iter().map(|entry| entry.mark.clone().into_bytes()).collect();
    let Some(calls) = Calls::under(&trial.path().join("state")) else {
        return not_run("mark_file_and_history_are_whole_wherever_a_run_is_killed", "no library can be preloaded here");
    };
    let reset = || {
        drop(std::fs::remove_dir_all(trial.path().join("state")));
        copy(begun.path(), trial.path());
        copy(&begun.path().join("state"), &trial.path().join("state"));
    };
    reset();
    let log = begun.path().join("calls");
    assert_eq!(calls.list(cli(&trial, &server), &log).run(&["push"]).code, Some(0));
    let (all, mut killed) = (listed(&log), 0);
    assert!(all.iter().any(|call| call.kind == "rename" && call.path.ends_with(MARK)), "{all:?}");
    assert!(all.iter().any(|call| call.kind == "rename" && call.path.ends_with(HISTORY)), "{all:?}");
    for number in 1..=all.len() {
        for deed in [Deed::Kill, Deed::Torn] {
            reset();
            let output = calls.inject(cli(&trial, &server), number, deed).run(&["push"]);
            killed += usize::from(output.code.is_none());
            let place = format!("{deed:?} at call {number}, {:?}: {output:?}", all[number - 1]);
            let now = files(&trial.path().join("state"));
            assert!(marks.contains(&now[MARK]), "the mark is {:?}, {place}", String::from_utf8_lossy(&now[MARK]));
            let listed = runs(&now[HISTORY]).unwrap_or_else(|| panic!("the history is cut, {place}"));
            let is_old = now[HISTORY].starts_with(&old[HISTORY]);
            assert!(is_old || listed.len() >= 1000, "{} runs are left, {place}", listed.len());
            let again = cli(&trial, &server).run(&["push"]);
            assert_eq!(again.code, Some(0), "{place}: {again:?}");
            assert!(!again.stderr.contains(" WARN "), "{place}: {again:?}");
            assert_eq!(files(&trial.path().join("state"))[MARK], marks[marks.len() - 1], "{place}");
            let last: Value =
                serde_json::from_str(&cli(&trial, &server).run(&["runs", "--json", "-n", "1"]).stdout).unwrap();
            assert_eq!(last[0]["outcome"], "succeeded", "{place}");
        }
    }
    println!("{killed} kills at {} calls", all.len());
    assert!(killed >= 2 * all.len() - 2, "{killed} kills at {} calls", all.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_run_left_half_written_is_swept_away() {
    let server = Execute::start(world(6)).await;
    let home = Home::in_memory();
    let cli = cli(&home, &server);
    let stray = |name: &str, age_s: u64| {
        let path = home.path().join("state").join(name);
        let file = std::fs::File::create(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age_s)).unwrap();
        path
    };
    let old = stray(".last_sync_date.txt.0123456789abcdef.tmp", 3600);
    let kept = [stray(".last_sync_date.txt.0123456789abcdee.tmp", 0), stray(".other.txt.0123456789abcdef.tmp", 3600)];
    assert_eq!(cli.run(&["push"]).code, Some(0));
    assert!(!old.exists(), "it is an hour old");
    assert!(kept.iter().all(|path| path.exists()), "one may be in use, the other is none of ours");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_leads_nowhere_is_refused_and_the_run_goes_on() {
    let server = Execute::start(world(6)).await;
    for name in [MARK, HISTORY] {
        let home = Home::new();
        let cli = cli(&home, &server);
        let victim = home.path().join("victim");
        symlink(&victim, home.path().join("state").join(name)).unwrap();
        let output = cli.run(&["push"]);
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(output.stderr.contains(&format!("{name} is a symbolic link that leads nowhere")), "{output:?}");
        assert!(!victim.exists(), "{name}");
        assert_eq!(oracle::value(&home.database(), "SELECT COUNT(*) > 5 FROM EXECUTE_DOCUMENTS"), "1");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_of_ones_own_is_followed_and_stays() {
    let server = Execute::start(world(6)).await;
    let home = Home::new();
    let (elsewhere, link) = (home.path().join("mark elsewhere"), home.path().join("state").join(MARK));
    let cli = cli(&home, &server);
    std::fs::write(&elsewhere, "").unwrap();
    std::fs::set_permissions(&elsewhere, PermissionsExt::from_mode(0o644)).unwrap();
    symlink("../mark elsewhere", &link).unwrap();
    assert_eq!(cli.run(&["push"]).code, Some(0));
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), server.ledger().entries.last().unwrap().mark);
    assert_eq!(elsewhere.metadata().unwrap().permissions().mode() & 0o777, 0o644, "whoever could read it still can");
}

/// Somebody else makes a link: as root we give it away, else root makes it.
fn plants(victim: &Path, link: &Path) -> bool {
    if Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n") {
        symlink(victim, link).unwrap();
        lchown(link, Some(65534), Some(65534)).unwrap();
        return true;
    }
    Command::new("sudo").args(["-n", "ln", "-s"]).args([victim, link]).status().is_ok_and(|status| status.success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_somebody_else_planted_is_not_followed() {
    let server = Execute::start(world(6)).await;
    for name in [MARK, HISTORY] {
        let home = Home::new();
        let cli = cli(&home, &server);
        let (victim, link) = (home.path().join("victim"), home.path().join("state").join(name));
        std::fs::write(&victim, "precious").unwrap();
        assert_eq!(cli.run(&["push"]).code, Some(0));
        std::fs::remove_file(&link).unwrap();
        if !plants(&victim, &link) {
            return not_run("a_link_that_somebody_else_planted_is_not_followed", "neither root nor sudo is at hand");
        }
        let output = cli.run(&["push"]);
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(output.stderr.contains(&format!("{name} is a symbolic link that somebody else made")), "{output:?}");
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_in_place_of_the_lock_ends_the_run() {
    let server = Execute::start(world(6)).await;
    let home = Home::new();
    let cli = cli(&home, &server);
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let state = home.path().join("state");
    let is_lock = |name: &String| name.ends_with(".lock") && !name.contains("runs");
    let lock = state.join(files(&state).into_keys().find(is_lock).unwrap());
    let victim = home.path().join("victim");
    std::fs::write(&victim, "precious").unwrap();
    std::fs::remove_file(&lock).unwrap();
    symlink(&victim, &lock).unwrap();
    let output = cli.run(&["push"]);
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(output.stderr.contains("cannot be used as a lock"), "{output:?}");
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_hold_nonsense_are_told_or_passed_over_and_never_stop_a_run() {
    let server = Execute::start(world(6)).await;
    let home = Home::new();
    let cli = cli(&home, &server);
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let state = home.path().join("state");
    std::fs::write(state.join(HISTORY), b"\0\xff{{{\n{\"run_id\":7}\n").unwrap();
    std::fs::write(state.join(MARK), b"\0\xff not a mark\n").unwrap();
    let output = cli.run(&["push"]);
    assert_eq!(output.code, Some(0), "the database knows its mark: {output:?}");
    assert!(output.stderr.contains("Sync Complete: No Updated Documents"), "{output:?}");
    assert_eq!(std::fs::read_to_string(state.join(MARK)).unwrap(), server.ledger().entries.last().unwrap().mark);
    let runs: Vec<Value> = serde_json::from_str(&cli.run(&["runs", "--json"]).stdout).unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(cli.run(&["status"]).code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipe_in_place_of_the_mark_file_is_told_and_keeps_nobody_waiting() {
    let server = Execute::start(world(6)).await;
    let home = Home::new();
    let cli = cli(&home, &server);
    let mark = home.path().join("state").join(MARK);
    assert!(Command::new("mkfifo").arg(&mark).status().unwrap().success());
    for _ in 0..2 {
        let output = cli.run(&["push"]);
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(output.stderr.contains(&format!("{MARK} is not a regular file")), "{output:?}");
    }
}
