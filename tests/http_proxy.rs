//! Proxies (kind 20): used when named, told when they refuse or are down, and never told the login to Execute where there
//! is a tunnel.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use execute_sync::error::Kind;
use execute_sync::profile::SourceSettings;
use execute_sync::source::Source;

use crate::support::execute::{Execute, What, listener};
use crate::support::fault::{plan, status};
use crate::support::ledger::{Ledger, Size};
use crate::support::oracle;
use crate::support::proxy::{Manner, Proxy};
use crate::support::run::{self, Home, How, QUICK, Ran};
use crate::support::seed::Rng;
use crate::support::tls::Authority;

fn world() -> Ledger {
    Ledger::world(&mut Rng::new(1), 12, Size::Small)
}

async fn sync(settings: SourceSettings, home: &Home) -> Ran {
    let how = How { limit: Duration::from_secs(15), ..How::default() };
    run::sync_run(&Source::new(settings).unwrap(), home, &how).await.unwrap()
}

/// An Execute server behind TLS under a name that nobody can resolve, and settings that trust it.
async fn behind_tls(home: &Home) -> (Execute, SourceSettings) {
    let ours = Authority::new("Our company");
    let server = Execute::start_tls(world(), ours.server(&["execute.invalid"], |_| {})).await;
    let ca_file = home.path().join("ca.pem");
    std::fs::write(&ca_file, ours.pem()).unwrap();
    let settings = SourceSettings { ca_file: Some(ca_file), ..run::settings("https://execute.invalid/prefix") };
    (server, settings)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_http_goes_through_the_proxy_with_the_whole_address() {
    let (proxy, home) = (Execute::start(world()).await, Home::new());
    let url = "http://execute.invalid:8080/prefix";
    let proxy_url = Some(proxy.url().replace("http://", "http://user:p%40ss@"));
    let ran = sync(SourceSettings { proxy: proxy_url, ..run::settings(url) }, &home).await;
    assert_eq!(ran.kind(), None, "{}", ran.told());
    oracle::complete(&home, &proxy.ledger()).check().unwrap();
    let login = format!("Basic {}", STANDARD.encode("user:p@ss"));
    for ask in proxy.log() {
        assert!(ask.target.starts_with("http://execute.invalid:8080/prefix/fetch/document/"), "{}", ask.target);
        assert_eq!(ask.header("proxy-authorization"), Some(&*login));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_goes_through_a_tunnel_and_the_proxy_sees_neither_login_nor_request() {
    let home = Home::new();
    let (server, settings) = behind_tls(&home).await;
    let proxy = Proxy::start(Manner::Tunnel(server.address())).await;
    let proxy_url = Some(format!("http://user:pass@{}", proxy.address()));
    let ran = sync(SourceSettings { proxy: proxy_url, ..settings }, &home).await;
    assert_eq!(ran.kind(), None, "{}", ran.told());
    oracle::complete(&home, &server.ledger()).check().unwrap();
    for head in proxy.heard() {
        assert!(head.starts_with("CONNECT execute.invalid:443 HTTP/1.1\r\n"), "{head}");
        let (proxy_login, rest): (Vec<&str>, Vec<&str>) =
            head.lines().partition(|line| line.to_ascii_lowercase().starts_with("proxy-authorization:"));
        assert_eq!(proxy_login.len(), 1, "{head}");
        assert!(!rest.join("\n").to_ascii_lowercase().contains("authorization"), "{head}");
    }
    for ask in server.log() {
        assert_eq!(ask.header("proxy-authorization"), None, "the server hears the login to the proxy");
        assert_eq!(ask.server_name.as_deref(), Some("execute.invalid"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socks_proxy_resolves_the_name_itself() {
    let home = Home::new();
    let (server, settings) = behind_tls(&home).await;
    let proxy = Proxy::start(Manner::Socks(server.address())).await;
    let proxy_url = Some(format!("socks5h://{}", proxy.address()));
    let ran = sync(SourceSettings { proxy: proxy_url, ..settings }, &home).await;
    assert_eq!(ran.kind(), None, "{}", ran.told());
    oracle::complete(&home, &server.ledger()).check().unwrap();
    assert!(proxy.heard().iter().all(|name| name == "execute.invalid"), "{:?}", proxy.heard());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_does_not_let_us_through_is_told_as_the_proxy() {
    let cases: [(&str, Manner, Kind, usize, &str); 7] = [
        ("407", Manner::Answer("HTTP/1.1 407 Login\r\n\r\n"), Kind::Configuration, 0, "the proxy asks for a login"),
        ("403", Manner::Answer("HTTP/1.1 403 No\r\n\r\n"), Kind::SourceUnreachable, 2, "the proxy on the way"),
        ("502", Manner::Answer("HTTP/1.1 502 Bad\r\n\r\n"), Kind::SourceUnreachable, 2, "the proxy on the way"),
        ("closed", Manner::Answer(""), Kind::SourceUnreachable, 2, "the proxy on the way"),
        ("garbage", Manner::Answer("SSH-2.0-no proxy\r\n\r\n"), Kind::SourceUnreachable, 2, "the proxy on the way"),
        ("cut", Manner::Answer("HTTP/1.1 200"), Kind::SourceUnreachable, 2, "the proxy on the way"),
        ("stall", Manner::Stall, Kind::SourceUnreachable, 2, "in time"),
    ];
    for (name, manner, kind, retries, words) in cases {
        let home = Home::new();
        let (server, settings) = behind_tls(&home).await;
        let refusing = Proxy::start(manner).await;
        let through = |proxy: &Proxy| SourceSettings {
            proxy: Some(format!("http://{}", proxy.address())),
            connect_timeout_s: 1,
            ..settings.clone()
        };
        let ran = sync(through(&refusing), &home).await;
        assert_eq!(ran.kind(), Some(kind), "{name}: {}", ran.told());
        assert_eq!(ran.retried.len(), retries, "{name}: {}", ran.told());
        assert!(ran.told().contains(words) && ran.told().contains("PROXY"), "{name}: {}", ran.told());
        assert!(server.log().is_empty() && !home.database().exists(), "{name}");
        let tunnel = Proxy::start(Manner::Tunnel(server.address())).await;
        let ran = sync(SourceSettings { connect_timeout_s: 10, ..through(&tunnel) }, &home).await;
        assert_eq!(ran.kind(), None, "{name}: {}", ran.told());
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_is_down_is_told_as_the_proxy() {
    for url in ["http://execute.invalid", "https://execute.invalid"] {
        let home = Home::new();
        // Taken and dropped: the address is ours no longer, and whoever connects is refused.
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let proxy = Some(format!("http://{}", socket.local_addr().unwrap()));
        let ran = sync(SourceSettings { proxy, ..run::settings(url) }, &home).await;
        assert_eq!(ran.kind(), Some(Kind::SourceUnreachable), "{url}: {}", ran.told());
        assert_eq!(ran.retried.len(), QUICK.attempts as usize - 1, "{url}: {}", ran.told());
        assert!(ran.told().contains("the proxy") && ran.told().contains("PROXY"), "{url}: {}", ran.told());
        assert!(!home.database().exists(), "{url}: something was written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_asks_for_a_login_in_the_middle_of_a_run_ends_it() {
    let (proxy, home) = (Execute::start(world()).await, Home::new());
    let settings = SourceSettings { proxy: Some(proxy.url()), ..run::settings("http://execute.invalid") };
    let hits = plan(What::Page, 2, false, status("407 Proxy Authentication Required"));
    proxy.plan(move |ask| hits(ask));
    let ran = sync(settings.clone(), &home).await;
    assert_eq!(ran.kind(), Some(Kind::Configuration), "{}", ran.told());
    assert!(ran.told().contains("the proxy asks for a login"), "{}", ran.told());
    oracle::prefix(&home, &proxy.ledger()).check().unwrap();
    proxy.clear();
    assert_eq!(sync(settings, &home).await.kind(), None);
    oracle::complete(&home, &proxy.ledger()).check().unwrap();
}

#[tokio::test]
async fn a_proxy_that_is_no_address_is_refused_before_anything_is_asked() {
    let nobody = listener().await;
    let url = format!("http://{}", nobody.local_addr().unwrap());
    for proxy in ["proxy", "ftp://proxy:1", "http://", "//proxy", "user:secretive@proxy:80"] {
        let settings = SourceSettings { proxy: Some(proxy.to_owned()), ..run::settings(&url) };
        let Err(error) = Source::new(settings) else { panic!("{proxy} is taken for a proxy") };
        assert_eq!(error.kind(), Kind::Configuration, "{proxy}: {error:?}");
        assert_eq!(error.at_field(), Some("PROXY"));
        assert!(!format!("{error:?}").contains("secretive"), "{error:?}");
    }
}
