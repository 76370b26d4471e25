//! What is sent with a report, as one text: the app, its settings, profiles without secrets, last runs, the end of the
//! log. A person sees it whole before it is saved; what is saved is that very text.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use execute_sync::history::RunRecord;
use execute_sync::profile::{StoredProfile, describe};
use execute_sync::secret::redact;

use crate::core::Core;
use crate::{run, shell};

/// Of the log so much of its end, a day of a busy app: what a person can still look through.
const LOG_BYTES: u64 = 200 * 1024;

/// Of each profile so many runs.
const RUNS: usize = 30;

/// Makes the text. Reads files: call it where that is fine.
pub(crate) fn text(core: &Core) -> String {
    let state = core.state();
    let mut text = String::new();
    let mut line = |words: std::fmt::Arguments<'_>| {
        // Writing to a text does not fail.
        let _ = text.write_fmt(words);
        text.push('\n');
    };
    line(format_args!("Execute Sync {}", state.version));
    line(format_args!("Made {}", execute_sync::history::utc(jiff::Timestamp::now())));
    line(format_args!("System: {} {}", std::env::consts::OS, std::env::consts::ARCH));
    line(format_args!("Tray: {}", if state.tray { "yes" } else { "no" }));
    line(format_args!("\nSETTINGS\n{}", serde_json::to_string_pretty(&state.settings).unwrap_or_default()));
    if let Some(trouble) = &state.profiles_trouble {
        line(format_args!("\nPROFILES CANNOT BE READ\n{}", trouble.message));
    }
    for (profile, shown) in core.profiles().iter().zip(&state.profiles) {
        line(format_args!("\nPROFILE {}\n{}", profile.name, shown.sentence));
        if let Some(error) = &shown.error {
            line(format_args!("{}: {}", error.code, error.message));
            line(format_args!("{}", error.details.as_deref().unwrap_or_default()));
        }
        line(format_args!("{}", configuration(profile, core)));
        line(format_args!("Last runs:"));
        for run in run::runs_of(profile, &core.dirs).iter().take(RUNS) {
            line(format_args!("{}", run_line(run)));
        }
    }
    let log = tail(&shell::log_file(&core.dirs)).unwrap_or_else(|error| format!("It cannot be read: {error}"));
    line(format_args!("\nEND OF THE LOG\n{log}"));
    redact(&text).into_owned()
}

/// Every setting in force, secrets masked.
fn configuration(profile: &StoredProfile, core: &Core) -> String {
    match profile.sources(BTreeMap::new(), &core.dirs) {
        Ok(sources) => describe(&sources).iter().map(|setting| format!("{setting}\n")).collect(),
        Err(error) => format!("Its settings cannot be read: {error}\n"),
    }
}

fn run_line(run: &RunRecord) -> String {
    let outcome = run.outcome.map_or_else(|| "running".to_owned(), |outcome| format!("{outcome:?}").to_lowercase());
    let error = run.error.as_ref().map(|error| format!(" {}: {}", error.code, error.message)).unwrap_or_default();
    format!(
        "{} {} {outcome} {} ms, {} documents, {} pages, {} bytes{}{error}",
        run.started,
        run.run_id,
        run.duration_ms,
        run.documents,
        run.pages,
        run.bytes,
        if run.full_refresh { ", full refresh" } else { "" },
    )
}

/// The last whole lines of a file.
fn tail(path: &Path) -> io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let begin = file.metadata()?.len().saturating_sub(LOG_BYTES);
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.take(LOG_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = if begin == 0 { &*text } else { text.split_once('\n').map_or("", |(_, whole)| whole) };
    Ok(whole.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use execute_sync::paths::AppDirs;
    use execute_sync::profile::form::read_options;
    use execute_sync::secret::Secret;

    use super::*;
    use crate::activity::Activity;

    #[tokio::test]
    async fn a_bundle_tells_what_matters_and_no_secret() {
        let home = tempfile::tempdir().unwrap();
        let dirs = AppDirs::find(Some(home.path().into())).unwrap();
        let core = Core::start(dirs, Activity::default(), Arc::new(|_| {})).unwrap();
        let mut profile = StoredProfile::new("Northern AFEs", &core.dirs.databases().join("n.sqlite")).unwrap();
        profile.source.url = "https://northern.example.com".to_owned();
        profile.options = read_options([("PROXY", "http://proxy.example:3128")]).unwrap();
        core.store.add(profile).unwrap();
        core.reload();
        let _secret = Secret::new("a-secret-in-the-log".to_owned());
        let log = shell::log_file(&core.dirs);
        std::fs::create_dir_all(log.parent().unwrap()).unwrap();
        let old = "2026/11/22 03:44:29 INFO long ago\n".repeat(8_000);
        std::fs::write(&log, format!("{old}2026/11/23 03:44:29 INFO key a-secret-in-the-log\n")).unwrap();

        let text = text(&core);
        for told in [
            "PROFILE Northern AFEs",
            "northern.example.com",
            "http://proxy.example:3128",
            "Never synced",
            "\"parallelRuns\": 2",
            "key [secret]",
        ] {
            assert!(text.contains(told), "{told} is not in {}", &text[..2_000]);
        }
        assert!(!text.contains("a-secret-in-the-log"));
        assert!(text.len() < 210 * 1024, "{} bytes", text.len());
        let log = text.split_once("END OF THE LOG\n").unwrap().1;
        assert!(log.lines().all(|line| line.is_empty() || line.starts_with("2026/11/2")), "whole lines");
    }
}
