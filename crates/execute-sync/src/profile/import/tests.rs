//! What the older tool's folders become.
#![allow(clippy::unwrap_used)]

use super::*;

struct Old {
    folder: tempfile::TempDir,
    dirs: AppDirs,
}

fn old(env: &str) -> Old {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), env).unwrap();
    let dirs = AppDirs::find(Some(folder.path().join("home").into())).unwrap();
    Old { folder, dirs }
}

impl Old {
    fn read(&self) -> Result<Import> {
        read_folder(self.folder.path(), Some("Old"), &self.dirs)
    }
}

const SOUND: &str = "EXECUTESYNC_EXECUTE_URL=https://execute.example.com\n\
                     EXECUTESYNC_EXECUTE_APIKEY_ID=key-7\n\
                     EXECUTESYNC_EXECUTE_APIKEY_SECRET=the key of a test\n\
                     EXECUTESYNC_DATABASE_TYPE=GOSQLITE\n";

#[test]
fn a_folder_becomes_a_profile_that_goes_on_where_it_was() {
    let old =
        old(&format!("{SOUND}EXECUTESYNC_DATABASE_DSN=data/afes.db\nEXECUTESYNC_CHUNK_SIZE=50\nEXECUTESYNC_WAIT=90\n"));
    std::fs::write(old.folder.path().join("last_sync_date.txt"), "2025-01-31T09:30:00.000Z\n").unwrap();
    let import = old.read().unwrap();
    let profile = &import.profile;
    assert_eq!(import.mark.as_deref(), Some("2025-01-31T09:30:00.000Z"));
    assert_eq!(import.secret.unwrap().expose(), "the key of a test");
    assert_eq!(profile.adopt_from.as_deref(), Some(old.folder.path()));
    assert_eq!(profile.state_dir(&old.dirs), old.folder.path());
    assert!(profile.follows_mark_file());
    assert_eq!(Path::new(&profile.destination.fields["path"]), old.folder.path().join("data/afes.db"));
    assert_eq!(profile.options, [(OptionName::find("CHUNK_SIZE").unwrap(), "50".to_owned())].into());
    assert_eq!(profile.schedule.every, Every::Minutes(2));
    assert_eq!(profile.secret.as_ref().unwrap().host, "execute.example.com");
    assert!(import.notes.iter().any(|note| note.contains("90 seconds")), "{:?}", import.notes);
    assert!(!serde_json::to_string(profile).unwrap().contains("the key"), "no secret in what is written down");
}

#[test]
fn calculated_fields_bring_a_nightly_full_refresh() {
    let import = old(&format!("{SOUND}EXECUTESYNC_INCLUDE_CALCS=true\n")).read().unwrap();
    assert_eq!(import.profile.schedule.full_refresh_at, Some(crate::schedule::NIGHTLY));
    assert_eq!(old(SOUND).read().unwrap().profile.schedule.full_refresh_at, None);
}

#[test]
fn a_folder_that_was_synced_by_hand_stays_so() {
    let schedule = old(&format!("{SOUND}EXECUTESYNC_WAIT=0\n")).read().unwrap().profile.schedule;
    assert_eq!((schedule.every, schedule.on_start, schedule.on_wake), (Every::Manual, false, false));
}

#[test]
fn a_wait_of_more_than_a_profile_can_have_becomes_the_longest_and_is_told() {
    let import = old(&format!("{SOUND}EXECUTESYNC_WAIT=864000\n")).read().unwrap();
    assert_eq!(import.profile.schedule.every, Every::Minutes(crate::schedule::MOST_MINUTES));
    assert!(import.notes.iter().any(|note| note.contains("864000") && note.contains("7 days")), "{:?}", import.notes);
    let longest = old(&format!("{SOUND}EXECUTESYNC_WAIT=604800\n")).read().unwrap();
    assert_eq!((longest.profile.schedule.every, longest.notes.len()), (Every::Minutes(7 * 24 * 60), 0));
}

#[test]
fn what_is_left_behind_is_named_with_the_reason() {
    let old = old(&format!(
        "{SOUND}EXECUTESYNC_PROXY=http://me:hunter2-hunter2@proxy:1\nEXECUTESYNC_LOG_FILE=x.log\nEXECUTESYNC_NOPE=1\n"
    ));
    let import = old.read().unwrap();
    for name in ["EXECUTESYNC_PROXY", "EXECUTESYNC_LOG_FILE", "EXECUTESYNC_NOPE"] {
        assert!(import.notes.iter().any(|note| note.contains(name)), "{name}: {:?}", import.notes);
    }
    let all = format!("{:?}", import);
    assert!(!all.contains("hunter2") && !all.contains("the key of"), "{all}");
    assert!(import.profile.options.is_empty());
}

#[test]
fn a_folder_without_settings_or_with_another_database_is_refused() {
    let empty = tempfile::tempdir().unwrap();
    let dirs = AppDirs::find(Some(empty.path().into())).unwrap();
    assert!(read_folder(empty.path(), None, &dirs).unwrap_err().message().contains("neither .env nor config.env"));
    assert!(read_folder(&empty.path().join("no"), None, &dirs).unwrap_err().message().contains("does not exist"));
    let error = old(&SOUND.replace("GOSQLITE", "SNOWFLAKE")).read().unwrap_err();
    assert_eq!(error.at_field(), Some("DATABASE_TYPE"));
}

#[test]
fn a_key_in_clear_stays_possible_and_is_told() {
    let import = old(&SOUND.replace("https://", "http://")).read().unwrap();
    assert!(import.profile.source.allow_http);
    assert!(import.notes.iter().any(|note| note.contains("not encrypted")), "{:?}", import.notes);
}
