//! `quarantine`: list, show, retry, close.

use clap::ArgMatches;
use execute_sync::destination::{QuarantineEntry, QuarantineFilter};
use execute_sync::engine::Engine;
use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::{self, SyncOptions};
use serde_json::{Value, json};

use crate::printer;
use crate::session::Session;

/// Runs the sub-command.
pub(crate) async fn dispatch(session: &Session, matches: &ArgMatches, json: bool) -> Result<u8> {
    let engine = match matches.subcommand_name() {
        Some("retry" | "close") => session.writing_engine()?,
        _ => session.engine()?,
    };
    session.check_place(&engine)?;
    match matches.subcommand() {
        Some(("list", sub)) => {
            let (filter, none) = if sub.get_flag("all") {
                (QuarantineFilter::All, "No entries")
            } else {
                (QuarantineFilter::Open, "No open entries")
            };
            list(&engine.quarantine(filter).await?, json, none);
            Ok(0)
        }
        Some(("show", sub)) => {
            show_all(&existing(&engine, sub).await?, json);
            Ok(0)
        }
        Some(("retry", sub)) => {
            let options = profile::options_from(&session.sources)?;
            let named = existing(&engine, sub).await?;
            let filters: Vec<QuarantineFilter> = if named.is_empty() {
                vec![QuarantineFilter::Open]
            } else {
                named.iter().map(|entry| QuarantineFilter::Entry(entry.entry)).collect()
            };
            retry(&engine, filters, &options, json).await
        }
        Some(("close", sub)) => {
            let named: Vec<i64> = existing(&engine, sub).await?.iter().map(|entry| entry.entry).collect();
            let closed = engine.close_quarantine(&named).await?;
            if json {
                printer::as_json(&json!({ "closed": closed }));
            } else {
                printer::line(&format!("{closed} {} closed", if closed == 1 { "entry" } else { "entries" }));
            }
            Ok(0)
        }
        _ => Err(Error::new(Kind::Configuration, "quarantine needs list, show, retry or close")),
    }
}

/// Tries each, and tells at once what became of it; as JSON, which is one value, at the end.
async fn retry(engine: &Engine, filters: Vec<QuarantineFilter>, options: &SyncOptions, json: bool) -> Result<u8> {
    let (mut stored, mut outdated, mut stay) = (Vec::new(), Vec::new(), Vec::new());
    for filter in filters {
        let done = engine.retry_quarantine(filter, options).await?;
        if !json {
            done.stored.iter().for_each(|entry| printer::line(&format!("entry {entry}: stored")));
            done.outdated.iter().for_each(|entry| {
                printer::line(&format!(
                    "entry {entry}: closed, the source has sent the same version since, and it is stored"
                ));
            });
            done.stay.iter().for_each(|(entry, why)| printer::line(&format!("entry {entry}: stays, {why}")));
        }
        stored.extend(done.stored);
        outdated.extend(done.outdated);
        stay.extend(done.stay);
    }
    let code = if stay.is_empty() { 0 } else { 6 };
    if json {
        let stay: Vec<Value> = stay.iter().map(|(entry, why)| json!({ "entry": entry, "reason": why })).collect();
        printer::as_json(&json!({ "stored": stored, "outdated": outdated, "stay": stay }));
    } else if stored.is_empty() && outdated.is_empty() && stay.is_empty() {
        printer::line("No open entries");
    }
    Ok(code)
}

/// The entries named; an error for one that is not there.
async fn existing(engine: &Engine, matches: &ArgMatches) -> Result<Vec<QuarantineEntry>> {
    let mut found = Vec::new();
    for entry in matches.get_many::<i64>("entry").into_iter().flatten() {
        let there = engine.quarantine(QuarantineFilter::Entry(*entry)).await?;
        found.push(there.into_iter().next().ok_or_else(|| {
            Error::new(Kind::Configuration, format!("there is no quarantine entry {entry}"))
                .hint("`execute-sync quarantine list --all` shows the entries there are.")
        })?);
    }
    Ok(found)
}

fn list(entries: &[QuarantineEntry], json: bool, none: &str) {
    if json {
        printer::as_json(&entries.iter().map(as_value).collect::<Vec<_>>());
        return;
    }
    if entries.is_empty() {
        printer::line(none);
        return;
    }
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let (doc_type, id, version) = &entry.key;
            vec![
                entry.entry.to_string(),
                entry.batch_date.clone(),
                doc_type.clone().unwrap_or_default(),
                id.clone().unwrap_or_default(),
                version.map(|v| v.to_string()).unwrap_or_default(),
                entry.closed.as_ref().map_or("open".to_owned(), |(_, by)| format!("closed by {by}")),
                entry.reason.clone(),
            ]
        })
        .collect();
    printer::table(&["ENTRY", "SEEN", "TYPE", "ID", "VERSION", "STATE", "REASON"], &rows, 60);
}

/// One entry is an object, several are a list: JSON that is printed is one value.
fn show_all(entries: &[QuarantineEntry], json: bool) {
    match entries {
        [one] if json => printer::as_json(&as_value(one)),
        several if json => printer::as_json(&several.iter().map(as_value).collect::<Vec<_>>()),
        each => each.iter().for_each(show),
    }
}

fn show(entry: &QuarantineEntry) {
    let (doc_type, id, version) = &entry.key;
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    printer::line(&format!(
        "Entry {} of page {}, line {}, run {}",
        entry.entry, entry.place.0, entry.place.1, entry.run_id
    ));
    printer::line(&format!("Reason: {}", entry.reason));
    printer::line(&format!(
        "Document: type {}, id {}, version {}",
        known(doc_type),
        known(id),
        version.map_or("unknown".to_owned(), |v| v.to_string())
    ));
    printer::line(&format!("Seen: {}", entry.batch_date));
    if let Some((at, by)) = &entry.closed {
        printer::line(&format!("Closed: {at} by {by}"));
    }
    printer::line(&format!("Size: {} bytes, SHA-256 {}", entry.size, entry.sha256));
    let text = String::from_utf8_lossy(&entry.bytes);
    printer::line(&execute_sync::secret::printable(&text));
}

fn as_value(entry: &QuarantineEntry) -> Value {
    let (doc_type, id, version) = &entry.key;
    json!({
        "entry": entry.entry, "seen": entry.batch_date, "run_id": entry.run_id,
        "type": doc_type, "id": id, "version": version,
        "reason": entry.reason, "page": entry.place.0, "line": entry.place.1,
        "size": entry.size, "sha256": entry.sha256, "complete": entry.is_whole(),
        "text": String::from_utf8_lossy(&entry.bytes),
        "closed_at": entry.closed.as_ref().map(|c| &c.0), "closed_by": entry.closed.as_ref().map(|c| &c.1),
    })
}
