//! Promise 23: settings survive a crash. The file of profiles is the old one or the new one, whole, for its owner alone,
//! whatever kills, fails or hurries its writers.

use crate::support::cli::Cli;
use crate::support::not_run::not_run;
use crate::support::profiles::{VARIABLE, add, added, added_with, cli, config, edit, file, names};
use crate::support::run::Home;
use crate::support::system_calls::{Calls, Deed, Errno, listed};

const URL: &str = "https://execute.example.com";

/// A second profile is added to this.
fn before() -> Home {
    let home = Home::in_memory();
    added(&home, "One", URL);
    home
}

fn add_two(cli: Cli, home: &Home) -> crate::support::cli::Output {
    cli.run(&add("Two", URL, &home.path().join("two.sqlite"), &["--secret-from-env", VARIABLE]))
}

/// Calls on the folder of the profiles.
fn calls(home: &Home) -> Option<Calls> {
    Calls::under(&config(home)).or_else(|| {
        not_run("profiles_file", "system calls can be caught on Linux only");
        None
    })
}

fn count() -> Option<usize> {
    let (home, log) = (before(), Home::in_memory());
    let log = log.path().join("calls");
    let output = add_two(calls(&home)?.list(cli(&home), &log), &home);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let calls = listed(&log);
    assert!(calls.iter().any(|call| call.kind == "rename"), "{calls:?}");
    Some(calls.len())
}

/// The file is the old one, or whole with both profiles; the next change needs no help.
fn check(home: &Home, old: &[u8]) -> Result<(), String> {
    let now = std::fs::read(file(home)).map_err(|error| format!("the file is gone: {error}"))?;
    if now != old && names(home) != ["One", "Two"] {
        return Err(format!("it holds {}", String::from_utf8_lossy(&now)));
    }
    private(home)?;
    let output = cli(home).run(&["profiles", "list", "--json"]);
    if output.code != Some(0) || !output.stderr.is_empty() {
        return Err(format!("list ended with {:?} and said {}", output.code, output.stderr));
    }
    let output = cli(home).run(&add("Three", URL, &home.path().join("three.sqlite"), &["--secret-from-env", VARIABLE]));
    let expected: &[&str] = if now == old { &["One", "Three"] } else { &["One", "Two", "Three"] };
    if output.code != Some(0) || names(home) != expected {
        return Err(format!("the next change gave {:?} and said {}", names(home), output.stderr));
    }
    Ok(())
}

/// Nothing but the lock, which holds nothing, is for others' eyes, and the folder keeps them out.
fn private(home: &Home) -> Result<(), String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
        if mode(&config(home)) != 0o700 {
            return Err(format!("the folder has {:o}", mode(&config(home))));
        }
        for entry in std::fs::read_dir(config(home)).expect("it is a folder") {
            let path = entry.expect("it can be read").path();
            let is_lock = path.extension().is_some_and(|end| end == "lock");
            if !is_lock && mode(&path) != 0o600 {
                return Err(format!("{} has {:o}", path.display(), mode(&path)));
            }
        }
    }
    let _ = home;
    Ok(())
}

#[test]
fn saving_a_profile_may_be_killed_at_any_system_call() {
    let Some(count) = count() else { return };
    let mut failures = Vec::new();
    for number in 1..=count {
        for deed in [Deed::Kill, Deed::Torn, Deed::After] {
            let home = before();
            let old = std::fs::read(file(&home)).unwrap();
            let output = add_two(calls(&home).unwrap().inject(cli(&home), number, deed), &home);
            assert_eq!(output.code, None, "{deed:?} {number}: {}", output.stderr);
            failures.extend(check(&home, &old).err().map(|wrong| format!("{deed:?} {number}: {wrong}")));
        }
    }
    println!("{} kills", count * 3);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_full_or_failing_disk_leaves_the_profiles_as_they_were() {
    let Some(count) = count() else { return };
    for number in 1..=count {
        for deed in [Deed::Forever(Errno::NoSpace), Deed::Once(Errno::Io), Deed::Forever(Errno::ReadOnly)] {
            let home = before();
            let old = std::fs::read(file(&home)).unwrap();
            let output = add_two(calls(&home).unwrap().inject(cli(&home), number, deed), &home);
            // After the rename, or while the copy is kept, the profile is saved already.
            assert!(matches!(output.code, Some(0 | 1)), "{deed:?} {number}: {output:?}");
            if output.code == Some(0) {
                assert_eq!(names(&home), ["One", "Two"], "{deed:?} {number}");
            }
            check(&home, &old).unwrap_or_else(|wrong| panic!("{deed:?} {number}: {wrong}"));
        }
    }
}

#[test]
fn many_writers_at_once_lose_nothing() {
    let home = before();
    std::thread::scope(|scope| {
        for writer in 0..6 {
            let home = &home;
            let database = home.path().join(format!("{writer}.sqlite"));
            scope.spawn(move || added_with(home, &format!("Writer {writer}"), URL, &database));
        }
    });
    let mut names = names(&home);
    names.sort();
    let expected: Vec<String> =
        std::iter::once("One".to_owned()).chain((0..6).map(|writer| format!("Writer {writer}"))).collect();
    assert_eq!(names, expected);
}

#[test]
fn a_broken_file_is_set_aside_with_a_message_and_the_last_good_one_is_used() {
    let home = before();
    edit(&home, "\"profiles\": [", "\"profiles\": [ oops");
    let output = cli(&home).run(&["profiles", "list"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert!(output.stdout.contains("One"), "{}", output.stdout);
    assert!(output.stderr.contains("set aside as") && output.stderr.contains("line 3"), "{}", output.stderr);
    let output = cli(&home).run(&["profiles", "list"]);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "it is told once");
    // A command that uses a profile says so as well, and goes on.
    edit(&home, "\"key_id\"", "\"key\"");
    let output = cli(&home).run(&["config", "--profile", "One"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert!(output.stderr.contains("unknown field `key`"), "{}", output.stderr);
    assert_eq!(names(&home), ["One"]);
}

#[cfg(unix)]
#[test]
fn a_planted_link_is_refused_and_what_it_leads_to_stays() {
    let home = before();
    crate::support::profiles::with_planted_link(&home, &file(&home), || {
        let output = add_two(cli(&home), &home);
        assert_eq!(output.code, Some(1), "{}", output.stderr);
        assert!(output.stderr.contains("symbolic link"), "{}", output.stderr);
    });
}

#[cfg(unix)]
#[test]
fn files_are_private_whatever_the_umask() {
    let home = Home::in_memory();
    let command = cli(&home).command(&add("One", URL, &home.database(), &["--secret-from-env", VARIABLE]));
    let mut open = std::process::Command::new("sh");
    open.args(["-c", "umask 000; exec \"$@\"", "sh"]).arg(command.get_program()).args(command.get_args());
    open.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(home.path());
    assert!(open.output().unwrap().status.success());
    private(&home).unwrap();
}
