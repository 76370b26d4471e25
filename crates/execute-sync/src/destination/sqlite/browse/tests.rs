//! What is a number, and which name a document has.

use super::is_number;
use super::labels::name_of;

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
