//! The address of Execute, checked once; from then on a type. Nothing is requested here.

use crate::error::{Error, Kind, Result};
use std::fmt;
use url::{Host, Url};

const FIELD: &str = "EXECUTE_URL";
const EXAMPLE: &str = "https://example.com";
/// Nobody puts Execute deeper.
const MOST_BASES: usize = 12;
/// What requests add to the base; a URL that already ends in it was copied from a request.
const REQUEST_PATHS: [&str; 3] = ["/fetch/document/schema", "/fetch/document", "/fetch"];

/// Which source the sample is: no address looks like it.
const SAMPLE: &str = "sample:";

/// The base under which Execute answers: scheme, host, port and path prefix; no login, query or fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    is_sample: bool,
}

impl BaseUrl {
    /// Reads what a person gave. Refused, each with the URL to use instead: a missing scheme, a login in the URL, a
    /// query or fragment (copied from the browser), the path of a request. Errors never show login, query or fragment.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(refused("holds a control character").hint(format!("Give it as {EXAMPLE}")));
        }
        let Some((scheme, _)) = text.split_once("://") else {
            return Err(use_instead(refused("does not begin with https://"), with_scheme(text).as_ref()));
        };
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            let is_word = scheme.len() <= 20 && scheme.bytes().all(|b| b.is_ascii_alphanumeric());
            let what = if is_word { format!("begins with {scheme}://") } else { "does not begin with https://".into() };
            return Err(refused(&what).hint(format!("Give it as {EXAMPLE}")));
        }
        let url = Url::parse(text)
            .map_err(|error| refused("is not a URL").hint(format!("Give it as {EXAMPLE}")).because(error))?;
        let base = base_of(&url);
        if !url.username().is_empty() || url.password().is_some() {
            return Err(use_instead(refused("holds a login"), Some(&base)).hint(format!(
                "Use {}, and give the login as EXECUTESYNC_EXECUTE_APIKEY_ID and EXECUTESYNC_EXECUTE_APIKEY_SECRET",
                shown(&base)
            )));
        }
        if url.query().is_some() || url.fragment().is_some() {
            let copied = refused("holds a `?` or `#`, as a URL copied from the browser does");
            return Err(use_instead(copied, Some(&base)));
        }
        if path_of(&base).len() < url.path().trim_end_matches('/').len() {
            return Err(use_instead(refused("ends in the path of a request, which is added to it"), Some(&base)));
        }
        Ok(BaseUrl { url: base, is_sample: false })
    }

    /// The address of a sample server; any address of it is the same source.
    pub fn sample(url: &str) -> Result<Self> {
        BaseUrl::parse(url).map(|base| BaseUrl { is_sample: true, ..base })
    }

    /// `{base}/{path}`; a path prefix of the base is kept. `path` is relative and may end in a slash.
    pub fn endpoint(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{}", path_of(&self.url), path.trim_start_matches('/')));
        url
    }

    /// The bases above this one: of the same scheme, host and port, under ever shorter paths. The longest comes first; of
    /// a path that is longer than any base, only the shortest count.
    pub fn bases_above(&self) -> Vec<BaseUrl> {
        let path = path_of(&self.url);
        let ends: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        let above = |end: usize| {
            let mut url = self.url.clone();
            url.set_path(path[..end].trim_end_matches('/'));
            BaseUrl { url, is_sample: self.is_sample }
        };
        let mut bases: Vec<BaseUrl> = ends.into_iter().take(MOST_BASES).rev().map(above).collect();
        bases.dedup();
        bases
    }

    /// Which source this is: lower-case host, the port if it is not the scheme's default, the path without its
    /// trailing slash; not the scheme. Two URLs with the same identity are one source. The sample's is `sample:`.
    pub fn identity(&self) -> String {
        if self.is_sample {
            return SAMPLE.to_owned();
        }
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}{}", self.url.host_str().unwrap_or_default(), path_of(&self.url))
    }

    /// A source in a sentence, by its identity.
    pub(crate) fn in_words(identity: &str) -> &str {
        if identity == SAMPLE { "the built-in sample" } else { identity }
    }

    /// To whom a login for this address may be sent, and to nobody else: the host, with the port if it is not 443; over
    /// plain HTTP with the scheme and the port, so that a secret entered for https is never sent in clear.
    pub fn bound_host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match (self.url.scheme(), self.url.port()) {
            ("https", None) => host.to_owned(),
            ("https", Some(port)) => format!("{host}:{port}"),
            (scheme, port) => format!("{scheme}://{host}:{}", port.unwrap_or(80)),
        }
    }

    /// Would the login travel in clear over a network? Not over https, and not on this machine.
    pub fn is_in_clear(&self) -> bool {
        self.url.scheme() != "https" && !is_on_this_machine(&self.url)
    }

    /// What a person must be told on each run: that the login travels in clear. None over https and on this machine.
    pub fn warning(&self) -> Option<String> {
        if !self.is_in_clear() {
            return None;
        }
        Some(format!("{self} is not encrypted: API key and documents can be read on the way; use https:// instead"))
    }

    /// The base as a URL, for comparing origins.
    pub fn as_url(&self) -> &Url {
        &self.url
    }
}

/// Is the host of `url` this very machine?
pub(crate) fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// The base without a trailing slash.
impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(shown(&self.url))
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

fn refused(what: &str) -> Error {
    Error::new(Kind::Configuration, format!("EXECUTESYNC_EXECUTE_URL (--execute-url) {what}")).field(FIELD)
}

/// The path without trailing slashes; empty at the root.
fn path_of(url: &Url) -> &str {
    url.path().trim_end_matches('/')
}

/// The base in `url`: without login, query, fragment, the path of a request and trailing slashes.
fn base_of(url: &Url) -> Url {
    let mut base = url.clone();
    base.set_query(None);
    base.set_fragment(None);
    // Neither can fail on http and https, the only schemes that come here.
    let _ = base.set_username("");
    let _ = base.set_password(None);
    let path = path_of(url);
    let kept = REQUEST_PATHS.iter().find_map(|end| {
        let (kept, found) = path.split_at_checked(path.len().checked_sub(end.len())?)?;
        found.eq_ignore_ascii_case(end).then(|| kept.trim_end_matches('/'))
    });
    base.set_path(kept.unwrap_or(path));
    base
}

/// The base that a text without `://` probably means.
fn with_scheme(text: &str) -> Option<Url> {
    let lower = text.to_ascii_lowercase();
    let scheme = ["https:", "http:"].into_iter().find(|scheme| lower.starts_with(scheme)).unwrap_or_default();
    let rest = text[scheme.len()..].trim_start_matches(['/', '\\']);
    Url::parse(&format!("https://{rest}")).ok().map(|url| base_of(&url))
}

fn use_instead(error: Error, base: Option<&Url>) -> Error {
    match base.map(shown) {
        Some(base) => error.hint(format!("Use {base}")).suggest(base),
        None => error.hint(format!("Give it as {EXAMPLE}")),
    }
}

/// The base without a trailing slash.
fn shown(base: &Url) -> &str {
    base.as_str().trim_end_matches('/')
}

#[cfg(test)]
mod tests;
