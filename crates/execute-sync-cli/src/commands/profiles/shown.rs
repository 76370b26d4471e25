//! Parts of a profile as people read them.

use execute_sync::profile::{StoredProfile, form};
use execute_sync::schedule::{Every, Schedule};

pub(super) fn schedule(schedule: &Schedule) -> String {
    match schedule.every {
        Every::Minutes(1) => "every minute".to_owned(),
        Every::Minutes(minutes) => format!("every {minutes} minutes"),
        Every::DailyAt(time) => format!("daily at {}", time.strftime("%H:%M")),
        Every::Manual => "by hand".to_owned(),
    }
}

pub(super) fn full_refresh(schedule: &Schedule) -> String {
    schedule.full_refresh_at.map_or("by hand".to_owned(), |at| format!("every day at {}", at.strftime("%H:%M")))
}

pub(super) fn source(profile: &StoredProfile) -> String {
    if profile.sample { "sample".to_owned() } else { profile.source.url.clone() }
}

pub(super) fn database(profile: &StoredProfile) -> String {
    let title = profile.destination.kind.form().title;
    match profile.destination.fields.get(form::PATH) {
        Some(path) => format!("{title} {path}"),
        None => title.to_owned(),
    }
}
