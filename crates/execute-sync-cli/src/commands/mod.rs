//! One file a command. Each takes its arguments, calls the engine, and gives the exit code.

mod config;
pub(crate) mod demo;
mod key_pair;
mod profiles;
mod quarantine;
mod run;
mod sample_server;
mod status;
mod test;
mod views;

use clap::ArgMatches;
use execute_sync::engine;
use execute_sync::error::{Error, Kind, Result};
use execute_sync::logging::{self, LogSettings};
use serde_json::json;

use crate::session::Session;
use crate::{args, printer};

/// Runs the command that `matches` names; gives the exit code. An error that came before there was a result is told here,
/// also to scripts that asked for JSON.
pub(crate) async fn dispatch(matches: &ArgMatches) -> u8 {
    let Some((name, sub)) = matches.subcommand() else {
        if std::env::args_os().len() <= 1 {
            let _ = args::command().print_help();
            return 0;
        }
        // A line of cron that lost its command must not look well.
        let error = Error::new(Kind::Configuration, "no command is given")
            .hint("Name one, such as push; `execute-sync --help` lists them.");
        if args::wants_json(matches) {
            printer::as_json(&json!({ "error": printer::error_value(&error) }));
        }
        printer::error(&error);
        return Kind::Configuration.exit_code();
    };
    let (mut session, json) = (None, args::wants_json(matches));
    let error = match run_named(&mut session, matches, name, sub, json).await {
        Ok(code) => return code,
        Err(error) => error,
    };
    if json {
        printer::as_json(&json!({ "error": printer::error_value(&error) }));
    }
    match (&session, name) {
        // Somebody wanted it so.
        (Some(session), _) if error.kind() == Kind::Cancelled => return session.stop.exit_code(),
        // These failures go the way of the log, so that they stand in LOG_FILE too.
        (Some(_), "create_views") => engine::tell_failure("Creating the views", &error),
        (Some(_), "prune") => engine::tell_failure("Pruning", &error),
        _ => printer::error(&error),
    }
    error.kind().exit_code()
}

/// `session` is set for the commands that have settings, as soon as these could be read.
async fn run_named(
    session: &mut Option<Session>,
    matches: &ArgMatches,
    name: &str,
    sub: &ArgMatches,
    json: bool,
) -> Result<u8> {
    args::refuse_unused(name, matches, &args::flags(matches, sub))?;
    // These work with nothing configured, even with a broken .env.
    match name {
        "version" => {
            if json {
                printer::as_json(&json!({ "version": env!("CARGO_PKG_VERSION") }));
            } else {
                printer::line(env!("CARGO_PKG_VERSION"));
            }
            return Ok(0);
        }
        "gen" => return key_pair::generate(sub),
        "profiles" => return profiles::dispatch(sub, json).await,
        "demo" => return demo::demo(matches, sub).await,
        "sample-server" => return sample_server::serve(sub).await,
        "upgrade" => {
            return Err(Error::new(Kind::Configuration, "upgrade is not in this version")
                .hint("Download the new release and put it in this program's place; nothing else is needed."));
        }
        _ => {}
    }
    let session = match Session::new(matches, sub) {
        Err(error) if matches!(name, "push" | "clone" | "sync") => {
            // Monitors search standard error for the phrase also when the log's own settings are at fault.
            let _ = logging::install(LogSettings::default());
            return Ok(run::not_begun(name == "clone", error, json));
        }
        begun => session.insert(begun?),
    };
    let done = run_command(session, name, sub, args::allows_removals(matches), json);
    match name {
        // These wait for a server or a lock without looking at the signal, and have nothing to finish.
        "test" | "quarantine" => tokio::select! {
            done = done => done,
            () = session.stop.token.cancelled() => Err(Error::new(Kind::Cancelled, "stopped as asked")),
        },
        _ => done.await,
    }
}

/// The commands that have settings.
async fn run_command(session: &Session, name: &str, sub: &ArgMatches, allow_removals: bool, json: bool) -> Result<u8> {
    match name {
        "push" => run::push(session, allow_removals, json).await,
        "clone" => run::clone(session, allow_removals, json).await,
        "sync" => run::sync(session, allow_removals).await,
        "create_views" => views::create(session, json).await,
        "prune" => views::prune(session, json).await,
        "status" => status::status(session, json),
        "runs" => status::runs(session, sub.get_one::<u32>("limit").copied().unwrap_or(20), json),
        "quarantine" => quarantine::dispatch(session, sub, json).await,
        "test" => test::test(session, json).await,
        "config" => config::show(session, json),
        other => Err(Error::new(Kind::Internal, format!("the command {other} is not wired up"))),
    }
}
