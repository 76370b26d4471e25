//! From the text of a setting to its value. Each refusal names the setting, where it was set, and what to write.

use super::settings::{Setting, ValueKind};
use super::sources::{Origin, Sources};
use super::text::{plain_path, shown};
use crate::error::{Error, Kind, Result};
use std::path::{Path, PathBuf};

/// What a switch understands, in any case.
const YES: [&str; 4] = ["1", "t", "true", "yes"];
const NO: [&str; 4] = ["0", "f", "false", "no"];

/// A whole number within the bounds of the setting's kind.
pub(super) fn number(sources: &Sources, setting: &'static Setting) -> Result<u64> {
    let (text, origin) = text_or_default(sources, setting);
    let ValueKind::Number { min, max } = setting.kind else { return Err(not_of_this_kind(setting)) };
    let parsed = text.trim().parse::<u64>().ok().filter(|number| (min..=max).contains(number));
    parsed.ok_or_else(|| wrong(sources, setting, text, origin, &format!("a whole number from {min} to {max}")))
}

/// Yes or no.
pub(super) fn switch(sources: &Sources, setting: &'static Setting) -> Result<bool> {
    let (text, origin) = text_or_default(sources, setting);
    let is_one_of = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()));
    match (is_one_of(YES), is_one_of(NO)) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(wrong(sources, setting, text, origin, "true or false (or 1, t, yes, 0, f, no)")),
    }
}

/// One of the words of the setting's kind, as the table writes it.
pub(super) fn word(sources: &Sources, setting: &'static Setting) -> Result<&'static str> {
    let (text, origin) = text_or_default(sources, setting);
    let ValueKind::OneOf(words) = setting.kind else { return Err(not_of_this_kind(setting)) };
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(text.trim()));
    found.copied().ok_or_else(|| wrong(sources, setting, text, origin, &words.join(" or ")))
}

/// A path, in `working_dir` if it is relative; none when the setting is not set and has no default.
pub(super) fn path(sources: &Sources, setting: &'static Setting, working_dir: &Path) -> Result<Option<PathBuf>> {
    let (text, _) = text_or_default(sources, setting);
    if text.is_empty() {
        return Ok(None);
    }
    plain_path(text, &setting.label(), setting.name, Kind::Configuration).map(|path| Some(in_dir(working_dir, path)))
}

/// `path`, in `directory` if it is relative, without needless `.` parts.
pub(super) fn in_dir(directory: &Path, path: &Path) -> PathBuf {
    directory.join(path).components().collect()
}

fn text_or_default<'a>(sources: &'a Sources, setting: &Setting) -> (&'a str, Option<Origin>) {
    match sources.resolve(setting) {
        Some((text, origin)) => (text, Some(origin)),
        None => (setting.default.unwrap_or_default(), None),
    }
}

fn wrong(sources: &Sources, setting: &'static Setting, text: &str, origin: Option<Origin>, expected: &str) -> Error {
    let place = origin.map(|origin| format!(" {}", sources.place(origin))).unwrap_or_default();
    let message = format!("{} is `{}`{place}, but must be {expected}", setting.label(), shown(text));
    let hint = match setting.default {
        Some(default) => format!("Set it to {expected}, or leave it out for {default}"),
        None => format!("Set it to {expected}"),
    };
    Error::new(Kind::Configuration, message).hint(hint).field(setting.name)
}

fn not_of_this_kind(setting: &'static Setting) -> Error {
    Error::new(Kind::Internal, format!("the table of settings has another kind for {}", setting.name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::settings::{CHUNK_SIZE, INCLUDE_CALCS, LOG_FILE, LOG_LEVEL, STATE_DIR, WAIT};
    use super::*;

    fn with(setting: &Setting, value: &str) -> Sources {
        Sources { environment: [(setting.env(), value)].into_iter().collect(), ..Sources::default() }
    }

    #[test]
    fn numbers_are_whole_and_in_range() {
        assert_eq!(number(&with(&CHUNK_SIZE, "25"), &CHUNK_SIZE).unwrap(), 25);
        assert_eq!(number(&with(&WAIT, "0"), &WAIT).unwrap(), 0);
        assert_eq!(number(&Sources::default(), &WAIT).unwrap(), 600);
        assert_eq!(number(&with(&WAIT, ""), &WAIT).unwrap(), 600);
        for text in ["0", "-1", "many", "1.5", "1e3", "10_000", "99999999999999999999", "0x10", " "] {
            let error = number(&with(&CHUNK_SIZE, text), &CHUNK_SIZE).unwrap_err();
            assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some("CHUNK_SIZE")));
            assert_eq!(
                error.message(),
                format!(
                    "EXECUTESYNC_CHUNK_SIZE (--chunk-size) is `{text}` in the environment, but must be a whole number \
                     from 1 to 1000000000"
                )
            );
            assert_eq!(
                error.remedy(),
                Some("Set it to a whole number from 1 to 1000000000, or leave it out for 10000")
            );
        }
    }

    #[test]
    fn switches_take_four_words_each_in_any_case() {
        for text in ["1", "t", "true", "yes", "T", "TRUE", "Yes", " true "] {
            assert!(switch(&with(&INCLUDE_CALCS, text), &INCLUDE_CALCS).unwrap(), "{text}");
        }
        for text in ["0", "f", "false", "no", "F", "False", "NO", ""] {
            assert!(!switch(&with(&INCLUDE_CALCS, text), &INCLUDE_CALCS).unwrap(), "{text}");
        }
        for text in ["on", "y", "2", "truee", "-"] {
            let error = switch(&with(&INCLUDE_CALCS, text), &INCLUDE_CALCS).unwrap_err();
            assert!(error.message().starts_with("EXECUTESYNC_INCLUDE_CALCS (--include-calcs) is `"), "{error}");
        }
    }

    #[test]
    fn words_take_any_case() {
        assert_eq!(word(&with(&LOG_LEVEL, "QUIET"), &LOG_LEVEL).unwrap(), "quiet");
        assert_eq!(word(&Sources::default(), &LOG_LEVEL).unwrap(), "info");
        let error = word(&with(&LOG_LEVEL, "loud"), &LOG_LEVEL).unwrap_err();
        assert!(error.message().ends_with("but must be quiet or info or debug"), "{error}");
    }

    #[test]
    fn relative_paths_stand_in_the_working_directory_and_a_tilde_is_refused() {
        let here = Path::new("/afes");
        let dir = |value| path(&with(&STATE_DIR, value), &STATE_DIR, here);
        assert_eq!(dir("state").unwrap(), Some(PathBuf::from("/afes/state")));
        assert_eq!(dir("/state").unwrap(), Some(PathBuf::from("/state")));
        assert_eq!(path(&Sources::default(), &STATE_DIR, here).unwrap(), Some(PathBuf::from("/afes")));
        assert_eq!(dir("./a/./b/").unwrap(), Some(PathBuf::from("/afes/a/b")));
        assert_eq!(path(&Sources::default(), &LOG_FILE, here).unwrap(), None);
        assert!(dir("~/state").unwrap_err().message().contains("only a shell expands"));
        assert!(dir("~state").is_ok());
        assert!(dir("a\0b").is_err());
    }

    #[test]
    fn a_shown_value_is_one_short_line() {
        assert_eq!(shown("a\u{1b}[31m\nb"), "a\u{fffd}[31m\u{fffd}b");
        assert_eq!(shown(&"é".repeat(50)), format!("{}…", "é".repeat(40)));
    }
}
