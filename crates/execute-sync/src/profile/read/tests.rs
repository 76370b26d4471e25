//! From settings to a profile.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::profile::{EnvFile, Environment};

const HERE: &str = "/afes";

fn sources(settings: &[(&str, &str)]) -> Sources {
    let environment = settings.iter().map(|&(name, value)| (format!("EXECUTESYNC_{name}"), value)).collect();
    Sources { environment, ..Sources::default() }
}

fn complete_and(more: &[(&str, &str)]) -> Sources {
    let complete = [
        ("EXECUTE_URL", "https://h.example/app/"),
        ("EXECUTE_APIKEY_ID", "id"),
        ("EXECUTE_APIKEY_SECRET", "hunter2"),
        ("DATABASE_TYPE", "SQLITE"),
    ];
    sources(&complete.iter().chain(more).copied().collect::<Vec<_>>())
}

fn profile(more: &[(&str, &str)]) -> Profile {
    Profile::from_sources(&complete_and(more), Path::new(HERE)).unwrap()
}

fn error(more: &[(&str, &str)]) -> Error {
    let error = Profile::from_sources(&complete_and(more), Path::new(HERE)).unwrap_err();
    assert!(error.remedy().is_some(), "{error}");
    error
}

#[test]
fn the_required_settings_are_enough() {
    let profile = profile(&[]);
    let source = &profile.source;
    assert_eq!((source.url.identity().as_str(), source.key_id.as_str()), ("h.example/app", "id"));
    assert_eq!(source.key_secret.expose(), "hunter2");
    assert_eq!((source.connect_timeout_s, source.first_byte_timeout_s, source.idle_timeout_s), (10, 600, 60));
    assert_eq!((source.max_document_bytes, source.allow_close_delimited), (268_435_456, false));
    assert_eq!((&source.proxy, &source.ca_file), (&None, &None));
    assert_eq!(profile.destination, DestinationSettings::Sqlite { path: "/afes/execute.sqlite".into() });
    assert_eq!((profile.options, profile.log), (SyncOptions::default(), LogSettings::default()));
    assert_eq!((profile.state_dir, profile.wait_s), (PathBuf::from("/afes"), 600));
    assert!(profile.warnings.is_empty());
    assert!(!force_from(&complete_and(&[])).unwrap());
}

#[test]
fn the_defaults_of_the_types_are_those_of_the_table() {
    let read = source_from(&complete_and(&[]), Path::new(HERE)).unwrap();
    let new = SourceSettings::new(read.url.clone(), read.key_id.clone(), read.key_secret.clone());
    assert_eq!(format!("{read:?}"), format!("{new:?}"));
    assert_eq!(options_from(&Sources::default()).unwrap(), SyncOptions::default());
    assert_eq!(log_from(&Sources::default(), Path::new(HERE)).unwrap(), LogSettings::default());
}

#[test]
fn every_setting_is_read() {
    let profile = profile(&[
        ("DATABASE_DSN", "data/x.db"),
        ("STATE_DIR", "state"),
        ("MAX_DOCUMENTS", "10"),
        ("WAIT", "0"),
        ("CHUNK_SIZE", "5"),
        ("INCLUDE_CALCS", "yes"),
        ("HIDE_INACTIVE_FIELDS", "T"),
        ("KEEP_SUPERSEDED", "1"),
        ("ON_BAD_DOCUMENT", "STOP"),
        ("LOG_LEVEL", "Debug"),
        ("LOG_FILE", "x.log"),
        ("PROXY", "proxy:3128"),
        ("CA_FILE", "ca.pem"),
        ("FIRST_BYTE_TIMEOUT", "30"),
        ("IDLE_TIMEOUT", "5"),
        ("MAX_DOCUMENT_BYTES", "4096"),
        ("ALLOW_CLOSE_DELIMITED", "true"),
    ]);
    assert_eq!(profile.destination, DestinationSettings::Sqlite { path: "/afes/data/x.db".into() });
    assert_eq!((profile.state_dir, profile.wait_s), ("/afes/state".into(), 0));
    let options = SyncOptions {
        max_documents: 10,
        chunk_size: 5,
        include_calcs: true,
        hide_inactive_fields: true,
        keep_superseded: true,
        on_bad_document: OnBadDocument::Stop,
    };
    assert_eq!(profile.options, options);
    assert_eq!(profile.log, LogSettings { level: Level::Debug, file: Some("/afes/x.log".into()) });
    let source = profile.source;
    assert_eq!(source.proxy.as_deref(), Some("http://proxy:3128"));
    assert_eq!(source.ca_file, Some("/afes/ca.pem".into()));
    assert_eq!((source.first_byte_timeout_s, source.idle_timeout_s), (30, 5));
    assert_eq!((source.max_document_bytes, source.allow_close_delimited), (4096, true));
    assert!(force_from(&sources(&[("FORCE", "1")])).unwrap());
}

#[test]
fn all_that_is_missing_is_named_in_one_error() {
    let error = Profile::from_sources(&Sources::default(), Path::new(HERE)).unwrap_err();
    assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some("EXECUTE_URL")));
    assert_eq!(
        error.message(),
        "EXECUTESYNC_EXECUTE_URL (--execute-url), EXECUTESYNC_EXECUTE_APIKEY_ID (--execute-key-id), \
         EXECUTESYNC_EXECUTE_APIKEY_SECRET (--execute-key-secret), EXECUTESYNC_DATABASE_TYPE (--database-type) \
         are not set"
    );
    let remedy = error.remedy().unwrap();
    assert_eq!(remedy, "Set them in the environment, in /afes/.env (there is none yet) or as a flag");
}

#[test]
fn a_missing_secret_alone_is_a_secret_error() {
    let sources = sources(&[("EXECUTE_URL", "https://h"), ("EXECUTE_APIKEY_ID", "id")]);
    let error = source_from(&sources, Path::new(HERE)).unwrap_err();
    assert_eq!((error.kind(), error.at_field()), (Kind::Secret, Some("EXECUTE_APIKEY_SECRET")));
    assert!(error.message().ends_with("is not set"), "{error}");
}

#[test]
fn an_empty_required_setting_is_missing() {
    let error = error(&[("EXECUTE_URL", ""), ("DATABASE_TYPE", "")]);
    assert!(error.message().contains("EXECUTE_URL") && error.message().contains("DATABASE_TYPE"), "{error}");
}

#[test]
fn types_of_databases_are_known_in_any_case() {
    for name in ["SQLITE", "sqlite", "GoSqlite", " GOSQLITE "] {
        profile(&[("DATABASE_TYPE", name)]);
    }
    let rows = [
        ("SNOWFLAKE", "not in this version"),
        ("mssql", "not in this version"),
        ("SqlServer", "not in this version"),
        ("databricks", "not written here yet"),
        ("ORACLE", "ORACLE, which is no type"),
    ];
    for (name, expected) in rows {
        let error = error(&[("DATABASE_TYPE", name)]);
        assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some("DATABASE_TYPE")));
        assert!(error.message().contains(expected), "{error}");
        assert!(error.remedy().unwrap().contains("SQLITE"));
    }
    let misplaced = error(&[("DATABASE_TYPE", "bob:hunter2@acme/db")]);
    assert!(!misplaced.message().to_lowercase().contains("hunter2"), "{misplaced}");
}

#[test]
fn the_default_database_stands_in_the_state_directory() {
    let path = |more: &[(&str, &str)]| profile(more).destination;
    let sqlite = |path: &str| DestinationSettings::Sqlite { path: path.into() };
    assert_eq!(path(&[("STATE_DIR", "/var/lib/sync")]), sqlite("/var/lib/sync/execute.sqlite"));
    assert_eq!(path(&[("STATE_DIR", "s"), ("DATABASE_DSN", "./x.db")]), sqlite("/afes/x.db"));
    assert_eq!(path(&[("DATABASE_DSN", "file:///x%20y.db")]), sqlite("/x y.db"));
}

#[test]
fn each_part_needs_only_its_own_settings() {
    let state = sources(&[("STATE_DIR", "s"), ("WAIT", "7"), ("CHUNK_SIZE", "0")]);
    assert_eq!(state_dir_from(&state, Path::new(HERE)).unwrap(), PathBuf::from("/afes/s"));
    assert_eq!(wait_from(&state).unwrap(), 7);
    assert!(options_from(&state).is_err());
    let destination = sources(&[("DATABASE_TYPE", "SQLITE")]);
    assert!(destination_from(&destination, Path::new(HERE)).is_ok());
    assert_eq!(
        destination_from(&Sources::default(), Path::new(HERE)).unwrap_err().message(),
        "EXECUTESYNC_DATABASE_TYPE (--database-type) is not set"
    );
}

#[test]
fn wrong_values_are_configuration_errors_that_name_the_setting() {
    let rows = [
        ("CHUNK_SIZE", "0"),
        ("CHUNK_SIZE", "many"),
        ("MAX_DOCUMENTS", "0"),
        ("MAX_DOCUMENTS", "-5"),
        ("WAIT", "-1"),
        ("WAIT", "99999999999"),
        ("FIRST_BYTE_TIMEOUT", "0"),
        ("MAX_DOCUMENT_BYTES", "5000000000"),
        ("INCLUDE_CALCS", "maybe"),
        ("LOG_LEVEL", "trace"),
        ("ON_BAD_DOCUMENT", "skip"),
        ("STATE_DIR", "~/state"),
        ("CA_FILE", "~"),
        ("PROXY", "ftp://proxy"),
        ("PROXY", "http://bob:hunter2@"),
        ("EXECUTE_URL", "h.example"),
        ("DATABASE_DSN", ":memory:"),
    ];
    for (name, value) in rows {
        let error = error(&[(name, value)]);
        assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some(name)), "{error}");
        assert!(error.message().contains(&format!("EXECUTESYNC_{name}")), "{error}");
        assert!(!format!("{error:?} {}", error.remedy().unwrap()).contains("hunter2"));
    }
}

#[test]
fn warnings_tell_of_http_and_of_parameters() {
    let profile = profile(&[("EXECUTE_URL", "http://h.example"), ("DATABASE_DSN", "x.db?cache=shared&_key=hunter2")]);
    assert_eq!(profile.warnings.len(), 2);
    assert!(profile.warnings[0].ends_with(": cache, _key") && profile.warnings[1].contains("http://h.example"));
    assert!(!format!("{profile:?}").contains("hunter2"));
}

#[test]
fn debug_hides_the_login_of_the_proxy() {
    let profile = profile(&[("PROXY", "http://bob:hunter3@proxy:1")]);
    assert!(!format!("{profile:?}").contains("hunter"), "{profile:?}");
}

#[test]
fn a_profile_comes_from_a_folder_of_the_older_tool() {
    let dir = tempfile::tempdir().unwrap();
    let text = "\u{feff}export EXECUTESYNC_EXECUTE_URL=https://h.example # ours\r\n\
                EXECUTESYNC_EXECUTE_APIKEY_ID='id'\r\nEXECUTESYNC_EXECUTE_APIKEY_SECRET=\"a # $b\"\r\n\
                EXECUTESYNC_DATABASE_TYPE=GOSQLITE\r\nEXECUTESYNC_DATABASE_DSN=\r\nEXECUTESYNC_WAIT=60\r\n";
    std::fs::write(dir.path().join("config.env"), text).unwrap();
    let flags = [("WAIT", "5".to_owned())].into_iter().collect();
    let sources = Sources::load(flags, Environment::default(), dir.path()).unwrap();
    let profile = Profile::from_sources(&sources, dir.path()).unwrap();
    assert_eq!(profile.source.key_secret.expose(), "a # $b");
    assert_eq!(profile.wait_s, 5);
    let error = Profile::from_sources(&Sources { file: EnvFile::none(), ..sources }, dir.path()).unwrap_err();
    assert!(error.remedy().unwrap().contains("there is none yet"));
}
