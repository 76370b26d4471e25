//! The layers a setting can come from: a flag beats the environment, the environment beats the file; or a flag beats the
//! profile.

use super::env_file::EnvFile;
use super::environment::Environment;
use super::settings::{FILE_SUFFIX, PREFIX, SETTINGS, Setting};
use super::text::{plain_path, shown};
use crate::error::{Error, Kind, Result};
use crate::paths::HOME_VARIABLE;
use crate::secret::Secret;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// No secret is longer.
const LONGEST_SECRET: usize = 1 << 20;

/// Where a value was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// On the command line.
    Flag,
    /// In an environment variable.
    Environment,
    /// In `.env` or `config.env`.
    File,
    /// In the profile that was named; environment and file are then not read.
    Profile,
}

/// All that was given, in its layers. In each, an empty value counts as not given.
#[derive(Default)]
pub struct Sources {
    /// Values of flags by [`Setting::name`]; a switch without a value is `true`.
    pub flags: BTreeMap<&'static str, String>,
    /// The environment.
    pub environment: Environment,
    /// `.env` or `config.env`.
    pub file: EnvFile,
    /// The profile, if one was named.
    pub profile: Option<ProfileLayer>,
}

/// What a profile gives.
#[derive(Debug)]
pub struct ProfileLayer {
    /// Its name, for messages.
    pub name: String,
    /// Values by [`Setting::name`]; no secrets.
    pub values: BTreeMap<&'static str, String>,
    /// Where the secret of the API key is, for people: `in the keychain, for example.com`.
    pub secret: Option<String>,
}

/// How a secret was given.
pub(super) enum SecretPlace<'a> {
    /// As itself.
    Value(&'a str),
    /// By the path of a file that holds it.
    File(&'a str),
}

impl Sources {
    /// The layers as a command line has them: its flags, the environment, and the file in `working_dir`.
    pub fn load(flags: BTreeMap<&'static str, String>, environment: Environment, working_dir: &Path) -> Result<Self> {
        let file = EnvFile::read(working_dir, &environment)?;
        Ok(Sources { flags, environment, file, profile: None })
    }

    /// The value of a setting from the highest layer that gives one, and that layer; none when no layer does. A
    /// secret that a `_FILE` variable names is not found here: see [`Sources::secret`].
    pub fn resolve(&self, setting: &Setting) -> Option<(&str, Origin)> {
        let env = setting.env();
        LAYERS.into_iter().find_map(|origin| Some((self.value_in(origin, setting, &env)?, origin)))
    }

    /// Whether any layer gives the setting, be it by a `_FILE` variable.
    pub fn is_set(&self, setting: &Setting) -> bool {
        let by_file = setting.secret
            && (self.environment.get(&setting.env_of_file()).or(self.file.get(&setting.env_of_file()))).is_some();
        by_file || self.resolve(setting).is_some()
    }

    /// The secret from the highest layer that gives it, itself or by a `_FILE` variable (a relative path stands in
    /// `working_dir`; one line end at its end is dropped). One layer giving both is an error, and so is a file that
    /// cannot be read or is empty.
    pub fn secret(&self, setting: &'static Setting, working_dir: &Path) -> Result<Option<Arc<Secret>>> {
        Ok(self.secret_text(setting, working_dir)?.map(|text| Arc::new(Secret::new(text))))
    }

    /// As [`Sources::secret`], for a value that turns out to be none: a path is not to be blotted out of every message.
    pub(super) fn secret_text(&self, setting: &'static Setting, working_dir: &Path) -> Result<Option<String>> {
        Ok(match self.secret_place(setting)? {
            None => None,
            Some((SecretPlace::Value(value), _)) => Some(value.to_owned()),
            Some((SecretPlace::File(path), _)) => Some(secret_in_file(setting, path, working_dir)?),
        })
    }

    /// Does this layer give the setting, itself or by a `_FILE` variable?
    pub(super) fn gives(&self, origin: Origin, setting: &Setting) -> bool {
        let by_file = origin == Origin::Environment && self.environment.get(&setting.env_of_file()).is_some();
        by_file || self.value_in(origin, setting, &setting.env()).is_some()
    }

    /// The same, but for what flags and the environment say of one setting.
    pub(super) fn as_written_down(&self, setting: &Setting) -> Sources {
        let mut flags = self.flags.clone();
        flags.remove(setting.name);
        let environment = self.environment.without(&[&setting.env(), &setting.env_of_file()]);
        Sources { flags, environment, file: self.file.clone(), profile: None }
    }

    /// Names in environment and file that begin as ours do but are no settings: most likely misspelt.
    pub fn unknown_names(&self) -> Vec<String> {
        let is_setting = |name: &str| {
            let by_file = name.strip_suffix(FILE_SUFFIX);
            SETTINGS.iter().any(|setting| setting.name == name || (setting.secret && by_file == Some(setting.name)))
        };
        let names = self.environment.names().chain(self.file.names());
        let ours = names
            .filter(|name| *name != HOME_VARIABLE)
            .filter(|name| name.strip_prefix(PREFIX).is_some_and(|name| !is_setting(name)));
        ours.map(shown).collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub(super) fn secret_place(&self, setting: &'static Setting) -> Result<Option<(SecretPlace<'_>, Origin)>> {
        let (env, env_of_file) = (setting.env(), setting.env_of_file());
        for origin in LAYERS {
            let value = self.value_in(origin, setting, &env);
            let path = match origin {
                Origin::Flag => None,
                Origin::Environment => self.environment.get(&env_of_file),
                Origin::File => self.file.get(&env_of_file),
                Origin::Profile => None,
            };
            return Ok(Some(match (value, path) {
                (None, None) => continue,
                (Some(value), None) => (SecretPlace::Value(value), origin),
                (None, Some(path)) => (SecretPlace::File(path), origin),
                (Some(_), Some(_)) => {
                    let message = format!("both {env} and {env_of_file} are set {}", self.place(origin));
                    return Err(Error::new(Kind::Secret, message).hint("Keep one of them").field(setting.name));
                }
            }));
        }
        Ok(None)
    }

    /// How messages call a layer.
    pub(super) fn place(&self, origin: Origin) -> String {
        match origin {
            Origin::Flag => "on the command line".to_owned(),
            Origin::Environment => "in the environment".to_owned(),
            Origin::File => format!("in {}", self.file.name()),
            Origin::Profile => "in the profile".to_owned(),
        }
    }

    fn value_in(&self, origin: Origin, setting: &Setting, env: &str) -> Option<&str> {
        match origin {
            Origin::Flag => self.flags.get(setting.name).map(String::as_str).filter(|value| !value.is_empty()),
            Origin::Environment => self.environment.get(env),
            Origin::File => self.file.get(env),
            Origin::Profile => {
                let given = self.profile.as_ref().and_then(|profile| profile.values.get(setting.name));
                given.map(String::as_str).filter(|value| !value.is_empty())
            }
        }
    }
}

/// The layers, the strongest first.
const LAYERS: [Origin; 4] = [Origin::Flag, Origin::Environment, Origin::File, Origin::Profile];

/// Names only: values may be secrets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources")
            .field("flags", &self.flags.keys())
            .field("environment", &self.environment)
            .field("file", &self.file)
            .finish()
    }
}

fn secret_in_file(setting: &'static Setting, path: &str, working_dir: &Path) -> Result<String> {
    let env = setting.env_of_file();
    let named = plain_path(path, &env, setting.name, Kind::Secret)?;
    let path = working_dir.join(named);
    let leads_somewhere = path.exists() || (named.is_absolute() && path.parent().is_some_and(Path::is_dir));
    if !leads_somewhere {
        // Somebody may have put the secret itself there: what is no path that leads anywhere is not repeated.
        return Err(Error::new(Kind::Secret, format!("the file that {env} names does not exist"))
            .hint("Give the path of a file that holds the secret; what stands there now is not shown, in case it is the secret itself")
            .field(setting.name));
    }
    let refused = |what: &str, hint: &str| {
        let message = format!("{}, which {env} names, {what}", path.display());
        Error::new(Kind::Secret, message).hint(hint).field(setting.name)
    };
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(LONGEST_SECRET as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| refused("cannot be read", "Give the path of a readable file").because(error))?;
    if bytes.len() > LONGEST_SECRET {
        return Err(refused("is larger than 1 MiB", "Give a file that holds the secret alone"));
    }
    let text = String::from_utf8(bytes).map_err(|_| refused("is not UTF-8", "Save it as UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() {
        return Err(refused("is empty", "Write the secret into it"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::settings::{DATABASE_DSN, EXECUTE_APIKEY_SECRET, WAIT};
    use super::*;

    const KEY: &str = "EXECUTESYNC_EXECUTE_APIKEY_SECRET";
    const KEY_FILE: &str = "EXECUTESYNC_EXECUTE_APIKEY_SECRET_FILE";

    fn sources(flags: &[(&'static str, &str)], environment: &[(&str, &str)], file: &str) -> Sources {
        let environment: Environment = environment.iter().copied().collect();
        Sources {
            flags: flags.iter().map(|&(name, value)| (name, value.to_owned())).collect(),
            file: EnvFile::parse(file.as_bytes(), Path::new("/w/.env"), &environment).unwrap(),
            environment,
            profile: None,
        }
    }

    #[test]
    fn a_flag_beats_the_environment_and_that_beats_the_file() {
        let (env, file) = ([("EXECUTESYNC_WAIT", "2")], "EXECUTESYNC_WAIT=3");
        assert_eq!(sources(&[("WAIT", "1")], &env, file).resolve(&WAIT), Some(("1", Origin::Flag)));
        assert_eq!(sources(&[], &env, file).resolve(&WAIT), Some(("2", Origin::Environment)));
        assert_eq!(sources(&[], &[], file).resolve(&WAIT), Some(("3", Origin::File)));
        assert_eq!(sources(&[], &[], "").resolve(&WAIT), None);
    }

    #[test]
    fn an_empty_value_gives_way_to_the_layer_below() {
        let sources = sources(&[("WAIT", "")], &[("EXECUTESYNC_WAIT", "")], "EXECUTESYNC_WAIT=3");
        assert_eq!(sources.resolve(&WAIT), Some(("3", Origin::File)));
    }

    #[test]
    fn a_secret_comes_from_a_file_without_its_line_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        for (content, secret) in
            [("k", "k"), ("k\n", "k"), ("k\r\n", "k"), ("k \n\n", "k \n"), ("\u{feff}a\nb\n", "a\nb")]
        {
            std::fs::write(&path, content).unwrap();
            let read = sources(&[], &[(KEY_FILE, "key")], "").secret(&EXECUTE_APIKEY_SECRET, dir.path());
            assert_eq!(read.unwrap().unwrap().expose(), secret, "{content:?}");
        }
        let dsn = sources(&[], &[], &format!("EXECUTESYNC_DATABASE_DSN_FILE={}", path.display()));
        assert!(dsn.is_set(&DATABASE_DSN) && dsn.resolve(&DATABASE_DSN).is_none());
        assert_eq!(dsn.secret(&DATABASE_DSN, Path::new("/")).unwrap().unwrap().expose(), "a\nb");
    }

    #[test]
    fn a_secret_file_that_is_missing_empty_or_no_text_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("empty"), "\n").unwrap();
        std::fs::write(dir.path().join("binary"), [0xff, 0xfe]).unwrap();
        std::fs::write(dir.path().join("long"), vec![b'a'; LONGEST_SECRET + 1]).unwrap();
        let rows = [(".", "cannot be read"), ("empty", "is empty"), ("binary", "is not UTF-8"), ("long", "larger")];
        for (name, what) in rows {
            let error = sources(&[], &[(KEY_FILE, name)], "").secret(&EXECUTE_APIKEY_SECRET, dir.path()).unwrap_err();
            assert_eq!((error.kind(), error.at_field()), (Kind::Secret, Some("EXECUTE_APIKEY_SECRET")));
            let message = error.message();
            assert!(message.contains(what) && message.contains(KEY_FILE) && message.contains(name), "{message}");
            assert!(error.remedy().is_some());
        }
        let error =
            sources(&[], &[(KEY_FILE, "hunter2/xyz==")], "").secret(&EXECUTE_APIKEY_SECRET, dir.path()).unwrap_err();
        assert!(error.message().contains(KEY_FILE) && !error.message().contains("hunter2"), "{error}");
        let error = sources(&[], &[(KEY_FILE, "~/key")], "").secret(&EXECUTE_APIKEY_SECRET, dir.path()).unwrap_err();
        assert_eq!(error.kind(), Kind::Secret);
    }

    #[test]
    fn a_secret_given_twice_in_a_layer_is_an_error() {
        let twice = [
            sources(&[], &[(KEY, "hunter2"), (KEY_FILE, "f")], ""),
            sources(&[], &[], &format!("{KEY}=hunter2\n{KEY_FILE}=f")),
        ];
        for sources in twice {
            let error = sources.secret(&EXECUTE_APIKEY_SECRET, Path::new("/")).unwrap_err();
            assert_eq!(error.kind(), Kind::Secret);
            assert!(error.message().contains(KEY) && error.message().contains(KEY_FILE), "{error}");
            assert!(!error.message().contains("hunter2"));
        }
    }

    #[test]
    fn a_secret_of_a_stronger_layer_holds_whatever_form_it_has() {
        let read = |sources: Sources| sources.secret(&EXECUTE_APIKEY_SECRET, Path::new("/nowhere"));
        let by_flag = sources(&[("EXECUTE_APIKEY_SECRET", "a")], &[(KEY_FILE, "f")], &format!("{KEY}=b"));
        assert_eq!(read(by_flag).unwrap().unwrap().expose(), "a");
        let error = read(sources(&[], &[(KEY_FILE, "f")], &format!("{KEY}=b"))).unwrap_err();
        assert!(error.message().contains(KEY_FILE), "{error}");
        assert!(read(sources(&[], &[], "")).unwrap().is_none());
    }

    #[test]
    fn names_that_are_no_settings_are_found() {
        let sources = sources(
            &[],
            &[("EXECUTESYNC_WAIT", "1"), ("EXECUTESYNC_DATABSE_DSN", "x"), (KEY_FILE, "f"), ("PATH", "p")],
            "EXECUTESYNC_WAIT_FILE=1\nOTHER=1\nEXECUTESYNC_DATABSE_DSN=x",
        );
        assert_eq!(sources.unknown_names(), ["EXECUTESYNC_DATABSE_DSN", "EXECUTESYNC_WAIT_FILE"]);
    }

    #[test]
    fn debug_shows_no_value() {
        let sources = sources(&[("EXECUTE_APIKEY_SECRET", "hunter2")], &[(KEY, "hunter2")], &format!("{KEY}=hunter2"));
        let text = format!("{sources:?}");
        assert!(text.contains("EXECUTE_APIKEY_SECRET") && !text.contains("hunter2"), "{text}");
    }
}
