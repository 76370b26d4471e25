//! The table of HTTP faults: what goes wrong, where, in which framing, and what a run makes of it. `http_faults` runs it.
//!
//! The numbers are those of the catalogue of 36 kinds. Elsewhere: 1 to 3 never connect (`http_connect`), 13 to 15 are of TLS
//! (`http_tls`), 20 of proxies (`http_proxy`), 28 redirects (`http_redirects`), 31 and 34 have no end (`http_endless`).

use execute_sync::error::Kind;

use crate::http_fault_cells::Class::{Fatal, Harmless, Survived, Transient};
use crate::http_fault_cells::{Row, row};
use crate::support::fault::{
    all, body, body_with, change, cut, framing, header, length_off_by, no_header, one_more_header, pace, repack,
    status, then,
};
use crate::support::wire::{At, Framing, Pace, Then, pack};

/// 4 to 12 and 16 to 19: the bytes do not arrive as they should.
pub fn transport() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, at) in [("before headers", At::BeforeHeaders), ("in headers", At::InHeaders)] {
        rows.push(row(format!("4 RST {name}"), Transient, cut(at, Then::Reset)).on_each_page());
        rows.push(row(format!("7 FIN {name}"), Transient, cut(at, Then::Fin)).on_each_page());
        rows.push(row(format!("17 stall {name}"), Transient, cut(at, Then::Stall)).waits());
    }
    for framed in Framing::DELIMITED {
        let broken = |at, way: &Then| all(vec![framing(framed), cut(at, way.clone())]);
        for at in [At::FirstRecord, At::Middle, At::Boundary, At::LastRecord] {
            let (reset, fin) = (broken(at, &Then::Reset), broken(at, &Then::Fin));
            rows.push(row(format!("5 RST at {at:?}, {framed:?}"), Transient, reset.clone()));
            rows.push(row(format!("5 RST at {at:?}, {framed:?}"), Transient, reset).large());
            rows.push(row(format!("7 FIN at {at:?}, {framed:?}"), Transient, fin).on_each_page());
            rows.push(row(format!("17 stall at {at:?}, {framed:?}"), Transient, broken(at, &Then::Stall)).waits());
        }
        let whole = |fault| all(vec![framing(framed), fault]);
        rows.push(row(format!("16 slow loris, {framed:?}"), Transient, whole(pace(Pace::DripMs(20)))).waits());
        rows.push(row(format!("18 byte by byte, {framed:?}"), Harmless, whole(pace(Pace::Sliced(1)))).on_each_page());
        rows.push(row(format!("18 by three bytes, {framed:?}"), Harmless, whole(pace(Pace::Sliced(3)))));
        rows.push(row(format!("19 closed while idle, {framed:?}"), Survived, whole(then(Then::Fin))).on_each_page());
        let reset = whole(then(Then::Reset));
        rows.push(row(format!("6 RST after last, {framed:?}"), Survived, reset).on_each_page().once());
    }
    for framed in [Framing::Chunked, Framing::GzipChunked, Framing::ZstdChunked] {
        for way in [Then::Fin, Then::Reset] {
            let unfinished = all(vec![framing(framed), cut(At::AfterLast, way.clone())]);
            rows.push(
                row(format!("9 {way:?} before the final chunk, {framed:?}"), Transient, unfinished).on_each_page(),
            );
        }
        let unfinished = all(vec![framing(framed), cut(At::AfterLast, Then::Stall)]);
        rows.push(row(format!("17 stall before the final chunk, {framed:?}"), Transient, unfinished).waits());
    }
    chunks(&mut rows);
    rows
}

/// 9: chunks written by hand.
fn chunks(rows: &mut Vec<Row>) {
    let by_hand = |head: fn(usize) -> String, tail: &'static str| {
        let written = repack(move |body| [head(body.len()).as_bytes(), &body, tail.as_bytes()].concat());
        all(vec![framing(Framing::Close), header("Transfer-Encoding", "chunked"), written])
    };
    let size = |bytes| format!("{bytes:x}\r\n");
    rows.push(row("9 a chunk extension", Survived, by_hand(|bytes| format!("{bytes:X};x=\"1\"\r\n"), "\r\n0\r\n\r\n")));
    rows.push(row("9 trailers", Survived, by_hand(size, "\r\n0\r\nX-Sync-Truncated: FALSE\r\n\r\n")));
    type Head = fn(usize) -> String;
    let broken: [(&str, Head, &str); 6] = [
        ("a size that is no number", |_| "x\r\n".into(), "\r\n0\r\n\r\n"),
        ("a size that is negative", |bytes| format!("-{bytes:x}\r\n"), "\r\n0\r\n\r\n"),
        ("a size above 64 bits", |_| "10000000000000000\r\n".into(), "\r\n0\r\n\r\n"),
        ("a size that is too small", |bytes| format!("{:x}\r\n", bytes - 9), "\r\n0\r\n\r\n"),
        ("a size that is too large", |bytes| format!("{:x}\r\n", bytes + 9), "\r\n0\r\n\r\n"),
        ("a last chunk that is cut", size, "\r\n0\r\n"),
    ];
    for (name, head, tail) in broken {
        rows.push(row(format!("9 {name}"), Transient, by_hand(head, tail)).on_each_page());
    }
}

/// 10 to 12: the body is not as long as it should be, or nothing says how long it is.
pub fn lengths() -> Vec<Row> {
    let mut rows = Vec::new();
    for excess in [1, 5000] {
        let longer = |way| all(vec![length_off_by(excess), then(way)]);
        let name = |way: &str| format!("10 Content-Length {excess} too long, {way}");
        rows.push(row(name("FIN"), Transient, longer(Then::Fin)).on_each_page());
        rows.push(row(name("RST"), Transient, longer(Then::Reset)).on_each_page());
        rows.push(row(name("stall"), Transient, longer(Then::Stall)).waits());
    }
    for missing in [2, 60] {
        let shorter = |way| all(vec![length_off_by(-missing), then(way)]);
        let name = |way: &str| format!("11 Content-Length {missing} too short, {way}");
        rows.push(row(name("FIN"), Transient, shorter(Then::Fin)).on_each_page());
        rows.push(row(name("keep-alive"), Transient, shorter(Then::KeepAlive)).on_each_page());
    }
    for token in
        ["\"GROSS_TOTAL\":1250000.", "\"BIG\":9", "\"$VERSION\":", "\"$AUTHOR_ID\":nul", "\\", "😀", "\"acc\"}", "{"]
    {
        // The length is that of what comes: only the line itself shows that it is cut.
        let short = all(vec![framing(Framing::Length), body_with(|body| up_to(body, token))]);
        rows.push(row(format!("11 cut after {token}"), Transient, short).on_each_page());
    }
    // Only the last newline is beyond the length, and a last line may lack it.
    rows.push(row("11 Content-Length one too short", Survived, all(vec![length_off_by(-1), then(Then::Fin)])));
    let odd_lengths: [(&str, &[&str]); 3] = [("twice", &["7", "70"]), ("no number", &["x"]), ("negative", &["-1"])];
    for (name, values) in odd_lengths {
        let mut faults = vec![framing(Framing::Length)];
        faults.extend(values.iter().map(|value| one_more_header("Content-Length", *value)));
        rows.push(row(format!("10 Content-Length {name}"), Fatal(Kind::BadData), all(faults)));
    }
    for framed in [Framing::Close, Framing::Http10] {
        rows.push(row(format!("12 {framed:?}"), Fatal(Kind::BadData), framing(framed)).on_each_page());
        rows.push(
            row(format!("12 {framed:?}, allowed"), Harmless, framing(framed)).on_each_page().with(close_is_allowed),
        );
        for at in [At::FirstRecord, At::Middle, At::LastRecord] {
            let fault = all(vec![framing(framed), cut(at, Then::Fin)]);
            rows.push(row(format!("12 {framed:?} cut at {at:?}"), Fatal(Kind::BadData), fault.clone()));
            // Where it is cut between two records nothing can tell, which is why it has to be allowed.
            let name = format!("12 {framed:?} cut at {at:?}, allowed");
            rows.push(row(name, Transient, fault).on_each_page().with(close_is_allowed));
        }
    }
    // An encoding that is not "chunked" ends with the connection alone as well.
    for coding in ["identity", "gzip", "chunked, x"] {
        let fault = all(vec![framing(Framing::Close), header("Transfer-Encoding", coding)]);
        rows.push(row(format!("12 Transfer-Encoding: {coding}"), Fatal(Kind::BadData), fault).on_each_page());
    }
    let with_length =
        all(vec![framing(Framing::Close), header("Transfer-Encoding", "x"), header("Content-Length", "9")]);
    rows.push(row("12 Transfer-Encoding: x with Content-Length", Fatal(Kind::BadData), with_length));
    let chunked_of_old = all(vec![framing(Framing::Http10), header("Transfer-Encoding", "chunked")]);
    rows.push(row("12 chunks in HTTP/1.0", Fatal(Kind::BadData), chunked_of_old));
    rows
}

fn close_is_allowed(settings: &mut execute_sync::profile::SourceSettings) {
    settings.allow_close_delimited = true;
}

/// 21 to 27: another status, or another page than one of documents.
pub fn answers() -> Vec<Row> {
    let mut rows = Vec::new();
    for refused in ["401 Unauthorized", "403 Forbidden"] {
        rows.push(row(format!("21 {refused}"), Fatal(Kind::RefusedBySource), status(refused)).on_each_page());
    }
    for nowhere in ["404 Not Found", "410 Gone"] {
        rows.push(row(format!("22 {nowhere}"), Fatal(Kind::Configuration), status(nowhere)).on_each_page());
    }
    rows.push(row("22 407 of a proxy", Fatal(Kind::Configuration), status("407 Proxy Authentication Required")));
    for later in ["408 Request Timeout", "425 Too Early", "429 Too Many Requests", "503 Service Unavailable"] {
        let asks = |when: &'static str| all(vec![status(later), header("Retry-After", when)]);
        rows.push(row(format!("23 {later}"), Transient, status(later)).on_each_page());
        for when in ["0", "1", "Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-1", ""] {
            rows.push(row(format!("23 {later}, Retry-After: {when}"), Transient, asks(when)));
        }
        for absurd in ["4000000000", "18446744073709551615", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            let name = format!("23 {later}, Retry-After: {absurd}");
            rows.push(row(name, Fatal(Kind::SourceUnreachable), asks(absurd)));
        }
    }
    for failing in ["500 Internal Server Error", "502 Bad Gateway", "504 Gateway Timeout", "599 Odd"] {
        rows.push(row(format!("24 {failing}"), Transient, status(failing)).on_each_page());
        let unread = all(vec![status(failing), cut(At::Middle, Then::Reset)]);
        rows.push(row(format!("24 {failing}, its body cut"), Transient, unread));
    }
    let html = "<!DOCTYPE html><html><body>Sign in</body></html>\n";
    let pages = [
        ("a login page", all(vec![body(html), header("Content-Type", "text/html; charset=utf-8")])),
        ("a login page that says JSON", body(html)),
        ("a login page without a type", all(vec![body(html), no_header("Content-Type")])),
        ("a login page after blanks", body(format!("\r\n  {html}"))),
        ("a login page after a BOM", body(format!("\u{feff}{html}"))),
        ("XML", body("<?xml version=\"1.0\"?><error/>")),
        ("a login page by another name", header("Content-Type", "Application/XHTML+XML")),
    ];
    for (name, fault) in pages {
        rows.push(row(format!("25 {name}"), Fatal(Kind::BadData), fault).on_each_page());
    }
    for error in ["{\"error\":\"database is down\"}", "{\"message\":\"no\"}\n", "\n\n{\"Error\":{\"$VERSION\":1}}\n"] {
        rows.push(row(format!("26 {}", error.trim()), Fatal(Kind::BadData), body(error)).on_each_page());
    }
    let error_alone = all(vec![body("{\n \"error\": 1\n}"), no_header("X-Sync-Highwater-Mark")]);
    rows.push(row("26 an error over several lines", Fatal(Kind::BadData), error_alone));
    for odd in ["201 Created", "202 Accepted", "203 Changed", "206 Partial Content", "400 Bad Request", "418 Teapot"] {
        rows.push(row(format!("27 {odd}"), Fatal(Kind::BadData), status(odd)));
    }
    for empty in ["204 No Content", "304 Not Modified"] {
        let without_body = change(move |reply| {
            reply.status = empty.to_owned();
            reply.body.clear();
            reply.framing = Framing::Close;
            reply.then = Then::KeepAlive;
        });
        rows.push(row(format!("27 {empty}"), Fatal(Kind::BadData), without_body).on_each_page());
    }
    let hinted = change(|reply| reply.status = "103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK".to_owned());
    rows.push(row("27 an interim answer before the answer", Harmless, hinted));
    let part = change(|reply| reply.status = "206 Partial Content".to_owned());
    rows.push(row("27 206 with a good page", Fatal(Kind::BadData), part).on_each_page());
    rows
}

/// 29, 30 and 32: headers.
pub fn headers() -> Vec<Row> {
    const MARK: &str = "X-Sync-Highwater-Mark";
    const MORE: &str = "X-Sync-Truncated";
    let mut rows = Vec::new();
    let mut bad = |name: &str, fault| rows.push(row(name, Fatal(Kind::BadData), fault).on_each_page());
    bad("29 no mark", no_header(MARK));
    bad("29 empty mark", header(MARK, ""));
    bad("29 blank mark", header(MARK, " \t "));
    bad("29 mark of 4,097 bytes", header(MARK, "m".repeat(4097)));
    bad("29 mark of 64 KiB", header(MARK, "m".repeat(65536)));
    bad("29 control character in the mark", header(MARK, "a\u{7}b"));
    bad("29 NUL in the mark", header(MARK, "a\0b"));
    bad("29 tab in the mark", header(MARK, "a\tb"));
    bad("29 mark in UTF-8", header(MARK, "märk"));
    bad("29 mark in Latin-1", header(MARK, b"m\xe4rk"));
    bad("29 two marks", one_more_header(MARK, "another"));
    bad("29 an empty mark besides", one_more_header(MARK, ""));
    bad("30 no flag", no_header(MORE));
    bad("30 flag maybe", header(MORE, "maybe"));
    bad("30 empty flag", header(MORE, ""));
    bad("30 flag 1", header(MORE, "1"));
    bad("30 flag TRUE, FALSE", header(MORE, "TRUE, FALSE"));
    bad("30 two flags", all(vec![header(MORE, "TRUE"), one_more_header(MORE, "FALSE")]));
    bad("32 a header of a megabyte", header("X-Long", "x".repeat(1 << 20)));
    bad("32 150 headers", change(|reply| (0..150).for_each(|n| reply.set(&format!("X-{n}"), "x"))));
    bad("32 a header without a name", header("", "x"));
    bad("32 a header with a blank in its name", header("X Y", "x"));
    let twice = |name: &'static str| {
        change(move |reply| {
            let same = reply.headers.iter().find(|(other, _)| other == name).cloned();
            reply.headers.extend(same);
        })
    };
    let recase = change(|reply| {
        let flag = if reply.headers.iter().any(|(_, value)| value == b"TRUE") { " tRuE " } else { "False" };
        reply.remove(MORE);
        reply.headers.push(("x-sync-TRUNCATED".to_owned(), flag.into()));
    });
    let mut good = |name: &str, fault| rows.push(row(name, Harmless, fault).on_each_page());
    good("29 the same mark twice", twice(MARK));
    good("30 the same flag twice", twice(MORE));
    good("30 flag in another case", recase);
    good("32 90 headers", change(|reply| (0..80).for_each(|n| reply.set(&format!("X-{n}"), "x"))));
    good("32 a header of 100 KB", header("X-Long", "x".repeat(100_000)));
    rows
}

/// 33, 35 and 36: the body.
pub fn bodies() -> Vec<Row> {
    let mut rows = Vec::new();
    let gzip = |change: fn(Vec<u8>) -> Vec<u8>| all(vec![framing(Framing::GzipChunked), repack(change)]);
    let zstd = |change: fn(Vec<u8>) -> Vec<u8>| all(vec![framing(Framing::ZstdChunked), repack(change)]);
    let flip = |back: usize| {
        let flipped = repack(move |mut bytes| {
            let at = bytes.len() - back;
            bytes[at] ^= 0x10;
            bytes
        });
        all(vec![framing(Framing::GzipLength), flipped])
    };
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let all_but_one = |bytes: Vec<u8>| bytes[..bytes.len() - 1].to_vec();
    let broken = [
        ("gzip that is none", all(vec![framing(Framing::Chunked), header("Content-Encoding", "gzip")])),
        ("zstd that is none", all(vec![framing(Framing::Length), header("Content-Encoding", "zstd")])),
        ("gzip cut in half", gzip(half)),
        ("gzip without its last byte", gzip(all_but_one)),
        ("gzip without its trailer", gzip(|bytes| bytes[..bytes.len() - 8].to_vec())),
        ("gzip with bytes behind", gzip(|bytes| [bytes, b"behind".to_vec()].concat())),
        ("gzip and half of another", gzip(|bytes| [&bytes[..], &bytes[..bytes.len() / 2]].concat())),
        ("gzip with a wrong checksum", flip(8)),
        ("gzip with a wrong length", flip(4)),
        ("gzip with a flipped bit", flip(40)),
        ("zstd cut in half", zstd(half)),
        ("zstd without its last byte", zstd(all_but_one)),
        ("zstd with bytes behind", zstd(|bytes| [bytes, b"behind".to_vec()].concat())),
    ];
    for (name, fault) in broken {
        rows.push(row(format!("33 {name}"), Transient, fault).on_each_page());
    }
    let twice = |coding: &'static str| {
        all(vec![
            body_with(|body| pack("gzip", body)),
            framing(Framing::GzipChunked),
            header("Content-Encoding", coding),
        ])
    };
    let unasked = |coding: &'static str| all(vec![framing(Framing::Chunked), header("Content-Encoding", coding)]);
    let refused = [
        ("gzip in gzip", twice("gzip, gzip")),
        ("gzip in gzip that says it once", twice("gzip")),
        ("gzip that does not say so", all(vec![framing(Framing::Chunked), body_with(|body| pack("gzip", body))])),
        ("zstd that does not say so", all(vec![framing(Framing::Length), body_with(|body| pack("zstd", body))])),
        ("br", unasked("br")),
        ("deflate", unasked("deflate")),
        ("a gzip bomb", all(vec![body(vec![b'a'; 8 << 20]), framing(Framing::GzipChunked)])),
        ("a zstd bomb", all(vec![body(vec![b'a'; 8 << 20]), framing(Framing::ZstdChunked)])),
    ];
    for (name, fault) in refused {
        rows.push(row(format!("33 {name}"), Fatal(Kind::BadData), fault).on_each_page());
    }
    for (name, fault) in [
        ("identity", unasked("identity")),
        ("X-GZip", all(vec![framing(Framing::GzipChunked), header("Content-Encoding", "X-GZip")])),
    ] {
        rows.push(row(format!("33 {name}"), Harmless, fault));
    }
    let utf16 = body_with(|body| String::from_utf8_lossy(body).encode_utf16().flat_map(u16::to_le_bytes).collect());
    rows.push(row("35 UTF-16", Fatal(Kind::BadData), utf16.clone()).on_each_page());
    let marked = all(vec![utf16, body_with(|body| [&[0xff, 0xfe], body].concat())]);
    rows.push(row("35 UTF-16 with its mark", Fatal(Kind::BadData), marked).on_each_page());
    rows.push(row("35 NUL first", Fatal(Kind::BadData), body_with(|body| [&[0], body].concat())).on_each_page());
    let harmless = [
        ("35 BOM", body_with(|body| ["\u{feff}".as_bytes(), body].concat())),
        ("35 another charset by its header", header("Content-Type", "text/plain; charset=utf-16")),
        ("36 out of order", body_with(reversed)),
        ("36 every line twice", body_with(|body| [body, &reversed(body)].concat())),
        ("last line without its end", body_with(|body| body.strip_suffix(b"\n").unwrap_or(body).to_vec())),
        ("CRLF", all(vec![body_with(crlf), pace(Pace::Sliced(1))])),
        ("blank lines", body_with(|body| [b"\n \r\n\t\n", body, b"\n\n"].concat())),
    ];
    for (name, fault) in harmless {
        rows.push(row(name, Harmless, fault).on_each_page());
    }
    let nothing = change(|_| {});
    for (name, line) in [
        (
            "Latin-1",
            &b"{\"DOCUMENT_ID\":\"l\",\"$TYPE\":\"AFE\",\"$VERSION\":1,\"$DATE\":\"2025-01-01\",\"T\":\"\xe4\"}"[..],
        ),
        ("NUL", b"{\"DOCUMENT_ID\":\"n\",\"$TYPE\":\"AFE\",\"$VERSION\":1,\0\"$DATE\":\"2025-01-01\"}"),
        ("a line that is cut", b"{\"DOCUMENT_ID\":\"c\",\"$TYPE\":\"AFE\",\"$VERS"),
    ] {
        rows.push(row(format!("35 {name} goes into the quarantine"), Harmless, nothing.clone()).poison(line).once());
    }
    rows
}

/// The body up to the last place where `token` stands; if that is one character of several bytes, into the midst of it. In
/// a page without it, up to where its last record or object begins.
fn up_to(body: &[u8], token: &str) -> Vec<u8> {
    let last = |token: &str| body.windows(token.len()).rposition(|window| window == token.as_bytes());
    let end = match last(token) {
        Some(at) => at + token.len() - usize::from(!token.is_ascii()),
        None => last("{").map_or(0, |at| at + 1),
    };
    body[..end].to_vec()
}

fn reversed(body: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = body.split_inclusive(|&byte| byte == b'\n').rev().collect();
    lines.concat()
}

fn crlf(body: &[u8]) -> Vec<u8> {
    body.iter().flat_map(|&byte| if byte == b'\n' { vec![b'\r', b'\n'] } else { vec![byte] }).collect()
}
