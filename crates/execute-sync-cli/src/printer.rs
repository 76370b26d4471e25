//! The one place that prints: data on standard output, talk on standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use execute_sync::error::Error;
pub(crate) use execute_sync::progress::grouped;
use execute_sync::secret::{printable, redact};
use serde::Serialize;
use serde_json::{Value, json};

/// A line of data could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// A line of data. A reader that has gone away (`| head`) is no failure; a full disk is one, see [`lost_data`].
pub(crate) fn line(text: &str) {
    if writeln!(io::stdout().lock(), "{text}").is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// Whether data that should have been printed is lost.
pub(crate) fn lost_data() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// A line of data that may quote a server: without secrets and control characters.
pub(crate) fn quoting_line(text: &str) {
    line(&printable(&redact(text)));
}

/// A value as JSON, on several lines, without secrets.
pub(crate) fn as_json(value: &impl Serialize) {
    match serde_json::to_value(value) {
        Ok(value) => line(&format!("{:#}", without_secrets(value))),
        Err(error) => talk(&format!("this cannot be printed as JSON: {error}")),
    }
}

/// A server can send back what it was sent, in a name or in a message.
fn without_secrets(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(redact(&text).into_owned()),
        Value::Array(items) => items.into_iter().map(without_secrets).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, without_secrets(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// A line of talk, without secrets and control characters.
pub(crate) fn talk(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(&redact(text)));
}

/// An error for people: what happened, what to do, what lies underneath.
pub(crate) fn error(error: &Error) {
    talk(&format!("Error: {error}"));
    if let Some(hint) = error.remedy() {
        talk(&format!("       {hint}"));
    }
    let details = error.details();
    if !details.is_empty() {
        talk(&format!("       Details: {details}"));
    }
}

/// An error for scripts.
pub(crate) fn error_value(error: &Error) -> Value {
    json!({
        "code": error.kind().code(),
        "message": error.message(),
        "hint": error.remedy(),
        "field": error.at_field(),
        "suggestion": error.suggestion(),
        "details": error.details(),
    })
}

/// Rows under their headers, columns aligned; a cell is cut at `widest` characters.
pub(crate) fn table(headers: &[&str], rows: &[Vec<String>], widest: usize) {
    let cell = |text: &str| {
        let clean = printable(text);
        let mut cut: String = clean.chars().take(widest).collect();
        if clean.chars().count() > widest {
            cut.pop();
            cut.push('…');
        }
        cut
    };
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|text| cell(text)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count());
        cells.chain([headers[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headers.len()).map(width).collect();
    let print = |cells: Vec<&str>| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}")).collect();
        line(padded.join("  ").trim_end());
    };
    print(headers.to_vec());
    line(&widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  "));
    for row in &rows {
        print(row.iter().map(String::as_str).collect());
    }
}

/// A person is looking at standard error.
pub(crate) fn at_terminal() -> bool {
    io::stderr().is_terminal()
}
