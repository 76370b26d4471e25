//! `demo`: realistic sample data, through the real protocol, into a SQLite file, and a look at it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::ArgMatches;
use execute_sample::{DEMO_KEY_ID, DEMO_KEY_SECRET, SampleOptions};
use execute_sync::destination::sqlite::reader;
use execute_sync::engine::{self, Engine, Order};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::logging::{self, LogSettings};
use execute_sync::paths::StateDir;
use execute_sync::profile::{BaseUrl, DestinationSettings, SourceSettings, SyncOptions};
use execute_sync::secret::Secret;
use execute_sync::sync::{Task, ViewDuty};

use crate::progress_bar::Progress;
use crate::signals::Stop;
use crate::{printer, session};

/// Where the sample goes if no folder is named.
pub(crate) const FOLDER: &str = "execute-sync-demo";

/// What an analyst would ask first.
const FIRST_LOOK: &str = "SELECT a.AFE_NUMBER, a.DESCRIPTION, s.NAME, printf('%.2f', a.GROSS_TOTAL)
    FROM AFE AS a JOIN AFE_STATUS AS s ON s.DOCUMENT_ID = a.STATUS WHERE a._DELETED = 0 ORDER BY a.GROSS_TOTAL DESC";

/// Syncs the sample. Reads no configuration: nobody's real database is touched.
pub(crate) async fn demo(root: &ArgMatches, matches: &ArgMatches) -> Result<u8> {
    let folder = [matches, root]
        .into_iter()
        .find_map(|m| m.get_one::<String>("STATE_DIR"))
        .map_or_else(|| PathBuf::from(FOLDER), PathBuf::from);
    let progress = Progress::new(printer::at_terminal());
    let above = progress.clone();
    logging::install(LogSettings {
        sink: Some(Box::new(move |line| above.print_above(line))),
        ..LogSettings::default()
    })?;
    let stop = Stop::listen().map_err(|e| Error::new(Kind::Internal, "signals cannot be heard").because(e))?;
    // The first command in a fresh place: folders above it are made too. What keeps them from it, the next step tells.
    folder.parent().map(std::fs::create_dir_all);
    StateDir::new(&folder)
        .ensure()
        .map_err(|error| error.hint("Name a folder that this user can write to with --state-dir"))?;
    let folder = folder.canonicalize().unwrap_or(folder);
    let documents = matches.get_one::<u64>("documents").copied();
    // Another size is another world with marks of its own, so it has a file of its own.
    let path = folder.join(documents.map_or("sample.sqlite".to_owned(), |n| format!("sample-{n}.sqlite")));
    let options = SampleOptions {
        documents,
        key: Some((DEMO_KEY_ID.to_owned(), DEMO_KEY_SECRET.to_owned())),
        ..SampleOptions::default()
    };
    let server = super::sample_server::start(options, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let secret = Arc::new(Secret::new(DEMO_KEY_SECRET.to_owned()));
    let source = SourceSettings::new(BaseUrl::sample(&server.url())?, DEMO_KEY_ID, secret);
    let engine = Engine::without_mark_file(DestinationSettings::Sqlite { path: path.clone() }, &folder);
    let order = Order { task: Task::Push, views: ViewDuty::Warn };
    let finished = engine.run(source, &SyncOptions::default(), order, progress.observer(), &stop.token).await;
    progress.finish();
    server.stop().await;
    if finished.result.is_err() {
        return Ok(session::exit_code(&stop, &finished));
    }
    let counts = engine.count_documents().await?;
    let total: u64 = counts.iter().map(|(_, n)| n).sum();
    let kinds =
        counts.iter().map(|(name, n)| format!("{} {name}", printer::grouped(*n))).collect::<Vec<_>>().join(", ");
    printer::line("");
    let (_, rows) = reader::query(&path, FIRST_LOOK, 8)?;
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect();
    printer::table(&["AFE_NUMBER", "DESCRIPTION", "STATUS", "GROSS_TOTAL"], &rows, 48);
    printer::line("");
    printer::line(&format!("{} documents: {kinds}", printer::grouped(total)));
    printer::line(&format!("Database: {}", path.display()));
    printer::line("");
    let program = quoted(&std::env::args().next().unwrap_or_else(|| "execute-sync".to_owned()));
    printer::line("Next:");
    printer::line(&format!(
        "  sqlite3 {} 'SELECT * FROM AFE LIMIT 5'     look at it; Excel, Power BI, DBeaver and Python read it too",
        quoted(&path.display().to_string())
    ));
    printer::line(&format!("  {program} sample-server --tick 5        let the sample change while you sync it"));
    printer::line(&format!(
        "  {program} test --help                   connect to your own Execute: see README, \"Quick start\""
    ));
    Ok(engine::exit_code(&finished))
}

/// One word for a POSIX shell, whatever it holds.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
