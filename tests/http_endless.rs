//! A server that never ends cannot hold a run (kinds 31 and 34): marks that do not move, answers without an end.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use execute_sync::error::Kind;
use execute_sync::profile::SourceSettings;
use execute_sync::source::Source;
use tokio_util::sync::CancellationToken;

use crate::support::execute::{Execute, Fault, What};
use crate::support::fault::{all, body_with, change, cut, framing, plan, status, then};
use crate::support::ledger::{Ledger, Size, tiny};
use crate::support::oracle;
use crate::support::run::{self, Home, How, QUICK, Ran};
use crate::support::seed::{self, Rng};
use crate::support::wire::{At, Framing, Then, pack};

fn world() -> Ledger {
    Ledger::world(&mut Rng::new(1), 12, Size::Small)
}

async fn sync(settings: SourceSettings, home: &Home, how: &How) -> Ran {
    run::sync_run(&Source::new(settings).unwrap(), home, how).await.unwrap()
}

/// The server gives these marks, one a page, and after the last of them again the last; there is always more.
fn marks(server: &Execute, given: &[&str]) {
    let given: Mutex<VecDeque<String>> = Mutex::new(given.iter().map(|mark| (*mark).to_owned()).collect());
    server.plan(move |ask| {
        let mut given = given.lock().unwrap();
        let mark = if given.len() > 1 { given.pop_front()? } else { given.front()?.clone() };
        (ask.what == What::Page).then(|| {
            change(move |reply| {
                reply.set("X-Sync-Highwater-Mark", &mark);
                reply.set("X-Sync-Truncated", "TRUE");
            })
        })
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_that_stays_or_comes_back_ends_the_run_by_name() {
    let same = "gave the same high-water mark 3 times";
    let circle = "go in a circle";
    // The schema takes no mark: what is first here is the answer to it.
    let cases: [(&str, &[&str], &str, usize); 9] = [
        ("the mark of the beginning for ever", &["", "1900-01-01"], same, 3),
        ("one mark for ever", &["", "a"], same, 4),
        ("a mark that moves and then stays", &["", "a", "b", "c"], same, 6),
        ("twice the same, then on, then for ever", &["", "a", "a", "b", "b", "c"], same, 8),
        ("A-B-A", &["", "a", "b", "a"], circle, 3),
        ("A-B-C-A", &["", "a", "b", "c", "a"], circle, 4),
        ("A-A-B-A", &["", "a", "a", "b", "a"], circle, 4),
        ("back to the beginning", &["", "a", "b", "1900-01-01"], circle, 3),
        ("marks that differ in case and blanks only go on", &["", "a", "A", "a  b", "a b", "a"], circle, 5),
    ];
    for (name, given, words, pages) in cases {
        let (server, home) = (Execute::start(world()).await, Home::in_memory());
        marks(&server, given);
        let ran = sync(run::settings(&server.url()), &home, &How::default()).await;
        assert_eq!(ran.kind(), Some(Kind::BadData), "{name}: {}", ran.told());
        assert!(ran.told().contains(words), "{name}: {}", ran.told());
        assert_eq!(server.asked(What::Page), pages, "{name}");
        assert!(ran.retried.is_empty(), "{name}: {:?}", ran.retried);
        // The run before it was whole: a mark of it is stored, and what the pages held is there once.
        let rows = oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE CHUNK = 0");
        assert!(rows.parse::<usize>().unwrap() >= 4, "{name}: {rows} documents");
        server.clear();
        server.set_ledger(world());
        let how = How { task: execute_sync::sync::Task::FullRefresh { allow_removals: false }, ..How::default() };
        assert_eq!(sync(run::settings(&server.url()), &home, &how).await.kind(), None, "{name}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

/// Answers without an end, what they are told as, and the settings that keep them short.
fn endless() -> Vec<(&'static str, Fault, Option<Kind>, &'static str)> {
    let lines = |framed, block: &[u8]| {
        let block = block.to_vec();
        all(vec![framing(framed), then(Then::Forever(block))])
    };
    let after_document = |block: &[u8]| {
        let block = block.to_vec();
        all(vec![body_with(|body| [body, b"\n"].concat()), then(Then::Forever(block))])
    };
    let alone = |block: &[u8]| {
        let block = block.to_vec();
        all(vec![change(|reply| reply.body.clear()), then(Then::Forever(block))])
    };
    // Each member is a stream of its own, and one may follow the other.
    let member = pack("gzip", &vec![b'a'; 1 << 20]);
    let bomb = all(vec![framing(Framing::GzipChunked), then(Then::Forever(member))]);
    let headers =
        all(vec![framing(Framing::Length), cut(At::InHeaders, Then::Forever(b"\r\nX-More: and more".to_vec()))]);
    let interim = Then::Forever(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100));
    let interims = all(vec![framing(Framing::Length), cut(At::BeforeHeaders, interim)]);
    let excuses =
        all(vec![status("500 Sorry"), framing(Framing::Chunked), then(Then::Forever(b"sorry, ".repeat(1000)))]);
    vec![
        (
            "blank lines behind documents",
            lines(Framing::Chunked, &b"\n".repeat(8192)),
            Some(Kind::BadData),
            "blank lines",
        ),
        (
            "blank lines, a packet each",
            lines(Framing::Chunked, &b" \r\n".repeat(100)),
            Some(Kind::BadData),
            "blank lines",
        ),
        ("blank lines alone", alone(&b"\n".repeat(8192)), Some(Kind::BadData), "blank lines"),
        ("blanks without a line", alone(&b" ".repeat(8192)), Some(Kind::BadData), "a line without end"),
        (
            "blanks without a line behind documents",
            after_document(&b" ".repeat(65536)),
            Some(Kind::BadData),
            "a line without end",
        ),
        ("a line without end", lines(Framing::Chunked, &b"a".repeat(65536)), Some(Kind::BadData), "a line without end"),
        (
            "a document without end",
            after_document(&b"{\"DOCUMENT_ID\":[".repeat(4096)),
            Some(Kind::BadData),
            "a line without end",
        ),
        ("a string without end alone", alone(&b"\"\\u0041".repeat(9000)), Some(Kind::BadData), "a line without end"),
        ("a bomb without end", bomb, Some(Kind::BadData), "decompression bomb"),
        ("headers without end", headers, Some(Kind::BadData), "not proper HTTP"),
        ("interim answers without end", interims, None, "did not begin to answer within 1 seconds"),
        ("an error without end", excuses, None, "cannot answer now (500"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_end_is_cut_off_and_named() {
    for (name, fault, kind, words) in endless() {
        for page in [1, 2] {
            let name = format!("{name}, page {page}");
            let (server, home) = (Execute::start(world()).await, Home::in_memory());
            let hits = plan(What::Page, page, false, fault.clone());
            server.plan(move |ask| hits(ask));
            let settings = SourceSettings {
                max_document_bytes: 16 * 1024,
                first_byte_timeout_s: if kind.is_none() { 1 } else { 60 },
                ..run::settings(&server.url())
            };
            let how = How { limit: Duration::from_secs(30), ..How::default() };
            let ran = sync(settings.clone(), &home, &how).await;
            assert_eq!(ran.kind(), Some(kind.unwrap_or(Kind::SourceUnreachable)), "{name}: {}", ran.told());
            let retries = if kind.is_none() { QUICK.attempts as usize - 1 } else { 0 };
            assert_eq!(ran.retried.len(), retries, "{name}: {}", ran.told());
            assert!(ran.told().contains(words), "{name}: {words:?} is not in {}", ran.told());
            let reach = oracle::prefix(&home, &server.ledger()).check().unwrap();
            assert_eq!(reach > 0, page > 1, "{name}: the mark stands for {reach} documents");
            server.clear();
            let settings = SourceSettings { first_byte_timeout_s: 60, ..settings };
            assert_eq!(sync(settings, &home, &how).await.kind(), None, "{name}");
            oracle::complete(&home, &server.ledger()).check().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_without_end_costs_views_and_no_documents() {
    for block in [&b" "[..], b"{\"A\":"] {
        let (server, home) = (Execute::start(world()).await, Home::in_memory());
        let forever = all(vec![framing(Framing::Chunked), then(Then::Forever(block.repeat(65536)))]);
        let hits = plan(What::Schema, 1, false, forever);
        server.plan(move |ask| hits(ask));
        let how = How { limit: Duration::from_secs(30), ..How::default() };
        let ran = sync(run::settings(&server.url()), &home, &how).await;
        assert_eq!(ran.kind(), None, "{}", ran.told());
        let warnings = ran.finished.summary.warnings.join("\n");
        assert!(warnings.contains("the schema cannot be read"), "{warnings}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_never_comes_is_waited_for_once() {
    for (at, name) in [(At::BeforeHeaders, "no answer"), (At::Middle, "half an answer")] {
        let (server, home) = (Execute::start(world()).await, Home::in_memory());
        let hits = plan(What::Schema, 1, false, cut(at, Then::Stall));
        server.plan(move |ask| hits(ask));
        let ran = sync(run::impatient(&server.url()), &home, &How::default()).await;
        assert_eq!(ran.kind(), None, "{name}: {}", ran.told());
        assert_eq!(server.asked(What::Schema), 1, "{name}");
        let warnings = ran.finished.summary.warnings.join("\n");
        assert!(warnings.contains("the schema cannot be read"), "{name}: {warnings}");
        oracle::complete(&home, &server.ledger()).check().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_documents_than_anyone_asked_for_are_cut_off() {
    // A page may hold a hundred times what was asked for, and a hundred thousand in any case.
    let block: Vec<u8> = [tiny("x", 1), b"\n".to_vec()].concat().repeat(2000);
    let (server, home) = (Execute::start(world()).await, Home::in_memory());
    let forever = all(vec![framing(Framing::Chunked), then(Then::Forever(block))]);
    let hits = plan(What::Page, 1, false, forever);
    server.plan(move |ask| hits(ask));
    let how = How { limit: Duration::from_secs(120), ..How::default() };
    let started = Instant::now();
    let ran = sync(run::settings(&server.url()), &home, &how).await;
    println!("documents without end: {:?}", started.elapsed());
    assert_eq!(ran.kind(), Some(Kind::BadData), "{}", ran.told());
    assert!(ran.told().contains("has sent more than 100000 without an end"), "{}", ran.told());
    assert_eq!(oracle::prefix(&home, &server.ledger()).check(), Ok(0));
    server.clear();
    assert_eq!(sync(run::settings(&server.url()), &home, &how).await.kind(), None);
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

/// A server whose every page is empty and gives a mark of its own, up to a number of pages.
fn empty_pages(server: &Execute, pages: usize) {
    server.plan(move |ask| {
        let (number, more) = (ask.number, ask.number < pages);
        (ask.what == What::Page).then(|| {
            change(move |reply| {
                reply.body.clear();
                reply.set("X-Sync-Highwater-Mark", format!("empty {number}"));
                reply.set("X-Sync-Truncated", if more { "TRUE" } else { "FALSE" });
            })
        })
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_empty_pages_with_marks_of_their_own_are_read_to_the_end() {
    let pages = usize::try_from(seed::trials(1_000, 10_000)).unwrap();
    let (server, home) = (Execute::start(world()).await, Home::in_memory());
    empty_pages(&server, pages);
    let how = How { limit: Duration::from_secs(300), ..How::default() };
    let ran = sync(run::settings(&server.url()), &home, &how).await;
    assert_eq!(ran.kind(), None, "{}", ran.told());
    assert_eq!((ran.finished.summary.pages, ran.finished.summary.documents), (pages as u64, 0));
    assert_eq!(oracle::value(&home.database(), "SELECT MARK FROM EXECUTE_SYNC_STATE"), format!("empty {pages}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_ever_new_marks_goes_on_until_it_is_stopped() {
    let (server, home) = (Execute::start(world()).await, Home::in_memory());
    empty_pages(&server, usize::MAX);
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let observer = move |event: &execute_sync::progress::Event<'_>| {
        if matches!(event, execute_sync::progress::Event::Stored { so_far, .. } if so_far.pages == 50) {
            stop.cancel();
        }
    };
    let how = How { cancel, observer: Some(Arc::new(observer)), ..How::default() };
    let ran = sync(run::settings(&server.url()), &home, &how).await;
    assert_eq!(ran.kind(), Some(Kind::Cancelled), "{}", ran.told());
    assert_eq!(oracle::value(&home.database(), "SELECT MARK FROM EXECUTE_SYNC_STATE"), "empty 50");
}
