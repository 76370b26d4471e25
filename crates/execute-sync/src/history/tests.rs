//! The history survives cuts, kills, growth and company.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::error::Kind;
use crate::paths::fake::StrictFake;
use crate::secret::Secret;

const HOME: &str = "/Users/Zoë Müller/Execute Sync";

fn run(id: &str) -> RunRecord {
    RunRecord {
        run_id: id.into(),
        target: "sqlite:execute.sqlite".into(),
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

fn ids(history: &History) -> Vec<String> {
    history.runs(usize::MAX, |_| false).unwrap().into_iter().map(|run| run.run_id).collect()
}

#[test]
fn a_run_is_one_entry_from_its_beginning_to_its_end_and_the_newest_comes_first() {
    let (_, history, _) = in_memory();
    assert_eq!(history.runs(10, |_| true).unwrap(), []);
    history.begin(&run("a")).unwrap();
    history.finish(&ended("a", Outcome::Succeeded)).unwrap();
    history.begin(&run("b")).unwrap();
    let shown = history.runs(10, |target| target == "sqlite:execute.sqlite").unwrap();
    assert_eq!(shown, [run("b"), ended("a", Outcome::Succeeded)]);
    assert_eq!(history.runs(1, |_| true).unwrap(), [run("b")]);
}

#[test]
fn a_run_without_an_end_and_without_a_living_process_was_interrupted() {
    let (_, history, _) = in_memory();
    history.begin(&run("a")).unwrap();
    history.begin(&RunRecord { target: "other".into(), ..run("b") }).unwrap();
    history.begin(&run("c")).unwrap();
    let outcomes =
        |alive: fn(&str) -> bool| history.runs(10, alive).unwrap().iter().map(|run| run.outcome).collect::<Vec<_>>();
    let interrupted = Some(Outcome::Interrupted);
    assert_eq!(outcomes(|_| false), [interrupted; 3]);
    assert_eq!(outcomes(|target| target == "other"), [interrupted, None, interrupted]);
    assert_eq!(outcomes(|_| true), [None, None, interrupted], "one run a target at a time");
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
        let shown = history.runs(10, |_| false).unwrap();
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

#[test]
fn a_long_history_keeps_its_newest_runs_as_they_were_written() {
    let (fs, history, path) = in_memory();
    let mut lines = String::new();
    for i in 0..1000 {
        for record in [run(&format!("r{i}")), ended(&format!("r{i}"), Outcome::Succeeded)] {
            let line = serde_json::to_string(&record).unwrap();
            lines.push_str(&line.replacen('{', "{\"of_a_newer_version\":1,", 1));
            lines.push('\n');
        }
    }
    fs.put(&path, &lines.as_bytes()[..lines.len() - 1]);
    history.begin(&run("last one without a compaction")).unwrap();
    assert_eq!(ids(&history).len(), 1001);
    history.begin(&run("new")).unwrap();
    let text = String::from_utf8(fs.read(&path).unwrap()).unwrap();
    assert_eq!(text.lines().count(), KEPT_RUNS);
    assert!(text.ends_with('\n') && text.starts_with("{\"of_a_newer_version\":1,\"run_id\":\"r2\""), "{}", &text[..80]);
    assert_eq!(ids(&history)[..2], ["new", "last one without a compaction"]);
    assert_eq!(fs.names(), [path], "nothing else is left");
    history.finish(&ended("new", Outcome::Succeeded)).unwrap();
    assert_eq!(history.runs(1, |_| false).unwrap(), [ended("new", Outcome::Succeeded)]);
}

#[test]
fn a_history_that_another_program_holds_loses_nothing() {
    let (fs, history, path) = in_memory();
    let line = format!("{}\n", serde_json::to_string(&run("a")).unwrap());
    fs.put(&path, line.repeat(MOST_LINES).as_bytes());
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
    let kept = RunError::from(&error);
    assert_eq!(kept.code, "refused_by_source");
    assert_eq!(kept.message, "The server said [secret] is wrong");
    assert_eq!(kept.hint.as_deref(), Some("Check the key"));
    let (_, history, _) = in_memory();
    let failed = RunRecord { error: Some(kept), ..ended("a", Outcome::Failed) };
    history.finish(&failed).unwrap();
    assert_eq!(history.runs(1, |_| false).unwrap(), [failed]);
}

#[test]
fn a_history_that_cannot_be_written_is_an_error_for_the_caller_to_log() {
    let (fs, history, _) = in_memory();
    fs.set_full(true);
    assert_eq!(history.begin(&run("a")).unwrap_err().kind(), Kind::Disk);
    let missing = History::open(Path::new("/nowhere at all"));
    assert_eq!(missing.finish(&run("a")).unwrap_err().kind(), Kind::Disk);
    assert_eq!(missing.runs(1, |_| false).unwrap(), []);
}

#[test]
fn many_runs_at_once_lose_no_line_even_while_the_history_is_shortened() {
    let dir = tempfile::tempdir().unwrap();
    let line = format!("{}\n", serde_json::to_string(&run("old")).unwrap());
    fs::write(dir.path().join(StateDir::HISTORY_FILE), line.repeat(MOST_LINES - 20)).unwrap();
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
    let shown = History::open(dir.path()).runs(usize::MAX, |_| false).unwrap();
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
