//! The filters of a grid in SQL, and the functions that they use.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;

use super::labels::name_of;
use super::select::{SourceColumn, newest};
use super::types::{Column, ColumnKind, Filter, FilterTest};
use crate::destination::sqlite::sql::Text;
use crate::error::{Error, Kind, Result};

/// A filter in SQL.
///
/// # Errors
/// A number that is none.
pub(super) fn condition(
    column: &SourceColumn,
    filter: &Filter,
    has_index: bool,
    values: &mut Vec<Value>,
) -> Result<String> {
    let by_value = of_value(column, filter.test, &filter.value, values)?;
    let Some(doc_type) = column.column.refers_to.as_deref().filter(|_| has_index) else { return Ok(by_value) };
    // People read the name of what is referred to, so they filter by it too.
    let (joined, test) = match filter.test {
        FilterTest::Equals | FilterTest::Contains | FilterTest::StartsWith => ("OR", filter.test),
        FilterTest::NotEquals => ("AND NOT", FilterTest::Equals),
        FilterTest::AtLeast | FilterTest::AtMost | FilterTest::Empty | FilterTest::NotEmpty => return Ok(by_value),
    };
    let name = "execute_sync_name(d.DATA)".to_owned();
    let kind = ColumnKind::Text;
    let name = SourceColumn {
        column: Column { name: String::new(), kind, refers_to: None },
        value: name.clone(),
        exact: name,
    };
    let by_name = of_value(&name, test, &filter.value, values)?;
    Ok(format!(
        "({by_value} {joined} COALESCE({} IN (SELECT d.ID FROM EXECUTE_DOCUMENTS AS d WHERE d.TYPE = {} AND d.CHUNK = 0 AND {} AND {by_name}), 0))",
        column.value,
        Text(doc_type),
        newest(false, has_index)
    ))
}

fn of_value(column: &SourceColumn, test: FilterTest, wanted: &str, values: &mut Vec<Value>) -> Result<String> {
    let (value, mut text) = (&column.value, format!("CAST({} AS TEXT)", column.exact));
    if column.column.kind == ColumnKind::Date && is_day(wanted) && test != FilterTest::AtLeast {
        // A day means all of it, whatever the time that stands behind.
        text = format!("substr({text}, 1, 10)");
    }
    let is_number = column.column.kind == ColumnKind::Number;
    let mut compare = |number: &str, as_text: &str| -> Result<String> {
        if is_number {
            values.push(number_of(wanted, &column.column.name)?);
            Ok(number.to_owned())
        } else {
            let yes_or_no = match wanted.to_ascii_lowercase().as_str() {
                "true" if column.column.kind == ColumnKind::Boolean => "1",
                "false" if column.column.kind == ColumnKind::Boolean => "0",
                _ => wanted,
            };
            values.push(Value::Text(yes_or_no.to_owned()));
            Ok(as_text.to_owned())
        }
    };
    match test {
        FilterTest::Equals => compare(&format!("{value} = ?"), &format!("{text} = ?")),
        FilterTest::NotEquals => compare(&format!("{value} IS NOT ?"), &format!("{text} IS NOT ?")),
        FilterTest::AtLeast => {
            compare(&format!("(typeof({value}) <> 'text' AND {value} >= ?)"), &format!("{text} >= ?"))
        }
        FilterTest::AtMost => {
            compare(&format!("(typeof({value}) <> 'text' AND {value} <= ?)"), &format!("{text} <= ?"))
        }
        FilterTest::Contains => {
            values.push(Value::Text(wanted.to_lowercase()));
            Ok(format!("execute_sync_contains({text}, ?)"))
        }
        FilterTest::StartsWith => {
            values.push(Value::Text(wanted.to_owned()));
            Ok(format!("execute_sync_starts({text}, ?)"))
        }
        FilterTest::Empty => Ok(format!("({value} IS NULL OR {value} = {})", Text(""))),
        FilterTest::NotEmpty => Ok(format!("({value} IS NOT NULL AND {value} <> {})", Text(""))),
    }
}

/// `2025-03-14`, without a time.
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
}

fn number_of(text: &str, column: &str) -> Result<Value> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Ok(Value::Integer(number));
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::Real(number)),
        _ => Err(Error::new(Kind::Configuration, format!("{text:?} is not a number, and {column:?} holds numbers"))
            .hint("Write it with digits and a point, such as -1250.75.")),
    }
}

/// Gives a connection what the filters need: SQLite's own know the cases of 26 letters only.
pub(super) fn add_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("execute_sync_contains", 2, flags, |context| {
        let (text, part) = (context.get_raw(0), context.get_raw(1));
        let (Ok(text), Ok(part)) = (text.as_bytes(), part.as_str()) else { return Ok(false) };
        Ok(String::from_utf8_lossy(text).to_lowercase().contains(part))
    })?;
    connection.create_scalar_function("execute_sync_starts", 2, flags, |context| {
        let (text, part) = (context.get_raw(0), context.get_raw(1));
        let (Ok(text), Ok(part)) = (text.as_bytes(), part.as_bytes()) else { return Ok(false) };
        Ok(text.starts_with(part))
    })?;
    connection.create_scalar_function("execute_sync_name", 1, flags, |context| {
        Ok(context.get_raw(0).as_str().ok().and_then(name_of))
    })
}
