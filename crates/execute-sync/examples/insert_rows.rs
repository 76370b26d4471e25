//! The yardstick of `make bench`: rows that lie ready in memory go into the compatible table by a prepared
//! `INSERT OR REPLACE` in one transaction, 4 KiB pages, rollback journal, synchronous=FULL. Prints the seconds it took.
//!
//! `insert_rows NDJSON DATABASE`
#![allow(clippy::print_stdout, reason = "its output is the measurement")]

use std::time::Instant;

use execute_sync::document::{DocumentLimits, parse};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(source), Some(database)) = (arguments.next(), arguments.next()) else {
        return Err("insert_rows NDJSON DATABASE".into());
    };
    let text = std::fs::read_to_string(source)?;
    let limits = DocumentLimits { version: (i64::MIN, i64::MAX), key_chars: None, chunk_size: usize::MAX / 4 };
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.lines() {
        rows.push(parse(&text, start..start + line.len(), &limits).map_err(|defect| defect.reason)?);
        start += line.len() + 1;
    }
    let started = Instant::now();
    let mut connection = rusqlite::Connection::open(database)?;
    connection.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;
        CREATE TABLE EXECUTE_DOCUMENTS (BATCH_DATE TEXT NOT NULL, TYPE TEXT NOT NULL, ID TEXT NOT NULL,
            VERSION INTEGER NOT NULL, CHUNK INTEGER NOT NULL, AUTHOR TEXT, DATE TEXT NOT NULL, DELETED BOOLEAN NOT NULL,
            DATA TEXT NOT NULL, PRIMARY KEY (BATCH_DATE, TYPE, ID, VERSION, CHUNK))",
    )?;
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction
            .prepare("INSERT OR REPLACE INTO EXECUTE_DOCUMENTS VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8)")?;
        for row in &rows {
            let data = row.body.rows(&text).next().unwrap_or_default();
            insert.execute(rusqlite::params![
                "2025-01-31T09:30:00Z",
                row.key.doc_type,
                row.key.id,
                row.key.version,
                row.author,
                row.date,
                row.deleted,
                data
            ])?;
        }
    }
    transaction.commit()?;
    println!("{:.4}", started.elapsed().as_secs_f64());
    Ok(())
}
