//! The engine of Execute Sync: brings the documents of Quorum Execute into a database and keeps them fresh.
//!
//! Both shells, the command line and the desktop app, hold an engine and call the same methods.
//! No window, no argument parser and no printing here: progress is events, talk is log records.

pub mod engine;
pub mod sync;
pub mod worker;

pub mod destination;
pub mod document;
pub mod source;

pub mod profile;
pub mod progress;

pub mod error;
pub mod history;
pub mod key_pair;
pub mod key_store;
pub mod logging;
pub mod paths;
pub mod retry;
pub mod run_lock;
pub mod schedule;
pub mod secret;
pub mod secret_store;
pub mod settings_file;
pub mod status;
