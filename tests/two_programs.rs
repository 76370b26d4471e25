//! Promise 10: two programs and one database: one writes, the other leaves, and a writer that was overtaken cannot commit.

use std::path::Path;
use std::time::Duration;

use crate::support::cli::Cli;
use crate::support::execute::{Execute, What};
use crate::support::fault::held;
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::program::Program;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};
use crate::support::wire::Gate;

/// A server with four pages of small documents.
async fn serve() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(7), 16, Size::Small)).await
}

/// The database of `home`, seen from a machine with a state folder of its own.
fn elsewhere(home: &Home, state: &Path, server: &Execute) -> Cli {
    Cli::patient(home, &server.url())
        .set("STATE_DIR", state.as_os_str())
        .set("DATABASE_DSN", home.database().as_os_str())
}

fn lock_file(state: &Path) -> std::path::PathBuf {
    let is_lock = |path: &std::path::PathBuf| {
        path.extension().is_some_and(|extension| extension == "lock") && !path.to_string_lossy().contains("-runs")
    };
    let mut files = std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path());
    files.find(is_lock).expect("there is a lock file")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_one_run_works_every_other_on_that_database_leaves_and_names_it() {
    let (server, home) = (serve().await, Home::new());
    let gate = Gate::closed();
    server.fault_at(2, held(0, &gate));
    let cli = Cli::patient(&home, &server.url());
    let holder = Program::start(&cli, &["push"]);
    server.arrived(What::Page, 2).await;
    let others: Vec<Program> = (0..4).map(|_| Program::start(&cli, &["push"])).collect();
    for other in others {
        let ended = other.ended();
        assert_eq!(ended.code, Some(5), "{}", ended.stderr);
        let named = format!("Another run holds this database: process {}", holder.pid());
        assert!(ended.stderr.contains(&named), "{}", ended.stderr);
    }
    for command in ["clone", "create_views", "prune"] {
        let output = cli.run(&[command]);
        assert_eq!(output.code, Some(5), "{command}: {}", output.stderr);
        assert!(output.stderr.contains("Another run holds this database"), "{command}: {}", output.stderr);
    }
    gate.open();
    let ended = holder.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(server.asked(What::Page), 4, "the others asked for no page");
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_file_is_the_same_database_however_its_path_is_written() {
    let (server, home) = (serve().await, Home::new());
    let gate = Gate::closed();
    server.fault_at(1, held(0, &gate));
    let holder = Program::start(&Cli::patient(&home, &server.url()), &["push"]);
    server.arrived(What::Page, 1).await;
    let folder = home.path().file_name().unwrap().to_string_lossy().into_owned();
    let link = home.path().join("link");
    #[cfg(unix)]
    std::os::unix::fs::symlink(home.path(), &link).unwrap();
    let ways = [
        "execute.sqlite".into(),
        "./execute.sqlite".into(),
        format!("../{folder}/execute.sqlite"),
        "link/execute.sqlite".into(),
    ];
    for way in ways {
        let output = Cli::patient(&home, &server.url()).set("DATABASE_DSN", &way).run(&["push"]);
        assert_eq!(output.code, Some(5), "{way}: {}", output.stderr);
    }
    gate.open();
    assert_eq!(holder.ended().code, Some(0));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_the_file_is_the_same_database_before_and_after_the_file_is_there() {
    use std::os::unix::fs::symlink;

    let (server, home) = (serve().await, Home::new());
    let gate = Gate::closed();
    server.fault_at(1, held(0, &gate));
    std::fs::create_dir(home.path().join("links")).unwrap();
    symlink("../execute.sqlite", home.path().join("links/a.sqlite")).unwrap();
    symlink("links/a.sqlite", home.path().join("b.sqlite")).unwrap();
    let by = |name: &str| Cli::patient(&home, &server.url()).set("DATABASE_DSN", name);
    let names = ["execute.sqlite", "links/a.sqlite", "b.sqlite"];
    let holder = Program::start(&by("b.sqlite"), &["push"]);
    server.arrived(What::Page, 1).await;
    for name in names {
        let output = by(name).run(&["push"]);
        assert_eq!(output.code, Some(5), "{name}: {}", output.stderr);
    }
    gate.open();
    assert_eq!(holder.ended().code, Some(0));
    for name in names {
        let status = by(name).run(&["status"]);
        assert_eq!(status.code, Some(0), "{name}: {}", status.stdout);
        assert_eq!(by(name).run(&["push"]).code, Some(0), "{name}");
    }
    let runs: serde_json::Value = serde_json::from_str(&by("b.sqlite").run(&["runs", "--json"]).stdout).unwrap();
    assert_eq!(runs.as_array().unwrap().len(), 1 + names.len());
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_runs_that_start_together_one_works_and_the_others_leave() {
    for round in 0..seed::trials(6, 100) {
        let server = serve().await;
        let home = Home::in_memory();
        let cli = Cli::patient(&home, &server.url());
        let many = 2 + usize::try_from(round % 4).unwrap();
        let programs: Vec<Program> = (0..many).map(|_| Program::start(&cli, &["push"])).collect();
        let codes: Vec<_> = programs.into_iter().map(|program| program.ended().code).collect();
        // One that comes when the first is done finds nothing new.
        assert!(codes.iter().all(|code| matches!(code, Some(0 | 5))) && codes.contains(&Some(0)), "{codes:?}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_machines_on_one_database_one_writes_and_nothing_is_lost_or_doubled() {
    for round in 0..seed::trials(6, 200) {
        let server = serve().await;
        let (home, states) = (Home::in_memory(), [Home::in_memory(), Home::in_memory(), Home::in_memory()]);
        let many = 2 + usize::try_from(round % 2).unwrap();
        let start = |state: &Home| Program::start(&elsewhere(&home, state.path(), &server), &["push"]);
        let programs: Vec<Program> = states[..many].iter().map(start).collect();
        let ended: Vec<_> = programs.into_iter().map(Program::ended).collect();
        let codes: Vec<_> = ended.iter().map(|ended| ended.code).collect();
        assert!(codes.iter().all(|code| matches!(code, Some(0 | 5))) && codes.contains(&Some(0)), "{ended:?}");
        for loser in ended.iter().filter(|ended| ended.code == Some(5)) {
            assert!(loser.stderr.contains("another run wrote to"), "{}", loser.stderr);
        }
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_was_stopped_and_overtaken_cannot_commit_when_it_wakes() {
    for page in 1..=4 {
        let (server, home, other) = (serve().await, Home::in_memory(), Home::in_memory());
        let gate = Gate::closed();
        // The overtaking run asks later, and is answered.
        server.fault_at(page, held(0, &gate));
        let stopped = Program::start(&Cli::patient(&home, &server.url()), &["push"]);
        server.arrived(What::Page, page).await;
        stopped.signal("STOP");
        let taken_over = elsewhere(&home, other.path(), &server).run(&["push"]);
        assert_eq!(taken_over.code, Some(0), "page {page}: {}", taken_over.stderr);
        let commits = oracle::complete(&home, &server.ledger()).commits;
        gate.open();
        stopped.signal("CONT");
        let ended = stopped.ended();
        assert_eq!(ended.code, Some(5), "page {page}: {}", ended.stderr);
        assert!(ended.stderr.contains("this one's page was taken back"), "page {page}: {}", ended.stderr);
        let verdict = oracle::complete(&home, &server.ledger());
        assert_eq!(verdict.commits, commits, "page {page}: it committed");
        verdict.check().unwrap();
        let output = Cli::patient(&home, &server.url()).run(&["push"]);
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_stopped_in_the_middle_of_its_transaction_is_waited_for() {
    // Large documents: half a page is more than a block, so the transaction has begun.
    let server = Execute::start(Ledger::world(&mut Rng::new(8), 16, Size::Large)).await;
    let (home, other) = (Home::new(), Home::new());
    let gate = Gate::closed();
    server.fault_at(1, held(90, &gate));
    let first = Program::start(&Cli::patient(&home, &server.url()).set("MAX_DOCUMENTS", "16"), &["push"]);
    server.arrived(What::Page, 1).await;
    wait_for(|| home.path().join("execute.sqlite-journal").exists());
    first.signal("STOP");
    let mut second = Program::start(&elsewhere(&home, other.path(), &server), &["push"]);
    second.says("is locked by another program");
    gate.open();
    first.signal("CONT");
    let (first, second) = (first.ended(), second.ended());
    assert_eq!((first.code, second.code), (Some(0), Some(5)), "{}{}", first.stderr, second.stderr);
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

/// Returns once something outside this process is so.
fn wait_for(is_so: impl Fn() -> bool) {
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(std::time::Instant::now() < until, "it does not happen");
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_holder_is_killed_the_next_run_starts_at_once() {
    for page in 1..=4 {
        let (server, home) = (serve().await, Home::in_memory());
        let gate = Gate::closed();
        server.fault_at(page, held(0, &gate));
        let cli = Cli::patient(&home, &server.url());
        let holder = Program::start(&cli, &["push"]);
        server.arrived(What::Page, page).await;
        holder.signal("KILL");
        assert_eq!(holder.ended().code, None);
        server.clear();
        let output = cli.run(&["push"]);
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        assert!(output.took < Duration::from_secs(5), "it waited for a dead holder: {:?}", output.took);
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_file_that_a_dead_run_left_holds_nobody_up() {
    let (server, home) = (serve().await, Home::new());
    let cli = Cli::patient(&home, &server.url());
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let lock = lock_file(home.path());
    // Process 1 is there on every machine, and is not ours; the others are no notes at all.
    for left in [r#"{"pid":1,"started":"2020-01-01T00:00:00Z"}"#, "", "not a note", "\0\0\0\0"] {
        std::fs::write(&lock, left).unwrap();
        let output = cli.run(&["push"]);
        assert_eq!(output.code, Some(0), "{left:?}: {}", output.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_that_was_overtaken_by_a_plain_run_goes_on_and_removes_nothing_that_is_there() {
    let (server, home, other) = (serve().await, Home::new(), Home::new());
    let cli = Cli::patient(&home, &server.url());
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let gate = Gate::closed();
    server.fault_at(7, held(0, &gate));
    let refresh = Program::start(&cli, &["push", "-f"]);
    server.arrived(What::Page, 7).await;
    let overtaking = elsewhere(&home, other.path(), &server).run(&["push"]);
    assert_eq!(overtaking.code, Some(0), "{}", overtaking.stderr);
    assert!(overtaking.stderr.contains("A full refresh that was interrupted goes on"), "{}", overtaking.stderr);
    gate.open();
    assert_eq!(refresh.ended().code, Some(5));
    oracle::complete(&home, &server.ledger()).check().unwrap();
}
