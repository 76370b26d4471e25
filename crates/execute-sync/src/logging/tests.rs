//! Log lines: which pass, what they look like, where they go when the disk or another program is unkind.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use super::*;
use crate::paths::fake::StrictFake;
use crate::secret::Secret;

const HOME: &str = "/Users/Zoë Müller/Logs";

fn noon() -> ZonedDateTime {
    jiff::civil::datetime(2026, 11, 23, 3, 44, 29, 0).in_tz("UTC").unwrap()
}

/// A sink that keeps what it is given.
fn kept() -> (Arc<Mutex<Vec<String>>>, Sink) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink: Sink = Box::new({
        let lines = Arc::clone(&lines);
        move |line| lines.lock().unwrap().push(line.to_owned())
    });
    (lines, sink)
}

fn say(logger: &Logger, target: &str, level: log::Level, message: &str) {
    logger.log(&Record::builder().target(target).level(level).args(format_args!("{message}")).build());
}

/// A logger that writes to a file of that size, and what it says beside.
fn with_file(fs: &StrictFake, file_size_bytes: u64) -> (Logger, Arc<Mutex<Vec<String>>>) {
    let (lines, sink) = kept();
    let file = Some(Path::new(HOME).join("execute.log"));
    let settings = LogSettings { file, sink: Some(sink), file_size_bytes, old_files: 3, ..LogSettings::default() };
    (Logger::new(settings, Arc::new(fs.clone()), noon).unwrap(), lines)
}

fn text(fs: &StrictFake, name: &str) -> String {
    String::from_utf8(fs.read(&Path::new(HOME).join(name)).unwrap()).unwrap()
}

#[test]
fn a_line_begins_with_local_time_and_level() {
    assert_eq!(line(&noon(), log::Level::Info, "Starting Sync"), "2026/11/23 03:44:29 INFO Starting Sync");
    assert_eq!(line(&noon(), log::Level::Warn, "x"), "2026/11/23 03:44:29 WARN x");
    assert_eq!(line(&noon(), log::Level::Error, "x"), "2026/11/23 03:44:29 ERROR x");
    assert_eq!(line(&noon(), log::Level::Debug, "x"), "2026/11/23 03:44:29 DEBUG x");
}

#[test]
fn no_secret_and_no_control_character_passes_even_cut_up() {
    let _secret = Secret::new("logged-secret-1".into());
    let shown =
        line(&noon(), log::Level::Info, "key logged-secret-1 or logged-\u{1b}[1msec\u{200b}ret-1\n2026 ERROR no");
    assert_eq!(shown, "2026/11/23 03:44:29 INFO key [secret] or [secret] 2026 ERROR no");
}

#[test]
fn only_our_own_crates_speak_and_only_so_much() {
    for (level, passing) in [(Level::Quiet, 2), (Level::Info, 3), (Level::Debug, 4)] {
        let (lines, sink) = kept();
        let settings = LogSettings { level, sink: Some(sink), ..LogSettings::default() };
        let logger = Logger::new(settings, Arc::new(System), noon).unwrap();
        for target in ["hyper", "reqwest::connect", "rustls", "execute_syncer", "execute", ""] {
            say(&logger, target, log::Level::Error, "Authorization: Basic");
        }
        use log::Level::{Debug, Error, Info, Trace, Warn};
        for level in [Error, Warn, Info, Debug, Trace] {
            say(&logger, "execute_sync::sync", level, "ours");
        }
        assert_eq!(lines.lock().unwrap().len(), passing, "{level:?}");
        say(&logger, "execute_sync_cli", Error, "ours");
        say(&logger, "execute_sample::serve", Error, "ours");
        assert_eq!(lines.lock().unwrap().len(), passing + 2, "{level:?}");
    }
}

#[test]
fn a_full_log_file_is_closed_and_renamed_and_the_oldest_goes() {
    let fs = StrictFake::with_folder(HOME);
    let (logger, lines) = with_file(&fs, 100);
    for i in 0..10 {
        // 40 bytes each with its line end: two fit.
        say(&logger, "execute_sync", log::Level::Info, &format!("line number {i}!"));
    }
    let names: Vec<_> = fs.names().iter().map(|p| p.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["execute.log", "execute.log.1", "execute.log.2", "execute.log.3"]);
    assert!(text(&fs, "execute.log").contains("number 8!") && text(&fs, "execute.log").ends_with("number 9!\n"));
    assert!(text(&fs, "execute.log.1").contains("number 6!"));
    assert!(text(&fs, "execute.log.3").starts_with("2026/11/23 03:44:29 INFO line number 2!\n"));
    assert_eq!(lines.lock().unwrap().len(), 10, "nothing but the lines was said");
}

#[test]
fn a_log_that_another_program_holds_grows_on_and_is_renamed_later() {
    let fs = StrictFake::with_folder(HOME);
    let (logger, lines) = with_file(&fs, 100);
    let old = Path::new(HOME).join("execute.log.1");
    fs.put(&old, b"open in an editor");
    fs.hold(&old, 1);
    for i in 0..4 {
        say(&logger, "execute_sync", log::Level::Info, &format!("line number {i}!"));
    }
    assert_eq!(text(&fs, "execute.log").lines().count(), 4, "no line is lost");
    fs.pause(std::time::Duration::ZERO);
    for i in 4..6 {
        say(&logger, "execute_sync", log::Level::Info, &format!("line number {i}!"));
    }
    assert_eq!(text(&fs, "execute.log").lines().count() + text(&fs, "execute.log.1").lines().count(), 6);
    assert_eq!(text(&fs, "execute.log.2"), "open in an editor");
    let said: Vec<_> =
        lines.lock().unwrap().iter().filter(|line| line.contains("cannot be renamed")).cloned().collect();
    assert!(said.len() == 1 && said[0].starts_with("2026/11/23 03:44:29 WARN The log file "), "{said:?}");
}

#[test]
fn a_full_disk_is_said_once_and_writing_goes_on_when_there_is_space() {
    let fs = StrictFake::with_folder(HOME);
    let path = Path::new(HOME).join("execute.log");
    let mut file = LogFile::open(Arc::new(fs.clone()), path, 1000, 1).unwrap();
    fs.set_full(true);
    let said = file.write("lost").unwrap();
    assert!(said.contains("execute.log cannot be written: ") && said.ends_with("this is said once"), "{said}");
    assert_eq!(file.write("lost too"), None);
    fs.set_full(false);
    assert_eq!(file.write("kept"), None);
    assert_eq!(text(&fs, "execute.log"), "kept\n");
}

#[test]
fn a_folder_that_is_missing_is_named_at_its_setting() {
    let dir = tempfile::tempdir().unwrap();
    let open = |path| LogFile::open(Arc::new(System), path, 1000, 1).err().unwrap();
    let error = open(dir.path().join("missing/execute.log"));
    assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some("LOG_FILE")));
    assert!(error.message().contains("missing of the log file does not exist"), "{error}");
    let error = open(dir.path().to_owned());
    assert!(error.message().contains("cannot be opened") && error.remedy().is_some(), "{error}");
}

#[cfg(unix)]
#[test]
fn a_log_file_follows_its_link_and_comes_back_for_its_owner_alone_when_moved_away() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let (real, link) = (dir.path().join("real.log"), dir.path().join("link.log"));
    fs::write(&real, "before\n").unwrap();
    symlink(&real, &link).unwrap();
    let mut file = LogFile::open(Arc::new(System), link.clone(), 20, 2).unwrap();
    for line in ["one", "two", "three long line"] {
        assert_eq!(file.write(line), None);
    }
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(dir.path().join("real.log.1")).unwrap(), "before\none\ntwo\n");
    assert_eq!(fs::read_to_string(&link).unwrap(), "three long line\n");

    fs::rename(&real, dir.path().join("taken")).unwrap();
    assert_eq!(file.write("four"), None);
    assert_eq!(fs::read_to_string(&real).unwrap(), "four\n");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
    fs::remove_file(&real).unwrap();
    assert_eq!(file.write("five"), None);
    assert_eq!(fs::read_to_string(&real).unwrap(), "five\n");

    let mut device = LogFile::open(Arc::new(System), "/dev/null".into(), 1, 1).unwrap();
    assert_eq!((device.write("nowhere"), device.write("nowhere")), (None, None));
}

#[cfg(unix)]
#[test]
fn whoever_could_read_a_log_file_can_read_its_successor() {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sync.log");
    for mode in [0o644, 0o640, 0o600] {
        fs::write(&path, "a line of before\n").unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        // Only root can give a file away; for everybody else this tests the mode alone.
        let _ = chown(&path, Some(54321), Some(54321));
        let before = fs::metadata(&path).unwrap();
        let mut file = LogFile::open(Arc::new(System), path.clone(), 20, 2).unwrap();
        for line in ["a first long line", "a second long line"] {
            assert_eq!(file.write(line), None);
            let after = fs::metadata(&path).unwrap();
            assert_ne!(after.ino(), before.ino());
            assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "a second long line\n");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn the_log_of_a_process_is_set_up_once() {
    let (lines, sink) = kept();
    install(LogSettings { sink: Some(sink), ..LogSettings::default() }).unwrap();
    log::info!(target: "execute_sync::logging_test", "said {}", 1);
    log::debug!(target: "execute_sync::logging_test", "unsaid");
    // Other tests of this process may speak too.
    assert!(lines.lock().unwrap().iter().any(|line| line.ends_with(" INFO said 1")));
    assert!(!lines.lock().unwrap().iter().any(|line| line.ends_with("unsaid")));
    assert_eq!(install(LogSettings::default()).unwrap_err().kind(), Kind::Internal);
}

#[tokio::test]
async fn the_lines_of_a_run_are_found_again_in_the_files_that_were_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("execute.log");
    let (shown, sink) = kept();
    let settings = LogSettings {
        file: Some(log.clone()),
        sink: Some(sink),
        file_size_bytes: 300,
        run_ids: true,
        ..LogSettings::default()
    };
    let logger = Logger::new(settings, Arc::new(System), ZonedDateTime::now).unwrap();
    let say = |text: &str| say(&logger, "execute_sync::x", log::Level::Warn, text);
    let began = jiff::Timestamp::now();
    for run in ["run-1", "run-2"] {
        of_run(run, async {
            for number in 0..5 {
                say(&format!("line {number} speaks of [run run-1] and goes on"));
            }
            let id = run_id();
            std::thread::scope(|threads| threads.spawn(|| in_run(id.as_deref(), || say("from a thread"))).join())
                .unwrap();
        })
        .await;
        say("of no run");
    }
    assert!(folder.path().join("execute.log.1").exists(), "it was renamed meanwhile");
    let lines = lines_of_run(&log, "run-1", began, 100).unwrap();
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[0].text, "line 0 speaks of [run run-1] and goes on");
    assert_eq!((lines[5].level.as_str(), lines[5].text.as_str()), ("WARN", "from a thread"));
    assert!(lines.iter().all(|line| (began.as_second()..=began.as_second() + 60).contains(&line.at.as_second())));
    assert_eq!(lines_of_run(&log, "run-1", began, 2).unwrap(), lines[4..]);
    assert_eq!(lines_of_run(&log, "run-3", began, 100).unwrap(), []);
    assert_eq!(lines_of_run(&folder.path().join("none"), "run-1", began, 100).unwrap(), []);
    assert!(shown.lock().unwrap().iter().all(|line| !line.ends_with("[run run-1]")), "people see what was said");
}
