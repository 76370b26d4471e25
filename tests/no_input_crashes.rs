//! No input makes it crash, and none takes a second: every parser, from a corpus in `corpus/`, mutated by a seeded
//! generator. A crash that was found stays in the corpus as a file named for it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use execute_sync::destination::Destination;
use execute_sync::destination::sqlite::{Sqlite, Waiting};
use execute_sync::destination::view_plan::ViewPlan;
use execute_sync::document::{self, DocumentLimits};
use execute_sync::error::{Error, Retry};
use execute_sync::history::History;
use execute_sync::key_pair::KeyPair;
use execute_sync::paths::StateDir;
use execute_sync::profile::dsn::{SqliteDsn, masked_sqlite};
use execute_sync::profile::{BaseUrl, EnvFile, Environment, Profile, SourceSettings, Sources, describe};
use execute_sync::secret::{Secret, printable, redact};
use execute_sync::source::block::{Cutter, Line};
use execute_sync::source::schema::Schema;
use execute_sync::source::{Mark, PageRequest, Source};
use serde::de::IgnoredAny;
use tokio_util::sync::CancellationToken;

use crate::support::run::Home;
use crate::support::seed::{self, Rng};

/// No input may take longer.
const LONGEST: Duration = Duration::from_secs(1);

const LIMITS: DocumentLimits = DocumentLimits { version: (i64::MIN, i64::MAX), key_chars: Some(50), chunk_size: 3 };

/// What mutations put in: whatever means something to one of the parsers.
const WORDS: [&[u8]; 40] = [
    b"\n",
    b"\r\n",
    b"\0",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-0",
    b"1e400",
    b"9223372036854775808",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    "\u{202e}".as_bytes(),
    "😀".as_bytes(),
    b"\\ud800",
    b"\\u0000",
    b"$",
    b"${",
    b"}",
    b"#",
    b"'",
    b"=",
    b"%",
    b"%zz",
    b"?",
    b"&",
    b"@",
    b"://",
    b"\x1b[",
    b"<",
    b": ",
    b"$VERSION",
    b"\"TYPE\":\"RECORD LIST\"",
];

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus")).join(target);
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let read =
        |path: PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap());
    files.map(read).collect::<BTreeMap<_, _>>().into_iter().collect()
}

/// One input made from others.
fn mutated(rng: &mut Rng, corpus: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = rng.pick(corpus).1.clone();
    for _ in 0..rng.between(1, 8) {
        let at = rng.between(0, bytes.len());
        let end = (at + rng.between(0, 40)).min(bytes.len());
        match rng.between(0, 8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.between(0, 7),
            1 if at < bytes.len() => bytes[at] = rng.next() as u8,
            2 => drop(bytes.drain(at..end)),
            3 => bytes.truncate(at),
            4 => drop(bytes.splice(at..at, rng.pick::<&[u8]>(&WORDS).to_vec())),
            5 => drop(bytes.splice(at..end, rng.pick::<&[u8]>(&WORDS).to_vec())),
            6 => {
                let piece = bytes[at..end].repeat(rng.between(1, 60));
                drop(bytes.splice(at..at, piece));
            }
            7 => {
                let other = &rng.pick(corpus).1;
                let from = rng.between(0, other.len());
                drop(bytes.splice(at.., other[from..].iter().copied()));
            }
            _ => bytes.extend_from_slice(rng.pick::<&[u8]>(&WORDS)),
        }
        // Long inputs are tried by name, not by chance.
        bytes.truncate(64 * 1024);
    }
    bytes
}

/// Tries the corpus as it is, then so many mutations (with SOAK a hundred times as many), as long as time allows.
fn try_all(target: &str, inputs: u64, mut parse: impl FnMut(&[u8], &mut Rng)) {
    let (corpus, begun) = (corpus(target), Instant::now());
    let most = Duration::from_secs(seed::trials(4, 600));
    let mut attempt = |name: &str, input: &[u8], rng: &Rng| {
        // What is slow on a busy machine is tried again; what is slow by itself stays slow.
        let mut quickest = Duration::MAX;
        for _ in 0..3 {
            let started = Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| parse(input, &mut rng.clone())));
            quickest = quickest.min(started.elapsed());
            assert!(outcome.is_ok(), "{}", keep(target, name, input, "it panics"));
            if quickest < LONGEST {
                return;
            }
        }
        panic!("{}", keep(target, name, input, &format!("it takes {quickest:?}")));
    };
    for (name, input) in &corpus {
        attempt(name, input, &Rng::named(seed::base(), name));
    }
    let mut tried = 0;
    while tried < seed::trials(inputs, inputs * 100) && begun.elapsed() < most {
        let mut rng = Rng::named(seed::base(), &format!("{target} {tried}"));
        let input = mutated(&mut rng, &corpus);
        attempt(&format!("seed-{}-{tried}", seed::base()), &input, &rng);
        tried += 1;
    }
    println!("{target}: {} of the corpus, {tried} mutated, {:?}", corpus.len(), begun.elapsed());
    assert!(tried * 50 >= inputs, "too slow to have tried anything: {tried} of {inputs}");
}

/// Keeps an input that failed and says where.
fn keep(target: &str, name: &str, input: &[u8], what: &str) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}-{name}"));
    std::fs::write(&file, input).unwrap();
    format!(
        "{target}: {what} with the input in {}. Mend it, then keep that file in tests/corpus/{target}/",
        file.display()
    )
}

/// What a page came to: each line's number or key, or the kind of the error.
fn cut(pieces: &[&[u8]], limits: DocumentLimits, most: u64) -> Result<Vec<String>, Error> {
    let mut cutter = Cutter::new(limits, most);
    let mut lines = Vec::new();
    let mut take = |block: Option<execute_sync::source::block::Block>| {
        if let Some(block) = block {
            for line in &block.lines {
                match line {
                    Line::Bad(bad) => lines.push(format!("{}: {}", bad.line, bad.defect.reason)),
                    Line::Document(document) => {
                        lines.push(format!(
                            "{:?} {:?}",
                            document.key,
                            document.body.rows(&block.text).collect::<Vec<_>>()
                        ));
                        for row in document.body.rows(&block.text) {
                            serde_json::from_str::<IgnoredAny>(row).expect("a row that is stored is JSON");
                        }
                    }
                }
            }
        }
    };
    for piece in pieces {
        take(cutter.push(piece)?);
    }
    take(cutter.finish()?);
    Ok(lines)
}

#[test]
fn pages_however_they_are_cut() {
    try_all("page", 40_000, |input, rng| {
        let whole = cut(&[input], LIMITS, 4096);
        let (first, second) = (rng.between(0, input.len()), rng.between(0, input.len()));
        let (first, second) = (first.min(second), first.max(second));
        let pieces = [&input[..first], &input[first..second], &input[second..]];
        match (whole, cut(&pieces, LIMITS, 4096)) {
            (Ok(whole), Ok(parts)) => assert_eq!(whole, parts, "the same lines wherever packets end"),
            (Err(whole), Err(parts)) => assert_eq!(whole.kind(), parts.kind()),
            (whole, parts) => panic!("{whole:?} as one, {parts:?} in pieces {first} {second}"),
        }
        // Now and then so long that it comes in several blocks.
        if rng.between(0, 400) == 0 && !input.is_empty() {
            let _ = cut(&[&input.repeat(300_000 / input.len() + 1)], LIMITS, 4096);
        }
    });
}

#[test]
fn documents_and_their_slices() {
    try_all("document", 60_000, |input, rng| {
        let text = String::from_utf8_lossy(input);
        let limits = DocumentLimits { chunk_size: rng.between(1, 4), ..LIMITS };
        if let Ok(document) = document::parse(&text, 0..text.len(), &limits) {
            for row in document.body.rows(&text) {
                serde_json::from_str::<IgnoredAny>(row).expect("a row that is stored is JSON");
            }
        }
    });
}

#[test]
fn marks_settings_files_and_secrets_in_text() {
    try_all("mark", 20_000, |input, _| {
        if let Ok(mark) = Mark::new(&String::from_utf8_lossy(input)) {
            assert_eq!(Mark::new(mark.as_str()).unwrap(), mark);
        }
    });
    let secrets = ["a secret: of the tests", "cänary \"1\"\\/+%&"].map(|text| Secret::new(text.to_owned()));
    try_all("text", 1_500, |input, _| {
        let text = String::from_utf8_lossy(input);
        let shown = redact(&text);
        assert!(secrets.iter().all(|secret| !shown.contains(secret.expose())), "{shown}");
        assert!(!printable(&shown).contains(|c: char| c.is_control()));
    });
    try_all("history", 4_000, |input, _| {
        let home = Home::in_memory();
        std::fs::write(home.path().join(StateDir::HISTORY_FILE), input).unwrap();
        let history = History::open(home.path());
        let _ = (history.runs("sqlite:/t", || true, |_| false), history.last_fence("sqlite:/t"));
    });
    // No passphrase: how long one takes is up to the file, which is its owner's.
    try_all("key", 4_000, |input, _| drop(KeyPair::read(&String::from_utf8_lossy(input), None)));
}

#[test]
fn env_files_and_all_that_follows_from_them() {
    let environment = Environment::from_iter([("HOME", "/home/of/me"), ("LONG", &"x".repeat(5000))]);
    try_all("env", 20_000, |input, _| {
        let Ok(file) = EnvFile::parse(input, Path::new("/w/.env"), &environment) else { return };
        let sources = Sources { environment: environment.clone(), file, ..Sources::default() };
        for line in describe(&sources) {
            assert!(!line.to_string().contains(|c: char| c.is_control()), "{line}");
        }
        let _ = (sources.unknown_names(), Profile::from_sources(&sources, Path::new("/w")));
    });
}

#[test]
fn addresses_of_servers_and_databases() {
    try_all("url", 40_000, |input, _| {
        let Ok(url) = BaseUrl::parse(&String::from_utf8_lossy(input)) else { return };
        let (shown, endpoint) = (url.to_string(), url.endpoint("fetch/document/"));
        assert!(endpoint.path().ends_with("/fetch/document/") && endpoint.query().is_none(), "{endpoint}");
        assert_eq!(BaseUrl::parse(&shown).map(|again| again.identity()).ok(), Some(url.identity()), "{shown}");
        let _ = url.warning();
    });
    try_all("dsn", 60_000, |input, _| {
        let text = String::from_utf8_lossy(input);
        let _ = (SqliteDsn::parse(&text), masked_sqlite(&text));
    });
}

#[test]
fn schemas_and_the_views_they_lead_to() {
    let home = Home::in_memory();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let waiting =
        Waiting { cancel: CancellationToken::new(), on_wait: Arc::new(|| {}), limit: Duration::from_secs(10) };
    let mut database = Sqlite::new(home.database(), waiting);
    runtime.block_on(database.prepare(None)).unwrap();
    let mut number = 0;
    try_all("schema", 10_000, |input, _| {
        let Ok(schema) = Schema::parse(input) else { return };
        let _ = schema.fingerprint();
        let plan = ViewPlan::new(&schema, false, Sqlite::NAME_RULES);
        let names: std::collections::HashSet<String> = plan.views.iter().map(|view| view.name.to_lowercase()).collect();
        assert_eq!(names.len(), plan.views.len(), "no two views have one name");
        drop(ViewPlan::new(&schema, true, Sqlite::NAME_RULES));
        number += 1;
        if number % 40 == 0 {
            let report = runtime.block_on(database.create_views(&plan)).unwrap();
            let first = report.refused.first();
            assert!(first.is_none(), "a view is refused: {first:?}");
        }
    });
}

#[test]
fn answers_of_a_server_with_their_headers() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(Mutex::new(Vec::new()));
    let said = Arc::clone(&answer);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let (mut head, mut some) = (Vec::new(), [0; 1024]);
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read(&mut some) {
                    Ok(read @ 1..) => head.extend_from_slice(&some[..read]),
                    _ => break,
                }
            }
            let bytes: Vec<u8> = said.lock().unwrap().clone();
            let _ = stream.write_all(&bytes).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
            // Until the client has read it all and leaves.
            while matches!(stream.read(&mut some), Ok(1..)) {}
        }
    });
    let secret = Arc::new(Secret::new("a secret: of the tests".to_owned()));
    let settings = SourceSettings::new(BaseUrl::parse(&url).unwrap(), "id", secret);
    let source = Source::new(SourceSettings { allow_close_delimited: true, ..settings }).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = PageRequest { since: Mark::beginning(), limit: 10, include_calcs: false };
    let mut good = 0;
    try_all("answer", 10_000, |input, _| {
        *answer.lock().unwrap() = input.to_vec();
        runtime.block_on(async {
            let read = async {
                let mut page = source.page(&request).await?;
                while page.chunk().await?.is_some() {}
                Ok::<_, Error>(page.mark)
            };
            match read.await {
                Ok(_) => good += 1,
                Err(error) => {
                    assert!(error.remedy().is_some() || error.message().contains("high-water mark"), "{error:?}");
                    assert!(matches!(error.may_retry(), Retry::Never | Retry::BackOff | Retry::After(_)));
                    assert!(
                        !format!("{error}{}", error.remedy().unwrap_or_default()).contains(|c: char| c.is_control()),
                        "{error:?}"
                    );
                }
            }
        });
    });
    assert!(good > 100, "hardly any answer was a good one: {good}");
}
