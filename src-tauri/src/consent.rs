//! What the core itself asks a person, in a dialog of the system: the window can neither answer nor leave it out.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};
use tokio::sync::{Mutex, oneshot};

/// Shows a question; the answer may come much later, or never.
pub(crate) type Ask = Box<dyn Fn(String) -> oneshot::Receiver<bool> + Send + Sync>;

/// What a person agreed to since the start.
#[derive(Default)]
pub(crate) struct Consent {
    ask: OnceLock<Ask>,
    /// Variables, each with a host that its value may be sent to. Held while a question is shown: one at a time.
    agreed: Mutex<BTreeSet<(String, String)>>,
}

impl Consent {
    /// Whom to ask from now on. Until then nobody agrees.
    pub(crate) fn ask_by(&self, ask: Ask) {
        // It is said once, at the start.
        let _ = self.ask.set(ask);
    }

    /// May the value of this variable be sent to this host? Who agreed is not asked again, so that a test and the saving
    /// after it ask once.
    pub(crate) async fn sends(&self, variable: &str, host: &str) -> bool {
        let about = (variable.to_owned(), host.to_owned());
        let mut agreed = self.agreed.lock().await;
        if agreed.contains(&about) {
            return true;
        }
        let Some(ask) = self.ask.get() else { return false };
        let question = format!(
            "Send the value of {variable} to {host}?\n\nAgree only if this is your Execute and {variable} holds the \
             secret of its API key."
        );
        let agrees = ask(question).await.unwrap_or(false);
        if agrees {
            agreed.insert(about);
        }
        agrees
    }
}

/// Asks in dialogs of the system.
pub(crate) fn in_dialogs(app: &AppHandle) -> Ask {
    let app = app.clone();
    Box::new(move |question| {
        let (answer, answered) = oneshot::channel();
        let buttons = MessageDialogButtons::OkCancelCustom("Send".to_owned(), "Do not send".to_owned());
        let dialog = app.dialog().message(question).title("Send a secret?").kind(MessageDialogKind::Warning);
        dialog.buttons(buttons).show(move |agrees| {
            // Nobody waits any more if the test was stopped.
            let _ = answer.send(agrees);
        });
        answered
    })
}
