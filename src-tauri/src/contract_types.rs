//! TypeScript's types of the contract, made from Rust and compared with what is committed, a file for each of its parts.
//! `UPDATE=1 cargo test -p execute-sync-desktop contract` writes them anew.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::DirEntry;
use std::path::Path;

use ts_rs::{Config, TS};

use crate::contract::*;

/// A part of the contract: one file here, and one there.
struct Part {
    name: &'static str,
    types: Vec<Declared>,
}

struct Declared {
    name: String,
    text: String,
    /// Names of the types in it.
    needs: Vec<String>,
}

fn declared<T: TS + 'static>(config: &Config) -> Declared {
    Declared {
        name: T::ident(config),
        text: format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(config)),
        needs: T::dependencies(config).into_iter().map(|needed| needed.ts_name).collect(),
    }
}

macro_rules! part {
    ($config:expr, $name:literal, $($type:ident),+ $(,)?) => {
        Part { name: $name, types: vec![$(declared::<$type>($config)),+] }
    };
}

fn parts() -> Vec<Part> {
    let config = &Config::new();
    vec![
        part!(config, "error", IpcError, Offer),
        part!(
            config,
            "state",
            AppState,
            ProfilesTrouble,
            Notice,
            ProfileSummary,
            ProfileState,
            Pause,
            PauseFor,
            SyncProgress,
            Navigate,
        ),
        part!(
            config,
            "runs",
            Overview,
            DayOfRuns,
            TypeCount,
            RunOutcome,
            RunView,
            QuarantineView,
            QuarantineRetried,
            LogLine,
        ),
        part!(
            config,
            "form",
            ProfileForm,
            DestinationForm,
            FieldForm,
            FieldKind,
            SecretPlaceForm,
            ProfileDraft,
            ScheduleDraft,
            ProfileDetail,
            ChosenDatabase,
            TestStep,
            ImportPreview,
        ),
        part!(
            config,
            "data",
            DataNode,
            GridQuery,
            SortKey,
            Filter,
            FilterTest,
            GridInfo,
            Column,
            ColumnKind,
            GridRows,
            Cell,
            DocumentView,
            FieldValue,
            Reference,
            ExportProgress,
            ExportDone,
        ),
        part!(config, "keys", KeyView, KeyOrder),
        part!(config, "settings", AppSettings, Theme, Route),
    ]
}

/// The files that there have to be, by name.
fn files() -> BTreeMap<String, String> {
    let parts = parts();
    let mut files: BTreeMap<String, String> = parts.iter().map(|part| (of(part.name), file(part, &parts))).collect();
    let names: BTreeSet<&str> = parts.iter().map(|part| part.name).collect();
    let parts: String = names.iter().map(|name| format!("export type * from \"./{name}\";\n")).collect();
    let commands: Vec<String> = include_str!("../commands.txt").lines().map(|name| format!("  | {name:?}")).collect();
    let index = format!(
        "// Made from src-tauri/src/contract and src-tauri/commands.txt; never edited by hand. Counts stay below 2^53.\n{parts}\n/** Every command of the core. */\nexport type CommandName =\n{};\n",
        commands.join("\n")
    );
    files.insert(of("index"), index);
    files
}

fn of(name: &str) -> String {
    format!("{name}.ts")
}

fn file(part: &Part, parts: &[Part]) -> String {
    let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for needed in part.types.iter().flat_map(|declared| &declared.needs) {
        let is_in = |part: &&Part| part.types.iter().any(|declared| &declared.name == needed);
        let from = parts.iter().find(is_in).ok_or_else(|| format!("{needed} is in no part")).unwrap();
        if from.name != part.name {
            imports.entry(from.name).or_default().insert(needed);
        }
    }
    let mut text = format!("// Made from src-tauri/src/contract/{}.rs; never edited by hand.\n", part.name);
    for (from, names) in imports {
        let names: Vec<&str> = names.into_iter().collect();
        text.push_str(&format!("import type {{ {} }} from \"./{from}\";\n", names.join(", ")));
    }
    for declared in &part.types {
        text.push('\n');
        text.push_str(&declared.text);
    }
    text
}

#[test]
fn the_windows_types_are_those_of_the_contract() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/types");
    let made = files();
    if std::env::var_os("UPDATE").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        made.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    }
    assert!(texts(&folder) == made, "ui/src/ipc/types is out of date: run with UPDATE=1");
}

/// The files of a folder, by name.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let named =
        |file: DirEntry| (file.file_name().into_string().unwrap(), std::fs::read_to_string(file.path()).unwrap());
    files.map(named).collect()
}

/// The approved list. A command that is missing here exists for no window; a new one is a decision.
#[test]
fn the_window_may_do_what_is_listed_and_nothing_else() {
    let capability: serde_json::Value = serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
    let listed: Vec<&str> = capability["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    let mut approved = vec!["core:event:allow-listen".to_owned(), "core:event:allow-unlisten".to_owned()];
    approved.extend(include_str!("../commands.txt").lines().map(|name| format!("allow-{}", name.replace('_', "-"))));
    assert_eq!(listed, approved);
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("remote").is_none() && capability["local"] == true);
    let config: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let app = &config["app"];
    assert_eq!(app["withGlobalTauri"], false);
    assert_eq!(app["security"]["assetProtocol"]["enable"], false);
    assert_eq!(app["windows"].as_array().unwrap().len(), 1);
    assert_eq!(config["build"]["removeUnusedCommands"], true);
    let folder = option_env!("REMOVE_UNUSED_COMMANDS").map(Path::new);
    assert_eq!(folder, Some(Path::new(env!("CARGO_MANIFEST_DIR"))), "as .cargo/config.toml says");
    let csp = app["security"]["csp"].as_str().unwrap();
    for rule in
        ["default-src 'none'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'none'"]
    {
        assert!(csp.contains(rule), "{rule}");
    }
    let script = csp.split(';').find(|rule| rule.trim().starts_with("script-src")).unwrap();
    assert!(!script.contains("unsafe"), "{script}");
}

#[test]
fn every_listed_command_is_there_and_every_command_is_listed() {
    let handler = include_str!("commands/mod.rs").split_once("generate_handler![").unwrap().1;
    let handler = handler.split_once(']').unwrap().0;
    let mut there: Vec<&str> =
        handler.split(',').filter_map(|path| path.trim().split_once("::")).map(|(_, n)| n).collect();
    let mut listed: Vec<&str> = include_str!("../commands.txt").lines().collect();
    there.sort_unstable();
    listed.sort_unstable();
    assert_eq!(there, listed);
}

/// A secret goes in and never comes out: no type that crosses outwards has a field for one.
#[test]
fn no_answer_has_room_for_a_secret() {
    let parts = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/contract"));
    for line in
        parts.values().flat_map(|part| part.lines()).map(str::trim).filter(|line| line.starts_with("pub(crate)"))
    {
        let name = line.trim_start_matches("pub(crate) ").split(':').next().unwrap();
        let allowed = [
            "secret_place",
            "secret_places",
            "secret_name",
            "secret_set",
            "secret_host",
            "secret_problem",
            "has_secret",
        ];
        assert!(!name.contains("secret") || allowed.contains(&name) || name.starts_with("struct"), "{line}");
        assert!(!name.contains("private_key") && !name.contains("password"), "{line}");
    }
}
