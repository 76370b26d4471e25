//! The arguments: one flag for each setting of the engine's table, and the commands with options of their own.

mod profiles;

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::settings::{self, FlagPlace, SETTINGS, Setting, ValueKind};

use crate::commands::demo;

const ABOUT: &str = "Brings the documents of Quorum Execute into a database and keeps them fresh";

/// The switches that are no settings.
const JSON: &str = "json";
const ALLOW_REMOVALS: &str = "allow-removals";

const AFTER: &str = "A setting comes from its flag, else from its variable in the environment, else from the same variable in \
.env (or, where there is none, config.env) in the working directory; or, with --profile, from its flag, else from the profile. \
`execute-sync config` shows what is in force.\n\n\
Exit codes: 0 done, 1 failed, 2 configuration, 3 refused, 4 unreachable, 5 already running, 6 documents in quarantine, \
130 and 143 stopped.\n\nTry it without credentials: execute-sync demo";

/// The whole command line.
pub(crate) fn command() -> Command {
    let mut command = Command::new("execute-sync")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(AFTER)
        .subcommand_required(false)
        .disable_help_subcommand(false)
        .infer_long_args(false)
        .args(SETTINGS.iter().map(|setting| flag(setting)))
        .arg(profile())
        // Before the command too, as settings; which command may have them is looked at afterwards.
        .args([json().hide(true), allow_removals("").hide(true)]);
    for mut sub in commands() {
        let name = sub.get_name().to_owned();
        let settings = SETTINGS.iter().filter(|s| s.place == FlagPlace::Everywhere && is_taken(s, &name));
        sub = sub.args(settings.map(|setting| flag(setting).global(true).hide(is_without_settings(&name))));
        if name == "demo" {
            // Neither the default nor the variable of the setting holds there.
            let help = format!("Directory for the sample's database [default: {}]", demo::FOLDER);
            sub = sub.mut_arg(settings::STATE_DIR.name, |arg| arg.help(help));
        }
        if takes_profile(&name) {
            sub = sub.arg(profile().global(true));
        }
        command = command.subcommand(sub);
    }
    command
}

/// Does the command have the setting's flag? Some work with nothing configured, and with whatever is.
pub(crate) fn is_taken(setting: &Setting, command: &str) -> bool {
    match command {
        "demo" => setting.name == settings::STATE_DIR.name,
        _ if is_without_settings(command) => setting.is_older && setting.place == FlagPlace::Everywhere,
        "profiles" | "sample-server" | "upgrade" => false,
        "push" | "sync" => true,
        _ => setting.place == FlagPlace::Everywhere,
    }
}

/// Commands of the older tool that use no setting here. There they asked for the whole configuration, so scripts that
/// configure by flags give it; it is taken and not looked at.
fn is_without_settings(command: &str) -> bool {
    matches!(command, "gen" | "version")
}

/// Does the command work on a profile?
fn takes_profile(command: &str) -> bool {
    !matches!(command, "demo" | "gen" | "profiles" | "sample-server" | "upgrade" | "version")
}

fn profile() -> Arg {
    Arg::new("profile")
        .long("profile")
        .value_name("NAME")
        .action(ArgAction::Set)
        .help("Use this profile; EXECUTESYNC_* and .env are then not read, flags still count")
}

/// The profile that is named, before the command or after it.
pub(crate) fn named_profile(root: &ArgMatches, command: &ArgMatches) -> Option<String> {
    [command, root].into_iter().find_map(|matches| matches.try_get_one::<String>("profile").ok().flatten().cloned())
}

/// Does the command that was called only look at what is there? Then it leaves nothing behind, not even a log file.
pub(crate) fn only_looks(root: &ArgMatches) -> bool {
    match root.subcommand() {
        Some(("config" | "runs" | "status", _)) => true,
        Some(("quarantine", below)) => matches!(below.subcommand_name(), Some("list" | "show")),
        _ => false,
    }
}

/// Was `--json` given, before the command or after it?
pub(crate) fn wants_json(root: &ArgMatches) -> bool {
    is_given(root, JSON)
}

/// Was `--allow-removals` given, before the command or after it?
pub(crate) fn allows_removals(root: &ArgMatches) -> bool {
    is_given(root, ALLOW_REMOVALS)
}

/// Was the switch given to the command, or to the one below it that was called?
fn is_given(command: &ArgMatches, switch: &str) -> bool {
    let here = command.try_get_one::<bool>(switch).ok().flatten().copied().unwrap_or(false);
    here || command.subcommand().is_some_and(|(_, below)| is_given(below, switch))
}

/// Does the command take the switch, or the one below it that was called?
fn takes_switch(command: &ArgMatches, switch: &str) -> bool {
    command.try_contains_id(switch).is_ok()
        || command.subcommand().is_some_and(|(_, below)| takes_switch(below, switch))
}

fn json() -> Arg {
    Arg::new(JSON).long(JSON).action(ArgAction::SetTrue).help("Print JSON")
}

fn allow_removals(when: &str) -> Arg {
    Arg::new(ALLOW_REMOVALS)
        .long(ALLOW_REMOVALS)
        .action(ArgAction::SetTrue)
        .help(format!("{when}emove however many documents the source no longer has, and replace another source"))
}

fn commands() -> Vec<Command> {
    let entries =
        || Arg::new("entry").value_name("ENTRY").num_args(1..).required(true).value_parser(value_parser!(i64));
    let forced: Vec<Arg> = SETTINGS
        .iter()
        .filter(|s| s.place == FlagPlace::PushAndSync)
        .map(|setting| switch(setting).global(false))
        .collect();
    vec![
        Command::new("sync")
            .alias("s")
            .about("Sync, wait, repeat [alias: s]")
            .args(forced.clone())
            .arg(allow_removals("With --force: r")),
        Command::new("push")
            .alias("p")
            .about("Sync once [alias: p]")
            .args(forced)
            .arg(allow_removals("With --force: r"))
            .arg(json()),
        Command::new("clone")
            .about("Create the helper views, then sync everything")
            .arg(allow_removals("R"))
            .arg(json()),
        Command::new("create_views").alias("create-views").about("Create or refresh the helper views").arg(json()),
        Command::new("prune").about("Delete superseded rows").arg(json()),
        Command::new("status").about("Is the data fresh? By the local history; asks no server").arg(json()),
        Command::new("runs").about("List the last runs").arg(json()).arg(
            Arg::new("limit")
                .long("limit")
                .short('n')
                .value_name("N")
                .default_value("20")
                .value_parser(value_parser!(u32).range(1..))
                .help("How many"),
        ),
        Command::new("quarantine")
            .about("Documents that could not be stored")
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommand(
                Command::new("list")
                    .about("List the open entries")
                    .arg(json())
                    .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help("Closed ones too")),
            )
            .subcommand(Command::new("show").about("Show an entry with its bytes").arg(json()).arg(entries()))
            .subcommand(
                Command::new("retry")
                    .about("Try to store open entries again: all, or those named")
                    .arg(json())
                    .arg(entries().required(false)),
            )
            .subcommand(
                Command::new("close").about("Close entries that need no more attention").arg(json()).arg(entries()),
            ),
        Command::new("test").about("Test source and destination step by step").arg(json()),
        Command::new("config")
            .alias("c")
            .about("Show the configuration in force, secrets masked [alias: c]")
            .arg(json()),
        profiles::command(),
        Command::new("gen").about("Make an RSA key pair for Snowflake").args([
            Arg::new("bits")
                .long("bits")
                .value_name("N")
                .default_value("3072")
                .value_parser(["2048", "3072", "4096"])
                .help("Size of the key"),
            Arg::new("out")
                .long("out")
                .value_name("FILE")
                .default_value("execute_sync_key.p8")
                .help("Where the private key goes; never over an existing file"),
            Arg::new("user").long("user").value_name("NAME").help("Snowflake user for the SQL"),
            Arg::new("passphrase-file")
                .long("passphrase-file")
                .value_name("FILE")
                .help("Read the passphrase from a file instead of asking"),
            Arg::new("stdout")
                .long("stdout")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["out", "passphrase-file"])
                .help("Print the private key, in the forms of the older tool, instead of writing a file"),
        ]),
        Command::new("demo").about("Sync realistic sample data into a SQLite file and show it").arg(
            Arg::new("documents")
                .long("documents")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..=5_000_000))
                .help("Make the sample about this many documents large"),
        ),
        Command::new("sample-server").about("Serve sample data by the fetch API").args([
            Arg::new("bind")
                .long("bind")
                .value_name("ADDRESS")
                .default_value("127.0.0.1:8787")
                .help("Address and port; port 0 = any free one"),
            Arg::new("documents")
                .long("documents")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..=5_000_000))
                .help("Make the sample about this many documents large"),
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .default_value("1")
                .value_parser(value_parser!(u64))
                .help("Another seed is another world"),
            Arg::new("tick")
                .long("tick")
                .value_name("SECONDS")
                .value_parser(value_parser!(u64).range(1..))
                .help("Let documents change every so often"),
        ]),
        Command::new("upgrade").about("Replace this program with the latest release").arg(
            Arg::new("upgrade-force").long("force").action(ArgAction::SetTrue).help("Also if it is the same version"),
        ),
        Command::new("version").alias("v").about("Print the version [alias: v]").arg(json()),
    ]
}

fn flag(setting: &'static Setting) -> Arg {
    match setting.place {
        FlagPlace::Everywhere => any(setting),
        // Before the command too; which command may have it is looked at afterwards.
        FlagPlace::PushAndSync => switch(setting).hide(true),
    }
}

pub(super) fn any(setting: &'static Setting) -> Arg {
    if setting.kind == ValueKind::Switch {
        return switch(setting);
    }
    base(setting)
        .num_args(1)
        .value_name(setting.value_name().unwrap_or("TEXT"))
        .action(ArgAction::Set)
        .allow_hyphen_values(true)
}

/// `--calcs`, and also `--calcs=false`.
fn switch(setting: &'static Setting) -> Arg {
    base(setting)
        .num_args(0..=1)
        .require_equals(true)
        .value_name("true|false")
        .default_missing_value("true")
        .hide_possible_values(true)
        .action(ArgAction::Set)
}

fn base(setting: &'static Setting) -> Arg {
    let mut help = setting.help.to_owned();
    if let Some(default) = setting.default.filter(|_| setting.kind != ValueKind::Switch) {
        help.push_str(&format!(" [default: {default}]"));
    }
    help.push_str(&format!(" [env: {}]", setting.env()));
    let mut arg = Arg::new(setting.name).long(setting.flag).help(help).help_heading("Settings");
    if let Some(short) = setting.short {
        arg = arg.short(short);
    }
    for alias in setting.aliases {
        arg = arg.alias(*alias);
    }
    arg
}

/// The settings given as flags, before the command or after it.
pub(crate) fn flags(root: &ArgMatches, command: &ArgMatches) -> BTreeMap<&'static str, String> {
    let mut flags = BTreeMap::new();
    for setting in SETTINGS {
        let given = [command, root]
            .into_iter()
            .find_map(|matches| matches.try_get_one::<String>(setting.name).ok().flatten().cloned());
        if let Some(value) = given {
            flags.insert(setting.name, value);
        }
    }
    flags
}

/// A flag before a command that has no use for it would be ignored without a word.
pub(crate) fn refuse_unused(command: &str, root: &ArgMatches, flags: &BTreeMap<&'static str, String>) -> Result<()> {
    let leave_out = || format!("Leave it out; `execute-sync {command} --help` lists what there is.");
    if !takes_profile(command) && root.try_get_one::<String>("profile").ok().flatten().is_some() {
        return Err(Error::new(Kind::Configuration, format!("--profile does not go with {command}")).hint(leave_out()));
    }
    let below = root.subcommand().map(|(_, below)| below);
    for switch in [JSON, ALLOW_REMOVALS] {
        if root.get_flag(switch) && !below.is_some_and(|below| takes_switch(below, switch)) {
            return Err(
                Error::new(Kind::Configuration, format!("--{switch} does not go with {command}")).hint(leave_out())
            );
        }
    }
    match flags.keys().filter_map(|name| settings::find(name)).find(|setting| !is_taken(setting, command)) {
        None => Ok(()),
        Some(setting) => Err(Error::new(Kind::Configuration, format!("--{} does not go with {command}", setting.flag))
            .hint(match setting.place {
                FlagPlace::PushAndSync => "It belongs to push and sync; clone always reads everything.".to_owned(),
                FlagPlace::Everywhere => leave_out(),
            })
            .field(setting.name)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn given(line: &str) -> BTreeMap<&'static str, String> {
        let matches = command().try_get_matches_from(line.split(' ')).unwrap();
        let (_, sub) = matches.subcommand().unwrap();
        flags(&matches, sub)
    }

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn flags_stand_before_or_after_the_command() {
        for line in
            ["execute-sync -u https://x push -f --calcs -c 5", "execute-sync -f -c 5 -x p --execute-url https://x"]
        {
            let flags = given(line);
            assert_eq!(flags["EXECUTE_URL"], "https://x", "{line}");
            assert_eq!(
                (&*flags["FORCE"], &*flags["INCLUDE_CALCS"], &*flags["CHUNK_SIZE"]),
                ("true", "true", "5"),
                "{line}"
            );
        }
        assert_eq!(given("execute-sync push --calcs=false")["INCLUDE_CALCS"], "false");
    }

    #[test]
    fn unknown_flags_and_commands_are_refused() {
        for line in ["execute-sync push --nope", "execute-sync nope", "execute-sync prune -f"] {
            assert!(command().try_get_matches_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
