//! The secret of a profile: in no file of ours, no output, and never sent to another host than the one it was entered for.

use std::process::Command;

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, KEY_ID};
use crate::support::leak::Detector;
use crate::support::ledger::{Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::profiles::{VARIABLE, add, app, cli, edit, file, with_input};
use crate::support::run::Home;
use crate::support::seed::Rng;

/// Every spelling differs for it.
const KEY: &str = "cänary-KEY/1+ \"q\"\\é%41&=😀~";

async fn server() -> Execute {
    let server = Execute::start(Ledger::world(&mut Rng::new(7), 8, Size::Small)).await;
    server.set_login(KEY_ID, KEY);
    server
}

/// Adds a profile whose secret is where `place` says.
fn add_at(place: &str, home: &Home, cli: &Cli, url: &str) -> Output {
    let (database, key) = (home.database(), home.path().join("key"));
    let output = match place {
        "variable" => cli.run(&add("One", url, &database, &["--secret-from-env", VARIABLE])),
        "file of theirs" => {
            write_private(&key, KEY);
            cli.run(&add("One", url, &database, &["--secret-file", key.to_str().unwrap()]))
        }
        _ => {
            with_input(cli, &add("One", url, &database, &["--secret-stdin", "--store-in", "file"]), &format!("{KEY}\n"))
        }
    };
    assert_eq!(output.code, Some(0), "{place}: {}", output.stderr);
    output
}

fn write_private(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// Five seconds are promised; the rest is for a machine that is busy.
#[cfg(target_os = "linux")]
const LIMIT: std::time::Duration = std::time::Duration::from_secs(15);

const PLACES: [&str; 3] = ["variable", "file of theirs", "file of ours"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_never_sent_to_another_host_after_the_file_was_edited() {
    for place in PLACES {
        let (server, home) = (server().await, Home::in_memory());
        let other = Execute::start(Ledger::default()).await;
        let cli = cli(&home).env(VARIABLE, KEY);
        add_at(place, &home, &cli, &server.url());
        assert_eq!(cli.run(&["push", "--profile", "One"]).code, Some(0), "{place}");
        let calls: [&[&str]; 4] = [&["push"], &["test"], &["create_views"], &["clone"]];
        edit(&home, &format!("\"url\": \"{}\"", server.url()), &format!("\"url\": \"{}\"", other.url()));
        for call in calls {
            let output = cli.run(&[call, &["--profile", "One"]].concat());
            assert_eq!(output.code, Some(2), "{place} {call:?}: {}", output.stderr);
            assert!(output.stderr.contains("the secret was entered for"), "{place} {call:?}: {}", output.stderr);
        }
        // A flag is no way round.
        edit(&home, &format!("\"url\": \"{}\"", other.url()), &format!("\"url\": \"{}\"", server.url()));
        for call in calls {
            let flag = ["--profile", "One", "-u", &other.url()];
            assert_eq!(cli.run(&[call, &flag].concat()).code, Some(2), "{place} {call:?}");
        }
        // Another name of this machine is another host.
        let flag = ["push", "--profile", "One", "-u", &server.url_of("localhost")];
        assert_eq!(cli.run(&flag).code, Some(2), "{place}");
        assert_eq!(other.connections(), 0, "{place}: the other host heard something");
        assert_eq!(cli.run(&["push", "--profile", "One"]).code, Some(0), "{place}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_secret_is_in_no_file_and_no_output() {
    let mut detector = Detector::start();
    for place in PLACES {
        let (server, home) = (server().await, Home::in_memory());
        let cli = cli(&home).env(VARIABLE, KEY);
        let mut outputs = vec![add_at(place, &home, &cli, &server.url())];
        let secrets = app(&home).join("config/secrets");
        let mut planted = vec![home.path().join("key")];
        planted.extend(std::fs::read_dir(&secrets).into_iter().flatten().map(|entry| entry.unwrap().path()));
        assert_eq!(planted.len(), if place == "file of ours" { 2 } else { 1 }, "{place}");
        for call in [
            &["profiles", "list"][..],
            &["profiles", "list", "--json"],
            &["profiles", "show", "One"],
            &["profiles", "show", "One", "--json"],
            &["config", "--profile", "One"],
            &["config", "--json", "--profile", "One"],
            &["test", "--json", "--profile", "One"],
            &["push", "-l", "debug", "--log-file", "log", "--json", "--profile", "One"],
            &["status", "--profile", "One", "--json"],
            &["profiles", "remove", "One"],
        ] {
            let output = cli.run(call);
            assert_eq!(output.code, Some(0), "{place} {call:?}: {}", output.stderr);
            outputs.push(output);
        }
        oracle::complete(&home, &server.ledger()).check().unwrap();
        let texts: Vec<_> = outputs
            .iter()
            .flat_map(|output| [("stdout", output.stdout.as_bytes()), ("stderr", output.stderr.as_bytes())])
            .collect();
        let found = detector.find(&[KEY], &texts, Some(home.path()), &planted);
        assert!(found.is_empty(), "{place}: {found:?}");
        let ours = std::fs::read_dir(&secrets).map_or(0, Iterator::count);
        assert_eq!(ours, 0, "the file of a removed profile goes");
        assert_eq!(planted[0].exists(), place == "file of theirs", "a file that a person placed stays");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    let home = Home::in_memory();
    let key = home.path().join("key");
    std::fs::write(&key, KEY).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let (database, path) = (home.database(), key.to_str().unwrap().to_owned());
    let output = cli(&home).run(&add("One", "https://execute.example.com", &database, &["--secret-file", &path]));
    assert_eq!(output.code, Some(2), "{}", output.stderr);
    assert!(output.stderr.contains("can be read by other users"), "{}", output.stderr);
    assert!(!file(&home).exists());
}

// Elsewhere the keychain is part of the system and would take it.
#[cfg(target_os = "linux")]
#[test]
fn without_a_keychain_the_choices_are_offered_at_once_and_nothing_weaker_is_taken() {
    let home = Home::in_memory();
    // No bus, and none to be found.
    let cli = cli(&home).env("XDG_RUNTIME_DIR", home.path());
    let database = home.path().join("a.sqlite");
    let output = with_input(&cli, &add("One", "https://execute.example.com", &database, &["--secret-stdin"]), KEY);
    assert_eq!(output.code, Some(2), "{}", output.stderr);
    let choices = [
        "keychain",
        "environment variable",
        "a file that only you can read: --secret-from-env VAR, --secret-file PATH or --store-in file",
    ];
    for choice in choices {
        assert!(output.stderr.contains(choice), "{choice}: {}", output.stderr);
    }
    assert!(output.took < LIMIT, "{:?}", output.took);
    assert!(!file(&home).exists() && !app(&home).join("config/secrets").exists());
    // A folder is not said to be gone on with before that is so.
    let folder = home.path().join("older");
    std::fs::create_dir(&folder).unwrap();
    let env = format!(
        "EXECUTESYNC_EXECUTE_URL=https://execute.example.com\nEXECUTESYNC_EXECUTE_APIKEY_ID={KEY_ID}\n\
         EXECUTESYNC_EXECUTE_APIKEY_SECRET={VARIABLE}\nEXECUTESYNC_DATABASE_TYPE=SQLITE\n"
    );
    std::fs::write(folder.join(".env"), env).unwrap();
    std::fs::write(folder.join("last_sync_date.txt"), "a mark").unwrap();
    let import = |more: &[&str]| cli.run(&[&["profiles", "import", folder.to_str().unwrap()], more].concat());
    let output = import(&[]);
    assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{}", output.stderr);
    for choice in choices {
        assert!(output.stderr.contains(choice), "{choice}: {}", output.stderr);
    }
    assert!(!file(&home).exists());
    let output = import(&["--store-in", "file"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert!(output.stdout.starts_with("Goes on from a mark\nProfile: older\n"), "{}", output.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn a_keychain_that_never_answers_is_not_waited_for() {
    let home = Home::in_memory();
    // A bus that takes the call and says nothing, as a keychain does while it asks somebody for a password.
    // An address cannot hold the blank that homes of tests have.
    let folder = tempfile::tempdir().unwrap();
    let bus = folder.path().join("bus");
    let _silent = std::os::unix::net::UnixListener::bind(&bus).unwrap();
    let address = format!("unix:path={}", bus.display());
    let cli = cli(&home).env("DBUS_SESSION_BUS_ADDRESS", address);
    let database = home.path().join("a.sqlite");
    let output = with_input(&cli, &add("One", "https://execute.example.com", &database, &["--secret-stdin"]), KEY);
    assert_eq!(output.code, Some(2), "{}", output.stderr);
    assert!(output.stderr.contains("did not answer within 5 seconds"), "{}", output.stderr);
    assert!(output.stderr.contains("environment variable"), "{}", output.stderr);
    assert!(output.took < LIMIT, "{:?}", output.took);
    assert!(!file(&home).exists());
}

/// Runs a script in a session of its own, with a keychain that `unlock` opens, or a locked one. `$1` is the program.
fn in_session(home: &Home, unlock: bool, script: &str) -> Option<String> {
    let is_there = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !is_there("dbus-run-session") || !is_there("gnome-keyring-daemon") {
        not_run("profiles_secrets", "there is no dbus-run-session and gnome-keyring-daemon to make a keychain with");
        return None;
    }
    let keyring = if unlock {
        "printf pass | gnome-keyring-daemon --unlock --components=secrets --daemonize"
    } else {
        "gnome-keyring-daemon --start --components=secrets"
    };
    let script = format!("{{ {keyring}; }} >/dev/null 2>&1\n{script}");
    let output = Command::new("timeout")
        .args(["60", "dbus-run-session", "--", "bash", "-c", &script, "bash"])
        .arg(env!("CARGO_BIN_EXE_execute-sync"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("EXECUTESYNC_HOME", app(home))
        .current_dir(home.path())
        .output()
        .unwrap();
    Some(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_keychain_keeps_the_secret_for_its_host_alone() {
    let (server, home) = (server().await, Home::new());
    let other = Execute::start(Ledger::default()).await;
    std::fs::write(home.path().join("key"), KEY).unwrap();
    let script = format!(
        r##"B=$1; P={profiles}
        "$B" profiles add One -u {url} --execute-key-id {KEY_ID} --database "$PWD/execute.sqlite" --secret-stdin <key
        echo "add $?"; rm key
        "$B" push -l debug --log-file log --profile One; echo "push $?"
        sed -i 's#"url": "{url}"#"url": "{other}"#' "$P"
        "$B" push --profile One; echo "other url $?"
        sed -i 's#{url}#{other}#' "$P"
        "$B" push --profile One; echo "other url and host $?"
        sed -i 's#{other}#{url}#' "$P"
        "$B" push --profile One; echo "back $?"
        cp "$P" kept; "$B" profiles remove One; echo "remove $?"; cp kept "$P"
        "$B" push --profile One; echo "without $?"
        "##,
        profiles = "app/config/profiles.json",
        url = server.url(),
        other = other.url(),
    );
    let Some(said) = in_session(&home, true, &script) else { return };
    for line in ["add 0", "push 0", "other url 2", "other url and host 2", "back 0", "remove 0", "without 2"] {
        assert!(said.lines().any(|said| said == line), "{line} is not in\n{said}");
    }
    assert_eq!(other.connections(), 0, "the other host heard something");
    oracle::complete(&home, &server.ledger()).check().unwrap();
    let found = Detector::start().find(&[KEY], &[("said", said.as_bytes())], Some(home.path()), &[]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_locked_keychain_says_so_within_the_limit() {
    let home = Home::new();
    let add = r#"printf 'some secret of a test' | "$1" profiles add One -u https://execute.example.com --execute-key-id k \
        --secret-stdin; echo "add $?""#;
    // The first session makes the keychain, the second finds it locked, with nobody to ask.
    let Some(said) = in_session(&home, true, add) else { return };
    assert!(said.contains("add 0"), "{said}");
    let used = r#"S=$SECONDS; "$1" push --profile One; echo "push $?"; test $((SECONDS - S)) -lt 15; echo "soon $?""#;
    let Some(said) = in_session(&home, false, used) else { return };
    for line in ["push 2", "soon 0", "environment variable"] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
}
