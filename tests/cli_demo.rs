//! `demo`, `sample-server` and `test`: what somebody without credentials, or with new ones, meets first.

use std::io::{BufRead, BufReader};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, Fault, What};
use crate::support::fault;
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::Rng;
use crate::support::tls;

/// The smallest world there is.
const SMALL: &str = "330";

/// A sample server that is ready. Dropped, it is killed.
struct Sample {
    process: Child,
    url: String,
}

impl Sample {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let arguments = [&["sample-server", "--bind", "127.0.0.1:0", "--documents", SMALL], arguments].concat();
        let mut process = Cli::new(home).command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Sample { process, url }
    }

    fn cli(&self, home: &Home) -> Cli {
        Cli::new(home)
            .set("EXECUTE_URL", &self.url)
            .set("EXECUTE_APIKEY_ID", "sample")
            .set("EXECUTE_APIKEY_SECRET", "larkspur-ridge")
            .set("DATABASE_TYPE", "SQLITE")
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// As the first command in a clean clone is.
#[test]
fn demo_makes_the_folders_above_its_own_too() {
    let home = Home::new();
    let output = Cli::new(&home).run(&["demo", "--documents", SMALL, "--state-dir", "deep/er/demo"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(home.path().join("deep/er/demo").join(format!("sample-{SMALL}.sqlite")).is_file());
}

fn names_in(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn demo_brings_sample_data_shows_rows_its_file_and_three_next_commands() {
    let home = Home::new();
    // Of a real configuration nothing is read, so no real database is touched.
    std::fs::write(home.path().join(".env"), "EXECUTESYNC_DATABASE_DSN=real.db\nbroken\n").unwrap();
    let output = Cli::new(&home).set("DATABASE_TYPE", "SNOWFLAKE").run(&["demo", "--documents", SMALL, "-d", "here"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let database = home.path().join("here").join(format!("sample-{SMALL}.sqlite"));
    assert!(output.stdout.contains("AFE_NUMBER") && output.stdout.contains("GROSS_TOTAL"), "{output:?}");
    assert!(output.stdout.contains(&format!("{SMALL} documents: ")), "{output:?}");
    let shown = database.canonicalize().unwrap();
    assert!(output.stdout.contains(&format!("Database: {}\n", shown.display())), "{output:?}");
    let next = output.stdout.split_once("Next:\n").unwrap().1;
    assert_eq!(next.lines().count(), 3, "{output:?}");
    if cfg!(unix) {
        // The first of them works as it stands.
        let first = next.lines().next().unwrap().split("     ").next().unwrap();
        let rows = std::process::Command::new("sh").args(["-c", first]).output().unwrap();
        assert!(rows.status.success() && !rows.stdout.is_empty(), "{first}: {rows:?}");
    }
    assert_eq!(oracle::value(&database, "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS_LATEST WHERE CHUNK = 0"), SMALL);
    assert_eq!(names_in(home.path()), [".env", "here"]);
    let again = Cli::new(&home).run(&["demo", "--documents", SMALL, "-d", "here"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.stderr.contains("Sync Complete: No Updated Documents"), "{again:?}");
}

#[cfg(unix)]
#[test]
fn demos_next_commands_work_in_a_folder_of_any_name() {
    let home = Home::new();
    let output = Cli::new(&home).run(&["demo", "--documents", SMALL, "-d", "it's $HOME"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let next = output.stdout.split_once("Next:\n").unwrap().1;
    let first = next.lines().next().unwrap().split("     ").next().unwrap();
    let rows = std::process::Command::new("sh").args(["-c", first]).output().unwrap();
    assert!(rows.status.success() && !rows.stdout.is_empty(), "{first}: {rows:?}");
}

#[test]
fn demo_names_the_flag_that_it_takes_and_no_variable() {
    let home = Home::new();
    std::fs::write(home.path().join("file"), "").unwrap();
    let output = Cli::new(&home).run(&["demo", "-d", "file/in/its/way"]);
    assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
    assert!(output.stderr.contains("with --state-dir") && !output.stderr.contains("EXECUTESYNC_"), "{output:?}");
    let help = Cli::new(&home).run(&["demo", "--help"]).stdout;
    assert!(help.contains("[default: execute-sync-demo]") && !help.contains("EXECUTESYNC_"), "{help}");
    assert!(Cli::new(&home).run(&["push", "--help"]).stdout.contains("[env: EXECUTESYNC_STATE_DIR]"));
}

#[test]
fn the_sample_server_speaks_the_protocol_and_ticks() {
    let (home, place) = (Home::new(), Home::new());
    let sample = Sample::start(&place, &["--tick", "1"]);
    let cli = sample.cli(&home);
    let first = cli.run(&["push"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stderr.contains(&format!("Sync Complete: {SMALL} Updated Documents")), "{first:?}");
    // Sooner or later something has changed.
    let changed = (0..100).any(|_| {
        let output = cli.run(&["sync", "-w", "0"]);
        assert_eq!(output.code, Some(0), "{output:?}");
        !output.stderr.contains("No Updated Documents")
    });
    assert!(changed, "it does not tick");
    assert_eq!(oracle::value(&home.database(), "PRAGMA integrity_check"), "ok");
    let refused = sample.cli(&home).set("EXECUTE_APIKEY_SECRET", "wrong-secret").run(&["push"]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(names_in(place.path()).is_empty(), "it keeps nothing");
}

#[test]
fn the_sample_server_names_an_address_it_cannot_have() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (bind, words) in [(&*address, "cannot listen at"), ("nonsense", "is not an address with a port")] {
        let output = Cli::new(&home).run(&["sample-server", "--bind", bind]);
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
        assert!(output.stderr.contains(words) && output.stderr.contains(bind), "{output:?}");
    }
}

/// The steps in JSON: each with whether it went well.
fn steps(output: &Output) -> Vec<(String, bool)> {
    let steps: Vec<Value> = serde_json::from_str(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"));
    let step = |step: &Value| (step["step"].as_str().unwrap().to_owned(), step["ok"].as_bool().unwrap());
    steps.iter().map(step).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_ticks_off_step_by_step_and_changes_nothing() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    let home = Home::new();
    let cli = Cli::patient(&home, &server.url());
    let output = cli.run(&["test"]);
    assert_eq!((output.code, &*output.stderr), (Some(0), ""), "{output:?}");
    let ticked: Vec<&str> = output.stdout.lines().map(|line| line[..line.len().min(22)].trim_end()).collect();
    let names =
        ["name resolves", "TLS", "answers", "key accepted", "schema readable", "destination opens", "can write"];
    assert_eq!(ticked, names.map(|name| format!("✓ {name}")));
    assert_eq!(steps(&cli.run(&["test", "--json"])), names.map(|name| (name.to_owned(), true)));
    assert_eq!(server.asked(What::Page), 0, "it reads no documents");
    assert!(!home.database().exists(), "{:?}", names_in(home.path()));
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let before = std::fs::read(home.database()).unwrap();
    assert_eq!(cli.run(&["test"]).code, Some(0));
    assert!(std::fs::read(home.database()).unwrap() == before, "it changed the database");
}

/// A server that answers every greeting with a plain HTTP error.
fn answers_without_tls() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // Some of the greeting is read first, or closing would reset the connection before the answer is seen.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_says_at_which_step_it_fails_and_what_to_do() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    let (tls, _) = tls::self_signed(&["localhost"]);
    let untrusted = Execute::start_tls(Ledger::default(), tls).await;
    let refused = "401 Unauthorized";
    let not_tls = format!("https://{}", answers_without_tls());
    let cases: [(&str, i32, Option<Fault>, &str); 10] = [
        ("http://no-such-host.invalid", 4, None, "name resolves"),
        (&untrusted.url_of("localhost"), 4, None, "TLS"),
        (&not_tls, 4, None, "TLS"),
        ("http://127.0.0.1:1", 4, None, "answers"),
        (&server.url(), 3, Some(fault::status(refused)), "key accepted"),
        (&server.url(), 1, Some(fault::body("<html>login</html>")), "answers"),
        (&server.url(), 1, Some(fault::body("[1, 2]")), "schema readable"),
        (&server.url(), 1, Some(fault::body(r#"{"error":"being restored"}"#)), "schema readable"),
        // Says nothing about the key.
        (&server.url(), 1, Some(fault::status("418 I'm a teapot")), "answers"),
        (&server.url(), 2, Some(fault::status("404 Not Found")), "answers"),
    ];
    for (url, code, fault, step) in cases {
        let home = Home::new();
        server.plan(move |_| fault.clone());
        let cli = Cli::patient(&home, url);
        let output = cli.run(&["test", "--json"]);
        assert_eq!(output.code, Some(code), "{url}: {output:?}");
        let failed: Vec<String> = steps(&output).into_iter().filter(|(_, ok)| !ok).map(|(name, _)| name).collect();
        assert_eq!(failed, [step], "{url}: {output:?}");
        let said = cli.run(&["test"]).stdout;
        assert!(
            said.contains(&format!("✗ {step}")) && said.contains("✓ destination opens"),
            "both halves are tested: {said}"
        );
        let remedy = said.lines().skip_while(|line| !line.starts_with('✗')).nth(1).unwrap();
        assert!(remedy.starts_with("  ") && remedy.trim_end().ends_with('.'), "{said}");
    }
    let home = Home::new();
    std::fs::write(home.database(), "this is no database, but long enough to be looked at as one").unwrap();
    server.clear();
    let output = Cli::patient(&home, &server.url()).run(&["test", "--json"]);
    assert_eq!(output.code, Some(2), "{output:?}");
    assert_eq!(steps(&output).last(), Some(&("destination opens".to_owned(), false)), "{output:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_tells_a_database_of_another_source_before_a_run_does() {
    let ledger = || Ledger::world(&mut Rng::new(1), 12, Size::Small);
    let (server, other) = (Execute::start(ledger()).await, Execute::start(ledger()).await);
    let home = Home::new();
    assert_eq!(Cli::patient(&home, &other.url()).run(&["push"]).code, Some(0));
    let output = Cli::patient(&home, &server.url()).run(&["test", "--json"]);
    assert_eq!(output.code, Some(2), "{output:?}");
    let failed: Vec<String> = steps(&output).into_iter().filter(|(_, ok)| !ok).map(|(name, _)| name).collect();
    assert_eq!(failed, ["destination opens"], "{output:?}");
    assert!(output.stdout.contains("the database holds documents of"), "{output:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_leaves_the_name_to_a_proxy_of_the_system() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    let home = Home::new();
    // As a proxy it answers whatever host is asked for.
    let cli = Cli::patient(&home, "http://execute.corp.invalid").env("http_proxy", server.url()).env("NO_PROXY", "");
    let output = cli.env("no_proxy", "").run(&["test", "--json"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(!output.stdout.contains("name resolves"), "{output:?}");
}

#[test]
fn demo_works_behind_a_proxy_of_the_system() {
    let home = Home::new();
    let dead = "http://127.0.0.1:1";
    let cli = Cli::new(&home).env("HTTP_PROXY", dead).env("http_proxy", dead).env("ALL_PROXY", dead);
    let output = cli.run(&["demo", "--documents", SMALL]);
    assert_eq!(output.code, Some(0), "{output:?}");
}
