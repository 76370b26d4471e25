//! What is due when, with clocks that are set, days of 23 and 25 hours, windows over midnight, failures.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::error::Kind;
use crate::history::{Outcome, RunRecord};
use jiff::civil::time;

/// Two clocks and a place.
struct World {
    now: Now,
    past: Past,
    schedule: Schedule,
}

impl World {
    fn new(zone: &str, wall: &str, schedule: Schedule) -> World {
        World::after(&[], zone, wall, schedule)
    }

    fn after(runs: &[RunRecord], zone: &str, wall: &str, schedule: Schedule) -> World {
        let zone = TimeZone::get(zone).unwrap();
        let wall = zone.to_ambiguous_timestamp(wall.parse().unwrap()).compatible().unwrap();
        let now = Now { monotonic: Duration::from_secs(1000), wall, zone };
        World { past: Past::new(&schedule, runs, false, &now), now, schedule }
    }

    fn pass(&mut self, seconds: u64) {
        self.now.monotonic += Duration::from_secs(seconds);
        self.set(i64::try_from(seconds).unwrap());
    }

    /// Sets the wall clock alone.
    fn set(&mut self, seconds: i64) {
        self.now.wall += jiff::SignedDuration::from_secs(seconds);
        self.past.look(&self.schedule, &self.now);
    }

    fn next(&self) -> Option<Next> {
        next(&self.schedule, &self.past, &self.now)
    }

    fn wait(&self) -> u64 {
        self.next().unwrap().wait.as_secs()
    }

    fn run(&mut self, end: End) {
        let full = self.next().is_some_and(|next| next.full_refresh);
        let began = self.past.begin(&self.now);
        self.pass(10);
        self.past.end(began, full, end, &self.now, 0.5);
    }

    fn fail(&mut self, kind: Kind) {
        self.run(End::Failed { kind, stored: false });
    }

    /// The local times at which it runs in so many hours, looking every half minute.
    fn runs(&mut self, hours: u64) -> Vec<String> {
        let mut runs = Vec::new();
        for _ in 0..hours * 120 {
            if self.wait() == 0 {
                runs.push(self.now.zone.to_datetime(self.now.wall).strftime("%d %H:%M").to_string());
                self.run(End::Done);
                self.pass(20);
            } else {
                self.pass(30);
            }
        }
        runs
    }
}

fn every(minutes: u32) -> Schedule {
    Schedule { every: Every::Minutes(minutes), ..Schedule::default() }
}

fn daily(hour: i8, minute: i8) -> Schedule {
    Schedule { every: Every::DailyAt(time(hour, minute, 0, 0)), ..Schedule::default() }
}

fn ran_at(started: &str, full_refresh: bool) -> RunRecord {
    let (finished, outcome) = (Some(started.into()), Some(Outcome::Succeeded));
    RunRecord { started: started.into(), finished, outcome, full_refresh, ..RunRecord::default() }
}

fn failed_at(started: &str, full_refresh: bool, pages: u64) -> RunRecord {
    RunRecord { outcome: Some(Outcome::Failed), pages, ..ran_at(started, full_refresh) }
}

#[test]
fn an_interval_is_counted_from_the_end_of_the_last_run_whatever_the_wall_clock_says() {
    let mut world = World::new("UTC", "2026-03-10T12:00", every(10));
    assert_eq!(world.wait(), 600);
    world.pass(600);
    assert_eq!(world.wait(), 0);
    world.run(End::Done);
    for years in [25, -50, 25] {
        world.set(years * 365 * 86400);
        assert_eq!(world.wait(), 600);
    }
}

#[test]
fn an_interval_goes_on_over_a_restart() {
    let runs = [ran_at("2026-03-10T11:53:00Z", false)];
    assert_eq!(World::after(&runs, "UTC", "2026-03-10T12:00", every(10)).wait(), 180);
    assert_eq!(World::after(&runs, "UTC", "2026-03-10T13:00", every(10)).wait(), 0);
    assert_eq!(World::after(&runs, "UTC", "2001-03-10T12:00", every(10)).wait(), 600, "a clock that is behind");
}

#[test]
fn a_daily_run_comes_once_on_days_of_23_and_25_hours() {
    // 02:30 does not exist on 29 March and comes twice on 25 October.
    let mut spring = World::new("Europe/Berlin", "2026-03-28T12:00", daily(2, 30));
    assert_eq!(spring.runs(71), ["29 03:30", "30 02:30", "31 02:30"]);
    let mut autumn = World::new("Europe/Berlin", "2026-10-24T12:00", daily(2, 30));
    assert_eq!(autumn.runs(72), ["25 02:30", "26 02:30", "27 02:30"]);
    // A zone whose gap is at midnight, one with half an hour, and a day that did not exist at all.
    let mut cairo = World::new("Africa/Cairo", "2026-04-23T12:00", daily(0, 15));
    assert_eq!(cairo.runs(48), ["24 01:15", "25 00:15"]);
    let mut lord_howe = World::new("Australia/Lord_Howe", "2026-10-03T12:00", daily(2, 15));
    assert_eq!(lord_howe.runs(40), ["04 02:45", "05 02:15"]);
    let mut apia = World::new("Pacific/Apia", "2011-12-29T12:00", daily(7, 0));
    assert_eq!(apia.runs(24), ["31 07:00"], "the 30th did not exist there");
}

#[test]
fn a_daily_run_is_neither_skipped_nor_doubled_by_a_clock_that_is_set() {
    let mut world = World::new("America/Edmonton", "2026-03-10T06:59", daily(7, 0));
    world.pass(60);
    assert_eq!(world.wait(), 0);
    world.run(End::Done);
    world.set(-15);
    assert!(world.wait() > 0);
    world.pass(60);
    assert!(world.wait() > 3600, "07:00 came a second time");
    // Put wrong by a day, put right again.
    world.set(86400);
    assert_eq!(world.wait(), 0);
    world.run(End::Done);
    world.set(-86400);
    assert_eq!(world.runs(48), ["11 07:00", "12 07:00"]);
}

#[test]
fn a_set_back_over_midnight_does_not_bring_yesterday_back() {
    let mut world = World::new("UTC", "2026-03-09T12:00", daily(0, 0));
    assert_eq!(world.runs(37), ["10 00:00", "11 00:00"]);
    world.set(-5400);
    assert!(world.wait() > 0);
    assert_eq!(world.runs(20), Vec::<String>::new());
}

#[test]
fn a_daily_run_that_was_missed_is_made_up_for_once() {
    let runs = [ran_at("2026-03-09T07:00:10Z", false)];
    let mut world = World::after(&runs, "UTC", "2026-03-10T09:00", daily(7, 0));
    assert_eq!(world.runs(24), ["10 09:00", "11 07:00"]);
    assert!(World::new("UTC", "2026-03-10T09:00", daily(7, 0)).wait() > 0, "a new profile has missed nothing");
    let failed = failed_at("2026-03-10T07:00:10Z", false, 3);
    for known in [vec![failed.clone(), runs[0].clone()], vec![failed.clone()]] {
        let mut world = World::after(&known, "UTC", "2026-03-10T09:00", daily(7, 0));
        assert_eq!(world.runs(24), ["10 09:00", "11 07:00"], "one that failed before the app was started again");
    }
    let stopped = RunRecord { outcome: Some(Outcome::Cancelled), ..failed };
    let mut world = World::after(&[stopped], "UTC", "2026-03-10T09:00", daily(7, 0));
    assert_eq!(world.runs(24), ["11 07:00"], "who stopped it did not mean to have it begin again");
}

#[test]
fn a_window_may_span_midnight() {
    let within = |from, until| Some(Within { from: time(from, 0, 0, 0), until: time(until, 0, 0, 0) });
    let mut night = World::new("UTC", "2026-03-10T12:00", Schedule { within: within(22, 2), ..every(60) });
    assert_eq!(night.runs(24), ["10 22:00", "10 23:00", "11 00:01", "11 01:01"]);
    let mut day = World::new("UTC", "2026-03-10T12:00", Schedule { within: within(8, 11), ..every(60) });
    assert_eq!(day.wait(), 20 * 3600);
    day.past.wake();
    assert_eq!(day.wait(), 20 * 3600, "also after a sleep");
    let all = World::new("UTC", "2026-03-10T12:00", Schedule { within: within(8, 8), ..every(60) });
    assert_eq!(all.wait(), 3600);
}

#[test]
fn start_and_wake_bring_one_run_each() {
    let mut world = World::new("UTC", "2026-03-10T12:00", every(60));
    world.past = Past::new(&world.schedule, &[], true, &world.now);
    assert_eq!(world.next().unwrap(), Next { wait: Duration::ZERO, reason: Reason::Start, full_refresh: false });
    world.run(End::Done);
    assert_eq!(world.wait(), 3600);
    world.past.wake();
    world.past.wake();
    assert_eq!(world.next().unwrap().reason, Reason::Wake);
    world.run(End::Done);
    assert_eq!(world.wait(), 3600);
    world.schedule.on_wake = false;
    world.past.wake();
    assert_eq!(world.wait(), 3600);
    world.schedule.every = Every::Manual;
    assert_eq!(world.next(), None);
}

#[test]
fn by_hand_still_means_at_start_and_wake_where_these_are_on() {
    let by_hand = Schedule { every: Every::Manual, ..Schedule::default() };
    let mut world = World::new("UTC", "2026-03-10T12:00", by_hand.clone());
    world.past = Past::new(&world.schedule, &[], true, &world.now);
    assert_eq!((world.wait(), world.next().unwrap().reason), (0, Reason::Start));
    world.fail(Kind::RefusedBySource);
    assert_eq!(world.next(), None, "nothing is tried again by itself");
    world.past.wake();
    assert_eq!((world.wait(), world.next().unwrap().reason), (0, Reason::Wake));
    world.run(End::Done);
    assert_eq!(world.next(), None);
    let only_by_hand = Schedule { on_start: false, on_wake: false, ..by_hand };
    let mut world = World::new("UTC", "2026-03-10T12:00", only_by_hand);
    world.past = Past::new(&world.schedule, &[], true, &world.now);
    world.past.wake();
    assert_eq!(world.next(), None);
}

#[test]
fn failures_wait_longer_each_time_up_to_a_ceiling() {
    let waits = |kind, count| -> Vec<u64> {
        let mut world = World::new("UTC", "2026-03-10T12:00", every(1));
        let mut waits = Vec::new();
        for _ in 0..count {
            world.fail(kind);
            waits.push(world.wait());
        }
        world.run(End::Done);
        assert_eq!(world.wait(), 60, "a good run ends it");
        waits
    };
    assert_eq!(waits(Kind::SourceUnreachable, 7), [30, 60, 120, 240, 480, 900, 900]);
    assert_eq!(waits(Kind::Disk, 6), [300, 600, 1200, 2400, 3600, 3600]);
    assert_eq!(waits(Kind::RefusedBySource, 3), [3420, 3420, 3420]);
    assert_eq!(waits(Kind::AlreadyRunning, 2), [60, 60]);
}

#[test]
fn a_failed_daily_run_is_tried_again_on_the_same_day_and_a_stopped_one_is_not() {
    let mut world = World::new("UTC", "2026-03-10T06:59", daily(7, 0));
    world.pass(60);
    world.fail(Kind::SourceUnreachable);
    assert_eq!((world.wait(), world.next().unwrap().reason), (30, Reason::Retry));
    world.pass(30);
    world.fail(Kind::AlreadyRunning);
    assert_eq!(world.wait(), 60);
    world.pass(60);
    world.fail(Kind::Cancelled);
    assert_eq!(world.wait(), 30, "what failed before is still to be mended");
    world.pass(30);
    world.run(End::Done);
    assert!(world.wait() > 23 * 3600);
    world.pass(world.wait() + 1);
    world.fail(Kind::Cancelled);
    assert!(world.wait() > 23 * 3600, "a person stopped it");
}

#[test]
fn a_wake_ends_the_wait_for_a_network_but_not_that_for_a_person() {
    let mut world = World::new("UTC", "2026-03-10T12:00", every(10));
    for _ in 0..6 {
        world.fail(Kind::SourceUnreachable);
    }
    assert_eq!(world.wait(), 900);
    world.past.wake();
    assert_eq!(world.wait(), 0);
    world.fail(Kind::RefusedBySource);
    world.past.wake();
    assert_eq!(world.wait(), 3420);
    world.past.forgive();
    assert_eq!(world.wait(), 0);
}

#[test]
fn a_full_refresh_has_its_own_time_and_is_made_up_for_once() {
    let nightly = Schedule { full_refresh_at: Some(time(2, 0, 0, 0)), ..every(600) };
    let mut world = World::new("UTC", "2026-03-10T12:00", nightly.clone());
    let fulls = |world: &mut World, looks: u32| {
        let mut fulls = Vec::new();
        for _ in 0..looks {
            if world.wait() == 0 {
                if world.next().unwrap().full_refresh {
                    fulls.push(world.now.wall.strftime("%d %H:%M").to_string());
                }
                world.run(End::Done);
            }
            world.pass(60);
        }
        fulls
    };
    assert_eq!(fulls(&mut world, 2880), ["11 02:00", "12 02:00"]);
    // Asleep over the next one, where the monotonic clock stands still.
    world.set(20 * 3600);
    assert_eq!(fulls(&mut world, 600).len(), 1);
    let runs = [ran_at("2026-03-09T20:00:00Z", false), ran_at("2026-03-08T02:00:00Z", true)];
    let mut late = World::after(&runs, "UTC", "2026-03-09T21:00", nightly.clone());
    assert!(late.next().unwrap().full_refresh, "missed while the app was not running");
    late.fail(Kind::SourceUnreachable);
    assert_eq!((late.wait(), late.next().unwrap().full_refresh), (30, true));
    late.pass(30);
    late.run(End::Failed { kind: Kind::SourceUnreachable, stored: true });
    assert!(!late.next().unwrap().full_refresh, "a page is stored, so it goes on by itself");
    for (pages, is_due) in [(0, true), (1, false)] {
        let runs = [failed_at("2026-03-09T20:00:00Z", true, pages), ran_at("2026-03-08T20:00:00Z", true)];
        let again = World::after(&runs, "UTC", "2026-03-09T21:00", nightly.clone());
        assert_eq!(again.next().is_some_and(|next| next.full_refresh && next.wait.is_zero()), is_due, "{pages} pages");
    }
}

#[test]
fn sleep_and_a_clock_that_was_set_are_noticed_and_small_corrections_are_not() {
    let world = World::new("UTC", "2026-03-10T12:00", every(10));
    let look = Duration::from_secs(30);
    let after = |ran: u64, passed: i64| {
        let mut now = world.now.clone();
        let mut watch = Watch::new(&now);
        now.monotonic += Duration::from_secs(ran);
        now.wall += jiff::SignedDuration::from_secs(passed);
        watch.look(&now, look)
    };
    assert_eq!(after(30, 30), None);
    assert_eq!(after(30, 60), None);
    assert_eq!(after(30, 29), None, "a leap second");
    assert_eq!(after(30, 3630), Some(Jump::Forward(Duration::from_secs(3600))));
    assert_eq!(after(30, -3570), Some(Jump::Back(Duration::from_secs(3600))));
    assert_eq!(after(3630, 3630), Some(Jump::Forward(Duration::from_secs(3600))), "a clock that goes on in sleep");
    assert_eq!(after(30, -25 * 365 * 86400).map(|jump| matches!(jump, Jump::Back(_))), Some(true));
}
