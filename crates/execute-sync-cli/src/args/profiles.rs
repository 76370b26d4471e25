//! The arguments of `profiles`. The flags of `add` follow from the engine's forms: no destination is named here.

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};
use execute_sync::profile::form::{self, DestinationKind};
use execute_sync::profile::settings;

use super::json;

/// `profiles` and its sub-commands.
pub(super) fn command() -> Command {
    let name = || Arg::new("name").value_name("NAME").required(true).help("Name of the profile");
    Command::new("profiles")
        .about("Profiles: a source, a database and options under a name")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("list").about("List the profiles").arg(json()))
        .subcommand(Command::new("show").about("Show a profile; never its secret").arg(json()).arg(name()))
        .subcommand(add().arg(name()))
        .subcommand(with_secret(
            Command::new("import").about("Make a profile of a folder of the older tool, which stays as it is").args([
                Arg::new("folder").value_name("FOLDER").required(true).help("The folder with .env or config.env"),
                Arg::new("name").long("name").value_name("NAME").help("Name of the profile [default: the folder's]"),
            ]),
        ))
        .subcommand(
            Command::new("remove").about("Remove a profile and the secret that was stored for it").arg(name()).arg(
                Arg::new("delete-database")
                    .long("delete-database")
                    .action(ArgAction::SetTrue)
                    .help("Delete its database too"),
            ),
        )
}

fn add() -> Command {
    let mut command = Command::new("add").about("Add a profile").args([
        super::any(&settings::EXECUTE_URL).required(true),
        super::any(&settings::EXECUTE_APIKEY_ID).required(true),
        Arg::new("allow-http")
            .long("allow-http")
            .action(ArgAction::SetTrue)
            .help("Let the API key travel unencrypted, where the address is http://"),
        Arg::new("to")
            .long("to")
            .value_name("KIND")
            .default_value(DestinationKind::Sqlite.word())
            .value_parser(DestinationKind::ALL.map(DestinationKind::word))
            .help("Kind of database"),
        Arg::new("every")
            .long("every")
            .value_name("MINUTES")
            .value_parser(value_parser!(u32).range(1..=525_600))
            .help("Minutes between two syncs [default: 10]"),
        Arg::new("daily-at")
            .long("daily-at")
            .value_name("HH:MM")
            .conflicts_with("every")
            .help("Sync once a day at this time instead"),
    ]);
    for field in DestinationKind::ALL.into_iter().flat_map(|kind| kind.form().fields) {
        let example = field.example.map(|example| format!(", such as {example}")).unwrap_or_default();
        command = command
            .arg(Arg::new(field.name).long(field.flag).value_name("TEXT").help(format!("{}{example}", field.help)));
    }
    with_secret(command.args(form::options().map(super::any)))
}

fn with_secret(command: Command) -> Command {
    command
        .args([
            Arg::new("secret-from-env").long("secret-from-env").value_name("VAR").help(
                "Read the API key's secret from this variable, or from the file that VAR_FILE names, at each run",
            ),
            Arg::new("secret-file")
                .long("secret-file")
                .value_name("PATH")
                .help("Read the API key's secret from this file at each run; only you may be able to read it"),
            Arg::new("secret-stdin")
                .long("secret-stdin")
                .action(ArgAction::SetTrue)
                .help("Read the API key's secret from standard input now, and store it"),
            Arg::new("store-in")
                .long("store-in")
                .value_name("PLACE")
                .value_parser(["keychain", "file"])
                .default_value("keychain")
                .conflicts_with_all(["secret-from-env", "secret-file"])
                .help("Where the secret is stored: the system's keychain, or a file that only you can read"),
        ])
        .group(ArgGroup::new("secret").args(["secret-from-env", "secret-file", "secret-stdin"]))
}
