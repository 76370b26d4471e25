//! From the engine's values to what the window shows. No decisions here but words and shapes.

use std::time::Duration;

use execute_sync::history::{Outcome, RunRecord, utc};
use execute_sync::logging::KeptLine;
use execute_sync::paths::AppDirs;
use execute_sync::profile::{DestinationSettings, StoredProfile};
use execute_sync::progress::left;
use execute_sync::secret::redact;
use execute_sync::status::State;
use execute_sync::worker::ProfileStatus;

use crate::contract::{IpcError, LogLine, Pause, ProfileState, ProfileSummary, RunOutcome, RunView, SyncProgress};
use crate::{drafts, run, words};

/// A profile at a glance. The worker may not know it yet.
pub(crate) fn summary(profile: &StoredProfile, status: Option<&ProfileStatus>, destination: &str) -> ProfileSummary {
    let paused = status.map_or(profile.paused.map(|pause| pause.until), |s| s.paused.map(|pause| pause.until));
    ProfileSummary {
        id: profile.id.clone(),
        name: profile.name.clone(),
        stamp: drafts::stamp_of(profile),
        state: status.map_or(ProfileState::Never, |s| state(s.status.state)),
        sentence: status.map_or_else(|| "Never synced".to_owned(), |s| words::of_the_app(&s.status.sentence)),
        sample: profile.sample,
        destination: destination.to_owned(),
        progress: status.and_then(progress),
        last_synced_at: status.and_then(|s| s.last_good.clone()),
        next_run_at: status.and_then(|s| s.next_at).map(utc),
        paused: paused.map(|until| Pause { until: until.map(utc) }),
        open_quarantine: status.map_or(0, |s| s.open_quarantine),
        error: status.and_then(|s| s.error.as_ref()).map(IpcError::from),
    }
}

fn progress(status: &ProfileStatus) -> Option<SyncProgress> {
    // Another program runs it, or other profiles come first.
    let is_to_come = status.status.state == State::Syncing && status.progress.is_none();
    match &status.progress {
        Some(progress) => Some(SyncProgress {
            pages: progress.pages,
            documents: progress.documents,
            bytes: progress.bytes,
            doc_type: progress.doc_type.clone(),
            expected: progress.expected,
            time_left: progress.time_left_s.map(|left_s| left(Duration::from_secs(left_s))),
            documents_per_second: (progress.documents_per_s > 0).then(|| to_f64(progress.documents_per_s)),
            waiting: progress.waiting.clone(),
            stopping: progress.is_stopping,
            elsewhere: false,
        }),
        None if is_to_come => Some(SyncProgress {
            pages: 0,
            documents: 0,
            bytes: 0,
            documents_per_second: None,
            doc_type: None,
            expected: None,
            time_left: None,
            waiting: Some(words::of_the_app(&status.status.sentence)),
            stopping: false,
            elsewhere: status.is_elsewhere,
        }),
        None => None,
    }
}

/// Speeds are far below where whole numbers of a float end.
fn to_f64(number: u64) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

fn state(state: State) -> ProfileState {
    match state {
        State::UpToDate | State::Quarantine => ProfileState::UpToDate,
        State::Syncing => ProfileState::Syncing,
        State::Paused => ProfileState::Paused,
        State::Offline => ProfileState::Offline,
        State::Retrying => ProfileState::Retrying,
        State::Stopped => ProfileState::Stopped,
        // Whether it is put back or read anew, a person decides.
        State::NeedsYou | State::Missing => ProfileState::NeedsYou,
        State::Failed | State::Late => ProfileState::Failed,
        State::Never => ProfileState::Never,
    }
}

/// `SQLite · Northern AFEs.sqlite`. Looks at the disk.
pub(crate) fn destination(profile: &StoredProfile, dirs: &AppDirs) -> String {
    let title = profile.destination.kind.form().title;
    match run::destination(profile, dirs) {
        Ok((DestinationSettings::Sqlite { path }, _)) => {
            format!("{title} · {}", path.file_name().unwrap_or(path.as_os_str()).display())
        }
        Err(_) => title.to_owned(),
    }
}

/// One run of the history.
pub(crate) fn run_view(run: &RunRecord) -> RunView {
    RunView {
        run_id: run.run_id.clone(),
        started: run.started.clone(),
        finished: run.finished.clone(),
        outcome: match run.outcome {
            None => RunOutcome::Running,
            Some(Outcome::Succeeded) => RunOutcome::Succeeded,
            Some(Outcome::Quarantined) => RunOutcome::Quarantined,
            Some(Outcome::Failed) => RunOutcome::Failed,
            Some(Outcome::Cancelled) => RunOutcome::Cancelled,
            Some(Outcome::Interrupted) => RunOutcome::Interrupted,
        },
        documents: run.documents,
        pages: run.pages,
        bytes: run.bytes,
        quarantined: run.quarantined,
        removed: run.removed,
        full_refresh: run.full_refresh,
        reads_everything: run.is_of_everything(),
        duration_ms: run.duration_ms,
        error: run.error.as_ref().map(IpcError::from),
    }
}

/// A line of a run, found in the files of the log. They were redacted when they were written; secrets that have become known
/// since are looked for as well.
pub(crate) fn log_line(seq: u64, line: KeptLine, profile: &str, run_id: &str) -> LogLine {
    LogLine {
        seq,
        at: utc(line.at),
        level: line.level.to_ascii_lowercase(),
        profile: Some(profile.to_owned()),
        run_id: Some(run_id.to_owned()),
        text: words::of_the_app(&redact(&line.text)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use execute_sync::status::{Live, of_profile};

    use super::*;

    #[test]
    fn a_run_that_was_to_read_everything_is_shown_so_also_when_it_was_cut() {
        let cut = RunRecord { outcome: Some(Outcome::Cancelled), reads_everything: true, ..RunRecord::default() };
        assert!(run_view(&cut).reads_everything);
        assert!(!run_view(&RunRecord { reads_everything: false, ..cut }).reads_everything);
    }

    #[test]
    fn a_line_of_a_run_speaks_the_words_of_the_app() {
        let text = "Sync Failed: run `execute-sync push` with EXECUTESYNC_DATABASE_DSN".to_owned();
        let line = KeptLine { at: jiff::Timestamp::UNIX_EPOCH, level: "ERROR".to_owned(), text };
        assert_eq!(log_line(1, line, "p", "r").text, "Sync Failed: press Sync now with “Database file”");
    }

    #[test]
    fn only_what_another_program_runs_is_elsewhere() {
        let shown = |live: &Live| {
            let status = of_profile(&[], live, jiff::Timestamp::UNIX_EPOCH, &jiff::tz::TimeZone::UTC);
            let (progress, is_elsewhere) = (None, live.is_elsewhere);
            let known = ProfileStatus {
                id: "1".to_owned(),
                status,
                progress,
                next_at: None,
                next_is_full_refresh: false,
                paused: None,
                is_elsewhere,
                error: None,
                open_quarantine: 0,
                last_good: None,
            };
            super::progress(&known).unwrap()
        };
        let queued = shown(&Live { is_queued: true, ..Live::default() });
        assert!(!queued.elsewhere && queued.waiting.is_some_and(|says| says.starts_with("Syncing soon")));
        assert!(shown(&Live { is_elsewhere: true, ..Live::default() }).elsewhere);
    }
}
