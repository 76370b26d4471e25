//! What the app is without a window: profiles, secrets, the worker, settings. Commands, tray and window ask it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use execute_sync::destination::sqlite::browse::Browser;
use execute_sync::error::Result;
use execute_sync::paths::{self, AppDirs, FileIdentity, StateDir};
use execute_sync::profile::import::Import;
use execute_sync::profile::{DestinationSettings, ProfileStore, StoredProfile, stored};
use execute_sync::secret_store::Secrets;
use execute_sync::status::Gone;
use execute_sync::worker::{Handle, Options, Pause, Planned, SystemClock, Told, Worker};
use jiff::{Timestamp, ZonedDateTime};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::activity::Activity;
use crate::chosen::Chosen;
use crate::consent::Consent;
use crate::contract::{AppState, PauseFor};
use crate::known::{self, Known};
use crate::notices::Notices;
use crate::one_at_a_time::{OneAtATime, UnderWay};
use crate::run::ProfileRunner;
use crate::sample::Sample;
use crate::settings::{self, SettingsFile};
use crate::views;

/// Everything the app holds; shared by all.
pub(crate) struct Core {
    pub(crate) dirs: AppDirs,
    pub(crate) store: ProfileStore,
    pub(crate) secrets: Secrets,
    pub(crate) settings: SettingsFile,
    pub(crate) notices: Notices,
    pub(crate) activity: Activity,
    pub(crate) sample: Arc<Sample>,
    pub(crate) worker: Handle,
    known: Mutex<Known>,
    /// Were the profiles read once?
    is_loaded: watch::Sender<bool>,
    /// Held while the profiles are read and the worker is told, so that it hears of no older ones after newer ones.
    reading: Mutex<()>,
    /// How many states were made; held while one is.
    states: Mutex<u64>,
    /// Raised for a profile whose secret changed: the file of profiles does not tell.
    revisions: Mutex<BTreeMap<String, u64>>,
    has_tray: Mutex<bool>,
    /// What runs, and whoever moves databases, had left on the disk, as far as is known.
    seen: Mutex<Vec<Traces>>,
    /// What a person chose in a dialog; the window may name no other paths.
    pub(crate) chosen: Chosen,
    /// What a person agreed to in a dialog.
    pub(crate) consent: Consent,
    /// Folders of the older tool that were looked at, by token.
    imports: Mutex<BTreeMap<String, Arc<Import>>>,
    /// Databases that the window looks at.
    browsers: Mutex<BTreeMap<String, Looked>>,
    /// The report that a person looks at now.
    bundle: Mutex<String>,
    /// The export under way.
    export: OneAtATime,
    /// The connection test under way.
    pub(crate) test: OneAtATime,
    /// The key pair being made.
    pub(crate) key: OneAtATime,
}

/// A database that the window looks at: where it is, which file it was, and what looks.
type Looked = (PathBuf, Option<FileIdentity>, Arc<Browser>);

/// When a profile's history was written to last, and whether its database is gone.
type Traces = (Option<SystemTime>, Option<Gone>);

impl Core {
    /// Starts the worker. Call on the runtime that the worker is to live on, and [`Core::reload`] then where it may block:
    /// the disk of a profile may take its time.
    pub(crate) fn start(dirs: AppDirs, activity: Activity, told: Told) -> Result<Arc<Core>> {
        Core::with_secrets(dirs, activity, told, Secrets::of_system())
    }

    /// The same with other places for secrets, for tests.
    pub(crate) fn with_secrets(dirs: AppDirs, activity: Activity, told: Told, secrets: Secrets) -> Result<Arc<Core>> {
        for folder in [dirs.config(), dirs.data()] {
            dirs.ensure(folder)?;
        }
        let (settings, problem) = SettingsFile::open(&dirs);
        let notices = Notices::default();
        if let Some(problem) = problem {
            notices.tell(problem, None);
        }
        let chosen = Chosen::open(&dirs);
        let store = ProfileStore::new(&dirs);
        let sample = Arc::new(Sample::default());
        let runner = ProfileRunner::new(dirs.clone(), store.clone(), secrets.clone(), Arc::clone(&sample));
        let options = Options { limits: settings::limits(&settings.get()), ..Options::default() };
        let worker = Worker::start(options, Arc::new(SystemClock::new()), Arc::new(runner), told);
        let core = Arc::new(Core {
            dirs,
            store,
            secrets,
            settings,
            notices,
            activity,
            sample,
            worker,
            known: Mutex::default(),
            is_loaded: watch::Sender::default(),
            reading: Mutex::default(),
            states: Mutex::default(),
            revisions: Mutex::default(),
            has_tray: Mutex::default(),
            seen: Mutex::default(),
            chosen,
            consent: Consent::default(),
            imports: Mutex::default(),
            browsers: Mutex::default(),
            bundle: Mutex::default(),
            export: OneAtATime::default(),
            test: OneAtATime::default(),
            key: OneAtATime::default(),
        });
        Ok(core)
    }

    /// Reads the profiles anew and tells the worker. It blocks, as [`Core::is_outdated`], [`Core::pause`] and
    /// [`Core::resume`] do: never call them where windows, menus or runs would wait.
    pub(crate) fn reload(&self) {
        let _one_at_a_time = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let read = self.store.load();
        let is_there = self.store.file().exists();
        let destinations = known::destinations(&read, &self.dirs);
        let problems = self.known().take(read, destinations, is_there);
        for problem in problems {
            self.notices.tell(problem.text, Some(problem.hint));
        }
        self.worker.set_profiles(self.profiles().iter().map(|profile| self.planned(profile)).collect());
        self.is_loaded.send_replace(true);
    }

    /// Waits until the profiles were read for the first time: before that, nobody knows whether there are any.
    pub(crate) async fn loaded(&self) {
        // It ends when this does.
        let _ = self.is_loaded.subscribe().wait_for(|is_loaded| *is_loaded).await;
    }

    /// Has another program, or a person by hand, changed the profiles; has a run, ours or another's, left its record; has a
    /// database gone or come back; or has another program taken one or left it?
    pub(crate) fn is_outdated(&self) -> bool {
        let traces = self.traces();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let has_changed = *seen != traces;
        *seen = traces;
        let (stamp, must_try_again) = {
            let known = self.known();
            (known.loaded.stamp.clone(), known.must_try_again())
        };
        has_changed || must_try_again || self.has_taken_or_left() || self.store.changed_since(&stamp)
    }

    /// Does another program hold what the worker takes for free, or the other way round?
    fn has_taken_or_left(&self) -> bool {
        let states = self.worker.snapshot();
        self.profiles().iter().any(|profile| {
            let shown = states.iter().find(|status| status.id == profile.id);
            shown.is_some_and(|shown| shown.is_elsewhere != crate::run::is_elsewhere(profile, &self.dirs))
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of each profile.
    fn traces(&self) -> Vec<Traces> {
        let history = |profile: &StoredProfile| StateDir::new(profile.state_dir(&self.dirs)).history_file();
        let changed = |path: PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
        let traces = |profile: &StoredProfile| (changed(history(profile)), crate::run::gone(profile, &self.dirs));
        self.profiles().iter().map(traces).collect()
    }

    /// The profiles, in their order.
    pub(crate) fn profiles(&self) -> Vec<StoredProfile> {
        self.known().loaded.profiles.clone()
    }

    /// The profile with this id.
    ///
    /// # Errors
    /// It is not there (any more).
    pub(crate) fn profile(&self, id: &str) -> Result<StoredProfile> {
        self.known().loaded.find(id).cloned()
    }

    /// Pauses one profile, or all; kept over a restart. Where all are paused, one that is paused for longer stays so.
    pub(crate) fn pause(&self, id: Option<&str>, duration: PauseFor) -> Result<()> {
        let until = until(duration, &ZonedDateTime::now());
        self.change_pauses(id, Some(stored::Pause { until }))
    }

    /// Ends the pause of one, or of all.
    pub(crate) fn resume(&self, id: Option<&str>) -> Result<()> {
        self.change_pauses(id, None)
    }

    fn change_pauses(&self, id: Option<&str>, pause: Option<stored::Pause>) -> Result<()> {
        let done = match id {
            Some(id) => self.store.change(id, |profile| profile.paused = pause),
            // Those that are there now, whatever another program has removed or added since they were read.
            None => self.store.change_all(|profile| profile.paused = pause.map(|pause| longer(pause, profile.paused))),
        };
        self.reload();
        if id.is_none() && pause.is_some() {
            // A pause that stays is no news to the worker, and a run that was asked for in it is to stop as well.
            for profile in self.profiles() {
                if let Some(stored::Pause { until }) = profile.paused {
                    self.worker.pause(&profile.id, Pause { until });
                }
            }
        }
        done
    }

    /// The secret of a profile was replaced: what failed for want of it is tried again.
    pub(crate) fn secret_changed(&self, id: &str) {
        *self.revisions.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_owned()).or_default() += 1;
    }

    /// Keeps what was found in a folder until the person has decided; gives the token for it.
    pub(crate) fn keep_import(&self, import: Import) -> String {
        let token = format!("{:016x}", rand::random::<u64>());
        let mut imports = self.imports.lock().unwrap_or_else(PoisonError::into_inner);
        // One at a time: what was given up holds a secret.
        imports.clear();
        imports.insert(token.clone(), Arc::new(import));
        token
    }

    /// What was found under this token; it stays until the profile is made, so that a failure can be tried again.
    pub(crate) fn import(&self, token: &str) -> Option<Arc<Import>> {
        self.imports.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }

    pub(crate) fn forget_imports(&self) {
        self.imports.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The database of a profile, to be looked at. It may block: call it where that is fine.
    ///
    /// # Errors
    /// There is no database yet, or it is none.
    pub(crate) fn browser(&self, id: &str) -> Result<Arc<Browser>> {
        let (DestinationSettings::Sqlite { path }, _) = crate::run::destination(&self.profile(id)?, &self.dirs)?;
        let mut browsers = self.browsers.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken before it is opened: a file that takes its place meanwhile is then another one.
        let identity = paths::file_identity(&path).ok();
        if let Some((there, seen, browser)) = browsers.get(id)
            && *there == path
            && identity.is_some()
            && *seen == identity
        {
            return Ok(Arc::clone(browser));
        }
        browsers.remove(id);
        let browser = Arc::new(Browser::open(&path, CancellationToken::new())?);
        browsers.insert(id.to_owned(), (path, identity, Arc::clone(&browser)));
        Ok(browser)
    }

    /// Is there a file to be looked at? Before the first sync there is none, and that is no failure.
    pub(crate) fn has_database(&self, id: &str) -> Result<bool> {
        let (DestinationSettings::Sqlite { path }, _) = crate::run::destination(&self.profile(id)?, &self.dirs)?;
        Ok(path.try_exists().unwrap_or(true))
    }

    /// Nobody looks any more: what was kept for looking goes. It may block.
    pub(crate) fn close_browsers(&self) {
        let gone = std::mem::take(&mut *self.browsers.lock().unwrap_or_else(PoisonError::into_inner));
        drop(gone);
    }

    /// The same for one profile.
    pub(crate) fn close_browser(&self, id: &str) {
        let gone = self.browsers.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        drop(gone);
    }

    /// A new export begins; gives what stops it. Only one goes on at a time.
    pub(crate) fn begin_export(&self) -> UnderWay {
        self.export.begin()
    }

    pub(crate) fn cancel_export(&self) {
        self.export.stop();
    }

    /// Ends what is under way, the app is about to: runs with whole pages, an export without a trace. What has not ended by
    /// `limit` is left to itself.
    pub(crate) async fn end(&self, limit: Duration) {
        self.export.stop();
        // Both are told at once and waited for together; one that is late has been waited for.
        let _ = tokio::join!(self.worker.quit(limit), tokio::time::timeout(limit, self.export.ended()));
    }

    /// Keeps a report as it is shown.
    pub(crate) fn keep_bundle(&self, text: &str) {
        text.clone_into(&mut self.bundle.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The report that was shown last.
    pub(crate) fn bundle(&self) -> String {
        self.bundle.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_tray(&self, is_there: bool) {
        *self.has_tray.lock().unwrap_or_else(PoisonError::into_inner) = is_there;
    }

    pub(crate) fn has_tray(&self) -> bool {
        *self.has_tray.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything the window's frame and the tray show, made of what is in memory. Each is newer than those before it.
    pub(crate) fn state(&self) -> AppState {
        let mut number = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        *number += 1;
        let (known, states) = (self.known(), self.worker.snapshot());
        let summary = |profile: &StoredProfile| {
            let status = states.iter().find(|status| status.id == profile.id);
            views::summary(profile, status, known.destinations.get(&profile.id).map_or("", String::as_str))
        };
        AppState {
            number: *number,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles: known.loaded.profiles.iter().map(summary).collect(),
            profiles_trouble: known.trouble.clone(),
            settings: self.settings.get(),
            tray: self.has_tray(),
            notices: self.notices.all(),
        }
    }

    fn planned(&self, profile: &StoredProfile) -> Planned {
        // From the disk, so before anything is held.
        let runs = crate::run::runs_of(profile, &self.dirs);
        let gone = crate::run::gone(profile, &self.dirs);
        let is_elsewhere = crate::run::is_elsewhere(profile, &self.dirs);
        let revisions = self.revisions.lock().unwrap_or_else(PoisonError::into_inner);
        Planned {
            id: profile.id.clone(),
            schedule: profile.schedule.clone(),
            paused: profile.paused.map(|pause| Pause { until: pause.until }),
            revision: fingerprint(profile).wrapping_add(revisions.get(&profile.id).copied().unwrap_or_default()),
            runs,
            gone,
            is_elsewhere,
        }
    }
}

/// Of a new pause and the one that is there, the one that ends later; one without an end is the longest.
fn longer(new: stored::Pause, there: Option<stored::Pause>) -> stored::Pause {
    let goes_on = |there: &stored::Pause| match (there.until, new.until) {
        (None, _) => true,
        (Some(there), Some(new)) => there > new,
        (Some(_), None) => false,
    };
    there.filter(goes_on).unwrap_or(new)
}

/// When a pause ends; none = when it is resumed. "Tomorrow" is when people come in.
fn until(duration: PauseFor, now: &ZonedDateTime) -> Option<Timestamp> {
    match duration {
        PauseFor::Hour => now.timestamp().checked_add(jiff::SignedDuration::from_hours(1)).ok(),
        PauseFor::Tomorrow => now
            .date()
            .tomorrow()
            .ok()
            .and_then(|day| day.at(7, 0, 0, 0).to_zoned_datetime(now.time_zone().clone()).ok())
            .map(|at| at.timestamp()),
        PauseFor::Resumed => None,
    }
}

/// Another number for another source, destination, options or secret; a new name or a pause is no reason to begin anew.
fn fingerprint(profile: &StoredProfile) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let same = StoredProfile {
        name: String::new(),
        paused: None,
        schedule: execute_sync::schedule::Schedule::default(),
        ..profile.clone()
    };
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(&same).unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
