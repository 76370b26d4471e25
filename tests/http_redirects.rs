//! Redirects (kind 28): none is followed, whatever it points at, so the login reaches no second origin. Each ends the run
//! as a matter of configuration that names where it pointed.
//!
//! The run is told to use a proxy, so that a request to any host at all would be heard.

use execute_sync::error::Kind;
use execute_sync::profile::SourceSettings;
use execute_sync::source::Source;

use crate::support::execute::{Execute, Fault, What};
use crate::support::fault::{all, change, plan, status};
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::run::{self, Home, How, Ran};
use crate::support::seed::Rng;
use crate::support::tls::Authority;

const BASE: &str = "http://execute.invalid:8080/prefix";

const STATUSES: [&str; 5] =
    ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"];

/// Where to, and the words that name it: in the sentence, and as the URL to set, if that can be one.
const TARGETS: [(&str, &str, &str, Option<&str>); 22] = [
    (
        "same origin",
        "http://execute.invalid:8080/other/fetch/document/",
        "http://execute.invalid:8080/other",
        Some("http://execute.invalid:8080/other"),
    ),
    ("same address", "http://execute.invalid:8080/prefix/fetch/document/", "execute.invalid:8080/prefix", Some(BASE)),
    (
        "other port",
        "http://execute.invalid:8081/prefix/fetch/document/",
        "http://execute.invalid:8081",
        Some("http://execute.invalid:8081/prefix"),
    ),
    (
        "other host",
        "http://evil.invalid/prefix/fetch/document/",
        "http://evil.invalid/",
        Some("http://evil.invalid/prefix"),
    ),
    (
        "sub-domain",
        "http://a.execute.invalid:8080/",
        "http://a.execute.invalid:8080/",
        Some("http://a.execute.invalid:8080"),
    ),
    ("look-alike", "http://execute.invalid.evil.invalid/", "http://execute.invalid.evil.invalid/", None),
    (
        "http to https",
        "https://execute.invalid:8080/prefix/fetch/document/schema",
        "https://execute.invalid:8080",
        Some("https://execute.invalid:8080/prefix"),
    ),
    (
        "https by another port",
        "https://execute.invalid/prefix/fetch/document/",
        "https://execute.invalid/",
        Some("https://execute.invalid/prefix"),
    ),
    ("an address", "http://192.0.2.7/fetch/document/", "http://192.0.2.7/", Some("http://192.0.2.7")),
    ("an address of IPv6", "http://[2001:db8::1]:80/", "http://[2001:db8::1]/", None),
    ("this machine", "http://localhost/fetch/document/", "http://localhost/", None),
    ("the metadata service", "http://169.254.169.254/latest/meta-data/", "169.254.169.254", None),
    ("another scheme's file", "file:///etc/passwd", "file:///etc/passwd", None),
    ("FTP", "ftp://evil.invalid/x", "ftp://evil.invalid/x", None),
    ("data", "data:text/plain,DOCUMENT", "data:text/plain", None),
    ("a login in it", "http://victim:hunter2@evil.invalid/x", "http://evil.invalid/x", None),
    ("secrets behind it", "http://evil.invalid/x?token=hunter2#hunter2", "http://evil.invalid/x", None),
    ("a path", "/login", "http://execute.invalid:8080/login", None),
    ("a relative path", "../../login?token=hunter2", "http://execute.invalid:8080/", None),
    ("a host alone", "//evil.invalid/fetch/document/", "http://evil.invalid/", Some("http://evil.invalid")),
    ("nowhere", "", "execute.invalid", None),
    ("no URL", "http://[bad", "a place it does not name", None),
];

fn to(status_line: &'static str, location: Option<&'static str>) -> Fault {
    all(vec![
        status(status_line),
        change(move |reply| {
            if let Some(location) = location {
                reply.set("Location", location);
            }
        }),
    ])
}

fn world() -> Ledger {
    Ledger::world(&mut Rng::new(1), 12, Size::Small)
}

async fn sync(settings: SourceSettings, home: &Home) -> Ran {
    run::sync_run(&Source::new(settings).unwrap(), home, &How::default()).await.unwrap()
}

/// It stopped at once, told where it was sent and to what setting that belongs, and nothing that could be a secret.
fn is_told(ran: &Ran, name: &str, words: &str, base: Option<&str>) {
    assert_eq!(ran.kind(), Some(Kind::Configuration), "{name}: {}", ran.told());
    assert!(ran.retried.is_empty(), "{name}: it was tried again");
    let error = ran.finished.result.as_ref().unwrap_err();
    assert_eq!(error.at_field(), Some("EXECUTE_URL"), "{name}");
    assert!(error.message().contains(words), "{name}: {words:?} is not in {}", ran.told());
    if let Some(base) = base {
        assert!(ran.told().contains(&format!("set EXECUTESYNC_EXECUTE_URL to {base};")), "{name}: {}", ran.told());
    }
    assert!(ran.told().contains("never sent on"), "{name}: {}", ran.told());
    assert!(!ran.told().contains("hunter2"), "{name}: {}", ran.told());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_redirect_is_followed_and_each_names_its_target() {
    for (name, location, words, base) in TARGETS {
        for status_line in STATUSES {
            let name = format!("{status_line} to {name}");
            let (heard, home) = (Execute::start(world()).await, Home::in_memory());
            let settings = SourceSettings { proxy: Some(heard.url()), ..run::settings(BASE) };
            let redirect = to(status_line, Some(location));
            heard.plan(move |_| Some(redirect.clone()));
            let ran = sync(settings.clone(), &home).await;
            is_told(&ran, &name, words, base);
            assert!(!home.database().exists(), "{name}: something was written");
            // The schema and the first page, and nothing after either.
            let asked: Vec<String> = heard.log().into_iter().map(|ask| ask.target).collect();
            assert_eq!(asked.len(), 2, "{name}: {asked:?}");
            for target in asked {
                assert!(target.starts_with(&format!("{BASE}/fetch/document/")), "{name}: {target}");
            }
            heard.clear();
            assert_eq!(sync(settings, &home).await.kind(), None, "{name}: once the redirect is gone");
            oracle::complete(&home, &heard.ledger()).check().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_in_the_middle_of_a_run_keeps_the_pages_before_it() {
    for (number, status_line) in STATUSES.into_iter().enumerate() {
        let (heard, home) = (Execute::start(world()).await, Home::in_memory());
        let settings = SourceSettings { proxy: Some(heard.url()), ..run::settings(BASE) };
        let hits = plan(What::Page, number % 3 + 1, false, to(status_line, Some("http://evil.invalid/")));
        heard.plan(move |ask| hits(ask));
        let ran = sync(settings.clone(), &home).await;
        is_told(&ran, status_line, "http://evil.invalid/", None);
        oracle::prefix(&home, &heard.ledger()).check().unwrap();
        assert!(heard.log().iter().all(|ask| ask.target.starts_with(BASE)), "{:?}", heard.log());
        heard.clear();
        assert_eq!(sync(settings, &home).await.kind(), None, "{status_line}");
        oracle::complete(&home, &heard.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_that_names_no_place_is_told_as_one() {
    for status_line in STATUSES.into_iter().chain(["300 Multiple Choices", "305 Use Proxy"]) {
        let (server, home) = (Execute::start(world()).await, Home::in_memory());
        let redirect = to(status_line, None);
        server.plan(move |_| Some(redirect.clone()));
        let ran = sync(run::settings(&server.url()), &home).await;
        is_told(&ran, status_line, "a place it does not name", None);
        assert_eq!(server.log().len(), 2, "{status_line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_https_nothing_is_sent_on_in_the_clear_or_to_another_origin() {
    let ours = Authority::new("Our company");
    let config = ours.server(&["localhost", "127.0.0.1"], |_| {});
    let (clear, other) = (Execute::start(world()).await, Execute::start_tls(world(), config.clone()).await);
    for status_line in STATUSES {
        let targets =
            [clear.url_of("localhost"), clear.url(), other.url_of("localhost"), other.url(), "http://localhost".into()];
        for target in targets {
            let (server, home) = (Execute::start_tls(world(), config.clone()).await, Home::in_memory());
            // The last one: the very same host and port, but no longer over TLS.
            let target = match &*target {
                "http://localhost" => server.url_of("localhost").replace("https:", "http:"),
                target => target.to_owned(),
            };
            let ca_file = home.path().join("ca.pem");
            std::fs::write(&ca_file, ours.pem()).unwrap();
            let settings = SourceSettings { ca_file: Some(ca_file), ..run::settings(&server.url_of("localhost")) };
            let location = format!("{target}/fetch/document/");
            let redirect = all(vec![status(status_line), change(move |reply| reply.set("Location", &location))]);
            server.plan(move |_| Some(redirect.clone()));
            let ran = sync(settings, &home).await;
            is_told(&ran, status_line, &target, Some(&target));
            assert_eq!(server.log().len(), 2, "{status_line} to {target}");
        }
    }
    assert_eq!((clear.connections(), other.connections()), (0, 0), "a second origin was spoken to");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_and_a_circle_of_redirects_end_at_their_first() {
    for hops in [1, 11] {
        let (server, home) = (Execute::start(world()).await, Home::in_memory());
        let url = server.url();
        server.plan(move |ask| {
            let location = format!("{url}/hop/{}/fetch/document/", (ask.number + 1) % hops);
            Some(all(vec![status("302 Found"), change(move |reply| reply.set("Location", &location))]))
        });
        let ran = sync(run::settings(&server.url()), &home).await;
        is_told(&ran, "a chain", "/hop/", None);
        assert_eq!(server.log().len(), 2);
    }
}
