//! The fetch API over HTTP: requests are told apart, keys checked, pages streamed.

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::stream;

use crate::json::Json;
use crate::marks::BEGINNING;
use crate::world::{Lines, Page, World};

/// Documents a page when the request does not say.
const DEFAULT_LIMIT: u64 = 10_000;

/// A page is written in pieces of this size, or of one document when that is larger.
const PIECE_BYTES: usize = 64 * 1024;

/// What the requests are answered from.
#[derive(Clone)]
pub(crate) struct Fetch {
    pub(crate) world: World,
    /// The API key id and secret that are let in.
    pub(crate) key: Option<(String, String)>,
}

/// What a path asks for, whatever stands before it.
enum Resource {
    Documents,
    Schema,
}

pub(crate) fn router(fetch: Fetch) -> Router {
    Router::new().fallback(answer).with_state(fetch)
}

async fn answer(State(fetch): State<Fetch>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let Some(resource) = resource(uri.path()) else {
        return refusal(StatusCode::NOT_FOUND, "There is nothing here; the documents are at fetch/document/");
    };
    if method != Method::GET && method != Method::HEAD {
        let refusal = refusal(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are known here");
        return ([(ALLOW, "GET, HEAD")], refusal).into_response();
    }
    if !fetch.lets_in(&headers) {
        let refusal = refusal(StatusCode::UNAUTHORIZED, "The API key ID or its secret is wrong");
        return ([(WWW_AUTHENTICATE, "Basic realm=\"Execute\"")], refusal).into_response();
    }
    match Parameters::of(&uri) {
        Err(why) => refusal(StatusCode::BAD_REQUEST, &why),
        Ok(parameters) => match resource {
            Resource::Schema => {
                ([(CONTENT_TYPE, "application/json")], fetch.world.schema(parameters.calc)).into_response()
            }
            Resource::Documents => match fetch.world.page(&parameters.since, parameters.limit, parameters.calc) {
                Ok(page) => send(page),
                Err(unknown) => refusal(StatusCode::BAD_REQUEST, &unknown.to_string()),
            },
        },
    }
}

fn resource(path: &str) -> Option<Resource> {
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.ends_with("/fetch/document") {
        Some(Resource::Documents)
    } else if path.ends_with("/fetch/document/schema") {
        Some(Resource::Schema)
    } else {
        None
    }
}

impl Fetch {
    fn lets_in(&self, headers: &HeaderMap) -> bool {
        let Some((id, secret)) = &self.key else { return true };
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
            let (scheme, credentials) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("basic").then(|| BASE64.decode(credentials.trim()).ok())?
        });
        given.is_some_and(|given| given == format!("{id}:{secret}").into_bytes())
    }
}

/// What a request says after the question mark.
struct Parameters {
    since: String,
    limit: u64,
    calc: bool,
}

impl Parameters {
    /// Other parameters are ignored, as Execute does; of one given twice the last counts.
    fn of(uri: &Uri) -> Result<Parameters, String> {
        let mut parameters = Parameters { since: BEGINNING.to_owned(), limit: DEFAULT_LIMIT, calc: false };
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|error| error.body_text())?;
        for (name, value) in pairs {
            match name.as_str() {
                "since" => parameters.since = value,
                "calc" => parameters.calc = value.eq_ignore_ascii_case("true"),
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| *limit > 0);
                    parameters.limit = limit.ok_or(format!("limit: \"{value}\" is not a number of documents"))?;
                }
                _ => {}
            }
        }
        Ok(parameters)
    }
}

fn send(page: Page) -> Response {
    let mark = HeaderValue::try_from(page.mark).expect("a mark is a time or came in a request's URL, ASCII both");
    let headers = [
        ("content-type", HeaderValue::from_static("application/x-ndjson")),
        ("x-sync-highwater-mark", mark),
        ("x-sync-truncated", HeaderValue::from_static(if page.truncated { "TRUE" } else { "FALSE" })),
    ];
    (headers, Body::from_stream(stream::iter(pieces(page.lines)))).into_response()
}

/// The page's bytes, written as the connection takes them.
fn pieces(mut lines: Lines) -> impl Iterator<Item = Result<Bytes, Infallible>> {
    std::iter::from_fn(move || {
        let mut piece = Vec::with_capacity(PIECE_BYTES + PIECE_BYTES / 4);
        lines.write(&mut piece, PIECE_BYTES).then(|| Ok(Bytes::from(piece)))
    })
}

fn refusal(status: StatusCode, why: &str) -> Response {
    let mut body = Vec::new();
    Json::object(&mut body, |json| json.text("error", why));
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
