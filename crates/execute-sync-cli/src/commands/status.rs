//! `status` and `runs`: what the local history knows, and whether the database it speaks of is there.

use execute_sync::error::Result;
use execute_sync::history::Outcome;
use execute_sync::status::State;
use execute_sync::{profile, status};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::printer::{self, grouped};
use crate::session::Session;

/// One sentence, and 0 up to date, 1 failed, late or gone, 6 open quarantine entries.
pub(crate) fn status(session: &Session, json: bool) -> Result<u8> {
    let has_calcs = profile::options_from(&session.sources).is_ok_and(|options| options.include_calcs);
    let engine = session.engine()?;
    let runs =
        engine.runs_until(|runs| status::is_known(runs) && (!has_calcs || status::calculated_as_of(runs).is_some()))?;
    let calculated = status::calculated_as_of(&runs).filter(|_| has_calcs);
    let live = session.live(&engine)?;
    let mut status = status::of_profile(&runs, &live, Timestamp::now(), &TimeZone::system());
    if status.state == State::Never {
        status.sentence.push_str(" · run `execute-sync push`");
    }
    if json {
        printer::as_json(&json!({
            "state": status.state, "sentence": status.sentence, "exit_code": status.exit_code, "last_run": runs.first(),
            "calculated_values_as_of": calculated,
        }));
    } else {
        printer::line(&status.sentence);
        if let Some(at) = calculated {
            printer::line(&format!("Calculated values as of {at}"));
        }
    }
    Ok(status.exit_code)
}

/// The last runs, newest first.
pub(crate) fn runs(session: &Session, limit: u32, json: bool) -> Result<u8> {
    let runs = session.engine()?.runs(limit as usize)?;
    if json {
        printer::as_json(&runs);
        return Ok(0);
    }
    if runs.is_empty() {
        printer::line("No runs yet");
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            vec![
                run.started.clone(),
                match run.outcome {
                    None => "running",
                    Some(Outcome::Succeeded) => "ok",
                    Some(Outcome::Quarantined) => "ok, quarantine",
                    Some(Outcome::Failed) => "failed",
                    Some(Outcome::Cancelled) => "stopped",
                    Some(Outcome::Interrupted) => "interrupted",
                }
                .to_owned(),
                if run.full_refresh { "full" } else { "push" }.to_owned(),
                format!("{}.{:03} s", run.duration_ms / 1000, run.duration_ms % 1000),
                grouped(run.documents),
                run.pages.to_string(),
                run.quarantined.to_string(),
                run.error.as_ref().map(|e| e.message.clone()).unwrap_or_default(),
            ]
        })
        .collect();
    printer::table(&["STARTED", "RESULT", "KIND", "TIME", "DOCUMENTS", "PAGES", "BAD", "ERROR"], &rows, 70);
    Ok(0)
}
