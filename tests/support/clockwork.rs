//! A machine whose clocks a test sets, and runs that do as they are told. Time is tokio's, paused: it passes only while
//! everything waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use execute_sync::engine::Order;
use execute_sync::error::{Error, Kind};
use execute_sync::progress::{Event, Observer, RunSummary};
use execute_sync::schedule::Now;
use execute_sync::sync::{Finished, Task};
use execute_sync::worker::{Clock, Runner};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::seed::Rng;

/// The clocks of a machine that can be put to sleep and set.
pub struct Machine {
    began: Instant,
    set: Mutex<Set>,
}

struct Set {
    wall: Timestamp,
    by: SignedDuration,
    monotonic_slept: Duration,
    zone: TimeZone,
}

impl Machine {
    pub fn new(zone: &str, wall: &str) -> Arc<Machine> {
        let zone = TimeZone::get(zone).unwrap();
        let wall = zone.to_ambiguous_timestamp(wall.parse().unwrap()).compatible().unwrap();
        let set = Set { wall, by: SignedDuration::ZERO, monotonic_slept: Duration::ZERO, zone };
        Arc::new(Machine { began: Instant::now(), set: Mutex::new(set) })
    }

    /// Sleeps: tokio's time stands still; the monotonic clock too, on systems where it does.
    pub fn suspend(&self, by: Duration, monotonic_goes_on: bool) {
        let mut set = self.set.lock().unwrap();
        if monotonic_goes_on {
            set.monotonic_slept += by;
        } else {
            set.by += SignedDuration::try_from(by).unwrap();
        }
    }

    /// Sets the wall clock.
    pub fn jump(&self, by: SignedDuration) {
        self.set.lock().unwrap().by += by;
    }

    pub fn travel(&self, zone: &str) {
        self.set.lock().unwrap().zone = TimeZone::get(zone).unwrap();
    }

    /// Time awake.
    pub fn awake(&self) -> Duration {
        self.began.elapsed()
    }
}

impl Clock for Machine {
    fn now(&self) -> Now {
        let monotonic = self.monotonic();
        let set = self.set.lock().unwrap();
        let wall = set.wall + SignedDuration::try_from(monotonic).unwrap() + set.by;
        Now { monotonic, wall, zone: set.zone.clone() }
    }

    fn monotonic(&self) -> Duration {
        self.began.elapsed() + self.set.lock().unwrap().monotonic_slept
    }
}

/// How the next runs of a profile end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Well,
    Fails(Kind),
    Panics,
    /// Until it is stopped.
    Hangs,
    /// Does not even listen to that.
    Deaf,
}

/// What happened to a profile, at which time awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Start(Task),
    /// The kind of its error, if it ended with one.
    End(Option<Kind>),
    /// Somebody did something that may bring a run forward.
    Event,
    /// The profile went and came.
    Gone,
}

#[derive(Default)]
struct Inner {
    modes: HashMap<String, Mode>,
    log: HashMap<String, Vec<(Duration, What)>>,
    running: Vec<String>,
    most_at_once: usize,
    doubled: Vec<String>,
}

/// Runs that do as they are told and keep a log.
pub struct Runs {
    machine: Arc<Machine>,
    rng: Mutex<Rng>,
    longest: Duration,
    inner: Mutex<Inner>,
}

impl Runs {
    pub fn new(machine: &Arc<Machine>, seed: u64, longest: Duration) -> Arc<Runs> {
        let rng = Mutex::new(Rng::named(seed, "runs"));
        Arc::new(Runs { machine: Arc::clone(machine), rng, longest, inner: Mutex::default() })
    }

    pub fn set(&self, id: &str, mode: Mode) {
        self.inner.lock().unwrap().modes.insert(id.to_owned(), mode);
    }

    pub fn note(&self, id: &str, what: What) {
        let at = self.machine.awake();
        self.inner.lock().unwrap().log.entry(id.to_owned()).or_default().push((at, what));
    }

    pub fn log(&self, id: &str) -> Vec<(Duration, What)> {
        self.inner.lock().unwrap().log.get(id).cloned().unwrap_or_default()
    }

    pub fn starts(&self, id: &str) -> Vec<(Duration, Task)> {
        let task = |what| if let What::Start(task) = what { Some(task) } else { None };
        self.log(id).into_iter().filter_map(|(at, what)| Some((at, task(what)?))).collect()
    }

    pub fn is_running(&self, id: &str) -> bool {
        self.inner.lock().unwrap().running.iter().any(|running| running == id)
    }

    pub fn most_at_once(&self) -> usize {
        self.inner.lock().unwrap().most_at_once
    }

    /// Profiles that ran twice at a time.
    pub fn doubled(&self) -> Vec<String> {
        self.inner.lock().unwrap().doubled.clone()
    }

    fn between_ms(&self, from: usize, to: usize) -> Duration {
        Duration::from_millis(self.rng.lock().unwrap().between(from, to) as u64)
    }

    fn begin(&self, id: &str, task: Task) -> Mode {
        self.note(id, What::Start(task));
        let mut inner = self.inner.lock().unwrap();
        if inner.running.iter().any(|running| running == id) {
            inner.doubled.push(id.to_owned());
        }
        inner.running.push(id.to_owned());
        inner.most_at_once = inner.most_at_once.max(inner.running.len());
        inner.modes.get(id).copied().unwrap_or(Mode::Well)
    }
}

/// Also when the run panics or is dropped.
struct Ends<'a>(&'a Runs, &'a str, Option<Kind>);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        let Ends(runs, id, kind) = self;
        runs.inner.lock().unwrap().running.retain(|running| running != id);
        runs.note(id, What::End(*kind));
    }
}

#[async_trait]
impl Runner for Runs {
    async fn run(&self, id: &str, order: Order, observer: Observer, cancel: CancellationToken) -> Finished {
        let mode = self.begin(id, order.task);
        let mut ends = Ends(self, id, Some(Kind::Internal));
        let most = usize::try_from(self.longest.as_millis()).unwrap();
        let length = if self.rng.lock().unwrap().between(0, 9) > 0 { most / 20 } else { most };
        let work = async {
            observer(&Event::Reading { page: 1, documents: 10, bytes: 1000, doc_type: None });
            tokio::time::sleep(self.between_ms(1, length)).await;
            let so_far = RunSummary { pages: 1, documents: 10, ..RunSummary::default() };
            observer(&Event::Stored { so_far: &so_far, is_last: true });
            match mode {
                Mode::Well => None,
                Mode::Fails(kind) => Some(kind),
                // Unwinds as a panic does, without its trace on standard error.
                Mode::Panics => std::panic::resume_unwind(Box::new("this run is told to")),
                Mode::Hangs | Mode::Deaf => std::future::pending().await,
            }
        };
        let stopped = async {
            if mode == Mode::Deaf {
                return std::future::pending().await;
            }
            cancel.cancelled().await;
            tokio::time::sleep(self.between_ms(0, 900)).await;
            Some(Kind::Cancelled)
        };
        let kind = tokio::select! { kind = work => kind, kind = stopped => kind };
        ends.2 = kind;
        let result = kind.map_or(Ok(()), |kind| Err(Error::new(kind, format!("told to end so: {}", kind.code()))));
        let documents = if kind.is_none() { 10 } else { 0 };
        Finished { summary: RunSummary { documents, ..RunSummary::default() }, result }
    }
}
