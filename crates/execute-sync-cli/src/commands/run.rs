//! `push`, `clone` and `sync`.

use std::time::Duration;

use execute_sync::engine::{self, Engine, Order};
use execute_sync::error::{Error, Kind, Next, Result};
use execute_sync::profile::{self, Profile};
use execute_sync::progress::RunSummary;
use execute_sync::sync::{Finished, Task, ViewDuty};
use serde_json::json;

use crate::printer;
use crate::session::{self, Session};

/// One sync.
pub(crate) async fn push(session: &Session, allow_removals: bool, json: bool) -> Result<u8> {
    let (profile, engine, task) = match begin(session, allow_removals).await {
        Ok(ready) => ready,
        Err(error) => return Ok(failed_before(session, is_forced(session), error, json)),
    };
    let order = Order { task, views: ViewDuty::Warn };
    let finished = once(session, &profile, &engine, order).await;
    Ok(report(session, &finished, json))
}

/// Views first, then everything anew.
pub(crate) async fn clone(session: &Session, allow_removals: bool, json: bool) -> Result<u8> {
    let (profile, engine) = match session.profile().await {
        Ok(ready) => ready,
        Err(error) => return Ok(failed_before(session, true, error, json)),
    };
    let order = Order { task: Task::FullRefresh { allow_removals }, views: ViewDuty::Require };
    let finished = once(session, &profile, &engine, order).await;
    Ok(report(session, &finished, json))
}

/// Sync, wait, repeat. A mistake that only a person can mend ends it in its first run; later it is told and tried again.
pub(crate) async fn sync(session: &Session, allow_removals: bool) -> Result<u8> {
    let (profile, engine, task) = match begin(session, allow_removals).await {
        Ok(ready) => ready,
        Err(error) => return Ok(failed_before(session, is_forced(session), error, false)),
    };
    let mut order = Order { task, views: ViewDuty::Warn };
    let mut first = true;
    loop {
        let finished = once(session, &profile, &engine, order).await;
        let code = report(session, &finished, false);
        let must_stop = finished
            .result
            .as_ref()
            .is_err_and(|e| e.kind() == Kind::Cancelled || (first && e.kind().next() == Next::Stop));
        if must_stop || profile.wait_s == 0 {
            return Ok(code);
        }
        first = false;
        // --force is for the first run. One that stored a page goes on by itself; one that stored none is still to come.
        if finished.result.is_ok() || finished.summary.pages > 0 {
            order.task = Task::Push;
        }
        log::info!("Sleeping {} seconds", profile.wait_s);
        tokio::select! {
            () = session.stop.token.cancelled() => return Ok(session.stop.exit_code()),
            () = tokio::time::sleep(Duration::from_secs(profile.wait_s)) => {}
        }
        if let Err(error) = session.refuse_removed() {
            return Ok(not_begun(false, error, false));
        }
    }
}

/// A run that could not even begin is told as one that failed: monitors search for the same phrase.
pub(super) fn not_begun(full_refresh: bool, error: Error, json: bool) -> u8 {
    tell(&Finished { summary: RunSummary::of(full_refresh), result: Err(error) }, json)
}

/// The same for a run of which it is known where it would have written: `status` tells of it too.
fn failed_before(session: &Session, full_refresh: bool, error: Error, json: bool) -> u8 {
    let finished = Finished { summary: RunSummary::of(full_refresh), result: Err(error) };
    if let Ok(engine) = session.engine() {
        engine.note_not_begun(&finished);
    }
    tell(&finished, json)
}

fn tell(finished: &Finished, json: bool) -> u8 {
    engine::tell(finished);
    print(finished, json);
    engine::exit_code(finished)
}

/// As far as that can be read.
fn is_forced(session: &Session) -> bool {
    profile::force_from(&session.sources).unwrap_or_default()
}

async fn begin(session: &Session, allow_removals: bool) -> Result<(Profile, Engine, Task)> {
    let (profile, engine) = session.profile().await?;
    let force = profile::force_from(&session.sources)?;
    if allow_removals && !force {
        return Err(Error::new(Kind::Configuration, "--allow-removals without --force would remove nothing")
            .hint("Add -f: only a full refresh finds out what the source no longer has")
            .field("FORCE"));
    }
    Ok((profile, engine, if force { Task::FullRefresh { allow_removals } } else { Task::Push }))
}

async fn once(session: &Session, profile: &Profile, engine: &Engine, order: Order) -> Finished {
    profile.warnings.iter().for_each(|warning| log::warn!("{warning}"));
    let observer = session.progress.observer();
    let finished = engine.run(profile.source.clone(), &profile.options, order, observer, &session.stop.token).await;
    session.progress.finish();
    finished
}

fn report(session: &Session, finished: &Finished, json: bool) -> u8 {
    print(finished, json);
    session::exit_code(&session.stop, finished)
}

fn print(finished: &Finished, json: bool) {
    if json {
        let error = finished.result.as_ref().err().map(printer::error_value);
        printer::as_json(&json!({ "summary": finished.summary, "error": error }));
    }
}
