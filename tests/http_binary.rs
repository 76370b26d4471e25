//! A sample of the faults against the real binary: each failure has its exit code, one line that says it, and a remedy; and
//! one more `push` has it all.

use std::sync::Arc;

use tokio::net::TcpSocket;
use tokio::task::JoinSet;

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, Fault, KEY_SECRET, What};
use crate::support::fault::{
    all, body, change, cut, framing, header, no_header, one_more_header, plan, repack, status, then,
};
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};
use crate::support::tls::self_signed;
use crate::support::wire::{At, Framing, Then};

const TEST: &str = "http_binary";

/// What is wrong, whether it stays so, how `push` ends, and words of the line that says it.
struct Sample {
    name: &'static str,
    fault: Fault,
    stays: bool,
    code: i32,
    words: &'static str,
    settings: &'static [(&'static str, &'static str)],
}

fn sample(name: &'static str, fault: Fault, code: i32, words: &'static str) -> Sample {
    Sample { name, fault, stays: true, code, words, settings: &[] }
}

impl Sample {
    fn once(self) -> Self {
        Sample { stays: false, ..self }
    }

    fn with(self, settings: &'static [(&'static str, &'static str)]) -> Self {
        Sample { settings, ..self }
    }
}

fn samples() -> Vec<Sample> {
    let mark = |text: &'static str| header("X-Sync-Highwater-Mark", text);
    let is_1_0 = framing(Framing::Http10);
    let wrong_checksum = repack(|mut bytes| {
        let at = bytes.len() - 8;
        bytes[at] ^= 1;
        bytes
    });
    let unchanged = change(|reply| {
        reply.set("X-Sync-Highwater-Mark", "same");
        reply.set("X-Sync-Truncated", "TRUE");
    });
    let too_short = all(vec![framing(Framing::Length), change(|reply| reply.length_off_by = -60)]);
    vec![
        sample("RST in a record", cut(At::Middle, Then::Reset), 0, "broke off before its end; trying again in").once(),
        sample("FIN between records", cut(At::Boundary, Then::Fin), 4, "the server's answer broke off before its end"),
        sample("RST before headers", cut(At::BeforeHeaders, Then::Reset), 0, "Sync Complete: ").once(),
        sample("stall", cut(At::Middle, Then::Stall), 0, "stood still for 1 seconds; trying again in").once(),
        sample("a body that is too short", too_short, 0, "breaks off in the middle of a document; trying again").once(),
        sample("HTTP/1.0", is_1_0.clone(), 1, "ends with the connection alone"),
        sample("HTTP/1.0, allowed", is_1_0, 0, "Sync Complete: ").with(&[("ALLOW_CLOSE_DELIMITED", "true")]),
        sample("401", status("401 Unauthorized"), 3, "does not accept the API key (401)"),
        sample("403", status("403 Forbidden"), 3, "accepts the API key but not this request (403)"),
        sample("404", status("404 Not Found"), 2, "there is no fetch API at http://127.0.0.1"),
        sample("407", status("407 Login"), 2, "the proxy asks for a login (407)"),
        sample(
            "302",
            all(vec![status("302 Found"), header("Location", "http://evil.invalid/x")]),
            2,
            "sends us on to http://evil.invalid/x",
        ),
        sample(
            "429",
            all(vec![status("429 Too Many Requests"), header("Retry-After", "1")]),
            0,
            "(429 Too Many Requests); trying again in 1.",
        )
        .once(),
        sample(
            "503, later",
            all(vec![status("503 Down"), header("Retry-After", "99999")]),
            4,
            "cannot answer now (503",
        ),
        sample("206", status("206 Partial Content"), 1, "answered 206 Partial Content"),
        sample("HTML", body("<html>Sign in</html>"), 1, "it is an HTML or XML page"),
        sample("a JSON error", body("{\"error\":\"no\"}\n"), 1, "a JSON object without any of a document's keys"),
        sample("no mark", no_header("X-Sync-Highwater-Mark"), 1, "X-Sync-Highwater-Mark header is missing"),
        sample("an empty mark", mark(""), 1, "the high-water mark is empty"),
        sample("two marks", one_more_header("X-Sync-Highwater-Mark", "x"), 1, "twice with different values"),
        sample("maybe", header("X-Sync-Truncated", "maybe"), 1, "neither TRUE nor FALSE"),
        sample("the same mark", unchanged, 1, "the same high-water mark 3 times"),
        sample("a wrong checksum", all(vec![framing(Framing::GzipChunked), wrong_checksum]), 0, "trying again in")
            .once(),
        sample("a bomb", all(vec![framing(Framing::GzipChunked), body(vec![b'a'; 4 << 20])]), 1, "decompression bomb"),
        sample("a bad line", body("x\n"), 6, "1 document of page 2 cannot be stored"),
        sample("a bad line, stop", body("x\n"), 1, "line 1 of page 2 cannot be stored")
            .with(&[("ON_BAD_DOCUMENT", "stop")]),
        sample(
            "blank lines",
            all(vec![framing(Framing::Chunked), then(Then::Forever(b"\n".repeat(9000)))]),
            1,
            "blank lines",
        ),
    ]
}

fn push(home: &Home, url: &str, settings: &[(&str, &str)]) -> Output {
    let cli = Cli::for_server(home, url);
    settings.iter().fold(cli, |cli, (name, value)| cli.set(name, *value)).run(&["push"])
}

/// What every run must keep to, however it ended.
fn is_told(name: &str, output: &Output, code: i32, words: &str) -> Result<(), String> {
    let said = &output.stderr;
    let wrong = |what: &str| Err(format!("{name}: {what}; it ended with {:?} and said\n{said}", output.code));
    if output.code != Some(code) {
        return wrong(&format!("it should end with {code}"));
    }
    if !said.contains(words) {
        return wrong(&format!("it should say {words:?}"));
    }
    let (failed, complete) = (said.matches("Sync Failed: ").count(), said.matches("Sync Complete: ").count());
    if (failed, complete) != if matches!(code, 0 | 6) { (0, 1) } else { (1, 0) } {
        return wrong("it should say once how it ended");
    }
    if !said.contains("Starting Sync") || said.contains(KEY_SECRET) || output.stdout.contains(KEY_SECRET) {
        return wrong("it should say what it does, and no secret");
    }
    if said.contains("panic") {
        return wrong("it panicked");
    }
    Ok(())
}

async fn run(sample: Sample) -> Result<(), String> {
    let server = Execute::start(Ledger::world(&mut Rng::named(seed::base(), sample.name), 12, Size::Small)).await;
    let hits = plan(What::Page, 2, !sample.stays, sample.fault);
    server.plan(move |ask| hits(ask));
    let (home, url) = (Arc::new(Home::new()), server.url());
    let pushed = |settings: &'static [(&str, &str)]| {
        let (home, url) = (Arc::clone(&home), url.clone());
        tokio::task::spawn_blocking(move || push(&home, &url, settings))
    };
    let output = pushed(sample.settings).await.map_err(|error| format!("{}: {error}", sample.name))?;
    is_told(sample.name, &output, sample.code, sample.words)?;
    let name = sample.name;
    if sample.code == 6 || name == "the same mark" {
        // The server gave marks for what it did not send; what it has can only be read from the beginning.
        return Ok(());
    }
    let reach = oracle::prefix(&home, &server.ledger()).check().map_err(|wrong| format!("{name}: {wrong}"))?;
    if reach == 0 {
        return Err(format!("{name}: the first page is not stored"));
    }
    server.clear();
    let output = pushed(&[]).await.map_err(|error| format!("{name}: {error}"))?;
    is_told(name, &output, 0, "Sync Complete: ")?;
    oracle::complete(&home, &server.ledger()).check().map_err(|wrong| format!("{name}: {wrong}"))?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_failure_has_its_exit_code_and_one_line_that_says_it() {
    let mut running = JoinSet::new();
    for sample in samples().into_iter().filter(|sample| seed::is_wanted(sample.name)) {
        let replay = seed::replay(TEST, sample.name, seed::base());
        running.spawn(async move { run(sample).await.map_err(|wrong| format!("{wrong}\n    {replay}")) });
    }
    let failed: Vec<String> = running.join_all().await.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_cannot_be_reached_or_trusted_ends_it_with_4_and_leaves_no_database() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let refused = socket.local_addr().unwrap();
    let (config, _) = self_signed(&["localhost"]);
    let server = Execute::start_tls(Ledger::world(&mut Rng::new(1), 12, Size::Small), config).await;
    let proxy: &'static str = format!("http://{refused}").leak();
    let cases = [
        (format!("http://{refused}"), vec![], "127.0.0.1 cannot be reached"),
        (format!("http://{}.invalid", "x".repeat(64)), vec![], "does not resolve"),
        (server.url_of("localhost"), vec![], "the certificate of localhost is not trusted"),
        (
            "http://execute.invalid".to_owned(),
            vec![("PROXY", proxy)],
            "the proxy on the way to execute.invalid cannot be reached",
        ),
    ];
    let mut running = JoinSet::new();
    for (url, settings, words) in cases {
        running.spawn_blocking(move || {
            let home = Home::new();
            let output = push(&home, &url, &settings);
            is_told(&url, &output, 4, words).unwrap();
            assert!(!home.database().exists(), "{url}: something was written");
        });
    }
    running.join_all().await;
    assert!(server.log().is_empty(), "it heard a request");
}
