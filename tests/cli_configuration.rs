//! Where a setting comes from, and what each one does: flag beats environment beats `.env` beats `config.env`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::cli::Cli;
use crate::support::run::Home;

/// Variable, flags, and three values it can have.
type Row = (&'static str, &'static [&'static str], [&'static str; 3]);

/// Every setting of the older tool and of ours. Values are as `config` shows them.
const SETTINGS: [Row; 22] = [
    ("EXECUTE_URL", &["--execute-url", "-u"], ["https://a.example", "https://b.example", "https://c.example"]),
    ("EXECUTE_APIKEY_ID", &["--execute-key-id"], ["ida", "idb", "idc"]),
    ("EXECUTE_APIKEY_SECRET", &["--execute-key-secret"], ["***", "***", "***"]),
    ("MAX_DOCUMENTS", &["--max-documents", "-m"], ["1", "2", "3"]),
    ("DATABASE_TYPE", &["--database-type"], ["SQLITE", "gosqlite", "Sqlite"]),
    ("DATABASE_DSN", &["--database-dsn"], ["…/a", "…/b", "…/c"]),
    ("STATE_DIR", &["--state-dir", "-d"], ["a", "b", "c"]),
    ("WAIT", &["--wait", "-w"], ["1", "2", "3"]),
    ("CHUNK_SIZE", &["--chunk-size", "-c"], ["1", "2", "3"]),
    ("INCLUDE_CALCS", &["--include-calcs=", "-x=", "--calcs="], ["true", "1", "YES"]),
    ("HIDE_INACTIVE_FIELDS", &["--hide-inactive-fields="], ["true", "1", "T"]),
    ("LOG_LEVEL", &["--log-level", "-l"], ["quiet", "DEBUG", "Info"]),
    ("LOG_FILE", &["--log-file"], ["a.log", "b.log", "c.log"]),
    ("FORCE", &[], ["true", "1", "yes"]),
    ("KEEP_SUPERSEDED", &["--keep-superseded="], ["true", "1", "yes"]),
    ("ON_BAD_DOCUMENT", &["--on-bad-document"], ["stop", "STOP", "Quarantine"]),
    ("PROXY", &["--proxy"], ["http://a:1", "http://b:2", "socks5://c:3"]),
    ("CA_FILE", &["--ca-file"], ["a.pem", "b.pem", "c.pem"]),
    ("FIRST_BYTE_TIMEOUT", &["--first-byte-timeout"], ["1", "2", "3"]),
    ("IDLE_TIMEOUT", &["--idle-timeout"], ["1", "2", "3"]),
    ("MAX_DOCUMENT_BYTES", &["--max-document-bytes"], ["2048", "4096", "8192"]),
    ("ALLOW_CLOSE_DELIMITED", &["--allow-close-delimited="], ["true", "1", "yes"]),
];

/// What `config` shows for each setting: value and layer.
fn config(cli: &Cli, arguments: &[&str]) -> BTreeMap<String, (Option<String>, Option<String>)> {
    let output = cli.run(arguments);
    assert_eq!(output.code, Some(0), "{arguments:?}: {output:?}");
    let lines: Vec<Value> = serde_json::from_str(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let env = |line: &Value| line["env"].as_str().unwrap().strip_prefix("EXECUTESYNC_").unwrap().to_owned();
    lines.iter().map(|line| (env(line), (text(&line["value"]), text(&line["origin"])))).collect()
}

fn given(value: &str, origin: &str) -> (Option<String>, Option<String>) {
    (Some(value.to_owned()), Some(origin.to_owned()))
}

/// The text that is given for a value which is shown masked.
fn raw(name: &str, value: &str) -> String {
    match name {
        "DATABASE_DSN" => value.replace('…', "folder"),
        "EXECUTE_APIKEY_SECRET" => "a canary that config masks".to_owned(),
        _ => value.to_owned(),
    }
}

#[test]
fn a_flag_beats_the_environment_and_that_beats_env_and_that_config_env() {
    let home = Home::new();
    let file = |value: usize| -> String {
        SETTINGS.iter().map(|(name, _, values)| format!("EXECUTESYNC_{name}={}\n", raw(name, values[value]))).collect()
    };
    std::fs::write(home.path().join("config.env"), file(0)).unwrap();
    let cli = Cli::new(&home);
    for (name, _, values) in SETTINGS {
        assert_eq!(config(&cli, &["config", "--json"])[name], given(values[0], "file"), "{name} in config.env");
    }
    // With a .env, config.env is not even looked at.
    std::fs::write(home.path().join(".env"), file(1).replace("EXECUTESYNC_WAIT=2\n", "")).unwrap();
    let shown = config(&cli, &["config", "--json"]);
    for (name, _, values) in SETTINGS {
        let expected = if name == "WAIT" { (Some("600".to_owned()), None) } else { given(values[1], "file") };
        assert_eq!(shown[name], expected, "{name} in .env");
    }
    let mut cli = Cli::new(&home);
    for (name, _, values) in SETTINGS {
        cli = cli.set(name, raw(name, values[2]));
    }
    let shown = config(&cli, &["config", "--json"]);
    for (name, _, values) in SETTINGS {
        assert_eq!(shown[name], given(values[2], "environment"), "{name} in the environment");
    }
    let mut arguments = vec!["config".to_owned(), "--json".to_owned()];
    for (name, flags, values) in SETTINGS {
        arguments.extend(flags.first().into_iter().flat_map(|flag| flag_with(flag, &raw(name, values[0]))));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let shown = config(&cli, &arguments);
    for (name, flags, values) in SETTINGS.iter().filter(|(_, flags, _)| !flags.is_empty()) {
        assert_eq!(shown[*name], given(values[0], "flag"), "{name} as {}", flags[0]);
    }
}

fn flag_with(flag: &str, value: &str) -> Vec<String> {
    if flag.ends_with('=') { vec![format!("{flag}{value}")] } else { vec![flag.to_owned(), value.to_owned()] }
}

#[test]
fn every_flag_is_accepted_before_and_after_the_command_in_every_form() {
    let home = Home::new();
    // Of another database's DSN nothing would be shown.
    let cli = Cli::new(&home).set("DATABASE_TYPE", "SQLITE");
    let mut forms = 0;
    for (name, flags, values) in SETTINGS {
        let mut spelled: Vec<Vec<String>> = flags.iter().map(|flag| flag_with(flag, &raw(name, values[0]))).collect();
        for flag in flags {
            match flag.strip_suffix('=') {
                // A switch alone means yes.
                Some(switch) => spelled.push(vec![switch.to_owned()]),
                None if flag.starts_with("--") => spelled.push(vec![format!("{flag}={}", raw(name, values[0]))]),
                None => spelled.push(vec![format!("{flag}{}", raw(name, values[0]))]),
            }
        }
        for form in spelled {
            let form: Vec<&str> = form.iter().map(String::as_str).collect();
            for arguments in [[&["c", "--json"], &*form].concat(), [&*form, &["c", "--json"]].concat()] {
                assert_eq!(config(&cli, &arguments)[name], given(values[0], "flag"), "{arguments:?}");
                forms += 1;
            }
        }
    }
    assert!(forms > 100, "{forms}");
}

#[test]
fn the_defaults_are_those_of_the_older_tool_a_line_a_setting() {
    let home = Home::new();
    let output = Cli::new(&home).set("DATABASE_TYPE", "SQLITE").run(&["config"]);
    assert_eq!((output.code, &*output.stderr), (Some(0), ""));
    let expected = "Execute URL: not set\nAPI Key ID: not set\nAPI Key Secret: not set\nMax Documents: 10000\n\
        Database Type: SQLITE\nDatabase DSN: ./execute.sqlite\nState Directory: .\nWait: 600\nChunk Size: 10000\n\
        Include Calcs: false\nHide Inactive Fields: false\nLog Level: info\nLog File: not set\nForce: false\n\
        Keep Superseded: false\nOn Bad Document: quarantine\nProxy: not set\nCA File: not set\n\
        First Byte Timeout: 600\nIdle Timeout: 60\nMax Document Bytes: 268435456\nAllow Close Delimited: false\n";
    assert_eq!(output.stdout, expected);
}

#[test]
fn config_masks_the_secret_the_database_and_the_login_of_a_proxy() {
    let home = Home::new();
    let cli = Cli::new(&home)
        .set("EXECUTE_APIKEY_SECRET", "hunter2-the-canary")
        .set("DATABASE_DSN", "sqlserver://sa:hunter2-the-canary@host/x?database=y")
        .set("DATABASE_TYPE", "MSSQL")
        .set("PROXY", "http://me:hunter2-the-canary@proxy:3128")
        .set("EXECUTE_URL", "https://me:hunter2-the-canary@execute.example/?token=hunter2-the-canary");
    for arguments in [&["config"][..], &["c", "--json"]] {
        let output = cli.run(arguments);
        assert_eq!(output.code, Some(0));
        assert!(!output.stdout.contains("hunter2") && !output.stderr.contains("hunter2"), "{output:?}");
        assert!(
            output.stdout.contains("***@proxy:3128") && output.stdout.contains("***@execute.example"),
            "{output:?}"
        );
    }
}

#[test]
fn config_names_what_the_older_tool_read_differently_and_names_that_are_no_settings() {
    let home = Home::new();
    let lines = "EXECUTESYNC_EXECUTE_APIKEY_ID=a#b\nEXECUTESYNC_STATE_DIR='$x'\nEXECUTESYNC_WAIT=\n\
        EXECUTESYNC_EXECUTE_APIKEY_SECRET=se#cret-canary\nEXECUTESYNC_LOGLEVEL=debug\nEXECUTESYNC_MAX_DOCUMENTS=7\n";
    std::fs::write(home.path().join(".env"), lines).unwrap();
    let output = Cli::new(&home).run(&["config"]);
    for expected in [
        "Note: EXECUTESYNC_EXECUTE_APIKEY_ID: the older tool would have read `a`\n",
        "Note: EXECUTESYNC_STATE_DIR: the older tool would have read another value: it expands every `$`\n",
        "Note: EXECUTESYNC_WAIT: the older tool refuses line 3 of .env: there is nothing after `=`\n",
        "Note: EXECUTESYNC_EXECUTE_APIKEY_SECRET: the older tool would have read another value\n",
        "Note: EXECUTESYNC_LOGLEVEL is not a setting; is it misspelt?\n",
        "Note: .env: the older tool refuses the whole file because of line 3: there is nothing after `=`\n",
    ] {
        assert!(output.stderr.contains(expected), "{expected} is not in\n{}", output.stderr);
    }
    assert_eq!(output.stderr.lines().count(), 6, "{}", output.stderr);
    assert!(!output.stderr.contains("canary"));
}

#[test]
fn config_tells_that_the_older_tool_refuses_the_whole_file_for_a_line_of_another_program() {
    let home = Home::new();
    for (file, why) in [
        ("SOME_OTHER=\nEXECUTESYNC_WAIT=30\n", "line 1: there is nothing after `=`"),
        ("\u{feff}# ours\nEXECUTESYNC_WAIT=30\n", "line 1: the file begins with a byte order mark"),
    ] {
        std::fs::write(home.path().join(".env"), file).unwrap();
        let output = Cli::new(&home).run(&["config"]);
        let note = format!("Note: .env: the older tool refuses the whole file because of {why}\n");
        assert_eq!((output.code, &output.stderr), (Some(0), &note));
        assert!(output.stdout.contains("Wait: 30\n"), "we read it all the same");
    }
}

#[test]
fn config_says_where_the_proxy_comes_from() {
    let home = Home::new();
    let login = "http://me:hunter2-the-canary@proxy.example:3128";
    std::fs::write(home.path().join(".env"), format!("HTTPS_PROXY={login}\n")).unwrap();
    let unread = "Note: EXECUTESYNC_PROXY: HTTPS_PROXY in .env is not read: set it in the environment, or write \
                  EXECUTESYNC_PROXY in .env\n";
    let cli = || Cli::new(&home).set("EXECUTE_URL", "https://execute.example").env("NO_PROXY", "inside.example");
    if cfg!(target_os = "linux") {
        // Elsewhere the settings of the machine count as well.
        assert_eq!(cli().run(&["config"]).stderr, unread);
    }
    let system = "Note: EXECUTESYNC_PROXY: http://proxy.example:3128 is used, from HTTPS_PROXY and its like or the \
                  settings of the system\n";
    let output = cli().env("HTTPS_PROXY", login).run(&["config"]);
    assert_eq!((output.code, &*output.stderr), (Some(0), system));
    assert!(output.stdout.contains("Proxy: not set\n"), "{output:?}");
    let inside = cli().set("EXECUTE_URL", "https://inside.example").env("HTTPS_PROXY", login).run(&["config"]);
    assert_eq!(inside.stderr, "", "it is asked directly");
    let here = cli().set("EXECUTE_URL", "https://localhost:1").env("HTTPS_PROXY", login).run(&["config"]);
    assert_eq!(here.stderr, "", "so is this machine");
    let named = cli().env("HTTPS_PROXY", login).set("PROXY", "http://other:1").run(&["config"]);
    assert!(named.stderr.is_empty() && named.stdout.contains("Proxy: http://other:1\n"), "{named:?}");
}

#[test]
fn an_env_file_is_read_as_documented() {
    let rows = [
        ("plain", "plain"),
        ("  spaced  ", "spaced"),
        ("\"double # quoted\"", "double # quoted"),
        ("'single $HOME ${HOME_DIR}'", "single $HOME ${HOME_DIR}"),
        ("\"a ${HOME_DIR} b\"", "a /home/of/me b"),
        ("x${HOME_DIR}y", "x/home/of/mey"),
        ("${NOT_THERE}", "${NOT_THERE}"),
        ("pa$$word$1", "pa$$word$1"),
        ("with#inside", "with#inside"),
        ("value # a comment", "value"),
        ("value\t# a comment", "value"),
        ("\"quoted\" # a comment", "quoted"),
        ("it's", "it's"),
        ("a=b=c", "a=b=c"),
        ("C:\\new\\table", "C:\\new\\table"),
        ("Zoë 東 😀", "Zoë 東 😀"),
    ];
    for (written, expected) in rows {
        for (before, line_end) in
            [("", "\n"), ("\u{feff}", "\r\n"), ("# comment\n\n  export ", ""), ("OTHER=1\r\n", "\r\n")]
        {
            let home = Home::new();
            let text = format!("{before}EXECUTESYNC_EXECUTE_APIKEY_ID={written}{line_end}");
            std::fs::write(home.path().join(".env"), &text).unwrap();
            let cli = Cli::new(&home).env("HOME_DIR", "/home/of/me");
            assert_eq!(config(&cli, &["config", "--json"])["EXECUTE_APIKEY_ID"], given(expected, "file"), "{text:?}");
        }
    }
    for empty in ["", "\"\"", "''", "   ", "  # only a comment"] {
        let home = Home::new();
        std::fs::write(home.path().join(".env"), format!("EXECUTESYNC_WAIT={empty}\n")).unwrap();
        assert_eq!(
            config(&Cli::new(&home), &["config", "--json"])["WAIT"],
            (Some("600".to_owned()), None),
            "{empty:?}"
        );
        let home = Home::new();
        std::fs::write(home.path().join(".env"), "EXECUTESYNC_WAIT=7\n").unwrap();
        let cli = Cli::new(&home).set("WAIT", "");
        assert_eq!(config(&cli, &["config", "--json"])["WAIT"], given("7", "file"), "an empty variable is not set");
    }
}

#[test]
fn two_settings_that_name_one_file_are_refused_before_anything_is_opened() {
    let rows: [(&[(&str, &str)], &str); 4] = [
        (&[("LOG_FILE", "execute.sqlite")], "LOG_FILE (--log-file) and EXECUTESYNC_DATABASE_DSN (--database-dsn)"),
        (
            &[("DATABASE_DSN", "last_sync_date.txt")],
            "DATABASE_DSN (--database-dsn) and the files of EXECUTESYNC_STATE_DIR",
        ),
        (&[("LOG_FILE", ".env")], "LOG_FILE (--log-file) and the file of settings"),
        (&[("LOG_FILE", "./last_sync_date.txt")], "LOG_FILE (--log-file) and the files of EXECUTESYNC_STATE_DIR"),
    ];
    for (settings, words) in rows {
        for command in ["push", "sync", "clone", "create_views", "prune", "test"] {
            let home = Home::new();
            let cli = Cli::for_server(&home, "http://127.0.0.1:9");
            let cli = settings.iter().fold(cli, |cli, (name, value)| cli.set(name, *value));
            let output = cli.run(&[command]);
            assert_eq!(output.code, Some(2), "{command} {settings:?}: {output:?}");
            assert!(output.stderr.contains(words) && output.stderr.contains("Name another file in"), "{output:?}");
            assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "{command} {settings:?}");
            assert_eq!(cli.run(&["config"]).code, Some(0), "what only looks still looks");
        }
    }
}

#[test]
fn a_database_dsn_of_blanks_is_none() {
    let home = Home::new();
    let cli = Cli::for_server(&home, "http://127.0.0.1:9").set("DATABASE_DSN", "  ");
    assert!(cli.run(&["config"]).stdout.contains("\nDatabase DSN: ./execute.sqlite\n"));
    assert!(cli.run(&["test"]).stdout.contains("execute.sqlite"), "{:?}", cli.run(&["test"]));
    let named = cli.set("DATABASE_DSN", " afes.db ");
    assert!(named.run(&["config"]).stdout.contains("\nDatabase DSN: …/afes.db\n"));
    assert!(named.run(&["test"]).stdout.contains("/afes.db"), "{:?}", named.run(&["test"]));
}
