//! Profiles: what the form asks, making, changing and removing them.

use std::sync::Arc;
use std::time::Duration;

use execute_sync::engine::removal::{self, Removal};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::form::{self, DestinationKind};
use execute_sync::profile::{StoredProfile, refuse_taken};
use execute_sync::secret::{self, Secret};
use execute_sync::secret_store::{API_KEY, SecretReference};
use tauri::AppHandle;

use super::{Answer, TheCore, guarded};
use crate::contract::{
    DestinationForm, FieldForm, FieldKind, IpcError, ProfileDetail, ProfileDraft, ProfileForm, SecretPlaceForm,
};
use crate::core::Core;
use crate::{drafts, form_secret, shell};

/// A run that was told to stop ends within two seconds; one that commits a page needs a few more.
const RUN_ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Longer than any secret; what is larger is no secret but a mistake.
const LONGEST_SECRET: usize = 64 * 1024;

/// A profile that reads the built-in sample; gives its id.
#[tauri::command]
pub(crate) async fn create_sample_profile(app: AppHandle, core: TheCore<'_>) -> Answer<String> {
    let core = Arc::clone(&core);
    guarded(async move {
        if let Some(there) = core.profiles().iter().find(|profile| profile.sample) {
            return Ok(there.id.clone());
        }
        let id = add_sample(&core)?;
        changed(&app, &core);
        // Nobody wants to wait for what they just made.
        core.worker.sync_now(&id, false, false);
        Ok(id)
    })
    .await
}

/// A sample under a name and in a database that no other profile has, not even one that was never synced.
fn add_sample(core: &Core) -> Result<String> {
    let name = free_name("Sample data", core);
    let mut profile = StoredProfile::new(&name, &drafts::default_database(&name, core))?;
    profile.sample = true;
    refuse_taken(&profile, &core.profiles(), &core.dirs)?;
    let id = profile.id.clone();
    core.store.add(profile)?;
    Ok(id)
}

/// What the form of a profile asks.
#[tauri::command]
pub(crate) async fn profile_form(core: TheCore<'_>) -> Answer<ProfileForm> {
    let secrets = core.secrets.clone();
    guarded(async move {
        let destinations = DestinationKind::ALL.into_iter().map(DestinationKind::form).map(|form| DestinationForm {
            kind: form.kind.word().to_owned(),
            title: form.title.to_owned(),
            help: form.help.to_owned(),
            available: form.available,
            fields: form.fields.iter().map(field).collect(),
        });
        let places = secrets.offers().await.into_iter().map(|offer| SecretPlaceForm {
            place: offer.word.to_owned(),
            title: offer.title.to_owned(),
            help: offer.help.to_owned(),
            problem: offer.problem,
        });
        Ok(ProfileForm {
            destinations: destinations.collect(),
            options: form::options().map(|setting| field(&form::field_of(setting))).collect(),
            secret_places: places.collect(),
        })
    })
    .await
}

fn field(field: &form::Field) -> FieldForm {
    let (kind, choices, bounds) = match field.kind {
        form::FieldKind::Text => (FieldKind::Text, &[][..], None),
        form::FieldKind::Url => (FieldKind::Url, &[][..], None),
        form::FieldKind::Number { min, max } => (FieldKind::Number, &[][..], Some((min, max))),
        form::FieldKind::Switch => (FieldKind::Switch, &[][..], None),
        form::FieldKind::Choice(choices) => (FieldKind::Choice, choices, None),
        form::FieldKind::File => (FieldKind::File, &[][..], None),
        form::FieldKind::DatabaseFile => (FieldKind::DatabaseFile, &[][..], None),
        form::FieldKind::Secret => (FieldKind::Secret, &[][..], None),
    };
    FieldForm {
        name: field.name.to_owned(),
        title: field.title.to_owned(),
        kind,
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        default: field.default.map(str::to_owned),
        help: field.help.to_owned(),
        example: field.example.map(str::to_owned),
        required: field.required,
        min: bounds.map(|(min, _)| min),
        max: bounds.map(|(_, max)| max),
    }
}

/// A profile for its Settings page; of its secret only whether it is there.
#[tauri::command]
pub(crate) async fn profile_detail(core: TheCore<'_>, id: String) -> Answer<ProfileDetail> {
    let core = Arc::clone(&core);
    guarded(async move {
        let profile = core.profile(&id)?;
        let host = profile.url().map(|url| url.bound_host()).ok();
        let reference = profile.secret.as_ref().filter(|reference| Some(&reference.host) == host.as_ref());
        let secret_problem = match reference {
            Some(reference) => core.secrets.get(&profile.id, API_KEY, reference, &reference.host).await.err(),
            None => None,
        };
        Ok(ProfileDetail {
            sample: profile.sample,
            secret_set: profile.sample || reference.is_some(),
            secret_host: profile.secret.as_ref().map(|reference| reference.host.clone()),
            secret_problem: secret_problem.map(IpcError::from),
            draft: drafts::draft_of(&profile, &core),
        })
    })
    .await
}

/// Keeps what the form says; gives the profile's id. A secret that was typed goes to its place first.
#[tauri::command]
pub(crate) async fn save_profile(
    app: AppHandle,
    core: TheCore<'_>,
    draft: ProfileDraft,
    secret: Option<String>,
) -> Answer<String> {
    let core = Arc::clone(&core);
    let secret = taken(secret)?;
    guarded(async move {
        // What another program has written a moment ago counts too, before anybody is asked or a secret is put anywhere.
        core.reload();
        let saved = match drafts::profile_of(&draft, &core) {
            Ok(profile) => save(profile, &draft, secret, &core).await,
            Err(error) => Err(error),
        };
        // Also if it was refused: the window then hears of the profile as it is.
        changed(&app, &core);
        Ok(saved?)
    })
    .await
}

async fn save(mut profile: StoredProfile, draft: &ProfileDraft, secret: Option<Secret>, core: &Core) -> Result<String> {
    if let Some(id) = &draft.id {
        drafts::refuse_outdated(draft, &core.profile(id)?)?;
    }
    profile.check(&core.dirs)?;
    refuse_taken(&profile, &core.profiles(), &core.dirs)?;
    let (id, before) = (profile.id.clone(), profile.secret.clone());
    if !profile.sample {
        let wanted = form_secret::reference(draft, &profile, core)?;
        form_secret::put(&profile, &wanted, secret.as_ref(), core).await?;
        profile.secret = Some(wanted);
    }
    let now = profile.secret.clone();
    let kept = if draft.id.is_some() { replace(profile, draft, core) } else { core.store.add(profile) };
    forget_unused(&id, before.as_ref(), now.as_ref(), kept.is_ok(), core).await;
    kept?;
    if secret.is_some() {
        // Where it is kept stands in the profile; that it is another one does not.
        core.secret_changed(&id);
    }
    Ok(id)
}

/// A secret was put where `now` says, and the profile that says so `is_kept` or not: removes the one that nobody will look
/// for any more. What cannot be removed harms nobody.
pub(super) async fn forget_unused(
    id: &str,
    before: Option<&SecretReference>,
    now: Option<&SecretReference>,
    is_kept: bool,
    core: &Core,
) {
    let unused = if is_kept { before } else { now };
    if let Some(unused) = unused.filter(|_| before != now) {
        let _ = core.secrets.delete(id, API_KEY, unused, &core.dirs).await;
    }
}

/// Puts what the form says in the place of what is stored. Waiting for a keychain may have taken long: what the form does
/// not hold, a pause above all, is kept as it is by now, and what it holds must not have changed.
fn replace(profile: StoredProfile, draft: &ProfileDraft, core: &Core) -> Result<()> {
    let id = profile.id.clone();
    core.store.try_change(&id, move |now| {
        drafts::refuse_outdated(draft, now)?;
        let (paused, adopt_from, sample) = (now.paused, now.adopt_from.take(), now.sample);
        *now = StoredProfile { paused, adopt_from, sample, ..profile };
        Ok(())
    })
}

/// Takes a profile away: its entry and its secret; the database too if that was asked for.
#[tauri::command]
pub(crate) async fn delete_profile(app: AppHandle, core: TheCore<'_>, id: String, delete_database: bool) -> Answer<()> {
    let core = Arc::clone(&core);
    guarded(async move {
        delete(&id, delete_database, &core).await?;
        changed(&app, &core);
        Ok(())
    })
    .await
}

/// A run of it is stopped first, and waited for.
async fn delete(id: &str, delete_database: bool, core: &Core) -> Answer<()> {
    let profile = core.profile(id)?;
    core.worker.stop(id);
    core.close_browser(id);
    let removal = Removal { profile: &profile, delete_database, run_ends_within: RUN_ENDS_WITHIN };
    let removed = removal::remove(removal, &core.store, &core.secrets, &core.dirs).await?;
    if let (Some(error), Some(reference)) = (removed.secret_stays, &profile.secret) {
        let stays = format!("The secret of {} stays {reference}: {error}", profile.name);
        core.notices.tell(stays, Some("Remove it there if you no longer need it".to_owned()));
    }
    Ok(())
}

/// A typed secret, wiped from where it came.
pub(super) fn taken(secret: Option<String>) -> Result<Option<Secret>> {
    match secret {
        None => Ok(None),
        Some(text) if text.len() > LONGEST_SECRET => {
            secret::wipe(text);
            Err(Error::new(Kind::Secret, "the secret is far too long").hint("Paste the secret of the API key alone"))
        }
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => Ok(Some(Secret::new(text))),
    }
}

fn free_name(wanted: &str, core: &Core) -> String {
    let profiles = core.profiles();
    let is_free = |name: &str| profiles.iter().all(|profile| !profile.name.eq_ignore_ascii_case(name));
    (1..)
        .map(|number| if number == 1 { wanted.to_owned() } else { format!("{wanted} {number}") })
        .find(|name| is_free(name))
        .unwrap_or_else(|| wanted.to_owned())
}

pub(super) fn changed(app: &AppHandle, core: &Core) {
    core.reload();
    shell::publish(app);
}

#[cfg(test)]
mod tests;
