//! Base addresses, good and bad.
#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn base(text: &str) -> BaseUrl {
    BaseUrl::parse(text).unwrap()
}

/// The remedy of a refused URL.
fn remedy(text: &str) -> String {
    let error = BaseUrl::parse(text).unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
    assert_eq!(error.at_field(), Some("EXECUTE_URL"));
    assert!(error.message().contains("EXECUTESYNC_EXECUTE_URL (--execute-url)"), "{error}");
    let remedy = error.remedy().unwrap();
    let suggested = error.suggestion().is_some_and(|base| remedy.starts_with(&format!("Use {base}")));
    assert!(suggested || remedy.starts_with("Give it as") && error.suggestion().is_none(), "{remedy}");
    remedy.to_owned()
}

#[test]
fn the_bases_above_one_are_shorter_paths_of_the_same_server_the_longest_first() {
    let above = |text: &str| base(text).bases_above().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        above("https://h.example:8443/a%20b//c/d/"),
        ["https://h.example:8443/a%20b//c", "https://h.example:8443/a%20b", "https://h.example:8443"]
    );
    assert!(above("https://h.example/").is_empty());
    let deep = above(&format!("https://h.example{}", "/x".repeat(500)));
    assert_eq!((deep.len(), deep.last().unwrap().as_str()), (MOST_BASES, "https://h.example"));
    assert_eq!(deep[0], format!("https://h.example{}", "/x".repeat(MOST_BASES - 1)));
}

#[test]
fn a_request_is_the_base_a_slash_and_the_path() {
    for text in ["https://h.example", "https://h.example/", " https://h.example "] {
        assert_eq!(base(text).endpoint("fetch/document/schema").as_str(), "https://h.example/fetch/document/schema");
    }
    assert_eq!(base("https://h.example").endpoint("fetch/document/").as_str(), "https://h.example/fetch/document/");
}

#[test]
fn a_path_prefix_and_a_port_are_kept() {
    for text in ["https://h.example:8443/a/b", "https://h.example:8443/a/b/", "https://h.example:8443/a/b//"] {
        let base = base(text);
        assert_eq!(base.endpoint("fetch/document/").as_str(), "https://h.example:8443/a/b/fetch/document/");
        assert_eq!(base.to_string(), "https://h.example:8443/a/b");
    }
    assert_eq!(base("https://h.example/a%20b").endpoint("x").as_str(), "https://h.example/a%20b/x");
    assert_eq!(base("https://h.example/prefetch").to_string(), "https://h.example/prefetch");
}

#[test]
fn identity_is_host_port_and_path_without_scheme() {
    let rows = [
        ("https://Demo.Example.COM", "demo.example.com"),
        ("http://demo.example.com/", "demo.example.com"),
        ("https://demo.example.com:443/App/", "demo.example.com/App"),
        ("http://demo.example.com:80", "demo.example.com"),
        ("http://demo.example.com:443", "demo.example.com:443"),
        ("https://demo.example.com:8443/App", "demo.example.com:8443/App"),
        ("https://[::1]:9000", "[::1]:9000"),
        ("https://bücher.example", "xn--bcher-kva.example"),
    ];
    for (text, identity) in rows {
        assert_eq!(base(text).identity(), identity, "{text}");
    }
    assert_eq!(BaseUrl::sample("http://127.0.0.1:4711").unwrap().identity(), "sample:");
}

#[test]
fn a_login_is_bound_to_host_port_and_encryption() {
    for (url, host) in [
        ("https://Example.com", "example.com"),
        ("https://example.com:443/execute/", "example.com"),
        ("https://example.com:8443", "example.com:8443"),
        ("http://example.com", "http://example.com:80"),
        ("http://example.com:443", "http://example.com:443"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
    ] {
        assert_eq!(base(url).bound_host(), host, "{url}");
    }
    assert!(base("http://example.com").is_in_clear());
    assert!(!base("https://example.com").is_in_clear() && !base("http://localhost:1").is_in_clear());
}

#[test]
fn http_is_silent_on_this_machine_and_warns_elsewhere() {
    for text in ["http://localhost:1", "http://a.localhost", "http://127.8.9.1:80", "http://[::1]", "https://h.example"]
    {
        assert_eq!(base(text).warning(), None, "{text}");
    }
    for text in ["http://h.example", "http://10.0.0.1", "http://localhost.example", "http://[2001:db8::1]"] {
        assert!(base(text).warning().unwrap().contains("not encrypted"), "{text}");
    }
}

#[test]
fn a_missing_scheme_gets_https() {
    assert_eq!(remedy("h.example"), "Use https://h.example");
    assert_eq!(remedy("h.example:8443/app/"), "Use https://h.example:8443/app");
    assert_eq!(remedy("localhost:8080"), "Use https://localhost:8080");
    assert_eq!(remedy("//h.example/app?x=1"), "Use https://h.example/app");
    assert_eq!(remedy("https:/h.example"), "Use https://h.example");
    assert_eq!(remedy("https:\\\\h.example"), "Use https://h.example");
    assert_eq!(remedy("not a url"), "Give it as https://example.com");
    assert_eq!(remedy("ftp://h.example"), "Give it as https://example.com");
    assert_eq!(remedy("https://"), "Give it as https://example.com");
}

#[test]
fn a_url_from_the_browser_is_refused_with_the_base() {
    assert_eq!(remedy("https://h.example/App/?tab=2#/afe/7"), "Use https://h.example/App");
    assert_eq!(remedy("https://h.example/#/afe/7"), "Use https://h.example");
    assert_eq!(remedy("https://h.example?"), "Use https://h.example");
}

#[test]
fn the_path_of_a_request_is_refused_with_the_base() {
    for end in ["/fetch", "/fetch/", "/fetch/document", "/Fetch/Document/", "/fetch/document/schema"] {
        assert_eq!(remedy(&format!("https://h.example/app{end}")), "Use https://h.example/app");
        assert_eq!(remedy(&format!("https://h.example{end}")), "Use https://h.example");
    }
}

#[test]
fn a_login_in_the_url_is_refused_and_not_shown() {
    for text in ["https://bob:hunter2@h.example/app?token=hunter2", "bob:hunter2@h.example/app"] {
        let error = BaseUrl::parse(text).unwrap_err();
        let all = format!("{error:?} {} {}", error.remedy().unwrap(), error.details());
        assert!(all.contains("https://h.example/app") && !all.contains("hunter2") && !all.contains("bob"), "{all}");
    }
}

#[test]
fn control_characters_are_refused() {
    remedy("https://h.example/\u{1b}[31m");
    remedy("https://h.exa\nmple");
}

proptest! {
    #[test]
    fn no_text_panics_and_an_accepted_base_is_stable(text in "(https?://)?[ -~éß\u{7f}\t]{0,40}") {
        if let Ok(base) = BaseUrl::parse(&text) {
            let again = BaseUrl::parse(&base.to_string()).unwrap();
            prop_assert_eq!(again.identity(), base.identity());
            let url = base.endpoint("fetch/document/");
            prop_assert!(url.query().is_none() && url.fragment().is_none() && url.username().is_empty());
            prop_assert!(url.path().ends_with("/fetch/document/"));
            prop_assert_eq!(url.origin(), base.as_url().origin());
            for above in base.bases_above() {
                prop_assert_eq!(above.bound_host(), base.bound_host());
                prop_assert!(base.as_url().path().starts_with(above.as_url().path().trim_end_matches('/')));
            }
        }
    }
}
