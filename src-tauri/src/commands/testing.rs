//! The stepwise test of a form, before anything of it is kept.

use std::sync::Arc;

use execute_sync::destination::CheckStep;
use execute_sync::engine::Engine;
use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::{DestinationSettings, Profile, place};
use execute_sync::secret::Secret;
use execute_sync::source::Source;
use tauri::ipc::Channel;
use tokio_util::sync::CancellationToken;

use super::profiles::taken;
use super::{Answer, TheCore, guarded};
use crate::contract::{IpcError, ProfileDraft, TestStep};
use crate::core::Core;
use crate::{drafts, form_secret, run};

/// Tests source and destination of a form; each step is told as it is done. A stored secret is used for the very host it
/// was entered for and no other; whether a variable is for another one, a person is asked. Changes nothing. One test goes on at a time; one that was stopped fails as `cancelled`.
#[tauri::command]
pub(crate) async fn test_profile(
    core: TheCore<'_>,
    draft: ProfileDraft,
    secret: Option<String>,
    on_step: Channel<TestStep>,
) -> Answer<()> {
    let core = Arc::clone(&core);
    let secret = taken(secret)?;
    let stop = core.test.begin();
    guarded(async move {
        let tell = |step: TestStep| {
            // The window may be gone; the test then ends unheard.
            let _ = on_step.send(step);
        };
        Ok(test(&draft, secret, &core, &stop, tell).await?)
    })
    .await
}

/// Stops the test under way. What it has found so far stays told.
#[tauri::command]
pub(crate) async fn stop_test(core: TheCore<'_>) -> Answer<()> {
    core.test.stop();
    Ok(())
}

/// Ends well whatever the steps say, since each has told itself.
///
/// # Errors
/// Of kind `Cancelled` alone.
async fn test(
    draft: &ProfileDraft,
    secret: Option<Secret>,
    core: &Core,
    stop: &CancellationToken,
    mut tell: impl FnMut(TestStep) + Send,
) -> Result<()> {
    let prepared = tokio::select! {
        biased;
        () = stop.cancelled() => return Err(stopped()),
        prepared = prepare(draft, secret, core) => prepared,
    };
    let ready = match prepared {
        Ok(ready) => ready,
        Err(error) => {
            let error = Some(IpcError::from(error));
            tell(TestStep { name: "settings".to_owned(), found: None, error, advice: None });
            return Ok(());
        }
    };
    let DestinationSettings::Sqlite { path } = &ready.destination;
    let advice = place::advice(path).map(|advice| format!("{}. {}", advice.text, advice.hint));
    let engine = Engine::without_mark_file(ready.destination.clone(), &ready.state_dir);
    let mut step = |checked: &CheckStep| tell(shown(checked, advice.as_deref()));
    match engine.test(ready.source, &ready.options, stop, &mut step).await {
        Err(error) if error.kind() == Kind::Cancelled => Err(error),
        _ => Ok(()),
    }
}

fn stopped() -> Error {
    Error::new(Kind::Cancelled, "the test was stopped as asked")
}

async fn prepare(draft: &ProfileDraft, secret: Option<Secret>, core: &Core) -> Result<Profile> {
    let is_sample = draft.id.as_deref().is_some_and(|id| core.profile(id).is_ok_and(|profile| profile.sample));
    let Some(error) = drafts::address(draft).err().filter(|_| !is_sample) else {
        return ready(draft, secret, core).await;
    };
    let Some(base) = error.suggestion().map(str::to_owned) else { return Err(error) };
    // Copied from the browser. The rest of the form may be as incomplete as it likes: then the address alone is told.
    let draft = ProfileDraft { url: base, ..draft.clone() };
    match ready(&draft, secret, core).await {
        Ok(ready) => Err(not_a_base(ready, error).await),
        Err(_) => Err(error),
    }
}

/// What to say of an address that holds more than a base, whose beginning is in `ready`: which part of it answers.
async fn not_a_base(ready: Profile, error: Error) -> Error {
    let include_calcs = ready.options.include_calcs;
    let Ok(source) = Source::new(ready.source) else { return error };
    let Err(answer) = source.schema(include_calcs).await else { return error };
    match source.base_above(&answer, include_calcs).await {
        Some((base, sign)) => source.elsewhere(&base, sign, answer),
        None => error,
    }
}

async fn ready(draft: &ProfileDraft, secret: Option<Secret>, core: &Core) -> Result<Profile> {
    let profile = drafts::profile_of(draft, core)?;
    profile.check(&core.dirs)?;
    core.dirs.ensure(&core.dirs.databases())?;
    match secret {
        _ if profile.sample => run::resolve(&profile, &core.secrets, &core.sample, &core.dirs).await,
        Some(secret) => profile.with_secret(Arc::new(secret), &core.dirs),
        None => {
            let wanted = form_secret::reference(draft, &profile, core)?;
            let secret = form_secret::stored(&profile, &wanted, core).await?;
            profile.with_secret(Arc::new(secret), &core.dirs)
        }
    }
}

fn shown(checked: &CheckStep, advice: Option<&str>) -> TestStep {
    let is_database = checked.name == "destination opens";
    TestStep {
        name: checked.name.to_owned(),
        found: checked.outcome.as_ref().ok().cloned(),
        error: checked.outcome.as_ref().err().map(IpcError::from),
        advice: advice.filter(|_| is_database).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests;
