//! The secret of a form: where it is to be, which one the form means while none is typed, and putting it there. Nothing
//! here hands one out to the window.

use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::{BaseUrl, StoredProfile};
use execute_sync::secret::Secret;
use execute_sync::secret_store::{API_KEY, Place, SecretReference, file_of, is_file_of};

use crate::contract::ProfileDraft;
use crate::core::Core;

const FIELD: &str = "EXECUTE_APIKEY_SECRET";

/// Where the secret of the form is to be, bound to the host of the form's address.
pub(crate) fn reference(draft: &ProfileDraft, profile: &StoredProfile, core: &Core) -> Result<SecretReference> {
    let host = BaseUrl::parse(&profile.source.url)?.bound_host();
    let name = draft.secret_name.as_deref().filter(|name| !name.is_empty());
    let place = match (draft.secret_place.as_str(), name) {
        ("file", None) => Place::File { path: file_of(&core.dirs, &profile.id, API_KEY, &host) },
        (word, name) => Place::from_word(word, name)?,
    };
    let is_known = profile.secret.as_ref().is_some_and(|reference| reference.place == place);
    if !is_known && !is_ours(&place, &profile.id, core) {
        refuse_strange(&place)?;
    }
    Ok(SecretReference { place, host })
}

/// Do we put the secret there ourselves?
pub(crate) fn is_ours(place: &Place, id: &str, core: &Core) -> bool {
    match place {
        Place::Keychain => true,
        Place::Environment { .. } => false,
        Place::File { path } => is_file_of(&core.dirs, id, API_KEY, path),
    }
}

/// The place of a secret as the form says it: the word, and the name where a person gave one.
pub(crate) fn words(profile: &StoredProfile, core: &Core) -> (&'static str, Option<String>) {
    match profile.secret.as_ref().map(|reference| &reference.place) {
        None => (Place::Keychain.word(), None),
        Some(place) if is_ours(place, &profile.id, core) => (place.word(), None),
        Some(place @ Place::Environment { name }) => (place.word(), Some(name.clone())),
        Some(place @ Place::File { path }) => (place.word(), Some(path.display().to_string())),
        Some(place @ Place::Keychain) => (place.word(), None),
    }
}

/// The secret that the form means while none is typed.
///
/// # Errors
/// It is not there; it was entered for another host; or it is a variable, and the person who was asked whether this host
/// may have its value did not agree.
pub(crate) async fn stored(profile: &StoredProfile, wanted: &SecretReference, core: &Core) -> Result<Secret> {
    let from = match &profile.secret {
        // To a place of ours it is taken along; at the place where it is it stays bound to its host.
        Some(before) if is_ours(&wanted.place, &profile.id, core) => before,
        Some(before) if before.place == wanted.place && refuse_strange(&wanted.place).is_err() => before,
        // A variable or a file that a person named must hold it already.
        Some(_) | None => wanted,
    };
    let proxy = new_proxy(profile, core)?;
    match (&from.place, &proxy) {
        (Place::Environment { name }, proxy) if proxy.is_some() || profile.secret.as_ref() != Some(from) => {
            let through = proxy.as_ref().map(|proxy| format!(" through {proxy}")).unwrap_or_default();
            let to = format!("{}{through}", from.host);
            // The window alone names variable and host here.
            if !core.consent.sends(name, &to).await {
                return Err(Error::new(Kind::Secret, format!("nobody agreed to send the value of {name} to {to}"))
                    .hint("Agree when you are asked, or keep the secret elsewhere")
                    .field(FIELD));
            }
        }
        (_, Some(proxy)) => {
            let sentence = format!("the secret was not entered for the proxy {proxy}, which could read it");
            return Err(Error::new(Kind::Secret, sentence)
                .hint("Enter the secret once more if this proxy may read it, or use an https:// address")
                .field(FIELD));
        }
        _ => {}
    }
    core.secrets.get(&profile.id, API_KEY, from, &wanted.host).await
}

/// The proxy that a form names and the kept profile does not, where it would read what is sent: over https it cannot.
fn new_proxy(profile: &StoredProfile, core: &Core) -> Result<Option<String>> {
    if profile.sample || BaseUrl::parse(&profile.source.url)?.as_url().scheme() != "http" {
        return Ok(None);
    }
    let of = |profile: &StoredProfile| {
        profile.options.iter().find(|(name, _)| name.as_str() == "PROXY").map(|(_, proxy)| proxy.clone())
    };
    let kept = core.profiles().iter().find(|kept| kept.id == profile.id).and_then(of);
    Ok(of(profile).filter(|named| kept.as_ref() != Some(named)))
}

/// Makes the secret be where it is wanted: `typed`, or the one that is stored.
pub(crate) async fn put(
    profile: &StoredProfile,
    wanted: &SecretReference,
    typed: Option<&Secret>,
    core: &Core,
) -> Result<()> {
    let is_ours = is_ours(&wanted.place, &profile.id, core);
    match typed {
        Some(_) if !is_ours => Err(Error::new(Kind::Secret, "a secret was typed, but is to be read from elsewhere")
            .hint("Choose where the secret is kept again")
            .field(FIELD)),
        Some(secret) => core.secrets.set(&profile.id, API_KEY, wanted, secret).await,
        // Not even looked at: the rest of a form can be kept while the keychain is locked.
        None if profile.secret.as_ref() == Some(wanted) && new_proxy(profile, core)?.is_none() => Ok(()),
        None => {
            let secret = stored(profile, wanted, core).await?;
            if is_ours { core.secrets.set(&profile.id, API_KEY, wanted, &secret).await } else { Ok(()) }
        }
    }
}

/// The window must not have any file or variable of this user read and sent to a host that it names too.
fn refuse_strange(place: &Place) -> Result<()> {
    match place {
        Place::Environment { name } if name.starts_with("EXECUTE") => Ok(()),
        Place::Environment { .. } => {
            Err(Error::new(Kind::Secret, "the app reads secrets only from variables whose names begin with EXECUTE")
                .hint("Name the variable so, or make the profile with `execute-sync profiles add --secret-from-env`")
                .field(FIELD))
        }
        Place::File { .. } => Err(Error::new(Kind::Secret, "the app keeps a secret only in a file of its own")
            .hint("Leave the path empty, or make the profile with `execute-sync profiles add --secret-file`")
            .field(FIELD)),
        Place::Keychain => Ok(()),
    }
}
