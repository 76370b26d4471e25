//! What is a number, which name a document has, and how it is looked up.
#![allow(clippy::unwrap_used)]

use rusqlite::{Connection, params_from_iter};

use super::is_number;
use super::labels::{self, name_of};
use crate::destination::sqlite::sql;

#[test]
fn a_number_is_what_json_calls_one() {
    for number in ["0", "-0", "12.3400", "-1250.75", "1e5", "1.5E-10", "-7248163186998258092"] {
        assert!(is_number(number), "{number}");
    }
    for text in ["", "-", "+1", ".5", "1.", "1e", "=1", "1,5", "0x10", "1 ", "-1+cmd", "１"] {
        assert!(!is_number(text), "{text}");
    }
}

#[test]
fn the_first_name_is_taken() {
    assert_eq!(name_of(r#"{"CODE":"c","AFE_NUMBER":"n","X_NAME":"x","NAME":"a"}"#).as_deref(), Some("a"));
    assert_eq!(name_of(r#"{"CODE":"c","AFE_NUMBER":"n","X_NAME":null,"NAME":""}"#).as_deref(), Some("n"));
    assert_eq!(name_of(r#"{"DESCRIPTION":"d","CODE":12}"#).as_deref(), Some("12"));
    assert_eq!(name_of(r#"{"TITLE":"t"}"#), None);
}

#[test]
fn names_are_looked_up_by_the_index_alone() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(&format!("{};{}", sql::CREATE_DOCUMENTS, sql::CREATE_INDEX)).unwrap();
    for statement in [labels::NEWEST, labels::TYPES] {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let values = vec!["x"; plan.parameter_count()];
        let steps: rusqlite::Result<Vec<String>> =
            plan.query_map(params_from_iter(values), |row| row.get("detail")).unwrap().collect();
        let steps = steps.unwrap();
        let looks: Vec<&String> = steps.iter().filter(|step| step.contains("EXECUTE_DOCUMENTS")).collect();
        assert!(!looks.is_empty(), "{steps:?}");
        for look in looks {
            let is_search = look.starts_with("SEARCH ") && look.contains("INDEX EXECUTE_DOCUMENTS_BY_VERSION");
            assert!(is_search, "{look}");
        }
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
    }
}
