//! The live log, and what to send with a report.

use super::{Answer, TheCore};
use crate::contract::LogLine;

/// The lines after number `after`.
#[tauri::command]
pub(crate) async fn activity(core: TheCore<'_>, after: u64) -> Answer<Vec<LogLine>> {
    Ok(core.activity.after(after))
}

/// What to paste into a report: versions, states and the last lines of the log, all without secrets.
#[tauri::command]
pub(crate) async fn copy_diagnostics(core: TheCore<'_>) -> Answer<String> {
    let state = core.state();
    let mut text = format!(
        "Execute Sync {} on {} {}\nTray: {}\n",
        state.version,
        std::env::consts::OS,
        std::env::consts::ARCH,
        if state.tray { "yes" } else { "no" }
    );
    for (number, profile) in state.profiles.iter().enumerate() {
        // Names and hosts may be a company's own: numbers do as well.
        text.push_str(&format!("Profile {}: {}\n", number + 1, profile.sentence));
        if let Some(error) = &profile.error {
            text.push_str(&format!("  {}: {}\n", error.code, error.message));
        }
    }
    text.push('\n');
    let lines = core.activity.after(0);
    for line in lines.iter().rev().take(200).rev() {
        text.push_str(&format!("{} {} {}\n", line.at, line.level, line.text));
    }
    Ok(execute_sync::secret::redact(&text).into_owned())
}
