//! From the layers to a [`Profile`], and to its parts for commands that need less: `gen` and `version` need nothing,
//! `status` and `runs` the state directory, `prune` and `quarantine` the destination, `create_views` the source too.
//!
//! Relative paths stand in `working_dir`. Nothing is created, connected to or written; only secret files are read.

use super::dsn::SqliteDsn;
use super::env_file::FILE_NAMES;
use super::files;
use super::settings::{self, SETTINGS, Setting};
use super::sources::Sources;
use super::text::is_word;
use super::url::BaseUrl;
use super::{DestinationSettings, LogSettings, OnBadDocument, Profile, SourceSettings, SyncOptions, values};
use crate::error::{Error, Kind, Result};
use crate::logging::Level;
use crate::paths::StateDir;
use crate::secret::Secret;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The types written so far, as a person may write them.
const SQLITE_TYPES: [&str; 2] = ["SQLITE", "GOSQLITE"];

/// The proxies that a request can go through.
pub(crate) const PROXY_SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

impl Profile {
    /// Everything a run needs. All required settings that are missing are named in one error.
    pub fn from_sources(sources: &Sources, working_dir: &Path) -> Result<Profile> {
        Profile::from_sources_and_secret(sources, working_dir, None)
    }

    /// The same, with the secret of the API key from elsewhere than a layer.
    pub(super) fn from_sources_and_secret(
        sources: &Sources,
        working_dir: &Path,
        secret: Option<Arc<Secret>>,
    ) -> Result<Profile> {
        let is_asked_for = |setting: &&Setting| setting.required && (secret.is_none() || !setting.secret);
        let required: Vec<_> = SETTINGS.iter().copied().filter(is_asked_for).collect();
        refuse_missing(sources, &required, working_dir)?;
        files::refuse_shared(sources, working_dir)?;
        let (destination, mut warnings) = destination_and_warnings(sources, working_dir)?;
        let source = match secret {
            Some(secret) => source_with(sources, working_dir, secret)?,
            None => source_from(sources, working_dir)?,
        };
        warnings.extend(source.warning());
        Ok(Profile {
            source,
            destination,
            options: options_from(sources)?,
            state_dir: state_dir_from(sources, working_dir)?,
            wait_s: wait_from(sources)?,
            log: log_from(sources, working_dir)?,
            warnings,
        })
    }
}

/// Where documents come from.
pub fn source_from(sources: &Sources, working_dir: &Path) -> Result<SourceSettings> {
    let required = [&settings::EXECUTE_URL, &settings::EXECUTE_APIKEY_ID, &settings::EXECUTE_APIKEY_SECRET];
    refuse_missing(sources, &required, working_dir)?;
    // The address first: it is what a person sees at once.
    BaseUrl::parse(text(sources, &settings::EXECUTE_URL))?;
    let key_secret = sources.secret(&settings::EXECUTE_APIKEY_SECRET, working_dir)?;
    let key_secret = key_secret.ok_or_else(|| missing(&required[2..], sources, working_dir))?;
    source_with(sources, working_dir, key_secret)
}

/// Are proxy, certificates and limits well written? Needs neither address nor secret.
pub(super) fn check_limits(sources: &Sources, working_dir: &Path) -> Result<()> {
    proxy_from(sources)?;
    values::path(sources, &settings::CA_FILE, working_dir)?;
    for setting in [&settings::FIRST_BYTE_TIMEOUT, &settings::IDLE_TIMEOUT, &settings::MAX_DOCUMENT_BYTES] {
        values::number(sources, setting)?;
    }
    values::switch(sources, &settings::ALLOW_CLOSE_DELIMITED).map(|_| ())
}

fn source_with(sources: &Sources, working_dir: &Path, key_secret: Arc<Secret>) -> Result<SourceSettings> {
    let url = BaseUrl::parse(text(sources, &settings::EXECUTE_URL))?;
    let key_id = text(sources, &settings::EXECUTE_APIKEY_ID).to_owned();
    Ok(SourceSettings {
        proxy: proxy_from(sources)?,
        ca_file: values::path(sources, &settings::CA_FILE, working_dir)?,
        first_byte_timeout_s: values::number(sources, &settings::FIRST_BYTE_TIMEOUT)?,
        idle_timeout_s: values::number(sources, &settings::IDLE_TIMEOUT)?,
        max_document_bytes: values::number(sources, &settings::MAX_DOCUMENT_BYTES)?,
        allow_close_delimited: values::switch(sources, &settings::ALLOW_CLOSE_DELIMITED)?,
        ..SourceSettings::new(url, key_id, key_secret)
    })
}

/// The database written to.
pub fn destination_from(sources: &Sources, working_dir: &Path) -> Result<DestinationSettings> {
    destination_and_warnings(sources, working_dir).map(|(destination, _)| destination)
}

/// How documents are fetched and stored.
pub fn options_from(sources: &Sources) -> Result<SyncOptions> {
    Ok(SyncOptions {
        max_documents: values::number(sources, &settings::MAX_DOCUMENTS)?,
        // The table bounds it far below what a usize holds.
        chunk_size: usize::try_from(values::number(sources, &settings::CHUNK_SIZE)?).unwrap_or(usize::MAX),
        include_calcs: values::switch(sources, &settings::INCLUDE_CALCS)?,
        hide_inactive_fields: values::switch(sources, &settings::HIDE_INACTIVE_FIELDS)?,
        keep_superseded: values::switch(sources, &settings::KEEP_SUPERSEDED)?,
        on_bad_document: match values::word(sources, &settings::ON_BAD_DOCUMENT)? {
            "stop" => OnBadDocument::Stop,
            _ => OnBadDocument::Quarantine,
        },
    })
}

/// The directory that holds `last_sync_date.txt`, history and locks.
pub fn state_dir_from(sources: &Sources, working_dir: &Path) -> Result<PathBuf> {
    let path = values::path(sources, &settings::STATE_DIR, working_dir)?;
    Ok(path.unwrap_or_else(|| working_dir.to_owned()))
}

/// Seconds between two syncs; 0 = sync once.
pub fn wait_from(sources: &Sources) -> Result<u64> {
    values::number(sources, &settings::WAIT)
}

/// What is logged, and where besides standard error.
pub fn log_from(sources: &Sources, working_dir: &Path) -> Result<LogSettings> {
    Ok(LogSettings {
        level: match values::word(sources, &settings::LOG_LEVEL)? {
            "quiet" => Level::Quiet,
            "debug" => Level::Debug,
            _ => Level::Info,
        },
        file: values::path(sources, &settings::LOG_FILE, working_dir)?,
    })
}

/// Whether this run (in `sync`: the first one) is a full refresh.
pub fn force_from(sources: &Sources) -> Result<bool> {
    values::switch(sources, &settings::FORCE)
}

fn destination_and_warnings(sources: &Sources, working_dir: &Path) -> Result<(DestinationSettings, Vec<String>)> {
    refuse_missing(sources, &[&settings::DATABASE_TYPE], working_dir)?;
    let name = text(sources, &settings::DATABASE_TYPE).trim().to_ascii_uppercase();
    if !SQLITE_TYPES.contains(&name.as_str()) {
        return Err(unknown_type(&name));
    }
    let SqliteDsn { path, ignored } = sqlite_from(sources, working_dir)?;
    let warning = (!ignored.is_empty())
        .then(|| format!("EXECUTESYNC_DATABASE_DSN has parameters without effect here: {}", ignored.join(", ")));
    Ok((DestinationSettings::Sqlite { path }, warning.into_iter().collect()))
}

/// The file of a database, if the settings say where it is; its type need not be given yet.
pub(super) fn database_file(sources: &Sources, working_dir: &Path) -> Option<PathBuf> {
    sqlite_from(sources, working_dir).ok().map(|dsn| dsn.path)
}

/// Where a SQLite database is: its path stands in `working_dir`.
fn sqlite_from(sources: &Sources, working_dir: &Path) -> Result<SqliteDsn> {
    let dsn = sources.secret_text(&settings::DATABASE_DSN, working_dir)?;
    let Some(dsn) = dsn.as_deref().map(str::trim).filter(|dsn| !dsn.is_empty()) else {
        let path = StateDir::new(state_dir_from(sources, working_dir)?).default_database();
        return Ok(SqliteDsn { path, ignored: Vec::new() });
    };
    let SqliteDsn { path, ignored } = SqliteDsn::parse(dsn)?;
    Ok(SqliteDsn { path: values::in_dir(working_dir, &path), ignored })
}

/// Why a database type cannot be used.
fn unknown_type(name: &str) -> Error {
    let label = settings::DATABASE_TYPE.label();
    let (message, hint) = match name {
        "SNOWFLAKE" | "MSSQL" | "SQLSERVER" => (
            format!("{label} is {name}, which is not in this version"),
            "Use SQLITE with a path in EXECUTESYNC_DATABASE_DSN or none, or stay with the older tool for this database",
        ),
        "DATABRICKS" => (
            format!("{label} is {name}, which is not written here yet"),
            "Use SQLITE with a path in EXECUTESYNC_DATABASE_DSN or none, or stay with the older tool for this database",
        ),
        _ => {
            let what = if is_word(name) { format!("is {name}, which is") } else { "is".to_owned() };
            (
                format!("{label} {what} no type of database known here"),
                "Use SQLITE or GOSQLITE; SNOWFLAKE, MSSQL, SQLSERVER and DATABRICKS are not in this version",
            )
        }
    };
    Error::new(Kind::Configuration, message).hint(hint).field(settings::DATABASE_TYPE.name)
}

/// The proxy with its scheme. It may hold a login, so errors do not show it.
fn proxy_from(sources: &Sources) -> Result<Option<String>> {
    let Some((text, _)) = sources.resolve(&settings::PROXY) else { return Ok(None) };
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    proxy_url(&full).map(|_| Some(full))
}

/// The URL of a proxy that requests can go through.
pub(crate) fn proxy_url(text: &str) -> Result<::url::Url> {
    let parsed = ::url::Url::parse(text).ok();
    let is_proxy =
        |url: &::url::Url| PROXY_SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|h| !h.is_empty());
    parsed.filter(is_proxy).ok_or_else(|| {
        let message = format!("{} is not the URL of a proxy", settings::PROXY.label());
        let hint = format!("Give it as http://host:port; schemes are {}", PROXY_SCHEMES.join(", "));
        Error::new(Kind::Configuration, message).hint(hint).field(settings::PROXY.name)
    })
}

fn text<'a>(sources: &'a Sources, setting: &Setting) -> &'a str {
    sources.resolve(setting).map(|(text, _)| text).unwrap_or_default()
}

fn refuse_missing(sources: &Sources, required: &[&'static Setting], working_dir: &Path) -> Result<()> {
    let absent: Vec<_> = required.iter().copied().filter(|setting| !sources.is_set(setting)).collect();
    if absent.is_empty() { Ok(()) } else { Err(missing(&absent, sources, working_dir)) }
}

/// One error for all that is missing.
fn missing(absent: &[&'static Setting], sources: &Sources, working_dir: &Path) -> Error {
    let names: Vec<String> = absent.iter().map(|setting| setting.label()).collect();
    let kind = if absent.iter().all(|setting| setting.secret) { Kind::Secret } else { Kind::Configuration };
    let verb = if absent.len() == 1 { "is" } else { "are" };
    if let Some(profile) = &sources.profile {
        let error = Error::new(kind, format!("{} {verb} not set in the profile {}", names.join(", "), profile.name))
            .hint("Complete the profile, or give it as a flag");
        return match absent.first() {
            Some(setting) => error.field(setting.name),
            None => error,
        };
    }
    let file = match sources.file.path() {
        Some(path) => format!("in {}", path.display()),
        None => format!("in {} (there is none yet)", working_dir.join(FILE_NAMES[0]).display()),
    };
    let pronoun = if absent.len() == 1 { "it" } else { "them" };
    let error = Error::new(kind, format!("{} {verb} not set", names.join(", ")))
        .hint(format!("Set {pronoun} in the environment, {file} or as a flag"));
    match absent.first() {
        Some(setting) => error.field(setting.name),
        None => error,
    }
}

#[cfg(test)]
mod tests;
