//! The configuration in force, for people and scripts to look at: a line a setting, secrets masked. It can be made
//! from a configuration that is incomplete or wrong; finding that out is `read`'s.

use super::dsn::masked_sqlite;
use super::older_tool::OlderReading;
use super::settings::{self, SETTINGS, Setting};
use super::sources::{Origin, SecretPlace, Sources};
use super::text::is_word;
use crate::paths::StateDir;
use std::fmt;

const MASK: &str = "***";

/// One setting in force. No field shows a secret; each is one line of text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ConfigLine {
    /// What a person calls it: `Max Documents`.
    pub name: &'static str,
    /// Its environment variable.
    pub env: String,
    /// The value, masked where it must be; none when it is not set and has no default.
    pub value: Option<String>,
    /// The layer that gives it; none for a default.
    pub origin: Option<Origin>,
    /// What to know about the value: that the older tool would have read it differently, or that it is given twice.
    pub note: Option<String>,
}

impl ConfigLine {
    /// Adds something to know.
    pub fn add_note(&mut self, more: &str) {
        self.note = Some(self.note.take().map_or_else(|| more.to_owned(), |note| format!("{note}; {more}")));
    }
}

/// `Name: value`.
impl fmt::Display for ConfigLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.value.as_deref().unwrap_or("not set"))
    }
}

/// Every setting in force, in the order of the table.
pub fn describe(sources: &Sources) -> Vec<ConfigLine> {
    SETTINGS.iter().map(|setting| line(sources, setting)).collect()
}

/// The file that the older tool refuses whole, whatever else stands in it, and why; at the first line that makes it do so.
pub fn older_tool_refusal(sources: &Sources) -> Option<String> {
    let (line, why) = sources.file.older_refusal().filter(|_| sources.profile.is_none())?;
    Some(format!("{}: the older tool refuses the whole file because of line {line}: {why}", sources.file.name()))
}

fn line(sources: &Sources, setting: &'static Setting) -> ConfigLine {
    let (value, origin, problem) = if setting.secret {
        match sources.secret_place(setting) {
            Ok(Some((SecretPlace::Value(text), _))) if is_blank_dsn(setting, text) => {
                (default_of(sources, setting), None, None)
            }
            Ok(Some((SecretPlace::Value(text), origin))) => {
                (Some(masked_secret(sources, setting, text)), Some(origin), None)
            }
            Ok(Some((SecretPlace::File(_), origin))) => (Some(MASK.to_owned()), Some(origin), None),
            Ok(None) => match sources.profile.as_ref().and_then(|profile| profile.secret.as_ref()) {
                Some(place) if setting.name == settings::EXECUTE_APIKEY_SECRET.name => {
                    (Some(MASK.to_owned()), Some(Origin::Profile), Some(one_line(&format!("it is {place}"))))
                }
                _ => (default_of(sources, setting), None, None),
            },
            Err(error) => (Some(MASK.to_owned()), None, Some(error.to_string())),
        }
    } else {
        match sources.resolve(setting) {
            Some((text, origin)) if setting.kind == settings::ValueKind::Url => {
                (Some(one_line(&masked_url(text))), Some(origin), None)
            }
            Some((text, origin)) if setting.name == settings::DATABASE_TYPE.name && !is_word(text.trim()) => {
                (Some(MASK.to_owned()), Some(origin), None)
            }
            Some((text, origin)) => (Some(one_line(text)), Some(origin), None),
            None => (default_of(sources, setting), None, None),
        }
    };
    let unread = origin.is_none().then(|| unread_proxy(sources, setting)).flatten();
    let notes = [problem, note(sources, setting, origin), unread];
    let note = notes.into_iter().flatten().collect::<Vec<_>>().join("; ");
    ConfigLine { name: setting.title, env: setting.env(), value, origin, note: (!note.is_empty()).then_some(note) }
}

/// A URL without login, query and fragment, in all of which there may be secrets.
pub fn masked_url(text: &str) -> String {
    // The last `@` ends the login, whatever its password holds.
    let (before, after) = text.rsplit_once('@').map_or((None, text), |(before, after)| (Some(before), after));
    let (shown, cut) = match after.find(['?', '#']) {
        Some(end) => (&after[..end], "…"),
        None => (after, ""),
    };
    match before {
        Some(before) => {
            let scheme = before.split_once("://").map(|(scheme, _)| format!("{scheme}://")).unwrap_or_default();
            format!("{scheme}{MASK}@{shown}{cut}")
        }
        None => format!("{shown}{cut}"),
    }
}

/// Blanks are no place for a database.
fn is_blank_dsn(setting: &Setting, text: &str) -> bool {
    setting.name == settings::DATABASE_DSN.name && text.trim().is_empty()
}

fn masked_secret(sources: &Sources, setting: &Setting, text: &str) -> String {
    let database = sources.resolve(&settings::DATABASE_TYPE).map(|(text, _)| text.trim().to_ascii_uppercase());
    match database.as_deref() {
        Some("SQLITE" | "GOSQLITE") if setting.name == settings::DATABASE_DSN.name => masked_sqlite(text.trim()),
        _ => MASK.to_owned(),
    }
}

fn default_of(sources: &Sources, setting: &Setting) -> Option<String> {
    if setting.name == settings::DATABASE_DSN.name {
        let database = sources.resolve(&settings::DATABASE_TYPE)?.0.trim().to_ascii_uppercase();
        return matches!(database.as_str(), "SQLITE" | "GOSQLITE").then(|| {
            let folder = sources.resolve(&settings::STATE_DIR).map_or(".", |(text, _)| text);
            one_line(&StateDir::new(folder).default_database().display().to_string())
        });
    }
    setting.default.map(str::to_owned)
}

/// What stands in the file beside the value in force; nothing when a stronger layer gives the value.
fn note(sources: &Sources, setting: &Setting, origin: Option<Origin>) -> Option<String> {
    if !matches!(origin, None | Some(Origin::File)) || sources.profile.is_some() {
        return None;
    }
    let entry = sources.file.entry(&setting.env())?;
    let (file, line, older_line) = (sources.file.name(), entry.line, entry.older_line);
    let again = entry.again.map(|again| format!("line {again} of {file} sets it again; line {line} holds"));
    let older = match &entry.older {
        OlderReading::Refused(why) => Some(format!("the older tool refuses line {older_line} of {file}: {why}")),
        OlderReading::Value(value) if *value == entry.value => None,
        OlderReading::Value(_) if setting.secret => Some("the older tool would have read another value".to_owned()),
        // The variable it expanded may be a secret.
        OlderReading::Value(_) if entry.has_dollar => {
            Some("the older tool would have read another value: it expands every `$`".to_owned())
        }
        OlderReading::Value(value) if value.is_empty() => Some("the older tool would have read nothing".to_owned()),
        OlderReading::Value(value) => {
            Some(format!("the older tool would have read `{}`", one_line(&masked_url(value))))
        }
    };
    let notes: Vec<String> = older.into_iter().chain(again).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// What other programs go by, in order.
const PROXY_VARIABLES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// A proxy that stands in the file under a name which counts in the environment alone.
fn unread_proxy(sources: &Sources, setting: &Setting) -> Option<String> {
    if setting.name != settings::PROXY.name || sources.profile.is_some() {
        return None;
    }
    let is_unread = |name: &&str| sources.file.get(name).is_some() && sources.environment.get(name).is_none();
    let name = PROXY_VARIABLES.into_iter().find(|name| is_unread(name))?;
    let file = sources.file.name();
    Some(format!("{name} in {file} is not read: set it in the environment, or write {} in {file}", setting.env()))
}

/// Without control characters, so that a value can neither begin a line nor steer a terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests;
