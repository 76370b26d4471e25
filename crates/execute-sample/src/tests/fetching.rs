//! The fetch API as a client meets it: over a socket, in HTTP/1.1.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{lines, parsed, small};
use crate::{BEGINNING, DEMO_KEY_ID, DEMO_KEY_SECRET, SampleOptions, SampleServer};

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head.lines().find(named).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }

    fn lines(&self) -> Vec<String> {
        let text = std::str::from_utf8(&self.body).expect("documents are UTF-8");
        assert!(text.is_empty() || text.ends_with('\n'), "the last line ends like the others");
        text.split_terminator('\n').map(str::to_owned).collect()
    }
}

async fn start(options: SampleOptions) -> SampleServer {
    SampleServer::start(options, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port can be had")
}

async fn send(server: &SampleServer, request_line: &str, header: &str) -> Answer {
    let address = server.url().strip_prefix("http://").expect("the server speaks HTTP").to_owned();
    let mut stream = TcpStream::connect(&address).await.expect("the server answers");
    let request = format!("{request_line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{header}\r\n");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("the server writes");
    let at = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8(answer[..at].to_vec()).expect("a head is ASCII");
    let status = head[9..12].parse().expect("a status is a number");
    let rest = &answer[at + 4..];
    let chunked = head.to_lowercase().contains("transfer-encoding: chunked") && !request_line.starts_with("HEAD");
    let body = if chunked { unchunked(rest) } else { rest.to_vec() };
    Answer { status, head, body }
}

async fn get(server: &SampleServer, path: &str) -> Answer {
    send(server, &format!("GET {path}"), "").await
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let at = rest.windows(2).position(|bytes| bytes == b"\r\n").expect("a chunk has a size");
        let size = std::str::from_utf8(&rest[..at]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let size = size.expect("a chunk's size is a number");
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[at + 2..at + 2 + size]);
        rest = &rest[at + 2 + size + 2..];
    }
}

fn basic(id: &str, secret: &str) -> String {
    format!("Authorization: Basic {}\r\n", BASE64.encode(format!("{id}:{secret}")))
}

#[tokio::test]
async fn pages_read_one_after_another_are_the_world() {
    let server = start(small()).await;
    let (mut mark, mut all) = (BEGINNING.to_owned(), Vec::new());
    loop {
        let since = mark.replace('+', "%2B").replace(':', "%3A");
        let page = get(&server, &format!("/fetch/document/?limit=170&since={since}")).await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("application/x-ndjson")));
        all.extend(page.lines());
        mark = page.header("x-sync-highwater-mark").expect("a page has a mark").to_owned();
        match page.header("x-sync-truncated") {
            Some("TRUE") => {}
            Some("FALSE") => break,
            other => assert_eq!(other, Some("TRUE or FALSE")),
        }
    }
    assert!(all == lines(server.world()));
    assert_eq!(mark, server.world().mark());

    let whole = get(&server, "/fetch/document/").await;
    assert!(whole.lines() == all, "without parameters everything comes, up to 10,000 documents");
    let calculated = get(&server, "/fetch/document/?calc=true&limit=100000").await;
    assert!(calculated.lines().into_iter().eq(server.world().lines(true)));
    server.stop().await;
}

#[tokio::test]
async fn prefixes_and_slashes_do_not_matter() {
    let server = start(small()).await;
    let whole = get(&server, "/fetch/document/?limit=3").await.body;
    for path in
        ["/fetch/document", "/a/b/fetch/document/", "/a/b/fetch/document", "//fetch/document/", "/%41/fetch/document"]
    {
        assert!(get(&server, &format!("{path}?limit=3")).await.body == whole, "{path}");
    }
    for path in ["/fetch/document/schema", "/a/fetch/document/schema", "/a/fetch/document/schema/"] {
        let answer = get(&server, path).await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(answer.body == server.world().schema(false).into_bytes());
        let answer = get(&server, &format!("{path}?calc=true")).await;
        assert!(answer.body == server.world().schema(true).into_bytes());
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_in_json() {
    let server = start(small()).await;
    let mark = server.world().mark();
    let spaced = format!("/fetch/document/?since={mark}");
    for (request, status) in [
        ("GET /", 404),
        ("GET /fetch/documents/", 404),
        ("GET /prefetch/document", 404),
        ("GET /fetch/document/AFE", 404),
        ("POST /nothing", 404),
        ("POST /fetch/document/", 405),
        ("GET /fetch/document/?limit=0", 400),
        ("GET /fetch/document/?limit=-1", 400),
        ("GET /fetch/document/?limit=ten", 400),
        ("GET /fetch/document/?limit=", 400),
        ("GET /fetch/document/?limit=1.5", 400),
        ("GET /fetch/document/?limit=99999999999999999999", 400),
        ("GET /fetch/document/?since=2020-01-01", 400),
        ("GET /fetch/document/?since=", 400),
        // An unescaped plus is a blank, so this mark was never given.
        (&format!("GET {spaced}"), 400),
    ] {
        let answer = send(&server, request, "").await;
        assert_eq!((answer.status, answer.header("content-type")), (status, Some("application/json")), "{request}");
        let body = parsed(std::str::from_utf8(&answer.body).expect("JSON is UTF-8"));
        assert!(body["error"].is_string());
        assert_eq!(answer.header("x-sync-highwater-mark"), None);
    }
    let head = send(&server, "HEAD /fetch/document/", "").await;
    assert_eq!((head.status, head.header("x-sync-truncated"), head.body.len()), (200, Some("FALSE"), 0));
}

#[tokio::test]
async fn only_the_key_is_let_in() {
    let key = Some((DEMO_KEY_ID.to_owned(), DEMO_KEY_SECRET.to_owned()));
    let server = start(SampleOptions { key, ..small() }).await;
    let good = basic(DEMO_KEY_ID, DEMO_KEY_SECRET);
    let bad = [
        String::new(),
        basic(DEMO_KEY_ID, "guess"),
        basic("other", DEMO_KEY_SECRET),
        basic(DEMO_KEY_ID, ""),
        good.replace("Basic", "Bearer"),
        "Authorization: Basic %%%\r\n".to_owned(),
        "Authorization: Basic\r\n".to_owned(),
    ];
    for path in ["/fetch/document/?limit=1", "/x/fetch/document/schema"] {
        for header in &bad {
            let answer = send(&server, &format!("GET {path}"), header).await;
            assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Basic realm=\"Execute\"")));
        }
        for header in [good.clone(), good.replace("Basic", "bAsIc")] {
            assert_eq!(send(&server, &format!("GET {path}"), &header).await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_page_is_as_it_was_asked_for_even_when_the_world_ticks_meanwhile() {
    let server = start(small()).await;
    let page = server.world().page(BEGINNING, u64::MAX, false).expect("the beginning is known");
    let before = lines(server.world());
    for _ in 0..5 {
        server.world().tick();
    }
    assert!(page.lines.eq(before));
}

#[tokio::test]
async fn a_server_ticks_by_itself_when_told_to_and_ends_when_stopped() {
    let server = start(SampleOptions { tick_every: Some(Duration::from_millis(5)), ..small() }).await;
    let world = server.world().clone();
    let (before, address) = (world.mark(), server.url());
    let ticked = async {
        while world.mark() == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ticked).await.expect("the world ticks");
    server.stop().await;
    let address = address.strip_prefix("http://").expect("the server speaks HTTP").to_owned();
    assert!(TcpStream::connect(&address).await.is_err(), "nobody answers any more");
}
