//! Promise 23 for the app's own settings: the file is the old one or the new one, whole, for its owner alone, whatever
//! kills, fails or hurries its writers. The app's window saves them through the same calls of the engine as these tests do,
//! in a process of their own where one is to be killed.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use execute_sync::paths::AppDirs;
use execute_sync::settings_file::{FILE, SettingsFile};
use serde::{Deserialize, Serialize};

use crate::support::cli::{Cli, Output};
use crate::support::not_run::not_run;
use crate::support::profiles::{app, config};
use crate::support::run::Home;
use crate::support::system_calls::{Calls, Deed, Errno, listed};

/// Names the folder in which the process that is to be killed saves.
const FOLDER: &str = "TEST_SETTINGS_IN";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Settings {
    theme: String,
    runs: u32,
}

/// Long, so that half of it is not whole.
fn settings(runs: u32) -> Settings {
    Settings { theme: format!("dark {runs} ").repeat(500), runs }
}

fn open(home: PathBuf) -> (SettingsFile<Settings>, Option<String>) {
    SettingsFile::open(&AppDirs::find(Some(home.into())).unwrap())
}

fn file(home: &Home) -> PathBuf {
    config(home).join(FILE)
}

/// Settings are there; others are to take their place.
fn before() -> Home {
    let home = Home::in_memory();
    open(app(&home)).0.set(settings(1)).unwrap();
    home
}

/// They are there but cannot be read.
fn broken() -> Home {
    let home = before();
    std::fs::write(file(&home), BROKEN).unwrap();
    home
}

const BROKEN: &str = "{ \"theme\": \"somebody's work";

/// Also run by the tests below, in a process of its own and in a folder that they name.
#[test]
fn what_was_set_is_there_after_a_new_start() {
    let own = Home::in_memory();
    let home = std::env::var_os(FOLDER).map_or_else(|| app(&own), PathBuf::from);
    open(home.clone()).0.set(settings(2)).unwrap();
    let (file, problem) = open(home);
    assert_eq!((file.get(), problem), (settings(2), None));
}

fn save(cli: &Cli) -> Output {
    cli.run(&["--exact", "settings_file::what_was_set_is_there_after_a_new_start"])
}

fn cli(home: &Home) -> Cli {
    Cli::of_tests(home).env(FOLDER, app(home))
}

/// Calls on the folder of the settings, and how many of them a save makes.
fn calls(home: &Home) -> Option<(Calls, usize)> {
    let Some(calls) = Calls::under(&config(home)) else {
        not_run("settings_file", "system calls can be caught on Linux only");
        return None;
    };
    let log = Home::in_memory();
    let log = log.path().join("calls");
    let output = save(&calls.list(cli(home), &log));
    assert_eq!(output.code, Some(0), "{}", output.stdout);
    let count = listed(&log);
    assert!(count.iter().any(|call| call.kind == "rename"), "{count:?}");
    Some((calls, count.len()))
}

/// The settings are the old ones or the new ones, and the next save needs no help and leaves nothing behind.
fn check(home: &Home) -> Result<Settings, String> {
    let (settings_file, problem) = open(app(home));
    let now = settings_file.get();
    if problem.is_some() || (now != settings(1) && now != settings(2)) {
        return Err(format!("they are {now:?}: {problem:?}"));
    }
    for entry in std::fs::read_dir(config(home)).unwrap() {
        let path = entry.unwrap().path();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = path.metadata().unwrap().permissions().mode() & 0o777;
            if mode != 0o600 {
                return Err(format!("{} has {mode:o}", path.display()));
            }
        }
        // As it will be when the next save comes.
        let written = SystemTime::now() - Duration::from_secs(3600);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(written).unwrap();
    }
    settings_file.set(settings(3)).map_err(|error| error.to_string())?;
    let left: Vec<_> = std::fs::read_dir(config(home)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    if open(app(home)).0.get() != settings(3) || left != [FILE] {
        return Err(format!("the next save left {left:?}"));
    }
    Ok(now)
}

#[test]
fn saving_the_settings_may_be_killed_at_any_system_call() {
    let Some((_, count)) = calls(&before()) else { return };
    let mut failures = Vec::new();
    for number in 1..=count {
        for deed in [Deed::Kill, Deed::Torn, Deed::After] {
            let home = before();
            let calls = Calls::under(&config(&home)).unwrap();
            let output = save(&calls.inject(cli(&home), number, deed));
            assert_eq!(output.code, None, "{deed:?} {number}: {}", output.stdout);
            failures.extend(check(&home).err().map(|wrong| format!("{deed:?} {number}: {wrong}")));
        }
    }
    println!("{} kills", count * 3);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_full_or_failing_disk_leaves_the_settings_as_they_were() {
    let Some((_, count)) = calls(&before()) else { return };
    for number in 1..=count {
        for deed in [Deed::Forever(Errno::NoSpace), Deed::Once(Errno::Io), Deed::Forever(Errno::ReadOnly)] {
            let home = before();
            let calls = Calls::under(&config(&home)).unwrap();
            let output = save(&calls.inject(cli(&home), number, deed));
            let now = check(&home).unwrap_or_else(|wrong| panic!("{deed:?} {number}: {wrong}"));
            if output.code == Some(0) {
                assert_eq!(now, settings(2), "{deed:?} {number}");
            }
        }
    }
}

/// Whatever happens while a broken file is set aside and written anew: what somebody broke is under one name or the other.
#[test]
fn a_kill_while_a_broken_file_is_set_aside_loses_nothing_of_it() {
    let Some((_, count)) = calls(&broken()) else { return };
    for number in 1..=count {
        for deed in [Deed::Kill, Deed::Torn, Deed::After] {
            let home = broken();
            let calls = Calls::under(&config(&home)).unwrap();
            let output = save(&calls.inject(cli(&home), number, deed));
            assert_eq!(output.code, None, "{deed:?} {number}: {}", output.stdout);
            let kept = [file(&home), config(&home).join("settings.broken.json")];
            let kept = kept.iter().any(|path| std::fs::read(path).is_ok_and(|bytes| bytes == BROKEN.as_bytes()));
            assert!(kept, "{deed:?} {number}: it is lost");
            open(app(&home)).0.set(settings(3)).unwrap();
            assert_eq!(open(app(&home)).0.get(), settings(3));
        }
    }
}

#[test]
fn a_broken_file_is_kept_aside_and_told_once() {
    let home = broken();
    let (settings_file, problem) = open(app(&home));
    assert_eq!(settings_file.get(), Settings::default());
    assert!(problem.is_some_and(|problem| problem.contains("settings.broken.json")));
    assert_eq!(open(app(&home)).1, None);
}

#[test]
fn with_many_writers_at_once_every_reader_finds_whole_settings() {
    let home = before();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let home = app(&home);
            scope.spawn(move || {
                let (settings_file, _) = open(home);
                (0..50).for_each(|_| settings_file.set(settings(writer)).unwrap());
            });
        }
        for _ in 0..200 {
            let (settings_file, problem) = open(app(&home));
            let now = settings_file.get();
            assert_eq!((&now, problem), (&settings(now.runs), None));
        }
    });
}

#[cfg(unix)]
#[test]
fn a_planted_link_is_refused_and_what_it_leads_to_stays() {
    let home = before();
    crate::support::profiles::with_planted_link(&home, &file(&home), || {
        assert!(open(app(&home)).0.set(settings(2)).is_err());
    });
}
