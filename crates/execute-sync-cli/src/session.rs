//! What a command starts from: its settings, its log, its stop signal.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use execute_sync::engine::{self, Engine};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::logging;
use execute_sync::paths::{AppDirs, StateDir};
use execute_sync::profile::stored::Pause;
use execute_sync::profile::{
    self, DestinationSettings, Environment, MarkFileOf, Profile, ProfileStore, Sources, StoredProfile, folders,
    settings,
};
use execute_sync::secret_store::Secrets;
use execute_sync::status::{Expected, Gone, Live};
use execute_sync::sync::Finished;
use jiff::Timestamp;

use crate::args;
use crate::progress_bar::Progress;
use crate::signals::Stop;

/// The settings of this call and where relative paths stand.
pub(crate) struct Session {
    pub(crate) sources: Sources,
    pub(crate) working_dir: PathBuf,
    profile: Option<(StoredProfile, AppDirs)>,
    pub(crate) stop: Stop,
    pub(crate) progress: Progress,
}

impl Session {
    /// Reads flags and either the profile they name or environment and `.env`, and sets the log up.
    pub(crate) fn new(root: &ArgMatches, command: &ArgMatches) -> Result<Session> {
        let working_dir = std::env::current_dir()
            .map_err(|e| Error::new(Kind::Configuration, "the working directory cannot be entered").because(e))?;
        let flags = args::flags(root, command);
        let mut problems = Vec::new();
        let (sources, profile) = match args::named_profile(root, command) {
            None => (Sources::load(flags, Environment::of_process()?, &working_dir)?, None),
            Some(name) => {
                let dirs = AppDirs::find(Environment::home_of_process())?;
                let loaded = ProfileStore::new(&dirs).load()?;
                let stored = loaded.find(&name)?.clone();
                problems = loaded.problems;
                (stored.sources(flags, &dirs)?, Some((stored, dirs)))
            }
        };
        let log = profile::log_from(&sources, &working_dir)?;
        let only_looks = args::only_looks(root);
        if !only_looks {
            // Before the log is opened: its file could be another one's.
            profile::refuse_shared(&sources, &working_dir)?;
        }
        let progress = Progress::new(crate::printer::at_terminal());
        let above = progress.clone();
        logging::install(logging::LogSettings {
            level: log.level,
            file: log.file.filter(|_| !only_looks),
            sink: Some(Box::new(move |line| above.print_above(line))),
            ..logging::LogSettings::default()
        })?;
        for problem in problems {
            log::warn!("{}. {}", problem.text, problem.hint);
        }
        let stop = Stop::listen().map_err(|e| Error::new(Kind::Internal, "signals cannot be heard").because(e))?;
        Ok(Session { sources, working_dir, profile, stop, progress })
    }

    /// Everything a run needs, and the engine for it; all that is missing is named in one error.
    pub(crate) async fn profile(&self) -> Result<(Profile, Engine)> {
        let profile = match &self.profile {
            None => Profile::from_sources(&self.sources, &self.working_dir)?,
            Some((stored, _)) => stored.resolve_under(&self.sources, &self.working_dir, &Secrets::of_system()).await?,
        };
        let engine = self.engine_for(profile.destination.clone(), &profile.state_dir)?;
        Ok((profile, engine))
    }

    /// Has the profile been removed since? A file that cannot be read just now says nothing.
    pub(crate) fn refuse_removed(&self) -> Result<()> {
        let Some((stored, dirs)) = &self.profile else { return Ok(()) };
        match ProfileStore::new(dirs).load() {
            Ok(loaded) if loaded.profiles.iter().all(|profile| profile.id != stored.id) => {
                Err(Error::new(Kind::Configuration, format!("the profile {} was removed while it ran", stored.name))
                    .hint("Nothing more is synced for it; its database stays as it is"))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// The engine for what needs no source and only looks: nothing is made.
    pub(crate) fn engine(&self) -> Result<Engine> {
        let (destination, state_dir) = self.destination()?;
        match &self.profile {
            None => Ok(Engine::with_mark_file(destination, &state_dir, self.mark_file_of())),
            Some((stored, dirs)) => {
                folders::check_state_dir(&state_dir, dirs)?;
                Ok(Engine::for_profile(stored, destination, &state_dir))
            }
        }
    }

    /// Refuses a place that can hold no database, as a run does. One in a folder of ours that no run has made yet is fine.
    pub(crate) fn check_place(&self, engine: &Engine) -> Result<()> {
        if let Some(Gone::Folder(folder)) = engine.gone() {
            let is_ours = match &self.profile {
                None => folder == self.destination()?.1,
                Some((_, dirs)) => folder.starts_with(dirs.data()),
            };
            if is_ours {
                return Ok(());
            }
        }
        engine.check_place()
    }

    /// What this machine knows of the destination besides its history; of a profile also its pause and its schedule.
    pub(crate) fn live(&self, engine: &Engine) -> Result<Live> {
        let by_wait = || Ok::<_, Error>(Expected::every(profile::wait_from(&self.sources)?));
        let is_over = |pause: &Pause| pause.until.is_some_and(|until| until <= Timestamp::now());
        let (paused, expected) = match &self.profile {
            None => (None, by_wait()?),
            Some((stored, _)) => {
                let paused = stored.paused.filter(|pause| !is_over(pause)).map(|pause| pause.until);
                let has_flag = self.sources.flags.contains_key(settings::WAIT.name);
                (paused, if has_flag { by_wait()? } else { Expected::by(&stored.schedule) })
            }
        };
        Ok(Live { paused, gone: engine.gone(), expected, ..Live::default() })
    }

    /// The same for what writes.
    pub(crate) fn writing_engine(&self) -> Result<Engine> {
        let (destination, state_dir) = self.destination()?;
        self.engine_for(destination, &state_dir)
    }

    fn mark_file_of(&self) -> MarkFileOf {
        profile::mark_file_of(&self.sources, &self.working_dir)
    }

    fn destination(&self) -> Result<(DestinationSettings, PathBuf)> {
        let destination = profile::destination_from(&self.sources, &self.working_dir)?;
        Ok((destination, profile::state_dir_from(&self.sources, &self.working_dir)?))
    }

    /// The folders of a profile that are ours are made as they are needed; any other must be there.
    fn engine_for(&self, destination: DestinationSettings, state_dir: &Path) -> Result<Engine> {
        let Some((stored, dirs)) = &self.profile else {
            StateDir::new(state_dir).ensure()?;
            return Ok(Engine::with_mark_file(destination, state_dir, self.mark_file_of()));
        };
        folders::prepare(&destination, state_dir, dirs)?;
        Ok(Engine::for_profile(stored, destination, state_dir))
    }
}

/// The exit code of a run; a stopped one tells the signal.
pub(crate) fn exit_code(stop: &Stop, finished: &Finished) -> u8 {
    match &finished.result {
        Err(error) if error.kind() == Kind::Cancelled => stop.exit_code(),
        _ => engine::exit_code(finished),
    }
}
