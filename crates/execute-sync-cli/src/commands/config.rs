//! `config`: the configuration in force, secrets masked.

use execute_sync::error::Result;
use execute_sync::profile;

use crate::printer;
use crate::session::Session;

/// Prints a line a setting.
pub(crate) fn show(session: &Session, json: bool) -> Result<u8> {
    let lines = profile::describe(&session.sources);
    if json {
        printer::as_json(&lines);
        return Ok(0);
    }
    for line in &lines {
        printer::line(&line.to_string());
    }
    for line in &lines {
        if let Some(note) = &line.note {
            printer::talk(&format!("Note: {}: {note}", line.env));
        }
    }
    for name in session.sources.unknown_names() {
        printer::talk(&format!("Note: {name} is not a setting; is it misspelt?"));
    }
    Ok(0)
}
