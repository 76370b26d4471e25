//! TypeScript's types of the contract, made from Rust and compared with what is committed. `UPDATE=1 cargo test -p
//! execute-sync-desktop contract` writes them anew.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use ts_rs::{Config, TS};

use crate::contract::*;

macro_rules! declared {
    ($config:expr, $($type:ident),+ $(,)?) => {
        vec![$(format!("{}export {}\n", <$type as TS>::docs().unwrap_or_default(), <$type as TS>::decl($config))),+]
    };
}

fn types() -> String {
    let config = Config::new();
    let types = declared!(
        &config,
        IpcError,
        AppState,
        ProfilesTrouble,
        Notice,
        ProfileSummary,
        ProfileState,
        Pause,
        PauseFor,
        SyncProgress,
        Overview,
        TypeCount,
        RunOutcome,
        RunView,
        QuarantineView,
        QuarantineRetried,
        LogLine,
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
        KeyView,
        KeyOrder,
        Route,
        AppSettings,
        Theme,
        Navigate,
    );
    let commands: Vec<String> = include_str!("../commands.txt").lines().map(|name| format!("  | {name:?}")).collect();
    format!(
        "// Made from src-tauri/src/contract.rs and src-tauri/commands.txt; never edited by hand. Counts stay below 2^53.\n\n{}\n/** Every command of the core. */\nexport type CommandName =\n{};\n",
        types.join("\n"),
        commands.join("\n")
    )
}

#[test]
fn the_windows_types_are_those_of_the_contract() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/types.ts");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, types()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(committed == types(), "ui/src/ipc/types.ts is out of date: run with UPDATE=1");
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
    let source = include_str!("contract.rs");
    for line in source.lines().map(str::trim).filter(|line| line.starts_with("pub(crate)")) {
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
