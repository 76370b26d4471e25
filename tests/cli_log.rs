//! The log: its form, its levels, its file, and the phrases that monitors search it for.

use crate::support::cli::Cli;
use crate::support::execute::{Execute, What};
use crate::support::fault;
use crate::support::ledger::{Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::Rng;

async fn server() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await
}

/// `2026/11/23 03:44:29 INFO message`: date and time, level, message.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (time, rest) = line.split_at_checked(19)?;
    let form = "0000/00/00 00:00:00";
    let fits = time.chars().zip(form.chars()).all(|(c, f)| if f == '0' { c.is_ascii_digit() } else { c == f });
    let (level, message) = rest.strip_prefix(' ')?.split_once(' ')?;
    (fits && ["ERROR", "WARN", "INFO", "DEBUG"].contains(&level)).then_some((time, level, message))
}

fn messages<'a>(log: &'a str, level: &str) -> Vec<&'a str> {
    let parts = log.lines().map(|line| parts(line).unwrap_or_else(|| panic!("not a log line: {line:?} in\n{log}")));
    parts.filter(|(_, of, _)| *of == level).map(|(_, _, message)| message).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_has_the_form_and_the_phrases_that_monitors_know() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let clone = cli.run(&["clone"]).stderr;
    let info = messages(&clone, "INFO");
    assert_eq!((info[0], *info.last().unwrap()), ("Starting Sync", "Sync Complete: 12 Updated Documents"));
    assert_eq!(info.iter().filter(|message| **message == "Views Created").count(), 1, "{clone}");
    assert_eq!(messages(&cli.run(&["push"]).stderr, "INFO"), ["Starting Sync", "Sync Complete: No Updated Documents"]);
    assert_eq!(messages(&cli.run(&["create_views"]).stderr, "INFO").last(), Some(&"Views Created"));
    assert_eq!(messages(&cli.run(&["prune"]).stderr, "INFO").last(), Some(&"Pruning Completed!"));
    server.plan(|ask| (ask.what == What::Page).then(|| fault::status("403 Forbidden")));
    let failed = cli.run(&["push"]);
    assert_eq!(failed.code, Some(3));
    let errors = messages(&failed.stderr, "ERROR");
    assert_eq!(errors.len(), 1, "{failed:?}");
    assert!(
        errors[0].starts_with("Sync Failed: 127.0.0.1 accepts the API key but not this request (403). Ask "),
        "{failed:?}"
    );
}

#[test]
fn a_run_that_cannot_even_begin_is_told_with_the_same_phrase_also_in_the_log_file() {
    let broken = [
        "EXECUTESYNC_CHUNK_SIZE=0",
        "EXECUTESYNC_EXECUTE_URL=example.com",
        "no assignment",
        "EXECUTESYNC_LOG_LEVEL=loud",
    ];
    for line in broken {
        for command in ["push", "sync", "clone"] {
            let home = Home::new();
            std::fs::write(home.path().join(".env"), line).unwrap();
            let cli = Cli::patient(&home, "http://127.0.0.1:9").set("CHUNK_SIZE", "").set("LOG_FILE", "x.log");
            let cli = if line.contains("URL") { cli.set("EXECUTE_URL", "") } else { cli };
            let output = cli.run(&[command]);
            assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
            let errors = messages(&output.stderr, "ERROR");
            assert!(errors.len() == 1 && errors[0].starts_with("Sync Failed: "), "{output:?}");
            // Where the log itself is at fault there is no file to write to.
            if line.contains("CHUNK") || line.contains("URL") {
                assert_eq!(std::fs::read_to_string(home.path().join("x.log")).unwrap(), output.stderr);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quiet_says_warnings_and_worse_only() {
    let mut ledger = Ledger::world(&mut Rng::new(1), 6, Size::Small);
    ledger.push(&Ledger::mark(77), b"{}".to_vec());
    let server = Execute::start(ledger).await;
    let home = Home::new();
    let output = Cli::patient(&home, &server.url()).set("LOG_LEVEL", "QUIET").run(&["push"]);
    assert_eq!(output.code, Some(6));
    assert_eq!((messages(&output.stderr, "WARN").len(), output.stderr.lines().count()), (1, 1), "{output:?}");
    let nothing_new = Cli::patient(&home, &server.url()).run(&["push", "-l", "quiet"]);
    assert_eq!((nothing_new.code, &*nothing_new.stderr, &*nothing_new.stdout), (Some(0), "", ""));
    server.plan(|_| Some(fault::status("401 Unauthorized")));
    let refused = Cli::patient(&home, &server.url()).run(&["push", "-l", "quiet"]);
    assert_eq!(messages(&refused.stderr, "ERROR").len(), 1, "{refused:?}");
    assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_file_gets_the_same_lines_run_after_run_and_is_its_owners_alone() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url()).set("LOG_FILE", "sync.log");
    let said = cli.run(&["push"]).stderr + &cli.run(&["push", "--log-level", "debug"]).stderr;
    let file = home.path().join("sync.log");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), said);
    assert!(said.lines().count() >= 4);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&file.metadata().unwrap()) & 0o777, 0o600);
    let elsewhere = cli.run(&["push", "--log-file", "no/such/folder/x.log"]);
    assert_eq!(elsewhere.code, Some(2), "{elsewhere:?}");
    assert!(elsewhere.stderr.contains("of the log file does not exist"), "{elsewhere:?}");
}

#[test]
fn what_only_looks_makes_no_log_file_and_needs_none() {
    let home = Home::new();
    for file in ["sync.log", "no/such/folder/sync.log"] {
        let cli = Cli::new(&home).set("DATABASE_TYPE", "SQLITE").set("LOG_FILE", file);
        for (call, code) in [
            (&["config"][..], 0),
            (&["c", "--json"], 0),
            (&["status"], 1),
            (&["runs"], 0),
            (&["quarantine", "list"], 0),
        ] {
            let output = cli.run(call);
            assert_eq!((output.code, &*output.stderr), (Some(code), ""), "{call:?}");
        }
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_file_on_a_full_disk_is_told_once_and_stops_nothing() {
    if !std::path::Path::new("/dev/full").exists() {
        return not_run("a_log_file_on_a_full_disk_is_told_once_and_stops_nothing", "there is no /dev/full");
    }
    let server = server().await;
    let home = Home::new();
    let output = Cli::patient(&home, &server.url()).set("LOG_FILE", "/dev/full").run(&["push"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let warnings = messages(&output.stderr, "WARN");
    assert!(warnings.len() == 1 && warnings[0].starts_with("The log file /dev/full cannot be written"), "{output:?}");
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_in_the_log_is_the_local_one() {
    let server = server().await;
    let home = Home::new();
    let minutes = |zone: &str| {
        let output = Cli::patient(&home, &server.url()).env("TZ", zone).run(&["push"]);
        let (time, ..) = parts(output.stderr.lines().next().unwrap()).unwrap();
        let number = |range: std::ops::Range<usize>| time[range].parse::<i64>().unwrap();
        number(8..10) * 1440 + number(11..13) * 60 + number(14..16)
    };
    // POSIX zones need no database: five and a half hours east of Greenwich, three west.
    let (east, west) = (minutes("XYZ-05:30"), minutes("ABC3"));
    let apart = east - west;
    // Between the two runs a minute, a day or a month may have ended.
    assert!((508..=510).contains(&apart) || apart < -1440 * 20, "{apart} minutes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_of_a_server_neither_begins_a_line_nor_steers_the_terminal() {
    let server = server().await;
    let home = Home::new();
    server.plan(|ask| {
        let schema = r#"{"A\u001b[31m\nB":1,"AFE":{"X\u202e\n2026/11/23 00:00:00 ERROR forged":{"TYPE":"\u0007?"},"Y":{"TYPE":"TEXT"}}}"#;
        (ask.what == What::Schema).then(|| fault::body(schema))
    });
    let output = Cli::patient(&home, &server.url()).run(&["push"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(messages(&output.stderr, "WARN").len() >= 2, "{output:?}");
    assert_eq!(messages(&output.stderr, "ERROR"), [""; 0], "{output:?}");
    assert!(!output.stderr.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{output:?}");
}
