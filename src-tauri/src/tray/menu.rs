//! What the tray shows, made from the app's state without a window system: the lines of its menu, what a click on each means,
//! and the shape of its icon.

#[cfg(test)]
mod tests;

use crate::contract::{AppState, PauseFor, ProfileState, ProfileSummary};

/// Of a line so many characters: a menu is as wide as its longest.
const LONGEST_LABEL: usize = 120;

/// Everything a click in the menu can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Sync one profile now.
    Sync(String),
    /// Stop its run.
    Stop(String),
    /// Pause one, or all.
    Pause(Option<String>, PauseFor),
    /// Resume one, or all.
    Resume(Option<String>),
    /// Sync all.
    SyncAll,
    /// Show the window, at a route if one is given.
    Open(Option<String>),
    /// End the app.
    Quit,
}

impl Action {
    /// Says what it does, so that a click on a menu that has changed meanwhile never means something else.
    pub(super) fn id(&self) -> String {
        format!("{self:?}")
    }
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A sentence that cannot be clicked.
    Says(String),
    /// Something to do.
    Does(String, Action),
    /// A menu of its own.
    Sub(String, Vec<Item>),
    /// A line between groups.
    Line,
}

impl Item {
    pub(super) fn words(&self) -> &str {
        match self {
            Item::Says(text) | Item::Does(text, _) | Item::Sub(text, _) => text,
            Item::Line => "",
        }
    }
}

/// A shape of the icon; each state has its own, so that colour is never all that tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All is well.
    UpToDate,
    /// A run is under way.
    Syncing,
    /// Everything is paused.
    Paused,
    /// Something cannot be reached, and is tried again.
    Offline,
    /// Somebody is needed.
    NeedsYou,
    /// A failure that a retry did not cure.
    Failed,
}

/// The icon for a state: the worst first, but work under way before mere waiting.
pub(crate) fn shape(state: &AppState) -> Shape {
    let any = |wanted: ProfileState| state.profiles.iter().any(|profile| profile.state == wanted);
    if any(ProfileState::NeedsYou) || state.profiles_trouble.is_some() {
        Shape::NeedsYou
    } else if any(ProfileState::Failed) {
        Shape::Failed
    } else if any(ProfileState::Syncing) {
        Shape::Syncing
    } else if state.profiles.iter().any(has_quarantine) {
        // Nobody but a person takes a document out of there.
        Shape::NeedsYou
    } else if [ProfileState::Offline, ProfileState::Retrying, ProfileState::Stopped].into_iter().any(any) {
        Shape::Offline
    } else if !state.profiles.is_empty() && state.profiles.iter().all(|p| p.state == ProfileState::Paused) {
        Shape::Paused
    } else {
        Shape::UpToDate
    }
}

/// The menu for a state. Linux knows neither tooltips nor clicks on the icon, so the first line says how things are.
pub(crate) fn menu(state: &AppState) -> Vec<Item> {
    let mut items = vec![Item::Says(headline(state)), Item::Line];
    items.extend(state.profiles.iter().map(|profile| Item::Sub(label(&profile.name), profile_menu(profile))));
    if !state.profiles.is_empty() {
        let all_paused = state.profiles.iter().all(|profile| profile.paused.is_some());
        items.extend([
            Item::Line,
            // It leaves paused ones alone, so there would be nothing that it does.
            if all_paused {
                Item::Says("Sync all".to_owned())
            } else {
                Item::Does("Sync all".to_owned(), Action::SyncAll)
            },
            if all_paused {
                Item::Does("Resume all".to_owned(), Action::Resume(None))
            } else {
                Item::Sub("Pause all".to_owned(), pauses(None))
            },
            Item::Line,
        ]);
    }
    items.extend([
        Item::Does("Open Execute Sync".to_owned(), Action::Open(None)),
        Item::Does("Settings".to_owned(), Action::Open(Some("/settings".to_owned()))),
        Item::Line,
        Item::Does("Quit".to_owned(), Action::Quit),
    ]);
    items
}

/// Everything is there but what could not be stored.
fn has_quarantine(profile: &ProfileSummary) -> bool {
    profile.state == ProfileState::UpToDate && profile.open_quarantine > 0
}

fn headline(state: &AppState) -> String {
    if state.profiles_trouble.is_some() {
        // Also with profiles known from before: the icon says that somebody is needed, and this says for what.
        return "The profiles cannot be read".to_owned();
    }
    match state.profiles.as_slice() {
        [] => "No profile yet".to_owned(),
        [one] => label(&one.sentence),
        many => {
            let in_quarantine = many.iter().filter(|profile| has_quarantine(profile)).count();
            let count = |wanted: ProfileState| {
                let all = many.iter().filter(|profile| profile.state == wanted);
                all.filter(|profile| wanted != ProfileState::UpToDate || !has_quarantine(profile)).count()
            };
            let parts: Vec<String> = [
                (ProfileState::NeedsYou, if count(ProfileState::NeedsYou) == 1 { "needs you" } else { "need you" }),
                (ProfileState::Failed, "failed"),
                (ProfileState::Offline, "offline"),
                (ProfileState::Retrying, "trying again"),
                (ProfileState::Syncing, "syncing"),
                (ProfileState::Stopped, "stopped"),
                (ProfileState::Paused, "paused"),
                (ProfileState::Never, "never synced"),
                (ProfileState::UpToDate, "up to date"),
            ]
            .into_iter()
            .map(|(state, word)| (count(state), word))
            .chain([(in_quarantine, "with quarantine")])
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{n} {word}"))
            .collect();
            parts.join(" · ")
        }
    }
}

fn profile_menu(profile: &ProfileSummary) -> Vec<Item> {
    let id = || profile.id.clone();
    let mut items = vec![Item::Says(label(&profile.sentence))];
    if let Some(error) = &profile.error {
        items.push(Item::Says(label(error.hint.as_deref().unwrap_or(&error.message))));
    }
    items.push(Item::Line);
    match &profile.progress {
        Some(progress) if !progress.elsewhere && !progress.stopping => {
            items.push(Item::Does("Stop".to_owned(), Action::Stop(id())));
        }
        Some(_) => {}
        None => items.push(Item::Does("Sync now".to_owned(), Action::Sync(id()))),
    }
    if profile.paused.is_some() {
        items.push(Item::Does("Resume".to_owned(), Action::Resume(Some(id()))));
    } else {
        items.extend(pauses(Some(id())));
    }
    items.push(Item::Does("Open data".to_owned(), Action::Open(Some(format!("/profiles/{}/data", profile.id)))));
    items
}

fn pauses(id: Option<String>) -> Vec<Item> {
    [
        ("Pause for 1 hour", PauseFor::Hour),
        ("Pause until tomorrow", PauseFor::Tomorrow),
        ("Pause until resumed", PauseFor::Resumed),
    ]
    .into_iter()
    .map(|(text, duration)| Item::Does(text.to_owned(), Action::Pause(id.clone(), duration)))
    .collect()
}

/// A menu takes `&` for the mark of a key, and a server's words may be long or hold line ends.
fn label(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut ends = line.char_indices().map(|(at, _)| at).skip(LONGEST_LABEL - 1);
    let line = match (ends.next(), ends.next()) {
        (None, _) | (_, None) => line,
        (Some(end), Some(_)) => {
            // Between words, where one ends not far before.
            let (cut, after) = line.split_at(end);
            let last = cut.rsplit_once(' ').filter(|(_, part)| part.len() < LONGEST_LABEL / 4);
            let cut = last.filter(|_| !after.starts_with(' ')).map_or(cut, |(whole, _)| whole);
            format!("{}…", cut.trim_end_matches([' ', ',', ';', '.']))
        }
    };
    line.replace('&', "&&")
}

pub(super) fn find(items: &[Item], id: &str) -> Option<Action> {
    items.iter().find_map(|item| match item {
        Item::Does(_, action) => (action.id() == id).then(|| action.clone()),
        Item::Sub(_, inner) => find(inner, id),
        Item::Says(_) | Item::Line => None,
    })
}

/// The same lines that do the same, whatever they are called: no new menu is needed.
pub(super) fn is_same_but_for_words(before: &[Item], now: &[Item]) -> bool {
    before.len() == now.len()
        && before.iter().zip(now).all(|pair| match pair {
            (Item::Says(_), Item::Says(_)) | (Item::Line, Item::Line) => true,
            (Item::Does(_, before), Item::Does(_, now)) => before == now,
            (Item::Sub(_, before), Item::Sub(_, now)) => is_same_but_for_words(before, now),
            (Item::Says(_) | Item::Does(..) | Item::Sub(..) | Item::Line, _) => false,
        })
}
