//! Certificates and TLS (kinds 13 to 15): a server that cannot show who it is hears nothing, least of all the login.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use execute_sync::error::Kind;
use execute_sync::profile::SourceSettings;
use execute_sync::source::Source;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::http_fault_cells::Class;
use crate::support::cli::Cli;
use crate::support::execute::{Execute, Fault, What, listener};
use crate::support::fault::{all, cut, framing, plan, then};
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::proxy::{Manner, Proxy};
use crate::support::run::{self, Home, How, QUICK, Ran};
use crate::support::seed::Rng;
use crate::support::tls::{Authority, self_signed, self_signed_with};
use crate::support::wire::{At, Framing, Then};

fn world() -> Ledger {
    Ledger::world(&mut Rng::new(1), 12, Size::Small)
}

/// Settings that trust what `pem` holds besides the system's certificates.
fn trusting(server: &Execute, host: &str, home: &Home, pem: &str) -> SourceSettings {
    let ca_file: PathBuf = home.path().join("company ca.pem");
    std::fs::write(&ca_file, pem).unwrap();
    SourceSettings { ca_file: Some(ca_file), ..run::settings(&server.url_of(host)) }
}

async fn sync(settings: SourceSettings, home: &Home) -> Ran {
    run::sync_run(&Source::new(settings).unwrap(), home, &How::default()).await.unwrap()
}

/// The certificate is refused at once, with its reason and a remedy, and the server never hears a request.
async fn is_refused(name: &str, server: &Execute, settings: SourceSettings, home: &Home, reason: &str) {
    let ran = sync(settings, home).await;
    assert_eq!(ran.kind(), Some(Kind::SourceUnreachable), "{name}: {}", ran.told());
    assert!(ran.retried.is_empty(), "{name}: it was tried again");
    let told = ran.told();
    assert!(told.contains("certificate of") && told.contains("CA_FILE"), "{name}: {told}");
    assert!(told.contains(reason), "{name}: the reason {reason:?} is not told: {told}");
    assert!(server.log().is_empty(), "{name}: the server heard {:?}", server.log());
    assert!(!home.database().exists(), "{name}: something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_certificate_is_refused_with_its_reason_before_a_request_is_sent() {
    let (ours, theirs) = (Authority::new("Our company"), Authority::new("Another company"));
    type Change = fn(&mut CertificateParams);
    let cases: [(&str, &Authority, &str, &str, Change, &str); 6] = [
        ("expired", &ours, "localhost", "localhost", |p| p.not_after = date_time_ymd(2020, 1, 1), "expired"),
        (
            "not yet valid",
            &ours,
            "localhost",
            "localhost",
            |p| p.not_before = date_time_ymd(3000, 1, 1),
            "not valid yet",
        ),
        ("wrong host", &ours, "other.example", "localhost", |_| {}, "not valid for name"),
        ("a name for an address", &ours, "localhost", "127.0.0.1", |_| {}, "not valid for name"),
        ("unknown authority", &theirs, "localhost", "localhost", |_| {}, "UnknownIssuer"),
        (
            "not for servers",
            &ours,
            "localhost",
            "localhost",
            |p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
            "certificate",
        ),
    ];
    for (name, authority, certified, host, change, reason) in cases {
        let home = Home::new();
        let server = Execute::start_tls(world(), authority.server(&[certified], change)).await;
        is_refused(name, &server, trusting(&server, host, &home, &ours.pem()), &home, reason).await;
    }
    let (home, (config, _)) = (Home::new(), self_signed(&["localhost"]));
    let server = Execute::start_tls(world(), config).await;
    is_refused("self-signed", &server, run::settings(&server.url_of("localhost")), &home, "UnknownIssuer").await;
    // Named as an authority it still is none that may stand for a server; what `openssl req -x509` makes is such a one.
    let is_authority = |p: &mut CertificateParams| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let (home, (config, pem)) = (Home::new(), self_signed_with(&["localhost"], is_authority));
    let server = Execute::start_tls(world(), config).await;
    is_refused("an authority's own", &server, trusting(&server, "localhost", &home, &pem), &home, "without CA:TRUE")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_companys_own_authority_counts_for_the_profile_that_names_it_and_no_longer_than_that() {
    let (ours, theirs) = (Authority::new("Our company"), Authority::new("Another company"));
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let server = Execute::start_tls(world(), ours.server_of(&["localhost"], version)).await;
        let (home, other) = (Home::new(), Home::new());
        // Several certificates in one file, the right one last.
        let bundle = format!("# ours\n{}\n{}", theirs.pem(), ours.pem());
        let settings = trusting(&server, "localhost", &home, &bundle);
        assert_eq!(sync(settings.clone(), &home).await.kind(), None, "{version:?}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
        let heard = server.log().len();
        assert!(
            server.log().iter().all(|ask| ask.server_name.as_deref() == Some("localhost")),
            "the name is not asked for"
        );

        let without = SourceSettings { ca_file: None, ..settings.clone() };
        let ran = sync(without, &other).await;
        assert_eq!(ran.kind(), Some(Kind::SourceUnreachable), "another profile trusts it too: {}", ran.told());
        assert_eq!(server.log().len(), heard, "it heard another profile");

        // Withdrawn: the file holds another authority from now on.
        let ran = sync(trusting(&server, "localhost", &home, &theirs.pem()), &home).await;
        assert_eq!(ran.kind(), Some(Kind::SourceUnreachable), "{}", ran.told());
        assert_eq!(server.log().len(), heard, "it heard a run that no longer trusts it");
    }
}

#[test]
fn a_ca_file_that_cannot_be_used_is_named() {
    let home = Home::new();
    let file = home.path().join("ca.pem");
    let settings = SourceSettings { ca_file: Some(file.clone()), ..run::settings("https://localhost:1") };
    let broken = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    for content in [None, Some(""), Some("no certificate"), Some(broken)] {
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
        }
        let Err(error) = Source::new(settings.clone()) else { panic!("{content:?} is taken for a CA file") };
        assert_eq!(error.kind(), Kind::Configuration, "{error:?}");
        assert_eq!(error.at_field(), Some("CA_FILE"));
        assert!(error.message().contains("ca.pem"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_ends_below_tls_alone_is_no_whole_one() {
    let ours = Authority::new("Our company");
    let config = ours.server(&["localhost"], |_| {});
    let cases: [(&str, Class, Fault); 8] = [
        ("13 no goodbye, no length", Class::Transient, all(vec![framing(Framing::Close), then(Then::CutTls)])),
        ("13 no goodbye, HTTP/1.0", Class::Transient, all(vec![framing(Framing::Http10), then(Then::CutTls)])),
        (
            "13 cut between records",
            Class::Transient,
            all(vec![framing(Framing::Close), cut(At::Boundary, Then::CutTls)]),
        ),
        ("13 cut in chunks", Class::Transient, all(vec![framing(Framing::GzipChunked), cut(At::Middle, Then::CutTls)])),
        ("13 cut before its length", Class::Transient, cut(At::LastRecord, Then::CutTls)),
        ("13 goodbye in a record", Class::Transient, all(vec![framing(Framing::Close), cut(At::Middle, Then::Fin)])),
        ("goodbye at the end", Class::Harmless, framing(Framing::Close)),
        ("no goodbye after the last chunk", Class::Harmless, then(Then::CutTls)),
    ];
    for (name, class, fault) in cases {
        let home = Home::in_memory();
        let server = Execute::start_tls(world(), Arc::clone(&config)).await;
        let settings = trusting(&server, "localhost", &home, &ours.pem());
        let hits = plan(What::Page, 2, false, fault);
        server.plan(move |ask| hits(ask));
        let ran = sync(settings.clone(), &home).await;
        let (kind, retries) = match class {
            Class::Harmless => (None, 0),
            _ => (Some(Kind::SourceUnreachable), QUICK.attempts as usize - 1),
        };
        assert_eq!((ran.kind(), ran.retried.len()), (kind, retries), "{name}: {}", ran.told());
        oracle::prefix(&home, &server.ledger()).check().unwrap();
        server.clear();
        assert_eq!(sync(settings, &home).await.kind(), None, "{name}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

/// A server that answers the first bytes of every connection with these, and then with nothing.
async fn silent_after(answer: Vec<u8>) -> (String, tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>) {
    let listener = listener().await;
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let (sender, heard) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (answer, sender) = (answer.clone(), sender.clone());
            tokio::spawn(async move {
                let mut said = vec![0; 4096];
                let hello = stream.read(&mut said).await.unwrap_or_default();
                let _ = stream.write_all(&answer).await;
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
                said.truncate(hello);
                let _ = sender.send([said, rest].concat());
            });
        }
    });
    (url, heard)
}

const PLAIN_HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

/// A ServerHello that chooses TLS 1.1: no library makes one any more.
fn hello_of_tls_1_1() -> Vec<u8> {
    let mut hello = vec![3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0xc0, 0x13, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    [vec![22, 3, 2, 0, length + 4, 2, 0, 0, length], hello].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_speak_tls_1_2_or_later_hears_no_request() {
    let cases = [
        ("TLS 1.1", hello_of_tls_1_1(), "cannot be reached"),
        ("14 a handshake that stalls", Vec::new(), "did not answer in time"),
    ];
    for (name, answer, words) in cases {
        let (url, mut heard) = silent_after(answer).await;
        let home = Home::new();
        let settings = SourceSettings { connect_timeout_s: 1, ..run::settings(&url) };
        let how = How { limit: Duration::from_secs(15), ..How::default() };
        let ran = run::sync_run(&Source::new(settings).unwrap(), &home, &how).await.unwrap();
        assert_eq!(ran.kind(), Some(Kind::SourceUnreachable), "{name}: {}", ran.told());
        assert!(ran.told().contains(&format!("localhost {words}")), "{name}: {}", ran.told());
        assert!(!home.database().exists(), "{name}: something was written");
        // The schema, and the page as often as it is tried.
        for _ in 0..=QUICK.attempts {
            let said = heard.recv().await.unwrap();
            assert_eq!(said.first(), Some(&22), "{name}: it did not begin with a handshake");
            assert!(!said.windows(4).any(|bytes| bytes == b"GET " || bytes == b"Basi"), "{name}: it heard a request");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_https_url_of_a_port_that_speaks_plain_http_says_so_at_once() {
    let (url, mut heard) = silent_after(PLAIN_HTTP.to_vec()).await;
    let port = url.rsplit_once(':').unwrap().1.to_owned();
    let home = Home::new();
    let ran = sync(run::settings(&url), &home).await;
    assert_eq!((ran.kind(), ran.retried.len()), (Some(Kind::SourceUnreachable), 0), "{}", ran.told());
    let sentence = format!("localhost does not speak TLS on port {port}, so https:// cannot reach it");
    for words in [&*sentence, "Check the port in EXECUTESYNC_EXECUTE_URL. Write http:// there only if that is meant"] {
        assert!(ran.told().contains(words), "{words}: {}", ran.told());
    }
    assert!(!home.database().exists(), "something was written");
    let said = heard.recv().await.unwrap();
    assert!(!said.windows(4).any(|bytes| bytes == b"GET " || bytes == b"Basi"), "it heard a request");

    let output = Cli::patient(&home, &url).run(&["test"]);
    assert_eq!(output.code, Some(4), "{output:?}");
    assert!(output.stdout.contains(&format!("✗ TLS                {sentence}")), "{output:?}");
    // A proxy that lets us through has no part in it.
    let tunnel = Proxy::start(Manner::Tunnel(url.replace("https://localhost", "127.0.0.1").parse().unwrap())).await;
    let settings = SourceSettings { proxy: Some(format!("http://{}", tunnel.address())), ..run::settings(&url) };
    let ran = sync(settings, &home).await;
    assert!(ran.told().contains(&sentence), "{}", ran.told());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_does_not_speak_tls_is_not_taken_for_the_server() {
    let (proxy, _heard) = silent_after(PLAIN_HTTP.to_vec()).await;
    let home = Home::new();
    for url in ["https://execute.invalid", "http://execute.invalid"] {
        let settings = SourceSettings { proxy: Some(proxy.clone()), ..run::settings(url) };
        let ran = sync(settings, &home).await;
        assert!(ran.told().contains("the proxy on the way to execute.invalid does not speak TLS"), "{}", ran.told());
        assert!(!ran.told().contains("EXECUTE_URL"), "{}", ran.told());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_http_url_of_an_https_port_is_told_as_no_proper_http() {
    let ours = Authority::new("Our company");
    let server = Execute::start_tls(world(), ours.server(&["localhost"], |_| {})).await;
    let (home, url) = (Home::new(), format!("http://{}", server.address()));
    let ran = sync(run::settings(&url), &home).await;
    assert!(ran.kind().is_some_and(|kind| matches!(kind, Kind::BadData | Kind::SourceUnreachable)), "{}", ran.told());
    assert!(ran.told().contains("EXECUTE_URL"), "{}", ran.told());
    assert!(ran.told().contains("where the server speaks TLS, the address begins with https://"), "{}", ran.told());
    assert!(!home.database().exists(), "something was written");
}
