//! The environment as a value. The process's own is read here and nowhere else.

use super::settings::PREFIX;
use crate::error::{Error, Kind, Result};
use crate::paths::HOME_VARIABLE;
use std::collections::BTreeMap;
use std::fmt;

/// Environment variables by name. An empty variable counts as not set.
#[derive(Default, Clone)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// A copy of the process's variables. Those that are not Unicode are left out, unless one is a setting of ours:
    /// then an error names it.
    pub fn of_process() -> Result<Self> {
        let mut variables = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => {
                    variables.insert(name, value);
                }
                Err(_) if name.starts_with(PREFIX) && name != HOME_VARIABLE => {
                    return Err(Error::new(Kind::Configuration, format!("{name} in the environment is not Unicode"))
                        .hint(format!("Set {name} to a value in UTF-8")));
                }
                Err(_) => {}
            }
        }
        Ok(Environment(variables))
    }

    /// One variable of the process, whatever else is set there; none when it is empty.
    pub fn variable_of_process(name: &str) -> Result<Option<String>> {
        match std::env::var(name) {
            Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(Error::new(Kind::Configuration, format!("{name} in the environment is not Unicode"))
                    .hint(format!("Set {name} to a value in UTF-8")))
            }
        }
    }

    /// The folder that [`HOME_VARIABLE`] of the process names; it need not be Unicode.
    pub fn home_of_process() -> Option<std::ffi::OsString> {
        std::env::var_os(HOME_VARIABLE)
    }

    /// The value of a variable that is set to something.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether the variable is there at all, be it empty.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The same but for these variables.
    pub(super) fn without(&self, names: &[&str]) -> Environment {
        self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).map(|(n, v)| (n.clone(), v.clone())).collect()
    }

    /// Every name, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Environment(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names().filter(|name| name.starts_with(PREFIX))).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_empty_variable_is_not_set() {
        let environment = Environment::from_iter([("EXECUTESYNC_WAIT", ""), ("A", "b")]);
        assert_eq!(environment.get("EXECUTESYNC_WAIT"), None);
        assert!(environment.contains("EXECUTESYNC_WAIT"));
        assert_eq!(environment.get("A"), Some("b"));
    }

    #[test]
    fn debug_shows_names_and_no_value() {
        let environment = Environment::from_iter([("EXECUTESYNC_EXECUTE_APIKEY_SECRET", "hunter2")]);
        assert_eq!(format!("{environment:?}"), r#"{"EXECUTESYNC_EXECUTE_APIKEY_SECRET"}"#);
    }

    #[test]
    fn the_processs_environment_can_be_read() {
        assert!(Environment::of_process().unwrap().get("PATH").is_some());
    }
}
