//! What is said when: the exact sentences, from the history and with what a worker knows.
#![allow(clippy::unwrap_used)]

use jiff::civil::time;

use super::*;
use crate::engine::end_record;
use crate::error::Error;
use crate::progress::RunSummary;
use crate::schedule::Within;
use crate::sync::Finished;

fn now() -> Timestamp {
    "2025-01-31T12:00:00Z".parse().unwrap()
}

fn run(finished: &str, outcome: Outcome) -> RunRecord {
    RunRecord {
        started: finished.into(),
        finished: Some(finished.into()),
        outcome: Some(outcome),
        ..RunRecord::default()
    }
}

/// As the command line has it, which does not see who starts the runs.
fn of_history(runs: &[RunRecord], gone: Option<&Gone>, wait_s: u64, now: Timestamp) -> Status {
    let live = Live { gone: gone.cloned(), expected: Expected::every(wait_s), ..Live::default() };
    of_profile(runs, &live, now, &TimeZone::UTC)
}

fn code(runs: &[RunRecord], wait_s: u64) -> (u8, State) {
    let status = of_history(runs, None, wait_s, now());
    (status.exit_code, status.state)
}

#[test]
fn nothing_is_green_while_something_is_wrong() {
    let good = run("2025-01-31T11:59:00Z", Outcome::Succeeded);
    assert_eq!(code(&[], 600), (1, State::Never));
    assert_eq!(code(std::slice::from_ref(&good), 600), (0, State::UpToDate));
    assert_eq!(code(&[run("2025-01-31T11:59:30Z", Outcome::Failed), good.clone()], 600), (1, State::Failed));
    assert_eq!(code(&[run("2025-01-31T11:59:30Z", Outcome::Interrupted), good.clone()], 600), (1, State::Failed));
    assert_eq!(code(&[run("2025-01-31T10:00:00Z", Outcome::Succeeded)], 600), (1, State::Late));
    assert_eq!(code(&[run("2025-01-31T10:00:00Z", Outcome::Succeeded)], 0), (0, State::UpToDate));
    let stopped = run("2025-01-31T11:59:30Z", Outcome::Cancelled);
    assert_eq!(code(std::slice::from_ref(&stopped), 600), (1, State::Never));
    assert_eq!(code(&[stopped.clone(), good.clone()], 600), (0, State::UpToDate));
    assert_eq!(code(&[stopped, run("2025-01-31T11:59:00Z", Outcome::Failed)], 600), (1, State::Failed));
    assert_eq!(code(&[RunRecord { open_quarantine: 2, ..good.clone() }], 600), (6, State::Quarantine));
    // With pages stored it is known that there is more.
    let midway = RunRecord { pages: 3, ..run("2025-01-31T11:59:30Z", Outcome::Cancelled) };
    assert_eq!(code(&[midway.clone(), good.clone()], 600), (1, State::Stopped));
    assert_eq!(code(&[RunRecord { open_quarantine: 1, ..midway.clone() }, good.clone()], 600), (6, State::Quarantine));
    let said = of_history(&[midway, good.clone()], None, 600, now());
    assert_eq!(
        (said.is_red, said.sentence.as_str()),
        (false, "Stopped just now before it was done · last synced 1 min ago")
    );
    let running = RunRecord { started: "2025-01-31T11:59:59Z".into(), ..RunRecord::default() };
    assert_eq!(code(&[running, run("2025-01-31T11:59:30Z", Outcome::Failed)], 600), (1, State::Failed));
}

#[test]
fn nothing_is_green_while_the_database_is_gone() {
    let file = Gone::File("/data/a.sqlite".into());
    let folder = Gone::Folder("/mnt/share".into());
    let said = |runs: &[RunRecord], gone: &Gone| {
        let status = of_history(runs, Some(gone), 600, now());
        (status.exit_code, status.state, status.sentence)
    };
    let anew =
        "Not up to date · the database /data/a.sqlite is gone · put it back, or the next sync reads everything anew";
    let away =
        "Not up to date · the folder /mnt/share of the database is gone · put it back, or connect the disk it is on";
    let good = run("2025-01-31T11:59:00Z", Outcome::Succeeded);
    let held = RunRecord { open_quarantine: 2, ..good.clone() };
    let midway = RunRecord { pages: 3, fence: Some(4), ..run("2025-01-31T11:59:30Z", Outcome::Cancelled) };
    for runs in [&[good.clone()][..], &[held], &[midway], &[run("2025-01-31T10:00:00Z", Outcome::Succeeded)]] {
        assert_eq!(said(runs, &file), (1, State::Missing, anew.to_owned()), "{runs:?}");
        assert_eq!(said(runs, &folder), (1, State::Missing, away.to_owned()), "{runs:?}");
    }
    let running = RunRecord { started: "2025-01-31T11:59:59Z".into(), ..RunRecord::default() };
    let goes_on = format!("Syncing · last synced 1 min ago{}", anew.trim_start_matches("Not up to date"));
    assert_eq!(said(&[running, good.clone()], &file).2, goes_on);
    // A run that stored nothing has left no database behind.
    let failed = run("2025-01-31T11:59:30Z", Outcome::Failed);
    assert_eq!((said(&[], &file).1, said(&[failed], &file).1), (State::Never, State::Failed));
    let live = Live { gone: Some(file), next: Some(Duration::from_secs(200)), ..Live::default() };
    let status = of_profile(std::slice::from_ref(&good), &live, now(), &TimeZone::UTC);
    assert_eq!(
        (status.state, status.is_red, status.sentence),
        (State::Missing, false, format!("{anew} · next in 4 min"))
    );
    let paused = Live { paused: Some(None), ..live };
    let said = of_profile(&[good], &paused, now(), &TimeZone::UTC);
    assert_eq!((said.state, said.exit_code), (State::Paused, 1));
    assert!(said.sentence.starts_with("Paused until ") && said.sentence.contains(" · the database "), "{said:?}");
}

#[test]
fn a_state_has_one_sentence() {
    let zone = TimeZone::get("America/Edmonton").unwrap(); // 05:00 there
    let good = RunRecord { documents: 1412, ..run("2025-01-31T11:57:00Z", Outcome::Succeeded) };
    let runs = [good.clone()];
    let said = |live: &Live| {
        let status = of_profile(&runs, live, now(), &zone);
        (status.state, status.is_red, status.sentence)
    };
    let live = Live { next: Some(Duration::from_secs(200)), ..Live::default() };
    let is = |live: &Live, state, red, sentence: &str| assert_eq!(said(live), (state, red, sentence.to_owned()));
    is(&live, State::UpToDate, false, "Up to date · synced 3 min ago · 1,412 documents changed · next in 4 min");
    for of_everything in [
        RunRecord { reads_everything: true, ..good.clone() },
        RunRecord { full_refresh: true, ..good.clone() },
        RunRecord { read_everything_since: Some("2025-01-31T11:40:00Z".into()), ..good.clone() },
    ] {
        let said = of_profile(&[of_everything], &live, now(), &zone).sentence;
        assert_eq!(said, "Up to date · synced 3 min ago · 1,412 documents read · next in 4 min");
    }
    let until = |at: &str| Live { paused: Some(Some(at.parse().unwrap())), ..Live::default() };
    is(&until("2025-01-31T14:30:00Z"), State::Paused, false, "Paused until 07:30");
    is(&until("2025-02-01T14:00:00Z"), State::Paused, false, "Paused until tomorrow 07:00");
    is(&until("2025-02-03T14:00:00Z"), State::Paused, false, "Paused until 3 Feb 07:00");
    is(&Live { paused: Some(None), ..Live::default() }, State::Paused, false, "Paused until you resume it");
    is(
        &Live { is_elsewhere: true, ..live.clone() },
        State::Syncing,
        false,
        "Syncing in another program · next look in 4 min",
    );
    is(
        &Live { is_queued: true, ..live.clone() },
        State::Syncing,
        false,
        "Syncing soon · waits until another profile is done",
    );
    let failing = |times, kind, text: &str| Live {
        failing: Some((times, kind, RunError::from(&Error::new(kind, text)))),
        ..live.clone()
    };
    let unreachable = "execute.example.com cannot be reached";
    let offline = "Offline · execute.example.com cannot be reached · next try in 4 min";
    is(&failing(1, Kind::SourceUnreachable, unreachable), State::Offline, false, offline);
    is(&failing(2, Kind::SourceUnreachable, unreachable), State::Offline, true, offline);
    let refused = "Needs you · the API key was refused";
    is(&failing(1, Kind::RefusedBySource, "the API key was refused"), State::NeedsYou, true, refused);
    let disk = failing(1, Kind::Disk, "the disk is full");
    is(&disk, State::Retrying, false, "Failed once · the disk is full · next try in 4 min");
    is(
        &failing(3, Kind::Disk, "the disk is full"),
        State::Failed,
        true,
        "Failed 3 times · the disk is full · last synced 3 min ago · next try in 4 min",
    );
    let never = of_profile(&[], &live, now(), &zone);
    assert_eq!((never.state, &*never.sentence), (State::Never, "Never synced · first sync in 4 min"));
}

#[test]
fn while_a_run_goes_on_it_is_told_what_it_does_and_what_came_before_is_the_past() {
    let running = RunRecord {
        started: "2025-01-31T11:59:00Z".into(),
        documents: 13_015,
        pages: 2,
        full_refresh: true,
        ..RunRecord::default()
    };
    let said = |before: &[RunRecord], live: &Live| {
        let runs: Vec<RunRecord> = [std::slice::from_ref(&running), before].concat();
        let status = of_profile(&runs, live, now(), &TimeZone::UTC);
        (status.exit_code, status.state, status.sentence)
    };
    let is = |before: &[RunRecord], code, state, more: &str| {
        let live = Live { expected: Expected::every(600), ..Live::default() };
        let sentence = format!("Syncing everything anew · 13,015 documents · {more}");
        assert_eq!(said(before, &live), (code, state, sentence));
    };
    let good = RunRecord { documents: 150_000, ..run("2025-01-31T11:51:00Z", Outcome::Succeeded) };
    let failed = |outcome, error| RunRecord { error, ..run("2025-01-31T11:57:00Z", outcome) };
    let refused = Some((&Error::new(Kind::RefusedBySource, "the API key was refused")).into());
    is(std::slice::from_ref(&good), 0, State::Syncing, "last synced 9 min ago");
    is(&[run("2025-01-30T11:00:00Z", Outcome::Succeeded)], 0, State::Syncing, "last synced 1 day ago");
    let held = RunRecord { open_quarantine: 2, ..good.clone() };
    is(std::slice::from_ref(&held), 6, State::Quarantine, "last synced 9 min ago · 2 in quarantine");
    let late = RunRecord { open_quarantine: 2, ..run("2025-01-30T11:00:00Z", Outcome::Succeeded) };
    is(&[late], 6, State::Quarantine, "last synced 1 day ago · 2 in quarantine");
    let stopped = RunRecord { pages: 1, ..failed(Outcome::Cancelled, None) };
    is(&[stopped, good.clone()], 1, State::Stopped, "last synced 9 min ago");
    let before = "last synced 9 min ago · the run before failed: the API key was refused";
    is(&[failed(Outcome::Failed, refused), good.clone()], 1, State::NeedsYou, before);
    let killed = failed(Outcome::Interrupted, None);
    is(&[killed.clone(), good.clone()], 1, State::Failed, "last synced 9 min ago · the run before was killed");
    is(&[killed], 1, State::Failed, "never synced · the run before was killed");
    // A person asked for it although it is paused: the window says so too.
    let paused = Live { paused: Some(None), ..Live::default() };
    assert!(said(&[good], &paused).2.starts_with("Syncing everything anew · "));
    let first = "Syncing for the first time · 13,015 documents · since 1 min ago".to_owned();
    assert_eq!(said(&[], &Live::default()), (1, State::Syncing, first), "what is there is not everything");
}

#[test]
fn a_run_that_goes_on_for_longer_than_one_may_be_away_hides_no_lateness() {
    let said = |started: &str| {
        let running = RunRecord { started: started.into(), documents: 40, pages: 1, ..RunRecord::default() };
        let runs = [running, run("2025-01-28T12:00:00Z", Outcome::Succeeded)];
        let status =
            of_profile(&runs, &Live { expected: Expected::every(600), ..Live::default() }, now(), &TimeZone::UTC);
        (status.exit_code, status.state, status.sentence)
    };
    let sentence = "Syncing · 40 documents · last synced 3 days ago";
    assert_eq!(said("2025-01-31T11:59:00Z"), (0, State::Syncing, sentence.to_owned()));
    let late = format!("{sentence}, expected every 600 seconds");
    assert_eq!(said("2025-01-29T11:59:00Z"), (1, State::Late, late));
}

#[test]
fn a_failure_of_the_last_time_is_told_after_a_restart() {
    let error = Error::new(Kind::Secret, "the password is missing");
    let failed = RunRecord { error: Some((&error).into()), ..run("2025-01-31T11:57:00Z", Outcome::Failed) };
    let status = of_profile(&[failed], &Live::default(), now(), &TimeZone::UTC);
    assert_eq!((status.state, &*status.sentence), (State::NeedsYou, "Needs you · the password is missing"));
}

#[test]
fn the_command_line_says_what_the_window_says() {
    let failed = |at: &str, kind| RunRecord {
        error: Some((&Error::new(kind, "it went wrong")).into()),
        ..run(at, Outcome::Failed)
    };
    let good = run("2025-01-31T11:50:00Z", Outcome::Succeeded);
    let hours = Within { from: time(7, 0, 0, 0), until: time(19, 0, 0, 0) };
    let schedule = Schedule { within: Some(hours), ..Schedule::default() };
    let expected = Expected::by(&schedule);
    let paused = Some(Some("2025-02-01T07:00:00Z".parse().unwrap()));
    for (kind, times) in [
        (Kind::RefusedBySource, 1),
        (Kind::SourceUnreachable, 1),
        (Kind::SourceUnreachable, 2),
        (Kind::Disk, 1),
        (Kind::Disk, 3),
    ] {
        let mut runs = vec![failed("2025-01-31T11:58:00Z", kind); times];
        let error = runs[0].error.clone().unwrap();
        runs.push(good.clone());
        let count = u32::try_from(times).unwrap();
        // The worker knows when it tries again; and what it remembers may be less than what the history holds.
        let worker =
            Live { failing: Some((count, kind, error)), next: Some(Duration::from_secs(60)), ..Live::default() };
        let command_line = Live { expected: expected.clone(), ..Live::default() };
        let said = |live: &Live| of_profile(&runs, live, now(), &TimeZone::UTC);
        let (window, line) = (said(&worker), said(&command_line));
        let sentence = window.sentence.trim_end_matches(" · next try in 1 min");
        assert_eq!((window.state, sentence, window.is_red), (line.state, &*line.sentence, line.is_red));
        assert_eq!((window.exit_code, line.exit_code), (1, 1));
        let (window, line) = (said(&Live { paused, ..worker }), said(&Live { paused, ..command_line }));
        assert_eq!((&*window.sentence, window.exit_code), ("Paused until tomorrow 07:00", 1));
        assert_eq!(window, line);
    }
    let day_before = [run("2025-01-30T13:00:00Z", Outcome::Succeeded)];
    let late = |expected, paused| {
        let status = of_profile(&day_before, &Live { expected, paused, ..Live::default() }, now(), &TimeZone::UTC);
        (status.exit_code, status.state, status.sentence)
    };
    assert_eq!(late(Expected::by(&schedule), None).1, State::UpToDate, "the hours were closed meanwhile");
    assert_eq!(late(Expected::every(600), paused), (0, State::Paused, "Paused until tomorrow 07:00".to_owned()));
    let missed = [run("2025-01-29T13:00:00Z", Outcome::Succeeded)];
    let status = of_profile(&missed, &Live { expected, ..Live::default() }, now(), &TimeZone::UTC);
    assert!(status.sentence.ends_with(", expected from 07:00 to 19:00"), "{}", status.sentence);
    assert_eq!(Expected::by(&Schedule { every: Every::Manual, ..Schedule::default() }), None);
}

#[test]
fn what_a_person_stopped_is_stopped_for_the_worker_too() {
    let summary = RunSummary { pages: 3, ..RunSummary::default() };
    let finished = Finished { summary, result: Err(Error::new(Kind::Cancelled, "stopped as asked")) };
    let mut stopped = run("2025-01-31T11:58:00Z", Outcome::Succeeded);
    end_record(&mut stopped, &finished, "2025-01-31T11:58:00Z".into(), Duration::ZERO);
    assert!(stopped.error.is_some(), "as it is really kept");
    let runs = [stopped, run("2025-01-31T11:50:00Z", Outcome::Succeeded)];
    let live = Live { next: Some(Duration::from_secs(200)), ..Live::default() };
    let status = of_profile(&runs, &live, now(), &TimeZone::UTC);
    let sentence = "Stopped 2 min ago before it was done · last synced 10 min ago · next in 4 min";
    assert_eq!((status.state, &*status.sentence, status.is_red), (State::Stopped, sentence, false));
}

#[test]
fn calculated_values_are_as_old_as_the_last_good_full_refresh() {
    let full = |at, outcome| RunRecord { full_refresh: true, started: format!("{at} began"), ..run(at, outcome) };
    let runs = [
        run("2025-01-31T11:57:00Z", Outcome::Succeeded),
        full("2025-01-31T03:00:00Z", Outcome::Failed),
        full("2025-01-30T03:00:00Z", Outcome::Quarantined),
        full("2025-01-29T03:00:00Z", Outcome::Succeeded),
    ];
    assert_eq!(calculated_as_of(&runs), Some("2025-01-30T03:00:00Z began"));
    let began = Some("2025-01-30T23:00:00Z".to_owned());
    let ended_later = RunRecord { read_everything_since: began, ..full("2025-01-31T11:00:00Z", Outcome::Succeeded) };
    assert_eq!(calculated_as_of(&[ended_later]), Some("2025-01-30T23:00:00Z"), "not when its last run began");
    assert_eq!(calculated_as_of(&runs[..2]), None);
}
