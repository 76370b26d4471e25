//! `profiles` and `--profile`, from the first to the last, against a server.

use std::process::Stdio;
use std::time::{Duration, Instant};

use execute_sync::engine::Engine;
use execute_sync::paths::AppDirs;
use execute_sync::profile::stored::Pause;
use execute_sync::profile::{DestinationSettings, ProfileStore, StoredProfile};
use execute_sync::schedule::Every;

use crate::support::execute::{Execute, KEY_ID, What};
use crate::support::ledger::{Ledger, Size};
use crate::support::older_tool;
use crate::support::oracle;
use crate::support::profiles::{VARIABLE, add, added, app, cli, file, names};
use crate::support::run::Home;
use crate::support::seed::Rng;

async fn server() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(7), 12, Size::Small)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_added_used_by_every_command_and_removed() {
    let (server, home) = (server().await, Home::new());
    added(&home, "Northern AFEs", &server.url());
    let run = |arguments: &[&str]| {
        let output = cli(&home).run(arguments);
        assert_eq!(output.code, Some(0), "{arguments:?}: {}{}", output.stdout, output.stderr);
        output.stdout
    };
    let list: serde_json::Value = serde_json::from_str(&run(&["profiles", "list", "--json"])).unwrap();
    assert_eq!((&list[0]["name"], &list[0]["source"]["key_id"]), (&"Northern AFEs".into(), &KEY_ID.into()));
    assert!(run(&["profiles", "list"]).contains("Northern AFEs"));
    assert!(run(&["profiles", "show", "northern afes"]).contains("in the variable TEST_KEY"));
    assert!(run(&["test", "--profile", "Northern AFEs"]).contains("can write"));
    run(&["push", "--profile", "northern AFES"]);
    oracle::complete(&home, &server.ledger()).check().unwrap();
    assert_eq!(server.log().iter().filter(|ask| ask.what == What::Page).count(), 3, "four documents a page");
    assert!(run(&["status", "--profile", "Northern AFEs"]).contains("Up to date"));
    assert!(run(&["--profile", "Northern AFEs", "runs", "--json"]).contains("succeeded"));
    for command in [&["create_views"][..], &["prune"], &["quarantine", "list"], &["config"], &["sync"], &["clone"]] {
        if command == ["sync"] {
            run(&["sync", "-w", "0", "--profile", "Northern AFEs"]);
        } else {
            run(&[command, &["--profile", "Northern AFEs"]].concat());
        }
    }
    assert!(!home.mark_file().exists(), "nothing of the older tool's is written");
    assert!(run(&["profiles", "remove", "Northern AFEs"]).contains("The database stays"));
    assert!(home.database().exists());
    assert_eq!(std::fs::read_dir(app(&home).join("data/profiles")).unwrap().count(), 0);

    added(&home, "Again", &server.url());
    run(&["profiles", "remove", "Again", "--delete-database"]);
    assert!(!home.database().exists());
    assert!(names(&home).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_knows_the_pause_and_the_schedule_of_its_profile() {
    let (server, home) = (server().await, Home::new());
    added(&home, "One", &server.url());
    assert_eq!(cli(&home).run(&["push", "--profile", "One"]).code, Some(0));
    let store = ProfileStore::new(&AppDirs::find(Some(app(&home).into())).unwrap());
    let profile = store.load().unwrap().find("One").unwrap().clone();
    let history = app(&home).join("data/profiles").join(&profile.id).join("execute-sync-runs.ndjson");
    let text = std::fs::read_to_string(&history).unwrap();
    let year = &text[text.find("\"started\":\"").unwrap() + 11..][..4];
    std::fs::write(&history, text.replace(&format!("\"{year}-"), "\"2001-")).unwrap();
    let status = |flags: &[&str]| {
        let output = cli(&home).run(&[&["status", "--profile", "One"], flags].concat());
        (output.code, output.stdout)
    };
    let change = |change: fn(&mut StoredProfile)| store.change(&profile.id, change).unwrap();
    assert!(status(&[]).1.ends_with("expected every 600 seconds\n"), "{:?}", status(&[]));
    change(|profile| profile.schedule.every = Every::Manual);
    assert_eq!(status(&[]).0, Some(0), "nobody expects it at a certain time");
    assert_eq!(status(&["--wait", "60"]).0, Some(1), "unless it is asked");
    change(|profile| (profile.schedule.every, profile.paused) = (Every::Minutes(1), Some(Pause { until: None })));
    assert_eq!(status(&[]), (Some(0), "Paused until you resume it\n".to_owned()));
    change(|profile| profile.paused = Some(Pause { until: Some("2001-01-01T00:00:00Z".parse().unwrap()) }));
    assert!(status(&[]).1.ends_with("expected every 60 seconds\n"), "a pause that is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_profile_neither_variables_nor_env_file_are_read_but_flags_are() {
    let (server, home) = (server().await, Home::new());
    let other = Execute::start(Ledger::default()).await;
    added(&home, "One", &server.url());
    std::fs::write(home.path().join(".env"), "this is no settings file\n").unwrap();
    let cli = cli(&home)
        .set("EXECUTE_URL", other.url())
        .set("EXECUTE_APIKEY_SECRET", "another secret")
        .set("DATABASE_TYPE", "NOTHING")
        .set("CHUNK_SIZE", "many")
        .set("LOG_FILE", "no/such/folder/log");
    let output = cli.run(&["push", "--profile", "One"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert_eq!(other.connections(), 0);
    oracle::complete(&home, &server.ledger()).check().unwrap();
    let config = cli.run(&["config", "--json", "--profile", "One", "-c", "7"]);
    let lines: Vec<serde_json::Value> = serde_json::from_str(&config.stdout).unwrap();
    let line = |env: &str| lines.iter().find(|line| line["env"] == env).unwrap();
    let chunk = line("EXECUTESYNC_CHUNK_SIZE");
    assert_eq!((&chunk["value"], &chunk["origin"]), (&"7".into(), &"flag".into()));
    assert_eq!(line("EXECUTESYNC_EXECUTE_URL")["origin"], "profile");
    assert_eq!(line("EXECUTESYNC_EXECUTE_APIKEY_SECRET")["value"], "***");
    // Without the profile the same call fails on the file.
    assert_eq!(cli.run(&["push"]).code, Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_tools_folder_is_imported_and_gone_on_with() {
    let home = older_tool::home("sound");
    let server = Execute::start(older_tool::ledger(400)).await;
    server.set_schema(older_tool::SCHEMA);
    let env = format!(
        "EXECUTESYNC_EXECUTE_URL={}\nEXECUTESYNC_EXECUTE_APIKEY_ID={KEY_ID}\nEXECUTESYNC_EXECUTE_APIKEY_SECRET=\
         'a secret: of the tests'\nEXECUTESYNC_DATABASE_TYPE=GOSQLITE\nEXECUTESYNC_LOG_LEVEL=debug\n",
        server.url()
    );
    std::fs::write(home.path().join(".env"), &env).unwrap();
    let mark = std::fs::read_to_string(home.mark_file()).unwrap();
    // The call comes from elsewhere: nothing relative is left.
    let (elsewhere, folder) = (Home::new(), home.path().to_str().unwrap());
    let output = cli(&elsewhere).run(&["profiles", "import", folder, "--name", "Old", "--store-in", "file"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert!(output.stderr.contains("EXECUTESYNC_LOG_LEVEL was left behind"), "{}", output.stderr);
    assert!(output.stdout.contains(mark.trim()), "{}", output.stdout);
    let output = cli(&elsewhere).run(&["push", "--profile", "Old"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    oracle::adopted_complete(&home, &server.ledger(), older_tool::READ).check().unwrap();
    let first = server.log().into_iter().find(|ask| ask.what == What::Page).unwrap();
    assert!(first.query.iter().any(|(_, value)| value == mark.trim()), "no full reload: {:?}", first.query);
    assert_ne!(std::fs::read_to_string(home.mark_file()).unwrap(), mark, "the mark file is followed");
    assert_eq!(std::fs::read_to_string(home.path().join(".env")).unwrap(), env);
    let again = cli(&elsewhere).run(&["profiles", "import", folder, "--name", "Twice", "--store-in", "file"]);
    assert!(again.code == Some(2) && again.stderr.contains("the profile Old writes to the database"), "{again:?}");

    // Moved away, and back again.
    let moved = home.path().with_extension("moved");
    std::fs::rename(home.path(), &moved).unwrap();
    let gone = format!("the folder {} does not exist", home.path().display());
    for command in [&["push"][..], &["clone"], &["test"], &["prune"], &["status"], &["quarantine", "list"]] {
        let output = cli(&elsewhere).run(&[command, &["--profile", "Old"]].concat());
        assert_eq!(output.code, Some(2), "{command:?}: {}", output.stderr);
        assert!(
            output.stderr.contains(&gone) && output.stderr.contains("Put it back"),
            "{command:?}: {}",
            output.stderr
        );
        assert!(!home.path().exists(), "{command:?} makes nothing");
    }
    let removed = cli(&elsewhere).run(&["profiles", "remove", "Old", "--delete-database"]);
    assert!(removed.code == Some(2) && removed.stderr.contains(&gone), "it is not called deleted: {}", removed.stderr);
    std::fs::rename(&moved, home.path()).unwrap();
    assert_eq!(cli(&elsewhere).run(&["push", "--profile", "Old"]).code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_a_profile_is_refused_with_the_remedy_and_leaves_nothing() {
    let (server, home) = (server().await, Home::new());
    added(&home, "One", &server.url());
    let before = std::fs::read(file(&home)).unwrap();
    let (database, url) = (home.path().join("two.sqlite"), server.url());
    let secret = ["--secret-from-env", VARIABLE];
    let with = |more: &[&'static str]| [&secret[..], more].concat();
    let wrong: [(&str, &str, Vec<&str>, &str); 9] = [
        ("ONE", &url, with(&[]), "there is a profile named One already"),
        ("a\nb", &url, with(&[]), "control character"),
        ("Two", "http://execute.example.com", with(&[]), "not encrypted"),
        ("Two", "execute.example.com", with(&[]), "https://"),
        ("Two", &url, with(&["--to", "snowflake"]), "Snowflake is not in this version"),
        ("Two", &url, with(&["-c", "0"]), "whole number from 1"),
        ("Two", &url, with(&["--proxy", "http://me:you@proxy:1"]), "login"),
        ("Two", &url, with(&["--daily-at", "25:00"]), "time of day"),
        ("Two", &url, vec![], "no secret is given"),
    ];
    for (name, url, more, says) in wrong {
        let output = cli(&home).run(&add(name, url, &database, &more));
        assert_eq!(output.code, Some(2), "{says}: {}", output.stderr);
        assert!(output.stderr.contains(says), "{says}: {}", output.stderr);
    }
    for (arguments, says) in [
        (&["push", "--profile", "Nobody"][..], "Use one of: One"),
        (&["profiles", "show", "Nobody"], "there is no profile named Nobody"),
        (&["profiles", "import", "."], "neither .env nor config.env"),
        (&["--profile", "One", "version"], "--profile does not go with version"),
        (&["-u", "https://x", "profiles", "list"], "--execute-url does not go with profiles"),
    ] {
        let output = cli(&home).run(arguments);
        assert_eq!(output.code, Some(2), "{arguments:?}: {}", output.stderr);
        assert!(output.stderr.contains(says), "{arguments:?}: {}", output.stderr);
    }
    let (same, database) = (home.database(), home.database().display().to_string());
    let output = cli(&home).run(&add("Two", &url, &same, &with(&[])));
    assert_eq!(output.code, Some(2), "{}", output.stderr);
    let says = format!("the profile One writes to the database {database} already");
    assert!(output.stderr.contains(&says), "{}", output.stderr);
    assert_eq!(std::fs::read(file(&home)).unwrap(), before);
}

#[test]
fn calculated_fields_bring_a_nightly_full_refresh() {
    let home = Home::new();
    let (with, without) = (home.path().join("with.sqlite"), home.path().join("without.sqlite"));
    let secret = ["--secret-from-env", VARIABLE];
    for (name, database, more) in
        [("With", &with, &[secret[0], secret[1], "--include-calcs"][..]), ("Without", &without, &secret)]
    {
        let output = cli(&home).run(&add(name, "https://execute.example.com", database, more));
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        assert_eq!(output.stdout.contains("Full refresh: every day at 02:30"), name == "With", "{}", output.stdout);
    }
    let shown = |name: &str| cli(&home).run(&["profiles", "show", name]).stdout;
    assert!(shown("With").contains("Full refresh: every day at 02:30"), "{}", shown("With"));
    assert!(shown("Without").contains("Full refresh: by hand"), "{}", shown("Without"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_that_is_running_is_not_removed() {
    let (server, home) = (server().await, Home::new());
    added(&home, "One", &server.url());
    assert_eq!(cli(&home).run(&["push", "--profile", "One"]).code, Some(0));
    let state_dir = std::fs::read_dir(app(&home).join("data/profiles")).unwrap().next().unwrap().unwrap().path();
    let engine = Engine::without_mark_file(DestinationSettings::Sqlite { path: home.database() }, &state_dir);
    let held = engine.hold().unwrap();
    assert_eq!(cli(&home).run(&["profiles", "remove", "One"]).code, Some(5));
    assert_eq!(names(&home), ["One"]);
    drop(held);
    assert_eq!(cli(&home).run(&["profiles", "remove", "One"]).code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_ends_when_its_profile_was_removed() {
    let (server, home) = (server().await, Home::new());
    added(&home, "One", &server.url());
    let mut sync = cli(&home).command(&["sync", "-w", "1", "--profile", "One"]);
    let sync = sync.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    server.arrived(What::Page, 3).await;
    // Between two of its runs; in one it is held.
    let begun = Instant::now();
    while cli(&home).run(&["profiles", "remove", "One"]).code != Some(0) {
        assert!(begun.elapsed() < Duration::from_secs(30), "it cannot be removed");
    }
    let ended = sync.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("Sync Failed: the profile One was removed while it ran"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_vanished_is_named_and_our_own_is_made_again() {
    let (server, home) = (server().await, Home::new());
    let folder = home.path().join("theirs");
    std::fs::create_dir(&folder).unwrap();
    let (database, url) = (folder.join("a.sqlite"), server.url());
    let secret = ["--secret-from-env", VARIABLE];
    assert_eq!(cli(&home).run(&add("Theirs", &url, &database, &secret)).code, Some(0));
    std::fs::remove_dir(&folder).unwrap();
    let output = cli(&home).run(&["push", "--profile", "Theirs"]);
    assert_ne!(output.code, Some(0));
    assert!(output.stderr.contains("theirs") && !folder.exists(), "{}", output.stderr);

    let ours = ["profiles", "add", "Ours", "-u", &url, "--execute-key-id", KEY_ID, secret[0], secret[1]];
    assert_eq!(cli(&home).run(&ours).code, Some(0));
    for _ in 0..2 {
        let output = cli(&home).run(&["push", "--profile", "Ours"]);
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        assert!(app(&home).join("data/databases/Ours.sqlite").exists());
        std::fs::remove_dir_all(app(&home).join("data")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_in_a_synced_folder_is_told_with_the_remedy() {
    let (server, home) = (server().await, Home::new());
    let folder = home.path().join("OneDrive - Company");
    std::fs::create_dir(&folder).unwrap();
    let (database, url) = (folder.join("a.sqlite"), server.url());
    let output = cli(&home).run(&add("One", &url, &database, &["--secret-from-env", VARIABLE]));
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let output = cli(&home).run(&["test", "--profile", "One"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert!(output.stdout.contains("that OneDrive copies while it is written"), "{}", output.stdout);
    let output = cli(&home).run(&["test", "--profile", "One", "--json"]);
    assert!(output.stdout.contains("\"advice\""), "{}", output.stdout);
}
