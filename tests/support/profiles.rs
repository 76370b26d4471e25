//! Calls of the program with a home of their own for profiles.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::cli::{Cli, Output};
use super::execute::{KEY_ID, KEY_SECRET};
use super::run::Home;

/// The variable that holds the secret of the tests.
pub const VARIABLE: &str = "TEST_KEY";

/// Nothing is configured but where profiles are, and the variable with the secret is set.
pub fn cli(home: &Home) -> Cli {
    Cli::new(home).env("EXECUTESYNC_HOME", app(home)).env(VARIABLE, KEY_SECRET)
}

/// Our folders inside `home`.
pub fn app(home: &Home) -> PathBuf {
    home.path().join("app")
}

pub fn config(home: &Home) -> PathBuf {
    app(home).join("config")
}

pub fn file(home: &Home) -> PathBuf {
    config(home).join("profiles.json")
}

/// The arguments of `profiles add` for a server and the database of `home`, four documents a page.
pub fn add<'a>(name: &'a str, url: &'a str, database: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let database = database.to_str().expect("folders of tests are Unicode");
    let mut arguments = vec!["profiles", "add", name, "-u", url, "--execute-key-id", KEY_ID, "--database", database];
    arguments.extend(["-m", "4"]);
    arguments.extend(more);
    arguments
}

/// Adds a profile whose secret is in the variable, with the database of `home`.
pub fn added(home: &Home, name: &str, url: &str) -> Output {
    added_with(home, name, url, &home.database())
}

/// The same with another database.
pub fn added_with(home: &Home, name: &str, url: &str, database: &Path) -> Output {
    let output = cli(home).run(&add(name, url, database, &["--secret-from-env", VARIABLE]));
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    output
}

/// The names in the file, as anybody reads them.
pub fn names(home: &Home) -> Vec<String> {
    let text = std::fs::read(file(home)).expect("there are profiles");
    let json: serde_json::Value = serde_json::from_slice(&text).expect("they are whole");
    let profiles = json["profiles"].as_array().expect("a list").iter();
    profiles.map(|profile| profile["name"].as_str().expect("a text").to_owned()).collect()
}

/// Puts something else in the file, as a person with an editor does.
pub fn edit(home: &Home, from: &str, to: &str) {
    let text = std::fs::read_to_string(file(home)).expect("there are profiles");
    assert!(text.contains(from), "{from} is not in {text}");
    std::fs::write(file(home), text.replace(from, to)).expect("it is ours");
}

/// A link stands in the place of `file`. `write` is to refuse it; what it leads to stays as it was.
#[cfg(unix)]
pub fn with_planted_link(home: &Home, file: &Path, write: impl FnOnce()) {
    let victim = home.path().join("victim");
    std::fs::rename(file, &victim).expect("the file is there");
    let old = std::fs::read(&victim).expect("it is ours");
    std::os::unix::fs::symlink(&victim, file).expect("the folder is ours");
    write();
    assert_eq!(std::fs::read(&victim).expect("it stays"), old);
}

/// Runs with something on standard input.
pub fn with_input(cli: &Cli, arguments: &[&str], input: &str) -> Output {
    let started = std::time::Instant::now();
    let mut child = cli
        .command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary can be started");
    // It may end without reading.
    let _ = child.stdin.take().expect("it is a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it was started by us");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Output {
        code: output.status.code(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
        took: started.elapsed(),
    }
}
