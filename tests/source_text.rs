//! Rules that the text of the program keeps.

use std::path::{Path, PathBuf};

use execute_sync::profile::settings::{self, SETTINGS};

/// The folder of the project.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file of Rust below a folder of the project.
fn sources(folder: &str) -> Vec<(String, String)> {
    let top = top();
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![top.join(folder)];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(&top).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

/// Does the name stand in the text as a word of its own?
fn stands_alone(text: &str, name: &str) -> bool {
    let part_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(part_of_word) && !text[at + name.len()..].starts_with(part_of_word))
}

#[test]
fn a_sentence_names_a_variable_that_exists() {
    // This one is a column of ours as well.
    let names = || SETTINGS.iter().filter(|setting| setting.name != settings::INCLUDE_CALCS.name);
    let folders = ["crates/execute-sync/src", "crates/execute-sync-cli/src", "src-tauri/src"];
    for (file, text) in folders.into_iter().flat_map(sources).filter(|(file, _)| !file.ends_with("tests.rs")) {
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let sentences = line.split('"').skip(1).step_by(2).filter(|literal| literal.contains(' '));
            for sentence in sentences {
                let bare = names().find(|setting| stands_alone(sentence, setting.name));
                assert_eq!(bare.map(|setting| setting.name), None, "{file}: {sentence}");
            }
        }
    }
}

#[test]
fn every_file_that_names_a_destination_is_in_the_list_of_what_a_new_one_touches() {
    let list = std::fs::read_to_string(top().join("CONTRIBUTING.md")).unwrap();
    let names_it = |text: &str| text.contains("DestinationSettings::Sqlite") || text.contains("destination::sqlite::");
    let folders = ["crates/execute-sync/src", "crates/execute-sync-cli/src", "src-tauri/src"];
    for (file, _) in folders.into_iter().flat_map(sources).filter(|(_, text)| names_it(text)) {
        let of_its_own = file.contains("/destination/sqlite/") || file.ends_with("/tests.rs");
        assert!(of_its_own || list.contains(&format!("`{file}`")), "CONTRIBUTING.md does not list {file}");
    }
}
