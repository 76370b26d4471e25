//! The older tool: databases that it made itself, the source that they were made from, and a replica of what it does.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::cli::Cli;
use super::ledger::Ledger;
use super::oracle;
use super::python;
use super::run::Home;

/// The schema that the source of these databases gives: hostile on purpose.
pub const SCHEMA: &str = include_str!("../fixtures/older-tool/schema.json");

/// So many lines of the source had the tool read.
pub const READ: usize = 330;

/// A folder with a copy of a database of the tool, `sound` or `damaged`, and the mark file beside it.
pub fn home(which: &str) -> Home {
    let home = Home::in_memory();
    for file in ["execute.sqlite", "last_sync_date.txt"] {
        std::fs::copy(fixture(which).join(file), home.path().join(file)).expect("the fixture can be copied");
    }
    home
}

/// The first lines of the source, of 400.
pub fn ledger(lines: usize) -> Ledger {
    let read = |file: &str| std::fs::read_to_string(fixture("").join(file)).expect("the fixture can be read");
    let (documents, marks) = (read("docs.ndjson"), read("marks.txt"));
    let mut ledger = Ledger::default();
    for (line, mark) in documents.lines().zip(marks.lines()).take(lines) {
        ledger.push(mark, line.as_bytes().to_vec());
    }
    ledger
}

/// Ours, configured as its users have it: its own defaults but for what it needs.
pub fn cli(home: &Home, url: &str) -> Cli {
    Cli::patient(home, url).set("MAX_DOCUMENTS", "10000").set("CHUNK_SIZE", "10000")
}

fn fixture(which: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/older-tool").join(which)
}

/// How the replica syncs.
pub struct Push<'a> {
    pub batch_date: &'a str,
    /// Documents a page.
    pub limit: usize,
    pub chunk_size: usize,
    /// From the beginning.
    pub force: bool,
    /// Keep the text that was sent, which the tool never did: for what its views should show.
    pub exact: bool,
}

impl Default for Push<'_> {
    fn default() -> Self {
        Push { batch_date: "2026-11-23T03:54:30Z", limit: 10_000, chunk_size: 10_000, force: false, exact: false }
    }
}

/// It goes on from the mark file, as the tool does; gives how many documents it stored.
pub fn push(home: &Home, ledger: &Ledger, how: &Push<'_>) -> usize {
    let answer = ask(&json!({
        "do": "push",
        "database": home.database(),
        "mark_file": home.mark_file(),
        "entries": ledger.to_json(),
        "limit": how.limit,
        "chunk_size": how.chunk_size,
        "batch_date": how.batch_date,
        "force": how.force,
        "exact": how.exact,
    }));
    number(&answer["stored"])
}

/// Its `create_views`; gives the names of those that failed.
pub fn create_views(home: &Home, schema: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
    let answer = ask(&json!({"do": "create_views", "database": home.database(), "schema": schema}));
    answer["failed"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Its `prune`; gives how many rows went.
pub fn prune(home: &Home) -> usize {
    number(&ask(&json!({"do": "prune", "database": home.database()}))["pruned"])
}

/// Names and text of all views.
pub fn views(home: &Home) -> Vec<(String, String)> {
    let rows = oracle::rows(&home.database(), "SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name");
    rows.into_iter().map(|mut row| (row.remove(0), row.remove(0))).collect()
}

/// What every helper view shows, its rows in order: the base views show the batch date too, which is each run's own.
pub fn shown(home: &Home, names: &[String]) -> Vec<(String, Vec<Vec<String>>)> {
    let show = |name: &String| {
        let columns =
            oracle::rows(&home.database(), &format!("SELECT name FROM pragma_table_info('{name}') ORDER BY name"));
        let columns: Vec<String> = columns.into_iter().flatten().map(|column| format!("\"{column}\"")).collect();
        let mut rows = oracle::rows(&home.database(), &format!("SELECT {} FROM \"{name}\"", columns.join(", ")));
        rows.sort();
        (name.clone(), rows)
    };
    names.iter().filter(|name| !name.starts_with("EXECUTE_")).map(show).collect()
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| number.try_into().ok()).expect("the replica counts")
}

fn ask(request: &Value) -> Value {
    python::ask("support/older_tool.py", request)
}
