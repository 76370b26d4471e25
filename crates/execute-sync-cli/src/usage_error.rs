//! A command line that cannot be understood: told to people in the parser's words, and to scripts that asked for JSON in the
//! same.

use std::ffi::OsStr;
use std::process::ExitCode;

use execute_sync::error::{Error, Kind};
use serde_json::json;

use crate::printer;

/// What a script gets when it asked for JSON. Here nobody knows yet which arguments there were, so the bare words are looked
/// at.
const JSON: &str = "--json";

/// Tells it; help and version are no failures. Gives the exit code.
pub(crate) fn tell(error: &clap::Error) -> ExitCode {
    let code = error.exit_code();
    if code != 0 && std::env::args_os().skip(1).any(|word| word == OsStr::new(JSON)) {
        printer::as_json(&json!({ "error": printer::error_value(&ours(error)) }));
    }
    // The parser knows on which stream each belongs.
    let _ = error.print();
    ExitCode::from(u8::try_from(code).unwrap_or(Kind::Configuration.exit_code()))
}

/// The first paragraph says what is wrong, the last one what to do; how the command is called stands between them.
fn ours(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let on_one_line = |lines: &str| lines.split_whitespace().collect::<Vec<_>>().join(" ");
    let (problem, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    let remedy = rest.rsplit("\n\n").next().unwrap_or_default();
    let problem = problem.strip_prefix("error: ").unwrap_or(problem);
    Error::new(Kind::Configuration, on_one_line(problem)).hint(on_one_line(remedy))
}
