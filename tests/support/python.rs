//! The judges that are written in Python, so that they share none of our code.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Starts a program that lies in `tests/`, with both its ends in our hands.
pub fn start(program: &str, argument: Option<&Path>) -> Child {
    Command::new("python3")
        .arg("-I")
        .arg(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests")).join(program))
        .args(argument.map(OsStr::new))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tests need Python 3")
}

/// Its answer to one question, both as JSON.
pub fn ask(program: &str, question: &Value) -> Value {
    let mut process = start(program, None);
    let mut input = process.stdin.take().expect("its input is a pipe");
    write!(input, "{question}").expect("it listens");
    drop(input);
    let output = process.wait_with_output().expect("it was started by us");
    assert!(output.status.success(), "{program} broke off over {question}");
    serde_json::from_slice(&output.stdout).expect("it answers in JSON")
}
