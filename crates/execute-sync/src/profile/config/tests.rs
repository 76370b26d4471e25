//! What config shows, and what it hides.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::profile::{EnvFile, Environment};
use std::path::Path;

fn sources(environment: &[(&str, &str)], file: &str) -> Sources {
    let environment: Environment = environment.iter().copied().collect();
    let file = EnvFile::parse(file.as_bytes(), Path::new("/w/.env"), &environment).unwrap();
    Sources { environment, file, ..Sources::default() }
}

fn line_of(sources: &Sources, setting: &Setting) -> ConfigLine {
    describe(sources).into_iter().find(|line| line.env == setting.env()).unwrap()
}

fn note_on(file: &str, setting: &Setting) -> Option<String> {
    line_of(&sources(&[], file), setting).note
}

#[test]
fn with_nothing_set_there_are_defaults_and_not_set() {
    let lines: Vec<String> = describe(&Sources::default()).iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), SETTINGS.len());
    for line in [
        "Execute URL: not set",
        "API Key Secret: not set",
        "Database DSN: not set",
        "Max Documents: 10000",
        "State Directory: .",
    ] {
        assert!(lines.iter().any(|l| l == line), "{line} in {lines:?}");
    }
    assert!(describe(&Sources::default()).iter().all(|line| line.origin.is_none() && line.note.is_none()));
}

#[test]
fn a_value_shows_where_it_comes_from_even_when_it_is_wrong() {
    let sources = sources(&[("EXECUTESYNC_WAIT", "soon")], "EXECUTESYNC_CHUNK_SIZE=5");
    let wait = line_of(&sources, &settings::WAIT);
    assert_eq!((wait.value.as_deref(), wait.origin), (Some("soon"), Some(Origin::Environment)));
    let chunk = line_of(&sources, &settings::CHUNK_SIZE);
    assert_eq!((chunk.value.as_deref(), chunk.origin), (Some("5"), Some(Origin::File)));
    let json = serde_json::to_value(&wait).unwrap();
    let expected = serde_json::json!({
        "name": "Wait", "env": "EXECUTESYNC_WAIT", "value": "soon", "origin": "environment", "note": null
    });
    assert_eq!(json, expected);
}

#[test]
fn secrets_and_logins_are_masked() {
    let sources = sources(
        &[
            ("EXECUTESYNC_EXECUTE_APIKEY_SECRET", "hunter2"),
            ("EXECUTESYNC_EXECUTE_URL", "https://bob:hunter2@h.example/app?token=hunter2"),
            ("EXECUTESYNC_PROXY", "socks5://bob:hunter2@proxy:1080"),
            ("EXECUTESYNC_DATABASE_TYPE", "SNOWFLAKE"),
            ("EXECUTESYNC_DATABASE_DSN", "bob:hunter2@acme/DB/S?privateKey=hunter2"),
        ],
        "",
    );
    let all = serde_json::to_string(&describe(&sources)).unwrap();
    assert!(!all.contains("hunter2"), "{all}");
    assert_eq!(line_of(&sources, &settings::EXECUTE_APIKEY_SECRET).to_string(), "API Key Secret: ***");
    assert_eq!(line_of(&sources, &settings::EXECUTE_URL).to_string(), "Execute URL: https://***@h.example/app…");
    assert_eq!(line_of(&sources, &settings::PROXY).to_string(), "Proxy: socks5://***@proxy:1080");
    assert_eq!(line_of(&sources, &settings::DATABASE_DSN).to_string(), "Database DSN: ***");
}

#[test]
fn a_masked_url_shows_no_part_of_a_login() {
    for text in ["https://bob:hun?ter2@h/a", "https://bob:hun#ter2@h/a", "https://bob:hun@ter2@h/a", "bob:hunter2@h/a"]
    {
        let shown = masked_url(text);
        assert!(shown.ends_with("***@h/a") && !shown.contains("hun"), "{shown}");
    }
}

#[test]
fn a_sqlite_dsn_shows_the_files_name() {
    let given = sources(&[], "EXECUTESYNC_DATABASE_TYPE=sqlite\nEXECUTESYNC_DATABASE_DSN=/home/bob/x.db");
    assert_eq!(line_of(&given, &settings::DATABASE_DSN).value.as_deref(), Some("…/x.db"));
    let default = sources(&[], "EXECUTESYNC_DATABASE_TYPE=GOSQLITE");
    assert_eq!(line_of(&default, &settings::DATABASE_DSN).value.as_deref(), Some("./execute.sqlite"));
}

#[test]
fn a_secret_file_shows_as_set_and_a_contradiction_as_a_note() {
    let file = ("EXECUTESYNC_EXECUTE_APIKEY_SECRET_FILE", "/run/key");
    let by_file = line_of(&sources(&[file], ""), &settings::EXECUTE_APIKEY_SECRET);
    assert_eq!((by_file.value.as_deref(), by_file.origin), (Some("***"), Some(Origin::Environment)));
    let both = sources(&[file, ("EXECUTESYNC_EXECUTE_APIKEY_SECRET", "hunter2")], "");
    let both = line_of(&both, &settings::EXECUTE_APIKEY_SECRET);
    assert_eq!(both.value.as_deref(), Some("***"));
    assert!(both.note.unwrap().contains("are set in the environment"));
}

#[test]
fn control_characters_stay_off_the_terminal() {
    let sources = sources(&[("EXECUTESYNC_LOG_FILE", "a\nExecute URL: x\u{1b}[0m")], "");
    let shown = line_of(&sources, &settings::LOG_FILE).to_string();
    assert!(!shown.contains(char::is_control), "{shown:?}");
}

#[test]
fn each_value_the_older_tool_would_have_read_differently_is_named() {
    let read = |value: &str| note_on(&format!("EXECUTESYNC_LOG_FILE={value}"), &settings::LOG_FILE);
    for same in ["a.log", "\"a b.log\" # c", "'a.log'", "a b.log", "a.log "] {
        assert_eq!(read(same), None, "{same}");
    }
    assert_eq!(read("a#b.log").unwrap(), "the older tool would have read `a`");
    assert_eq!(read("a b.log # c").unwrap(), "the older tool would have read `a`");
    assert_eq!(read("#a").unwrap(), "the older tool would have read nothing");
    assert_eq!(read("a$b").unwrap(), "the older tool would have read another value: it expands every `$`");
    assert_eq!(read("").unwrap(), "the older tool refuses line 1 of .env: there is nothing after `=`");
    assert_eq!(read(" a.log").unwrap(), "the older tool refuses line 1 of .env: there is a blank after `=`");
    assert_eq!(
        note_on("\u{feff}EXECUTESYNC_WAIT=5", &settings::WAIT).unwrap(),
        "the older tool refuses line 1 of .env: the file begins with a byte order mark"
    );
}

#[test]
fn a_note_shows_no_secret() {
    let note = note_on("EXECUTESYNC_EXECUTE_APIKEY_SECRET=hunter2#hunter3", &settings::EXECUTE_APIKEY_SECRET);
    assert_eq!(note.unwrap(), "the older tool would have read another value");
    let file = "EXECUTESYNC_EXECUTE_APIKEY_SECRET=hunter2\nEXECUTESYNC_LOG_FILE=$EXECUTESYNC_EXECUTE_APIKEY_SECRET";
    assert!(!note_on(file, &settings::LOG_FILE).unwrap().contains("hunter2"));
    let note = note_on("EXECUTESYNC_EXECUTE_URL=https://bob:hunter2@h/a#b", &settings::EXECUTE_URL).unwrap();
    assert!(note.contains("https://***@h/a") && !note.contains("hunter2"), "{note}");
}

#[test]
fn a_second_line_with_the_same_name_is_told() {
    assert_eq!(
        note_on("EXECUTESYNC_WAIT=1\nEXECUTESYNC_WAIT=2", &settings::WAIT).unwrap(),
        "line 2 of .env sets it again; line 1 holds"
    );
}

#[test]
fn a_proxy_that_is_not_read_is_told_without_its_value() {
    let file = "https_proxy=http://bob:hunter2@proxy:1\nNO_PROXY=x\n";
    let note = "https_proxy in .env is not read: set it in the environment, or write EXECUTESYNC_PROXY in .env";
    assert_eq!(note_on(file, &settings::PROXY).as_deref(), Some(note));
    assert_eq!(note_on(&format!("{file}EXECUTESYNC_PROXY=http://p:1"), &settings::PROXY), None);
    let set = sources(&[("https_proxy", "http://p:1")], file);
    assert_eq!(line_of(&set, &settings::PROXY).note, None, "it is read from there");
    assert_eq!(note_on("NO_PROXY=x", &settings::PROXY), None);
}

#[test]
fn a_value_from_a_stronger_layer_has_no_note() {
    let sources = sources(&[("EXECUTESYNC_LOG_FILE", "a.log")], "EXECUTESYNC_LOG_FILE=b#c\n");
    assert_eq!(line_of(&sources, &settings::LOG_FILE).note, None);
}

#[test]
fn a_file_that_the_older_tool_refuses_whole_is_told_once_whichever_line_is_to_blame() {
    let told = |file: &str| older_tool_refusal(&sources(&[], file));
    let nothing = "there is nothing after `=`";
    let long = format!("EXECUTESYNC_WAIT=30\n#{}\n", "x".repeat(1 << 16));
    for (file, line, why) in [
        ("SOME_OTHER=\nEXECUTESYNC_WAIT=30\n", 1, nothing),
        ("EXECUTESYNC_WAIT=30\n\nOTHER = x\n", 3, "the name has a blank or another character it does not know"),
        ("\u{feff}# ours\nEXECUTESYNC_WAIT=30\nOTHER=\n", 1, "the file begins with a byte order mark"),
        ("\u{feff}\r\nEXECUTESYNC_WAIT=30\r\n", 1, "the file begins with a byte order mark"),
        ("EXECUTESYNC_WAIT=30\nEXECUTESYNC_WAIT=\n", 2, nothing),
        (&long, 2, "the line is too long"),
    ] {
        let expected = format!(".env: the older tool refuses the whole file because of line {line}: {why}");
        assert_eq!(told(file), Some(expected), "{}", &file[..20]);
    }
    for file in ["", "# ours\n\n  \nEXECUTESYNC_WAIT=30\n", "EXECUTESYNC_LOG_FILE=a#b\nOTHER=\"\"\n"] {
        assert_eq!(told(file), None, "{file:?}");
    }
}

#[test]
fn the_line_that_the_older_tool_refuses_is_named_though_another_with_the_name_holds() {
    for (file, refused, more) in [
        ("EXECUTESYNC_WAIT=1\nEXECUTESYNC_WAIT=\n", 2, "; line 2 of .env sets it again; line 1 holds"),
        ("EXECUTESYNC_WAIT=\nEXECUTESYNC_WAIT=1\n", 1, ""),
    ] {
        let why = "there is nothing after `=`";
        let expected = format!("the older tool refuses line {refused} of .env: {why}{more}");
        assert_eq!(note_on(file, &settings::WAIT), Some(expected));
    }
}
