//! Memory stays bounded: 64 MiB and three times the largest document, however large a page is. Peaks are the system's
//! own measure of the real binary, taken as it is waited for.
#![cfg(unix)] // Windows has no wait4.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::support::cli::Cli;
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed;
use crate::support::wire;

const MIB: usize = 1024 * 1024;

/// What is promised besides the documents themselves.
const BASE: usize = 64 * MIB;

/// One page, written as the connection takes it.
struct Page {
    coding: Option<&'static str>,
    pieces: Box<dyn Fn() -> Box<dyn Iterator<Item = Vec<u8>>> + Send + Sync>,
}

fn page<I: Iterator<Item = Vec<u8>> + 'static>(pieces: impl Fn() -> I + Send + Sync + 'static) -> Page {
    Page { coding: None, pieces: Box::new(move || Box::new(pieces())) }
}

/// Serves an empty schema and the page; gives its URL.
fn serve(page: Page) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let page = Arc::new(page);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let page = Arc::clone(&page);
            // A client that has heard enough leaves; that is its good right.
            std::thread::spawn(move || drop(answer(&stream, &page)));
        }
    });
    url
}

fn answer(mut stream: &TcpStream, page: &Page) -> std::io::Result<()> {
    let mut requests = BufReader::new(stream);
    let mut line = String::new();
    while requests.read_line(&mut line)? > 0 {
        let is_schema = line.contains("/schema");
        while line != "\r\n" {
            line.clear();
            requests.read_line(&mut line)?;
        }
        line.clear();
        if is_schema {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")?;
            continue;
        }
        let coding = page.coding.map(|coding| format!("Content-Encoding: {coding}\r\n")).unwrap_or_default();
        let head = "HTTP/1.1 200 OK\r\nX-Sync-Highwater-Mark: m\r\nX-Sync-Truncated: FALSE\r\n";
        stream.write_all(format!("{head}{coding}Transfer-Encoding: chunked\r\n\r\n").as_bytes())?;
        for piece in (page.pieces)() {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
            stream.write_all(&piece)?;
            stream.write_all(b"\r\n")?;
        }
        stream.write_all(b"0\r\n\r\n")?;
    }
    Ok(())
}

/// What the program did, and the most memory it had.
struct Measured {
    code: i32,
    peak: usize,
    /// Time of its own; what others did on this machine meanwhile does not count.
    busy: Duration,
    stderr: String,
}

/// Starts the program with all of its environment, waits for it, and tells what the system says of it.
const WAIT4: &str = "import json, os, sys
variables = {name: value for name, value in os.environ.items() if name.startswith('EXECUTESYNC_')}
child = os.posix_spawn(sys.argv[1], sys.argv[1:], variables)
_, status, usage = os.wait4(child, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_maxrss, usage.ru_utime + usage.ru_stime]))";

/// The system counts a peak in KiB, macOS in bytes.
const PEAK_UNIT: usize = if cfg!(target_os = "macos") { 1 } else { 1024 };

fn push(home: &Home, page: Page, set: &[(&str, &str)]) -> Measured {
    let url = serve(page);
    let cli =
        Cli::for_server(home, &url).set("FIRST_BYTE_TIMEOUT", "60").set("IDLE_TIMEOUT", "60").set("CHUNK_SIZE", "");
    let wanted = set.iter().fold(cli, |cli, (name, value)| cli.set(name, *value)).command(&["push"]);
    let mut python = Command::new("python3");
    python.args(["-I", "-c", WAIT4]).arg(wanted.get_program()).args(wanted.get_args()).current_dir(home.path());
    python.envs(wanted.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = python.output().expect("the tests need Python 3");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let (code, peak, busy_s): (i32, usize, f64) =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"));
    println!("{} MiB, {busy_s:.1} s of the processor, exit code {code}", peak * PEAK_UNIT / MIB);
    Measured { code, peak: peak * PEAK_UNIT, busy: Duration::from_secs_f64(busy_s), stderr }
}

fn within(measured: &Measured, largest_document: usize) {
    let limit = BASE + 3 * largest_document;
    assert_eq!(measured.code, 0, "{}", measured.stderr);
    assert!(measured.peak <= limit, "{} MiB, allowed are {} MiB", measured.peak / MIB, limit / MIB);
}

/// A document with text of so many bytes.
fn document(id: usize, bytes: usize) -> Vec<u8> {
    let head = format!(r#"{{"DOCUMENT_ID":"d{id}","$TYPE":"AFE","$VERSION":1,"$DATE":"2025-01-31T09:30:00Z","NOTE":""#);
    let mut line = head.into_bytes();
    // No two alike, so that nothing is gained by packing them.
    let fill = format!("{:016x}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15)).repeat(bytes / 16 + 1);
    line.extend_from_slice(&fill.as_bytes()[..bytes]);
    line.extend_from_slice(b"\"}\n");
    line
}

#[test]
fn one_document_of_20_mb() {
    let (home, bytes) = (Home::new(), usize::try_from(seed::trials(20, 100)).unwrap() * 1_000_000);
    let measured =
        push(&home, page(move || [document(1, 1000), document(2, bytes), document(3, 1000)].into_iter()), &[]);
    within(&measured, bytes);
    let stored = oracle::value(&home.database(), "SELECT MAX(LENGTH(DATA)) FROM EXECUTE_DOCUMENTS");
    assert_eq!(stored, (document(2, bytes).len() - 1).to_string());
}

#[test]
fn a_page_of_200_mb() {
    let (home, documents) = (Home::new(), usize::try_from(seed::trials(4_000, 200_000)).unwrap());
    let measured =
        push(&home, page(move || (0..documents).map(|id| document(id, 50_000))), &[("MAX_DOCUMENTS", "1000000")]);
    within(&measured, 50_000);
    let counted = oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS");
    assert_eq!(counted, documents.to_string());
}

#[test]
fn a_page_of_many_small_documents() {
    // What is kept of each in memory is more than its text.
    let (home, documents) = (Home::new(), usize::try_from(seed::trials(100_000, 2_000_000)).unwrap());
    let measured =
        push(&home, page(move || (0..documents).map(|id| document(id, 10))), &[("MAX_DOCUMENTS", "10000000")]);
    within(&measured, 100);
    let counted = oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS");
    assert_eq!(counted, documents.to_string());
}

#[test]
fn a_list_of_a_million_items() {
    let home = Home::new();
    let line = || {
        let mut line = document(1, 10);
        line.truncate(line.len() - 2);
        line.extend_from_slice(b",\"LINE_ITEMS\":[");
        for item in 0..1_000_000 {
            line.extend_from_slice(
                format!("{}{{\"LISTITEM_ID\":\"{item}\"}}", if item == 0 { "" } else { "," }).as_bytes(),
            );
        }
        line.extend_from_slice(b"]}\n");
        line
    };
    let bytes = line().len();
    let measured = push(&home, page(move || std::iter::once(line())), &[]);
    within(&measured, bytes);
    let sql = "SELECT COUNT(*), SUM(json_array_length(DATA, '$.LINE_ITEMS')) FROM EXECUTE_DOCUMENTS WHERE CHUNK > 0";
    assert_eq!(oracle::rows(&home.database(), sql), [["100", "1000000"]]);
}

#[test]
fn a_document_above_the_limit_is_kept_by_its_head_length_and_hash() {
    let home = Home::new();
    let measured = push(
        &home,
        page(|| [document(1, 60_000_000), document(2, 1000)].into_iter()),
        &[("MAX_DOCUMENT_BYTES", "1000000")],
    );
    assert_eq!(measured.code, 6, "{}", measured.stderr);
    assert!(measured.peak <= BASE + 3_000_000, "{} MiB", measured.peak / MIB);
    let sql =
        "SELECT LENGTH(BYTES), SIZE, REASON LIKE '%raise EXECUTESYNC_MAX_DOCUMENT_BYTES%' FROM EXECUTE_SYNC_QUARANTINE";
    assert_eq!(oracle::rows(&home.database(), sql), [["65536", &(document(1, 60_000_000).len() - 1).to_string(), "1"]]);
}

#[test]
fn a_bomb_of_100_kb_that_unpacks_to_100_mb_is_stopped_at_once() {
    for coding in ["gzip", "zstd"] {
        let one = document(1, 100);
        let bomb = wire::pack(coding, &one.repeat(100_000_000 / one.len()));
        assert!(bomb.len() < 1_000_000, "{coding}: {}", bomb.len());
        let home = Home::new();
        let page = Page {
            coding: Some(coding),
            ..page(move || bomb.chunks(4096).map(<[u8]>::to_vec).collect::<Vec<_>>().into_iter())
        };
        let measured = push(&home, page, &[]);
        assert_eq!(measured.code, 1, "{coding}: {}", measured.stderr);
        assert!(measured.stderr.contains("unpacks to more than 200 times its size"), "{coding}: {}", measured.stderr);
        assert!(
            measured.peak <= BASE && measured.busy < Duration::from_secs(2),
            "{coding}: {} MiB, {:?}",
            measured.peak / MIB,
            measured.busy
        );
    }
}
