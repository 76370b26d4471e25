//! What a command starts from: its settings, its log, its stop signal.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use execute_sync::engine::{self, Engine};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::logging;
use execute_sync::paths::StateDir;
use execute_sync::profile::{self, DestinationSettings, Environment, Profile, Sources};
use execute_sync::sync::Finished;

use crate::args;
use crate::progress_bar::Progress;
use crate::signals::Stop;

/// The settings of this call and where relative paths stand.
pub(crate) struct Session {
    pub(crate) sources: Sources,
    pub(crate) working_dir: PathBuf,
    pub(crate) stop: Stop,
    pub(crate) progress: Progress,
}

impl Session {
    /// Reads flags, environment and `.env`, and sets the log up.
    pub(crate) fn new(root: &ArgMatches, command: &ArgMatches) -> Result<Session> {
        let working_dir = std::env::current_dir()
            .map_err(|e| Error::new(Kind::Configuration, "the working directory cannot be entered").because(e))?;
        let sources = Sources::load(args::flags(root, command), Environment::of_process()?, &working_dir)?;
        let log = profile::log_from(&sources, &working_dir)?;
        let progress = Progress::new(crate::printer::at_terminal());
        let above = progress.clone();
        let level = match log.level {
            profile::LogLevel::Quiet => logging::Level::Quiet,
            profile::LogLevel::Info => logging::Level::Info,
            profile::LogLevel::Debug => logging::Level::Debug,
        };
        logging::install(logging::LogSettings {
            level,
            file: log.file,
            sink: Some(Box::new(move |line| above.print_above(line))),
            ..logging::LogSettings::default()
        })?;
        let stop = Stop::listen().map_err(|e| Error::new(Kind::Internal, "signals cannot be heard").because(e))?;
        Ok(Session { sources, working_dir, stop, progress })
    }

    /// Everything a run needs, and the engine for it; all that is missing is named in one error.
    pub(crate) fn profile(&self) -> Result<(Profile, Engine)> {
        let profile = Profile::from_sources(&self.sources, &self.working_dir)?;
        let engine = engine_for(profile.destination.clone(), &profile.state_dir)?;
        Ok((profile, engine))
    }

    /// The engine for what needs no source.
    pub(crate) fn engine(&self) -> Result<Engine> {
        let destination = profile::destination_from(&self.sources, &self.working_dir)?;
        engine_for(destination, &profile::state_dir_from(&self.sources, &self.working_dir)?)
    }
}

fn engine_for(destination: DestinationSettings, state_dir: &Path) -> Result<Engine> {
    StateDir::new(state_dir).ensure()?;
    Ok(Engine::with_mark_file(destination, state_dir))
}

/// The exit code of a run; a stopped one tells the signal.
pub(crate) fn exit_code(stop: &Stop, finished: &Finished) -> u8 {
    match &finished.result {
        Err(error) if error.kind() == Kind::Cancelled => stop.exit_code(),
        _ => engine::exit_code(finished),
    }
}
