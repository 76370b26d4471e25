//! The path of a database file: checked where a person gives one, made up where nobody does.

use std::path::{Path, PathBuf};

use super::PATH;
use crate::error::{Error, Kind, Result};
use crate::paths::{AppDirs, check_file_name};

/// The path of a database file as a profile may hold it: whole, and without what a DSN would read as something else.
pub(super) fn checked_path(text: &str) -> Result<String> {
    let refused = |what: &str, hint: &str| {
        Err(Error::new(Kind::Configuration, format!("the path of the database file {what}")).hint(hint).field(PATH))
    };
    if !Path::new(text).is_absolute() {
        return refused("does not begin at the top", "Give it with all folders above it");
    }
    match crate::profile::dsn::SqliteDsn::parse(text) {
        Ok(dsn) if dsn.path == Path::new(text) => Ok(text.to_owned()),
        Ok(_) => refused("holds a `?`", "Choose a path without it"),
        Err(error) => refused("cannot be used", error.remedy().unwrap_or("Choose another file")),
    }
}

/// A path as text, for a file of settings; not every path is one.
pub(in crate::profile) fn path_text(path: &Path) -> Result<String> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        Error::new(Kind::Configuration, format!("the path {} is not Unicode", path.display()))
            .hint("Choose a folder and a file whose names are")
    })
}

/// How the names of SQLite files end; a new one gets the first.
pub const DATABASE_ENDS: [&str; 3] = ["sqlite", "db", "sqlite3"];

/// Where the database of a new profile goes if nobody says so: on this machine, in no folder that something else copies
/// about, under the profile's name.
pub fn default_database(dirs: &AppDirs, name: &str, taken: impl Fn(&Path) -> bool) -> PathBuf {
    database_in(&dirs.databases(), name, taken)
}

/// A new database in `folder`, under the profile's name; with a number where that name is not free.
pub fn database_in(folder: &Path, name: &str, taken: impl Fn(&Path) -> bool) -> PathBuf {
    let end = DATABASE_ENDS[0];
    let plain: String =
        name.chars().map(|c| if r#"<>:"/\|?*%#"#.contains(c) || c.is_control() { '_' } else { c }).collect();
    let plain = plain.trim().trim_end_matches('.').trim();
    let is_fit = !plain.is_empty() && check_file_name(&format!("{plain}.{end}")).is_ok();
    let stem = if is_fit { plain } else { "execute" };
    let numbered = |n: u32| folder.join(if n == 1 { format!("{stem}.{end}") } else { format!("{stem} {n}.{end}") });
    let free = (1..10_000).map(numbered).find(|path| !path.exists() && !taken(path));
    free.unwrap_or_else(|| folder.join(format!("{}.{end}", crate::profile::stored::new_id())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_database_is_named_after_its_profile() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = AppDirs::find(Some(folder.path().into())).unwrap();
        let name =
            |name: &str| default_database(&dirs, name, |_| false).file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(name("Northern AFEs"), "Northern AFEs.sqlite");
        assert_eq!(name("a/b: c?"), "a_b_ c_.sqlite");
        assert_eq!(name("nul"), "execute.sqlite");
        assert_eq!(name("Größe."), "Größe.sqlite");
        assert_eq!(name("  "), "execute.sqlite");
        std::fs::create_dir_all(dirs.databases()).unwrap();
        std::fs::write(dirs.databases().join("Northern AFEs.sqlite"), "").unwrap();
        assert_eq!(name("Northern AFEs"), "Northern AFEs 2.sqlite");
    }

    #[test]
    fn a_path_is_whole_and_means_itself() {
        let whole = if cfg!(windows) { r"C:\data\a.sqlite" } else { "/data/a.sqlite" };
        assert_eq!(checked_path(whole).unwrap(), whole);
        for wrong in
            ["a.sqlite", "~/a.sqlite", ":memory:", "", "/data/a.sqlite?mode=ro", "/data/", "file:/data/a.sqlite"]
        {
            let error = checked_path(wrong).unwrap_err();
            assert_eq!(error.at_field(), Some(PATH), "{wrong}");
        }
    }
}
