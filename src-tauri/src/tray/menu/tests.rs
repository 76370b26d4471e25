//! The menu and the icon for every kind of state.

use super::*;
use crate::contract::{AppSettings, IpcError, Pause, ProfilesTrouble, SyncProgress};

fn profile(id: &str, state: ProfileState) -> ProfileSummary {
    ProfileSummary {
        id: id.to_owned(),
        name: format!("Profile {id}"),
        stamp: String::new(),
        state,
        sentence: "Up to date · synced just now".to_owned(),
        sample: false,
        destination: "SQLite · x.sqlite".to_owned(),
        progress: None,
        last_synced_at: None,
        next_run_at: None,
        paused: None,
        open_quarantine: 0,
        error: None,
    }
}

fn state(profiles: Vec<ProfileSummary>) -> AppState {
    AppState {
        number: 1,
        profiles_trouble: None,
        version: "1.0.0".to_owned(),
        profiles,
        settings: AppSettings::default(),
        tray: true,
        notices: Vec::new(),
    }
}

fn progress() -> SyncProgress {
    SyncProgress {
        pages: 1,
        documents: 2,
        bytes: 3,
        documents_per_second: None,
        doc_type: None,
        expected: None,
        time_left: None,
        waiting: None,
        stopping: false,
        elsewhere: false,
    }
}

fn texts(items: &[Item]) -> Vec<String> {
    items
        .iter()
        .map(|item| match item {
            Item::Says(text) => format!("({text})"),
            Item::Does(text, _) => text.clone(),
            Item::Sub(text, inner) => format!("{text} > {}", texts(inner).join(", ")),
            Item::Line => "-".to_owned(),
        })
        .collect()
}

#[test]
fn without_a_profile_there_is_only_the_window_to_open() {
    assert_eq!(
        texts(&menu(&state(Vec::new()))),
        ["(No profile yet)", "-", "Open Execute Sync", "Settings", "-", "Quit"]
    );
}

#[test]
fn a_profile_has_a_menu_of_its_own_with_what_can_be_done_now() {
    let idle = texts(&menu(&state(vec![profile("1", ProfileState::UpToDate)])));
    assert_eq!(idle[0], "(Up to date · synced just now)");
    assert_eq!(
        idle[2],
        "Profile 1 > (Up to date · synced just now), -, Sync now, Pause for 1 hour, Pause until tomorrow, \
         Pause until resumed, Open data"
    );
    let syncing = ProfileSummary { progress: Some(progress()), ..profile("1", ProfileState::Syncing) };
    assert!(texts(&menu(&state(vec![syncing])))[2].contains("-, Stop, Pause"));
    let elsewhere = SyncProgress { elsewhere: true, ..progress() };
    let elsewhere = ProfileSummary { progress: Some(elsewhere), ..profile("1", ProfileState::Syncing) };
    let menu_of_it = texts(&menu(&state(vec![elsewhere])))[2].clone();
    assert!(!menu_of_it.contains("Stop") && !menu_of_it.contains("Sync now"), "{menu_of_it}");
    let paused = ProfileSummary { paused: Some(Pause { until: None }), ..profile("1", ProfileState::Paused) };
    let menu_of_it = texts(&menu(&state(vec![paused])));
    assert!(menu_of_it[2].contains("Sync now, Resume, Open data") && menu_of_it.contains(&"Resume all".to_owned()));
}

#[test]
fn all_are_synced_only_where_one_is_not_paused() {
    let paused = || ProfileSummary { paused: Some(Pause { until: None }), ..profile("1", ProfileState::Paused) };
    let lines = |profiles| texts(&menu(&state(profiles)));
    assert!(lines(vec![paused(), paused()]).contains(&"(Sync all)".to_owned()), "it cannot be clicked");
    assert!(lines(vec![paused(), profile("2", ProfileState::UpToDate)]).contains(&"Sync all".to_owned()));
}

#[test]
fn several_profiles_are_counted_the_worst_first() {
    let many = [ProfileState::UpToDate, ProfileState::UpToDate, ProfileState::NeedsYou, ProfileState::Syncing];
    let many = many.iter().enumerate().map(|(n, s)| profile(&n.to_string(), *s)).collect();
    assert_eq!(texts(&menu(&state(many)))[0], "(1 needs you · 1 syncing · 2 up to date)");
    let two = ["1", "2"].map(|id| profile(id, ProfileState::NeedsYou));
    assert_eq!(texts(&menu(&state(two.to_vec())))[0], "(2 need you)");
}

#[test]
fn a_profile_with_documents_in_quarantine_is_not_one_of_those_where_all_is_well() {
    let held = ProfileSummary { open_quarantine: 3, ..profile("1", ProfileState::UpToDate) };
    let state_of = |others: &[ProfileState]| {
        let others = others.iter().map(|state| profile("2", *state));
        state(others.chain([held.clone()]).collect())
    };
    let shown = |others: &[ProfileState]| (texts(&menu(&state_of(others)))[0].clone(), shape(&state_of(others)));
    assert_eq!(shown(&[ProfileState::UpToDate]), ("(1 up to date · 1 with quarantine)".to_owned(), Shape::NeedsYou));
    assert_eq!(shown(&[ProfileState::Failed]).1, Shape::Failed);
    assert_eq!(shown(&[ProfileState::Syncing]).1, Shape::Syncing);
}

#[test]
fn the_icon_shows_the_worst_and_red_only_what_nobody_else_will_mend() {
    use ProfileState as S;
    let of = |states: &[S]| shape(&state(states.iter().map(|s| profile("1", *s)).collect()));
    assert_eq!(of(&[]), Shape::UpToDate);
    assert_eq!(of(&[S::UpToDate, S::Paused]), Shape::UpToDate);
    assert_eq!(of(&[S::Paused, S::Paused]), Shape::Paused);
    assert_eq!(of(&[S::Offline, S::UpToDate]), Shape::Offline);
    assert_eq!(of(&[S::Stopped, S::UpToDate]), Shape::Offline);
    assert_eq!(of(&[S::Syncing, S::Offline]), Shape::Syncing);
    assert_eq!(of(&[S::Failed, S::Syncing]), Shape::Failed);
    assert_eq!(of(&[S::NeedsYou, S::Failed]), Shape::NeedsYou);
}

#[test]
fn what_a_server_says_is_one_short_line_without_marks_of_keys() {
    let error = IpcError {
        code: "bad_data".to_owned(),
        message: format!("a & b\n{}", "x".repeat(500)),
        hint: None,
        field: None,
        suggestion: None,
        offer: None,
        details: None,
    };
    let failed = ProfileSummary { error: Some(error), ..profile("1", ProfileState::Failed) };
    let Item::Sub(_, items) = menu(&state(vec![failed])).remove(2) else {
        unreachable!("the third line is the profile")
    };
    let Item::Says(text) = &items[1] else { unreachable!("the second line is the error") };
    assert!(text.starts_with("a && b x") && text.chars().count() <= 121, "{text}");
}

#[test]
fn what_is_cut_ends_between_words_and_says_so() {
    let long = "Look whether the disk is there, ".repeat(5);
    let cut = label(&long);
    assert!(cut.ends_with("the disk…") && cut.chars().count() <= 120, "{cut}");
    assert!(long.starts_with(cut.trim_end_matches('…')));
    let whole = "x".repeat(120);
    assert_eq!(label(&whole), whole);
    assert_eq!(label(&"é".repeat(121)), format!("{}…", "é".repeat(119)));
}

#[test]
fn every_shape_has_an_image() {
    for shape in [Shape::UpToDate, Shape::Syncing, Shape::Paused, Shape::Offline, Shape::NeedsYou, Shape::Failed] {
        assert!(crate::tray::image(shape).is_ok(), "{shape:?}");
    }
}

#[test]
fn only_other_lines_need_another_menu_not_other_words() {
    let syncing = |documents: u64, stopping| ProfileSummary {
        sentence: format!("Syncing · {documents} documents"),
        progress: Some(SyncProgress { documents, stopping, ..progress() }),
        ..profile("1", ProfileState::Syncing)
    };
    let of = |profiles| menu(&state(profiles));
    let idle = || profile("1", ProfileState::UpToDate);
    let before = of(vec![syncing(10, false), profile("2", ProfileState::UpToDate)]);
    let same = |now: Vec<ProfileSummary>| is_same_but_for_words(&before, &of(now));

    assert!(same(vec![syncing(20, false), profile("2", ProfileState::UpToDate)]), "other numbers");
    let renamed = ProfileSummary { name: "Another name".to_owned(), ..profile("2", ProfileState::UpToDate) };
    assert!(same(vec![syncing(10, false), renamed]), "another name");

    assert!(!same(vec![syncing(10, true), profile("2", ProfileState::UpToDate)]), "Stop is gone");
    assert!(!same(vec![idle(), profile("2", ProfileState::UpToDate)]), "Sync now in the place of Stop");
    assert!(!same(vec![syncing(10, false)]), "a profile less");
    assert!(
        !same(vec![syncing(10, false), profile("3", ProfileState::UpToDate)]),
        "another profile, which means another click"
    );
    let paused = ProfileSummary { paused: Some(Pause { until: None }), ..profile("2", ProfileState::Paused) };
    assert!(!same(vec![syncing(10, false), paused]), "Resume in the place of three pauses");
}

#[test]
fn profiles_that_cannot_be_read_are_not_no_profiles() {
    let trouble = ProfilesTrouble {
        message: "profiles.json cannot be read".to_owned(),
        hint: None,
        details: None,
        set_aside: false,
    };
    for known in 0..3 {
        let profiles = (0..known).map(|id| profile(&format!("{id}"), ProfileState::UpToDate)).collect();
        let state = AppState { profiles_trouble: Some(trouble.clone()), ..state(profiles) };
        assert_eq!(texts(&menu(&state))[0], "(The profiles cannot be read)", "with {known} known from before");
        assert_eq!(shape(&state), Shape::NeedsYou);
    }
}
