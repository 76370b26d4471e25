//! `config`: the configuration in force, secrets masked, and where a proxy that no setting names comes from.

use execute_sync::error::Result;
use execute_sync::profile::{self, settings};
use execute_sync::source;

use crate::printer;
use crate::session::Session;

/// Prints a line a setting.
pub(crate) fn show(session: &Session, json: bool) -> Result<u8> {
    let mut lines = profile::describe(&session.sources);
    let address = session.sources.resolve(&settings::EXECUTE_URL).map(|(url, _)| url.trim());
    if let Some(proxy) = lines.iter_mut().find(|line| line.env == settings::PROXY.env() && line.value.is_none())
        && let Some(in_force) = address.and_then(source::system_proxy)
    {
        proxy.add_note(&format!("{in_force} is used, from HTTPS_PROXY and its like or the settings of the system"));
    }
    if json {
        printer::as_json(&lines);
        return Ok(0);
    }
    for line in &lines {
        printer::line(&line.to_string());
    }
    if let Some(refusal) = profile::older_tool_refusal(&session.sources) {
        printer::talk(&format!("Note: {refusal}"));
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
