//! The engine's sentences name settings and commands as the command line has them; in the app they have the names that its
//! forms and buttons show.

use std::borrow::Cow;

use execute_sync::profile::form::{DestinationKind, PATH, SOURCE_FIELDS, field_of, options};
use execute_sync::profile::settings::{DATABASE_DSN, Setting};

/// Commands in the engine's remedies, longest first, and what is done in the app instead.
const COMMANDS: [(&str, &str); 8] = [
    ("run `execute-sync push -f --allow-removals`", "do a full refresh that may remove any number of documents"),
    ("look at `execute-sync quarantine list --all`", "look under Quarantine in History"),
    ("`execute-sync quarantine list` shows what and why", "History shows what and why under Quarantine"),
    ("Run `execute-sync push` first", "Sync first"),
    ("run `execute-sync push`", "press Sync now"),
    ("(`push -f`)", "(in the menu of the profile)"),
    ("(push -f)", "(in the menu of the profile)"),
    (" with --max-documents 10", " with 10 documents a page"),
];

/// `text` in the words of the app.
pub(crate) fn of_the_app(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    for (command, here) in COMMANDS {
        if text.contains(command) {
            text = text.replace(command, here).into();
        }
    }
    if text.contains('_') {
        for setting in SOURCE_FIELDS.into_iter().chain([&DATABASE_DSN]).chain(options()) {
            let title = format!("“{}”", title(setting));
            for name in [format!("{} (--{})", setting.env(), setting.flag), setting.env()] {
                text = with_name(&text, &name, &title).into();
            }
        }
    }
    text.into_owned()
}

/// The field of a form that an error's field is.
pub(crate) fn field_of_form(field: &str) -> &str {
    match field {
        "name" => "NAME",
        field if field == DATABASE_DSN.name => PATH,
        field => field,
    }
}

fn title(setting: &'static Setting) -> &'static str {
    if setting.name == DATABASE_DSN.name {
        return DestinationKind::Sqlite
            .form()
            .fields
            .iter()
            .find(|field| field.name == PATH)
            .map_or(setting.title, |field| field.title);
    }
    field_of(setting).title
}

/// `name` replaced where it stands as a whole: a longer name may begin or end with it.
fn with_name(text: &str, name: &str, by: &str) -> String {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, found) = rest.split_at(at);
        let (found, after) = found.split_at(name.len());
        let is_whole = !before.ends_with(is_of_name) && !after.starts_with(is_of_name);
        out.push_str(before);
        out.push_str(if is_whole { by } else { found });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_the_names_of_their_fields() {
        assert_eq!(
            of_the_app("Check EXECUTESYNC_EXECUTE_APIKEY_ID and EXECUTESYNC_EXECUTE_APIKEY_SECRET"),
            format!("Check “{}” and “{}”", SOURCE_FIELDS[1].title, SOURCE_FIELDS[2].title)
        );
        assert_eq!(of_the_app("EXECUTESYNC_DATABASE_DSN (--database-dsn) is odd"), "“Database file” is odd");
        for kept in ["EXECUTESYNC_EXECUTE_APIKEY_SECRET_FILE is empty", "AFE_NUMBER", "a profile", "HTTPS_PROXY"] {
            assert_eq!(of_the_app(kept), kept);
        }
    }

    #[test]
    fn commands_are_what_is_done_in_the_app() {
        for (command, here) in COMMANDS {
            assert_eq!(of_the_app(&format!("Or {command}.")), format!("Or {here}."));
        }
    }

    /// What the engine says to whoever reads it in the app.
    #[test]
    fn every_command_that_the_engine_names_is_known_here() {
        let engine = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/execute-sync/src");
        let mut folders = vec![std::path::PathBuf::from(engine)];
        let mut looked_at = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                looked_at += 1;
                if path.ends_with("tests.rs") {
                    continue;
                }
                for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                    let says = of_the_app(line);
                    assert!(
                        !says.contains("`execute-sync ") && !says.contains("push -f"),
                        "{}: {line}",
                        path.display()
                    );
                }
            }
        }
        assert!(looked_at > 100, "{looked_at}");
    }
}
