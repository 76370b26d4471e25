//! The stepwise test of a form, before anything of it is kept.

use std::sync::Arc;

use execute_sync::destination::CheckStep;
use execute_sync::engine::Engine;
use execute_sync::error::Result;
use execute_sync::profile::{DestinationSettings, Profile, place};
use execute_sync::secret::Secret;
use execute_sync::secret_store::API_KEY;
use tauri::ipc::Channel;
use tokio_util::sync::CancellationToken;

use super::profiles::taken;
use super::{Answer, TheCore, guarded};
use crate::contract::{IpcError, ProfileDraft, TestStep};
use crate::core::Core;
use crate::{drafts, run};

/// Tests source and destination of a form; each step is told as it is done. A stored secret is used for the very host it
/// was entered for and no other. Changes nothing.
#[tauri::command]
pub(crate) async fn test_profile(
    core: TheCore<'_>,
    draft: ProfileDraft,
    secret: Option<String>,
    on_step: Channel<TestStep>,
) -> Answer<()> {
    let core = Arc::clone(&core);
    let secret = taken(secret)?;
    guarded(async move {
        let tell = |step: TestStep| {
            // The window may be gone; the test then ends unheard.
            let _ = on_step.send(step);
        };
        let ready = match prepare(&draft, secret, &core).await {
            Ok(ready) => ready,
            Err(error) => {
                tell(TestStep {
                    name: "settings".to_owned(),
                    found: None,
                    error: Some(IpcError::from(error)),
                    advice: None,
                });
                return Ok(());
            }
        };
        let DestinationSettings::Sqlite { path } = &ready.destination;
        let advice = place::advice(path).map(|advice| format!("{}. {}", advice.text, advice.hint));
        let engine = Engine::without_mark_file(ready.destination.clone(), &ready.state_dir);
        let mut step = |checked: &CheckStep| tell(shown(checked, advice.as_deref()));
        // A failed step has told itself.
        let _ = engine.test(ready.source, &ready.options, &CancellationToken::new(), &mut step).await;
        Ok(())
    })
    .await
}

async fn prepare(draft: &ProfileDraft, secret: Option<Secret>, core: &Core) -> Result<Profile> {
    let profile = drafts::profile_of(draft, core)?;
    profile.check(&core.dirs)?;
    core.dirs.ensure(&core.dirs.databases())?;
    match secret {
        _ if profile.sample => run::resolve(&profile, &core.secrets, &core.sample, &core.dirs).await,
        Some(secret) => profile.with_secret(Arc::new(secret), &core.dirs),
        None => {
            let wanted = drafts::secret_place(draft, &profile, core)?;
            let reference = profile.secret.as_ref().unwrap_or(&wanted);
            let secret = core.secrets.get(&profile.id, API_KEY, reference, &wanted.host).await?;
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
