//! Run it again as often as you like: random histories of a changing source, whole and broken syncs, refreshes, pruning,
//! views, backups put back, other settings. After every step the database holds exactly what the stored pages say.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use execute_sync::destination::Destination;
use execute_sync::error::Kind;
use execute_sync::profile::{SourceSettings, SyncOptions};
use execute_sync::progress::Event;
use execute_sync::source::Source;
use execute_sync::sync::Task;
use rusqlite::{Connection, OptionalExtension};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::expected_rows::{Expected, Held, same, same_documents, views};
use crate::loading;
use crate::moving_source::{Moving, View};
use crate::support::execute::{Execute, What};
use crate::support::ledger::{Ledger, SCHEMA};
use crate::support::run::{self, Home, How};
use crate::support::seed::{self, Rng};
use crate::support::wire::{At, Framing, Then};
use crate::support::{fault, oracle};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_every_step_of_any_history_the_database_is_what_the_pages_say() {
    let histories = seed::trials(500, 10_000);
    let (mut running, mut steps) = (JoinSet::new(), 0);
    for seed in seed::base()..seed::base() + histories {
        if running.len() >= 4 {
            steps += ended(running.join_next().await);
        }
        running.spawn(async move {
            let mut told = String::new();
            let outcome = history(&mut Rng::named(seed, "state machine"), &mut told).await;
            outcome.map_err(|why| format!("{told}\n{why}\n{}", seed::replay("state_machine::after_every", "", seed)))
        });
    }
    while !running.is_empty() {
        steps += ended(running.join_next().await);
    }
    println!("{histories} histories, {steps} steps");
}

/// The steps of a history that ended well.
fn ended(outcome: Option<Result<Result<usize, String>, JoinError>>) -> usize {
    outcome.unwrap().unwrap().unwrap_or_else(|why| panic!("{why}"))
}

/// One history: a source, a database, and what it should hold.
struct Machine {
    server: Execute,
    moving: Arc<Mutex<Moving>>,
    /// Pages from this number on break off.
    broken_from: Arc<Mutex<Option<usize>>>,
    sources: [Source; 2],
    home: Home,
    view: View,
    options: SyncOptions,
    expected: Expected,
    backup: Option<Expected>,
    /// Rows of earlier batches may be there.
    may_be_superseded: bool,
    fence: i64,
}

async fn history(rng: &mut Rng, told: &mut String) -> Result<usize, String> {
    // Most are short; what takes many steps to go wrong is met by the long ones.
    let steps = if rng.between(0, 9) == 0 { 40 } else { rng.between(4, 14) };
    let mut machine = Machine::new(rng).await;
    for number in 1..=steps {
        write!(told, "\n{number}. ").unwrap();
        machine.step(rng, told).await?;
        machine.check()?;
    }
    told.push_str("\nlast: ");
    machine.sync(rng, None, None, told).await?;
    machine.check()?;
    machine.judge()?;
    Ok(steps)
}

impl Machine {
    async fn new(rng: &mut Rng) -> Machine {
        let server = Execute::start(Ledger::default()).await;
        let moving = Arc::new(Mutex::new(Moving::new(rng)));
        let broken_from = Arc::new(Mutex::new(None));
        let usual = run::settings(&server.url());
        let other = SourceSettings { key_id: "another key".to_owned(), ..usual.clone() };
        let other_login = base64::engine::general_purpose::STANDARD
            .encode(format!("another key:{}", crate::support::execute::KEY_SECRET));
        let (shared, breaks) = (Arc::clone(&moving), Arc::clone(&broken_from));
        server.plan(move |ask| {
            let other_key = ask.header("authorization").is_some_and(|login| login.ends_with(&other_login));
            let view = View { other_key, calcs: ask.query("calc") == Some("true") };
            if ask.what != What::Page {
                return Some(fault::change(|reply| {
                    reply.status = "200 OK".to_owned();
                    reply.body = SCHEMA.into();
                }));
            }
            let is_broken = breaks.lock().unwrap().is_some_and(|from| ask.number >= from);
            let limit = ask.query("limit").unwrap().parse().unwrap();
            let sent = shared.lock().unwrap().answer(ask.query("since").unwrap(), limit, view, is_broken);
            Some(fault::change(move |reply| {
                reply.status = "200 OK".to_owned();
                reply.framing = Framing::Chunked;
                reply.set("X-Sync-Highwater-Mark", &sent.mark);
                reply.set("X-Sync-Truncated", if sent.truncated { "TRUE" } else { "FALSE" });
                reply.body = sent.lines.iter().flat_map(|line| [line.text.as_bytes(), b"\n"].concat()).collect();
                if is_broken {
                    reply.cut = Some(At::Boundary);
                    reply.then = Then::Reset;
                }
            }))
        });
        Machine {
            sources: [usual, other].map(|settings| Source::new(settings).unwrap()),
            server,
            moving,
            broken_from,
            home: Home::in_memory(),
            view: View { other_key: false, calcs: false },
            options: run::options(),
            expected: Expected::default(),
            backup: None,
            may_be_superseded: false,
            fence: -1,
        }
    }

    fn moving(&self) -> MutexGuard<'_, Moving> {
        self.moving.lock().unwrap()
    }

    async fn step(&mut self, rng: &mut Rng, told: &mut String) -> Result<(), String> {
        match rng.between(0, 28) {
            0..=5 => {
                told.push_str("edit");
                self.moving().edit(rng);
            }
            6..=9 => self.sync(rng, None, None, told).await?,
            10..=13 => {
                let breaks = rng.between(1, 4);
                self.sync(rng, None, Some(breaks), told).await?;
            }
            14 | 15 => self.sync(rng, Some(rng.clone().between(0, 1) == 0), None, told).await?,
            16 | 17 => {
                let breaks = rng.between(1, 4);
                self.sync(rng, Some(false), Some(breaks), told).await?;
            }
            18 => self.again(rng, told).await?,
            19 => self.prune(told).await,
            20 => self.close(told).await?,
            21 => {
                told.push_str("back up");
                std::fs::copy(self.home.database(), self.home.path().join("backup")).ok();
                self.backup = self.home.database().exists().then(|| self.expected.clone());
            }
            22 => self.put_back(told),
            23 => self.lose(rng.between(0, 1) == 0, told),
            24 => {
                self.view.calcs = !self.view.calcs;
                write!(told, "calcs {}", self.view.calcs).unwrap();
            }
            25 => {
                self.view.other_key = !self.view.other_key;
                write!(told, "other key {}", self.view.other_key).unwrap();
            }
            26 => {
                self.options.keep_superseded = !self.options.keep_superseded;
                write!(told, "keep superseded {}", self.options.keep_superseded).unwrap();
            }
            27 => self.make_views(rng, told).await,
            _ => {
                self.options.chunk_size = *rng.pick(&[2, 5, 10]);
                write!(told, "chunks of {}", self.options.chunk_size).unwrap();
            }
        }
        Ok(())
    }

    /// A run; `full`: a refresh that may remove anything or not; `breaks`: at its so-manieth page.
    async fn sync(
        &mut self,
        rng: &mut Rng,
        full: Option<bool>,
        breaks: Option<usize>,
        told: &mut String,
    ) -> Result<(), String> {
        self.moving().sent.clear();
        let cancels = rng.between(0, 2);
        *self.broken_from.lock().unwrap() =
            breaks.filter(|_| cancels == 0).map(|page| self.server.asked(What::Page) + page);
        let cancel = CancellationToken::new();
        let token = cancel.clone();
        let observer = move |event: &Event<'_>| {
            let page = match event {
                Event::Reading { page, .. } if cancels == 1 => *page,
                Event::Stored { so_far, .. } if cancels == 2 => so_far.pages,
                _ => return,
            };
            if breaks.is_some_and(|breaks| page >= breaks as u64) {
                token.cancel();
            }
        };
        let how = How {
            task: full.map_or(Task::Push, |allow_removals| Task::FullRefresh { allow_removals }),
            options: SyncOptions { include_calcs: self.view.calcs, ..self.options.clone() },
            cancel,
            observer: Some(Arc::new(observer)),
            ..How::default()
        };
        let ran = run::sync_run(&self.sources[usize::from(self.view.other_key)], &self.home, &how).await?;
        *self.broken_from.lock().unwrap() = None;
        let summary = &ran.finished.summary;
        write!(told, "sync full={full:?} breaks={breaks:?}/{cancels}: {} pages, {:?}", summary.pages, ran.kind())
            .unwrap();

        let mut run = self.expected.begin(self.view, full, how.options.chunk_size);
        let sent = std::mem::take(&mut self.moving().sent);
        for page in sent.iter().filter(|page| !page.is_broken).take(usize::try_from(summary.pages).unwrap()) {
            self.expected.store(&mut run, page);
        }
        self.may_be_superseded |= self.options.keep_superseded;
        same("documents and lines in quarantine", &(summary.documents, summary.quarantined), &run.counts)?;
        match ran.kind() {
            None => {
                let last = sent.last().map(|page| page.mark.clone());
                let state = self.expected.state.clone().unwrap_or_default();
                same("the mark after a whole run", &(state.mark, state.refresh.is_some()), &(last, false))
            }
            Some(Kind::Cancelled | Kind::SourceUnreachable) if breaks.is_some() => Ok(()),
            Some(_) => Err(ran.told()),
        }
    }

    /// Two runs in a row: the second changes nothing.
    async fn again(&mut self, rng: &mut Rng, told: &mut String) -> Result<(), String> {
        self.sync(rng, None, None, told).await?;
        self.check()?;
        let before = (self.expected.held.clone(), views(&self.home.database()));
        told.push_str("; again: ");
        self.sync(rng, None, None, told).await?;
        same("the views after the same run again", &(self.expected.held.clone(), views(&self.home.database())), &before)
    }

    async fn prune(&mut self, told: &mut String) {
        told.push_str("prune");
        if self.expected.state.is_some() {
            loading::sqlite(&self.home.database()).prune().await.unwrap();
            self.may_be_superseded = false;
        }
    }

    /// Somebody drops a view; it is made again, with or without a state row.
    async fn make_views(&mut self, rng: &mut Rng, told: &mut String) {
        told.push_str("views");
        if self.home.database().exists() {
            let dropped =
                rng.pick(&["AFE", "WELL", "EXECUTE_DOCUMENTS_LATEST", "EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS"]);
            let connection = Connection::open(self.home.database()).unwrap();
            connection.execute_batch(&format!("DROP VIEW IF EXISTS {dropped}")).unwrap();
            loading::sqlite(&self.home.database()).create_views(&loading::plan(SCHEMA)).await.unwrap();
        }
    }

    async fn close(&mut self, told: &mut String) -> Result<(), String> {
        told.push_str("close the quarantine");
        let mut destination = loading::sqlite(&self.home.database());
        let open = destination.quarantine(execute_sync::destination::QuarantineFilter::Open).await.unwrap();
        let numbers: Vec<i64> = open.iter().map(|entry| entry.entry).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        let closed = destination.close_quarantine(&numbers).await.unwrap();
        same("entries closed", &closed, &self.expected.close_all())
    }

    fn put_back(&mut self, told: &mut String) {
        let Some(backup) = self.backup.clone() else { return told.push_str("no backup yet") };
        told.push_str("put the backup back");
        self.remove();
        std::fs::copy(self.home.path().join("backup"), self.home.database()).unwrap();
        self.expected = backup;
        (self.may_be_superseded, self.fence) = (true, -1);
    }

    /// The database is deleted, or somebody deletes our state row.
    fn lose(&mut self, everything: bool, told: &mut String) {
        self.fence = -1;
        if everything {
            told.push_str("delete the database");
            self.remove();
            self.expected = Expected::default();
        } else if self.expected.state.take().is_some() {
            told.push_str("delete the state row");
            let connection = Connection::open(self.home.database()).unwrap();
            connection.execute("DELETE FROM EXECUTE_SYNC_STATE", []).unwrap();
        }
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut file = self.home.database().into_os_string();
            file.push(suffix);
            // Not all of them are always there.
            let _ = std::fs::remove_file(file);
        }
    }

    /// The invariants.
    fn check(&mut self) -> Result<(), String> {
        if !self.home.database().exists() {
            return same("what is expected of no database", &self.expected.held, &Held::new());
        }
        let connection = Connection::open(self.home.database()).unwrap();
        let value = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let [all_versions, latest] = views(&self.home.database());
        same_documents("the view of all versions", &all_versions, &self.expected.held)?;
        let mut newest = self.expected.held.clone();
        for versions in newest.values_mut() {
            *versions = versions.pop_last().into_iter().collect();
        }
        same_documents("the view of the latest", &latest, &newest)?;
        if !self.may_be_superseded {
            let rows: usize = self.expected.held.values().flat_map(|versions| versions.values()).map(Vec::len).sum();
            same("rows in all", &value("SELECT COUNT(*) FROM EXECUTE_DOCUMENTS"), &(rows as i64))?;
        }
        for (doc_type, sql) in [("AFE", "SELECT COUNT(*) FROM AFE"), ("WELL", "SELECT COUNT(*) FROM WELL")] {
            let documents = newest.keys().filter(|(t, _)| t == doc_type).count();
            same(&format!("documents in the view {doc_type}"), &value(sql), &(documents as i64))?;
        }
        let mut statement =
            connection.prepare("SELECT BYTES FROM EXECUTE_SYNC_QUARANTINE WHERE CLOSED_AT IS NULL").unwrap();
        let open = statement.query_map([], |row| Ok(String::from_utf8(row.get(0)?).unwrap())).unwrap();
        let mut open: Vec<String> = open.map(Result::unwrap).collect();
        open.sort();
        same("open quarantine entries", &open.iter().map(String::as_str).collect(), &self.expected.open())?;
        self.check_state(&connection)
    }

    fn check_state(&mut self, connection: &Connection) -> Result<(), String> {
        let state = connection
            .query_row("SELECT FENCE, MARK, REFRESHING, REFRESH_MARK FROM EXECUTE_SYNC_STATE", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, bool>(2)?, row.get(3)?))
            })
            .optional()
            .unwrap();
        let expected = self.expected.state.as_ref();
        let Some((fence, mark, refreshing, refresh_mark)) = state else {
            return same("a state row", &false, &expected.is_some());
        };
        let of_refresh = expected.and_then(|state| state.refresh.as_ref());
        let expected_row =
            (expected.and_then(|s| s.mark.clone()), of_refresh.is_some(), of_refresh.and_then(|r| r.mark.clone()));
        same("mark and refresh", &(mark, refreshing, refresh_mark), &expected_row)?;
        same("whether the fence went down", &(fence < self.fence), &false)?;
        self.fence = fence;
        Ok(())
    }

    /// The oracle has the last word: the file is whole, and its views show what they should.
    fn judge(&self) -> Result<(), String> {
        let database = self.home.database();
        same("integrity_check", &oracle::value(&database, "PRAGMA integrity_check").as_str(), &"ok")?;
        let sql = "SELECT TYPE, ID, VERSION, DATA FROM EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS ORDER BY TYPE, ID, VERSION, CHUNK";
        let mut seen = Held::new();
        for row in oracle::rows(&database, sql) {
            let [doc_type, id, version, data] = row.try_into().unwrap();
            seen.entry((doc_type, id)).or_default().entry(version.parse().unwrap()).or_default().push(data);
        }
        same_documents("what the oracle sees", &seen, &self.expected.held)
    }
}
