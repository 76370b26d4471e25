//! `test`: source and destination, step by step.

use execute_sync::destination::CheckStep;
use execute_sync::error::{Kind, Result};
use execute_sync::profile::{DestinationSettings, place};
use serde_json::json;

use crate::printer;
use crate::session::Session;

/// Prints each step as it is done; the exit code is that of the first failure.
pub(crate) async fn test(session: &Session, json: bool) -> Result<u8> {
    let (profile, engine) = session.profile().await?;
    let mut steps = Vec::new();
    let mut step = |checked: &CheckStep| {
        if json {
            steps.push(match &checked.outcome {
                Ok(found) => json!({ "step": checked.name, "ok": true, "found": found }),
                Err(error) => json!({ "step": checked.name, "ok": false, "error": printer::error_value(error) }),
            });
            return;
        }
        match &checked.outcome {
            Ok(found) => printer::line(&format!("✓ {:<18} {found}", checked.name)),
            Err(error) => {
                printer::quoting_line(&format!("✗ {:<18} {error}", checked.name));
                let more = [error.remedy().map(str::to_owned), Some(error.details()).filter(|text| !text.is_empty())];
                for text in more.into_iter().flatten() {
                    printer::quoting_line(&format!("  {:<18} {text}", ""));
                }
            }
        }
    };
    let outcome = match engine.test(profile.source, &profile.options, &session.stop.token, &mut step).await {
        // Which signal it was, the session knows.
        Err(error) if error.kind() == Kind::Cancelled => return Err(error),
        outcome => outcome,
    };
    let DestinationSettings::Sqlite { path } = &profile.destination;
    if let Some(advice) = place::advice(path) {
        if json {
            steps.push(json!({ "step": "place", "ok": true, "advice": advice.text, "hint": advice.hint }));
        } else {
            printer::quoting_line(&format!("! {:<18} {}", "place", advice.text));
            printer::quoting_line(&format!("  {:<18} {}", "", advice.hint));
        }
    }
    if json {
        printer::as_json(&steps);
    }
    Ok(outcome.map_or_else(|error| error.kind().exit_code(), |()| 0))
}
