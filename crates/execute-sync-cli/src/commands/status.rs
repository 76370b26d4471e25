//! `status` and `runs`: what the local history knows.

use execute_sync::error::Result;
use execute_sync::history::{Outcome, RunRecord};
use execute_sync::profile;
use jiff::Timestamp;
use serde_json::json;

use crate::printer::{self, grouped};
use crate::session::Session;

/// A run may be this much late before it counts: a long page, a busy machine.
const GRACE_S: i64 = 15 * 60;

/// One sentence, and 0 up to date, 1 failed or late, 6 open quarantine entries.
pub(crate) fn status(session: &Session, json: bool) -> Result<u8> {
    let runs = session.engine()?.runs(100)?;
    let wait_s = profile::wait_from(&session.sources)?;
    let verdict = judge(&runs, wait_s, Timestamp::now());
    if json {
        printer::as_json(&json!({
            "state": verdict.state, "sentence": verdict.sentence, "exit_code": verdict.code, "last_run": runs.first(),
        }));
    } else {
        printer::line(&verdict.sentence);
    }
    Ok(verdict.code)
}

struct Verdict {
    state: &'static str,
    sentence: String,
    code: u8,
}

fn judge(runs: &[RunRecord], wait_s: u64, now: Timestamp) -> Verdict {
    let verdict = |state, sentence: String, code| Verdict { state, sentence, code };
    let running = runs.first().filter(|run| run.outcome.is_none());
    let prefix = if running.is_some() { "Syncing now · " } else { "" };
    // A run that was stopped as asked says nothing about the data: what the run before it said still holds.
    let Some(last) = runs.iter().find(|run| !matches!(run.outcome, None | Some(Outcome::Cancelled))) else {
        return match running {
            Some(run) => {
                verdict("syncing", format!("Syncing for the first time · since {}", ago(&run.started, now)), 0)
            }
            None if runs.is_empty() => {
                verdict("never", "Never synced from here · run `execute-sync push`".to_owned(), 1)
            }
            None => verdict("never", "Never synced completely · run `execute-sync push`".to_owned(), 1),
        };
    };
    let ended = last.finished.as_deref().unwrap_or(&last.started);
    let problem = match last.outcome {
        Some(Outcome::Failed) => {
            Some(last.error.as_ref().map_or("the last run failed".to_owned(), |e| e.message.clone()))
        }
        Some(Outcome::Interrupted) => {
            Some("the last run was killed; the next one goes on from its last whole page".to_owned())
        }
        _ => None,
    };
    if let Some(problem) = problem {
        let good = runs.iter().find(|run| is_good(run)).and_then(|run| run.finished.as_deref());
        let since = good.map_or("never synced".to_owned(), |at| format!("last synced {}", ago(at, now)));
        return verdict("failed", format!("{prefix}Failed {} · {problem} · {since}", ago(ended, now)), 1);
    }
    let age_s = ended.parse::<Timestamp>().map_or(0, |at| now.duration_since(at).as_secs());
    let wait = i64::try_from(wait_s).unwrap_or(i64::MAX);
    if wait > 0 && running.is_none() && age_s > wait.saturating_mul(2).saturating_add(GRACE_S) {
        return verdict("late", format!("Late · last synced {}, expected every {wait} seconds", ago(ended, now)), 1);
    }
    let done =
        format!("{prefix}Up to date · synced {} · {} documents changed", ago(ended, now), grouped(last.documents));
    if last.open_quarantine > 0 {
        return verdict("quarantine", format!("{done} · {} in quarantine", grouped(last.open_quarantine)), 6);
    }
    verdict("up_to_date", done, 0)
}

fn is_good(run: &RunRecord) -> bool {
    matches!(run.outcome, Some(Outcome::Succeeded | Outcome::Quarantined))
}

fn ago(at: &str, now: Timestamp) -> String {
    let Ok(at) = at.parse::<Timestamp>() else { return at.to_owned() };
    match now.duration_since(at).as_secs() {
        s if s < 60 => "just now".to_owned(),
        s if s < 3600 => format!("{} min ago", s / 60),
        s if s < 86400 => format!("{} h ago", s / 3600),
        s => format!("{} days ago", s / 86400),
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn run(finished: &str, outcome: Outcome) -> RunRecord {
        RunRecord {
            started: finished.into(),
            finished: Some(finished.into()),
            outcome: Some(outcome),
            ..RunRecord::default()
        }
    }

    fn code(runs: &[RunRecord], wait_s: u64) -> (u8, &'static str) {
        let verdict = judge(runs, wait_s, "2025-01-31T12:00:00Z".parse().unwrap());
        (verdict.code, verdict.state)
    }

    #[test]
    fn nothing_is_green_while_something_is_wrong() {
        let good = run("2025-01-31T11:59:00Z", Outcome::Succeeded);
        assert_eq!(code(&[], 600), (1, "never"));
        assert_eq!(code(std::slice::from_ref(&good), 600), (0, "up_to_date"));
        assert_eq!(code(&[run("2025-01-31T11:59:30Z", Outcome::Failed), good.clone()], 600), (1, "failed"));
        assert_eq!(code(&[run("2025-01-31T11:59:30Z", Outcome::Interrupted), good.clone()], 600), (1, "failed"));
        assert_eq!(code(&[run("2025-01-31T10:00:00Z", Outcome::Succeeded)], 600), (1, "late"));
        assert_eq!(code(&[run("2025-01-31T10:00:00Z", Outcome::Succeeded)], 0), (0, "up_to_date"));
        let stopped = run("2025-01-31T11:59:30Z", Outcome::Cancelled);
        assert_eq!(code(std::slice::from_ref(&stopped), 600), (1, "never"));
        assert_eq!(code(&[stopped.clone(), good.clone()], 600), (0, "up_to_date"));
        assert_eq!(code(&[stopped, run("2025-01-31T11:59:00Z", Outcome::Failed)], 600), (1, "failed"));
        assert_eq!(code(&[RunRecord { open_quarantine: 2, ..good.clone() }], 600), (6, "quarantine"));
        let running = RunRecord { started: "2025-01-31T11:59:59Z".into(), ..RunRecord::default() };
        assert_eq!(code(&[running, run("2025-01-31T11:59:30Z", Outcome::Failed)], 600), (1, "failed"));
    }
}
