//! The desktop shell of Execute Sync: one window, a tray, and a worker that needs neither. What a command does is done by
//! the engine; what people see is in `ui`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
mod shell;
mod window;

mod commands;
mod contract;
#[cfg(test)]
mod contract_types;
mod errors;

mod chosen;
mod consent;
mod core;
mod days;
mod drafts;
mod form_secret;
mod known;
mod notices;
mod one_at_a_time;
mod run;
mod sample;
mod views;
mod words;

mod activity;
mod bundle;
mod clicks;
mod host;
mod notify;
mod settings;
mod tray;

#[cfg(test)]
mod test_core;

fn main() -> std::process::ExitCode {
    app::run()
}
