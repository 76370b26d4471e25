//! Clicks in the tray's menu: done in their order, and where nobody waits for the disk.

use std::sync::Arc;

use execute_sync::error::Result;
use tauri::{AppHandle, Manager};
use tokio::sync::mpsc;

use crate::core::Core;
use crate::shell;
use crate::tray::menu::Action;

struct Clicks(mpsc::UnboundedSender<Action>);

/// Does what a click in the tray's menu means, after what was clicked before it.
pub(crate) fn act(app: &AppHandle, action: Action) {
    if app.try_state::<Clicks>().is_none_or(|clicks| clicks.0.send(action).is_err()) {
        log::debug!("A click came before the app has begun, or after its end");
    }
}

/// Does them, one after another, as long as the app lives.
pub(crate) async fn follow(app: AppHandle, core: Arc<Core>) {
    let (sender, mut clicks) = mpsc::unbounded_channel();
    app.manage(Clicks(sender));
    while let Some(action) = clicks.recv().await {
        match action {
            Action::Sync(id) => core.worker.sync_now(&id, false, false),
            Action::Stop(id) => core.worker.stop(&id),
            Action::SyncAll => core.worker.sync_all(),
            Action::Pause(id, duration) => change(&app, &core, move |core| core.pause(id.as_deref(), duration)).await,
            Action::Resume(id) => change(&app, &core, move |core| core.resume(id.as_deref())).await,
            Action::Open(path) => {
                let handle = app.clone();
                // An error means that the app is ending.
                let _ = app.run_on_main_thread(move || shell::show(&handle, path.as_deref()));
            }
            Action::Quit => shell::quit(&app),
        }
    }
}

/// Changes the profiles where nobody waits for the disk; a failure is told.
async fn change(app: &AppHandle, core: &Arc<Core>, work: impl FnOnce(&Core) -> Result<()> + Send + 'static) {
    let worked_on = Arc::clone(core);
    match tokio::task::spawn_blocking(move || work(&worked_on)).await {
        Ok(Ok(())) => shell::publish(app),
        Ok(Err(error)) => shell::tell_of(app, core, &error),
        Err(_) => log::error!("A click in the tray's menu met a defect"),
    }
}
