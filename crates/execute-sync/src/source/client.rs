//! The HTTP client of the fetch API: two requests, their headers judged, their bodies handed on as a stream.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Proxy, StatusCode};
use tokio::time::timeout;
use tokio_util::bytes::Bytes;
use url::Url;

use super::body::Body;
use super::schema::Schema;
use super::{Mark, block, http_error};
use crate::error::{Error, Kind, Result};
use crate::profile::{self, BaseUrl, SourceSettings};
use crate::secret;

/// Error bodies are read no further than this.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// The schema of a large company is well under a megabyte.
const MAX_SCHEMA_BYTES: usize = 64 * 1024 * 1024;

/// So much of an answer that is no schema is kept for whoever looks into it.
const MAX_SHOWN_BYTES: usize = 200;

const MARK_HEADER: HeaderName = HeaderName::from_static("x-sync-highwater-mark");
const TRUNCATED_HEADER: HeaderName = HeaderName::from_static("x-sync-truncated");

/// An Execute server and the key to it.
pub struct Source {
    client: reqwest::Client,
    settings: SourceSettings,
    authorization: HeaderValue,
}

/// What to ask for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// Documents after this mark.
    pub since: Mark,
    /// Documents a page.
    pub limit: u64,
    /// With calculated values.
    pub include_calcs: bool,
}

/// A page: its headers are known, its body is still to come.
pub struct Page {
    /// The mark up to which this page reaches, worth keeping only once the whole body is stored.
    pub mark: Mark,
    /// There is more behind the mark.
    pub truncated: bool,
    body: Body,
}

impl Page {
    /// The next bytes of the body; `None` once it ended as HTTP says it must.
    ///
    /// # Errors
    /// [`Kind::SourceUnreachable`] if it broke off or stood still.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.body.chunk().await
    }
}

impl Source {
    /// A client for these settings; connects to nothing yet.
    ///
    /// # Errors
    /// [`Kind::Configuration`] for a proxy or certificate file that cannot be used.
    pub fn new(settings: SourceSettings) -> Result<Source> {
        install_crypto();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("execute-sync/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .http1_only()
            .connect_timeout(Duration::from_secs(settings.connect_timeout_s))
            .tls_version_min(reqwest::tls::Version::TLS_1_2);
        if settings.proxy.is_none() && profile::is_on_this_machine(settings.url.as_url()) {
            // The system's proxy is for other machines: the key would leave this one, and the proxy could not find the way
            // back.
            builder = builder.no_proxy();
        }
        if let Some(proxy) = &settings.proxy {
            let proxy = Proxy::all(profile::proxy_url(proxy)?)
                // The client's own error may quote it, login and all.
                .map_err(|_| Error::new(Kind::Internal, "the client refuses the proxy"))?;
            builder = builder.proxy(proxy);
        }
        if let Some(file) = &settings.ca_file {
            let pem = std::fs::read(file).map_err(|e| unusable_certificates(file).because(e))?;
            let certificates =
                Certificate::from_pem_bundle(&pem).map_err(|e| unusable_certificates(file).because(e))?;
            if certificates.is_empty() {
                return Err(unusable_certificates(file).because("it holds no certificate"));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        if !needs_certificates(&settings) {
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|e| match &settings.ca_file {
            // Only now are they looked into.
            Some(file) => unusable_certificates(file).because(e),
            None => Error::new(Kind::Configuration, "the HTTP client cannot be set up with these settings").because(e),
        })?;
        secret::register_basic(&settings.key_id, settings.key_secret.expose());
        let basic = STANDARD.encode(format!("{}:{}", settings.key_id, settings.key_secret.expose()));
        let mut authorization = HeaderValue::from_str(&format!("Basic {basic}"))
            .map_err(|_| Error::new(Kind::Internal, "the login header cannot be written"))?;
        authorization.set_sensitive(true);
        Ok(Source { client, settings, authorization })
    }

    /// The same server with the same login, under another path of it.
    pub(super) fn at(&self, base: BaseUrl) -> Source {
        debug_assert_eq!(base.bound_host(), self.settings.url.bound_host(), "the login is this server's");
        let settings = SourceSettings { url: base, ..self.settings.clone() };
        Source { client: self.client.clone(), settings, authorization: self.authorization.clone() }
    }

    /// The settings this source was made with.
    pub fn settings(&self) -> &SourceSettings {
        &self.settings
    }

    /// Reads the schema.
    ///
    /// # Errors
    /// As [`page`](Source::page); [`Kind::BadData`] if the answer is no schema.
    pub async fn schema(&self, include_calcs: bool) -> Result<Schema> {
        read_schema(&self.schema_answer(include_calcs).await?)
    }

    /// The bytes of a whole answer to the question for the schema. The address and the key are good then, whatever the
    /// bytes say.
    pub(crate) async fn schema_answer(&self, include_calcs: bool) -> Result<Vec<u8>> {
        let mut url = self.settings.url.endpoint("fetch/document/schema");
        if include_calcs {
            url.query_pairs_mut().append_pair("calc", "true");
        }
        let response = self.get(url.clone()).await?;
        let says_html = is_html(&response);
        let body = Body::new(response, self.idle(), self.settings.allow_close_delimited)?;
        let bytes = body.read_all(MAX_SCHEMA_BYTES).await?;
        if says_html || bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<') {
            return Err(http_error::web_page(&url));
        }
        Ok(bytes)
    }

    /// Asks for a page and judges its headers.
    ///
    /// # Errors
    /// [`Kind::SourceUnreachable`] if there is no answer now, [`Kind::RefusedBySource`] for 401 and 403,
    /// [`Kind::Configuration`] where the address must be wrong, [`Kind::BadData`] for an answer that is no page.
    pub async fn page(&self, request: &PageRequest) -> Result<Page> {
        let mut url = self.settings.url.endpoint("fetch/document/");
        url.query_pairs_mut()
            .append_pair("limit", &request.limit.to_string())
            .append_pair("since", request.since.as_str());
        if request.include_calcs {
            url.query_pairs_mut().append_pair("calc", "true");
        }
        let response = self.get(url).await?;
        if is_html(&response) {
            return Err(block::not_a_page("it is an HTML page"));
        }
        let mark = one_header(response.headers(), &MARK_HEADER).and_then(Mark::new).map_err(headers_hint)?;
        let truncated = match one_header(response.headers(), &TRUNCATED_HEADER)? {
            value if value.eq_ignore_ascii_case("true") => true,
            value if value.eq_ignore_ascii_case("false") => false,
            _ => {
                return Err(headers_hint(Error::new(
                    Kind::BadData,
                    "the server's X-Sync-Truncated header is neither TRUE nor FALSE",
                )));
            }
        };
        let body = Body::new(response, self.idle(), self.settings.allow_close_delimited)?;
        Ok(Page { mark, truncated, body })
    }

    async fn get(&self, url: Url) -> Result<reqwest::Response> {
        let request = self
            .client
            .get(url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT_ENCODING, "gzip, zstd");
        let first_byte = Duration::from_secs(self.settings.first_byte_timeout_s);
        let response = timeout(first_byte, request.send())
            .await
            .map_err(|_| {
                Error::new(
                    Kind::SourceUnreachable,
                    format!(
                        "{} did not begin to answer within {} seconds",
                        url.host_str().unwrap_or("the server"),
                        first_byte.as_secs()
                    ),
                )
                .hint("Lower EXECUTESYNC_MAX_DOCUMENTS (calculated fields are slow), or raise EXECUTESYNC_FIRST_BYTE_TIMEOUT.")
            })?
            .map_err(|e| http_error::from_request(&url, self.settings.proxy.as_deref(), e))?;
        if response.status() == StatusCode::OK {
            return Ok(response);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        // An error is told even if its body breaks off.
        let body = match Body::new(response, self.idle(), true) {
            Ok(body) => {
                timeout(self.idle(), body.read_all(MAX_ERROR_BYTES)).await.unwrap_or(Ok(Vec::new())).unwrap_or_default()
            }
            Err(_) => Vec::new(),
        };
        Err(http_error::from_status(&url, status, &headers, &body))
    }

    fn idle(&self) -> Duration {
        Duration::from_secs(self.settings.idle_timeout_s)
    }
}

/// The schema that an answer holds.
///
/// # Errors
/// [`Kind::BadData`] if it is none, or describes nothing.
pub(crate) fn read_schema(answer: &[u8]) -> Result<Schema> {
    let schema = Schema::parse(answer)?;
    if schema.describes_documents() {
        return Ok(schema);
    }
    let begins = String::from_utf8_lossy(&answer[..answer.len().min(MAX_SHOWN_BYTES)]).into_owned();
    Err(Error::new(Kind::BadData, "the server's schema describes no documents")
        .hint("Check the rights of the API key, or ask whoever runs the Execute server.")
        .because(begins))
}

/// Reading the system's certificates takes longer than a run with nothing new. Without TLS none are needed: the source is
/// this machine, in the clear, and no redirect is followed.
fn needs_certificates(settings: &SourceSettings) -> bool {
    let url = settings.url.as_url();
    let is_here = url.scheme() == "http" && profile::is_on_this_machine(url);
    !(is_here && settings.proxy.is_none() && settings.ca_file.is_none())
}

fn is_html(response: &reqwest::Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    content_type.to_ascii_lowercase().contains("html")
}

fn unusable_certificates(file: &Path) -> Error {
    Error::new(Kind::Configuration, format!("the certificate file {} cannot be used", file.display()))
        .field("CA_FILE")
        .hint("Name a PEM file with one or more BEGIN CERTIFICATE blocks.")
}

/// rustls wants to be told once which cryptography it uses.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Err means that the process has one already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// The one value of a header; the same value twice is borne, two different ones are not.
fn one_header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<&'a str> {
    let shown = match name.as_str() {
        "x-sync-truncated" => "X-Sync-Truncated",
        _ => "X-Sync-Highwater-Mark",
    };
    let mut values = headers.get_all(name).iter();
    let bad = |what: &str| Err(headers_hint(Error::new(Kind::BadData, format!("the server's {shown} header {what}"))));
    let Some(value) = values.next() else { return bad("is missing") };
    if values.any(|other| other != value) {
        return bad("stands there twice with different values");
    }
    match value.to_str() {
        Ok(text) => Ok(text.trim()),
        Err(_) => bad("holds characters that are not printable ASCII"),
    }
}

fn headers_hint(error: Error) -> Error {
    error
        .hint(
            "Check EXECUTESYNC_EXECUTE_URL: it should be the address of Execute itself; a proxy on the way may also drop headers.",
        )
        .field("EXECUTE_URL")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_proxy_that_a_setting_may_name_is_one_for_the_client() {
        for scheme in profile::PROXY_SCHEMES {
            let variables = [
                ("EXECUTESYNC_EXECUTE_URL", "https://execute.example.com".to_owned()),
                ("EXECUTESYNC_EXECUTE_APIKEY_ID", "id".to_owned()),
                ("EXECUTESYNC_EXECUTE_APIKEY_SECRET", "hunter2".to_owned()),
                ("EXECUTESYNC_PROXY", format!("{scheme}://me:hunter3@proxy.example:1080")),
            ];
            let sources = profile::Sources { environment: variables.into_iter().collect(), ..Default::default() };
            let settings = profile::source_from(&sources, Path::new("/")).unwrap();
            assert!(settings.proxy.as_ref().is_some_and(|proxy| proxy.starts_with(scheme)));
            assert!(Source::new(settings).is_ok(), "{scheme}");
        }
    }
}
