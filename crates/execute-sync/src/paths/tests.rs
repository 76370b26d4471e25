//! The rules of files, on the real system and on the strict fake.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::fake::StrictFake;
use super::*;
use crate::error::Kind;

/// A home folder as people have them.
const HOME: &str = "/Users/Zoë Müller-O'Brien 東/Execute Sync";

fn fake() -> (StrictFake, PathBuf) {
    (StrictFake::with_folder(HOME), PathBuf::from(HOME))
}

#[test]
fn who_may_not_read_a_file_is_told_to_be_let_read_it() {
    let remedy = |kind: io::ErrorKind| unreadable(Path::new("/x"), kind.into()).remedy().map(str::to_owned).unwrap();
    assert_eq!(
        remedy(io::ErrorKind::PermissionDenied),
        "Give this user the right to read that file and to enter its folder"
    );
    assert_eq!(remedy(io::ErrorKind::Other), "Check the disk, then try again");
}

#[test]
fn a_file_is_created_then_replaced_whole_and_nothing_else_is_left() {
    let (fs, home) = fake();
    let path = home.join("last_sync_date.txt");
    replace_file_in(&fs, &path, b"one").unwrap();
    replace_file_in(&fs, &path, b"two").unwrap();
    assert_eq!(fs.read(&path).unwrap(), b"two");
    assert_eq!(fs.names(), [path]);
}

#[test]
fn a_rename_over_a_file_that_another_program_holds_is_tried_again() {
    let (fs, home) = fake();
    let path = home.join("profiles.json");
    fs.put(&path, b"old");
    fs.hold(&path, 3);
    replace_file_in(&fs, &path, b"new").unwrap();
    assert_eq!(fs.read(&path).unwrap(), b"new");
    assert_eq!(fs.paused(), Duration::from_millis(10 + 20 + 40));
}

#[test]
fn a_file_that_stays_open_elsewhere_is_a_clear_error_within_a_second_and_stays_as_it_was() {
    let (fs, home) = fake();
    let path = home.join("profiles.json");
    fs.put(&path, b"old");
    fs.hold(&path, 1000);
    let error = replace_file_in(&fs, &path, b"new").unwrap_err();
    assert_eq!(error.kind(), Kind::Disk);
    assert!(error.message().contains("profiles.json is held open by another program"), "{error}");
    assert!(error.remedy().unwrap().contains("Close the program"));
    assert!(fs.paused() <= Duration::from_secs(1));
    assert_eq!(fs.read(&path).unwrap(), b"old");
    assert_eq!(fs.names(), [path], "the temporary file is gone");
}

#[test]
fn a_full_disk_leaves_the_old_file_and_says_what_helps() {
    let (fs, home) = fake();
    let path = home.join("profiles.json");
    fs.put(&path, b"old");
    fs.set_full(true);
    let error = replace_file_in(&fs, &path, b"new").unwrap_err();
    assert_eq!((error.kind(), error.remedy().unwrap().contains("space")), (Kind::Disk, true));
    assert_eq!(fs.read(&path).unwrap(), b"old");
    assert_eq!(fs.names(), [path]);
}

#[test]
fn names_that_differ_only_in_case_are_one_file_where_the_system_says_so() {
    let (fs, home) = fake();
    let path = home.join("Execute_Sync_Key.P8");
    create_private_file_in(&fs, &path, b"the first").unwrap();
    let error = create_private_file_in(&fs, &home.join("execute_sync_key.p8"), b"another").unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
    assert!(error.message().contains("execute_sync_key.p8 exists already"), "{error}");
    assert_eq!(fs.read(&path).unwrap(), b"the first");

    assert!(may_be_same_file_in(&fs, &home.join("DB.sqlite"), &home.join("db.SQLite")));
    assert!(may_be_same_file_in(&fs, &path, &home.join("EXECUTE_SYNC_KEY.p8")));
    assert!(!may_be_same_file_in(&fs, &home.join("a.log"), &home.join("b.log")));
    assert!(!may_be_same_file_in(&fs, &home.join("a.log"), Path::new("/elsewhere/a.log")));
}

#[test]
fn a_device_name_is_an_error_and_never_a_file() {
    let (fs, home) = fake();
    for name in ["NUL", "con.txt", "Com1", "what?.log", "trailing."] {
        assert!(replace_file_in(&fs, &home.join(name), b"x").is_err(), "{name}");
        assert!(check_file_name(name).is_err(), "{name}");
    }
    assert!(fs.names().is_empty());
}

#[test]
fn every_file_of_ours_has_a_name_that_every_system_takes() {
    let (fs, home) = fake();
    let state = StateDir::new(&home);
    let files = [
        state.mark_file(),
        state.history_file(),
        state.history_lock_file(),
        state.default_database(),
        state.run_lock_file("0123456789abcdef"),
        home.join("execute_sync_key.p8"),
    ];
    for (i, file) in files.iter().enumerate() {
        assert_eq!(file.parent().unwrap(), home);
        check_file_name(file.file_name().unwrap().to_str().unwrap()).unwrap();
        replace_through_link_in(&fs, file, b"x").unwrap();
        for other in &files[..i] {
            assert!(!may_be_same_file_in(&fs, file, other), "{file:?} {other:?}");
        }
    }
}

#[test]
fn names_are_checked_against_all_systems_at_once() {
    for good in
        ["execute.sqlite", "Zoë's Daten 東.sqlite", ".hidden", "console.txt", "COM", "COM12", "nul_.txt", "a..b"]
    {
        check_file_name(good).unwrap();
    }
    let long = "ä".repeat(128);
    for bad in [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "C:x",
        "a\0b",
        "a\nb",
        "x ",
        " x",
        "x.",
        "NUL",
        "nul.tar.gz",
        "AUX .txt",
        "LPT9",
        "com¹",
        "conin$",
        "a|b",
        &long,
    ] {
        let error = check_file_name(bad).unwrap_err();
        assert_eq!((error.kind(), error.remedy().is_some()), (Kind::Configuration, true), "{bad:?}");
    }
}

#[test]
fn case_is_folded_beyond_ascii() {
    assert!(same_name("EXECUTE.SQLITE", "execute.sqlite"));
    assert!(same_name("Größe", "GRÖSSE"));
    assert!(same_name("ÉTAT σας", "état ΣΑΣ"));
    assert!(!same_name("a", "b"));
}

#[test]
fn the_working_directory_is_the_folder_of_a_bare_name() {
    assert_eq!(folder_of(Path::new("x.txt")), Path::new("."));
    assert_eq!(folder_of(Path::new("a/x.txt")), Path::new("a"));
    assert_eq!(replace_file(Path::new("/"), b"x").unwrap_err().kind(), Kind::Configuration);
}

#[test]
fn the_state_folder_is_created_but_not_the_folders_above_it() {
    let dir = tempfile::tempdir().unwrap();
    let state = StateDir::new(dir.path().join("Zoë's Zustand 東"));
    state.ensure().unwrap();
    state.ensure().unwrap();
    assert!(state.path().is_dir());
    let error = StateDir::new(dir.path().join("mistyped/state")).ensure().unwrap_err();
    assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some("STATE_DIR")));
    fs::write(dir.path().join("file"), "").unwrap();
    assert_eq!(StateDir::new(dir.path().join("file")).ensure().unwrap_err().at_field(), Some("STATE_DIR"));
}

#[test]
fn only_old_temporary_files_of_ours_are_swept() {
    let dir = tempfile::tempdir().unwrap();
    let old = std::time::SystemTime::now() - Duration::from_secs(3600);
    let names = [
        (".last_sync_date.txt.0123456789abcdef.tmp", true),
        (".execute-sync-runs.ndjson.0123456789abcdef.tmp", true),
        (".execute-sync-runs.ndjson.tmp", false),
        (".another.txt.0123456789abcdef.tmp", false),
        ("last_sync_date.txt", false),
    ];
    for (name, _) in names {
        let file = fs::File::create(dir.path().join(name)).unwrap();
        file.set_modified(old).unwrap();
    }
    let young = dir.path().join(".last_sync_date.txt.fedcba9876543210.tmp");
    fs::write(&young, "").unwrap();
    let state = StateDir::new(dir.path());
    assert_eq!(state.sweep(), 2);
    for (name, swept) in names {
        assert_eq!(dir.path().join(name).exists(), !swept, "{name}");
    }
    assert!(young.exists());
    assert_eq!(StateDir::new(dir.path().join("nowhere")).sweep(), 0);
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn what_we_create_is_readable_by_its_owner_alone_also_in_folders_that_are_no_text() {
        let dir = tempfile::tempdir().unwrap();
        // macOS takes only names that are text.
        let name: &[u8] = if cfg!(target_os = "linux") { b"Jos\xe9 M\xfcller" } else { "José Müller".as_bytes() };
        let folder = dir.path().join(OsStr::from_bytes(name));
        let state = StateDir::new(&folder);
        state.ensure().unwrap();
        assert_eq!(mode(&folder), 0o700);
        replace_file(&state.history_file(), b"one").unwrap();
        replace_file(&state.history_file(), b"two").unwrap();
        assert_eq!(fs::read(state.history_file()).unwrap(), b"two");
        assert_eq!(mode(&state.history_file()), 0o600);
        replace_through_link(&state.mark_file(), b"mark").unwrap();
        assert_eq!(mode(&state.mark_file()), 0o600);
        create_private_file(&folder.join("key"), b"key").unwrap();
        assert_eq!(mode(&folder.join("key")), 0o600);
        drop(System.open_append(&folder.join("log"), None).unwrap());
        assert_eq!(mode(&folder.join("log")), 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 4);
    }

    #[test]
    fn the_mark_file_keeps_the_mode_and_owner_that_the_older_tool_gave_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("last_sync_date.txt");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
        // Only root can give a file away; for everybody else this tests the mode alone.
        let _ = std::os::unix::fs::chown(&path, Some(1234), Some(1234));
        let before = fs::metadata(&path).unwrap();
        replace_through_link(&path, b"new").unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
        assert_ne!(after.ino(), before.ino());
    }

    #[test]
    fn a_link_is_refused_or_followed_but_never_written_through_or_lost() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("volume"), dir.path().join("last_sync_date.txt"));
        fs::write(&real, "old").unwrap();
        symlink("volume", &link).unwrap();
        let error = replace_file(&link, b"new").unwrap_err();
        assert!(error.message().contains("is a symbolic link"), "{error}");
        assert_eq!(fs::read(&real).unwrap(), b"old");
        replace_through_link(&link, b"new").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());

        fs::remove_file(&real).unwrap();
        let error = replace_through_link(&link, b"new").unwrap_err();
        assert!(error.message().contains("leads nowhere"), "{error}");
        let error = create_private_file(&link, b"new").unwrap_err();
        assert_eq!(error.kind(), Kind::Configuration);
        assert!(!real.exists(), "a dangling link is not written through");
    }

    #[test]
    fn somebody_elses_link_is_a_trap() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("precious"), dir.path().join("last_sync_date.txt"));
        fs::write(&real, "precious").unwrap();
        symlink(&real, &link).unwrap();
        if std::os::unix::fs::lchown(&link, Some(4321), None).is_err() {
            // Without root nobody else's link can be made; what the link's owner decides is then tested alone.
            assert!(System.link(&link).unwrap().unwrap().trusted);
            return;
        }
        let error = replace_through_link(&link, b"new").unwrap_err();
        assert!(error.message().contains("somebody else made"), "{error}");
        assert_eq!(fs::read(&real).unwrap(), b"precious");
    }

    #[test]
    fn a_replaced_file_has_another_identity_and_a_second_name_has_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("execute.sqlite"), dir.path().join("link"));
        fs::write(&path, "one").unwrap();
        symlink(&path, &link).unwrap();
        let open = fs::File::open(&path).unwrap();
        let before = file_identity(&path).unwrap();
        assert_eq!(file_identity(&link).unwrap(), before);
        assert!(may_be_same_file(&path, &link));
        replace_file(&path, b"two").unwrap();
        assert_ne!(file_identity(&path).unwrap(), before);
        drop(open);
        fs::remove_file(&path).unwrap();
        assert_eq!(file_identity(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(may_be_same_file(&dir.path().join("./x/../new"), &dir.path().join("./x/../new")));
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_named_with_a_remedy() {
        // A folder that even root cannot write to.
        let error = replace_file(Path::new("/proc/self/last_sync_date.txt"), b"x").unwrap_err();
        assert_eq!(error.kind(), Kind::Disk);
        assert!(error.message().contains("/proc/self/last_sync_date.txt cannot be written"), "{error}");
        assert!(error.remedy().is_some() && !error.details().is_empty());
    }
}
