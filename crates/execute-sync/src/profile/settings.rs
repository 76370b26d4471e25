//! Every setting there is, once: its variable, its flag, its default, its kind. Reading, `config` and the command
//! line's flags all follow from this table. What the values mean is in `read`, not here.

/// What every variable's name begins with.
pub const PREFIX: &str = "EXECUTESYNC_";

/// What a secret's variable ends with when it names a file to read the secret from.
pub const FILE_SUFFIX: &str = "_FILE";

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable without its prefix; also what [`crate::error::Error::field`] carries.
    pub name: &'static str,
    /// What a person reads in the output of `config`.
    pub title: &'static str,
    /// What a form calls it.
    pub form_title: &'static str,
    /// The flag, without its two dashes.
    pub flag: &'static str,
    /// The flag's one letter.
    pub short: Option<char>,
    /// Further long names of the flag.
    pub aliases: &'static [&'static str],
    /// What a value looks like.
    pub kind: ValueKind,
    /// The value when no layer gives one, in the form a person would write.
    pub default: Option<&'static str>,
    /// Whether a run needs it and it has no default.
    pub required: bool,
    /// Whether its value is never shown, and may come from a file named by `{NAME}_FILE`.
    pub secret: bool,
    /// Which commands take the flag.
    pub place: FlagPlace,
    /// Whether the older tool has it too: scripts that call that may name it with any command.
    pub is_older: bool,
    /// One line for `--help`.
    pub help: &'static str,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Any text.
    Text,
    /// A URL.
    Url,
    /// A path; a relative one stands in the working directory.
    Path,
    /// A whole number within these bounds, both included.
    Number {
        /// The smallest value allowed.
        min: u64,
        /// The largest value allowed.
        max: u64,
    },
    /// Yes or no; the flag alone means yes.
    Switch,
    /// One of these words, in any case.
    OneOf(&'static [&'static str]),
}

/// Which commands take a setting's flag. Variables are always read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagPlace {
    /// Every command, before or after its name.
    Everywhere,
    /// Only `push` and `sync`.
    PushAndSync,
}

impl Setting {
    /// The full name of the environment variable.
    pub fn env(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// The full name of the variable that names a file with the secret.
    pub fn env_of_file(&self) -> String {
        format!("{PREFIX}{}{FILE_SUFFIX}", self.name)
    }

    /// What stands for the value in `--help`; none for a switch.
    pub fn value_name(&self) -> Option<&'static str> {
        match self.kind {
            ValueKind::Text | ValueKind::OneOf(_) => Some("TEXT"),
            ValueKind::Url => Some("URL"),
            ValueKind::Path => Some("PATH"),
            ValueKind::Number { .. } => Some("N"),
            ValueKind::Switch => None,
        }
    }

    /// How a message names it: `EXECUTESYNC_WAIT (--wait)`.
    pub(super) fn label(&self) -> String {
        format!("{} (--{})", self.env(), self.flag)
    }

    const fn new(name: &'static str, flag: &'static str, title: &'static str, kind: ValueKind) -> Self {
        Setting {
            name,
            title,
            form_title: title,
            flag,
            short: None,
            aliases: &[],
            kind,
            default: None,
            required: false,
            secret: false,
            place: FlagPlace::Everywhere,
            is_older: false,
            help: "",
        }
    }

    const fn older(mut self) -> Self {
        self.is_older = true;
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    const fn in_forms(mut self, title: &'static str) -> Self {
        self.form_title = title;
        self
    }

    const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    const fn on_push_and_sync(mut self) -> Self {
        self.place = FlagPlace::PushAndSync;
        self
    }

    const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}

/// The setting with this name (without the prefix).
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name).copied()
}

/// More than anyone waits for, and far below what a timer overflows at.
const LONGEST_S: u64 = 10 * 366 * 24 * 60 * 60;
/// No page and no list is larger.
const MOST: u64 = 1_000_000_000;
/// SQLite stores no longer text.
const LONGEST_DOCUMENT: u64 = 1_000_000_000;

macro_rules! settings {
    ($($name:ident, $flag:literal, $title:literal, $kind:expr => $($method:ident($($argument:expr),*)).+;)+) => {
        $(
            #[doc = concat!("`EXECUTESYNC_", stringify!($name), "`, `--", $flag, "`.")]
            pub static $name: Setting =
                Setting::new(stringify!($name), $flag, $title, $kind)$(.$method($($argument),*))+;
        )+
        /// Every setting, in the order in which they are shown.
        pub static SETTINGS: &[&Setting] = &[$(&$name),+];
    };
}

settings! {
    EXECUTE_URL, "execute-url", "Execute URL", ValueKind::Url => older().required().short('u')
        .help("Address of Execute, such as https://example.com");
    EXECUTE_APIKEY_ID, "execute-key-id", "API Key ID", ValueKind::Text => older().required()
        .help("Id of the API key");
    EXECUTE_APIKEY_SECRET, "execute-key-secret", "API Key Secret", ValueKind::Text => older().required().secret()
        .help("Secret of the API key; a flag is visible to other programs, the variable or a file is not");
    MAX_DOCUMENTS, "max-documents", "Max Documents", ValueKind::Number { min: 1, max: MOST } => older().short('m')
        .default("10000").in_forms("Documents a page").help("Documents asked for at once");
    DATABASE_TYPE, "database-type", "Database Type", ValueKind::Text => older().required()
        .help("Kind of database: SQLITE (GOSQLITE is the same)");
    DATABASE_DSN, "database-dsn", "Database DSN", ValueKind::Text => older().secret()
        .help("Where the database is; for SQLite a path [default: execute.sqlite in the state directory]");
    STATE_DIR, "state-dir", "State Directory", ValueKind::Path => older().short('d').default(".")
        .help("Directory that holds last_sync_date.txt");
    WAIT, "wait", "Wait", ValueKind::Number { min: 0, max: LONGEST_S } => older().short('w').default("600")
        .help("Seconds between two syncs; 0 = sync once");
    CHUNK_SIZE, "chunk-size", "Chunk Size", ValueKind::Number { min: 1, max: MOST } => older().short('c')
        .default("10000").in_forms("List items a row").help("Items of a record list kept in one row");
    INCLUDE_CALCS, "include-calcs", "Include Calcs", ValueKind::Switch => older().short('x').aliases(&["calcs"])
        .default("false").in_forms("Calculated fields").help("Ask for calculated fields too");
    HIDE_INACTIVE_FIELDS, "hide-inactive-fields", "Hide Inactive Fields", ValueKind::Switch => older().default("false")
        .in_forms("Hide retired fields").help("Leave retired fields out of the helper views");
    LOG_LEVEL, "log-level", "Log Level", ValueKind::OneOf(&["quiet", "info", "debug"]) => older().short('l')
        .default("info").help("quiet (warnings and worse), info or debug");
    LOG_FILE, "log-file", "Log File", ValueKind::Path =>
        older().help("Log to this file as well as to standard error");
    FORCE, "force", "Force", ValueKind::Switch => older().short('f').default("false").on_push_and_sync()
        .help("Full refresh: read everything again (in sync: the first run only)");
    KEEP_SUPERSEDED, "keep-superseded", "Keep Superseded", ValueKind::Switch => default("false")
        .in_forms("Keep earlier rows").help("Keep the rows of earlier batches");
    ON_BAD_DOCUMENT, "on-bad-document", "On Bad Document", ValueKind::OneOf(&["quarantine", "stop"]) =>
        default("quarantine").in_forms("When a document cannot be stored")
        .help("What to do with a document that cannot be stored: quarantine or stop");
    PROXY, "proxy", "Proxy", ValueKind::Url =>
        help("Proxy for the requests to Execute, instead of the system's");
    CA_FILE, "ca-file", "CA File", ValueKind::Path =>
        in_forms("Certificate authority file").help("PEM file with certificates to trust besides the system's");
    FIRST_BYTE_TIMEOUT, "first-byte-timeout", "First Byte Timeout", ValueKind::Number { min: 1, max: LONGEST_S } =>
        default("600").in_forms("Wait for an answer, in seconds").help("Seconds to wait for the first byte of an answer");
    IDLE_TIMEOUT, "idle-timeout", "Idle Timeout", ValueKind::Number { min: 1, max: LONGEST_S } => default("60")
        .in_forms("Wait for more of it, in seconds").help("Seconds an answer may stand still");
    MAX_DOCUMENT_BYTES, "max-document-bytes", "Max Document Bytes",
        ValueKind::Number { min: 1024, max: LONGEST_DOCUMENT } => default("268435456")
        .in_forms("Largest document, in bytes").help("Largest document stored, in bytes; larger ones are quarantined");
    ALLOW_CLOSE_DELIMITED, "allow-close-delimited", "Allow Close Delimited", ValueKind::Switch => default("false")
        .in_forms("Accept answers of unknown length").help("Accept answers that end only by closing the connection; a cut one then looks whole");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_flags_letters_and_aliases_are_all_different() {
        let mut names = BTreeSet::new();
        let mut flags = BTreeSet::new();
        let mut shorts = BTreeSet::new();
        for setting in SETTINGS {
            assert!(names.insert(setting.name));
            assert!(flags.insert(setting.flag), "{}", setting.flag);
            for alias in setting.aliases {
                assert!(flags.insert(alias));
            }
            if let Some(short) = setting.short {
                assert!(shorts.insert(short), "-{short}");
            }
            assert!(!setting.help.is_empty() && !setting.help.ends_with('.'), "{}", setting.name);
        }
        for name in &names {
            assert!(!names.contains(format!("{name}{FILE_SUFFIX}").as_str()));
        }
    }

    #[test]
    fn the_table_is_the_older_tools() {
        let expected = [
            ("EXECUTE_URL", "execute-url", Some('u'), None),
            ("EXECUTE_APIKEY_ID", "execute-key-id", None, None),
            ("EXECUTE_APIKEY_SECRET", "execute-key-secret", None, None),
            ("MAX_DOCUMENTS", "max-documents", Some('m'), Some("10000")),
            ("DATABASE_TYPE", "database-type", None, None),
            ("DATABASE_DSN", "database-dsn", None, None),
            ("STATE_DIR", "state-dir", Some('d'), Some(".")),
            ("WAIT", "wait", Some('w'), Some("600")),
            ("CHUNK_SIZE", "chunk-size", Some('c'), Some("10000")),
            ("INCLUDE_CALCS", "include-calcs", Some('x'), Some("false")),
            ("HIDE_INACTIVE_FIELDS", "hide-inactive-fields", None, Some("false")),
            ("LOG_LEVEL", "log-level", Some('l'), Some("info")),
            ("LOG_FILE", "log-file", None, None),
            ("FORCE", "force", Some('f'), Some("false")),
        ];
        for (name, flag, short, default) in expected {
            let setting = find(name).unwrap();
            assert_eq!((setting.flag, setting.short, setting.default), (flag, short, default), "{name}");
        }
        let older: Vec<&str> = SETTINGS.iter().filter(|setting| setting.is_older).map(|setting| setting.name).collect();
        assert_eq!(older, expected.map(|(name, ..)| name));
        assert_eq!(INCLUDE_CALCS.aliases, ["calcs"]);
        assert_eq!(WAIT.env(), "EXECUTESYNC_WAIT");
        assert_eq!(find("NOTHING"), None);
    }

    #[test]
    fn the_key_and_the_dsn_are_secret_and_force_belongs_to_two_commands() {
        let names = |wanted: fn(&&&Setting) -> bool| SETTINGS.iter().filter(wanted).map(|s| s.name).collect::<Vec<_>>();
        assert_eq!(names(|s| s.secret), ["EXECUTE_APIKEY_SECRET", "DATABASE_DSN"]);
        assert_eq!(
            names(|s| s.required),
            ["EXECUTE_URL", "EXECUTE_APIKEY_ID", "EXECUTE_APIKEY_SECRET", "DATABASE_TYPE"]
        );
        assert_eq!(names(|s| s.place == FlagPlace::PushAndSync), ["FORCE"]);
        assert_eq!(DATABASE_DSN.env_of_file(), "EXECUTESYNC_DATABASE_DSN_FILE");
    }

    #[test]
    fn only_a_switch_takes_no_value() {
        for setting in SETTINGS {
            assert_eq!(setting.value_name().is_none(), setting.kind == ValueKind::Switch, "{}", setting.name);
        }
    }
}
