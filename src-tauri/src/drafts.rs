//! Between the form of the window and a profile as it is written down. What a form says is checked here before anything
//! is kept; paths must come from a dialog, or be those that are written down already.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::form::{self, DestinationKind, FieldKind, PATH};
use execute_sync::profile::settings::EXECUTE_URL;
use execute_sync::profile::stored::{OptionName, StoredDestination, StoredSource, check_name};
use execute_sync::profile::{BaseUrl, StoredProfile};
use execute_sync::schedule::{Every, MOST_MINUTES, Schedule, Within};
use jiff::civil::Time;

use crate::contract::{ProfileDraft, ScheduleDraft};
use crate::core::Core;
use crate::form_secret;

/// The profile that a form describes: a new one, or the one of its id as it would be.
pub(crate) fn profile_of(draft: &ProfileDraft, core: &Core) -> Result<StoredProfile> {
    let before = draft.id.as_deref().map(|id| core.profile(id)).transpose()?;
    let name = check_name(&draft.name)?.to_owned();
    let mut profile = match &before {
        Some(before) => before.clone(),
        None => StoredProfile::new(&name, &default_database(&name, core))?,
    };
    profile.name = name;
    profile.destination = destination(draft, &profile, core)?;
    let options = form::read_options(draft.options.iter().map(|(name, value)| (name.as_str(), value.trim())))?;
    for field in form::options().map(form::field_of).filter(|field| field.kind == FieldKind::File) {
        let named = |options: &BTreeMap<OptionName, String>| {
            options.iter().find(|(name, _)| name.as_str() == field.name).map(|(_, path)| path.clone())
        };
        match named(&options) {
            Some(path) if named(&profile.options).as_ref() != Some(&path) => {
                core.chosen.check_file(Path::new(&path), field.name)?;
            }
            _ => {}
        }
    }
    profile.options = options;
    profile.schedule = schedule(&draft.schedule)?;
    if !profile.sample {
        address(draft)?;
        profile.source = StoredSource {
            url: draft.url.trim().to_owned(),
            key_id: draft.key_id.trim().to_owned(),
            allow_http: draft.allow_http,
        };
    }
    if !before.is_some_and(|before| before.has_calcs(&core.dirs)) {
        profile.refresh_nightly_with_calcs(&core.dirs);
    }
    Ok(profile)
}

/// The address in the form; or why it is none, in the words of the window, with the one to use instead where it is known.
pub(crate) fn address(draft: &ProfileDraft) -> Result<BaseUrl> {
    BaseUrl::parse(&draft.url).map_err(|error| {
        let told = Error::new(error.kind(), "this is not the address of Execute itself").field(EXECUTE_URL.name);
        let told = match error.suggestion() {
            Some(base) => told.hint(format!("Use {base}")).suggest(base),
            None => told.hint("It looks like https://company.example.com"),
        };
        told.because(error)
    })
}

/// The form of a profile that is there.
pub(crate) fn draft_of(profile: &StoredProfile, core: &Core) -> ProfileDraft {
    let (secret_place, secret_name) = form_secret::words(profile, core);
    ProfileDraft {
        id: Some(profile.id.clone()),
        stamp: Some(stamp_of(profile)),
        name: profile.name.clone(),
        url: profile.source.url.clone(),
        key_id: profile.source.key_id.clone(),
        secret_place: secret_place.to_owned(),
        secret_name,
        allow_http: profile.source.allow_http,
        destination: profile.destination.kind.word().to_owned(),
        fields: profile.destination.fields.clone(),
        options: profile.options.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
        schedule: schedule_draft(&profile.schedule),
    }
}

/// What tells one state of a profile from another, of all that a form may change.
pub(crate) fn stamp_of(profile: &StoredProfile) -> String {
    // Neither is in a form: a pause comes and goes, and an import's first run ends what it began with.
    let formed = StoredProfile { paused: None, adopt_from: None, ..profile.clone() };
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(&formed).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Does the form know the profile as it is `now`? Saved otherwise, it would undo what somebody else has changed.
pub(crate) fn refuse_outdated(draft: &ProfileDraft, now: &StoredProfile) -> Result<()> {
    match &draft.stamp {
        Some(stamp) if *stamp != stamp_of(now) => {
            Err(Error::new(Kind::Configuration, "this profile was changed elsewhere while its settings were open here")
                .hint("Load its settings again, then make your change once more"))
        }
        _ => Ok(()),
    }
}

/// Where the database of a profile of this name goes if nobody says otherwise.
pub(crate) fn default_database(name: &str, core: &Core) -> PathBuf {
    form::default_database(&core.dirs, name, |path| is_taken(path, core))
}

/// Is it the database of a profile, whether or not it is there?
pub(crate) fn is_taken(path: &Path, core: &Core) -> bool {
    core.profiles()
        .iter()
        .any(|profile| profile.destination.fields.get(PATH).is_some_and(|other| Path::new(other) == path))
}

fn destination(draft: &ProfileDraft, profile: &StoredProfile, core: &Core) -> Result<StoredDestination> {
    let kind = DestinationKind::from_word(&draft.destination)?;
    let mut fields = draft.fields.clone();
    fields.retain(|_, value| !value.is_empty());
    let before = profile.destination.fields.get(PATH);
    match (fields.get(PATH), before) {
        (None, Some(path)) => {
            fields.insert(PATH.to_owned(), path.clone());
        }
        (Some(path), before) if before != Some(path) => core.chosen.check_database(Path::new(path))?,
        _ => {}
    }
    Ok(StoredDestination { kind, fields })
}

/// The schedule of a form.
pub(crate) fn schedule(draft: &ScheduleDraft) -> Result<Schedule> {
    let every = match (draft.every_minutes, &draft.daily_at) {
        (Some(_), Some(_)) => return Err(wrong("both an interval and a time of day are set", "EVERY_MINUTES")),
        (Some(minutes), None) if (1..=MOST_MINUTES).contains(&minutes) => Every::Minutes(minutes),
        (Some(_), None) => return Err(wrong("the interval is not between 1 minute and 7 days", "EVERY_MINUTES")),
        (None, Some(at)) => Every::DailyAt(time(at, "DAILY_AT")?),
        (None, None) => Every::Manual,
    };
    let within = match (&draft.within_from, &draft.within_until) {
        (Some(from), Some(until)) if from == until => {
            return Err(wrong("the hours begin and end at the same time", "WITHIN_FROM"));
        }
        (Some(from), Some(until)) => {
            Some(Within { from: time(from, "WITHIN_FROM")?, until: time(until, "WITHIN_UNTIL")? })
        }
        (None, None) => None,
        _ => return Err(wrong("of the hours only one end is set", "WITHIN_FROM")),
    };
    let full_refresh_at = draft.full_refresh_at.as_deref().map(|at| time(at, "FULL_REFRESH_AT")).transpose()?;
    Ok(Schedule { every, within, on_start: draft.on_start, on_wake: draft.on_wake, full_refresh_at })
}

fn schedule_draft(schedule: &Schedule) -> ScheduleDraft {
    let shown = |time: Time| time.strftime("%H:%M").to_string();
    ScheduleDraft {
        every_minutes: if let Every::Minutes(minutes) = schedule.every { Some(minutes) } else { None },
        daily_at: if let Every::DailyAt(at) = schedule.every { Some(shown(at)) } else { None },
        within_from: schedule.within.map(|within| shown(within.from)),
        within_until: schedule.within.map(|within| shown(within.until)),
        on_start: schedule.on_start,
        on_wake: schedule.on_wake,
        full_refresh_at: schedule.full_refresh_at.map(shown),
    }
}

fn time(text: &str, field: &'static str) -> Result<Time> {
    Time::strptime("%H:%M", text).map_err(|_| wrong("a time of day is not written as 06:30", field))
}

fn wrong(what: &str, field: &'static str) -> Error {
    Error::new(Kind::Configuration, what).hint("Correct it in the form").field(field)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::test_core::{core, draft};

    #[tokio::test]
    async fn a_form_that_was_left_still_names_its_files_after_a_restart() {
        let home = tempfile::tempdir().unwrap();
        let (database, certificates) = (home.path().join("afes.sqlite"), home.path().join("ca.pem"));
        let mut left = draft("https://northern.example.com");
        left.fields.insert(PATH.to_owned(), database.display().to_string());
        left.options.insert("CA_FILE".to_owned(), certificates.display().to_string());
        assert_eq!(profile_of(&left, &core(&home)).unwrap_err().at_field(), Some(PATH));

        let before = core(&home);
        before.chosen.allow_folder(home.path());
        before.chosen.allow_file(&certificates);
        drop(before);
        assert_eq!(profile_of(&left, &core(&home)).unwrap().destination.fields[PATH], left.fields[PATH]);
    }

    #[tokio::test]
    async fn calculated_fields_bring_a_nightly_full_refresh_until_somebody_takes_it_away() {
        let home = tempfile::tempdir().unwrap();
        let core = core(&home);
        let mut form = draft("https://northern.example.com");
        form.options.insert("INCLUDE_CALCS".to_owned(), "true".to_owned());
        let made = profile_of(&form, &core).unwrap();
        assert_eq!(made.schedule.full_refresh_at, Some(execute_sync::schedule::NIGHTLY));
        core.store.add(made.clone()).unwrap();
        core.reload();
        let mut form = draft_of(&made, &core);
        assert_eq!(form.schedule.full_refresh_at.take().as_deref(), Some("02:30"));
        assert_eq!(profile_of(&form, &core).unwrap().schedule.full_refresh_at, None);
        let without = draft("https://northern.example.com");
        assert_eq!(profile_of(&without, &core).unwrap().schedule.full_refresh_at, None);
    }

    fn by_minutes(minutes: u32) -> ScheduleDraft {
        ScheduleDraft {
            every_minutes: Some(minutes),
            daily_at: None,
            within_from: None,
            within_until: None,
            on_start: true,
            on_wake: true,
            full_refresh_at: None,
        }
    }

    #[test]
    fn a_schedule_goes_into_the_form_and_back() {
        let drafts = [
            by_minutes(10),
            ScheduleDraft { every_minutes: None, ..by_minutes(1) },
            ScheduleDraft { every_minutes: None, daily_at: Some("06:30".into()), ..by_minutes(1) },
            ScheduleDraft {
                within_from: Some("07:00".into()),
                within_until: Some("19:00".into()),
                full_refresh_at: Some("02:15".into()),
                on_wake: false,
                ..by_minutes(15)
            },
        ];
        for draft in drafts {
            let made = schedule(&draft).unwrap();
            assert_eq!(schedule(&schedule_draft(&made)).unwrap(), made);
            assert_eq!(serde_json::to_value(schedule_draft(&made)).unwrap(), serde_json::to_value(&draft).unwrap());
        }
    }

    #[test]
    fn a_schedule_that_cannot_be_is_refused_at_its_field() {
        let refused = |draft: ScheduleDraft| schedule(&draft).unwrap_err().at_field().unwrap();
        assert_eq!(refused(by_minutes(0)), "EVERY_MINUTES");
        assert_eq!(refused(by_minutes(MOST_MINUTES + 1)), "EVERY_MINUTES");
        assert_eq!(refused(ScheduleDraft { daily_at: Some("06:30".into()), ..by_minutes(5) }), "EVERY_MINUTES");
        assert_eq!(refused(ScheduleDraft { within_from: Some("06:30".into()), ..by_minutes(5) }), "WITHIN_FROM");
        assert_eq!(
            refused(ScheduleDraft { full_refresh_at: Some("25:00".into()), ..by_minutes(5) }),
            "FULL_REFRESH_AT"
        );
    }
}
