//! The live log, and what to send with a report.

use std::sync::Arc;

use execute_sync::paths;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use super::choosing::answer_of;
use super::{Answer, TheCore, blocking, guarded};
use crate::bundle;
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
    if let Some(trouble) = &state.profiles_trouble {
        text.push_str(&format!("The profiles cannot be read: {}\n", trouble.message));
    }
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

/// What can be sent with a report, to be looked at before it is saved.
#[tauri::command]
pub(crate) async fn make_bundle(core: TheCore<'_>) -> Answer<String> {
    let core = Arc::clone(&core);
    blocking(move || {
        let text = bundle::text(&core);
        core.keep_bundle(&text);
        Ok(text)
    })
    .await
}

/// Saves the report as it was shown, where the person says; gives the path, none if they thought better of it.
#[tauri::command]
pub(crate) async fn save_bundle(app: AppHandle, core: TheCore<'_>) -> Answer<Option<String>> {
    let text = core.bundle();
    guarded(async move {
        let dialog = app.dialog().file().set_title("Save bundle").set_file_name("execute-sync-report.txt");
        let Some(path) = answer_of(|answer| dialog.save_file(answer)).await else { return Ok(None) };
        blocking(move || {
            paths::replace_file(&path, text.as_bytes())?;
            Ok(Some(path.display().to_string()))
        })
        .await
    })
    .await
}
