//! The `.env` file, or `config.env` where there is none: assignments, one a line. What they mean is in `read`.
//!
//! A line is `[export] NAME=value`. A byte order mark and CRLF are dropped, blank lines and `#` lines skipped. A
//! matching outer pair of quotes is removed; behind it only a comment may stand. Unquoted, a blank followed by `#`
//! starts a comment. `${NAME}` of a variable that is set (the real one first, then a line above) is expanded outside
//! single quotes; any other `$` stays, and so does every `\`. Empty = not set. As in the older tool, the first of two
//! lines with the same name holds.

use super::environment::Environment;
use super::older_tool::{OlderReading, older_tool_reading, refusal_of_any_line};
use crate::error::{Error, Kind, Result};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The names under which the file is looked for, in this order.
pub const FILE_NAMES: [&str; 2] = [".env", "config.env"];

/// No settings file is larger; neither are its values together once expanded, so that lines which expand each other
/// cannot fill the memory.
const LONGEST: usize = 1 << 20;

/// The assignments of one file.
#[derive(Default, Clone)]
pub struct EnvFile {
    path: Option<PathBuf>,
    entries: BTreeMap<String, Entry>,
    /// The first line at which the older tool refuses the whole file, from 1, and why.
    older_refusal: Option<(usize, &'static str)>,
}

/// One name of the file.
#[derive(Clone)]
pub(super) struct Entry {
    /// What we read; empty = not set.
    pub(super) value: String,
    /// The line it stands in, from 1.
    pub(super) line: usize,
    /// A later line with the same name, which does not count.
    pub(super) again: Option<usize>,
    /// Whether a `$` stands in the value as written.
    pub(super) has_dollar: bool,
    /// What the older tool ends up with.
    pub(super) older: OlderReading,
    /// The line of which it does.
    pub(super) older_line: usize,
}

impl EnvFile {
    /// No file.
    pub fn none() -> Self {
        EnvFile::default()
    }

    /// The file of `directory`; none of the two there (a folder of that name does not count) is no error.
    pub fn read(directory: &Path, environment: &Environment) -> Result<Self> {
        for name in FILE_NAMES {
            let path = directory.join(name);
            if path.is_dir() {
                continue;
            }
            let mut bytes = Vec::new();
            let read = File::open(&path).and_then(|file| file.take(LONGEST as u64 + 1).read_to_end(&mut bytes));
            return match read {
                Ok(_) => EnvFile::parse(&bytes, &path, environment),
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => Err(Error::new(Kind::Configuration, format!("{} cannot be read", path.display()))
                    .hint("Make the file readable, or move it away to do without")
                    .because(error)),
            };
        }
        Ok(EnvFile::none())
    }

    /// The assignments in `bytes`; `path` is for messages. Errors name file and line, never what stands there.
    pub fn parse(bytes: &[u8], path: &Path, environment: &Environment) -> Result<Self> {
        if bytes.len() > LONGEST {
            return Err(refused(format!("{} is larger than 1 MiB", path.display()), "Give the settings alone"));
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(refused(format!("{} is in UTF-16", path.display()), "Save it as UTF-8"));
        }
        let mut file = EnvFile { path: Some(path.to_owned()), ..EnvFile::default() };
        let mut room = LONGEST;
        for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
            file.take_line(line, index + 1, environment, &mut room)?;
        }
        Ok(file)
    }

    /// The value of a name that is set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(|entry| entry.value.as_str()).filter(|value| !value.is_empty())
    }

    /// Where the file is; none when there is none.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The file's name as messages call it.
    pub(super) fn name(&self) -> &str {
        self.path.as_deref().and_then(|path| path.file_name()?.to_str()).unwrap_or(FILE_NAMES[0])
    }

    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// The first line at which the older tool refuses the whole file, from 1, and why.
    pub(super) fn older_refusal(&self) -> Option<(usize, &'static str)> {
        self.older_refusal
    }

    /// Every name, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Takes line `number` in; `room` is how long the values may still become.
    fn take_line(&mut self, bytes: &[u8], number: usize, environment: &Environment, room: &mut usize) -> Result<()> {
        let wrong = |what: &str, hint: &str| {
            let path = self.path.as_deref().unwrap_or(Path::new(FILE_NAMES[0]));
            refused(format!("line {number} of {} {what}", path.display()), hint)
        };
        let decoded = String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(bytes));
        let line = if number == 1 { decoded.trim_start_matches('\u{feff}') } else { &decoded };
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            self.refused_by_older(number, refusal_of_any_line(&decoded));
            return Ok(());
        }
        let one_line = "Write NAME=value on one line; a line that begins with # is a comment";
        let (name, raw) = line.split_once('=').ok_or_else(|| wrong("has no `=`", one_line))?;
        let name = name_of(name).ok_or_else(|| wrong("does not begin with a name", one_line))?;
        if line.contains('\0') {
            return Err(wrong("holds a NUL character", "Save the file as UTF-8 text"));
        }
        let written = Written::of(raw);
        if written.text.contains('\u{fffd}') && std::str::from_utf8(bytes).is_err() {
            return Err(wrong("is not UTF-8", "Save the file as UTF-8"));
        }
        let too_long = || wrong("makes the values longer than 1 MiB", "Take the long `${…}` out");
        let value = if written.quote == Some('\'') {
            written.text.to_owned()
        } else {
            expand(written.text, *room, |name| environment.get(name).or_else(|| self.get(name))).ok_or_else(too_long)?
        };
        *room = room.checked_sub(value.len()).ok_or_else(too_long)?;
        let older = older_tool_reading(&decoded, LONGEST / 16, |name| match environment.contains(name) {
            true => environment.get(name),
            false => match &self.entries.get(name)?.older {
                OlderReading::Value(value) => Some(value),
                OlderReading::Refused(_) => None,
            },
        });
        match &older {
            OlderReading::Value(value) => *room = room.checked_sub(value.len()).ok_or_else(too_long)?,
            OlderReading::Refused(why) => self.refused_by_older(number, Some(why)),
        }
        let has_dollar = raw.contains('$');
        let entry = Entry { value, line: number, again: None, has_dollar, older, older_line: number };
        self.enter(name, entry, environment);
        Ok(())
    }

    fn refused_by_older(&mut self, number: usize, why: Option<&'static str>) {
        self.older_refusal = self.older_refusal.or(why.map(|why| (number, why)));
    }

    fn enter(&mut self, name: &str, mut entry: Entry, environment: &Environment) {
        match self.entries.get_mut(name) {
            None => {
                // A variable that is there, though empty, kept the older tool from taking the line.
                if environment.contains(name) && matches!(entry.older, OlderReading::Value(_)) {
                    entry.older = OlderReading::Value(environment.get(name).unwrap_or_default().to_owned());
                }
                self.entries.insert(name.to_owned(), entry);
            }
            Some(first) => {
                if let OlderReading::Refused(_) = entry.older {
                    first.older = entry.older;
                    first.older_line = entry.line;
                }
                if first.value.is_empty() {
                    first.value = entry.value;
                    first.line = entry.line;
                    first.has_dollar |= entry.has_dollar;
                } else {
                    first.again = Some(entry.line);
                }
            }
        }
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for EnvFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvFile").field("path", &self.path).field("names", &self.entries.keys()).finish()
    }
}

fn refused(message: String, hint: &str) -> Error {
    Error::new(Kind::Configuration, message).hint(hint)
}

/// The name before `=`, without `export`. Names of other programs may hold `.` and `-`.
fn name_of(before: &str) -> Option<&str> {
    let name = before.trim();
    let name = match name.strip_prefix("export") {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => name,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// A value as written, without its quotes or its comment.
struct Written<'a> {
    text: &'a str,
    quote: Option<char>,
}

impl<'a> Written<'a> {
    fn of(raw: &'a str) -> Self {
        let text = raw.trim();
        if let Some(quote @ ('\'' | '"' | '`')) = text.chars().next() {
            let inside = &text[1..];
            // The pair is the first one behind which nothing but a comment stands.
            let ends_the_value = |behind: &str| {
                let rest = behind.trim_start();
                rest.is_empty() || (rest.len() < behind.len() && rest.starts_with('#'))
            };
            if let Some((end, _)) = inside.match_indices(quote).find(|(end, _)| ends_the_value(&inside[end + 1..])) {
                return Written { text: &inside[..end], quote: Some(quote) };
            }
        }
        let mut before = ' ';
        let comment = raw.char_indices().find(|&(at, c)| {
            let starts = c == '#' && at > 0 && before.is_whitespace();
            before = c;
            starts
        });
        let end = comment.map_or(raw.len(), |(at, _)| at);
        Written { text: raw[..end].trim(), quote: None }
    }
}

/// `text` with each `${NAME}` of a set variable replaced, once; none when that is longer than `longest`.
fn expand<'a>(text: &str, longest: usize, variable: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let found = after.split_once('}').and_then(|(name, behind)| Some((variable(name)?, behind)));
        match found {
            Some((value, behind)) => {
                out.push_str(value);
                rest = behind;
            }
            None => {
                out.push_str("${");
                rest = after;
            }
        }
        if out.len() > longest {
            return None;
        }
    }
    out.push_str(rest);
    (out.len() <= longest).then_some(out)
}

#[cfg(test)]
mod tests;
