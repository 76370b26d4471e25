//! From what HTTP says went wrong to the engine's errors: one sentence, a remedy, a kind.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use url::Url;

use crate::error::{Error, Kind, Retry};
use crate::secret::printable;

/// How much of an error body is quoted.
const QUOTED_CHARS: usize = 200;

/// The setting that is at fault where the address is.
const ADDRESS: &str = "EXECUTE_URL";

/// What rustls says of an answer that is no TLS at all: most often plain HTTP.
const NO_TLS: &str = "received corrupt message of type InvalidContentType";

/// The error for an answer whose status is not 200. `body` is the beginning of its body, at most a few kilobytes.
pub(super) fn from_status(url: &Url, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let code = status.as_u16();
    let host = url.host_str().unwrap_or("the server");
    let said = quote(body);
    if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
        return redirect(url, headers);
    }
    let error = match code {
        401 => Error::new(Kind::RefusedBySource, format!("{host} does not accept the API key (401)"))
            .hint("Check EXECUTESYNC_EXECUTE_APIKEY_ID and EXECUTESYNC_EXECUTE_APIKEY_SECRET; a key can be expired or withdrawn.")
            .field("EXECUTE_APIKEY_ID"),
        403 => Error::new(Kind::RefusedBySource, format!("{host} accepts the API key but not this request (403)"))
            .hint("Ask an Execute administrator to give the key the right to fetch documents.")
            .field("EXECUTE_APIKEY_ID"),
        404 | 410 => Error::new(
            Kind::Configuration,
            format!("there is no fetch API at {} ({code})", without_query(url)),
        )
        .hint("Check EXECUTESYNC_EXECUTE_URL: it should be the address of Execute itself, such as https://company.example.com.")
        .field(ADDRESS),
        407 => proxy_asks_for_login(),
        408 | 425 | 429 | 500..=599 => {
            Error::new(Kind::SourceUnreachable, format!("{host} cannot answer now ({status})"))
                .hint("Try again later; if it stays, ask whoever runs the Execute server.")
                .retry(match retry_after(headers, SystemTime::now()) {
                    Some(wait) => Retry::After(wait),
                    None => Retry::BackOff,
                })
        }
        _ => Error::new(Kind::BadData, format!("{host} answered {status} to {}", without_query(url)))
            .hint("Check EXECUTESYNC_EXECUTE_URL. If the server does not know the high-water mark, because it is another one or was set up anew, name another database or run a full refresh (push -f)."),
    };
    if said.is_empty() { error } else { error.because(format!("it said: {said}")) }
}

/// The error for a request that got no answer. `proxy` is the one that was named for it, if any.
pub(super) fn from_request(url: &Url, proxy: Option<&str>, error: reqwest::Error) -> Error {
    let host = url.host_str().unwrap_or("the server").to_owned();
    let error = error.without_url();
    let causes = causes(&error);
    let unreachable = |message: String| Error::new(Kind::SourceUnreachable, message);
    if causes.contains("CaUsedAsEndEntity") {
        return unreachable(format!("{host} shows the certificate of an authority as its own, which does not count"))
            .hint("Have the server given a certificate of its own (one without CA:TRUE), and name its authority's PEM file in EXECUTESYNC_CA_FILE.")
            .field("CA_FILE")
            .retry(Retry::Never)
            .because(error);
    }
    if causes.contains("certificate") || causes.contains("UnknownIssuer") || causes.contains("NotValidForName") {
        return unreachable(format!("the certificate of {host} is not trusted"))
            .hint("If your company has its own certificate authority, name its PEM file in EXECUTESYNC_CA_FILE; otherwise do not go on.")
            .field("CA_FILE")
            .retry(Retry::Never)
            .because(error);
    }
    if causes.contains("proxy authorization required") {
        return proxy_asks_for_login().because(error);
    }
    let proxy_fails = |what: &str, error: reqwest::Error| {
        unreachable(format!("the proxy on the way to {host} {what}"))
            .hint("Check EXECUTESYNC_PROXY, or HTTPS_PROXY and NO_PROXY of the system.")
            .field("PROXY")
            .because(error)
    };
    if error.is_connect() && causes.contains(NO_TLS) {
        // In a tunnel that does not stand yet, and where nothing else was to be encrypted, it was the proxy that answered.
        if causes.contains("tunnel") || url.scheme() == "http" {
            return proxy_fails("does not speak TLS", error);
        }
        let port = url.port_or_known_default().unwrap_or_default();
        return unreachable(format!("{host} does not speak TLS on port {port}, so https:// cannot reach it"))
            .hint("Check the port in EXECUTESYNC_EXECUTE_URL. Write http:// there only if that is meant: the API key is then sent unencrypted.")
            .field(ADDRESS)
            .retry(Retry::Never)
            .because(error);
    }
    if causes.contains("proxy") || causes.contains("tunnel") {
        return proxy_fails("does not let us through", error);
    }
    let unresolved = causes.contains("dns error") || causes.contains("failed to lookup");
    if proxy.is_some() && error.is_connect() && (unresolved || causes.contains("tcp connect error")) {
        return proxy_fails("cannot be reached", error);
    }
    if proxy.is_some() && error.is_connect() && error.is_timeout() {
        return proxy_fails("did not answer in time", error);
    }
    if unresolved {
        return unreachable(format!("the name {host} does not resolve"))
            .hint("Check EXECUTESYNC_EXECUTE_URL for a typing error, and the network.")
            .field(ADDRESS)
            .because(error);
    }
    if error.is_timeout() {
        return unreachable(format!("{host} did not answer in time"))
            .hint("Check the network and EXECUTESYNC_EXECUTE_URL; a firewall may drop the connection.")
            .because(error);
    }
    if causes.contains("too many headers")
        || causes.contains("message head is too large")
        || causes.contains("invalid HTTP")
        || causes.contains("content-length parsed")
        || causes.contains("transfer-encoding parsed")
    {
        return Error::new(Kind::BadData, format!("the answer of {host} is not proper HTTP"))
            .hint(match url.scheme() {
                "http" => {
                    "Check EXECUTESYNC_EXECUTE_URL and its port: where the server speaks TLS, the address begins with https://."
                }
                _ => "Check EXECUTESYNC_EXECUTE_URL and its port: is it the address of Execute itself?",
            })
            .because(error);
    }
    let what = if error.is_connect() { "cannot be reached" } else { "broke off the connection" };
    unreachable(format!("{host} {what}"))
        .hint(
            "Check the network and EXECUTESYNC_EXECUTE_URL; if others reach it, a firewall or proxy may be in the way.",
        )
        .because(error)
}

/// The error for a page for people where the schema should be.
pub(super) fn web_page(url: &Url) -> Error {
    let host = url.host_str().unwrap_or("the server");
    Error::new(Kind::BadData, format!("{host} answers {} with a web page, not as Execute does", without_query(url)))
        .hint("Check EXECUTESYNC_EXECUTE_URL: it should be the address of Execute itself, such as https://company.example.com.")
        .field(ADDRESS)
}

/// The server answered, but not as Execute does there: could another path of it be the right one?
pub(super) fn may_be_the_path(error: &Error) -> bool {
    match error.kind() {
        Kind::Configuration => error.at_field() == Some(ADDRESS),
        Kind::BadData => true,
        _ => false,
    }
}

/// Did the connection stand, and encrypting it fail?
pub fn is_of_tls(error: &Error) -> bool {
    let causes = causes(error);
    [
        "invalid peer certificate",
        "tls handshake",
        "received fatal alert",
        "received corrupt message",
        "peer is incompatible",
    ]
    .iter()
    .any(|sign| causes.contains(sign))
}

fn proxy_asks_for_login() -> Error {
    Error::new(Kind::Configuration, "the proxy asks for a login (407)")
        .hint(
            "Set EXECUTESYNC_PROXY to http://user:password@proxy:port, or ask your network people for a way around it.",
        )
        .field("PROXY")
}

/// The error for a body that did not end as HTTP says it must.
pub(super) fn broken_body(error: std::io::Error) -> Error {
    Error::new(Kind::SourceUnreachable, "the server's answer broke off before its end")
        .hint("Try again; if it stays, lower EXECUTESYNC_MAX_DOCUMENTS and look at proxies on the way.")
        .because(error)
}

/// `Retry-After` in seconds or as a date; absurd values are capped by whoever waits.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

fn redirect(url: &Url, headers: &HeaderMap) -> Error {
    let target = headers.get(LOCATION).and_then(|l| l.to_str().ok()).and_then(|l| url.join(l).ok());
    let error = Error::new(
        Kind::Configuration,
        match &target {
            Some(target) => {
                format!("{} sends us on to {}", url.host_str().unwrap_or("the server"), without_query(target))
            }
            None => format!("{} sends us on to a place it does not name", url.host_str().unwrap_or("the server")),
        },
    )
    .field(ADDRESS);
    match target.as_ref().and_then(base_of) {
        Some(base) => error.hint(format!(
            "If that is the Execute server, set EXECUTESYNC_EXECUTE_URL to {base}; the API key is never sent on by itself."
        )),
        None => error.hint("Check EXECUTESYNC_EXECUTE_URL; the API key is never sent on by itself."),
    }
}

/// The base URL that would lead to where a redirect points, if it is an http address.
fn base_of(target: &Url) -> Option<String> {
    if !matches!(target.scheme(), "http" | "https") {
        return None;
    }
    let shown = without_query(target);
    let base = shown.split("/fetch/document").next().unwrap_or(&shown);
    Some(base.trim_end_matches('/').to_owned())
}

fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Not every scheme can carry them; those that cannot have none to remove.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    printable(url.as_str()).into_owned()
}

fn quote(body: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(body).split_whitespace().collect::<Vec<_>>().join(" ");
    printable(&text.chars().take(QUOTED_CHARS).collect::<String>()).into_owned()
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
