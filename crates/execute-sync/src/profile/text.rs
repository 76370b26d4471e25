//! What a text of a setting can be, whatever setting it is of: a path, a word; and how a message shows it.

use std::path::Path;

use crate::error::{Error, Kind, Result};

/// How much of a wrong value a message shows.
const LONGEST_SHOWN: usize = 40;

/// A path as written; refused if it cannot be one or would need a shell.
pub(super) fn plain_path<'a>(text: &'a str, label: &str, field: &'static str, kind: Kind) -> Result<&'a Path> {
    let refused = |what: &str, hint: &str| Err(Error::new(kind, format!("{label} {what}")).hint(hint).field(field));
    if text.contains('\0') {
        return refused("holds a NUL character", "Give a path without it");
    }
    if begins_in_home(text) {
        return refused("begins with `~`, which only a shell expands", "Write the home folder out");
    }
    Ok(Path::new(text))
}

/// Whether a path begins with the `~` that shells expand.
pub(super) fn begins_in_home(path: &str) -> bool {
    path.strip_prefix('~').is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']))
}

/// Whether a text looks like the name of something. Any other may be a DSN, with its login, put in the wrong place.
pub(super) fn is_word(text: &str) -> bool {
    text.len() <= 20 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A value as a message may show it: on one line, without control characters, cut when long.
pub(super) fn shown(value: &str) -> String {
    let clean: String = value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    match clean.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}
