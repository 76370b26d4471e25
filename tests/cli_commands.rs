//! Every command and alias through the real binary: what it does, what it says, what it needs, and how it ends.

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, What};
use crate::support::fault;
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::Rng;

/// Every command with what its help begins with.
const COMMANDS: [&str; 15] = [
    "sync",
    "push",
    "clone",
    "create_views",
    "prune",
    "status",
    "runs",
    "quarantine",
    "test",
    "config",
    "gen",
    "demo",
    "sample-server",
    "upgrade",
    "version",
];

async fn server() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await
}

fn names_in(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.path()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn succeeds(output: &Output) {
    assert_eq!(output.code, Some(0), "{output:?}");
}

#[test]
fn without_arguments_it_prints_its_help_and_ends_well() {
    let home = Home::new();
    let output = Cli::new(&home).run(&[]);
    succeeds(&output);
    assert_eq!(output.stderr, "");
    for command in COMMANDS {
        assert!(output.stdout.contains(&format!("\n  {command} ")), "{command} is not in\n{}", output.stdout);
    }
    assert!(output.stdout.contains("Exit codes"), "{}", output.stdout);
    assert_eq!(names_in(&home), [""; 0], "it wrote something");
}

#[test]
fn flags_without_a_command_are_refused() {
    let home = Home::new();
    for flags in [&["--log-level", "quiet"][..], &["-f"], &["--json"], &["--profile", "x"]] {
        let output = Cli::new(&home).run(flags);
        assert_eq!((output.code, output.stdout.is_empty()), (Some(2), flags != ["--json"]), "{output:?}");
        assert!(output.stderr.starts_with("Error: no command is given\n"), "{output:?}");
    }
    for flag in ["--help", "--version", "-h", "-V"] {
        succeeds(&Cli::new(&home).run(&[flag]));
    }
}

#[test]
fn switches_are_accepted_before_the_command_and_refused_where_they_mean_nothing() {
    let home = Home::new();
    let cli = Cli::new(&home).set("DATABASE_TYPE", "SQLITE");
    for (before, after) in [
        (&["--json", "config"][..], &["config", "--json"][..]),
        (&["--json", "version"], &["version", "--json"]),
        (&["--json", "quarantine", "list"], &["quarantine", "list", "--json"]),
        (&["--allow-removals", "push"], &["push", "--allow-removals"]),
    ] {
        let (before, after) = (cli.run(before), cli.run(after));
        assert_eq!((before.code, before.stdout), (after.code, after.stdout));
    }
    for (line, flag) in [(["--json", "gen"], "--json"), (["--allow-removals", "prune"], "--allow-removals")] {
        let output = cli.run(&line);
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains(&format!("{flag} does not go with {}", line[1])), "{output:?}");
    }
    assert_eq!(names_in(&home), [""; 0]);
}

#[test]
fn every_command_explains_itself_and_names_its_settings_variables() {
    let home = Home::new();
    for command in COMMANDS {
        let output = Cli::new(&home).run(&[command, "--help"]);
        succeeds(&output);
        assert!(output.stdout.contains("Usage: execute-sync"), "{output:?}");
    }
    let help = Cli::new(&home).run(&["push", "-h"]).stdout;
    let unwrapped = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for setting in execute_sync::profile::settings::SETTINGS {
        assert!(unwrapped.contains(&format!("--{}", setting.flag)), "{} is not in\n{help}", setting.flag);
        assert!(unwrapped.contains(&format!("[env: {}]", setting.env())), "{} is not in\n{help}", setting.env());
    }
}

#[test]
fn help_version_and_gen_work_with_nothing_configured_and_beside_a_broken_env_file() {
    let broken: [&[u8]; 5] = [
        b"",
        b"this is no assignment\n",
        b"\xff\xfeE\0X\0",
        b"EXECUTESYNC_WAIT=soon\nEXECUTESYNC_LOG_FILE=/no/such/folder/x.log\n",
        b"EXECUTESYNC_DATABASE_TYPE=ORACLE\nEXECUTESYNC_EXECUTE_APIKEY_SECRET_FILE=/no/such/file\n",
    ];
    let calls: [&[&str]; 11] = [
        &[],
        &["--help"],
        &["-h"],
        &["help"],
        &["help", "push"],
        &["push", "--help"],
        &["--version"],
        &["-V"],
        &["version"],
        &["v"],
        &["gen", "--bits", "2048", "--stdout"],
    ];
    for text in broken {
        let home = Home::new();
        if !text.is_empty() {
            std::fs::write(home.path().join(".env"), text).unwrap();
        }
        for arguments in calls {
            let output = Cli::new(&home).run(arguments);
            assert_eq!((output.code, &*output.stderr), (Some(0), ""), "{arguments:?} beside {text:?}: {output:?}");
            assert!(!output.stdout.is_empty(), "{arguments:?}");
        }
    }
}

#[test]
fn the_version_is_the_same_however_it_is_asked_for() {
    let home = Home::new();
    let cli = Cli::new(&home);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(cli.run(&["version"]).stdout, format!("{version}\n"));
    assert_eq!(cli.run(&["v"]).stdout, format!("{version}\n"));
    assert_eq!(cli.run(&["--version"]).stdout, format!("execute-sync {version}\n"));
    let json: serde_json::Value = serde_json::from_str(&cli.run(&["version", "--json"]).stdout).unwrap();
    assert_eq!(json["version"], version);
}

#[test]
fn upgrade_says_that_it_is_not_in_this_version() {
    let home = Home::new();
    for arguments in [&["upgrade"][..], &["upgrade", "--force"]] {
        let output = Cli::new(&home).run(arguments);
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
        assert!(output.stderr.starts_with("Error: upgrade is not in this version\n       "), "{output:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn databases_of_later_versions_are_refused_and_nothing_is_touched() {
    let server = server().await;
    for database in ["SNOWFLAKE", "MSSQL", "SqlServer", "databricks"] {
        let home = Home::new();
        let cli = Cli::patient(&home, &server.url()).set("DATABASE_TYPE", database).set("DATABASE_DSN", "u:p@h/d/s");
        for command in ["push", "sync", "clone", "create_views", "prune", "test", "status", "runs"] {
            let output = cli.run(&[command]);
            assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{command} {database}: {output:?}");
            assert!(output.stderr.contains(&database.to_uppercase()), "{command} {database}: {output:?}");
        }
        assert_eq!(cli.run(&["quarantine", "list"]).code, Some(2));
        assert_eq!(names_in(&home), [""; 0], "{database}: it wrote something");
    }
    assert_eq!(server.log().len(), 0, "it asked the server");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_brings_everything_and_says_nothing_on_standard_output() {
    let server = server().await;
    for alias in ["push", "p"] {
        let home = Home::new();
        let cli = Cli::patient(&home, &server.url());
        let first = cli.run(&[alias]);
        succeeds(&first);
        assert_eq!(first.stdout, "");
        assert!(first.stderr.contains("INFO Starting Sync\n"), "{first:?}");
        assert!(first.stderr.contains("INFO Sync Complete: 12 Updated Documents\n"), "{first:?}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
        let again = cli.run(&[alias]);
        succeeds(&again);
        assert!(again.stderr.contains("INFO Sync Complete: No Updated Documents\n"), "{again:?}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_in_json_tells_what_it_did_and_why_it_failed() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let json = |output: &Output| -> serde_json::Value { serde_json::from_str(&output.stdout).unwrap() };
    let good = json(&cli.run(&["push", "--json"]));
    assert_eq!((&good["summary"]["documents"], &good["error"]), (&12.into(), &serde_json::Value::Null));
    server.plan(|_| Some(fault::status("401 Unauthorized")));
    let refused = cli.run(&["push", "--json"]);
    assert_eq!(refused.code, Some(3));
    let error = &json(&refused)["error"];
    assert_eq!((&error["code"], &error["field"]), (&"refused_by_source".into(), &"EXECUTE_APIKEY_ID".into()));
    let not_begun = cli.run(&["push", "--json", "-c", "many"]);
    assert_eq!(not_begun.code, Some(2));
    let error = &json(&not_begun)["error"];
    assert_eq!((&error["code"], &error["field"]), (&"configuration".into(), &"CHUNK_SIZE".into()));
    for (call, is_full) in [(&["push"][..], false), (&["push", "-f"], true), (&["clone"], true)] {
        let output = cli.run(&[call, &["--json", "-c", "many"]].concat());
        assert_eq!(json(&output)["summary"]["full_refresh"], is_full, "{output:?}");
    }
}

#[test]
fn whoever_asked_for_json_gets_an_error_as_one_object_too() {
    let fails = |cli: &Cli, call: &[&str], code: &str, field: Option<&str>| {
        let output = cli.run(&[call, &["--json"]].concat());
        let value: serde_json::Value =
            serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {call:?} {output:?}"));
        let error = &value["error"];
        assert_eq!((&error["code"], error["field"].as_str()), (&code.into(), field), "{call:?} {output:?}");
        assert!(output.stderr.contains(error["message"].as_str().unwrap()), "{call:?} {output:?}");
        assert!(output.stderr.contains(error["hint"].as_str().unwrap()), "{call:?} {output:?}");
        assert_eq!((output.code, cli.run(call).code), (Some(2), Some(2)), "{call:?}");
    };
    let every: [&[&str]; 10] = [
        &["push"],
        &["clone"],
        &["create_views"],
        &["prune"],
        &["status"],
        &["runs"],
        &["quarantine", "list"],
        &["quarantine", "show", "1"],
        &["test"],
        &["config"],
    ];
    let (broken, home) = (Home::new(), Home::new());
    std::fs::write(broken.path().join(".env"), "A=1\nEXECUTESYNC_WAIT 5\n").unwrap();
    for call in every {
        fails(&Cli::new(&broken), call, "configuration", None);
    }
    let app = home.path().join("app");
    let profiles = Cli::new(&home).env("EXECUTESYNC_HOME", &app);
    fails(&profiles, &["profiles", "show", "Nobody"], "configuration", None);
    std::fs::create_dir_all(app.join("config")).unwrap();
    std::fs::write(app.join("config/profiles.json"), "{\"version\": 99, \"profiles\": []}").unwrap();
    fails(&profiles, &["profiles", "list"], "configuration", None);
    // After the settings were read.
    let empty = Cli::new(&home).set("DATABASE_TYPE", "SQLITE");
    fails(&empty, &["create_views"], "configuration", Some("EXECUTE_URL"));
    fails(&empty, &["test"], "configuration", Some("EXECUTE_URL"));
    fails(&empty, &["quarantine", "show", "7"], "configuration", None);
    let folder = Cli::new(&home).set("DATABASE_TYPE", "SQLITE").set("DATABASE_DSN", home.path());
    fails(&folder, &["prune"], "configuration", Some("DATABASE_DSN"));
    // Calls that cannot be understood.
    let calls: [&[&str]; 5] =
        [&["push", "--nope"], &["runs", "-n", "0"], &["psuh"], &["quarantine", "show", "one"], &["-c", "5"]];
    for call in calls {
        fails(&empty, call, "configuration", None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clone_makes_the_views_first_and_reads_nothing_without_a_schema() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    server.plan(|ask| (ask.what == What::Schema).then(|| fault::status("404 Not Found")));
    let output = cli.run(&["clone"]);
    assert_eq!((output.code, server.asked(What::Page)), (Some(2), 0), "{output:?}");
    server.clear();
    let output = cli.run(&["clone"]);
    succeeds(&output);
    let log = server.log();
    let first = |what| log.iter().rposition(|ask| ask.what == what);
    assert!(first(What::Schema) < first(What::Page), "the schema is asked for before the first page");
    oracle::complete(&home, &server.ledger()).check().unwrap();
    let asked = server.asked(What::Page);
    succeeds(&cli.run(&["clone"]));
    assert_eq!(server.asked(What::Page) - asked, 3, "it reads everything again");
    assert_eq!(server.log().last().unwrap().query("limit"), Some("4"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn create_views_makes_them_without_a_document_under_both_its_names() {
    let server = server().await;
    for name in ["create_views", "create-views"] {
        let home = Home::new();
        let output = Cli::patient(&home, &server.url()).run(&[name]);
        succeeds(&output);
        assert!(output.stderr.contains("INFO Views Created\n"), "{output:?}");
        let views = oracle::rows(&home.database(), "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name");
        let expected =
            ["AFE", "AFE_LINE_ITEMS", "EXECUTE_DOCUMENTS_LATEST", "EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS", "WELL"];
        assert_eq!(views.concat(), expected);
        let json = Cli::patient(&home, &server.url()).run(&[name, "--json"]);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json.stdout).unwrap()["created"], serde_json::json!([]));
    }
    assert_eq!(server.asked(What::Page), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prune_deletes_superseded_rows_and_nothing_that_a_view_shows() {
    let server = server().await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url()).set("KEEP_SUPERSEDED", "true");
    succeeds(&cli.run(&["push"]));
    succeeds(&cli.run(&["push", "-f"]));
    let count = |table: &str| oracle::value(&home.database(), &format!("SELECT COUNT(*) FROM {table}"));
    let all_versions = count("EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS");
    assert_ne!(count("EXECUTE_DOCUMENTS"), all_versions, "the refresh kept the rows of the first run");
    let output = cli.run(&["prune"]);
    succeeds(&output);
    assert_eq!(output.stdout, "");
    assert!(output.stderr.contains("INFO Pruning Completed!\n"), "{output:?}");
    assert_eq!(count("EXECUTE_DOCUMENTS"), all_versions);
    oracle::complete(&home, &server.ledger()).check().unwrap();
    let again = cli.run(&["prune", "--json"]);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&again.stdout).unwrap(),
        serde_json::json!({"pruned_rows": 0})
    );
}

#[test]
fn prune_of_a_database_that_is_not_there_makes_none() {
    let home = Home::new();
    let output = Cli::new(&home).set("DATABASE_TYPE", "SQLITE").run(&["prune"]);
    succeeds(&output);
    assert!(!home.database().exists(), "{:?}", names_in(&home));
}

#[test]
fn every_kind_of_error_has_the_exit_code_of_the_table() {
    use execute_sync::error::Kind;
    let table = [
        (Kind::Configuration, 2),
        (Kind::Secret, 2),
        (Kind::RefusedBySource, 3),
        (Kind::RefusedByDestination, 3),
        (Kind::SourceUnreachable, 4),
        (Kind::DestinationUnreachable, 4),
        (Kind::AlreadyRunning, 5),
        (Kind::BadData, 1),
        (Kind::Rejected, 1),
        (Kind::Disk, 1),
        (Kind::Internal, 1),
        (Kind::Cancelled, 130),
    ];
    assert_eq!(table.len(), Kind::ALL.len());
    for (kind, code) in table {
        assert!(Kind::ALL.contains(&kind));
        assert_eq!(kind.exit_code(), code, "{kind:?}");
    }
}
