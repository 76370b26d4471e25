//! Settings that name one file.
#![allow(clippy::unwrap_used)]
use super::*;

/// Settings by name, without the prefix.
type Given = &'static [(&'static str, &'static str)];

fn refused(folder: &Path, settings: &[(&str, &str)]) -> Option<Error> {
    let environment = settings.iter().map(|&(name, value)| (format!("EXECUTESYNC_{name}"), value)).collect();
    refuse_shared(&Sources { environment, ..Sources::default() }, folder).err()
}

#[test]
fn a_file_that_one_of_two_settings_writes_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("s")).unwrap();
    std::fs::write(dir.path().join(".execute-sync-0123456789abcdef.lock"), "").unwrap();
    let rows: [(Given, &str, &str); 15] = [
        (&[("LOG_FILE", "execute.sqlite")], "LOG_FILE", "DATABASE_DSN"),
        (&[("LOG_FILE", "./s/../x.db"), ("DATABASE_DSN", "file:x.db")], "LOG_FILE", "DATABASE_DSN"),
        (&[("LOG_FILE", "x.db-wal"), ("DATABASE_DSN", "x.db")], "LOG_FILE", "DATABASE_DSN"),
        (&[("LOG_FILE", "x"), ("DATABASE_DSN", "x.1")], "LOG_FILE", "DATABASE_DSN"),
        (&[("LOG_FILE", "ca.pem"), ("CA_FILE", "ca.pem")], "LOG_FILE", "CA_FILE"),
        (&[("LOG_FILE", "k"), ("EXECUTE_APIKEY_SECRET_FILE", "k")], "LOG_FILE", "EXECUTE_APIKEY_SECRET_FILE"),
        (&[("LOG_FILE", "last_sync_date.txt")], "LOG_FILE", "STATE_DIR"),
        (&[("LOG_FILE", "s/execute-sync-runs.ndjson"), ("STATE_DIR", "s")], "LOG_FILE", "STATE_DIR"),
        (&[("LOG_FILE", ".execute-sync-0123456789abcdef.lock")], "LOG_FILE", "STATE_DIR"),
        (&[("LOG_FILE", ".env")], "LOG_FILE", "file of settings"),
        (&[("DATABASE_DSN", "last_sync_date.txt")], "DATABASE_DSN", "STATE_DIR"),
        (&[("DATABASE_DSN", ".execute-sync-runs.lock")], "DATABASE_DSN", "STATE_DIR"),
        (&[("DATABASE_DSN", "config.env")], "DATABASE_DSN", "file of settings"),
        (&[("DATABASE_DSN", "ca.pem"), ("CA_FILE", "ca.pem")], "DATABASE_DSN", "CA_FILE"),
        (&[("CA_FILE", "last_sync_date.txt")], "CA_FILE", "STATE_DIR"),
    ];
    for (settings, one, other) in rows {
        let error = refused(dir.path(), settings).unwrap();
        assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some(one)), "{settings:?}");
        let message = error.message();
        assert!(message.starts_with(&format!("EXECUTESYNC_{one} (--")) && message.contains(other), "{message}");
        assert!(error.remedy().unwrap().starts_with(&format!("Name another file in EXECUTESYNC_{one}")), "{error:?}");
    }
}

#[test]
fn files_of_their_own_and_those_only_read_are_fine() {
    let dir = tempfile::tempdir().unwrap();
    let rows: [Given; 4] = [
        &[],
        &[("LOG_FILE", "sync.log"), ("DATABASE_DSN", "x.db"), ("CA_FILE", "ca.pem"), ("STATE_DIR", "s")],
        &[("CA_FILE", "k"), ("EXECUTE_APIKEY_SECRET_FILE", "k")],
        &[("LOG_FILE", "s/execute.sqlite"), ("DATABASE_DSN", "execute.sqlite")],
    ];
    for settings in rows {
        assert!(refused(dir.path(), settings).is_none(), "{settings:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_the_file_it_leads_to_and_a_device_is_nobodys() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("x.db"), "").unwrap();
    std::os::unix::fs::symlink("x.db", dir.path().join("x.log")).unwrap();
    std::os::unix::fs::symlink(".", dir.path().join("here")).unwrap();
    for log in ["x.log", "here/x.db"] {
        assert!(refused(dir.path(), &[("LOG_FILE", log), ("DATABASE_DSN", "x.db")]).is_some(), "{log}");
    }
    assert!(refused(dir.path(), &[("LOG_FILE", "/dev/null"), ("CA_FILE", "/dev/null")]).is_none());
}
