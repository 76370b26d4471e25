//! Keeping what a form says: where its secret goes, and to which host it stays bound.
#![allow(clippy::unwrap_used)]
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use execute_sync::profile::{DestinationSettings, stored};
use execute_sync::secret_store::{Account, SecretBytes};

use super::*;
use crate::run;
use crate::test_core::{Person, core, core_with, draft};

const HOST: &str = "a.example";

async fn keep(draft: &ProfileDraft, secret: Option<&str>, core: &Core) -> Result<StoredProfile> {
    let profile = drafts::profile_of(draft, core)?;
    let id = save(profile, draft, secret.map(|text| Secret::new(text.to_owned())), core).await?;
    core.reload();
    core.profile(&id)
}

/// The form of a profile that is there, to be saved however often it changes meanwhile.
fn form_of(profile: &StoredProfile, core: &Core) -> ProfileDraft {
    ProfileDraft { stamp: None, ..drafts::draft_of(profile, core) }
}

async fn secret_of(profile: &StoredProfile, core: &Core) -> Result<String> {
    let (reference, host) = (profile.secret.as_ref().unwrap(), profile.url().unwrap().bound_host());
    let secret = core.secrets.get(&profile.id, API_KEY, reference, &host).await?;
    Ok(secret.expose().to_owned())
}

fn files(core: &Core) -> usize {
    std::fs::read_dir(core.dirs.secrets()).map_or(0, Iterator::count)
}

#[tokio::test]
async fn the_sample_is_kept_without_address_and_key() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let mut sample = StoredProfile::new("Sample data", &core.dirs.databases().join("sample.sqlite")).unwrap();
    sample.sample = true;
    let id = sample.id.clone();
    core.store.add(sample).unwrap();
    core.reload();
    let form = ProfileDraft { name: "Samples".to_owned(), ..form_of(&core.profile(&id).unwrap(), &core) };
    assert_eq!((form.url.as_str(), form.key_id.as_str()), ("", ""));
    let kept = keep(&form, None, &core).await.unwrap();
    assert_eq!((kept.name.as_str(), kept.sample, kept.secret), ("Samples", true, None));
}

#[tokio::test]
async fn the_sample_takes_no_database_that_a_profile_is_to_write() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let new = ProfileDraft { name: "Sample data".to_owned(), ..draft("https://a.example") };
    let real = keep(&new, Some("the key"), &core).await.unwrap();
    let renamed = ProfileDraft { name: "Real one".to_owned(), ..form_of(&real, &core) };
    let real = keep(&renamed, None, &core).await.unwrap();
    let id = add_sample(&core).unwrap();
    core.reload();
    let sample = core.profile(&id).unwrap();
    assert_eq!(sample.name, "Sample data");
    assert_ne!(sample.database(&core.dirs).unwrap(), real.database(&core.dirs).unwrap());
}

#[tokio::test]
async fn a_secret_in_a_file_of_ours_is_kept_replaced_and_bound_to_its_host() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let new = ProfileDraft { secret_place: "file".to_owned(), ..draft("https://a.example") };
    assert!(keep(&new, None, &core).await.is_err(), "no secret was typed");
    let first = keep(&new, Some("first"), &core).await.unwrap();
    let form = form_of(&first, &core);
    assert_eq!((form.secret_place.as_str(), &form.secret_name), ("file", &None));

    // Another setting, without the secret; then another secret.
    let renamed = keep(&ProfileDraft { name: "Other".to_owned(), ..form.clone() }, None, &core).await.unwrap();
    assert_eq!(secret_of(&renamed, &core).await.unwrap(), "first");
    let replaced = keep(&form, Some("second"), &core).await.unwrap();
    assert_eq!((secret_of(&replaced, &core).await.unwrap().as_str(), files(&core)), ("second", 1));

    // Another host: only with a secret of its own, and the old one goes.
    let moved = ProfileDraft { url: "https://b.example".to_owned(), ..form };
    let error = keep(&moved, None, &core).await.unwrap_err();
    assert_eq!(error.at_field(), Some("EXECUTE_APIKEY_SECRET"), "{error}");
    assert_eq!(secret_of(&core.profile(&first.id).unwrap(), &core).await.unwrap(), "second");
    let moved = keep(&moved, Some("third"), &core).await.unwrap();
    assert_eq!((secret_of(&moved, &core).await.unwrap().as_str(), files(&core)), ("third", 1));
}

#[tokio::test]
async fn a_profile_that_cannot_be_kept_leaves_the_secret_of_its_old_host_alone() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let new = ProfileDraft { secret_place: "file".to_owned(), ..draft("https://a.example") };
    let kept = keep(&new, Some("first"), &core).await.unwrap();
    // Removed by another program meanwhile.
    core.store.remove(&kept.id).unwrap();
    let moved = ProfileDraft { url: "https://b.example".to_owned(), ..form_of(&kept, &core) };
    let profile = drafts::profile_of(&moved, &core).unwrap();
    let error = save(profile, &moved, Some(Secret::new("for b".to_owned())), &core).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration, "{error}");
    assert_eq!((secret_of(&kept, &core).await.unwrap().as_str(), files(&core)), ("first", 1));
}

#[tokio::test]
async fn a_secret_is_taken_along_to_another_place_of_the_same_host() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let kept = keep(&draft("https://a.example"), Some("typed"), &core).await.unwrap();
    for place in ["file", "keychain", "file"] {
        let form = ProfileDraft { secret_place: place.to_owned(), ..form_of(&core.profile(&kept.id).unwrap(), &core) };
        let kept = keep(&form, None, &core).await.unwrap();
        assert_eq!(secret_of(&kept, &core).await.unwrap(), "typed", "{place}");
        assert_eq!(files(&core), usize::from(place == "file"), "{place}: nothing stays where it was");
    }
}

fn by_variable(url: &str, name: &str) -> ProfileDraft {
    ProfileDraft { secret_place: "environment".to_owned(), secret_name: Some(name.to_owned()), ..draft(url) }
}

#[tokio::test]
async fn a_variable_is_read_for_a_host_only_if_a_person_agrees_when_the_core_asks() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let new = by_variable("https://a.example", "EXECUTE_KEY");
    assert!(keep(&new, None, &core).await.is_err(), "there is nobody to ask");
    let person = Person::before(&core);
    let error = keep(&new, None, &core).await.unwrap_err();
    assert_eq!(error.message(), "nobody agreed to send the value of EXECUTE_KEY to a.example");
    assert_eq!(person.asked(), ["Send the value of EXECUTE_KEY to a.example?"]);
    assert!(core.store.load().unwrap().profiles.is_empty());

    person.agrees.store(true, Ordering::SeqCst);
    let unset = by_variable("https://a.example", "EXECUTE_OTHER");
    assert!(keep(&unset, None, &core).await.is_err(), "it is not set");
    person.asked();
    let home_key = by_variable("https://a.example", "HOME_KEY");
    assert!(keep(&home_key, None, &core).await.is_err() && person.asked().is_empty(), "not ours to read");
    let kept = keep(&new, None, &core).await.unwrap();
    assert_eq!(secret_of(&kept, &core).await.unwrap(), "from the variable");
    assert_eq!(person.asked().len(), 1);
    let form = form_of(&kept, &core);
    keep(&ProfileDraft { name: "Other".to_owned(), ..form.clone() }, None, &core).await.unwrap();
    assert!(person.asked().is_empty(), "the profile notes it");

    let moved = ProfileDraft { url: "https://b.example".to_owned(), ..form };
    let kept = keep(&moved, None, &core).await.unwrap();
    assert_eq!(kept.secret.as_ref().unwrap().host, "b.example");
    assert_eq!(person.asked(), ["Send the value of EXECUTE_KEY to b.example?"]);
}

/// Over http a proxy reads what goes through it, so that it is a host like any other.
#[tokio::test]
async fn a_stored_secret_goes_through_no_proxy_that_it_was_not_entered_for() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let through = |form: ProfileDraft, proxy: &str| {
        let options = form.options.into_iter().chain([("PROXY".to_owned(), proxy.to_owned())]).collect();
        ProfileDraft { options, ..form }
    };
    let kept = keep(&draft("http://127.0.0.1:9"), Some("typed"), &core).await.unwrap();
    let proxied = through(form_of(&kept, &core), "http://127.0.0.1:8");
    let error = keep(&proxied, None, &core).await.unwrap_err();
    assert_eq!(error.message(), "the secret was not entered for the proxy http://127.0.0.1:8, which could read it");
    assert_eq!(error.at_field(), Some("EXECUTE_APIKEY_SECRET"));
    let tested = drafts::profile_of(&proxied, &core).unwrap();
    let wanted = form_secret::reference(&proxied, &tested, &core).unwrap();
    assert!(form_secret::stored(&tested, &wanted, &core).await.is_err(), "a test asks for it as well");
    let kept = keep(&proxied, Some("typed"), &core).await.unwrap();
    keep(&form_of(&kept, &core), None, &core).await.unwrap();
    keep(&ProfileDraft { options: BTreeMap::new(), ..form_of(&kept, &core) }, None, &core).await.unwrap();

    let safe = keep(&ProfileDraft { name: "Safe".to_owned(), ..draft("https://a.example") }, Some("s"), &core).await;
    keep(&through(form_of(&safe.unwrap(), &core), "http://127.0.0.1:8"), None, &core).await.unwrap();

    let person = Person::before(&core);
    let by_variable = through(by_variable("http://127.0.0.1:9", "EXECUTE_KEY"), "http://127.0.0.1:8");
    assert!(keep(&ProfileDraft { name: "V".to_owned(), ..by_variable }, None, &core).await.is_err());
    assert_eq!(person.asked(), ["Send the value of EXECUTE_KEY to http://127.0.0.1:9 through http://127.0.0.1:8?"]);
}

#[tokio::test]
async fn a_variable_of_another_name_stays_with_the_host_that_the_profile_notes() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let person = Person::before(&core);
    person.agrees.store(true, Ordering::SeqCst);
    let mut profile = StoredProfile::new("Theirs", &core.dirs.databases().join("theirs.sqlite")).unwrap();
    (profile.source.url, profile.source.key_id) = ("https://a.example".to_owned(), "reporting".to_owned());
    let place = execute_sync::secret_store::Place::Environment { name: "HOME_KEY".to_owned() };
    profile.secret = Some(execute_sync::secret_store::SecretReference { place, host: HOST.to_owned() });
    core.store.add(profile.clone()).unwrap();
    core.reload();
    let form = form_of(&profile, &core);
    keep(&ProfileDraft { name: "Ours".to_owned(), ..form.clone() }, None, &core).await.unwrap();
    let moved = ProfileDraft { url: "https://b.example".to_owned(), ..form };
    assert!(keep(&moved, None, &core).await.is_err() && person.asked().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_a_person_named_stays_theirs_and_its_host_s() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let path = home.path().join("their-secret");
    std::fs::write(&path, "theirs").unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    let mut profile = StoredProfile::new("Theirs", &core.dirs.databases().join("theirs.sqlite")).unwrap();
    profile.source.url = "https://a.example".to_owned();
    profile.source.key_id = "reporting".to_owned();
    profile.secret = Some(execute_sync::secret_store::SecretReference {
        place: execute_sync::secret_store::Place::File { path: path.clone() },
        host: HOST.to_owned(),
    });
    core.store.add(profile.clone()).unwrap();
    core.reload();
    let form = form_of(&profile, &core);
    assert_eq!(form.secret_name.as_deref(), path.to_str());

    let renamed = keep(&ProfileDraft { name: "Ours".to_owned(), ..form.clone() }, None, &core).await.unwrap();
    assert_eq!(secret_of(&renamed, &core).await.unwrap(), "theirs");
    assert!(keep(&form, Some("typed"), &core).await.is_err(), "it is not ours to write");
    let moved = ProfileDraft { url: "https://b.example".to_owned(), ..form.clone() };
    assert!(keep(&moved, None, &core).await.is_err(), "the window cannot send a file anywhere");
    let ours = keep(&ProfileDraft { secret_name: None, ..form }, None, &core).await.unwrap();
    assert_eq!(secret_of(&ours, &core).await.unwrap(), "theirs");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "theirs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_that_is_deleted_while_it_runs_goes_with_its_database_once_the_run_has_ended() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let kept = keep(&draft("https://a.example"), Some("typed"), &core).await.unwrap();
    let (DestinationSettings::Sqlite { path }, engine) = run::writable(&kept, &core.dirs).unwrap();
    std::fs::write(&path, "rows").unwrap();
    let run = engine.hold().unwrap();
    let held_until = async {
        tokio::task::yield_now().await;
        assert!(path.exists(), "the run still writes to it");
        drop(run);
    };
    let (deleted, ()) = tokio::join!(delete(&kept.id, true, &core), held_until);
    assert!(deleted.is_ok());
    core.reload();
    assert!(!path.exists() && core.profile(&kept.id).is_err());
    assert!(!kept.state_dir(&core.dirs).exists(), "its history and its lock are gone too");
    assert!(secret_of(&kept, &core).await.is_err(), "its secret is gone too");
}

#[tokio::test]
async fn a_profile_goes_with_its_database_only_if_it_can_be_told_which_that_is() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let kept = keep(&draft("https://a.example"), Some("typed"), &core).await.unwrap();
    let broken = |profile: &mut StoredProfile| drop(profile.destination.fields.insert("port".into(), "1".into()));
    core.store.change(&kept.id, broken).unwrap();
    core.reload();
    let error = delete(&kept.id, true, &core).await.unwrap_err();
    assert!(error.message.contains("no field `port`"), "{}", error.message);
    assert!(core.store.load().unwrap().find(&kept.id).is_ok(), "the profile stays, and with it what tells of the file");
    assert!(delete(&kept.id, false, &core).await.is_ok());
    assert!(core.store.load().unwrap().find(&kept.id).is_err());
}

#[tokio::test]
async fn a_database_that_another_profile_writes_to_is_refused_and_never_deleted_with_one_of_them() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let first = keep(&draft("https://a.example"), Some("typed"), &core).await.unwrap();
    let path = first.database(&core.dirs).unwrap();
    core.chosen.allow_file(&path);
    let mut second = ProfileDraft { name: "Second".to_owned(), ..draft("https://b.example") };
    second.fields.insert("path".to_owned(), path.display().to_string());
    let error = keep(&second, Some("typed"), &core).await.unwrap_err();
    let says = format!("the profile Northern writes to the database {} already", path.display());
    assert_eq!((error.message(), error.at_field()), (&*says, Some("path")));

    // Of an older version: each can be changed, and removed without the database.
    let mut second = StoredProfile { id: stored::new_id(), name: "Second".to_owned(), ..first.clone() };
    second.secret = None;
    core.store.add(second.clone()).unwrap();
    core.reload();
    run::writable(&first, &core.dirs).unwrap();
    std::fs::write(&path, "rows").unwrap();
    let form = ProfileDraft { name: "Renamed".to_owned(), ..form_of(&first, &core) };
    assert_eq!(keep(&form, None, &core).await.unwrap().name, "Renamed");
    let error = delete(&second.id, true, &core).await.unwrap_err();
    assert_eq!(error.message, "the profile Renamed uses the same database, so it stays");
    assert!(delete(&second.id, false, &core).await.is_ok() && path.exists());
}

#[tokio::test]
async fn a_pause_that_is_made_while_a_form_is_saved_stays() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let kept = keep(&draft("https://a.example"), Some("typed"), &core).await.unwrap();
    let form = ProfileDraft { name: "Other".to_owned(), ..form_of(&kept, &core) };
    // As it was when the form was handed over, before the wait for the keychain.
    let before = drafts::profile_of(&form, &core).unwrap();
    let pause = Some(stored::Pause { until: None });
    core.store.change(&kept.id, |profile| profile.paused = pause).unwrap();
    save(before, &form, None, &core).await.unwrap();
    let now = core.store.load().unwrap().find(&kept.id).unwrap().clone();
    assert_eq!((now.name.as_str(), now.paused), ("Other", pause));
}

#[tokio::test]
async fn a_form_that_began_before_a_change_from_elsewhere_undoes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let kept = keep(&draft("https://a.example"), Some("typed"), &core).await.unwrap();
    let begun = ProfileDraft { name: "Mine".to_owned(), ..drafts::draft_of(&kept, &core) };
    let now = || core.store.load().unwrap().find(&kept.id).unwrap().clone();
    let edit = |name: &str| core.store.change(&kept.id, |profile| name.clone_into(&mut profile.name)).unwrap();

    // The first change comes while the keychain is waited for, of the other one is known before anything is put there.
    let before = drafts::profile_of(&begun, &core).unwrap();
    edit("Theirs");
    let late = save(before, &begun, None, &core).await.unwrap_err();
    core.reload();
    let early = keep(&begun, Some("not to be kept"), &core).await.unwrap_err();
    for error in [late, early] {
        assert_eq!(error.message(), "this profile was changed elsewhere while its settings were open here");
    }
    assert_eq!(now().name, "Theirs");
    assert_eq!(secret_of(&now(), &core).await.unwrap(), "typed");

    let again = ProfileDraft { name: "Mine".to_owned(), ..drafts::draft_of(&now(), &core) };
    core.store.change(&kept.id, |profile| profile.paused = Some(stored::Pause { until: None })).unwrap();
    assert_eq!(keep(&again, None, &core).await.unwrap().name, "Mine", "a pause is no change to the form");
    assert_ne!(drafts::stamp_of(&now()), again.stamp.unwrap());
}

/// A keychain that somebody locked once the secret was in it.
#[derive(Default)]
struct Locked(execute_sync::secret_store::InMemory);

#[async_trait::async_trait]
impl execute_sync::secret_store::SecretStore for Locked {
    async fn get(&self, _: &Account) -> Result<Option<SecretBytes>> {
        Err(Error::new(Kind::Secret, "the keychain is locked"))
    }

    async fn set(&self, account: &Account, secret: &[u8]) -> Result<()> {
        self.0.set(account, secret).await
    }

    async fn delete(&self, _: &Account) -> Result<()> {
        Err(Error::new(Kind::Secret, "the keychain is locked"))
    }
}

#[tokio::test]
async fn under_a_locked_keychain_a_profile_is_changed_and_deleted_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    let core = core_with(&home, Arc::new(Locked::default()));
    let kept = keep(&draft("https://a.example"), Some("typed"), &core).await.unwrap();
    let form = ProfileDraft { name: "Other".to_owned(), ..form_of(&kept, &core) };
    assert_eq!(keep(&form, None, &core).await.unwrap().name, "Other");
    assert!(delete(&kept.id, false, &core).await.is_ok());
    core.reload();
    assert!(core.profile(&kept.id).is_err());
    let told = core.notices.all();
    assert!(told.iter().any(|notice| notice.text.contains("stays in the keychain")), "{told:?}");
}

#[tokio::test]
async fn a_file_of_certificates_is_one_that_was_chosen_or_that_the_profile_has() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let path = home.path().join("ca.pem");
    let option = [("CA_FILE".to_owned(), path.display().to_string())];
    let form = ProfileDraft { options: option.into(), ..draft("https://a.example") };
    let error = keep(&form, Some("typed"), &core).await.unwrap_err();
    assert_eq!((error.at_field(), error.message()), (Some("CA_FILE"), "the file was not chosen in a dialog"));
    core.chosen.allow_file(&path);
    let kept = keep(&form, Some("typed"), &core).await.unwrap();
    // As after a new start, when nothing was chosen yet.
    let form = form_of(&kept, &core);
    let again = crate::test_core::core(&home);
    assert!(drafts::profile_of(&form, &again).is_ok());
}
