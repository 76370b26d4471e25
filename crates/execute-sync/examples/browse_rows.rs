//! For `make bench`: looks at a view as the desktop app does and prints, in milliseconds, how long the first rows took, a page
//! from the middle while keys are collected, the keys, a page from the end, and the first rows in the order of a column; then
//! the number of rows.
//!
//! `browse_rows DATABASE VIEW COLUMN`
#![allow(clippy::print_stdout, reason = "its output is the measurement")]

use std::path::Path;
use std::time::Instant;

use execute_sync::destination::sqlite::browse::{Browser, GridQuery, SortKey};
use tokio_util::sync::CancellationToken;

/// What a window shows.
const PAGE: u32 = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [database, view, column] = arguments.as_slice() else {
        return Err("browse_rows DATABASE VIEW COLUMN".into());
    };
    let mut took = Vec::new();
    let started = Instant::now();
    let browser = Browser::open(Path::new(database), CancellationToken::new())?;
    let query = GridQuery { view: view.clone(), ..GridQuery::default() };
    let first = browser.rows(&query, 0, PAGE)?.rows.len();
    took.push(started.elapsed());
    let started = Instant::now();
    browser.rows(&query, 5_000, PAGE)?;
    took.push(started.elapsed());
    let started = Instant::now();
    let count = browser.count(&query)?;
    took.push(started.elapsed());
    let started = Instant::now();
    browser.rows(&query, count.saturating_sub(u64::from(PAGE)), PAGE)?;
    took.push(started.elapsed());
    let started = Instant::now();
    let sort = vec![SortKey { column: column.clone(), descending: true }];
    browser.rows(&GridQuery { sort, ..query }, 0, PAGE)?;
    took.push(started.elapsed());
    let times: Vec<String> = took.iter().map(|time| format!("{:.1}", time.as_secs_f64() * 1_000.0)).collect();
    println!("{} {count} {first}", times.join(" "));
    Ok(())
}
