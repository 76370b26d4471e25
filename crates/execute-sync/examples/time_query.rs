//! For `make bench`: runs a query as a reading program would and prints the seconds it took and the number of rows, with
//! the SQLite that the engine is built with.
//!
//! `time_query DATABASE SQL`
#![allow(clippy::print_stdout, reason = "its output is the measurement")]

use std::time::Instant;

use rusqlite::{Connection, OpenFlags};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(database), Some(sql)) = (arguments.next(), arguments.next()) else {
        return Err("time_query DATABASE SQL".into());
    };
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let started = Instant::now();
    let mut statement = connection.prepare(&sql)?;
    let columns = statement.column_count();
    let (mut rows, mut count, mut bytes) = (statement.query([])?, 0_u64, 0_usize);
    while let Some(row) = rows.next()? {
        count += 1;
        for column in 0..columns {
            bytes += row.get_ref(column)?.as_str().map_or(8, str::len);
        }
    }
    println!("{:.6} {count} {bytes}", started.elapsed().as_secs_f64());
    Ok(())
}
