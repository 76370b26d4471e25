//! A profile as it is written down: everything but the secret, of which only the place is known. What it means is made of
//! it by [`StoredProfile::sources`] and [`StoredProfile::resolve`], by the same rules as flags and variables.

mod option_name;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use option_name::OptionName;

use super::form::{self, DestinationKind};
use super::settings;
use super::sources::{ProfileLayer, Sources};
use super::url::BaseUrl;
use super::{DestinationSettings, Profile, options_from};
use crate::error::{Error, Kind, Result};
use crate::paths::AppDirs;
use crate::schedule::{Every, NIGHTLY, Schedule};
use crate::secret::Secret;
use crate::secret_store::{API_KEY, SecretReference, Secrets};

/// Characters of a name; more fit into no window.
const LONGEST_NAME: usize = 80;

/// Hexadecimal digits of an id.
const ID_DIGITS: usize = 16;

/// A profile as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredProfile {
    /// 16 hexadecimal digits; names it in folders and keychains, for ever.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where documents come from.
    pub source: StoredSource,
    /// Where the secret of the API key is; none before one was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretReference>,
    /// The database written to.
    pub destination: StoredDestination,
    /// How documents are fetched and stored, by setting; what is left out has its default.
    #[serde(default)]
    pub options: BTreeMap<OptionName, String>,
    /// When it runs.
    #[serde(default)]
    pub schedule: Schedule,
    /// Set while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Pause>,
    /// The state folder of the older tool that it was imported from; its mark file is followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopt_from: Option<PathBuf>,
    /// Reads the sample server that the app starts; then its address is known only while the app runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// Where documents come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSource {
    /// The address of Execute; empty for the sample.
    pub url: String,
    /// The id of the API key.
    pub key_id: String,
    /// Somebody agreed that the key travels unencrypted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_http: bool,
}

/// The database written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredDestination {
    /// Its kind.
    pub kind: DestinationKind,
    /// Its fields by name, as the form describes them.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// A pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Until when; none = until it is resumed.
    pub until: Option<Timestamp>,
}

/// A new id.
pub fn new_id() -> String {
    format!("{:0width$x}", rand::random::<u64>(), width = ID_DIGITS)
}

/// Checks a name that a person gave; without the blanks around it.
pub fn check_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let refuse = |why: &str| {
        Err(Error::new(Kind::Configuration, format!("the profile's name {why}"))
            .hint("Choose another name")
            .field("name"))
    };
    if name.is_empty() {
        return refuse("is empty");
    }
    if name.chars().any(char::is_control) {
        return refuse("holds a control character");
    }
    if name.chars().count() > LONGEST_NAME {
        return refuse("is longer than 80 characters");
    }
    Ok(name)
}

/// Are they one name? Case is no difference.
pub fn is_same_name(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

impl StoredProfile {
    /// A profile with a new id, nothing but a name, and a SQLite file.
    pub fn new(name: &str, database: &Path) -> Result<Self> {
        Ok(StoredProfile {
            id: new_id(),
            name: check_name(name)?.to_owned(),
            source: StoredSource::default(),
            secret: None,
            destination: StoredDestination {
                kind: DestinationKind::Sqlite,
                fields: [(form::PATH.to_owned(), form::path_text(database)?)].into(),
            },
            options: BTreeMap::new(),
            schedule: Schedule::default(),
            paused: None,
            adopt_from: None,
            sample: false,
        })
    }

    /// Is it fit for any file, however its values read? Its id names folders.
    pub(super) fn check_shape(&self) -> Result<()> {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if self.id.len() != ID_DIGITS || !self.id.bytes().all(is_digit) {
            return Err(Error::new(Kind::Configuration, "a profile's id is not 16 hexadecimal digits")
                .hint("Put back the id that was there"));
        }
        check_name(&self.name).map(|_| ())
    }

    /// Would it resolve, secret aside? For everything that a form or a command is about to write down.
    pub fn check(&self, dirs: &AppDirs) -> Result<()> {
        self.check_shape()?;
        let sources = self.sources(BTreeMap::new(), dirs)?;
        if !self.sample {
            self.check_url(&BaseUrl::parse(&self.source.url)?)?;
            if self.source.key_id.trim().is_empty() {
                return Err(Error::new(Kind::Configuration, "the id of the API key is empty")
                    .hint("Enter it as Execute shows it")
                    .field(settings::EXECUTE_APIKEY_ID.name));
            }
        }
        if self.options.get(&OptionName::of(&settings::CA_FILE)).is_some_and(|path| !Path::new(path).is_absolute()) {
            return Err(Error::new(
                Kind::Configuration,
                "the path of the file with certificates does not begin at the top",
            )
            .hint("Give it with all folders above it")
            .field(settings::CA_FILE.name));
        }
        options_from(&sources)?;
        super::destination_from(&sources, dirs.data())?;
        super::refuse_shared(&sources, dirs.data())?;
        super::read::check_limits(&sources, dirs.data())
    }

    /// The address of the source; for the sample there is none.
    pub fn url(&self) -> Result<BaseUrl> {
        BaseUrl::parse(&self.source.url)
    }

    /// The folder of its lock and history.
    pub fn state_dir(&self, dirs: &AppDirs) -> PathBuf {
        self.adopt_from.clone().unwrap_or_else(|| dirs.profile_state(&self.id))
    }

    /// Are calculated fields on? Then it matters when everything was last read.
    pub fn has_calcs(&self, dirs: &AppDirs) -> bool {
        let sources = self.sources(BTreeMap::new(), dirs);
        sources.and_then(|sources| options_from(&sources)).is_ok_and(|options| options.include_calcs)
    }

    /// Where calculated fields were just switched on, everything is read again each night if nobody has named a time: the
    /// source does not send a document again when only such a value changed.
    pub fn refresh_nightly_with_calcs(&mut self, dirs: &AppDirs) {
        if self.schedule.full_refresh_at.is_none() && self.has_calcs(dirs) {
            self.schedule.full_refresh_at = Some(NIGHTLY);
        }
    }

    /// The database's file.
    ///
    /// # Errors
    /// What is written down does not say which that is.
    pub fn database(&self, dirs: &AppDirs) -> Result<PathBuf> {
        let sources = self.sources(BTreeMap::new(), dirs)?;
        let DestinationSettings::Sqlite { path } = super::destination_from(&sources, dirs.data())?;
        Ok(path)
    }

    /// Does its engine follow the older tool's mark file?
    pub fn follows_mark_file(&self) -> bool {
        self.adopt_from.is_some()
    }

    /// The settings it stands for, under `flags`; neither environment nor `.env` are in it, nor is the secret.
    pub fn sources(&self, flags: BTreeMap<&'static str, String>, dirs: &AppDirs) -> Result<Sources> {
        let mut values: BTreeMap<&'static str, String> =
            self.options.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        if self.options.get(&OptionName::of(&settings::PROXY)).is_some_and(|proxy| proxy.contains('@')) {
            return Err(Error::new(Kind::Configuration, "the profile's proxy holds a login, which a profile may not")
                .hint("Leave the login out; a proxy that needs one is taken from the system's settings")
                .field(settings::PROXY.name));
        }
        let state_dir = self.state_dir(dirs);
        if !state_dir.is_absolute() {
            return Err(Error::new(
                Kind::Configuration,
                "the path of the folder that was imported does not begin at the top",
            )
            .hint("Give it with all folders above it")
            .field(settings::STATE_DIR.name));
        }
        values.insert(settings::EXECUTE_URL.name, self.source.url.clone());
        values.insert(settings::EXECUTE_APIKEY_ID.name, self.source.key_id.clone());
        values.insert(settings::STATE_DIR.name, form::path_text(&state_dir)?);
        values.insert(settings::WAIT.name, self.wait_s().to_string());
        for (setting, value) in form::destination_settings(&self.destination, &state_dir)? {
            values.insert(setting.name, value);
        }
        let secret = self.secret.as_ref().map(ToString::to_string);
        let profile = Some(ProfileLayer { name: self.name.clone(), values, secret });
        Ok(Sources { flags, profile, ..Sources::default() })
    }

    /// Seconds between two runs for `sync`, which knows no times of day; 0 = once.
    fn wait_s(&self) -> u64 {
        match self.schedule.every {
            Every::Minutes(minutes) => u64::from(minutes.max(1)) * 60,
            Every::DailyAt(_) => 24 * 60 * 60,
            Every::Manual => 0,
        }
    }

    /// Everything a run needs, with the secret from its place.
    pub async fn resolve(&self, secrets: &Secrets, dirs: &AppDirs) -> Result<Profile> {
        let sources = self.sources(BTreeMap::new(), dirs)?;
        self.resolve_under(&sources, dirs.data(), secrets).await
    }

    /// The same under flags: `sources` is what [`StoredProfile::sources`] gave. The secret goes with the address that
    /// is in force, so a flag that names another host finds none.
    ///
    /// # Errors
    /// As [`Profile::from_sources`]; the secret is missing or was entered for another host; the address is not
    /// encrypted and nobody agreed to that.
    pub async fn resolve_under(&self, sources: &Sources, working_dir: &Path, secrets: &Secrets) -> Result<Profile> {
        if self.sample {
            return Err(Error::new(
                Kind::Configuration,
                format!("the profile {} reads the sample, which the desktop app serves", self.name),
            )
            .hint("Use it in the app, or try `demo` here"));
        }
        let written = sources.resolve(&settings::EXECUTE_URL).map(|(text, _)| text).unwrap_or_default();
        let url = BaseUrl::parse(written)?;
        self.check_url(&url)?;
        let secret = if sources.is_set(&settings::EXECUTE_APIKEY_SECRET) {
            None
        } else {
            Some(Arc::new(self.secret_for(&url, secrets).await?))
        };
        Profile::from_sources_and_secret(sources, working_dir, secret)
    }

    /// Everything a run needs, with a secret that was just typed for the profile's address: to test it before it is kept.
    pub fn with_secret(&self, secret: Arc<Secret>, dirs: &AppDirs) -> Result<Profile> {
        self.check_url(&self.url()?)?;
        let sources = self.sources(BTreeMap::new(), dirs)?;
        Profile::from_sources_and_secret(&sources, dirs.data(), Some(secret))
    }

    /// Everything a run needs, for the sample profile: its server was started at `url` with this login.
    pub fn resolve_sample(&self, url: &str, key_id: &str, secret: Arc<Secret>, dirs: &AppDirs) -> Result<Profile> {
        let flags =
            [(settings::EXECUTE_URL.name, url.to_owned()), (settings::EXECUTE_APIKEY_ID.name, key_id.to_owned())];
        let sources = self.sources(flags.into(), dirs)?;
        let mut profile = Profile::from_sources_and_secret(&sources, dirs.data(), Some(secret))?;
        profile.source.url = BaseUrl::sample(url)?;
        Ok(profile)
    }

    async fn secret_for(&self, url: &BaseUrl, secrets: &Secrets) -> Result<Secret> {
        let Some(reference) = &self.secret else {
            return Err(Error::new(Kind::Secret, format!("the profile {} has no secret yet", self.name))
                .hint("Enter the secret of its API key")
                .field(settings::EXECUTE_APIKEY_SECRET.name));
        };
        secrets.get(&self.id, API_KEY, reference, &url.bound_host()).await
    }

    fn check_url(&self, url: &BaseUrl) -> Result<()> {
        if url.is_in_clear() && !self.source.allow_http {
            return Err(Error::new(
                Kind::Configuration,
                format!("{url} is not encrypted: the API key could be read on the way"),
            )
            .hint("Use https://, or allow http for this profile")
            .field(settings::EXECUTE_URL.name));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
