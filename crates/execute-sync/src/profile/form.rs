//! What a person can fill in: the fields of each kind of destination, and the options of a profile. Written once;
//! `profiles add`, the app's form and what is written down follow from it.

mod database;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::settings::{self, SETTINGS, Setting, ValueKind};
use super::stored::{OptionName, StoredDestination};
use crate::error::{Error, Kind, Result};

use database::checked_path;
pub(super) use database::path_text;
pub use database::{DATABASE_ENDS, database_in, default_database};

/// The field that holds the path of a SQLite file.
pub const PATH: &str = "path";

/// A kind of destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DestinationKind {
    /// A SQLite file.
    Sqlite,
    /// Snowflake.
    Snowflake,
    /// SQL Server and Azure SQL.
    SqlServer,
}

impl DestinationKind {
    /// Every kind, in the order in which it is offered.
    pub const ALL: [DestinationKind; 3] =
        [DestinationKind::Sqlite, DestinationKind::Snowflake, DestinationKind::SqlServer];

    /// The word for it in files, flags and across IPC.
    pub fn word(self) -> &'static str {
        match self {
            DestinationKind::Sqlite => "sqlite",
            DestinationKind::Snowflake => "snowflake",
            DestinationKind::SqlServer => "sql_server",
        }
    }

    /// From its word.
    pub fn from_word(word: &str) -> Result<Self> {
        DestinationKind::ALL.into_iter().find(|kind| kind.word() == word).ok_or_else(|| {
            Error::new(Kind::Configuration, "the kind of database is unknown here")
                .hint("Use sqlite")
                .field(settings::DATABASE_TYPE.name)
        })
    }

    /// What people read about it.
    pub fn form(self) -> DestinationForm {
        let (title, help, fields) = match self {
            DestinationKind::Sqlite => {
                ("SQLite", "A file on this machine, for Excel, Power BI, DBeaver and Python", SQLITE)
            }
            DestinationKind::Snowflake => ("Snowflake", "A warehouse that many read", &[][..]),
            DestinationKind::SqlServer => ("SQL Server", "A server of your own, or Azure SQL", &[][..]),
        };
        DestinationForm { kind: self, title, help, available: self == DestinationKind::Sqlite, fields }
    }
}

/// What people read about a kind of destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationForm {
    /// The kind.
    pub kind: DestinationKind,
    /// What people call it.
    pub title: &'static str,
    /// One line on when to take it.
    pub help: &'static str,
    /// In this version?
    pub available: bool,
    /// Its fields.
    pub fields: &'static [Field],
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name; also what an error's field carries.
    pub name: &'static str,
    /// Its label.
    pub title: &'static str,
    /// The flag of `profiles add`, without its two dashes.
    pub flag: &'static str,
    /// What a value looks like.
    pub kind: FieldKind,
    /// The value when none is given.
    pub default: Option<&'static str>,
    /// One line.
    pub help: &'static str,
    /// An example.
    pub example: Option<&'static str>,
    /// Must it be given?
    pub required: bool,
}

/// What a field's value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// A URL.
    Url,
    /// A whole number within these bounds.
    Number {
        /// The smallest value allowed.
        min: u64,
        /// The largest value allowed.
        max: u64,
    },
    /// `true` or `false`.
    Switch,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A file that is there.
    File,
    /// A database file.
    DatabaseFile,
    /// A secret: can be set, never read.
    Secret,
}

const SQLITE: &[Field] = &[Field {
    name: PATH,
    title: "Database file",
    flag: "database",
    kind: FieldKind::DatabaseFile,
    default: None,
    help: "A new file, or one that this program or the older tool has made; on a disk of this machine",
    example: Some(if cfg!(windows) { r"C:\Data\AFEs.sqlite" } else { "/data/AFEs.sqlite" }),
    required: false,
}];

/// What every form asks about the source.
pub const SOURCE_FIELDS: [&Setting; 3] =
    [&settings::EXECUTE_URL, &settings::EXECUTE_APIKEY_ID, &settings::EXECUTE_APIKEY_SECRET];

/// The settings that a profile may hold as options.
pub fn options() -> impl Iterator<Item = &'static Setting> {
    // The rest is asked for elsewhere, follows from the schedule, or belongs to one call.
    const ELSEWHERE: [&Setting; 10] = [
        &settings::EXECUTE_URL,
        &settings::EXECUTE_APIKEY_ID,
        &settings::EXECUTE_APIKEY_SECRET,
        &settings::DATABASE_TYPE,
        &settings::DATABASE_DSN,
        &settings::STATE_DIR,
        &settings::WAIT,
        &settings::FORCE,
        &settings::LOG_LEVEL,
        &settings::LOG_FILE,
    ];
    SETTINGS.iter().copied().filter(|setting| ELSEWHERE.iter().all(|other| other.name != setting.name))
}

/// A setting of the table as a field of a form.
pub fn field_of(setting: &'static Setting) -> Field {
    let kind = match setting.kind {
        _ if setting.secret => FieldKind::Secret,
        ValueKind::Text => FieldKind::Text,
        ValueKind::Path => FieldKind::File,
        ValueKind::Url => FieldKind::Url,
        ValueKind::Number { min, max } => FieldKind::Number { min, max },
        ValueKind::Switch => FieldKind::Switch,
        ValueKind::OneOf(words) => FieldKind::Choice(words),
    };
    let example = (setting.name == settings::EXECUTE_URL.name).then_some("https://example.com");
    Field {
        name: setting.name,
        title: setting.form_title,
        flag: setting.flag,
        kind,
        default: setting.default,
        help: setting.help,
        example,
        required: setting.required,
    }
}

/// What a destination means in settings.
pub(super) fn destination_settings(
    destination: &StoredDestination,
    state_dir: &Path,
) -> Result<Vec<(&'static Setting, String)>> {
    let form = destination.kind.form();
    if !form.available {
        return Err(Error::new(Kind::Configuration, format!("{} is not in this version", form.title))
            .hint("Use SQLite, or stay with the older tool for this database")
            .field(settings::DATABASE_TYPE.name));
    }
    if let Some(unknown) = destination.fields.keys().find(|name| form.fields.iter().all(|f| f.name != **name)) {
        let known: Vec<&str> = form.fields.iter().map(|field| field.name).collect();
        return Err(Error::new(
            Kind::Configuration,
            format!("{} has no field `{}`", form.title, super::text::shown(unknown)),
        )
        .hint(format!("Leave it out; there is {}", known.join(", "))));
    }
    match destination.kind {
        DestinationKind::Sqlite => {
            let path = match destination.fields.get(PATH).filter(|path| !path.is_empty()) {
                Some(path) => checked_path(path)?,
                None => path_text(&crate::paths::StateDir::new(state_dir).default_database())?,
            };
            Ok(vec![(&settings::DATABASE_TYPE, "SQLITE".to_owned()), (&settings::DATABASE_DSN, path)])
        }
        DestinationKind::Snowflake | DestinationKind::SqlServer => Ok(Vec::new()),
    }
}

/// Options as a form hands them over, by name, to be written down: those left empty or at their default are left out.
/// Their values are checked with the profile.
pub fn read_options<'a>(given: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<BTreeMap<OptionName, String>> {
    let mut options = BTreeMap::new();
    for (name, value) in given {
        let option = OptionName::find(name).ok_or_else(|| {
            let message = format!("there is no option `{}`", super::text::shown(name));
            Error::new(Kind::Configuration, message).hint("Leave it out")
        })?;
        let default = settings::find(name).and_then(|setting| setting.default).unwrap_or_default();
        if !value.is_empty() && value != default {
            options.insert(option, value.to_owned());
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn options_at_their_default_are_not_written_down() {
        let given = [("CHUNK_SIZE", "10000"), ("MAX_DOCUMENTS", "7"), ("PROXY", ""), ("INCLUDE_CALCS", "false")];
        let options = read_options(given).unwrap();
        assert_eq!(options, [(OptionName::find("MAX_DOCUMENTS").unwrap(), "7".to_owned())].into());
        for name in ["EXECUTE_APIKEY_SECRET", "STATE_DIR", "max_documents", "NOPE"] {
            assert_eq!(read_options([(name, "x")]).unwrap_err().kind(), Kind::Configuration, "{name}");
        }
    }

    #[test]
    fn an_option_has_a_label_in_peoples_words() {
        for option in options() {
            let label = field_of(option).title;
            let variable = option.name.replace('_', " ");
            assert!(label == "Proxy" || !label.eq_ignore_ascii_case(&variable), "{label}");
            assert!(label.chars().skip(1).all(|c| !c.is_uppercase()), "{label}");
        }
    }

    #[test]
    fn every_setting_is_an_option_or_asked_for_elsewhere() {
        let names: Vec<_> = options().map(|setting| setting.name).collect();
        assert_eq!(
            names,
            [
                "MAX_DOCUMENTS",
                "CHUNK_SIZE",
                "INCLUDE_CALCS",
                "HIDE_INACTIVE_FIELDS",
                "KEEP_SUPERSEDED",
                "ON_BAD_DOCUMENT",
                "PROXY",
                "CA_FILE",
                "FIRST_BYTE_TIMEOUT",
                "IDLE_TIMEOUT",
                "MAX_DOCUMENT_BYTES",
                "ALLOW_CLOSE_DELIMITED",
            ]
        );
        assert!(options().all(|setting| !setting.secret), "no option holds a secret");
    }
}
