//! A BI tool or the like: another process with a connection of its own to the same database.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout};

use serde_json::Value;

use super::python;

/// Changes a database behind our back.
pub fn edit(database: &Path, statements: &[&str]) {
    let mut program = OtherProgram::open(database);
    for statement in statements {
        program.run(statement);
    }
}

/// A Python process with one connection. It ends with its input.
pub struct OtherProgram {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl OtherProgram {
    pub fn open(database: &Path) -> Self {
        let mut process = python::start("support/other_program.py", Some(database));
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("its output is a pipe"));
        OtherProgram { process, input, output }
    }

    /// Runs a statement and gives its rows.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn try_run(&mut self, sql: &str) -> Result<Vec<Value>, String> {
        let input = self.input.as_mut().expect("it is open");
        writeln!(input, "{}", Value::from(sql)).expect("it listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        let answer: Value = serde_json::from_str(&line).expect("it answers in JSON");
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["rows"].as_array().cloned().unwrap_or_default()),
        }
    }

    pub fn run(&mut self, sql: &str) -> Vec<Value> {
        self.try_run(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The first number of the first row.
    pub fn number(&mut self, sql: &str) -> i64 {
        self.run(sql).first().and_then(|row| row[0].as_i64()).unwrap_or_else(|| panic!("{sql} gives no number"))
    }
}

impl Drop for OtherProgram {
    fn drop(&mut self) {
        self.input.take();
        // It ends when its input does.
        let _ = self.process.wait();
    }
}
