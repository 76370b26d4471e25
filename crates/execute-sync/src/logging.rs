//! Where log records go: lines on standard error or above a progress bar, and the same lines in a rotated file.
//!
//! Modules talk through the `log` facade and know nothing of this. What is said is decided there; what passes, and
//! that no secret and no control character does, is decided here.

mod file;
mod of_run;

#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::ZonedDateTime;
use log::{LevelFilter, Log, Metadata, Record};

use crate::error::{Error, Kind, Result};
use crate::paths::{FileSystem, System};
use crate::secret::{printable, redact};
use file::LogFile;

pub use of_run::{KeptLine, in_run, lines_of_run, of_run, run_id};

/// A log file is renamed before it grows beyond this.
pub const DEFAULT_FILE_SIZE_BYTES: u64 = 10 * 1024 * 1024;

/// So many renamed log files stay beside the one that is written: `NAME.1`, the newest, to `NAME.5`.
pub const DEFAULT_OLD_FILES: u32 = 5;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// Warnings and worse.
    Quiet,
    /// What a person wants to know who looks once a day.
    #[default]
    Info,
    /// What helps to find a fault.
    Debug,
}

impl Level {
    fn filter(self) -> LevelFilter {
        match self {
            Level::Quiet => LevelFilter::Warn,
            Level::Info => LevelFilter::Info,
            Level::Debug => LevelFilter::Debug,
        }
    }
}

/// Takes a finished line, without its line end: for who owns a progress bar and prints above it.
pub type Sink = Box<dyn Fn(&str) + Send + Sync>;

/// Where lines go, and which.
pub struct LogSettings {
    /// How much is said.
    pub level: Level,
    /// The log file, if one is kept. Its folder must exist.
    pub file: Option<PathBuf>,
    /// Write lines on standard error? A `sink` takes its place.
    pub stderr: bool,
    /// Takes the lines instead of standard error.
    pub sink: Option<Sink>,
    /// The size at which the log file is renamed and a new one begun.
    pub file_size_bytes: u64,
    /// How many renamed log files stay.
    pub old_files: u32,
    /// Lines in the file name the run they belong to, at their end: for [`lines_of_run`].
    pub run_ids: bool,
}

impl Default for LogSettings {
    fn default() -> Self {
        LogSettings {
            level: Level::default(),
            file: None,
            stderr: true,
            sink: None,
            file_size_bytes: DEFAULT_FILE_SIZE_BYTES,
            old_files: DEFAULT_OLD_FILES,
            run_ids: false,
        }
    }
}

/// What a log file with the default limits needs: itself, and the names it is renamed to.
pub fn files_of(path: &Path) -> Vec<PathBuf> {
    let old = (1..=DEFAULT_OLD_FILES).map(|number| file::numbered(path, number));
    [path.to_owned()].into_iter().chain(old).collect()
}

/// Makes `settings` the log of this process, once; a second call is an error of kind `Internal`.
///
/// A log file that cannot be opened is an error of kind `Configuration` at `LOG_FILE`. After Ok nothing about the log
/// fails any more: when the file cannot be written to, that is said once on standard error and the program goes on.
pub fn install(settings: LogSettings) -> Result<()> {
    let filter = settings.level.filter();
    let logger = Logger::new(settings, Arc::new(System), ZonedDateTime::now)?;
    log::set_boxed_logger(Box::new(logger))
        .map_err(|error| Error::new(Kind::Internal, "The log was set up twice").because(error))?;
    log::set_max_level(filter);
    Ok(())
}

struct Logger {
    level: LevelFilter,
    stderr: bool,
    sink: Option<Sink>,
    file: Option<Mutex<LogFile>>,
    run_ids: bool,
    clock: fn() -> ZonedDateTime,
}

impl Logger {
    fn new(settings: LogSettings, fs: Arc<dyn FileSystem>, clock: fn() -> ZonedDateTime) -> Result<Self> {
        let LogSettings { level, file, stderr, sink, file_size_bytes, old_files, run_ids } = settings;
        let file = file.map(|path| LogFile::open(fs, path, file_size_bytes, old_files)).transpose()?.map(Mutex::new);
        Ok(Logger { level: level.filter(), stderr, sink, file, run_ids, clock })
    }

    fn show(&self, line: &str) {
        match &self.sink {
            Some(sink) => sink(line),
            None if self.stderr => write_to_stderr(line),
            None => {}
        }
    }
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= self.level && is_ours(metadata.target())
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = line(&(self.clock)(), record.level(), &record.args().to_string());
        self.show(&line);
        let Some(file) = &self.file else { return };
        let line = if self.run_ids { of_run::marked(line) } else { line };
        // A panic elsewhere while a line was written leaves nothing half done that a next line could not follow.
        let trouble = file.lock().unwrap_or_else(PoisonError::into_inner).write(&line);
        if let Some(trouble) = trouble {
            let line = self::line(&(self.clock)(), log::Level::Warn, &trouble);
            if self.sink.is_some() || self.stderr {
                self.show(&line);
            } else {
                // There is no other place left to say it.
                write_to_stderr(&line);
            }
        }
    }

    fn flush(&self) {}
}

/// `2026/11/23 03:44:29 INFO message`, the form that monitors of the older tool know.
fn line(now: &ZonedDateTime, level: log::Level, message: &str) -> String {
    let redacted = redact(message);
    let shown = printable(&redacted);
    // Once more: a secret may have been cut up by the very characters that are gone now.
    let shown = redact(&shown);
    format!("{} {level} {shown}", now.strftime("%Y/%m/%d %H:%M:%S"))
}

/// Only our own crates may speak, at any level: a dependency could log the headers it sends.
fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or_default();
    ["execute_sync", "execute_sample"]
        .iter()
        .any(|ours| name.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
}

fn write_to_stderr(line: &str) {
    // One call a line, so that lines of several threads and processes do not mix. Nobody is left to tell an error.
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
