//! The name of an option in a profile: only settings that a profile may hold have one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::profile::form;
use crate::profile::settings::Setting;

/// The name of a setting that a profile may hold as an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OptionName(&'static str);

impl OptionName {
    /// The option of this name, `MAX_DOCUMENTS`.
    pub fn find(name: &str) -> Option<Self> {
        form::options().find(|setting| setting.name == name).map(|setting| OptionName(setting.name))
    }

    /// The option of a setting that is one.
    pub(super) fn of(setting: &'static Setting) -> Self {
        OptionName(setting.name)
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for OptionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for OptionName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for OptionName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        OptionName::find(&name).ok_or_else(|| serde::de::Error::custom(format!("unknown field `{name}`")))
    }
}
