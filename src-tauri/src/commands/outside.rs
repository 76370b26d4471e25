//! A profile's database in the system's own program for it. The window names the profile, never a path.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::DestinationSettings;

use super::{Answer, TheCore, blocking};
use crate::run;

/// Endings that systems give to programs that look into a database. With another one the system might run the file: what
/// it holds comes from a server.
const ENDINGS: [&str; 4] = ["sqlite", "sqlite3", "db", "db3"];

/// How every SQLite file begins.
const BEGINS: &[u8; 16] = b"SQLite format 3\0";

/// Opens a profile's database with the program that this system has for such files.
#[tauri::command]
pub(crate) async fn open_database(core: TheCore<'_>, id: String) -> Answer<()> {
    let core = Arc::clone(&core);
    blocking(move || {
        let (DestinationSettings::Sqlite { path }, _) = run::destination(&core.profile(&id)?, &core.dirs)?;
        look(&path)?;
        tauri_plugin_opener::open_path(&path, None::<&str>).map_err(|e| {
            Error::new(Kind::Internal, format!("{} cannot be opened from here", path.display()))
                .hint("Show it in its folder and open it there")
                .because(e)
        })
    })
    .await
}

/// Whether it is a database that may be handed to the system.
fn look(path: &Path) -> Result<()> {
    let refuse = |what: &str, hint: &str| Err(Error::new(Kind::Configuration, what.to_owned()).hint(hint));
    let shown = path.display();
    if !path.exists() {
        return refuse(
            &format!("there is no database {shown}"),
            "Sync, and it is made; if it was there before, put it back first",
        );
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    if !ENDINGS.contains(&ending.as_str()) {
        return refuse(
            &format!("{shown} is not called like a database, so the system might run it instead of showing it"),
            "Show it in its folder and open it there, or call it .sqlite",
        );
    }
    let mut beginning = [0; BEGINS.len()];
    match File::open(path).and_then(|mut file| file.read_exact(&mut beginning)) {
        Ok(()) if &beginning == BEGINS => Ok(()),
        Ok(()) => refuse(&format!("{shown} is no SQLite database"), "Choose another file in the profile's settings"),
        Err(e) => Err(execute_sync::paths::unreadable(path, e)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_a_database_is_handed_to_the_system() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let database = b"SQLite format 3\0and pages";
        for name in ["afes.sqlite", "afes.DB", "ends.with.sqlite3", "x.db3"] {
            assert!(look(&file(name, database)).is_ok(), "{name}");
        }
        for name in ["afes.bat", "afes.desktop", "afes.sqlite.sh", "afes", ".sqlite"] {
            assert_eq!(look(&file(name, database)).unwrap_err().kind(), Kind::Configuration, "{name}");
        }
        assert_eq!(
            look(&file("script.db", b"#!/bin/sh\nrm -rf everything\n")).unwrap_err().kind(),
            Kind::Configuration
        );
        assert_eq!(look(&file("short.db", b"SQL")).unwrap_err().kind(), Kind::Disk);
        assert_eq!(look(&folder.path().join("none.sqlite")).unwrap_err().kind(), Kind::Configuration);
    }
}
