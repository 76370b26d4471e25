//! A full refresh never takes yesterday's data away: while it goes on, and whenever it is broken off, a reader finds each
//! document once, old or new. It goes on where it was, removes last, and holds back what would be too much.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use execute_sync::document::{self, DocumentLimits};
use execute_sync::error::Kind;
use execute_sync::progress::Event;
use execute_sync::source::Source;
use execute_sync::sync::Task;
use rusqlite::{Connection, OpenFlags};
use tokio_util::sync::CancellationToken;

use crate::support::execute::{Execute, What};
use crate::support::ledger::Ledger;
use crate::support::reader::Reader;
use crate::support::run::{self, Home, How};
use crate::support::seed::{self, Rng};
use crate::support::wire::{At, Then};
use crate::support::{fault, oracle};

const FULL: Task = Task::FullRefresh { allow_removals: false };

/// How a refresh is broken off.
#[derive(Debug, Clone, Copy)]
enum Break {
    /// Cancelled while a page is read.
    WhileReading,
    /// Cancelled once a page is stored.
    OnceStored,
    /// The server cuts the page, each time.
    Cut,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_finds_each_document_once_however_often_a_refresh_is_broken_off() {
    let (mut breaks, mut looks) = (0, 0);
    for seed in seed::base()..seed::base() + seed::trials(2, 60) {
        let worlds = Worlds::new(&mut Rng::named(seed, "refresh"));
        let bench = Bench::new(&worlds).await;
        for how in [Break::WhileReading, Break::OnceStored, Break::Cut] {
            for page in 1..=worlds.pages() {
                let case = format!("{how:?} {page}");
                if !seed::is_wanted(&case) {
                    continue;
                }
                match bench.broken_at(&worlds, how, page).await {
                    Ok(looked) => looks += looked,
                    Err(why) => panic!("{case}: {why}\n{}", seed::replay("refresh::a_reader", &case, seed)),
                }
                breaks += 1;
            }
        }
    }
    println!("{breaks} broken refreshes, {looks} looks at them");
}

/// What the source held, and what it holds now. Documents have come, gone, changed within their version, got a new
/// version, and gone back to an old one.
struct Worlds {
    old: Ledger,
    new: Ledger,
}

impl Worlds {
    fn new(rng: &mut Rng) -> Worlds {
        let (mut old, mut new) = (Ledger::default(), Ledger::default());
        for number in 0..rng.between(25, 40) {
            let id = format!("d{number:02}");
            let mut push = |ledger: &mut Ledger, version, note| {
                let items = vec![r#"{"LISTITEM_ID":"i"}"#; rng.between(0, 25)].join(",");
                let doc_type = ["AFE", "WELL"][number % 2];
                let line = format!(
                    r#"{{"DOCUMENT_ID":"{id}","$TYPE":"{doc_type}","$VERSION":{version},"$DATE":"2025-01-31T09:30:00Z","NOTE":"{note}","LINE_ITEMS":[{items}]}}"#
                );
                ledger.push(&Ledger::mark(number), line.into());
            };
            // Twice what stays as it is, for each thing that can happen.
            match number % 7 {
                0 => push(&mut new, 1, "has come"),
                1 => push(&mut old, 1, "is going"),
                2 => {
                    push(&mut old, 1, "before");
                    push(&mut new, 1, "within its version");
                }
                3 => {
                    push(&mut old, 1, "before");
                    // This server sends every version in turn.
                    push(&mut new, 1, "before");
                    push(&mut new, 2, "a new version");
                }
                4 => {
                    push(&mut old, 1, "an old version");
                    push(&mut old, 2, "before");
                    push(&mut new, 1, "back again");
                }
                _ => {
                    push(&mut old, 1, "the same");
                    new.entries.extend(old.entries.last().cloned());
                }
            }
        }
        Worlds { old, new }
    }

    /// The pages of a refresh.
    fn pages(&self) -> usize {
        let (mut since, mut pages) = (String::new(), 0);
        loop {
            let answer = self.new.answer(&since, PAGE);
            pages += 1;
            if !answer.truncated {
                return pages;
            }
            since = answer.mark;
        }
    }
}

/// Documents a page, as runs of the tests have it.
const PAGE: usize = 4;

/// A server, and a database that holds the old world whole.
struct Bench {
    server: Execute,
    source: Source,
    template: Home,
}

impl Bench {
    async fn new(worlds: &Worlds) -> Bench {
        let server = Execute::start(worlds.old.clone()).await;
        let source = Source::new(run::settings(&server.url())).unwrap();
        let template = Home::in_memory();
        let ran = run::sync_run(&source, &template, &How::default()).await.unwrap();
        assert_eq!(ran.kind(), None, "{}", ran.told());
        server.set_ledger(worlds.new.clone());
        Bench { server, source, template }
    }

    /// A refresh that is broken off at a page, goes on, is broken off again at its end, and is completed.
    async fn broken_at(&self, worlds: &Worlds, how: Break, page: usize) -> Result<u64, String> {
        let home = Home::in_memory();
        std::fs::copy(self.template.database(), home.database()).unwrap();
        let reader = reader(&home.database(), worlds);
        let told = self.break_off(&home, how, page, FULL).await?;
        reader.has_looked();
        let found = look(&Connection::open(home.database()).unwrap()).unwrap();
        if let (true, Some(id)) = (told, versions(&worlds.old).keys().find(|id| !found.contains_key(*id))) {
            return Err(format!("{id} was removed before the refresh was complete"));
        }
        // Whoever goes on with it is asked for a push, or once more for a refresh: it is the same one.
        let task = if page.is_multiple_of(2) { Task::Push } else { FULL };
        let stored_before = matches!(how, Break::OnceStored) || page > 1;
        if told && stored_before && page < worlds.pages() {
            let asked = self.server.asked(What::Page);
            self.break_off(&home, Break::WhileReading, worlds.pages() - page, task).await?;
            let log = self.server.log();
            let first = log.iter().filter(|ask| ask.what == What::Page).nth(asked).and_then(|ask| ask.query("since"));
            if first == Some("1900-01-01") {
                return Err("the refresh began anew instead of going on".to_owned());
            }
            reader.has_looked();
        }
        self.server.clear();
        let ran = run::sync_run(&self.source, &home, &How { task, ..How::default() }).await?;
        if let Some(kind) = ran.kind() {
            return Err(format!("it could not be completed: {kind:?} {}", ran.told()));
        }
        let looks = reader.stop()?;
        oracle::complete(&home, &worlds.new).check()?;
        Ok(looks)
    }

    /// Runs until it breaks at its `page`th page; false if the run was done before.
    async fn break_off(&self, home: &Home, how: Break, page: usize, task: Task) -> Result<bool, String> {
        let cancel = CancellationToken::new();
        let token = cancel.clone();
        let observer = move |event: &Event<'_>| {
            let is_it = match (how, event) {
                (Break::WhileReading, Event::Reading { page: p, .. }) => *p == page as u64,
                (Break::OnceStored, Event::Stored { so_far, .. }) => so_far.pages == page as u64,
                _ => false,
            };
            if is_it {
                token.cancel();
            }
        };
        self.server.clear();
        if matches!(how, Break::Cut) {
            let first = self.server.asked(What::Page) + page;
            let cut = fault::cut(At::Middle, Then::Reset);
            self.server.plan(move |ask| (ask.what == What::Page && ask.number >= first).then(|| cut.clone()));
        }
        let how_to_run = How { task, cancel, observer: Some(Arc::new(observer)), ..How::default() };
        let ran = run::sync_run(&self.source, home, &how_to_run).await?;
        match (ran.kind(), how) {
            (Some(Kind::Cancelled), Break::WhileReading | Break::OnceStored)
            | (Some(Kind::SourceUnreachable), Break::Cut) => Ok(true),
            // The last page may be stored before anything can break it.
            (None, Break::WhileReading | Break::OnceStored) => Ok(false),
            _ => Err(format!("it should break off by {how:?}: {}", ran.told())),
        }
    }
}

/// DATA of a document's rows.
type Rows = Vec<String>;

/// Looks at the newest versions again and again: each document is there once and whole, as it was or as it is now.
fn reader(database: &Path, worlds: &Worlds) -> Reader {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    let (old, new) = (versions(&worlds.old), versions(&worlds.new));
    Reader::start(move || {
        let found = look(&connection).map_err(|error| error.to_string())?;
        for (id, rows) in &found {
            let is_known = [&old, &new].iter().any(|world| world.get(id).is_some_and(|v| v.contains(rows)));
            if !is_known {
                return Err(format!("{id} is neither old nor new: {rows:?}"));
            }
        }
        let gap = old.keys().find(|id| new.contains_key(*id) && !found.contains_key(*id));
        gap.map_or(Ok(()), |id| Err(format!("{id} is missing, although it was there and is there")))
    })
}

/// The newest versions as they are now, by id.
fn look(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Rows>> {
    let mut statement = connection
        .prepare_cached("SELECT ID, CHUNK, DATA FROM EXECUTE_DOCUMENTS_LATEST ORDER BY TYPE, ID, CHUNK, BATCH_DATE")?;
    let mut rows = statement.query([])?;
    let mut found: BTreeMap<String, Rows> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().push(row.get(2)?);
    }
    Ok(found)
}

/// Every version of each document, as rows.
fn versions(ledger: &Ledger) -> BTreeMap<String, Vec<Rows>> {
    let limits = DocumentLimits { version: (0, 10), key_chars: None, chunk_size: run::options().chunk_size };
    let mut versions: BTreeMap<String, Vec<Rows>> = BTreeMap::new();
    for entry in &ledger.entries {
        let line = std::str::from_utf8(&entry.line).unwrap();
        let parsed = document::parse(line, 0..line.len(), &limits).unwrap();
        let rows = parsed.body.rows(line).map(str::to_owned).collect();
        versions.entry(parsed.key.id).or_default().push(rows);
    }
    versions
}

/// A source of so many documents, the first of them left out.
fn without(first: usize, all: usize) -> Ledger {
    let mut ledger = Ledger::default();
    for number in first..all {
        ledger.push(&Ledger::mark(number), crate::support::ledger::tiny(&format!("d{number}"), 1));
    }
    ledger
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_would_be_too_much_stays_until_a_person_allows_it() {
    let server = Execute::start(without(0, 2_000)).await;
    let source = Source::new(run::settings(&server.url())).unwrap();
    let home = Home::in_memory();
    let options = execute_sync::profile::SyncOptions { max_documents: 700, ..run::options() };
    let go = async |task| {
        run::sync_run(&source, &home, &How { task, options: options.clone(), ..How::default() }).await.unwrap()
    };
    let count = || oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS_LATEST");
    assert_eq!(go(Task::Push).await.kind(), None);
    server.set_ledger(without(101, 2_000));
    let held_back = go(FULL).await;
    assert_eq!((held_back.kind(), count()), (Some(Kind::Rejected), "2000".to_owned()));
    assert!(held_back.told().contains("101 of 2000 AFE") && held_back.told().contains("--allow-removals"));
    assert!(held_back.finished.summary.removals_held_back);
    // It is closed all the same: later runs read on from its mark, and a row that is new comes.
    let mut grown = without(101, 2_000);
    grown.push(&Ledger::mark(2_000), crate::support::ledger::tiny("new", 1));
    server.set_ledger(grown);
    let asked = server.asked(What::Page);
    assert_eq!((go(Task::Push).await.kind(), count()), (None, "2001".to_owned()));
    assert_eq!(server.asked(What::Page), asked + 1, "it read on and did not begin anew");
    let allowed = go(Task::FullRefresh { allow_removals: true }).await;
    assert_eq!((allowed.kind(), count()), (None, "1900".to_owned()));
    oracle::complete(&home, &server.ledger()).check().unwrap();
}
