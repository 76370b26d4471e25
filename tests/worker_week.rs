//! A week of the background worker in a moment: sleeps, clocks that are set by a second or by years, journeys, failures,
//! panics, profiles that come, change and go. No storm, no stall, never two runs of one profile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use execute_sync::error::{Kind, Next};
use execute_sync::schedule::{Every, Now, Schedule, Within};
use execute_sync::status::State;
use execute_sync::sync::Task;
use execute_sync::worker::{Clock, Handle, Limits, Options, Pause, Planned, Tell, What as Told, Worker};
use jiff::SignedDuration;
use jiff::civil::time;

use crate::support::clockwork::{Machine, Mode, Runs, What};
use crate::support::seed::{self, Rng};

const ZONES: &[&str] =
    &["America/Edmonton", "UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"];
/// Those that still change their clocks twice a year, one of them by half an hour.
const CHANGING: &[&str] = &["America/Edmonton", "Europe/Berlin", "Australia/Lord_Howe"];

fn zone(rng: &mut Rng) -> &'static str {
    ZONES[rng.between(0, ZONES.len() - 1)]
}

const WEEK: Duration = Duration::from_secs(7 * 86400);
const HOUR: Duration = Duration::from_secs(3600);
const AT_ONCE: usize = 2;
/// So often at least somebody sets the clock in a week.
const JUMPS: usize = 200;
/// The longest run, and what waiting for a place among five profiles can take.
const LONGEST_RUN: Duration = Duration::from_secs(300);
const QUEUE: Duration = Duration::from_secs(5 * 301);

struct Week {
    rng: Rng,
    machine: Arc<Machine>,
    runs: Arc<Runs>,
    worker: Handle,
    told: Arc<Mutex<Vec<Tell>>>,
    profiles: Vec<Planned>,
    passed: Duration,
    jumps: usize,
    /// The largest jump: in a week with a change of the zone's clocks no larger one leads away from that.
    most: SignedDuration,
    /// The zone's clocks went forward, or back.
    changed: Changed,
}

/// How many changes of their zones' clocks weeks have seen, in spring and in autumn.
#[derive(Debug, Default, Clone, Copy)]
struct Changed {
    forward: usize,
    back: usize,
}

impl Week {
    fn new(seed: u64) -> Week {
        let mut rng = Rng::named(seed, "week");
        // Every day of the two years that hold all these zones' changes has its turn.
        let day = jiff::civil::date(2026, 1, 1).saturating_add(jiff::Span::new().days(rng.between(0, 700) as i64));
        let hour = rng.between(0, 23) as i8;
        // Of four weeks, one goes over the change in spring, one over that in autumn.
        let turn = [Some(true), Some(false), None, None][(seed % 4) as usize];
        let (zone, start) = match turn {
            Some(forward) => {
                let zone = *rng.pick(CHANGING);
                (zone, change_after(zone, day, forward).saturating_sub(jiff::Span::new().days(3)))
            }
            None => (zone(&mut rng), day.at(hour, 0, 0, 0)),
        };
        let most = SignedDuration::from_secs(if turn.is_some() { 3600 } else { 25 * 365 * 86400 });
        let machine = Machine::new(zone, &start.to_string());
        let runs = Runs::new(&machine, seed, LONGEST_RUN);
        let told: Arc<Mutex<Vec<Tell>>> = Arc::default();
        let tell = Arc::clone(&told);
        let jitter = Mutex::new(Rng::named(seed, "jitter"));
        let jitter = Arc::new(move || jitter.lock().unwrap().between(0, 1000) as f64 / 1000.0);
        let limits = Limits { at_once: AT_ONCE, ..Limits::default() };
        let options = Options { limits, jitter, ..Options::default() };
        let worker =
            Worker::start(options, machine.clone(), runs.clone(), Arc::new(move |it| tell.lock().unwrap().push(it)));
        let (profiles, passed, changed) = (Vec::new(), Duration::ZERO, Changed::default());
        let mut week = Week { rng, machine, runs, worker, told, profiles, passed, jumps: 0, most, changed };
        for i in 0..5 {
            let schedule = week.schedule(i);
            week.profiles.push(Planned { id: format!("p{i}"), schedule, ..Planned::default() });
        }
        week.plan();
        week
    }

    /// Two by an interval, one of these with a nightly refresh; one daily; one in a window; one by hand.
    fn schedule(&mut self, i: usize) -> Schedule {
        let rng = &mut self.rng;
        let mut some_time = || time(rng.between(0, 23) as i8, *rng.pick(&[0, 15, 30, 59]), 0, 0);
        let (a, b) = (some_time(), some_time());
        let minutes = |n: usize| Every::Minutes(u32::try_from(n).unwrap());
        let every = match i {
            0 => minutes(10),
            1 => minutes(rng.between(1, 240)),
            2 => Every::DailyAt(a),
            3 => minutes(rng.between(5, 60)),
            _ => Every::Manual,
        };
        Schedule {
            every,
            within: (i == 3).then_some(Within { from: a, until: b }),
            on_start: rng.between(0, 1) == 0,
            on_wake: rng.between(0, 3) > 0,
            full_refresh_at: (i == 1).then_some(a),
        }
    }

    fn plan(&self) {
        self.worker.set_profiles(self.profiles.clone());
    }

    fn event(&self, id: &str) {
        self.runs.note(id, What::Event);
    }

    fn event_for_all(&self) {
        self.profiles.iter().for_each(|it| self.event(&it.id));
    }

    async fn pass(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
        self.passed += time;
    }

    async fn step(&mut self) {
        let id = self.rng.pick(&self.profiles).id.clone();
        let before = self.machine.now();
        match self.rng.between(0, 62) {
            0 | 28 => {
                let by = Duration::from_secs((self.rng.between(0, 72 * 3600) as u64) >> self.rng.between(0, 4));
                self.machine.suspend(by, self.rng.between(0, 2) == 0);
                self.passed += by;
                self.event_for_all();
            }
            1..=11 | 30.. => {
                // From a second to 25 years, each size as likely as any other.
                let most = usize::try_from(self.most.as_secs()).unwrap() >> self.rng.between(0, 29);
                let by = i64::try_from(self.rng.between(1, most.max(1))).unwrap();
                let sign = if self.rng.between(0, 1) == 0 { 1 } else { -1 };
                // Within what calendars hold.
                let year = self.machine.now().wall.to_string()[..4].parse::<i64>().unwrap();
                let sign = if year > 2100 {
                    -1
                } else if year < 1970 {
                    1
                } else {
                    sign
                };
                self.machine.jump(SignedDuration::from_secs(by * sign));
                self.jumps += 1;
                self.event_for_all();
            }
            12 if self.most > SignedDuration::from_hours(1) => {
                self.machine.travel(zone(&mut self.rng));
                self.event_for_all();
            }
            13..=18 => {
                let kinds = [
                    Kind::SourceUnreachable,
                    Kind::SourceUnreachable,
                    Kind::DestinationUnreachable,
                    Kind::RefusedBySource,
                    Kind::Disk,
                    Kind::AlreadyRunning,
                ];
                let mode = match self.rng.between(0, 7) {
                    0..=2 => Mode::Fails(*self.rng.pick(&kinds)),
                    3 => Mode::Panics,
                    _ => Mode::Well,
                };
                self.runs.set(&id, mode);
            }
            19 => {
                self.event(&id);
                self.worker.sync_now(&id, self.rng.between(0, 3) == 0, false);
            }
            20 => {
                self.event_for_all();
                self.worker.sync_all();
            }
            21 => {
                self.event(&id);
                self.worker.stop(&id);
            }
            22 => {
                self.event(&id);
                let minutes = i64::try_from(self.rng.between(1, 600)).unwrap();
                let until = self.machine.now().wall + SignedDuration::from_mins(minutes);
                self.worker.pause(&id, Pause { until: Some(until) });
            }
            23 | 24 => {
                self.event_for_all();
                self.worker.resume_all();
            }
            25 => {
                let place = self.profiles.iter().position(|it| it.id == id).unwrap();
                self.judge(&self.profiles[place]);
                let i = id[1..].parse().unwrap();
                if self.rng.between(0, 1) == 0 {
                    self.profiles[place].schedule = self.schedule(i);
                } else {
                    self.profiles[place].revision += 1;
                }
                self.plan();
            }
            26 => {
                // Gone, and perhaps back before its run has ended.
                let place = self.profiles.iter().position(|it| it.id == id).unwrap();
                let gone = self.profiles.remove(place);
                self.plan();
                self.judge(&gone);
                self.told.lock().unwrap().retain(|tell| tell.id != id);
                let away = Duration::from_millis(self.rng.between(0, 5000) as u64);
                self.pass(away).await;
                self.profiles.push(gone);
                self.plan();
                self.runs.note(&id, What::Gone);
            }
            27 => self.worker.look(),
            _ => {
                let time = Duration::from_secs(self.rng.between(60, 4 * 3600) as u64);
                self.pass(time).await;
            }
        }
        // At least a look, so that two small jumps are not one large one.
        let time = Duration::from_secs(self.rng.between(31, 1200) as u64);
        self.pass(time).await;
        self.note_change(&before);
        self.states_are_true();
    }

    /// Did the zone's own clocks change meanwhile?
    fn note_change(&mut self, before: &Now) {
        let now = self.machine.now();
        let offset = |now: &Now| now.zone.to_offset(now.wall);
        match offset(&now).cmp(&offset(before)) {
            _ if self.most > SignedDuration::from_hours(1) => {} // a clock that was set by years, or a journey
            std::cmp::Ordering::Greater => self.changed.forward += 1,
            std::cmp::Ordering::Less => self.changed.back += 1,
            std::cmp::Ordering::Equal => {}
        }
    }

    /// Judges what was since the profile came or last changed; what follows is judged anew.
    fn judge(&self, profile: &Planned) {
        let log = self.runs.log(&profile.id);
        let since = log.iter().rposition(|(_, what)| *what == What::Gone).unwrap_or(0);
        no_storm(&profile.id, &log[since..], &profile.schedule);
        self.runs.note(&profile.id, What::Gone);
    }

    fn states_are_true(&self) {
        assert!(self.runs.doubled().is_empty(), "two runs of {:?}", self.runs.doubled());
        assert!(self.runs.most_at_once() <= AT_ONCE, "{} at once", self.runs.most_at_once());
        for state in self.worker.snapshot() {
            let id = &state.id;
            assert_eq!(state.progress.is_some(), self.runs.is_running(id), "{id}: {}", state.status.sentence);
            let last = self.runs.log(id).into_iter().rev().find_map(|(_, what)| match what {
                What::End(kind) => Some(kind),
                What::Start(_) | What::Event | What::Gone => None,
            });
            let failed = last.flatten().is_some_and(|kind| kind.next() != Next::NextTick);
            let is_green = matches!(state.status.state, State::UpToDate | State::Quarantine);
            // One that has changed or come anew is what its history says.
            let is_fresh = state.error.is_none();
            assert!(!(failed && is_green) || is_fresh, "{id} is green while it fails: {}", state.status.sentence);
        }
    }
}

/// The local time of the zone's next change in this direction.
fn change_after(zone: &str, day: jiff::civil::Date, forward: bool) -> jiff::civil::DateTime {
    let zone = jiff::tz::TimeZone::get(zone).unwrap();
    let start = zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap();
    let minute = SignedDuration::from_mins(1);
    let gain = |at: jiff::Timestamp| zone.to_offset(at) > zone.to_offset(at - minute);
    let mut changes = zone.following(start).map(|change| change.timestamp());
    let change = changes.find(|at| gain(*at) == forward).unwrap();
    zone.to_datetime(change)
}

/// The least time from the end of a run to the next one, when nobody and nothing has brought that forward.
fn least_gap(schedule: &Schedule, end: Option<Kind>, in_a_row: u32, was_brought_forward: bool) -> Duration {
    let growing = |first: u64, most: u64| Duration::from_secs((first << in_a_row.min(12)).min(most)).mul_f64(0.375);
    match end.map(|kind| (kind, kind.next())) {
        None | Some((Kind::Cancelled, _)) => match schedule.every {
            Every::Minutes(minutes) => Duration::from_secs(60 * u64::from(minutes)),
            // One that an event brought is no turn of the day; that comes all the same.
            Every::DailyAt(_) if was_brought_forward => Duration::ZERO,
            Every::DailyAt(_) => 12 * HOUR,
            Every::Manual => WEEK,
        },
        Some((_, Next::NextTick)) => Duration::from_secs(60),
        Some((_, Next::BackOff)) => growing(30, 1800),
        Some((_, Next::BackOffSlowly)) => growing(300, 7200),
        Some((_, Next::Stop)) => Duration::from_secs(3200),
    }
}

fn is_full(task: Task) -> bool {
    matches!(task, Task::FullRefresh { .. })
}

/// No storm: between two runs is at least what the schedule says, except for one after each event.
fn no_storm(id: &str, log: &[(Duration, What)], schedule: &Schedule) {
    let (mut last, mut was_event, mut in_a_row, mut full, mut brought) = (None, true, 0, None, true);
    for (at, what) in log {
        match what {
            What::Event => (was_event, in_a_row, full) = (true, 0, None),
            What::Gone => (last, was_event, in_a_row, full) = (None, true, 0, None),
            What::Start(task) => {
                if is_full(*task) && !was_event {
                    if let Some(before) = full {
                        assert!(
                            *at - before >= 12 * HOUR,
                            "{id}: two full refreshes within {:?}, at {at:?}",
                            *at - before
                        );
                    }
                } else if let (Some((end, kind)), false) = (last, was_event) {
                    let least = least_gap(schedule, kind, in_a_row, brought);
                    let gap = *at - end;
                    assert!(
                        gap + Duration::from_millis(5) >= least,
                        "{id}: {gap:?} after {kind:?} x {in_a_row}, at {at:?}"
                    );
                }
                // A retry of one that an event brought, too.
                brought = was_event || brought && last.is_some_and(|(_, kind)| kind.is_some());
                if is_full(*task) {
                    full = (!brought).then_some(*at);
                }
                was_event = false;
            }
            What::End(kind) => {
                let failed = kind.is_some_and(|kind| kind.next() != Next::NextTick);
                // A refresh that is still to come may come as soon as its pause is over.
                if kind.is_some_and(|kind| kind != Kind::Cancelled) {
                    full = None;
                }
                in_a_row = if failed && !was_event { in_a_row + 1 } else { 0 };
                last = Some((*at, *kind));
            }
        }
    }
}

/// After the storms a calm day and a half, the longest that a daily run may be away: everybody gets a turn, at the pace of the schedule.
async fn no_stall(week: &mut Week) {
    for profile in &week.profiles {
        week.runs.set(&profile.id, Mode::Well);
    }
    week.worker.resume_all();
    week.event_for_all();
    let calm = week.machine.awake();
    week.pass(38 * HOUR).await;
    let states: HashMap<String, _> = week.worker.snapshot().into_iter().map(|it| (it.id.clone(), it)).collect();
    for Planned { id, schedule, .. } in &week.profiles {
        let starts: Vec<Duration> =
            week.runs.starts(id).into_iter().map(|(at, _)| at).filter(|at| *at >= calm).collect();
        let log = week.runs.log(id);
        let tail = &log[log.len().saturating_sub(6)..];
        if schedule.every == Every::Manual {
            assert!(starts.len() <= 1, "{id} is run by hand: {tail:?}");
            continue;
        }
        assert!(
            !starts.is_empty(),
            "{id} has not run in a calm day and a half: {schedule:?} {tail:?} {:?}",
            states[id]
        );
        assert!(matches!(states[id].status.state, State::UpToDate | State::Syncing), "{id}: {:?}", states[id]);
        if let (Every::Minutes(minutes), None) = (schedule.every, schedule.within) {
            // The first one may have been waiting for a person.
            let most = Duration::from_secs(60 * u64::from(minutes)) + LONGEST_RUN + QUEUE;
            assert!(starts[0] - calm <= most.max(HOUR) + QUEUE, "{id} waited {:?}: {tail:?}", starts[0] - calm);
            let ends = starts[1..].iter().copied().chain([week.machine.awake()]);
            for (one, next) in starts.iter().zip(ends) {
                assert!(next - *one <= most, "{id} paused for {:?} at {one:?}, every {minutes} min", next - *one);
            }
        }
    }
}

/// What is told is told once: a failure, worse, its recovery.
fn told_once(told: &[Tell]) {
    let mut last: HashMap<&str, Told> = HashMap::new();
    for tell in told.iter().filter(|tell| tell.what != Told::NothingSynced) {
        let before = last.insert(&tell.id, tell.what);
        let fits = match tell.what {
            Told::Failing => matches!(before, None | Some(Told::Recovered)),
            Told::NeedsYou => matches!(before, None | Some(Told::Recovered | Told::Failing)),
            Told::Recovered => matches!(before, Some(Told::Failing | Told::NeedsYou)),
            Told::NothingSynced => true,
        };
        assert!(fits, "{tell:?} after {before:?}");
    }
}

/// One week; gives how many runs and jumps it had, and which changes of its zone's clocks.
async fn week(seed: u64) -> (usize, usize, Changed) {
    let mut week = Week::new(seed);
    // The worker takes the first plan before anything happens to it.
    week.pass(Duration::from_secs(1)).await;
    while week.passed < WEEK || week.jumps < JUMPS {
        week.step().await;
    }
    no_stall(&mut week).await;
    let mut count = 0;
    for profile in &week.profiles {
        count += week.runs.starts(&profile.id).len();
        week.judge(profile);
    }
    told_once(&week.told.lock().unwrap());
    assert!(week.worker.quit(Duration::from_secs(2)).await, "it has not quit in time");
    assert!(week.profiles.iter().all(|it| !week.runs.is_running(&it.id)));
    (count, week.jumps, week.changed)
}

#[test]
fn a_week_of_sleeps_jumps_and_failures_brings_no_storm_and_no_stall() {
    let (base, count) = (seed::base(), seed::trials(30, 1000));
    let next = std::sync::atomic::AtomicU64::new(0);
    let total = Mutex::new((0, 0, Changed::default()));
    let work = || loop {
        let case = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if case >= count {
            break;
        }
        if !seed::is_wanted(&case.to_string()) {
            continue;
        }
        let run = move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            runtime.block_on(week(base.wrapping_mul(1_000_003).wrapping_add(case)))
        };
        let (runs, jumps, changed) = std::panic::catch_unwind(run).unwrap_or_else(|problem| {
            let name = "a_week_of_sleeps_jumps_and_failures_brings_no_storm_and_no_stall";
            eprintln!("week {case} of seed {base}: {}", seed::replay(name, &case.to_string(), base));
            std::panic::resume_unwind(problem)
        });
        let mut total = total.lock().unwrap();
        total.0 += runs;
        total.1 += jumps;
        total.2.forward += changed.forward;
        total.2.back += changed.back;
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().unwrap_or_else(|problem| std::panic::resume_unwind(problem));
        }
    });
    let (runs, jumps, changed) = *total.lock().unwrap();
    println!("{count} weeks, {runs} runs, {jumps} jumps, {changed:?}");
    if std::env::var_os("REPLAY").is_none() {
        assert!(changed.forward > 0 && changed.back > 0, "the clocks of the zones did not change: {changed:?}");
    }
}
