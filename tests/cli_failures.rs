//! Failures are told: exit code, code in JSON, history and status agree, and nothing ends well that did not go well.
#![cfg(unix)] // Signals and modes are not for Windows.

use std::os::unix::fs::{PermissionsExt, chown};
use std::process::Command;

use serde_json::Value;

use crate::cli_rights::install;
use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, What};
use crate::support::fault;
use crate::support::ledger::{self, Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::program::Program;
use crate::support::run::Home;
use crate::support::seed::Rng;
use crate::support::tls;
use crate::support::wire::{At, Then};

const NOBODY: u32 = 65534;

async fn server() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// One failed `push --json`: its exit code, its code, and both of the history and of `status`.
fn fails(cli: &Cli, arguments: &[&str], exit: i32, code: &str) {
    let output = cli.run(&[&["push", "--json"], arguments].concat());
    assert_eq!(output.code, Some(exit), "{code}: {output:?}");
    let error = &json(&output)["error"];
    assert_eq!(error["code"], code, "{output:?}");
    assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
    assert!(error["hint"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
    assert_eq!(output.stderr.matches(" ERROR Sync Failed: ").count(), 1, "{output:?}");
}

fn is_in_history(cli: &Cli, code: &str) {
    let error = json(&cli.run(&["runs", "--json"]))[0]["error"].clone();
    assert_eq!(error["code"], code);
    let state = match code {
        "source_unreachable" => "Offline",
        "bad_data" | "rejected" => "Failed",
        _ => "Needs you",
    };
    let status = cli.run(&["status"]);
    assert_eq!(status.code, Some(1), "{code}: {status:?}");
    assert!(status.stdout.starts_with(state), "{code}: {status:?}");
    assert!(status.stdout.contains(error["message"].as_str().unwrap()), "{code}: {status:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_code_json_history_and_status_say_the_same_of_a_failure() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let again = || fault::all(vec![fault::status("503 Service Unavailable"), fault::header("Retry-After", "0")]);
    let rows = [
        (fault::status("404 Not Found"), 2, "configuration"),
        (fault::status("401 Unauthorized"), 3, "refused_by_source"),
        (again(), 4, "source_unreachable"),
        (fault::no_header("X-Sync-Truncated"), 1, "bad_data"),
    ];
    for (fault, exit, code) in rows {
        server.plan(move |ask| (ask.what == What::Page).then(|| fault.clone()));
        fails(&cli, &[], exit, code);
        is_in_history(&cli, code);
    }
    server.clear();
    fails(&Cli::patient(&home, &server.url()).set("EXECUTE_APIKEY_SECRET", ""), &[], 2, "secret");
    fails(&cli, &["--database-type", "snowflake"], 2, "configuration");
    assert_eq!(cli.run(&["push"]).code, Some(0));
    assert_eq!(cli.run(&["status"]).code, Some(0));
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_beside_another_ends_with_5_and_leaves_the_history_to_the_first() {
    let server = server().await;
    server.fault_at(1, fault::cut(At::Middle, Then::Stall));
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let first = Program::start(&cli, &["push"]);
    while server.asked(What::Page) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    fails(&cli, &[], 5, "already_running");
    assert_eq!(json(&cli.run(&["runs", "--json"])).as_array().unwrap().len(), 1);
    first.signal("INT");
    assert_eq!(first.ended().code, Some(130));
    assert_eq!(json(&cli.run(&["runs", "--json"]))[0]["error"]["code"], "cancelled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_that_would_remove_too_much_removes_nothing_and_fails() {
    let world = |documents: usize| {
        let mut ledger = Ledger::default();
        (0..documents).for_each(|at| ledger.push(&Ledger::mark(at), ledger::tiny(&format!("d{at}"), 1)));
        ledger
    };
    let server = Execute::start(world(150)).await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url()).set("MAX_DOCUMENTS", "1000");
    assert_eq!(cli.run(&["push"]).code, Some(0));
    server.set_ledger(world(40));
    fails(&cli, &["-f"], 1, "rejected");
    is_in_history(&cli, "rejected");
    let hint = json(&cli.run(&["runs", "--json"]))[0]["error"]["hint"].to_string();
    assert!(hint.contains("execute-sync push -f --allow-removals"), "{hint}");
    let count = || oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS_LATEST");
    assert_eq!(count(), "150");
    assert_eq!(cli.run(&["push"]).code, Some(0), "later runs go on from there");
    assert_eq!(cli.run(&["push", "-f", "--allow-removals"]).code, Some(0));
    assert_eq!(count(), "40");
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_this_user_may_only_read_is_named_and_stays() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    assert_eq!(cli.run(&["push"]).code, Some(0));
    server.set_ledger(Ledger::world(&mut Rng::new(1), 24, Size::Small));
    let before = std::fs::read(home.database()).unwrap();
    std::fs::set_permissions(home.database(), PermissionsExt::from_mode(0o444)).unwrap();
    let (state, binary) = (home.path().join("state"), home.path().join("execute-sync"));
    std::fs::create_dir(&state).unwrap();
    let wanted = Cli::patient(&home, &server.url())
        .set("STATE_DIR", "state")
        .set("DATABASE_DSN", home.database())
        .command(&["push", "--json"]);
    // Root may write everywhere, so another user tries; the build may lie where only root can enter.
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    let mut command = if is_root {
        install(&binary);
        std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o755)).unwrap();
        chown(&state, Some(NOBODY), Some(NOBODY)).unwrap();
        let mut command = Command::new("setpriv");
        command.args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}"), "--clear-groups"]).arg(&binary);
        command
    } else {
        Command::new(wanted.get_program())
    };
    command.args(wanted.get_args()).current_dir(home.path()).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs(wanted.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let Ok(output) = command.output() else {
        return not_run("a_database_that_this_user_may_only_read_is_named_and_stays", "there is no setpriv");
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(error["error"]["code"], "disk", "{said}");
    assert!(
        said.contains("execute.sqlite cannot be written: it or its folder is read-only. Give this user the right"),
        "{said}"
    );
    assert!(std::fs::read(home.database()).unwrap() == before, "it changed");
    std::fs::set_permissions(home.database(), PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(cli.run(&["push"]).code, Some(0));
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_nobody_vouches_for_ends_the_run_at_once() {
    let (config, _) = tls::self_signed(&["localhost"]);
    let server = Execute::start_tls(Ledger::world(&mut Rng::new(1), 12, Size::Small), config).await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url_of("localhost"));
    fails(&cli, &[], 4, "source_unreachable");
    let output = cli.run(&["push"]);
    assert!(output.stderr.contains("the certificate of localhost is not trusted. If your company has"), "{output:?}");
    assert!(output.stderr.contains("name its PEM file in EXECUTESYNC_CA_FILE"), "{output:?}");
    assert!(!output.stderr.contains("trying again"), "{output:?}");
    assert_eq!(server.log().len(), 0, "no request was made");
    assert!(!home.database().exists());
}

#[test]
fn data_that_cannot_be_written_is_a_failure_and_a_reader_that_leaves_is_none() {
    let home = Home::new();
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return not_run("data_that_cannot_be_written_is_a_failure", "there is no /dev/full");
    };
    let output = Cli::new(&home).command(&["config"]).stdout(full).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("Error: standard output cannot be written"), "{said}");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Cli::new(&home).command(&["config"]).stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}

#[test]
fn unknown_flags_commands_and_values_are_refused_and_nothing_is_touched() {
    let home = Home::new();
    let rows: [(&[&str], &str); 12] = [
        (&["push", "--nope"], "unexpected argument '--nope'"),
        (&["--nope", "push"], "unexpected argument '--nope'"),
        (&["psuh"], "unrecognized subcommand 'psuh'"),
        (&["push", "more"], "unexpected argument 'more'"),
        (&["push", "-q"], "unexpected argument '-q'"),
        (&["push", "--wait"], "a value is required for '--wait <N>'"),
        (&["push", "-w", "1", "-w", "2"], "cannot be used multiple times"),
        (&["prune", "--force"], "unexpected argument '--force'"),
        (&["--force", "prune"], "--force does not go with prune"),
        (&["clone", "-f"], "unexpected argument '-f'"),
        (&["gen", "--bits", "1024"], "invalid value '1024' for '--bits <N>'"),
        (&["quarantine", "show", "one"], "invalid value 'one'"),
    ];
    for (arguments, words) in rows {
        let output = Cli::patient(&home, "http://127.0.0.1:1").run(arguments);
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{arguments:?}: {output:?}");
        assert!(output.stderr.contains(words), "{arguments:?}: {output:?}");
        assert!(output.stderr.lines().count() >= 2, "a remedy: {output:?}");
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}
