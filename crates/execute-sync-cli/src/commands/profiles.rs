//! `profiles`: list, show, add, import, remove.

mod ask;
mod shown;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::ArgMatches;
use execute_sync::engine::removal::{self, Removal};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::logging::{self, LogSettings};
use execute_sync::paths::AppDirs;
use execute_sync::profile::form::{self, DestinationKind};
use execute_sync::profile::stored::StoredDestination;
use execute_sync::profile::{Environment, ProfileStore, StoredProfile, import, refuse_taken, settings};
use execute_sync::schedule::{Every, Schedule};
use execute_sync::secret::Secret;
use execute_sync::secret_store::{self, API_KEY, Place, SecretReference, Secrets};
use serde_json::json;

use self::ask::ask;
use self::shown::{database, full_refresh, schedule, source};
use crate::printer;

/// What every sub-command works on.
struct Desk {
    dirs: AppDirs,
    store: ProfileStore,
    secrets: Secrets,
}

/// Runs the sub-command.
pub(crate) async fn dispatch(matches: &ArgMatches, json: bool) -> Result<u8> {
    logging::install(LogSettings::default())?;
    let dirs = AppDirs::find(Environment::home_of_process())?;
    let desk = Desk { store: ProfileStore::new(&dirs), secrets: Secrets::of_system(), dirs };
    match matches.subcommand() {
        Some(("list", _)) => desk.list(json),
        Some(("show", sub)) => desk.show(named(sub, "name"), json),
        Some(("add", sub)) => desk.add(sub).await,
        Some(("import", sub)) => desk.import(sub).await,
        Some(("remove", sub)) => desk.remove(named(sub, "name"), sub.get_flag("delete-database")).await,
        _ => Err(Error::new(Kind::Configuration, "profiles needs list, show, add, import or remove")),
    }
}

fn named<'a>(matches: &'a ArgMatches, argument: &str) -> &'a str {
    matches.get_one::<String>(argument).map_or("", String::as_str)
}

fn given<'a>(matches: &'a ArgMatches, argument: &str) -> Option<&'a str> {
    matches.try_get_one::<String>(argument).ok().flatten().map(String::as_str)
}

impl Desk {
    fn profiles(&self) -> Result<execute_sync::profile::store::Loaded> {
        let loaded = self.store.load()?;
        for problem in &loaded.problems {
            log::warn!("{}. {}", problem.text, problem.hint);
        }
        Ok(loaded)
    }

    fn list(&self, json: bool) -> Result<u8> {
        let profiles = self.profiles()?.profiles;
        if json {
            printer::as_json(&profiles);
            return Ok(0);
        }
        if profiles.is_empty() {
            printer::line("No profiles yet");
            return Ok(0);
        }
        let rows: Vec<Vec<String>> = profiles
            .iter()
            .map(|profile| {
                vec![
                    profile.name.clone(),
                    source(profile),
                    database(profile),
                    profile.secret.as_ref().map_or("none", |secret| secret.place.word()).to_owned(),
                    schedule(&profile.schedule),
                ]
            })
            .collect();
        printer::table(&["NAME", "SOURCE", "DATABASE", "SECRET", "RUNS"], &rows, 60);
        Ok(0)
    }

    fn show(&self, name: &str, json: bool) -> Result<u8> {
        let loaded = self.profiles()?;
        let profile = loaded.find(name)?;
        let state_dir = profile.state_dir(&self.dirs);
        if json {
            printer::as_json(&json!({ "profile": profile, "state_dir": state_dir }));
            return Ok(0);
        }
        let secret = profile.secret.as_ref().map_or("none yet".to_owned(), ToString::to_string);
        let mut lines = vec![
            ("Name", profile.name.clone()),
            ("Id", profile.id.clone()),
            ("Execute URL", source(profile)),
            ("API Key ID", profile.source.key_id.clone()),
            ("API Key Secret", secret),
            ("Database", database(profile)),
            ("Runs", schedule(&profile.schedule)),
            ("Full refresh", full_refresh(&profile.schedule)),
            ("State folder", state_dir.display().to_string()),
        ];
        for (option, value) in &profile.options {
            lines.push((settings::find(option.as_str()).map_or("", |setting| setting.title), value.clone()));
        }
        for (title, value) in lines {
            printer::quoting_line(&format!("{title}: {value}"));
        }
        Ok(0)
    }

    async fn add(&self, matches: &ArgMatches) -> Result<u8> {
        let name = named(matches, "name");
        let taken = self.profiles()?.profiles;
        let used = |path: &Path| {
            taken.iter().any(|p| p.destination.fields.get(form::PATH).is_some_and(|p| Path::new(p) == path))
        };
        let mut profile = StoredProfile::new(name, &form::default_database(&self.dirs, name, used))?;
        profile.source.url = named(matches, settings::EXECUTE_URL.name).trim().to_owned();
        profile.source.key_id = named(matches, settings::EXECUTE_APIKEY_ID.name).trim().to_owned();
        profile.source.allow_http = matches.get_flag("allow-http");
        self.destination(&mut profile.destination, matches)?;
        let options: Vec<(&str, String)> = form::options()
            .filter_map(|setting| {
                let value = given(matches, setting.name)?;
                // A path is written down whole: the profile runs from anywhere.
                let is_path = setting.name == settings::CA_FILE.name;
                Some((setting.name, if is_path { whole(value) } else { value.to_owned() }))
            })
            .collect();
        profile.options = form::read_options(options.iter().map(|(name, value)| (*name, value.as_str())))?;
        profile.schedule.every = every(matches)?;
        profile.check(&self.dirs)?;
        profile.refresh_nightly_with_calcs(&self.dirs);
        refuse_taken(&profile, &taken, &self.dirs)?;
        let host = profile.url()?.bound_host();
        let (place, secret) = self.secret(matches, &profile, &host, None)?;
        self.keep(&mut profile, SecretReference { place, host }, secret).await?;
        tell_kept(&profile);
        Ok(0)
    }

    fn destination(&self, destination: &mut StoredDestination, matches: &ArgMatches) -> Result<()> {
        let kind = DestinationKind::from_word(named(matches, "to"))?;
        if kind != destination.kind {
            destination.kind = kind;
            destination.fields.clear();
        }
        for field in kind.form().fields {
            if let Some(value) = given(matches, field.name) {
                let value = match field.kind {
                    form::FieldKind::DatabaseFile | form::FieldKind::File => whole(value),
                    form::FieldKind::Text
                    | form::FieldKind::Url
                    | form::FieldKind::Number { .. }
                    | form::FieldKind::Switch
                    | form::FieldKind::Choice(_)
                    | form::FieldKind::Secret => value.to_owned(),
                };
                destination.fields.insert(field.name.to_owned(), value);
            }
        }
        Ok(())
    }

    async fn import(&self, matches: &ArgMatches) -> Result<u8> {
        let mut import = import::read_folder(Path::new(named(matches, "folder")), given(matches, "name"), &self.dirs)?;
        refuse_taken(&import.profile, &self.profiles()?.profiles, &self.dirs)?;
        let host = import.profile.url()?.bound_host();
        for note in &import.notes {
            printer::talk(&format!("Note: {note}"));
        }
        let (place, secret) = self.secret(matches, &import.profile, &host, import.secret.take())?;
        self.keep(&mut import.profile, SecretReference { place, host }, secret).await?;
        match &import.mark {
            Some(mark) => printer::quoting_line(&format!("Goes on from {mark}")),
            None => printer::line("No mark is there: the first run reads everything"),
        }
        tell_kept(&import.profile);
        Ok(0)
    }

    /// Where the secret is to be, and the secret if it is to be put there now.
    fn secret(
        &self,
        matches: &ArgMatches,
        profile: &StoredProfile,
        host: &str,
        found: Option<Arc<Secret>>,
    ) -> Result<(Place, Option<Arc<Secret>>)> {
        if let Some(variable) = given(matches, "secret-from-env") {
            return Ok((Place::from_word("environment", Some(variable))?, None));
        }
        if let Some(path) = given(matches, "secret-file") {
            return Ok((Place::from_word("file", Some(&whole(path)))?, None));
        }
        let place = match named(matches, "store-in") {
            "file" => Place::File { path: secret_store::file_of(&self.dirs, &profile.id, API_KEY, host) },
            _ => Place::Keychain,
        };
        let secret = match found {
            Some(secret) if !matches.get_flag("secret-stdin") => secret,
            _ => Arc::new(ask(matches.get_flag("secret-stdin"))?),
        };
        Ok((place, Some(secret)))
    }

    /// The secret first: a profile whose secret could not be kept is not written down.
    async fn keep(
        &self,
        profile: &mut StoredProfile,
        reference: SecretReference,
        secret: Option<Arc<Secret>>,
    ) -> Result<()> {
        match &secret {
            Some(secret) => {
                let kept = self.secrets.set(&profile.id, API_KEY, &reference, secret).await;
                let could_be_elsewhere = reference.place == Place::Keychain && !secret.is_empty();
                kept.map_err(|error| if could_be_elsewhere { with_other_places(error) } else { error })?;
            }
            // What is read at each run is tried now; a variable may be set later.
            None if matches!(reference.place, Place::Environment { .. }) => {}
            None => drop(self.secrets.get(&profile.id, API_KEY, &reference, &reference.host).await?),
        }
        profile.secret = Some(reference.clone());
        if let Err(error) = self.store.add(profile.clone()) {
            if secret.is_some() {
                // The first error is the one to tell; a secret without a profile is found by nobody.
                let _ = self.secrets.delete(&profile.id, API_KEY, &reference, &self.dirs).await;
            }
            return Err(error);
        }
        Ok(())
    }

    async fn remove(&self, name: &str, delete_database: bool) -> Result<u8> {
        let profile = self.profiles()?.find(name)?.clone();
        // A run that is under way is not robbed of its files, and not waited for.
        let removal = Removal { profile: &profile, delete_database, run_ends_within: Duration::ZERO };
        let removed = removal::remove(removal, &self.store, &self.secrets, &self.dirs).await?;
        if let (Some(error), Some(reference)) = (removed.secret_stays, &profile.secret) {
            log::warn!("The secret stays {reference}: {error}");
        }
        if let Some(path) = removed.database {
            if delete_database {
                printer::quoting_line(&format!("Deleted: {}", path.display()));
            } else if path.exists() {
                printer::quoting_line(&format!("The database stays: {}", path.display()));
            }
        }
        printer::quoting_line(&format!("Removed: {}", profile.name));
        Ok(0)
    }
}

/// The keychain could not keep a secret: the remedy in this program's flags.
fn with_other_places(error: Error) -> Error {
    let remedy = error.remedy().unwrap_or("Keep it elsewhere");
    let remedy = format!("{remedy}: --secret-from-env VAR, --secret-file PATH or --store-in file");
    error.hint(remedy)
}

fn tell_kept(profile: &StoredProfile) {
    let secret = profile.secret.as_ref().map(ToString::to_string).unwrap_or_default();
    printer::quoting_line(&format!("Profile: {}", profile.name));
    printer::quoting_line(&format!("Secret: {secret}"));
    printer::quoting_line(&format!("Database: {}", database(profile)));
    if profile.schedule.full_refresh_at.is_some() {
        printer::line(&format!("Full refresh: {}", full_refresh(&profile.schedule)));
    }
    printer::talk(&format!("Next: execute-sync test --profile '{}'", profile.name));
}

fn whole(path: &str) -> String {
    // A `~` is refused later, with its remedy.
    if path.is_empty() || path.starts_with('~') {
        return path.to_owned();
    }
    std::path::absolute(path).ok().and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_else(|| path.to_owned())
}

fn every(matches: &ArgMatches) -> Result<Every> {
    if let Some(time) = given(matches, "daily-at") {
        let time = time
            .parse()
            .map_err(|_| Error::new(Kind::Configuration, "--daily-at is no time of day").hint("Give it as 06:30"))?;
        return Ok(Every::DailyAt(time));
    }
    let minutes = matches.get_one::<u32>("every").copied();
    Ok(minutes.map_or(Schedule::default().every, Every::Minutes))
}
