//! What each setting does, seen from outside: on the wire, in the database, in the folder.

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, KEY_SECRET, What};
use crate::support::fault;
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::Rng;
use crate::support::tls::Authority;

async fn server() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await
}

fn succeeds(output: &Output) {
    assert_eq!(output.code, Some(0), "{output:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_size_and_calculated_fields_are_asked_for() {
    let server = server().await;
    let asked = |skip: usize| -> Vec<(Option<String>, Option<String>)> {
        let text = |ask: Option<&str>| ask.map(str::to_owned);
        server.log()[skip..].iter().map(|ask| (text(ask.query("limit")), text(ask.query("calc")))).collect()
    };
    let home = Home::new();
    succeeds(&Cli::patient(&home, &server.url()).run(&["push", "-m", "100"]));
    assert_eq!(asked(0), [(None, None), (Some("100".into()), None)]);
    let home = Home::new();
    succeeds(&Cli::patient(&home, &server.url()).set("MAX_DOCUMENTS", "").run(&["push", "--calcs"]));
    let calc = || Some("true".to_owned());
    assert_eq!(asked(2), [(None, calc()), (Some("10000".into()), calc())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_url_keeps_its_path_and_may_end_in_a_slash() {
    let server = server().await;
    for path in ["", "/", "/company/execute", "/company/execute//"] {
        let home = Home::new();
        let seen = server.log().len();
        succeeds(&Cli::patient(&home, &format!("{}{path}", server.url())).run(&["push"]));
        let prefix = path.trim_end_matches('/');
        for ask in &server.log()[seen..] {
            assert!(ask.target.starts_with(&format!("{prefix}/fetch/document/")), "{path}: {}", ask.target);
        }
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_lists_are_sliced_at_the_chunk_size() {
    let server = server().await;
    for (chunk_size, longest) in [("5", "5"), ("10", "10"), ("10000", "")] {
        let home = Home::new();
        succeeds(&Cli::patient(&home, &server.url()).set("CHUNK_SIZE", chunk_size).run(&["push"]));
        let sql = "SELECT MAX(json_array_length(DATA, '$.LINE_ITEMS')) FROM EXECUTE_DOCUMENTS WHERE CHUNK > 0";
        assert_eq!(oracle::value(&home.database(), sql), longest, "{chunk_size}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retired_fields_leave_the_views_when_asked_nested_ones_too() {
    let server = server().await;
    server.plan(|ask| {
        let field =
            |name: &str, active: bool, rest: &str| format!(r#""{name}":{{"TYPE":"TEXT","ACTIVE":{active}{rest}}}"#);
        let list = format!(
            r#""L":{{"TYPE":"RECORD LIST","ACTIVE":true,"RECORD_TYPE":{{{},{}}}}}"#,
            field("IN", true, ""),
            field("OUT", false, "")
        );
        let schema = format!(r#"{{"AFE":{{{},{},{list}}}}}"#, field("NOTE", true, ""), field("ORDER", false, ""));
        (ask.what == What::Schema).then(|| fault::body(schema))
    });
    let home = Home::new();
    let columns = |view: &str| {
        oracle::rows(&home.database(), &format!("SELECT name FROM pragma_table_info('{view}') WHERE cid >= 2")).concat()
    };
    let cli = Cli::patient(&home, &server.url());
    succeeds(&cli.run(&["push"]));
    assert_eq!(columns("AFE")[3..], ["NOTE", "ORDER"]);
    assert_eq!(columns("AFE_L"), ["IN", "OUT"]);
    let output = cli.run(&["push", "--hide-inactive-fields"]);
    succeeds(&output);
    assert!(output.stderr.contains("INFO Views: 2 changed"), "{output:?}");
    assert_eq!(columns("AFE")[3..], ["NOTE"]);
    assert_eq!(columns("AFE_L"), ["IN"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_document_is_quarantined_or_ends_the_run_as_asked() {
    let mut ledger = Ledger::world(&mut Rng::new(1), 6, Size::Small);
    ledger.push(&Ledger::mark(77), b"{\"DOCUMENT_ID\":\"x\",\"$TYPE\":\"AFE\"}".to_vec());
    let server = Execute::start(ledger).await;
    let home = Home::new();
    let stopped = Cli::patient(&home, &server.url()).set("ON_BAD_DOCUMENT", "Stop").run(&["push"]);
    assert_eq!(stopped.code, Some(1), "{stopped:?}");
    assert!(
        stopped.stderr.contains("Sync Failed: line 3 of page 2 cannot be stored: $VERSION is missing."),
        "{stopped:?}"
    );
    let reach = oracle::prefix(&home, &server.ledger()).check().unwrap();
    assert_eq!(reach, 4, "the whole page before it stays");
    let kept = Cli::patient(&home, &server.url()).run(&["push"]);
    assert_eq!(kept.code, Some(6), "{kept:?}");
    assert!(kept.stderr.contains(" WARN 1 document of page 1 cannot be stored"), "{kept:?}");
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_folder_holds_the_mark_and_unless_named_the_database() {
    let server = server().await;
    let home = Home::new();
    let state = home.path().join("state of mine");
    let cli = Cli::patient(&home, &server.url());
    succeeds(&cli.run(&["push", "-d", "state of mine"]));
    assert!(state.join("execute.sqlite").exists() && !home.database().exists());
    let mark = std::fs::read_to_string(state.join("last_sync_date.txt")).unwrap();
    assert_eq!(mark, server.ledger().entries.last().unwrap().mark, "the mark and nothing else");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&state.metadata().unwrap()) & 0o777, 0o700);
    let missing = cli.run(&["push", "-d", "no/such/parents"]);
    assert_eq!(missing.code, Some(2), "a mistyped path is not made: {missing:?}");
    assert!(!home.path().join("no").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mark_file_follows_every_commit() {
    let server = server().await;
    let home = Home::new();
    // The second page fails, the first one stays.
    server.fault_at(2, fault::status("404 Not Found"));
    assert_eq!(Cli::patient(&home, &server.url()).run(&["push"]).code, Some(2));
    let mark = |home: &Home| std::fs::read_to_string(home.mark_file()).unwrap();
    let stored = oracle::value(&home.database(), "SELECT MARK FROM EXECUTE_SYNC_STATE");
    assert_eq!(mark(&home), stored);
    assert_ne!(stored, "");
    server.clear();
    succeeds(&Cli::patient(&home, &server.url()).run(&["push"]));
    assert_eq!(mark(&home), server.ledger().entries.last().unwrap().mark);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_is_found_by_path_or_uri_and_gosqlite_is_the_same() {
    let server = server().await;
    let home = Home::new();
    let there = home.path().join("my data.db");
    let absolute = there.to_str().unwrap().to_owned();
    let slash = if cfg!(windows) { "/" } else { "" };
    let uri = format!("file://{slash}{}", absolute.replace('\\', "/").replace(' ', "%20"));
    for (form, database) in [
        ("my data.db", "sqlite"),
        (&absolute, "GoSqlite"),
        (&uri, "SQLITE"),
        ("sqlite:my data.db", "SQLITE"),
        ("./my data.db?_busy_timeout=5", "SQLITE"),
    ] {
        let cli = Cli::patient(&home, &server.url()).set("DATABASE_TYPE", database).set("DATABASE_DSN", form);
        let output = cli.run(&["push"]);
        succeeds(&output);
        assert_eq!(
            output.stderr.contains("parameters without effect here: _busy_timeout"),
            form.contains('?'),
            "{output:?}"
        );
    }
    assert!(!home.database().exists());
    assert_eq!(oracle::value(&there, "SELECT COUNT(DISTINCT ID || VERSION) FROM EXECUTE_DOCUMENTS"), "12");
    let runs = Cli::patient(&home, &server.url()).set("DATABASE_DSN", &absolute).run(&["runs", "--json"]);
    let runs: Vec<serde_json::Value> = serde_json::from_str(&runs.stdout).unwrap();
    assert_eq!(runs.len(), 5, "however it is written, it is one database");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_can_stand_in_a_file() {
    let server = server().await;
    let home = Home::new();
    let without = || Cli::patient(&home, &server.url()).set("EXECUTE_APIKEY_SECRET", "");
    std::fs::write(home.path().join("the key"), format!("{KEY_SECRET}\r\n")).unwrap();
    succeeds(&without().set("EXECUTE_APIKEY_SECRET_FILE", "the key").run(&["push"]));
    std::fs::write(home.path().join(".env"), "EXECUTESYNC_EXECUTE_APIKEY_SECRET_FILE='the key'\n").unwrap();
    succeeds(&without().run(&["push"]));
    let both = Cli::patient(&home, &server.url()).set("EXECUTE_APIKEY_SECRET_FILE", "the key").run(&["push"]);
    assert_eq!(both.code, Some(2), "{both:?}");
    assert!(both.stderr.contains("EXECUTESYNC_EXECUTE_APIKEY_SECRET_FILE are set in the environment"), "{both:?}");
    std::fs::write(home.path().join("path of it"), "by file.db\n").unwrap();
    succeeds(&without().set("DATABASE_DSN_FILE", "path of it").run(&["push"]));
    assert!(home.path().join("by file.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_companys_own_certificate_authority_is_trusted_when_it_is_named() {
    let authority = Authority::new("a company");
    let ledger = Ledger::world(&mut Rng::new(1), 12, Size::Small);
    let server = Execute::start_tls(ledger, authority.server(&["localhost"], |_| {})).await;
    let home = Home::new();
    std::fs::write(home.path().join("company.pem"), authority.pem()).unwrap();
    let cli = Cli::patient(&home, &server.url_of("localhost"));
    succeeds(&cli.run(&["push", "--ca-file", "company.pem"]));
    oracle::complete(&home, &server.ledger()).check().unwrap();
    std::fs::write(home.path().join("empty.pem"), "").unwrap();
    for file in ["missing.pem", "empty.pem"] {
        let output = cli.run(&["push", "--ca-file", file]);
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains(file) && output.stderr.contains("PEM"), "{output:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_is_used_when_it_is_named_and_the_systems_when_not() {
    // To a proxy a request names the whole address; the fake server does not mind.
    let proxy = server().await;
    let url = "http://execute.invalid/x";
    for variable in ["EXECUTESYNC_PROXY", "http_proxy"] {
        let home = Home::new();
        let seen = proxy.log().len();
        let output = Cli::patient(&home, url).env(variable, proxy.url()).run(&["push"]);
        succeeds(&output);
        assert!(
            proxy.log()[seen].target.starts_with("http://execute.invalid/x/fetch/"),
            "{}",
            proxy.log()[seen].target
        );
        let warning = "WARN http://execute.invalid/x is not encrypted: API key and documents can be read on the way";
        assert!(output.stderr.contains(warning), "{output:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_for_this_machine_goes_to_no_proxy_of_the_system() {
    let (server, proxy) = (server().await, server().await);
    let port = server.address().port();
    for host in ["localhost", "127.0.0.1"] {
        let home = Home::new();
        let url = format!("http://{host}:{port}");
        let cli = Cli::patient(&home, &url).env("http_proxy", proxy.url()).env("ALL_PROXY", proxy.url());
        let output = cli.run(&["push"]);
        succeeds(&output);
        assert!(!output.stderr.contains("not encrypted"), "{output:?}");
        let tested = cli.run(&["test", "--json"]);
        assert!(tested.code == Some(0) && tested.stdout.contains("name resolves"), "{tested:?}");
    }
    assert_eq!(proxy.connections(), 0);
    // Whoever names one for it wants it so, and is told what that means.
    let home = Home::new();
    let output = Cli::patient(&home, "http://localhost:1").set("PROXY", proxy.url()).run(&["push"]);
    succeeds(&output);
    assert!(output.stderr.contains("WARN http://localhost:1 is not encrypted, and goes through a proxy"), "{output:?}");
}
