//! All rows of a grid as a CSV file that a spreadsheet reads as it is: UTF-8 with a byte order mark, CRLF, and no text that
//! would be taken for a formula.

use std::path::Path;

use rusqlite::{Connection, Row, params_from_iter};

use super::grid::{self, Grid};
use super::select::Select;
use super::types::{ExportDone, ExportProgress, GridQuery};
use super::{File, shown};
use crate::destination::sqlite::files_of;
use crate::error::{Error, Kind, Result};
use crate::paths::{self, Written};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Rows between two words on how far it is.
const TELL_EVERY: u64 = 10_000;

/// Rows that are read at one go where a reader could hold up a run.
const ROWS_AT_ONCE: usize = 1_000;

pub(super) fn csv(
    file: &File,
    query: &GridQuery,
    target: &Path,
    of: Option<u64>,
    progress: &mut dyn FnMut(ExportProgress),
) -> Result<ExportDone> {
    if is_database(&file.path, target) {
        return Err(Error::new(Kind::Configuration, format!("{} is the database itself", target.display()))
            .hint("Name another file."));
    }
    let connection = file.connect()?;
    let select = Select::new(file.source(&connection, &query.view)?, query)?;
    let mut out = Lines { file: Written::create(target)?, line: Vec::new(), rows: 0, of, progress };
    out.header(&select)?;
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).map_err(|e| file.fail(e))?;
    if mode.eq_ignore_ascii_case("wal") {
        all_at_once(file, &connection, &select, &mut out)?;
    } else {
        bit_by_bit(file, &connection, query, &mut out)?;
    }
    out.tell();
    let rows = out.rows;
    Ok(ExportDone { path: out.file.finish()?, rows })
}

/// The database, or a file of SQLite's beside it.
fn is_database(database: &Path, target: &Path) -> bool {
    files_of(database).any(|file| paths::may_be_same_file(&file, target))
}

/// In one statement: every row as it was at one moment. In WAL mode this holds up nobody.
fn all_at_once(file: &File, connection: &Connection, select: &Select, out: &mut Lines<'_>) -> Result<()> {
    let fail = |e| file.fail(e);
    let mut statement = connection.prepare(&select.all()).map_err(fail)?;
    let mut rows = statement.query(params_from_iter(&select.values)).map_err(fail)?;
    while let Some(row) = rows.next().map_err(fail)? {
        file.go_on()?;
        cells(row, 0, select, &mut out.line).map_err(fail)?;
        out.end_line()?;
    }
    Ok(())
}

/// Before a database's first complete run a reader holds up the writer: then each look is short.
fn bit_by_bit(file: &File, connection: &Connection, query: &GridQuery, out: &mut Lines<'_>) -> Result<()> {
    let grid = Grid::open(file, query)?;
    for offset in (0..).step_by(ROWS_AT_ONCE) {
        let keys = grid.keys().wait(offset, ROWS_AT_ONCE, &file.cancel)?;
        let whole = |row: &Row<'_>, first: usize| {
            let mut line = Vec::new();
            cells(row, first, grid.select(), &mut line).map(|()| vec![line])
        };
        // A row that has gone since its key was read gives no line.
        for line in
            grid::fetch(connection, grid.select(), &keys, whole).map_err(|e| file.fail(e))?.into_iter().flatten()
        {
            out.line = line;
            out.end_line()?;
        }
        if keys.len() < ROWS_AT_ONCE {
            break;
        }
    }
    Ok(())
}

fn cells(row: &Row<'_>, first: usize, select: &Select, line: &mut Vec<u8>) -> rusqlite::Result<()> {
    for (at, &column) in select.shown.iter().enumerate() {
        if at > 0 {
            line.push(b',');
        }
        match shown(row.get_ref(first + at)?, select.source.columns[column].column.kind) {
            // A line with nothing in it would be no line.
            None if select.shown.len() == 1 => write_text(line, ""),
            None => {}
            Some((digits, true)) => line.extend_from_slice(digits.as_bytes()),
            Some((text, false)) => write_text(line, &text),
        }
    }
    Ok(())
}

/// Writes a text: quoted where it must be, and with an apostrophe before it where a spreadsheet would calculate.
fn write_text(line: &mut Vec<u8>, text: &str) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
    // Semicolons and tabs separate in other countries' spreadsheets, and what follows one could be a formula.
    let is_quoted = text.is_empty() || text.contains(['"', ',', '\r', '\n', ';', '\t']);
    if is_quoted {
        line.push(b'"');
    }
    if is_formula {
        line.push(b'\'');
    }
    if is_quoted {
        line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        line.push(b'"');
    } else {
        line.extend_from_slice(text.as_bytes());
    }
}

/// The file, line by line.
struct Lines<'a> {
    file: Written,
    line: Vec<u8>,
    rows: u64,
    of: Option<u64>,
    progress: &'a mut dyn FnMut(ExportProgress),
}

impl Lines<'_> {
    fn header(&mut self, select: &Select) -> Result<()> {
        self.line.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        for (at, &column) in select.shown.iter().enumerate() {
            if at > 0 {
                self.line.push(b',');
            }
            write_text(&mut self.line, &select.source.columns[column].column.name);
        }
        self.write()
    }

    fn end_line(&mut self) -> Result<()> {
        self.write()?;
        self.rows += 1;
        if self.rows.is_multiple_of(TELL_EVERY) {
            self.tell();
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        self.line.extend_from_slice(b"\r\n");
        self.file.write(&self.line)?;
        self.line.clear();
        Ok(())
    }

    fn tell(&mut self) {
        (self.progress)(ExportProgress { rows: self.rows, of: self.of });
    }
}

impl File {
    /// # Errors
    /// The stop signal.
    fn go_on(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::new(Kind::Cancelled, "stopped as asked")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut line = Vec::new();
        write_text(&mut line, text);
        String::from_utf8_lossy(&line).into_owned()
    }

    #[test]
    fn a_text_that_would_be_calculated_has_an_apostrophe_before_it() {
        for text in ["=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", "\0=1"] {
            assert_eq!(written(text), format!("'{text}"));
        }
        assert_eq!(written("\t=1"), "\"'\t=1\"");
        assert_eq!(written("\r=1"), "\"'\r=1\"");
        assert_eq!(written("\n=1"), "\"'\n=1\"");
        assert_eq!(written("a=1"), "a=1");
        assert_eq!(written("=\"a\",1"), "\"'=\"\"a\"\",1\"");
    }
}
