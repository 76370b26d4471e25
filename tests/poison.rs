//! Nothing is skipped silently: every kind of document that could spoil a page, first, in the middle and last among good
//! ones, and many of them mixed, through whole runs. What is stored is judged by the oracle; what must become of each kind
//! stands in `poison_kinds`.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use execute_sync::engine;
use execute_sync::error::Kind;
use execute_sync::profile::{OnBadDocument, SourceSettings, SyncOptions};
use execute_sync::source::Source;

use crate::poison_kinds::{Fate, Line, Poison, good, large, small};
use crate::support::execute::{Execute, What};
use crate::support::ledger::{Entry, Ledger};
use crate::support::run::{self, Home, How, Ran};
use crate::support::seed::{self, Rng};
use crate::support::{fault, oracle};

/// A server and two clients of it: one with the default limits, one for which documents over 100,000 bytes are too large.
struct Bench {
    server: Execute,
    usual: Source,
    narrow: Source,
}

impl Bench {
    async fn new() -> Bench {
        let server = Execute::start(Ledger::default()).await;
        let settings = run::settings(&server.url());
        let narrow = SourceSettings { max_document_bytes: 100_000, ..settings.clone() };
        Bench { usual: Source::new(settings).unwrap(), narrow: Source::new(narrow).unwrap(), server }
    }

    /// Runs once over a source that holds these lines, all in one page.
    async fn one_page(&self, home: &Home, lines: &[Line], is_narrow: bool, options: SyncOptions) -> Ran {
        self.server.set_ledger(ledger(lines));
        let body: Vec<u8> = lines.iter().flat_map(|line| [line.sent.as_slice(), b"\n"].concat()).collect();
        let send = fault::body(body);
        self.server.plan(move |ask| (ask.what == What::Page).then(|| send.clone()));
        let source = if is_narrow { &self.narrow } else { &self.usual };
        run::sync_run(source, home, &How { options, ..How::default() }).await.unwrap()
    }

    /// Runs once over a source that holds these lines, in as many pages as it takes.
    async fn pages(&self, home: &Home, lines: &[Line], options: SyncOptions) -> Ran {
        self.server.set_ledger(ledger(lines));
        self.server.clear();
        run::sync_run(&self.usual, home, &How { options, ..How::default() }).await.unwrap()
    }
}

/// What the oracle judges by: every line with a mark of its own.
fn ledger(lines: &[Line]) -> Ledger {
    let entry = |(number, line): (usize, &Line)| Entry {
        mark: Ledger::mark(number),
        line: line.text.clone(),
        key: match &line.fate {
            Fate::Stored(key) => Some(key.clone()),
            Fate::Quarantined(_) | Fate::NoPage => None,
        },
    };
    Ledger { entries: lines.iter().enumerate().map(entry).collect() }
}

/// Counts agree, the oracle agrees, and each bad line is in quarantine with its bytes, its place and its reason.
fn judge(home: &Home, lines: &[Line], ran: &Ran, page_lines: usize) -> Result<(), String> {
    if ran.finished.result.is_err() {
        return Err(ran.told());
    }
    let bad = lines.iter().filter(|line| matches!(line.fate, Fate::Quarantined(_))).count();
    let summary = &ran.finished.summary;
    let counts = (summary.documents, summary.quarantined, engine::exit_code(&ran.finished));
    let expected = ((lines.len() - bad) as u64, bad as u64, if bad > 0 { 6 } else { 0 });
    if counts != expected {
        return Err(format!("stored, quarantined and exit code are {counts:?}, expected {expected:?}"));
    }
    let rows = quarantined(&home.database());
    for (index, line) in lines.iter().enumerate() {
        let Fate::Quarantined(reason) = line.fate else { continue };
        let kept = if reason.contains("larger than") { 64 * 1024 } else { line.text.len() };
        let hex: String = line.text.iter().take(kept).map(|byte| format!("{byte:02X}")).collect();
        let row = rows.iter().find(|row| row[0] == hex).ok_or_else(|| format!("line {} is not kept", index + 1))?;
        // The same bytes have one entry, which names the last place.
        let last = lines.iter().rposition(|other| other.text == line.text).unwrap_or(index);
        let place = [last / page_lines + 1, last % page_lines + 1, line.text.len()].map(|n| n.to_string());
        if row[1..4] != place || !row[4].contains(reason) {
            return Err(format!("page, line, size and reason are {:?}, expected {place:?} and {reason:?}", &row[1..]));
        }
    }
    // That nothing else is there, and the hashes, are the oracle's business.
    oracle::complete(home, &ledger(lines)).check().map(|_| ())
}

fn quarantined(database: &Path) -> Vec<Vec<String>> {
    oracle::rows(database, "SELECT HEX(BYTES), PAGE, LINE, SIZE, REASON FROM EXECUTE_SYNC_QUARANTINE")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_poison_is_stored_or_kept_wherever_it_stands() {
    let bench = Bench::new().await;
    let base = seed::base();
    let kinds: Vec<Poison> = small(base).into_iter().chain(large()).collect();
    assert!(kinds.len() >= 40, "{} kinds", kinds.len());
    for poison in &kinds {
        for (position, before) in [("first", 0), ("middle", 4), ("last", 8)] {
            let case = format!("{} {position}", poison.name);
            if !seed::is_wanted(&case) {
                continue;
            }
            if let Err(why) = one_case(&bench, poison, before).await {
                panic!("{case}: {why}\n{}", seed::replay("poison::every_kind", &case, base));
            }
        }
    }
    println!("{} kinds in 3 positions", kinds.len());
}

async fn one_case(bench: &Bench, poison: &Poison, before: usize) -> Result<(), String> {
    let home = Home::in_memory();
    let mut lines: Vec<Line> = (0..8).map(good).collect();
    let poisoned = poison.at_start.as_ref().filter(|_| before == 0).unwrap_or(&poison.lines);
    lines.splice(before..before, poisoned.iter().cloned());
    // One line is one document here: lists are sliced only where they are very long.
    let ran = bench.one_page(&home, &lines, poison.is_narrow, SyncOptions::default()).await;
    if lines.iter().any(|line| matches!(line.fate, Fate::NoPage)) {
        let stored = oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS");
        let refused = ran.kind() == Some(Kind::BadData) && stored == "0";
        return if refused { Ok(()) } else { Err(format!("{stored} stored of what is no page: {}", ran.told())) };
    }
    judge(&home, &lines, &ran, usize::MAX)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mixed_streams_lose_nothing() {
    const PAGE: usize = 100;
    let bench = Bench::new().await;
    let mut lines_in_all = 0;
    for seed in seed::base()..seed::base() + seed::trials(20, 200) {
        let mut rng = Rng::named(seed, "mixed streams");
        let mut lines: Vec<Line> = (0..rng.between(200, 500)).map(good).collect();
        for tag in 0..rng.between(1, 3) {
            // Some kinds mean something else where a page begins, and pages may begin anywhere here.
            for poison in small(seed * 10 + tag as u64).into_iter().filter(|poison| poison.at_start.is_none()) {
                // Of what is bad, never more than ten in a page.
                let is_bad = poison.lines.iter().any(|line| matches!(line.fate, Fate::Quarantined(_)));
                if rng.between(0, if is_bad { 9 } else { 1 }) == 0 {
                    let mut at = 0;
                    for line in poison.lines {
                        at = rng.between(at, lines.len());
                        lines.insert(at, line);
                        at += 1;
                    }
                }
            }
        }
        let home = Home::in_memory();
        let options = SyncOptions { max_documents: PAGE as u64, ..SyncOptions::default() };
        let ran = bench.pages(&home, &lines, options).await;
        if let Err(why) = judge(&home, &lines, &ran, PAGE) {
            panic!("stream {seed}: {why}\n{}", seed::replay("poison::mixed_streams", "", seed));
        }
        lines_in_all += lines.len();
    }
    println!("{lines_in_all} lines in mixed streams");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_bad_documents_fail_the_page_and_the_remedy_helps() {
    let (bench, home) = (Bench::new().await, Home::in_memory());
    let bad = |n: usize| Line {
        sent: format!("bad {n}").into(),
        text: format!("bad {n}").into(),
        fate: Fate::Quarantined("not a JSON object"),
    };
    let lines: Vec<Line> = (0..30).map(good).chain((0..11).map(bad)).chain((30..60).map(good)).collect();
    let ran = bench.pages(&home, &lines, SyncOptions::default()).await;
    assert_eq!(ran.kind(), Some(Kind::BadData), "{}", ran.told());
    assert!(ran.told().contains("--max-documents 10"), "{}", ran.told());
    oracle::prefix(&home, &ledger(&lines)).check().unwrap();
    assert_eq!(oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_SYNC_QUARANTINE"), "0");
    let options = SyncOptions { max_documents: 10, ..SyncOptions::default() };
    let ran = bench.pages(&home, &lines, options).await;
    judge(&home, &lines, &ran, 10).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_stop_a_bad_document_stops_the_run_before_its_page() {
    let (bench, home) = (Bench::new().await, Home::in_memory());
    let mut lines: Vec<Line> = (0..12).map(good).collect();
    lines[7] = small(1).remove(0).lines.remove(0);
    let options = SyncOptions { max_documents: 4, on_bad_document: OnBadDocument::Stop, ..SyncOptions::default() };
    let ran = bench.pages(&home, &lines, options).await;
    assert_eq!(ran.kind(), Some(Kind::BadData), "{}", ran.told());
    assert!(ran.told().contains("line 4 of page 2"), "{}", ran.told());
    assert_eq!(oracle::prefix(&home, &ledger(&lines)).check(), Ok(4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_json_object_without_a_documents_keys_is_no_page() {
    let (bench, home) = (Bench::new().await, Home::in_memory());
    let text = br#"{"error":"token expired"}"#.to_vec();
    let lines = [Line { sent: text.clone(), text, fate: Fate::NoPage }];
    let ran = bench.one_page(&home, &lines, false, SyncOptions::default()).await;
    assert_eq!(ran.kind(), Some(Kind::BadData), "{}", ran.told());
    assert_eq!(oracle::prefix(&home, &ledger(&lines)).check(), Ok(0));
}
