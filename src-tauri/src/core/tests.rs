//! What the core holds and when it looks again.
#![allow(clippy::unwrap_used)]
use std::time::Duration;

use execute_sync::history::{History, Outcome, RunRecord, utc};
use execute_sync::schedule::Every;
use execute_sync::secret_store::{Place, SecretReference};
use execute_sync::worker::ProfileStatus;

use super::*;

#[tokio::test]
async fn a_state_is_made_of_what_is_in_memory_and_newer_than_those_before_it() {
    let home = tempfile::tempdir().unwrap();
    let dirs = AppDirs::find(Some(home.path().into())).unwrap();
    let core = Core::start(dirs, Activity::default(), Arc::new(|_| {})).unwrap();
    core.store.add(StoredProfile::new("Northern", &core.dirs.databases().join("n.sqlite")).unwrap()).unwrap();
    assert!(core.is_outdated());
    core.reload();
    let first = core.state();
    std::fs::remove_dir_all(home.path()).unwrap();
    let second = core.state();
    assert!(second.number > first.number);
    assert_eq!((second.profiles[0].destination.as_str(), second.profiles_trouble), ("SQLite · n.sqlite", None));
}

#[tokio::test]
async fn a_start_reads_no_profiles_and_who_asks_for_them_waits_until_they_are_read() {
    let home = tempfile::tempdir().unwrap();
    let dirs = AppDirs::find(Some(home.path().into())).unwrap();
    let profile = StoredProfile::new("Northern", &dirs.databases().join("n.sqlite")).unwrap();
    ProfileStore::new(&dirs).add(profile).unwrap();
    let core = Core::start(dirs, Activity::default(), Arc::new(|_| {})).unwrap();
    tokio::select! {
        biased;
        () = core.loaded() => panic!("nothing was read yet"),
        () = std::future::ready(()) => assert!(core.state().profiles.is_empty()),
    }
    let reading = Arc::clone(&core);
    let (read, ()) = tokio::join!(tokio::task::spawn_blocking(move || reading.reload()), core.loaded());
    read.unwrap();
    assert_eq!(core.state().profiles.len(), 1);
}

#[tokio::test]
async fn a_database_that_is_deleted_is_missed_and_one_that_is_put_back_is_not() {
    let home = tempfile::tempdir().unwrap();
    let dirs = AppDirs::find(Some(home.path().into())).unwrap();
    let core = Core::start(dirs, Activity::default(), Arc::new(|_| {})).unwrap();
    let database = home.path().join("n.sqlite");
    let mut profile = StoredProfile::new("Northern", &database).unwrap();
    // None of our own runs comes in between.
    (profile.schedule.every, profile.schedule.on_start) = (Every::Manual, false);
    core.store.add(profile.clone()).unwrap();
    std::fs::write(&database, "").unwrap();
    let state_dir = profile.state_dir(&core.dirs);
    core.dirs.ensure(&state_dir).unwrap();
    let target = format!("sqlite:{}", home.path().canonicalize().unwrap().join("n.sqlite").display());
    let at = utc(Timestamp::now());
    let (started, finished, outcome) = (at.clone(), Some(at), Some(Outcome::Succeeded));
    let run = RunRecord { run_id: "a".into(), target, started, finished, outcome, ..RunRecord::default() };
    History::open(&state_dir).finish(&run).unwrap();
    core.reload();
    assert!(core.is_outdated() && !core.is_outdated(), "looked at for the first time");
    assert_eq!(core.planned(&profile).gone, None);

    std::fs::remove_file(&database).unwrap();
    assert!(core.is_outdated());
    core.reload();
    let mut states = core.worker.changes();
    let mut says = async |words: &str| {
        let says =
            |states: &Vec<ProfileStatus>| states.iter().any(|profile| profile.status.sentence.starts_with(words));
        tokio::time::timeout(Duration::from_secs(60), states.wait_for(says)).await.is_ok_and(|said| said.is_ok())
    };
    assert!(says("Not up to date · the database ").await);
    assert_eq!(core.state().profiles[0].state, crate::contract::ProfileState::NeedsYou);
    assert!(!core.is_outdated() && !database.exists());

    std::fs::write(&database, "").unwrap();
    assert!(core.is_outdated());
    core.reload();
    assert!(says("Up to date").await);
}

#[tokio::test]
async fn another_programs_run_is_shown_as_long_as_it_holds_the_database() {
    let home = tempfile::tempdir().unwrap();
    let core = crate::test_core::core(&home);
    let mut profile = StoredProfile::new("Northern", &home.path().join("n.sqlite")).unwrap();
    (profile.schedule.every, profile.schedule.on_start) = (Every::Manual, false);
    core.store.add(profile.clone()).unwrap();
    core.reload();
    assert!(core.is_outdated() && !core.is_outdated());
    let (_, engine) = crate::run::writable(&profile, &core.dirs).unwrap();
    let held = engine.hold().unwrap();
    assert!(!core.is_outdated(), "we hold it ourselves");
    let mut states = core.worker.changes();
    states.wait_for(|states| !states.is_empty()).await.unwrap();
    // As if another process had taken it.
    std::fs::write(held.path(), r#"{"pid":1,"started":"2026-03-02T16:00:00Z"}"#).unwrap();
    assert!(core.is_outdated());
    core.reload();
    let is = |elsewhere| move |states: &Vec<ProfileStatus>| states.iter().any(|it| it.is_elsewhere == elsewhere);
    states.wait_for(is(true)).await.unwrap();
    assert_eq!(core.state().profiles[0].state, crate::contract::ProfileState::Syncing);
    drop(held);
    assert!(core.is_outdated());
    core.reload();
    states.wait_for(is(false)).await.unwrap();
    assert_eq!(core.state().profiles[0].state, crate::contract::ProfileState::Never);
    assert!(!core.is_outdated());
}

#[tokio::test]
async fn a_database_that_was_replaced_is_looked_at_anew() {
    let home = tempfile::tempdir().unwrap();
    let core = crate::test_core::core(&home);
    let database = home.path().join("n.sqlite");
    let profile = StoredProfile::new("Northern", &database).unwrap();
    core.store.add(profile.clone()).unwrap();
    core.reload();
    // SQLite takes an empty file for a database with nothing in it.
    assert!(!core.has_database(&profile.id).unwrap());
    std::fs::write(&database, "").unwrap();
    assert!(core.has_database(&profile.id).unwrap());
    let first = core.browser(&profile.id).unwrap();
    assert!(Arc::ptr_eq(&first, &core.browser(&profile.id).unwrap()));
    let copy = home.path().join("copy");
    std::fs::write(&copy, "").unwrap();
    std::fs::rename(&copy, &database).unwrap();
    let second = core.browser(&profile.id).unwrap();
    assert!(!Arc::ptr_eq(&first, &second));
    assert!(Arc::ptr_eq(&second, &core.browser(&profile.id).unwrap()));
    std::fs::remove_file(&database).unwrap();
    assert!(core.browser(&profile.id).is_err());
}

#[tokio::test]
async fn profiles_that_cannot_be_read_at_the_start_come_by_themselves() {
    let home = tempfile::tempdir().unwrap();
    let dirs = AppDirs::find(Some(home.path().into())).unwrap();
    let file = ProfileStore::new(&dirs).file();
    // Root may read everything but a folder in a file's place.
    std::fs::create_dir_all(&file).unwrap();
    let core = Core::start(dirs, Activity::default(), Arc::new(|_| {})).unwrap();
    core.reload();
    assert!(core.state().profiles_trouble.is_some_and(|trouble| !trouble.set_aside));
    assert!(core.state().notices.is_empty(), "it is told once");
    assert!(core.is_outdated(), "it is tried again");
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, "{").unwrap();
    core.reload();
    assert!(core.state().profiles_trouble.is_some_and(|trouble| trouble.set_aside));
    assert!(!core.is_outdated(), "only a new file helps");
    core.store.add(StoredProfile::new("Northern", &core.dirs.databases().join("n.sqlite")).unwrap()).unwrap();
    assert!(core.is_outdated());
    core.reload();
    assert_eq!((core.state().profiles.len(), core.state().profiles_trouble), (1, None));
}

#[tokio::test]
async fn all_that_are_there_are_paused_and_resumed_also_when_another_program_has_just_removed_one() {
    let home = tempfile::tempdir().unwrap();
    let core = crate::test_core::core(&home);
    let named = |name: &str| StoredProfile::new(name, &core.dirs.databases().join(format!("{name}.sqlite"))).unwrap();
    let profiles = ["First", "Second"].map(named);
    for mut profile in profiles.clone() {
        (profile.schedule.every, profile.schedule.on_start) = (Every::Manual, false);
        core.store.add(profile).unwrap();
    }
    core.reload();
    core.store.remove(&profiles[0].id).unwrap();
    core.pause(None, PauseFor::Resumed).unwrap();
    let paused = || core.profiles().iter().map(|it| (it.name.clone(), it.paused.is_some())).collect::<Vec<_>>();
    assert_eq!(paused(), [("Second".to_owned(), true)]);

    core.store.add(named("Third")).unwrap();
    core.resume(None).unwrap();
    assert_eq!(paused(), [("Second".to_owned(), false), ("Third".to_owned(), false)]);
    core.store.remove(&profiles[1].id).unwrap();
    assert!(core.pause(Some(&profiles[1].id), PauseFor::Hour).is_err(), "that one was asked for");
    assert_eq!(paused(), [("Third".to_owned(), false)], "it is no longer shown");
}

#[tokio::test]
async fn a_pause_of_all_shortens_none_that_is_there() {
    let home = tempfile::tempdir().unwrap();
    let core = crate::test_core::core(&home);
    let tomorrow = Timestamp::now() + jiff::SignedDuration::from_hours(30);
    let over = Timestamp::now() - jiff::SignedDuration::from_hours(1);
    let pauses = [None, Some(None), Some(Some(tomorrow)), Some(Some(over))];
    for (number, until) in pauses.into_iter().enumerate() {
        let database = core.dirs.databases().join(format!("{number}.sqlite"));
        let mut profile = StoredProfile::new(&format!("{number}"), &database).unwrap();
        (profile.schedule.every, profile.schedule.on_start) = (Every::Manual, false);
        profile.paused = until.map(|until| stored::Pause { until });
        core.store.add(profile).unwrap();
    }
    core.reload();
    let until = || core.profiles().iter().map(|it| it.paused.unwrap().until).collect::<Vec<_>>();
    core.pause(None, PauseFor::Hour).unwrap();
    let hour = until()[0];
    assert!(hour.is_some_and(|hour| hour < tomorrow));
    assert_eq!(until(), [hour, None, Some(tomorrow), hour]);
    core.pause(None, PauseFor::Resumed).unwrap();
    assert_eq!(until(), [None; 4]);
    // Of one, a person sees how long it is paused, and means what they choose.
    let id = core.profiles()[0].id.clone();
    core.pause(Some(&id), PauseFor::Hour).unwrap();
    assert!(until()[0].is_some());
}

#[tokio::test]
async fn a_pause_of_all_also_stops_a_run_that_was_asked_for_in_a_pause_that_stays() {
    let home = tempfile::tempdir().unwrap();
    let core = crate::test_core::core(&home);
    // It takes calls and never answers.
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut profile = StoredProfile::new("Northern", &home.path().join("n.sqlite")).unwrap();
    profile.source.url = format!("http://{}", server.local_addr().unwrap());
    profile.source.key_id = "reporting".to_owned();
    let place = Place::Environment { name: crate::test_core::VARIABLES[0].0.to_owned() };
    profile.secret = Some(SecretReference { place, host: profile.url().unwrap().bound_host() });
    profile.paused = Some(stored::Pause { until: None });
    core.store.add(profile.clone()).unwrap();
    core.reload();
    core.worker.sync_now(&profile.id, false, false);
    let mut states = core.worker.changes();
    let is_running = |wanted: bool| {
        move |states: &Vec<ProfileStatus>| states.iter().any(|profile| profile.progress.is_some() == wanted)
    };
    let limit = Duration::from_secs(60);
    tokio::time::timeout(limit, states.wait_for(is_running(true))).await.unwrap().unwrap();
    let _call = server.accept().await.unwrap();
    core.pause(None, PauseFor::Hour).unwrap();
    tokio::time::timeout(limit, states.wait_for(is_running(false))).await.unwrap().unwrap();
    assert_eq!(core.profiles()[0].paused, profile.paused);
}

#[tokio::test]
async fn an_export_under_way_is_stopped_and_waited_for_when_the_app_ends() {
    let home = tempfile::tempdir().unwrap();
    let core = crate::test_core::core(&home);
    let export = core.begin_export();
    let file = tempfile::NamedTempFile::new_in(&home).unwrap();
    let path = file.path().to_owned();
    tokio::spawn(async move {
        export.cancelled().await;
        tokio::task::yield_now().await;
        drop(file);
    });
    core.end(Duration::from_secs(60)).await;
    assert!(!path.exists());
}
