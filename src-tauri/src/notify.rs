//! Notifications: a failure that lasts, its recovery, and that nothing was synced for long. Never that all went well.

use execute_sync::worker::Tell;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

use crate::words;

/// Shows what the worker tells, under the profile's name.
pub(crate) fn tell(app: &AppHandle, name: &str, tell: &Tell) {
    show(app, name, &words::of_the_app(&tell.sentence));
}

/// Shows a sentence. A desktop without notifications is no failure of ours.
pub(crate) fn show(app: &AppHandle, title: &str, text: &str) {
    if let Err(error) = app.notification().builder().title(title).body(text).show() {
        log::debug!("A notification cannot be shown: {error}");
    }
}
