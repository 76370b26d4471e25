//! Where a database is, as one text: for SQLite a path or a `file:` URI. Whether the file can be used is the
//! destination's to find out; forms of other databases join this file with their destination.

use crate::error::{Error, Kind, Result};
use std::path::PathBuf;

const FIELD: &str = "DATABASE_DSN";

/// A SQLite database file, as its DSN names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteDsn {
    /// The path, as written: perhaps relative.
    pub path: PathBuf,
    /// The names of parameters that have no effect here, to be told once. No values: some drivers take keys there.
    pub ignored: Vec<String>,
}

impl SqliteDsn {
    /// Reads a path, a `file:` URI or `sqlite:` before a path. A `?` begins the parameters of a driver in each of them.
    /// Refused: what would not be a file that can be written (`:memory:`, `mode=ro`, `immutable`), another database's
    /// DSN, and a `~`, which only a shell expands. Errors never show the text.
    pub fn parse(text: &str) -> Result<Self> {
        if text.contains('\0') {
            return Err(refused("holds a NUL character", "Give the path of a file"));
        }
        if is_of_another_database(text) {
            return Err(refused(
                "is the DSN of another database, not a path",
                "Give the path of a file, or leave it out for execute.sqlite in the state folder",
            ));
        }
        let (path, parameters) = match text.strip_prefix("file:") {
            Some(uri) => uri_parts(uri)?,
            None => {
                let path = without_scheme(text)?;
                // The driver of the older tool took a `?` at the very beginning for a part of the path.
                let (path, query) = match path.split_once('?') {
                    Some((before, query)) if !before.is_empty() => (before, query),
                    _ => (path, ""),
                };
                (path.to_owned(), parameters(query))
            }
        };
        if path.is_empty() {
            return Err(refused("names no file", "Give the path of a file"));
        }
        if path.contains('\0') {
            return Err(refused("holds a NUL character", "Give the path of a file"));
        }
        if path.ends_with('/') {
            return Err(refused("names a folder", "Give the path of a file in it"));
        }
        if path == ":memory:" {
            return Err(in_memory());
        }
        if super::text::begins_in_home(&path) {
            return Err(refused("begins with `~`, which only a shell expands", "Write the home folder out"));
        }
        let ignored = ignored(&parameters)?;
        Ok(SqliteDsn { path: PathBuf::from(path), ignored })
    }
}

/// What `config` may show of a SQLite DSN: the file's name, without its folders and parameters.
pub fn masked_sqlite(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let text = text.strip_prefix("file:").unwrap_or(text);
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    // Anything else may be a part of another database's login.
    if name.is_empty() || name.len() > 60 || !name.chars().all(is_plain) || text.contains('@') {
        return "***".to_owned();
    }
    format!("…/{name}")
}

fn refused(what: &str, hint: &str) -> Error {
    let message = format!("EXECUTESYNC_DATABASE_DSN (--database-dsn) {what}");
    Error::new(Kind::Configuration, message).hint(hint).field(FIELD)
}

/// A login may stand in it, so it must never become the name of a file: `user:password@account/…`, parameters that only
/// Snowflake has, or `Server=…;Password=…`.
fn is_of_another_database(text: &str) -> bool {
    let (place, query) = text.split_once('?').unwrap_or((text, ""));
    let first = place.split(['/', '\\']).next().unwrap_or_default();
    let has_login = first.split_once('@').is_some_and(|(login, _)| login.contains(':'));
    let name_of = |pair: &str| pair.split_once('=').map(|(name, _)| name.trim().to_ascii_lowercase());
    let snowflake = ["warehouse", "authenticator", "privatekey", "role"];
    let ado = ["server", "data source", "user id", "uid", "user", "password", "pwd", "database", "initial catalog"];
    let is_named = |text: &str, by: char, names: &[&str]| {
        text.split(by).filter_map(name_of).any(|name| names.contains(&name.as_str()))
    };
    has_login || is_named(query, '&', &snowflake) || (text.contains(';') && is_named(text, ';', &ado))
}

fn in_memory() -> Error {
    refused("names a database in memory, of which nothing would stay", "Give the path of a file")
}

/// A path, with `sqlite:` or `sqlite://` before it taken off. Another scheme is another database's DSN.
fn without_scheme(text: &str) -> Result<&str> {
    let Some((scheme, rest)) = text.split_once(':') else { return Ok(text) };
    if scheme.eq_ignore_ascii_case("sqlite") || scheme.eq_ignore_ascii_case("sqlite3") {
        return Ok(rest.strip_prefix("//").unwrap_or(rest));
    }
    let is_word = scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+');
    if is_word && rest.starts_with("//") {
        return Err(refused("is not a path, but begins with a scheme", "Give the path of a file, or its file: URI"));
    }
    Ok(text)
}

/// Path and parameters of what follows `file:`, decoded as SQLite does.
fn uri_parts(uri: &str) -> Result<(String, Vec<(String, String)>)> {
    let uri = uri.split('#').next().unwrap_or_default();
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let path = match path.strip_prefix("//") {
        None => path,
        Some(rest) => {
            let at = rest.find('/').unwrap_or(rest.len());
            if !rest[..at].is_empty() && rest[..at] != *"localhost" {
                return Err(refused("names a file on another host", "Use file:///path, with three slashes"));
            }
            &rest[at..]
        }
    };
    let path = decoded(path).ok_or_else(|| refused("is not UTF-8", "Give the path of a file"))?;
    // `/C:/folder` is how a URI writes a path with a drive.
    let bytes = path.as_bytes();
    let has_drive = bytes.len() > 2 && bytes[0] == b'/' && bytes[1].is_ascii_alphabetic() && bytes[2] == b':';
    let path = if has_drive { path[1..].to_owned() } else { path };
    Ok((path, parameters(query)))
}

fn parameters(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let text = |part: &str| decoded(part).unwrap_or_else(|| part.to_owned());
            (text(name), text(value))
        })
        .collect()
}

/// The names of parameters without effect; an error for those that would keep us from writing a file.
fn ignored(parameters: &[(String, String)]) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for (name, value) in parameters {
        match (name.as_str(), value.as_str()) {
            ("mode", "ro") => return Err(refused("says mode=ro, but we must write", "Leave mode=ro out")),
            ("mode", "memory") => return Err(in_memory()),
            ("immutable", value) if !matches!(value, "0" | "no" | "false" | "off") => {
                return Err(refused("says immutable, but we must write", "Leave immutable out"));
            }
            ("mode", "rwc") | ("immutable", _) => {}
            _ => {
                let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    Ok(names)
}

/// `%41` becomes `A`; a `%` before anything else stays, as SQLite has it. None when the bytes are not UTF-8.
fn decoded(text: &str) -> Option<String> {
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16)).map(|digit| digit as u8);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            (byte, _, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests;
