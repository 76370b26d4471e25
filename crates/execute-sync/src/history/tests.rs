//! The history survives cuts, kills, growth and company.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::error::{Error, Kind, Offer};
use crate::paths::fake::StrictFake;
use crate::secret::Secret;

const HOME: &str = "/Users/Zoë Müller/Execute Sync";

fn run(id: &str) -> RunRecord {
    RunRecord {
        run_id: id.into(),
        target: TARGET.into(),
        started: "2026-11-23T03:44:29Z".into(),
        ..RunRecord::default()
    }
}

fn ended(id: &str, outcome: Outcome) -> RunRecord {
    RunRecord { finished: Some("2026-11-23T03:45:00Z".into()), outcome: Some(outcome), documents: 70, ..run(id) }
}

fn in_memory() -> (StrictFake, History, PathBuf) {
    let fs = StrictFake::with_folder(HOME);
    let history = History::open_in(Arc::new(fs.clone()), Path::new(HOME));
    (fs, history, Path::new(HOME).join("execute-sync-runs.ndjson"))
}

const TARGET: &str = "sqlite:execute.sqlite";

/// All runs of the one target, newest first; none is under way.
fn all(history: &History) -> Vec<RunRecord> {
    history.runs(TARGET, || false, |_| false).unwrap()
}

fn ids(history: &History) -> Vec<String> {
    all(history).into_iter().map(|run| run.run_id).collect()
}

#[test]
fn a_run_is_one_entry_from_its_beginning_to_its_end_and_the_newest_comes_first() {
    let (_, history, _) = in_memory();
    assert_eq!(all(&history), []);
    history.begin(&run("a")).unwrap();
    history.finish(&ended("a", Outcome::Succeeded)).unwrap();
    history.begin(&run("b")).unwrap();
    let shown = history.runs(TARGET, || true, |_| false).unwrap();
    assert_eq!(shown, [run("b"), ended("a", Outcome::Succeeded)]);
}

#[test]
fn a_run_without_an_end_and_without_a_living_process_was_interrupted() {
    let (_, history, _) = in_memory();
    history.begin(&run("a")).unwrap();
    history.begin(&RunRecord { target: "other".into(), ..run("b") }).unwrap();
    history.begin(&run("c")).unwrap();
    let outcomes = |target: &str, alive: bool| {
        history.runs(target, || alive, |_| false).unwrap().iter().map(|run| run.outcome).collect::<Vec<_>>()
    };
    let interrupted = Some(Outcome::Interrupted);
    assert_eq!((outcomes(TARGET, false), outcomes("other", false)), (vec![interrupted; 2], vec![interrupted]));
    assert_eq!(outcomes("other", true), [None]);
    assert_eq!(outcomes(TARGET, true), [None, interrupted], "one run a target at a time");
}

#[test]
fn a_line_cut_by_a_kill_is_left_out_and_spoils_no_other() {
    let whole = {
        let (fs, history, path) = in_memory();
        history.begin(&run("a")).unwrap();
        history.finish(&ended("a", Outcome::Failed)).unwrap();
        fs.read(&path).unwrap()
    };
    for cut in 0..=whole.len() {
        let (fs, history, path) = in_memory();
        fs.put(&path, &whole[..cut]);
        history.begin(&run("b")).unwrap();
        history.finish(&ended("b", Outcome::Succeeded)).unwrap();
        let shown = all(&history);
        assert_eq!(shown[0], ended("b", Outcome::Succeeded), "cut at {cut}");
        assert!(shown.len() <= 2 && shown.get(1).is_none_or(|run| run.run_id == "a"), "cut at {cut}");
        assert!(!fs.read(&path).unwrap().windows(2).any(|pair| pair == b"\n\n"), "cut at {cut}");
    }
}

#[test]
fn what_is_no_run_is_left_out() {
    let (fs, history, path) = in_memory();
    fs.put(
        &path,
        b"\xff\xfe\nnull\n{}\n[1]\n\n{\"run_id\":\"x\",\"target\":\"t\",\"started\":\"s\",\"outcome\":\"new\"}\n",
    );
    assert_eq!(ids(&history), [""; 0]);
    history.begin(&run("a")).unwrap();
    assert_eq!(ids(&history), ["a"]);
}

/// The run that begins `minutes` after the first of all, and ends well after half a minute; every day has one full refresh.
fn of_minute(minutes: i64) -> RunRecord {
    let began: Timestamp = "2026-10-01T00:00:00Z".parse().unwrap();
    let at = |seconds: i64| utc(began + SignedDuration::from_secs(minutes * 60 + seconds));
    let full_refresh = minutes % (24 * 60) == 0;
    let run_id = format!("{minutes:016x}");
    RunRecord { run_id, started: at(0), finished: Some(at(30)), full_refresh, ..ended("", Outcome::Succeeded) }
}

/// The runs of some days, one every ten minutes, as they are written: a line when one begins and one when it ends.
fn days(which: std::ops::Range<i64>) -> impl Iterator<Item = RunRecord> {
    (which.start * 24 * 60..which.end * 24 * 60).step_by(10).flat_map(|minutes| {
        let ended = of_minute(minutes);
        [RunRecord { finished: None, outcome: None, ..ended.clone() }, ended]
    })
}

fn lines(runs: impl Iterator<Item = RunRecord>) -> String {
    runs.map(|run| serde_json::to_string(&run).unwrap() + "\n").collect()
}

#[test]
fn a_month_of_runs_every_ten_minutes_is_there_and_what_is_older_goes() {
    let dir = tempfile::tempdir().unwrap();
    let history = History::open(dir.path());
    fs::write(dir.path().join(StateDir::HISTORY_FILE), lines(days(0..29))).unwrap();
    for run in days(29..31) {
        if run.finished.is_none() { history.begin(&run) } else { history.finish(&run) }.unwrap();
    }
    assert_eq!(all(&history).len(), 31 * 144, "not one is missing");
    history.begin(&RunRecord { run_id: "next".into(), ..of_minute(60 * 24 * 60) }).unwrap();
    let kept = all(&history);
    assert_eq!(kept.len(), KEPT_RUNS, "a month later only the newest ones stay");
    assert_eq!((&*kept[0].run_id, &kept[1]), ("next", &of_minute(31 * 24 * 60 - 10)));
}

#[test]
fn the_file_is_written_anew_on_the_first_run_of_a_day_with_each_run_in_one_line() {
    let (fs, history, path) = in_memory();
    let lines = lines(days(0..20)).replace("{\"run_id", "{\"of_a_newer_version\":1,\"run_id");
    fs.put(&path, &lines.as_bytes()[..lines.len() - 1]);
    let count = || fs.read(&path).unwrap().iter().filter(|byte| **byte == b'\n').count();
    history.begin(&of_minute(20 * 24 * 60 - 5)).unwrap();
    assert_eq!(count(), 2 * 20 * 144 + 1, "the same day");
    history.begin(&of_minute(20 * 24 * 60)).unwrap();
    assert_eq!(count(), 20 * 144 + 2);
    let text = String::from_utf8(fs.read(&path).unwrap()).unwrap();
    assert!(text.starts_with("{\"of_a_newer_version\":1,\"run_id\":\"0000000000000000\""), "{}", &text[..80]);
    assert_eq!(all(&history)[..2], [of_minute(20 * 24 * 60), of_minute(20 * 24 * 60 - 5)]);
    assert_eq!(fs.names(), [path], "nothing else is left");
}

#[test]
fn whatever_their_age_the_last_good_run_the_last_full_refresh_and_the_last_fence_of_each_target_stay() {
    let (fs, history, path) = in_memory();
    let mut records = Vec::new();
    let mut put = |record: &RunRecord| records.push(record.clone());
    let good = |id: &str, target: &str| RunRecord { target: target.into(), ..ended(id, Outcome::Succeeded) };
    for target in [TARGET, "other"] {
        put(&good(&format!("older {target}"), target));
        put(&RunRecord { full_refresh: true, ..good(&format!("full {target}"), target) });
        put(&good(&format!("good {target}"), target));
        let failed = ended(&format!("fence {target}"), Outcome::Failed);
        put(&RunRecord { target: target.into(), fence: Some(7), ..failed });
    }
    for i in 0..5000 {
        put(&RunRecord { started: "2026-11-24T03:44:29Z".into(), ..ended(&format!("{i}"), Outcome::Failed) });
    }
    fs.put(&path, lines(records.into_iter()).as_bytes());
    history.begin(&RunRecord { started: "2027-01-24T03:44:29Z".into(), ..run("now") }).unwrap();
    let kept = ids(&history);
    assert_eq!(kept.len(), KEPT_RUNS + 3);
    assert_eq!(kept[KEPT_RUNS..], ["fence", "good", "full"].map(|what| format!("{what} {TARGET}")));
    let other = history.runs("other", || false, |_| false).unwrap();
    assert_eq!(other.iter().map(|run| &*run.run_id).collect::<Vec<_>>(), ["fence other", "good other", "full other"]);
    assert_eq!(history.last_fence(TARGET).unwrap(), Some(7));
}

#[test]
fn a_history_is_bounded_however_often_runs_are() {
    let runs: Vec<RunRecord> = (0..70_000).map(|minutes| RunRecord { removed: 1, ..of_minute(minutes / 50) }).collect();
    let long = vec![b'x'; 1000];
    let runs: Vec<(RunRecord, Vec<&[u8]>)> = runs.into_iter().map(|run| (run, vec![&*long])).collect();
    let kept = kept_lines(&runs, &of_minute(1400));
    let bytes = kept.iter().map(|line| line.len() + 1).sum::<usize>();
    assert!(kept.len() > 33_000 && bytes <= MOST_BYTES + 3 * 1001, "{} lines, {bytes} bytes", kept.len());
}

#[test]
fn a_long_history_is_read_no_further_from_its_end_than_it_takes() {
    let (fs, history, path) = in_memory();
    fs.put(&path, lines(days(0..2)).as_bytes());
    let looked_at = std::cell::Cell::new(0);
    let runs = |count: usize| {
        history
            .runs(
                TARGET,
                || false,
                |runs| {
                    looked_at.set(runs.len());
                    runs.len() >= count
                },
            )
            .unwrap()
    };
    let whole = all(&history);
    assert_eq!(whole.len(), 288);
    let few = runs(5);
    assert!((5..200).contains(&looked_at.get()), "{}", looked_at.get());
    assert_eq!(few, whole[..few.len()], "also where a line was cut");
    assert_eq!(runs(250), whole);
}

#[test]
fn a_history_that_another_program_holds_loses_nothing() {
    let (fs, history, path) = in_memory();
    let old = RunRecord { started: "2026-11-22T03:44:29Z".into(), ..run("a") };
    let line = format!("{}\n", serde_json::to_string(&old).unwrap());
    fs.put(&path, line.repeat(LARGE as usize / line.len() + 1).as_bytes());
    fs.hold(&path, 1000);
    let error = history.begin(&run("b")).unwrap_err();
    assert_eq!(error.kind(), Kind::Disk);
    assert_eq!(ids(&history), ["b", "a"], "the line was added, only the shortening waits");
}

#[test]
fn the_last_fence_of_a_target_is_known() {
    let (_, history, _) = in_memory();
    assert_eq!(history.last_fence("t").unwrap(), None);
    for (id, target, fence) in [("a", "t", Some(11)), ("b", "t", Some(9)), ("c", "other", Some(20)), ("d", "t", None)] {
        history.finish(&RunRecord { target: target.into(), fence, ..ended(id, Outcome::Succeeded) }).unwrap();
    }
    assert_eq!(history.last_fence("t").unwrap(), Some(9));
}

#[test]
fn an_error_is_kept_with_code_sentence_and_remedy_and_without_secrets() {
    let _secret = Secret::new("history-secret".into());
    let error =
        Error::new(Kind::RefusedBySource, "The server said\u{1b}[1m history-secret\nis wrong").hint("Check the key");
    let error = error.field("EXECUTE_APIKEY_ID").offer(Offer::RefreshWithRemovals);
    let kept = RunError::from(&error);
    assert_eq!(kept.code, "refused_by_source");
    assert_eq!(kept.message, "The server said [secret] is wrong");
    assert_eq!(kept.hint.as_deref(), Some("Check the key"));
    assert_eq!((kept.field.as_deref(), kept.offer), (Some("EXECUTE_APIKEY_ID"), Some(Offer::RefreshWithRemovals)));
    let (_, history, _) = in_memory();
    let failed = RunRecord { error: Some(kept), ..ended("a", Outcome::Failed) };
    history.finish(&failed).unwrap();
    assert_eq!(all(&history), [failed]);
    let newer = r#"{"code":"disk","message":"It is full","offer":"make_room"}"#;
    assert_eq!(serde_json::from_str::<RunError>(newer).unwrap().offer, None, "what a newer version offers");
}

#[test]
fn a_history_that_cannot_be_written_is_an_error_for_the_caller_to_log() {
    let (fs, history, _) = in_memory();
    fs.set_full(true);
    assert_eq!(history.begin(&run("a")).unwrap_err().kind(), Kind::Disk);
    let missing = History::open(Path::new("/nowhere at all"));
    assert_eq!(missing.finish(&run("a")).unwrap_err().kind(), Kind::Disk);
    assert_eq!(all(&missing), []);
}

#[test]
fn many_runs_at_once_lose_no_line_even_while_the_history_is_shortened() {
    let dir = tempfile::tempdir().unwrap();
    // Of the day before and large: whoever is first shortens it.
    let old = RunRecord { started: "2026-11-22T03:44:29Z".into(), ..run("old") };
    let line = format!("{}\n", serde_json::to_string(&old).unwrap());
    let lines = LARGE as usize / line.len() + 1;
    fs::write(dir.path().join(StateDir::HISTORY_FILE), line.repeat(lines)).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let history = History::open(dir.path());
            scope.spawn(move || {
                for i in 0..10 {
                    let id = format!("{thread}-{i}");
                    history.begin(&run(&id)).unwrap();
                    history.finish(&ended(&id, Outcome::Succeeded)).unwrap();
                }
            });
        }
    });
    let shown = all(&History::open(dir.path()));
    assert_eq!(shown.len(), 41);
    assert_eq!(shown.iter().filter(|run| run.outcome == Some(Outcome::Succeeded)).count(), 40);
}

#[cfg(unix)]
#[test]
fn a_history_is_private_and_goes_where_its_owner_put_it_but_not_where_a_link_leads_nowhere() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(StateDir::HISTORY_FILE);
    let history = History::open(dir.path());
    history.begin(&run("a")).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    fs::rename(&path, dir.path().join("volume")).unwrap();
    symlink("volume", &path).unwrap();
    history.begin(&run("b")).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("volume")).unwrap().lines().count(), 2);
    fs::remove_file(dir.path().join("volume")).unwrap();
    assert_eq!(history.begin(&run("c")).unwrap_err().kind(), Kind::Disk);
    assert!(!dir.path().join("volume").exists());
}

#[test]
fn a_recount_counts_for_its_run_and_leaves_it_where_it_is() {
    let (fs, history, path) = in_memory();
    let counted = RunRecord { open_quarantine: 2, pages: 1, ..ended("counted", Outcome::Quarantined) };
    history.finish(&counted).unwrap();
    // More than is looked at first.
    let failed = ended("failed", Outcome::Failed);
    let many = 2 * usize::try_from(END).unwrap() / serde_json::to_vec(&failed).unwrap().len();
    for number in 0..many {
        history.finish(&RunRecord { run_id: format!("failed {number}"), ..failed.clone() }).unwrap();
    }
    history.recount("counted", 1).unwrap();
    history.recount("counted", 0).unwrap();
    let newest = history.runs(TARGET, || false, |runs| !runs.is_empty()).unwrap();
    assert_eq!(newest[0].run_id, format!("failed {}", many - 1));
    let has_counted = |runs: &[RunRecord]| runs.iter().any(RunRecord::has_counted);
    let found = history.runs(TARGET, || false, has_counted).unwrap();
    let last = found.iter().find(|run| run.pages > 0).unwrap();
    assert_eq!((last.run_id.as_str(), last.open_quarantine, found.len()), ("counted", 0, many + 1));
    history.compact(&run("now")).unwrap();
    assert_eq!(all(&history), found, "written anew");
    let text = fs.read(&path).unwrap();
    assert_eq!(
        text.windows(17).filter(|part| part == b"\"open_quarantine\"").count(),
        many + 2,
        "one recount is enough"
    );
}
