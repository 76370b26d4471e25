//! One run a destination; who holds it is told; nothing stale ever blocks.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;

use super::*;

/// Windows lets nobody read what is locked.
const NOTES_CAN_BE_READ: bool = cfg!(unix);

#[test]
fn a_second_run_is_told_who_holds_the_database_and_gets_it_when_that_run_ends() {
    let dir = tempfile::tempdir().unwrap();
    let first = RunLock::acquire(dir.path(), "sqlite:/data/execute.sqlite").unwrap();
    let error = RunLock::acquire(dir.path(), "sqlite:/data/execute.sqlite").unwrap_err();
    assert_eq!(error.kind(), Kind::AlreadyRunning);
    assert!(error.message().starts_with("Another run holds this database") && error.remedy().is_some(), "{error}");
    let holder = RunLock::holder(dir.path(), "sqlite:/data/execute.sqlite").expect("somebody holds it");
    if NOTES_CAN_BE_READ {
        assert_eq!(holder.map(|holder| holder.pid), Some(std::process::id()));
        assert!(error.message().contains(&format!("process {}, since 20", std::process::id())), "{error}");
    }

    drop(first);
    assert_eq!(RunLock::holder(dir.path(), "sqlite:/data/execute.sqlite"), None);
    let again = RunLock::acquire(dir.path(), "sqlite:/data/execute.sqlite").unwrap();
    assert!(again.path().exists());
}

#[test]
fn each_target_has_a_lock_of_its_own_that_tells_nothing_about_it() {
    let dir = tempfile::tempdir().unwrap();
    let one = RunLock::acquire(dir.path(), "one").unwrap();
    let two = RunLock::acquire(dir.path(), "two").unwrap();
    assert_ne!(one.path(), two.path());
    // The first 16 digits of `printf one | sha256sum`.
    assert_eq!(one.path(), dir.path().join(".execute-sync-7692c3ad3540bb80.lock"));
    if NOTES_CAN_BE_READ {
        let note = fs::read_to_string(one.path()).unwrap();
        assert!(note.starts_with("{\"pid\":") && !note.contains("one"), "{note}");
    }
}

#[test]
fn a_lock_file_left_by_a_killed_run_blocks_nobody_and_stays_when_released() {
    let dir = tempfile::tempdir().unwrap();
    let path = lock_path(dir.path(), "t");
    fs::write(&path, "{\"pid\":4194304,\"started\":\"2020-01-01T00:00:00Z\"} and more, much longer than a new note is")
        .unwrap();
    assert_eq!(RunLock::holder(dir.path(), "t"), None);
    let lock = RunLock::acquire(dir.path(), "t").unwrap();
    if NOTES_CAN_BE_READ {
        let note: Holder = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(note.pid, std::process::id());
    }
    drop(lock);
    assert_eq!(fs::read(&path).unwrap(), b"");
}

#[test]
fn somebody_who_only_looks_keeps_no_run_from_starting() {
    let dir = tempfile::tempdir().unwrap();
    drop(RunLock::acquire(dir.path(), "t").unwrap());
    let looking = File::open(lock_path(dir.path(), "t")).unwrap();
    looking.try_lock_shared().unwrap();
    let looked = std::thread::spawn(move || {
        std::thread::sleep(PAUSE);
        drop(looking);
    });
    RunLock::acquire(dir.path(), "t").unwrap();
    looked.join().unwrap();
}

#[test]
fn a_holder_that_cannot_be_read_is_still_a_holder() {
    let error = already_running(Err(io::Error::from_raw_os_error(33)));
    assert_eq!((error.kind(), error.message()), (Kind::AlreadyRunning, "Another run holds this database"));
    let dir = tempfile::tempdir().unwrap();
    let lock = RunLock::acquire(dir.path(), "t").unwrap();
    if NOTES_CAN_BE_READ {
        fs::write(lock.path(), "no note").unwrap();
    }
    assert_eq!(RunLock::holder(dir.path(), "t"), Some(None));
    assert_eq!(RunLock::acquire(dir.path(), "t").unwrap_err().kind(), Kind::AlreadyRunning);
}

#[test]
fn a_state_folder_that_cannot_be_used_is_named_at_its_setting() {
    let dir = tempfile::tempdir().unwrap();
    let error = RunLock::acquire(&dir.path().join("missing"), "t").unwrap_err();
    assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some("STATE_DIR")));
    assert_eq!(RunLock::holder(&dir.path().join("missing"), "t"), None);
    #[cfg(target_os = "linux")]
    {
        // A folder in which even root creates nothing.
        let error = RunLock::acquire(Path::new("/sys/kernel"), "t").unwrap_err();
        assert_eq!((error.kind(), error.at_field()), (Kind::Disk, Some("STATE_DIR")));
        assert!(error.message().starts_with("/sys/kernel/.execute-sync-") && error.remedy().is_some(), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_lock_empties_no_other_file() {
    let dir = tempfile::tempdir().unwrap();
    let precious = dir.path().join("precious");
    fs::write(&precious, "precious").unwrap();
    std::os::unix::fs::symlink(&precious, lock_path(dir.path(), "t")).unwrap();
    let error = RunLock::acquire(dir.path(), "t").unwrap_err();
    assert_eq!((error.kind(), error.details().contains("symbolic link")), (Kind::Disk, true));
    assert_eq!(fs::read(&precious).unwrap(), b"precious");
}

#[test]
fn a_brief_lock_is_waited_for_and_then_done_without() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("brief.lock");
    let held = lock_briefly(&path, Duration::ZERO).unwrap();
    assert!(lock_briefly(&path, PAUSE).is_none());
    let waiting = std::thread::spawn({
        let path = path.clone();
        move || lock_briefly(&path, Duration::from_secs(10)).is_some()
    });
    drop(held);
    assert!(waiting.join().unwrap());
    assert!(lock_briefly(&dir.path().join("missing/brief.lock"), PAUSE).is_none());
}
