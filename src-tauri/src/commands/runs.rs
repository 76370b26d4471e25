//! Runs: starting, stopping, pausing, and what they did.

use std::sync::Arc;

use execute_sync::destination::QuarantineFilter;
use execute_sync::engine::Engine;
use execute_sync::error::{Error, Kind};
use execute_sync::history::{RunRecord, utc};
use execute_sync::logging;
use execute_sync::profile::{DestinationSettings, StoredProfile, options_from};
use execute_sync::status;
use jiff::{Timestamp, ZonedDateTime};
use tauri::AppHandle;

use super::profiles::changed;
use super::{Answer, TheCore, blocking, guarded};
use crate::contract::{IpcError, LogLine, Overview, PauseFor, QuarantineRetried, QuarantineView, RunView, TypeCount};
use crate::core::Core;
use crate::{days, run, shell, views};

/// So many can be looked at one by one: more than a month of runs every ten minutes.
const MOST_RUNS: usize = 5_000;
/// Of a run's lines the last ones; only one that failed for hours has more.
const MOST_LINES: usize = 2_000;
/// Of a quarantined line so much is shown.
const SHOWN_BYTES: usize = 16 * 1024;

/// Syncs a profile now.
#[tauri::command]
pub(crate) async fn sync_now(core: TheCore<'_>, id: String, full_refresh: bool, allow_removals: bool) -> Answer<()> {
    core.profile(&id)?;
    core.worker.sync_now(&id, full_refresh, allow_removals);
    Ok(())
}

/// Stops the run under way; whole pages stay.
#[tauri::command]
pub(crate) async fn stop_sync(core: TheCore<'_>, id: String) -> Answer<()> {
    core.profile(&id)?;
    core.worker.stop(&id);
    Ok(())
}

/// Syncs every profile that is not paused.
#[tauri::command]
pub(crate) async fn sync_all(core: TheCore<'_>) -> Answer<()> {
    core.worker.sync_all();
    Ok(())
}

/// Pauses a profile, or all.
#[tauri::command]
pub(crate) async fn pause(app: AppHandle, core: TheCore<'_>, id: Option<String>, duration: PauseFor) -> Answer<()> {
    if let Some(id) = &id {
        core.profile(id)?;
    }
    let core = Arc::clone(&core);
    blocking(move || core.pause(id.as_deref(), duration)).await?;
    shell::publish(&app);
    Ok(())
}

/// Ends the pause of a profile, or of all.
#[tauri::command]
pub(crate) async fn resume(app: AppHandle, core: TheCore<'_>, id: Option<String>) -> Answer<()> {
    if let Some(id) = &id {
        core.profile(id)?;
    }
    let core = Arc::clone(&core);
    blocking(move || core.resume(id.as_deref())).await?;
    shell::publish(&app);
    Ok(())
}

/// What a profile's database holds and what its runs did.
#[tauri::command]
pub(crate) async fn overview(core: TheCore<'_>, id: String) -> Answer<Overview> {
    let core = Arc::clone(&core);
    guarded(async move { overview_of(&core, &id).await }).await
}

/// What its runs did is told also when its database cannot be read.
async fn overview_of(core: &Arc<Core>, id: &str) -> Answer<Overview> {
    let (stored, destination, engine) = of_profile(core, id).await?;
    let has_calcs = stored.has_calcs(&core.dirs);
    let DestinationSettings::Sqlite { path } = destination;
    let (history, file) = (engine.clone(), path.clone());
    let now = ZonedDateTime::now();
    let since = utc(days::begin(&now));
    let (runs, database_bytes) = blocking(move || {
        let runs = history.runs_until(|runs| {
            let has_all_days = runs.last().is_some_and(|run| run.started < since);
            has_all_days && (!has_calcs || status::calculated_as_of(runs).is_some())
        })?;
        Ok((runs, std::fs::metadata(&file).ok().map(|file| file.len())))
    })
    .await?;
    let counted = if database_bytes.is_some() { engine.count_documents().await } else { Ok(Vec::new()) };
    let (counts, uncounted) = match counted {
        Ok(counts) => (Some(counts), None),
        Err(error) => (None, Some(IpcError::from(error))),
    };
    let mut types: Vec<TypeCount> =
        counts.iter().flatten().cloned().map(|(name, documents)| TypeCount { name, documents }).collect();
    types.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.name.cmp(&b.name)));
    let midnight = now.start_of_day().map_or(now.timestamp(), |day| day.timestamp());
    Ok(Overview {
        documents: counts.map(|_| types.iter().map(|count| count.documents).sum()),
        types,
        uncounted,
        changed_today: changed_since(&runs, &utc(midnight)),
        last_took_ms: runs.iter().find(|run| run.is_good()).map(|run| run.duration_ms),
        days: days::by_day(&runs, &now),
        calculated_values_as_of: status::calculated_as_of(&runs).filter(|_| has_calcs).map(str::to_owned),
        database_bytes,
        database_path: path.display().to_string(),
    })
}

/// Of runs, newest first. Reading everything, in however many runs, tells of no change.
fn changed_since(runs: &[RunRecord], since: &str) -> u64 {
    let mut changed = 0;
    let mut everything_since = None;
    let mut next_started: Option<&str> = None;
    for run in runs.iter().take_while(|run| run.started.as_str() >= since) {
        // A reading that began before the run after this one did, was begun or gone on with by this one.
        let is_part = everything_since.is_some_and(|began| next_started.is_some_and(|next| next > began));
        if !(is_part || run.is_of_everything()) {
            changed += run.documents;
        }
        everything_since = run.read_everything().or(everything_since);
        next_started = Some(&run.started);
    }
    changed
}

/// The last runs, newest first.
#[tauri::command]
pub(crate) async fn runs(core: TheCore<'_>, id: String, limit: u32) -> Answer<Vec<RunView>> {
    let (_, _, engine) = of_profile(&core, &id).await?;
    let limit = usize::try_from(limit).unwrap_or(MOST_RUNS).min(MOST_RUNS);
    blocking(move || Ok(engine.runs(limit)?.iter().map(views::run_view).collect())).await
}

/// What the log says of a run, as long as the files of the log are kept. Runs of the command line are in its own log.
#[tauri::command]
pub(crate) async fn run_log(core: TheCore<'_>, id: String, run_id: String) -> Answer<Vec<LogLine>> {
    let (_, _, engine) = of_profile(&core, &id).await?;
    let log = shell::log_file(&core.dirs);
    blocking(move || {
        let runs = engine.runs(MOST_RUNS)?;
        let Some(run) = runs.iter().find(|run| run.run_id == run_id) else { return Ok(Vec::new()) };
        let since = run.started.parse().unwrap_or(Timestamp::MIN);
        let lines = logging::lines_of_run(&log, &run_id, since, MOST_LINES).map_err(|error| {
            Error::new(Kind::Disk, format!("{} cannot be read", log.display()))
                .hint("Look whether the disk is there and this user may read it")
                .because(error)
        })?;
        Ok((1..).zip(lines).map(|(seq, line)| views::log_line(seq, line, &id, &run_id)).collect())
    })
    .await
}

/// Open entries of the quarantine.
#[tauri::command]
pub(crate) async fn quarantine(core: TheCore<'_>, id: String) -> Answer<Vec<QuarantineView>> {
    let (_, _, engine) = of_profile(&core, &id).await?;
    guarded(async move {
        let entries = engine.quarantine(QuarantineFilter::Open).await?;
        Ok(entries
            .into_iter()
            .map(|entry| QuarantineView {
                entry: entry.entry,
                version: entry.key.2.map(|version| version.to_string()),
                doc_type: entry.key.0,
                id: entry.key.1,
                reason: entry.reason,
                seen: entry.batch_date,
                place: entry.place,
                size: entry.size,
                text: String::from_utf8_lossy(&entry.bytes[..entry.bytes.len().min(SHOWN_BYTES)]).into_owned(),
            })
            .collect())
    })
    .await
}

/// Tries to store entries by today's rules; none named = all that are open.
#[tauri::command]
pub(crate) async fn quarantine_retry(
    app: AppHandle,
    core: TheCore<'_>,
    id: String,
    entries: Vec<i64>,
) -> Answer<QuarantineRetried> {
    let (stored, engine) = to_write(&core, &id).await?;
    let options = options_from(&stored.sources(std::collections::BTreeMap::new(), &core.dirs)?)?;
    let core = Arc::clone(&core);
    guarded(async move {
        let filters = if entries.is_empty() {
            vec![QuarantineFilter::Open]
        } else {
            entries.into_iter().map(QuarantineFilter::Entry).collect()
        };
        let mut retried = QuarantineRetried { stored: 0, outdated: 0, stay: Vec::new() };
        for filter in filters {
            let done = engine.retry_quarantine(filter, &options).await?;
            retried.stored += done.stored.len() as u64;
            retried.outdated += done.outdated.len() as u64;
            retried.stay.extend(done.stay);
        }
        changed(&app, &core);
        Ok(retried)
    })
    .await
}

/// Closes entries by hand.
#[tauri::command]
pub(crate) async fn quarantine_close(app: AppHandle, core: TheCore<'_>, id: String, entries: Vec<i64>) -> Answer<()> {
    let (_, engine) = to_write(&core, &id).await?;
    let core = Arc::clone(&core);
    guarded(async move {
        engine.close_quarantine(&entries).await?;
        changed(&app, &core);
        Ok(())
    })
    .await
}

async fn of_profile(core: &Arc<Core>, id: &str) -> Answer<(StoredProfile, DestinationSettings, Engine)> {
    let (stored, core) = (core.profile(id)?, Arc::clone(core));
    blocking(move || {
        let (destination, engine) = run::destination(&stored, &core.dirs)?;
        Ok((stored, destination, engine))
    })
    .await
}

/// For what writes to the database.
async fn to_write(core: &Arc<Core>, id: &str) -> Answer<(StoredProfile, Engine)> {
    let (stored, core) = (core.profile(id)?, Arc::clone(core));
    blocking(move || {
        let (_, engine) = run::writable(&stored, &core.dirs)?;
        Ok((stored, engine))
    })
    .await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use execute_sync::history::{History, Outcome};
    use execute_sync::schedule::Every;

    use super::*;
    use crate::test_core::core;

    #[tokio::test]
    async fn the_overview_of_a_database_that_cannot_be_read_still_tells_what_runs_did() {
        let home = tempfile::tempdir().unwrap();
        let core = core(&home);
        let database = home.path().join("n.sqlite");
        let mut profile = StoredProfile::new("Northern", &database).unwrap();
        // None of our own runs comes in between.
        (profile.schedule.every, profile.schedule.on_start) = (Every::Manual, false);
        core.store.add(profile.clone()).unwrap();
        core.reload();
        let empty = overview_of(&core, &profile.id).await.unwrap();
        assert_eq!((empty.documents, empty.uncounted.is_none()), (Some(0), true), "there is no database yet");

        std::fs::write(&database, "this is no database ".repeat(100)).unwrap();
        let state_dir = profile.state_dir(&core.dirs);
        core.dirs.ensure(&state_dir).unwrap();
        let at = utc(Timestamp::now());
        let run = RunRecord {
            run_id: "a".into(),
            target: format!("sqlite:{}", home.path().canonicalize().unwrap().join("n.sqlite").display()),
            finished: Some(at.clone()),
            outcome: Some(Outcome::Failed),
            ..run(&at, 0)
        };
        History::open(&state_dir).finish(&run).unwrap();
        let shown = overview_of(&core, &profile.id).await.unwrap();
        assert_eq!((shown.documents, shown.types.len()), (None, 0));
        assert!(shown.uncounted.unwrap().message.contains("n.sqlite"));
        assert_eq!(shown.days.iter().map(|day| day.failed).sum::<u64>(), 1);
        assert_eq!(shown.database_bytes, Some(2_000));
    }

    fn run(started: &str, documents: u64) -> RunRecord {
        RunRecord { started: started.to_owned(), documents, ..RunRecord::default() }
    }

    #[test]
    fn what_reads_everything_is_no_change_in_however_many_runs() {
        let began = Some("2025-01-31T09:00:01Z".to_owned());
        let ended = RunRecord { read_everything_since: began, ..run("2025-01-31T09:10:00Z", 200) };
        let refresh = RunRecord { full_refresh: true, ..run("2025-01-31T12:00:00Z", 500) };
        let runs = [
            run("2025-01-31T12:10:00Z", 1),
            refresh,
            run("2025-01-31T09:20:00Z", 2),
            ended,
            // The first part of the same reading, which was stopped.
            run("2025-01-31T09:00:00Z", 100),
            // One that was stopped and that nothing has gone on with.
            RunRecord { reads_everything: true, ..run("2025-01-31T08:55:00Z", 16) },
            run("2025-01-31T08:50:00Z", 4),
            run("2025-01-30T08:50:00Z", 8),
        ];
        assert_eq!(changed_since(&runs, "2025-01-31T00:00:00Z"), 1 + 2 + 4);
        assert_eq!(changed_since(&runs, "2025-02-01T00:00:00Z"), 0);
    }
}
