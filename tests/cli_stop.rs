//! SIGINT and SIGTERM: in each phase the program ends within two seconds, with 130 or 143, and with whole pages only.
#![cfg(unix)] // Signals are not for Windows.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::cli::Cli;
use crate::support::execute::{Ask, Execute, Fault, What};
use crate::support::fault;
use crate::support::ledger::{self, Ledger, Size};
use crate::support::oracle;
use crate::support::other_program::OtherProgram;
use crate::support::program::{Ended, Program};
use crate::support::run::Home;
use crate::support::seed::{self, Rng};
use crate::support::wire::{At, Then};

/// What is promised.
const WITHIN: Duration = Duration::from_secs(2);

/// Waits as long as anybody would for what must happen.
async fn until(what: &str, happened: impl Fn() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} does not happen");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn stops(program: Program, signal: &str) -> Ended {
    let asked = Instant::now();
    program.signal(signal);
    let ended = program.ended();
    let took = asked.elapsed();
    assert_eq!(ended.code, Some(if signal == "INT" { 130 } else { 143 }), "{ended:?}");
    assert!(took < WITHIN, "it took {took:?}: {ended:?}");
    ended
}

fn all(what: What, fault: Fault) -> impl Fn(&Ask) -> Option<Fault> {
    move |ask| (ask.what == what).then(|| fault.clone())
}

/// A phase of a run: its name, the fault that holds the run in it, the request that shows it is reached, and how many
/// documents must be there afterwards.
fn phases() -> Vec<(&'static str, What, usize, Fault, usize)> {
    let endless = || {
        let mut line = ledger::tiny("endless", 1);
        line.push(b'\n');
        fault::then(Then::Forever(line.repeat(500)))
    };
    vec![
        ("no answer to the schema", What::Schema, 1, fault::cut(At::BeforeHeaders, Then::Stall), 0),
        ("no answer to the first page", What::Page, 1, fault::cut(At::BeforeHeaders, Then::Stall), 0),
        ("no answer to the third page", What::Page, 3, fault::cut(At::InHeaders, Then::Stall), 8),
        ("half of the first page", What::Page, 1, fault::cut(At::Middle, Then::Stall), 0),
        ("all but the end of the second page", What::Page, 2, fault::cut(At::AfterLast, Then::Stall), 4),
        ("a second page without end", What::Page, 2, endless(), 4),
        ("a wait that the server asked for", What::Page, 2, wait_a_minute(), 4),
    ]
}

fn wait_a_minute() -> Fault {
    fault::all(vec![fault::status("503 Service Unavailable"), fault::header("Retry-After", "60")])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_stops_in_every_phase_with_whole_pages_only() {
    for (at, (name, what, number, fault, documents)) in phases().into_iter().enumerate() {
        let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
        server.plan(move |ask| (ask.what == what && ask.number == number).then(|| fault.clone()));
        let home = Home::new();
        let cli = Cli::patient(&home, &server.url());
        let program = Program::start(&cli, &["push"]);
        until(name, || server.asked(what) >= number).await;
        let ended = stops(program, ["INT", "TERM"][at % 2]);
        assert!(ended.stderr.contains("INFO Sync stopped as asked; whole pages stay\n"), "{name}: {ended:?}");
        assert_eq!(ended.stdout, "", "{name}");
        assert_eq!(oracle::prefix(&home, &server.ledger()).check(), Ok(documents), "{name}");
        let runs: serde_json::Value = serde_json::from_str(&cli.run(&["runs", "--json"]).stdout).unwrap();
        assert_eq!((&runs[0]["outcome"], &runs[0]["documents"]), (&"cancelled".into(), &documents.into()), "{name}");
        assert_eq!(cli.run(&["status"]).code, Some(1), "{name}: it was never synced completely");
        server.clear();
        let again = cli.run(&["push"]);
        assert_eq!(again.code, Some(0), "{name}: {again:?}");
        oracle::complete(&home, &server.ledger()).check().unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_being_written_is_taken_back() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    server.fault_at(2, fault::then(Then::Forever([ledger::tiny("endless", 1), b"\n".to_vec()].concat().repeat(500))));
    let home = Home::new();
    let program = Program::start(&Cli::patient(&home, &server.url()), &["push"]);
    let journal = home.path().join("execute.sqlite-journal");
    until("a page is being written", || server.asked(What::Page) == 2 && journal.exists()).await;
    stops(program, "TERM");
    assert_eq!(oracle::prefix(&home, &server.ledger()).check(), Ok(4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_stops_at_any_instant() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 80, Size::Small)).await;
    let trials = seed::trials(25, 400);
    for seed in seed::base()..seed::base() + trials {
        let home = Home::new();
        let program = Program::start(&Cli::patient(&home, &server.url()), &["push"]);
        let instant = Duration::from_micros(Rng::named(seed, "stop").next() % 400_000);
        tokio::time::sleep(instant).await;
        program.signal("TERM");
        let ended = program.ended();
        // One that had not begun to listen is ended by the system; one that had ended is not ended again.
        assert!(matches!(ended.code, Some(143 | 0) | None), "SEED={seed}: {ended:?}");
        oracle::prefix(&home, &server.ledger()).check().unwrap_or_else(|why| panic!("SEED={seed}: {why}: {ended:?}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sync_stops_while_it_sleeps() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    for signal in ["INT", "TERM"] {
        let home = Home::new();
        let mut program = Program::start(&Cli::patient(&home, &server.url()), &["sync"]);
        program.says("Sleeping 600 seconds");
        stops(program, signal);
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_waits_for_a_locked_database_stops() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    for (at, command) in [&["push"][..], &["clone"], &["create_views"], &["prune"], &["quarantine", "list"], &["test"]]
        .into_iter()
        .enumerate()
    {
        let home = Home::new();
        let cli = Cli::patient(&home, &server.url());
        // Left in its rollback journal by a first run that failed: there even readers wait.
        server.fault_at(server.asked(What::Page) + 2, fault::status("404 Not Found"));
        assert_eq!(cli.run(&["push"]).code, Some(2));
        server.clear();
        let mut other = OtherProgram::open(&home.database());
        other.run("BEGIN EXCLUSIVE");
        let asked = server.log().len();
        let mut program = Program::start(&cli, command);
        match command[0] {
            "test" => until("it asks for the schema", || server.log().len() > asked).await,
            _ => program.says("Waiting: "),
        }
        stops(program, ["TERM", "INT"][at % 2]);
        other.run("ROLLBACK");
        assert_eq!(oracle::prefix(&home, &server.ledger()).check(), Ok(4), "{command:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_commands_stop_while_they_wait_for_the_server() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    server.plan(all(What::Schema, fault::cut(At::BeforeHeaders, Then::Stall)));
    for (at, command) in ["clone", "create_views", "test", "sync"].into_iter().enumerate() {
        let home = Home::new();
        let asked = server.log().len();
        let program = Program::start(&Cli::patient(&home, &server.url()), &[command]);
        until(command, || server.log().len() > asked).await;
        stops(program, ["TERM", "INT"][at % 2]);
    }
}

#[test]
fn the_sample_server_ends_as_asked() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let home = Home::new();
        let arguments = ["sample-server", "--bind", "127.0.0.1:0", "--documents", "320"];
        let mut process = Cli::new(&home).command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        // It speaks once it listens, to signals too.
        said.read_line(&mut String::new()).unwrap();
        let asked = Instant::now();
        assert!(Command::new("kill").args([signal, &process.id().to_string()]).status().unwrap().success());
        assert_eq!(process.wait().unwrap().code(), Some(code));
        assert!(asked.elapsed() < WITHIN, "it took {:?}", asked.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_run_on_the_same_database_leaves_at_once_and_names_the_first() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    server.fault_at(2, fault::cut(At::Middle, Then::Stall));
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let first = Program::start(&cli, &["push"]);
    until("the first run reads", || server.asked(What::Page) == 2).await;
    for command in [&["push"][..], &["clone"], &["create_views"], &["prune"], &["quarantine", "close", "1"]] {
        let second = cli.run(command);
        let expected = if command[0] == "quarantine" { 2 } else { 5 };
        assert_eq!(second.code, Some(expected), "{command:?}: {second:?}");
        if expected == 5 {
            assert!(second.stderr.contains(&format!("process {}", first.pid())), "{command:?}: {second:?}");
        }
    }
    let status = cli.run(&["status"]);
    assert_eq!(
        (status.code, &*status.stdout),
        (Some(1), "Syncing for the first time · 4 documents · since just now\n")
    );
    stops(first, "TERM");
    assert_eq!(oracle::prefix(&home, &server.ledger()).check(), Ok(4));
}
