//! The background worker, one rule at a time, in paused time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use execute_sync::error::{Error, Kind};
use execute_sync::history::{Outcome, RunRecord};
use execute_sync::schedule::{Every, Schedule};
use execute_sync::status::State;
use execute_sync::sync::Task;
use execute_sync::worker::{Clock, Handle, Limits, Options, Pause, Planned, ProfileStatus, Tell, What, Worker};

use crate::support::clockwork::{Machine, Mode, Runs};

struct Desk {
    machine: Arc<Machine>,
    runs: Arc<Runs>,
    told: Arc<Mutex<Vec<Tell>>>,
    worker: Handle,
}

const MINUTE: Duration = Duration::from_secs(60);

impl Desk {
    fn new() -> Desk {
        let machine = Machine::new("America/Edmonton", "2026-03-02T09:00");
        let runs = Runs::new(&machine, 1, Duration::from_secs(20));
        let told: Arc<Mutex<Vec<Tell>>> = Arc::default();
        let options = Options { jitter: Arc::new(|| 0.5), ..Options::default() };
        let tell = Arc::clone(&told);
        let worker =
            Worker::start(options, machine.clone(), runs.clone(), Arc::new(move |it| tell.lock().unwrap().push(it)));
        Desk { machine, runs, told, worker }
    }

    fn with(ids: &[&str]) -> Desk {
        let desk = Desk::new();
        desk.worker.set_profiles(ids.iter().map(|id| every(id, 10)).collect());
        desk
    }

    fn of(&self, id: &str) -> ProfileStatus {
        self.worker.snapshot().into_iter().find(|state| state.id == id).unwrap()
    }

    fn says(&self, id: &str) -> String {
        self.of(id).status.sentence
    }

    fn count(&self, id: &str) -> usize {
        self.runs.starts(id).len()
    }

    fn told(&self) -> Vec<What> {
        self.told.lock().unwrap().iter().map(|tell| tell.what).collect()
    }
}

fn every(id: &str, minutes: u32) -> Planned {
    let schedule = Schedule { every: Every::Minutes(minutes), ..Schedule::default() };
    Planned { id: id.into(), schedule, ..Planned::default() }
}

async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn profiles_run_at_the_start_and_then_by_their_interval_two_at_a_time() {
    let desk = Desk::with(&["a", "b", "c", "d"]);
    desk.runs.set("a", Mode::Hangs);
    desk.runs.set("b", Mode::Hangs);
    pass(Duration::from_secs(1)).await;
    assert_eq!(desk.says("a"), "Syncing · 10 documents · 10 a second");
    assert_eq!(desk.says("d"), "Syncing soon · waits until another profile is done");
    for id in ["a", "b"] {
        desk.runs.set(id, Mode::Well);
        desk.worker.stop(id);
    }
    pass(70 * MINUTE).await;
    assert_eq!(desk.runs.most_at_once(), 2);
    for id in ["a", "b", "c", "d"] {
        assert!((6..=8).contains(&desk.count(id)), "{:?}", desk.runs.log(id));
        assert_eq!(desk.of(id).status.state, State::UpToDate);
    }
    assert!(desk.told().is_empty(), "success is no news");
    assert!(desk.worker.quit(2 * MINUTE).await);
    assert!(desk.worker.quit(2 * MINUTE).await, "asked twice");
}

#[tokio::test(start_paused = true)]
async fn limits_that_are_set_hold_at_once() {
    let desk = Desk::with(&["a", "b", "c", "d"]);
    for id in ["a", "b", "c", "d"] {
        desk.runs.set(id, Mode::Hangs);
    }
    pass(Duration::from_secs(1)).await;
    let running = || ["a", "b", "c", "d"].iter().filter(|id| desk.runs.is_running(id)).count();
    assert_eq!(running(), 2);
    desk.worker.set_limits(Limits { at_once: 4, ..Limits::default() });
    pass(Duration::from_secs(1)).await;
    assert_eq!(running(), 4, "those that waited begin");
    desk.worker.set_limits(Limits { at_once: 1, ..Limits::default() });
    pass(Duration::from_secs(1)).await;
    assert_eq!(running(), 4, "a run under way goes on");
    desk.worker.stop("a");
    desk.worker.sync_now("a", false, false);
    pass(MINUTE).await;
    assert_eq!(running(), 3, "no other begins");
    assert!(desk.told().is_empty());
    desk.worker.set_limits(Limits { nothing_synced_for: Some(Duration::from_secs(2 * 3600)), ..Limits::default() });
    for id in ["b", "c", "d"] {
        desk.worker.stop(id);
    }
    for id in ["a", "b", "c", "d"] {
        desk.runs.set(id, Mode::Fails(Kind::SourceUnreachable));
    }
    pass(3 * 60 * MINUTE).await;
    assert!(desk.told().contains(&What::NothingSynced), "{:?}", desk.told());
}

#[tokio::test(start_paused = true)]
async fn an_order_is_one_run_and_more_is_asked_of_the_next() {
    let desk = Desk::with(&["a"]);
    pass(MINUTE).await;
    desk.runs.set("a", Mode::Hangs);
    desk.worker.sync_now("a", false, false);
    desk.worker.sync_now("a", false, false);
    desk.worker.sync_all();
    pass(MINUTE).await;
    assert_eq!(desk.count("a"), 2);
    desk.worker.sync_now("a", true, true);
    pass(MINUTE).await;
    assert_eq!(desk.count("a"), 2, "the run under way is let go on");
    desk.runs.set("a", Mode::Well);
    desk.worker.sync_now("nobody", false, false);
    desk.worker.stop("a");
    pass(MINUTE).await;
    assert_eq!(desk.count("a"), 2, "a stop is for what was asked too");
    desk.worker.sync_now("a", true, true);
    pass(MINUTE).await;
    assert_eq!(desk.runs.starts("a")[2].1, Task::FullRefresh { allow_removals: true });
}

#[tokio::test(start_paused = true)]
async fn a_pause_stops_and_holds_until_it_is_over() {
    let desk = Desk::with(&["a"]);
    pass(MINUTE).await;
    let now = execute_sync::worker::Clock::now(&*desk.machine).wall;
    desk.worker.pause("a", Pause { until: Some(now + jiff::SignedDuration::from_hours(1)) });
    pass(59 * MINUTE).await;
    assert_eq!((desk.count("a"), &*desk.says("a")), (1, "Paused until 10:01"));
    desk.worker.sync_now("a", false, false);
    pass(MINUTE / 2).await;
    assert_eq!(desk.count("a"), 2, "a person may");
    pass(11 * MINUTE).await;
    assert_eq!((desk.count("a"), desk.of("a").paused), (3, None));
    desk.runs.set("a", Mode::Hangs);
    desk.worker.sync_now("a", false, false);
    pass(MINUTE).await;
    assert!(desk.runs.is_running("a"));
    desk.worker.pause_all(Pause { until: None });
    pass(MINUTE).await;
    assert!(!desk.runs.is_running("a"));
    // Set back by years, a pause of an hour is still one of an hour.
    desk.worker.pause_all(Pause { until: Some(now + jiff::SignedDuration::from_hours(3)) });
    desk.runs.set("a", Mode::Well);
    pass(MINUTE).await;
    desk.machine.jump(jiff::SignedDuration::from_hours(-24 * 9000));
    let before = desk.count("a");
    pass(4 * 60 * MINUTE).await;
    assert!(desk.count("a") > before);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_over_is_no_longer_shown_from_that_moment_on() {
    let desk = Desk::new();
    let manual = |paused| Planned {
        schedule: Schedule { every: Every::Manual, on_start: false, ..Schedule::default() },
        paused,
        ..every("a", 10)
    };
    let now = execute_sync::worker::Clock::now(&*desk.machine).wall;
    let until = |seconds| Some(Pause { until: Some(now + jiff::SignedDuration::from_secs(seconds)) });
    let mut changes = desk.worker.changes();
    desk.worker.set_profiles(vec![manual(until(-60))]);
    changes.changed().await.unwrap();
    assert_eq!(desk.of("a").paused, None, "it was over before the start");

    desk.worker.set_profiles(vec![manual(until(90))]);
    pass(Duration::from_secs(89)).await;
    assert_eq!((desk.of("a").status.state, &*desk.says("a")), (State::Paused, "Paused until 09:01"));
    pass(Duration::from_secs(2)).await;
    assert_eq!((desk.of("a").paused, desk.of("a").status.state == State::Paused), (None, false));
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_is_removed_while_it_runs_stops_and_is_forgotten() {
    let desk = Desk::with(&["a", "b"]);
    desk.runs.set("a", Mode::Hangs);
    pass(MINUTE).await;
    assert!(desk.runs.is_running("a"));
    desk.worker.set_profiles(vec![every("b", 10)]);
    pass(MINUTE).await;
    assert!(!desk.runs.is_running("a"));
    assert_eq!(desk.worker.snapshot().len(), 1);
    let before = desk.count("a");
    pass(60 * MINUTE).await;
    assert_eq!(desk.count("a"), before);
    // Removed and put back before its run has ended: still one at a time.
    desk.worker.set_profiles(vec![every("b", 10), every("a", 10)]);
    desk.worker.sync_now("a", false, false);
    pass(MINUTE).await;
    desk.worker.set_profiles(vec![]);
    desk.worker.set_profiles(vec![every("a", 10)]);
    desk.runs.set("a", Mode::Well);
    pass(MINUTE).await;
    assert!(desk.runs.doubled().is_empty());
    assert_eq!(desk.of("a").status.state, State::UpToDate);
}

#[tokio::test(start_paused = true)]
async fn a_changed_profile_is_begun_anew_and_its_failure_forgiven() {
    let desk = Desk::with(&["a"]);
    desk.runs.set("a", Mode::Fails(Kind::RefusedBySource));
    pass(50 * MINUTE).await;
    assert_eq!(desk.count("a"), 1, "only a person can mend it");
    assert_eq!(desk.says("a"), "Needs you · told to end so: refused_by_source");
    pass(20 * MINUTE).await;
    assert_eq!(desk.count("a"), 2, "it may have been mended at the other end");
    desk.runs.set("a", Mode::Well);
    desk.worker.set_profiles(vec![Planned { revision: 1, ..every("a", 10) }]);
    pass(MINUTE).await;
    assert_eq!((desk.count("a"), desk.of("a").status.state), (3, State::UpToDate));
    desk.runs.set("a", Mode::Hangs);
    pass(15 * MINUTE).await;
    desk.runs.set("a", Mode::Well);
    desk.worker.set_profiles(vec![Planned { revision: 2, ..every("a", 10) }]);
    pass(MINUTE).await;
    assert_eq!(desk.count("a"), 5);
    assert_eq!(desk.told(), [What::NeedsYou, What::Recovered]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_asked_for_in_a_pause_goes_on_when_the_profiles_are_read_again() {
    let desk = Desk::with(&["a"]);
    pass(MINUTE).await;
    let paused = || vec![Planned { paused: Some(Pause { until: None }), ..every("a", 10) }];
    desk.worker.set_profiles(paused());
    pass(Duration::from_secs(1)).await;
    desk.runs.set("a", Mode::Hangs);
    desk.worker.sync_now("a", false, false);
    pass(Duration::from_secs(1)).await;
    desk.worker.set_profiles(paused());
    pass(Duration::from_secs(1)).await;
    let status = desk.of("a");
    assert!(status.progress.is_some_and(|progress| !progress.is_stopping), "{:?}", status.status);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_asked_for_in_a_pause_is_begun_anew_when_the_profile_changes() {
    let desk = Desk::with(&["a"]);
    pass(MINUTE).await;
    let paused = |revision| vec![Planned { paused: Some(Pause { until: None }), revision, ..every("a", 10) }];
    desk.worker.set_profiles(paused(0));
    pass(Duration::from_secs(1)).await;
    desk.runs.set("a", Mode::Hangs);
    desk.worker.sync_now("a", true, false);
    pass(Duration::from_secs(1)).await;
    desk.worker.set_profiles(paused(1));
    pass(MINUTE).await;
    assert_eq!(desk.count("a"), 3);
    assert_eq!(desk.runs.starts("a")[2].1, Task::FullRefresh { allow_removals: false });
    assert!(desk.runs.is_running("a"));

    // What a pause stops stays stopped, also when the profile changes before it has ended.
    let until = desk.machine.now().wall + jiff::SignedDuration::from_hours(1);
    let other_pause =
        |revision| vec![Planned { paused: Some(Pause { until: Some(until) }), revision, ..every("a", 10) }];
    desk.worker.set_profiles(other_pause(2));
    desk.worker.set_profiles(other_pause(3));
    pass(MINUTE).await;
    assert_eq!((desk.count("a"), desk.runs.is_running("a")), (3, false));
}

#[tokio::test(start_paused = true)]
async fn a_run_of_the_command_line_meanwhile_counts() {
    let desk = Desk::with(&["a"]);
    desk.runs.set("a", Mode::Fails(Kind::RefusedBySource));
    pass(5 * MINUTE).await;
    assert_eq!(desk.of("a").status.state, State::NeedsYou);
    let good = RunRecord {
        started: "2999-01-01T00:00:00Z".into(),
        finished: Some("2999-01-01T00:00:01Z".into()),
        outcome: Some(Outcome::Succeeded),
        ..RunRecord::default()
    };
    desk.worker.set_profiles(vec![Planned { runs: vec![good], ..every("a", 10) }]);
    pass(Duration::from_secs(1)).await;
    assert_eq!((desk.of("a").status.state, desk.of("a").error), (State::UpToDate, None));
}

#[tokio::test(start_paused = true)]
async fn what_the_history_says_went_wrong_is_told_with_its_remedy_until_the_settings_change() {
    let desk = Desk::new();
    let refused = Error::new(Kind::RefusedBySource, "the API key was refused").hint("Enter another one");
    let failed = RunRecord {
        started: "2026-03-02T15:00:00Z".into(),
        finished: Some("2026-03-02T15:00:01Z".into()),
        outcome: Some(Outcome::Failed),
        error: Some((&refused).into()),
        ..RunRecord::default()
    };
    let schedule = Schedule { every: Every::Manual, on_start: false, ..Schedule::default() };
    let planned = |paused, revision, runs: &[RunRecord]| Planned {
        schedule: schedule.clone(),
        paused,
        revision,
        runs: runs.to_vec(),
        ..every("a", 10)
    };
    let hint = || desk.of("a").error.and_then(|error| error.hint);
    let other = Some("Enter another one".to_owned());
    for paused in [None, Some(Pause { until: None })] {
        desk.worker.set_profiles(vec![]);
        desk.worker.set_profiles(vec![planned(paused, 1, std::slice::from_ref(&failed))]);
        pass(MINUTE).await;
        assert_eq!((hint(), desk.count("a")), (other.clone(), 0), "as after a restart");
    }
    let of_now = |revision, runs: &[RunRecord]| desk.worker.set_profiles(vec![planned(None, revision, runs)]);
    of_now(2, std::slice::from_ref(&failed));
    pass(MINUTE).await;
    assert_eq!(hint(), None, "that may be mended");
    // The command line tries it.
    let again = RunRecord { run_id: "b".into(), finished: Some("2026-03-02T16:10:00Z".into()), ..failed.clone() };
    of_now(2, &[again.clone(), failed.clone()]);
    pass(MINUTE).await;
    assert_eq!(hint(), other);
    let good = RunRecord {
        finished: Some("2026-03-02T16:11:00Z".into()),
        outcome: Some(Outcome::Succeeded),
        error: None,
        ..again.clone()
    };
    of_now(2, &[good, again, failed]);
    pass(MINUTE).await;
    assert_eq!((hint(), desk.of("a").status.state), (None, State::UpToDate));
}

#[tokio::test(start_paused = true)]
async fn a_server_away_for_a_day_is_told_once_and_so_is_its_return() {
    let desk = Desk::with(&["a"]);
    pass(MINUTE).await;
    desk.runs.set("a", Mode::Fails(Kind::SourceUnreachable));
    pass(9 * MINUTE + MINUTE / 4).await;
    assert!(desk.told().is_empty(), "once is nothing");
    assert!(desk.says("a").starts_with("Offline · "), "{}", desk.says("a"));
    assert!(!desk.of("a").status.is_red);
    pass(12 * 60 * MINUTE).await;
    assert_eq!(desk.told(), [What::Failing]);
    assert!(desk.of("a").status.is_red);
    let sentence = desk.says("a");
    assert!(sentence.starts_with("Offline · told to end so: source_unreachable · next try in "), "{sentence}");
    let an_hour = desk.count("a");
    pass(60 * MINUTE).await;
    assert!((3..=6).contains(&(desk.count("a") - an_hour)), "{:?}", desk.runs.log("a"));
    pass(13 * 60 * MINUTE).await;
    assert_eq!(desk.told(), [What::Failing, What::NothingSynced]);
    desk.runs.set("a", Mode::Well);
    pass(20 * MINUTE).await;
    assert_eq!(desk.told(), [What::Failing, What::NothingSynced, What::Recovered]);
}

#[tokio::test(start_paused = true)]
async fn a_run_of_another_program_is_shown_as_such_and_looked_at_again() {
    let desk = Desk::with(&["a"]);
    desk.runs.set("a", Mode::Fails(Kind::AlreadyRunning));
    pass(MINUTE).await;
    assert_eq!(desk.says("a"), "Syncing in another program · next look in 10 min");
    desk.runs.set("a", Mode::Well);
    pass(11 * MINUTE).await;
    assert_eq!((desk.count("a"), desk.of("a").status.state), (2, State::UpToDate));
}

#[tokio::test(start_paused = true)]
async fn a_run_of_another_program_is_over_once_it_holds_nothing_however_it_ended() {
    for schedule in [Every::Minutes(60), Every::Manual] {
        let desk = Desk::new();
        let planned = |is_elsewhere, runs: &[RunRecord]| {
            let (schedule, runs) = (Schedule { every: schedule, ..Schedule::default() }, runs.to_vec());
            vec![Planned { id: "a".into(), schedule, is_elsewhere, runs, ..Planned::default() }]
        };
        desk.worker.set_profiles(planned(false, &[]));
        pass(MINUTE).await;
        desk.runs.set("a", Mode::Fails(Kind::AlreadyRunning));
        desk.worker.sync_now("a", false, false);
        pass(MINUTE).await;
        let begun = RunRecord { run_id: "b".into(), started: "2026-03-02T16:01:30Z".into(), ..RunRecord::default() };
        for is_elsewhere in [false, true] {
            desk.worker.set_profiles(planned(is_elsewhere, std::slice::from_ref(&begun)));
            pass(Duration::from_secs(1)).await;
            assert_eq!(desk.of("a").is_elsewhere, is_elsewhere);
            assert_eq!(desk.of("a").status.state == State::Syncing, is_elsewhere, "{}", desk.says("a"));
        }
        let killed = RunRecord { outcome: Some(Outcome::Interrupted), ..begun };
        desk.worker.set_profiles(planned(false, &[killed]));
        pass(Duration::from_secs(1)).await;
        assert!(desk.says("a").starts_with("Failed just now · the last run was killed"), "{}", desk.says("a"));
    }
}

#[tokio::test(start_paused = true)]
async fn entries_of_the_quarantine_that_were_closed_since_are_no_longer_counted() {
    let desk = Desk::with(&["a"]);
    pass(MINUTE).await;
    // Our own run as the history has it.
    let (started, finished) = ("2026-03-02T16:00:00Z".to_owned(), "2026-03-02T16:00:00Z".to_owned());
    let kept =
        RunRecord { started, finished: Some(finished), outcome: Some(Outcome::Quarantined), ..RunRecord::default() };
    let (next, mut counts) = (desk.of("a").next_at, Vec::new());
    for open_quarantine in [3, 2, 0] {
        let runs = vec![RunRecord { open_quarantine, ..kept.clone() }];
        desk.worker.set_profiles(vec![Planned { runs, ..every("a", 10) }]);
        pass(Duration::from_secs(1)).await;
        counts.push((desk.of("a").open_quarantine, desk.says("a").contains("in quarantine")));
    }
    assert_eq!(counts, [(3, true), (2, true), (0, false)]);
    assert_eq!(desk.of("a").next_at, next, "it is no other run");
    // A run that never came as far as the database knows of no entries.
    desk.runs.set("a", Mode::Fails(Kind::Secret));
    desk.worker.set_profiles(vec![Planned { runs: vec![RunRecord { open_quarantine: 1, ..kept }], ..every("a", 10) }]);
    desk.worker.sync_now("a", false, false);
    pass(MINUTE).await;
    assert_eq!((desk.of("a").status.state, desk.of("a").open_quarantine), (State::NeedsYou, 1));
}

#[tokio::test(start_paused = true)]
async fn what_another_programs_run_kept_from_its_turn_is_tried_each_minute_and_is_done_if_that_one_ends_well() {
    let desk = Desk::with(&["a"]);
    pass(9 * MINUTE).await;
    desk.runs.set("a", Mode::Fails(Kind::AlreadyRunning));
    pass(4 * MINUTE).await;
    assert!((3..=5).contains(&desk.count("a")), "{:?}", desk.runs.log("a"));
    let finished = Some("2026-03-02T16:13:00Z".to_owned());
    let started = "2026-03-02T16:09:00Z".to_owned();
    let theirs = RunRecord { started, finished, outcome: Some(Outcome::Succeeded), ..RunRecord::default() };
    desk.worker.set_profiles(vec![Planned { runs: vec![theirs], ..every("a", 10) }]);
    desk.runs.set("a", Mode::Well);
    let count = desk.count("a");
    pass(9 * MINUTE).await;
    assert_eq!((desk.count("a"), desk.of("a").status.state), (count, State::UpToDate));
    pass(2 * MINUTE).await;
    assert_eq!(desk.count("a"), count + 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_panics_is_a_failed_run_and_nobody_else_notices() {
    let desk = Desk::with(&["a", "b"]);
    desk.runs.set("a", Mode::Panics);
    pass(61 * MINUTE).await;
    assert_eq!(desk.of("a").error.unwrap().code, "internal");
    assert!((3..=5).contains(&desk.count("a")), "{:?}", desk.runs.log("a"));
    assert!(desk.count("b") >= 6);
    desk.runs.set("a", Mode::Well);
    pass(70 * MINUTE).await;
    assert_eq!(desk.of("a").status.state, State::UpToDate);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_workers_own_turn_does_not_end_it() {
    let machine = Machine::new("UTC", "2026-03-02T09:00");
    let runs = Runs::new(&machine, 1, MINUTE);
    let worker =
        Worker::start(Options::default(), machine.clone(), runs.clone(), Arc::new(|_| panic!("a notification")));
    runs.set("a", Mode::Fails(Kind::Secret));
    worker.set_profiles(vec![every("a", 10), every("b", 10)]);
    pass(60 * MINUTE).await;
    assert!(runs.starts("b").len() >= 5, "{:?}", runs.log("b"));
    assert!(worker.quit(2 * MINUTE).await);
}

#[tokio::test(start_paused = true)]
async fn a_sleep_in_mid_page_brings_one_run() {
    for goes_on in [false, true] {
        let desk = Desk::with(&["a"]);
        pass(5 * MINUTE).await;
        desk.machine.suspend(72 * 60 * MINUTE, goes_on);
        pass(MINUTE).await;
        assert_eq!(desk.count("a"), 2, "a catch-up");
        pass(5 * MINUTE).await;
        assert_eq!(desk.count("a"), 2, "one");
        assert!(desk.told().is_empty());
        desk.runs.set("a", Mode::Hangs);
        pass(6 * MINUTE).await;
        desk.machine.suspend(60 * MINUTE, goes_on);
        pass(MINUTE).await;
        assert_eq!(desk.count("a"), 3);
        desk.worker.stop("a");
        pass(MINUTE).await;
        assert!(!desk.runs.is_running("a"));
    }
}

#[tokio::test(start_paused = true)]
async fn quitting_waits_for_whole_pages_but_not_for_ever() {
    let desk = Desk::with(&["a", "b"]);
    desk.runs.set("a", Mode::Hangs);
    desk.runs.set("b", Mode::Deaf);
    pass(MINUTE).await;
    let asked = tokio::time::Instant::now();
    assert!(!desk.worker.quit(Duration::from_secs(5)).await);
    assert!(asked.elapsed() <= Duration::from_secs(6));
    pass(MINUTE).await;
    assert!(!desk.runs.is_running("a") && !desk.runs.is_running("b"));
    desk.worker.sync_all();
    pass(60 * MINUTE).await;
    assert_eq!((desk.count("a"), desk.count("b")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_nobody_holds_stops() {
    let desk = Desk::with(&["a"]);
    desk.runs.set("a", Mode::Hangs);
    pass(MINUTE).await;
    let Desk { worker, runs, .. } = desk;
    drop(worker);
    pass(MINUTE).await;
    assert!(!runs.is_running("a"));
}

#[tokio::test(start_paused = true)]
async fn an_idle_worker_looks_every_half_minute_and_publishes_only_news() {
    let desk = Desk::with(&["a"]);
    pass(MINUTE).await;
    let mut changes = desk.worker.changes();
    let mut seen = 0;
    let until = tokio::time::Instant::now() + 8 * MINUTE;
    while tokio::time::timeout_at(until, changes.changed()).await.is_ok() {
        seen += 1;
    }
    assert!(seen <= 10, "{seen}: about one a minute, as `3 min ago` does");
}
