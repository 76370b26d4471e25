//! The judge of every database, a Python program beside this file: it shares no code with what it judges.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use serde_json::{Value, json};

use super::ledger::Ledger;
use super::run::Home;

/// What the judge found.
#[derive(Debug)]
pub struct Verdict {
    /// One sentence for each promise that is broken.
    pub problems: Vec<String>,
    /// How many lines of the ledger the stored mark stands for.
    pub reach: usize,
    /// The stored mark; empty if there is none.
    pub mark: String,
    /// How many commits the state row counts.
    pub commits: i64,
    /// A full refresh is under way.
    pub refreshing: bool,
}

impl Verdict {
    /// Nothing is wrong.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(self) -> Result<usize, String> {
        if self.problems.is_empty() { Ok(self.reach) } else { Err(self.problems.join("; ")) }
    }
}

/// The prefix property: everything up to the stored mark is there and nothing beyond it, the file is sound, and the mark
/// file is not ahead.
pub fn prefix(home: &Home, ledger: &Ledger) -> Verdict {
    judge(home, ledger, 0, false)
}

/// All of the ledger is there, each version once, the newest of each document in the LATEST view, and what cannot be a
/// document in the quarantine.
pub fn complete(home: &Home, ledger: &Ledger) -> Verdict {
    judge(home, ledger, 0, true)
}

/// [`prefix`] where the older tool wrote the first lines of the ledger, in words of its own.
pub fn adopted_prefix(home: &Home, ledger: &Ledger, reprinted: usize) -> Verdict {
    judge(home, ledger, reprinted, false)
}

/// [`complete`] where the older tool wrote the first lines of the ledger, in words of its own.
pub fn adopted_complete(home: &Home, ledger: &Ledger, reprinted: usize) -> Verdict {
    judge(home, ledger, reprinted, true)
}

fn judge(home: &Home, ledger: &Ledger, reprinted: usize, complete: bool) -> Verdict {
    let answer = ask(&json!({
        "do": "judge",
        "db": home.database(),
        "mark_file": home.mark_file(),
        "complete": complete,
        "reprinted": reprinted,
        "entries": ledger.to_json(),
    }));
    Verdict {
        problems: answer["problems"].as_array().into_iter().flatten().map(text).collect(),
        reach: answer["reach"].as_u64().and_then(|reach| reach.try_into().ok()).unwrap_or_default(),
        mark: text(&answer["mark"]),
        commits: answer["commits"].as_i64().unwrap_or_default(),
        refreshing: answer["refreshing"].as_bool().unwrap_or_default(),
    }
}

/// The rows of a query, every value as text; NULL as an empty one.
pub fn rows(database: &Path, sql: &str) -> Vec<Vec<String>> {
    let answer = ask(&json!({"do": "rows", "db": database, "sql": sql}));
    let rows = answer["rows"].as_array().into_iter().flatten();
    rows.map(|row| row.as_array().into_iter().flatten().map(text).collect()).collect()
}

/// The one value of a query.
pub fn value(database: &Path, sql: &str) -> String {
    rows(database, sql).into_iter().flatten().next().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

struct Judge {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Judge {
    fn start() -> Judge {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/support/oracle.py");
        let started = ["python3", "python"].into_iter().find_map(|python| {
            Command::new(python).args(["-I", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()
        });
        let mut process = started.expect("the tests need Python 3 to read what was written");
        let input = process.stdin.take().expect("its input is a pipe");
        let output = BufReader::new(process.stdout.take().expect("its output is a pipe"));
        Judge { process, input, output }
    }
}

/// One judge serves the whole test process, one question at a time; it ends when its input does.
fn ask(request: &Value) -> Value {
    static JUDGE: OnceLock<Mutex<Judge>> = OnceLock::new();
    let mut judge = JUDGE.get_or_init(|| Mutex::new(Judge::start())).lock().expect("the judge answers");
    let mut question = serde_json::to_vec(request).expect("a value is JSON");
    question.push(b'\n');
    judge.input.write_all(&question).expect("the judge listens");
    let mut line = String::new();
    judge.output.read_line(&mut line).expect("the judge answers");
    let answer: Value = serde_json::from_str(&line)
        .unwrap_or_else(|_| panic!("the judge broke off ({:?}) over {request}", judge.process.try_wait()));
    assert!(answer["error"].is_null(), "the judge failed: {answer}");
    answer
}
