//! The promises of the profile file, on the strict stand-in for a file system and on the real one.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::paths::fake::StrictFake;

fn profile(name: &str) -> StoredProfile {
    let path = if cfg!(windows) { r"C:\data\a.sqlite" } else { "/data/a.sqlite" };
    let mut profile = StoredProfile::new(name, Path::new(path)).unwrap();
    profile.source.url = "https://execute.example.com".to_owned();
    profile.source.key_id = "key-7".to_owned();
    profile
}

fn real() -> (tempfile::TempDir, ProfileStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = ProfileStore::new(&AppDirs::find(Some(folder.path().into())).unwrap());
    (folder, store)
}

fn fake() -> (tempfile::TempDir, StrictFake, ProfileStore) {
    let locks = tempfile::tempdir().unwrap();
    let fs = StrictFake::with_folder("/config");
    let store = ProfileStore { fs: Arc::new(fs.clone()), folder: "/config".into(), lock: locks.path().join(LOCK_FILE) };
    (locks, fs, store)
}

fn names(store: &ProfileStore) -> Vec<String> {
    store.load().unwrap().profiles.into_iter().map(|profile| profile.name).collect()
}

fn text(store: &ProfileStore) -> String {
    String::from_utf8(store.bytes(FILE).unwrap().unwrap()).unwrap()
}

#[test]
fn profiles_keep_their_order_and_what_they_hold() {
    let (_folder, store) = real();
    assert!(store.load().unwrap().profiles.is_empty());
    assert!(!store.folder.exists(), "reading creates nothing");
    let mut first = profile("Zebra");
    first.options.insert(super::super::stored::OptionName::find("MAX_DOCUMENTS").unwrap(), "500".to_owned());
    first.paused = Some(super::super::stored::Pause { until: Some("2026-11-23T18:00:00Z".parse().unwrap()) });
    store.add(first.clone()).unwrap();
    store.add(profile("Alpha")).unwrap();
    assert_eq!(names(&store), ["Zebra", "Alpha"]);
    assert_eq!(store.load().unwrap().profiles[0], first);
    let text = text(&store);
    assert!(text.starts_with("{\n  \"version\": 1,\n") && text.ends_with("}\n"), "{text}");
    first.name = "Zulu".to_owned();
    store.replace(first.clone()).unwrap();
    assert_eq!(names(&store), ["Zulu", "Alpha"]);
    assert_eq!(store.remove(&first.id).unwrap().name, "Zulu");
    assert_eq!(store.remove(&first.id).unwrap_err().kind(), Kind::Configuration);
    assert_eq!(store.replace(first).unwrap_err().message(), "this profile does not exist any more");
    assert_eq!(names(&store), ["Alpha"]);
}

#[test]
fn a_name_is_given_once_whatever_its_case() {
    let (_folder, store) = real();
    store.add(profile("Größe")).unwrap();
    let error = store.add(profile(" grÖSSE ").clone()).err();
    assert!(error.is_none(), "ß and SS are two letters and one");
    let error = store.add(profile("gRÖßE")).unwrap_err();
    assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some("name")));
    for wrong in ["", "  ", "a\nb", &"x".repeat(81)] {
        assert!(StoredProfile::new(wrong, Path::new("/a")).is_err(), "{wrong:?}");
    }
    assert_eq!(store.load().unwrap().find("GRÖßE").unwrap().name, "Größe");
    assert!(store.load().unwrap().find("nobody").unwrap_err().remedy().unwrap().contains("Größe"));
}

#[test]
fn a_broken_file_is_set_aside_and_the_last_good_one_used() {
    type Break = fn(String) -> String;
    let breaks: [(&str, Break); 6] = [
        ("is no JSON", |text| text.replacen("\"version\"", "version", 1)),
        ("breaks off", |text| text[..text.len() / 2].to_owned()),
        ("unknown field `colour` in line 4", |text| text.replacen("    {\n", "    { \"colour\": 1,\n", 1)),
        ("unknown field `NOPE`", |text| text.replacen("\"options\": {}", "\"options\": { \"NOPE\": \"1\" }", 1)),
        ("16 hexadecimal digits", |text| text.replacen("\"id\": \"", "\"id\": \"../", 1)),
        ("missing field `name`", |text| {
            text.lines().filter(|l| !l.contains("\"name\"")).collect::<Vec<_>>().join("\n")
        }),
    ];
    for (says, break_it) in breaks {
        let (_folder, store) = real();
        store.add(profile("One")).unwrap();
        let good = text(&store);
        let broken = break_it(good.clone());
        assert_ne!(good, broken);
        std::fs::write(store.file(), &broken).unwrap();
        let loaded = store.load().unwrap();
        assert_eq!(loaded.profiles.len(), 1, "{says}");
        let problem = &loaded.problems[0];
        assert!(problem.text.contains(says) && problem.text.contains("the last good one is used"), "{problem:?}");
        assert_eq!(text(&store), good);
        let aside = std::fs::read_dir(&store.folder).unwrap().map(|entry| entry.unwrap().path());
        let aside: Vec<_> = aside.filter(|path| path.to_string_lossy().contains("broken-")).collect();
        assert_eq!(aside.len(), 1);
        assert_eq!(std::fs::read_to_string(&aside[0]).unwrap(), broken, "what somebody wrote is not lost");
        assert!(store.load().unwrap().problems.is_empty(), "it is told once");
    }
}

#[test]
fn a_second_broken_file_does_not_replace_the_first() {
    let (_folder, store) = real();
    store.add(profile("One")).unwrap();
    for n in 0..3 {
        std::fs::write(store.file(), format!("broken {n}")).unwrap();
        assert_eq!(store.load().unwrap().problems.len(), 1);
    }
    let count = std::fs::read_dir(&store.folder)
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().contains("broken-"));
    assert_eq!(count.count(), 3);
}

#[test]
fn a_value_that_may_be_a_secret_is_not_repeated() {
    let (_folder, store) = real();
    store.add(profile("One")).unwrap();
    std::fs::write(store.file(), text(&store).replacen("\"options\": {}", "\"options\": \"hunter2-hunter2\"", 1))
        .unwrap();
    let problem = store.load().unwrap().problems.remove(0);
    assert!(
        problem.text.contains("a value of the wrong form in line") && !problem.text.contains("hunter2"),
        "{problem:?}"
    );
}

#[test]
fn a_file_of_a_newer_program_is_left_alone() {
    let (_folder, store) = real();
    store.add(profile("One")).unwrap();
    let newer = r#"{"version": 2, "profiles": {"other": "form"}}"#;
    std::fs::write(store.file(), newer).unwrap();
    for error in [store.load().unwrap_err(), store.add(profile("Two")).unwrap_err()] {
        assert!(error.message().contains("version 2"), "{error}");
    }
    assert_eq!(text(&store), newer);
}

#[test]
fn a_file_that_is_gone_comes_back() {
    let (_folder, store) = real();
    store.add(profile("One")).unwrap();
    std::fs::remove_file(store.file()).unwrap();
    let loaded = store.load().unwrap();
    assert_eq!((loaded.profiles.len(), loaded.problems.len()), (1, 1));
    assert!(loaded.problems[0].text.contains("was gone"));
    assert!(store.load().unwrap().problems.is_empty());
}

#[test]
fn a_change_by_hand_is_taken_and_kept_as_the_last_good_one() {
    let (_folder, store) = real();
    store.add(profile("One")).unwrap();
    let loaded = store.load().unwrap();
    assert!(!store.changed_since(&loaded.stamp));
    let edited = format!("\u{feff}{}", text(&store).replace("\"One\"", "\"Uno\"").replace('\n', "\r\n"));
    std::fs::write(store.file(), &edited).unwrap();
    assert!(store.changed_since(&loaded.stamp));
    assert_eq!(names(&store), ["Uno"]);
    assert_eq!(std::fs::read_to_string(store.folder.join(LAST_GOOD_FILE)).unwrap(), edited);
}

#[test]
fn a_watcher_sees_every_change() {
    let (_folder, store) = real();
    let mut stamp = store.load().unwrap().stamp;
    let one = profile("One");
    for change in 0..4 {
        match change {
            0 => store.add(one.clone()).unwrap(),
            1 => store.change(&one.id, |p| p.name = "Two".to_owned()).unwrap(),
            2 => store.change(&one.id, |p| p.name = "One".to_owned()).unwrap(),
            _ => drop(store.remove(&one.id).unwrap()),
        }
        assert!(store.changed_since(&stamp), "change {change}");
        stamp = store.load().unwrap().stamp;
        assert!(!store.changed_since(&stamp));
    }
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let (_folder, store) = real();
    let writers = (0..4).map(|writer| {
        let store = store.clone();
        std::thread::spawn(move || {
            for n in 0..5 {
                store.add(profile(&format!("{writer}-{n}"))).unwrap();
            }
        })
    });
    writers.collect::<Vec<_>>().into_iter().for_each(|writer| writer.join().unwrap());
    let mut names = names(&store);
    names.sort();
    assert_eq!(names, (0..4).flat_map(|w| (0..5).map(move |n| format!("{w}-{n}"))).collect::<Vec<_>>());
}

#[test]
fn a_file_that_a_scanner_holds_open_is_replaced_once_it_lets_go() {
    let (_locks, fs, store) = fake();
    store.add(profile("One")).unwrap();
    fs.hold(Path::new("/config/profiles.json"), 3);
    store.add(profile("Two")).unwrap();
    assert_eq!(names(&store), ["One", "Two"]);
}

#[test]
fn a_full_disk_leaves_the_profiles_as_they_were() {
    let (_locks, fs, store) = fake();
    store.add(profile("One")).unwrap();
    fs.set_full(true);
    let error = store.add(profile("Two")).unwrap_err();
    assert_eq!(error.kind(), Kind::Disk);
    fs.set_full(false);
    assert_eq!(names(&store), ["One"]);
    let mut left: Vec<_> = fs.names().into_iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    left.sort();
    assert_eq!(left, [FILE, LAST_GOOD_FILE]);
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone_and_links_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (folder, store) = real();
    store.add(profile("One")).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&store.folder), mode(&store.file())), (0o700, 0o600));
    assert_eq!(mode(&store.folder.join(LAST_GOOD_FILE)), 0o600);
    let elsewhere = folder.path().join("elsewhere.json");
    std::fs::rename(store.file(), &elsewhere).unwrap();
    symlink(&elsewhere, store.file()).unwrap();
    let error = store.add(profile("Two")).unwrap_err();
    assert!(error.message().contains("symbolic link"), "{error}");
    assert!(!std::fs::read_to_string(&elsewhere).unwrap().contains("Two"));
}

proptest::proptest! {
    #[test]
    fn no_text_panics_and_what_is_read_is_written_the_same(at in 0_usize..1000, cut in 0_usize..60, put in "[ -~\n]{0,12}") {
        let good = format::write(&[profile("One"), profile("Two")]).unwrap();
        let mut text = String::from_utf8(good).unwrap();
        let at = at.min(text.len());
        let end = (at + cut).min(text.len());
        text.replace_range(at..end, &put);
        if let Ok(profiles) = format::read(text.as_bytes()) {
            let again = format::write(&profiles).unwrap();
            proptest::prop_assert_eq!(format::read(&again).unwrap(), profiles);
        }
    }
}
