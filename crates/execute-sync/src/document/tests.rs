//! What counts as a document, and how long lists are cut.
#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;

const LIMITS: DocumentLimits = DocumentLimits { version: (i64::MIN, i64::MAX), key_chars: None, chunk_size: 3 };

fn good(line: &str) -> Document {
    parse(line, 0..line.len(), &LIMITS).unwrap_or_else(|d| panic!("{line}: {}", d.reason))
}

fn reason(line: &str) -> String {
    parse(line, 0..line.len(), &LIMITS).expect_err(line).reason
}

fn with(member: &str) -> String {
    format!(r#"{{"DOCUMENT_ID":"1","$TYPE":"AFE","$VERSION":1,"$DATE":"2025-03-14T16:20:11Z"{member}}}"#)
}

fn version(raw: &str) -> Result<i64, String> {
    let line = format!(r#"{{"DOCUMENT_ID":"1","$TYPE":"A","$VERSION":{raw},"$DATE":"2025-01-01"}}"#);
    parse(&line, 0..line.len(), &LIMITS).map(|d| d.key.version).map_err(|d| d.reason)
}

#[test]
fn the_envelope_is_read_and_the_body_left_alone() {
    let line = with(r#","$AUTHOR_ID":"U","$DELETED":true,"X":1250000.00, "Y" : 12345678901234567890"#);
    let document = good(&line);
    assert_eq!(document.key, Key { doc_type: "AFE".into(), id: "1".into(), version: 1 });
    assert_eq!((document.author.as_deref(), document.deleted), (Some("U"), true));
    assert_eq!(document.body.rows(&line).collect::<Vec<_>>(), [line.as_str()]);
}

#[test]
fn a_version_is_whole_however_it_is_written() {
    for (raw, value) in [
        ("3", 3),
        ("3.0", 3),
        ("1e3", 1000),
        ("1E+3", 1000),
        ("1.5e1", 15),
        ("30e-1", 3),
        ("-1", -1),
        ("-0", 0),
        ("0e999999999999999999999", 0),
        ("0.001e3", 1),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(version(raw), Ok(value), "{raw}");
    }
    for raw in ["1.5", "1e-1", "9223372036854775808", "1e400", "\"3\"", "null", "true", "[1]", "1e99999999999999999999"]
    {
        assert!(version(raw).is_err(), "{raw}");
    }
}

#[test]
fn what_cannot_be_stored_is_named() {
    for (line, expected) in [
        ("", "not a JSON object"),
        ("null", "not a JSON object"),
        ("[1]", "not a JSON object"),
        ("{\"a\":1", "not valid JSON"),
        ("{\"a\":1} x", "not valid JSON"),
        ("{}", "DOCUMENT_ID is missing"),
        (r#"{"DOCUMENT_ID":""}"#, "DOCUMENT_ID is empty"),
        (r#"{"DOCUMENT_ID":5}"#, "DOCUMENT_ID is not a string"),
        (r#"{"DOCUMENT_ID":"\ud800"}"#, "DOCUMENT_ID is not valid Unicode"),
        (r#"{"DOCUMENT_ID":"1","DOCUMENT_ID":"2"}"#, "DOCUMENT_ID twice"),
        (r#"{"DOCUMENT_ID":"1"}"#, "$TYPE is missing"),
        (r#"{"DOCUMENT_ID":"1","$TYPE":"A","$VERSION":1}"#, "$DATE is missing"),
        (r#"{"DOCUMENT_ID":"1","$TYPE":"A","$VERSION":1,"$DATE":"yesterday"}"#, "$DATE is not an ISO 8601"),
    ] {
        assert!(reason(line).contains(expected), "{line}: {}", reason(line));
    }
    assert!(reason(&with(r#","$AUTHOR_ID":{}"#)).contains("$AUTHOR_ID"));
    assert!(reason(&with(r#","$DELETED":"true""#)).contains("$DELETED"));
    assert!(reason(&with(r#","$DELETED":1"#)).contains("$DELETED"));
}

#[test]
fn dates_with_and_without_zone_are_accepted() {
    for date in [
        "2025-03-14",
        "2025-03-14T16:20:11",
        "2025-03-14T16:20:11Z",
        "2025-03-14T16:20:11.123456789+14:00",
        "2025-03-14 16:20:11-07:00",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2016-12-31T23:59:60Z",
        "2025-03-30T02:30:00",
    ] {
        assert!(date::is_iso_8601(date), "{date}");
    }
    for date in ["", "2025-13-01", "2025-02-30", "14.03.2025", "2025-03-14T25:00:00", "2025-03-14T16:20:11Z[UTC]"] {
        assert!(!date::is_iso_8601(date), "{date}");
    }
    // A fraction may have any number of digits, and be one of a minute or an hour.
    for date in [
        "2025-03-14T16:20:11.1234567890Z",
        "2025-03-14 16:20:11,12345678901234567890123",
        "2025-03-14T16:20:11.0000000000-07:00",
        "2025-03-14T16:20.5Z",
        "2025-03-14T16:20.5",
        "20250314T1620,25+0200",
        "2025-03-14T16.5Z",
        "2025-03-14T16,123456789012",
    ] {
        assert!(date::is_iso_8601(date), "{date}");
    }
    for date in [
        "2025-03-14.5",
        "2025-03.5-14T16:20:11Z",
        "2025-03-14T16:20:11.Z",
        "2025-03-14T16:20.",
        "2025-03-14T16:.5Z",
        "2025-03-14T.5Z",
        "2025-03-14T16:20.5:11Z",
        "2025-03-14T16.5:20Z",
        "2025-03-14T16:20:11.1234567890.5Z",
        "2025-03-14T16:20:11.1234567890 Z",
        "2025-03-14T16:20:11+01:00.5",
        "2025-03-14T16:20-01.5",
        "2025-03-14T16:60.5Z",
        "2025-02-30T16:20.5Z",
        "2025-03-14T24:00:00.0000000000Z",
        "2025-03-14T16:20:11.1234567890Z[UTC]",
        "2025-03-14T16:20:11.1234567890x",
        "16:20:11.1234567890Z",
    ] {
        assert!(!date::is_iso_8601(date), "{date}");
    }
    // ISO 8601 has these as well; README says that they are not taken.
    for date in ["2025-W11-5", "2025-073", "2025-03-14T24:00:00"] {
        assert!(!date::is_iso_8601(date), "{date}");
    }
}

#[test]
fn null_absent_and_escaped_values_are_understood() {
    let document = good(&with(r#","$AUTHOR_ID":null,"$DELETED":null"#));
    assert_eq!((document.author, document.deleted), (None, false));
    let line = r#"{"DOCUMENT_ID":"a\u0062c","$TYPE":"A\/B","$VERSION":1,"$DATE":"2025-01-01T00\u003a00:00"}"#;
    let document = good(line);
    assert_eq!((document.key.id.as_str(), document.key.doc_type.as_str()), ("abc", "A/B"));
    assert_eq!(document.date, "2025-01-01T00:00:00");
}

#[test]
fn depth_is_bounded_without_a_stack_overflow() {
    let nested = |n: usize| with(&format!(r#","X":{}1{}"#, "[".repeat(n), "]".repeat(n)));
    good(&nested(126));
    assert!(reason(&nested(127)).contains("nested"));
    assert!(reason(&nested(1_000_000)).contains("nested"));
    // Brackets in text are text.
    good(&with(&format!(r#","X":"{}""#, "[{".repeat(500))));
}

#[test]
fn unknown_and_repeated_other_keys_are_stored() {
    let line = with(r#","X":1,"X":2,"😀":"\ud800","big":1e400"#);
    assert_eq!(good(&line).body.rows(&line).next(), Some(line.as_str()));
}

#[test]
fn long_lists_leave_as_slices_in_field_order() {
    let line = with(r#", "B" : [1,2, 3.10 ,{"x":"],["}],"S":[1,2,3],"A":["p","q","r","s","t","u","v"] "#);
    let rows: Vec<String> = good(&line).body.rows(&line).map(str::to_owned).collect();
    assert_eq!(
        rows,
        [
            with(r#","S":[1,2,3]"#),
            r#"{"DOCUMENT_ID":"1","B":[1,2,3.10]}"#.to_owned(),
            r#"{"DOCUMENT_ID":"1","B":[{"x":"],["}]}"#.to_owned(),
            r#"{"DOCUMENT_ID":"1","A":["p","q","r"]}"#.to_owned(),
            r#"{"DOCUMENT_ID":"1","A":["s","t","u"]}"#.to_owned(),
            r#"{"DOCUMENT_ID":"1","A":["v"]}"#.to_owned(),
        ]
    );
}

#[test]
fn a_defect_knows_what_identity_it_can() {
    let defect = |line: &str| parse(line, 0..line.len(), &LIMITS).expect_err(line);
    let cut = defect(r#"{"DOCUMENT_ID":"1","$TYPE":"A","$VERSION":7,"X":"#);
    assert_eq!((cut.id.as_deref(), cut.doc_type.as_deref(), cut.version), (Some("1"), Some("A"), Some(7)));
    assert!(defect(r#"{"error":"no"}"#).foreign_object);
    assert!(defect("{}").foreign_object && !defect("{").foreign_object && !defect("[]").foreign_object);
    assert!(!defect(r#"{"$TYPE":"A"}"#).foreign_object);
}

fn defect(line: &str) -> Defect {
    parse(line, 0..line.len(), &LIMITS).expect_err(line)
}

fn is_nobodys(defect: &Defect) -> bool {
    defect.id.is_none() || defect.doc_type.is_none()
}

#[test]
fn a_line_that_may_hold_two_documents_is_nobodys() {
    let first = with(r#","X":{"N":"é","L":[1,{"M":null}]},"Y":"z""#);
    let second = first.replacen(r#""1""#, r#""2""#, 1);
    for cut in (1..=first.len()).filter(|&cut| first.is_char_boundary(cut)) {
        for between in ["", " ", ","] {
            let line = format!("{}{between}{second}", &first[..cut]);
            assert!(is_nobodys(&defect(&line)), "{line}");
        }
    }
    assert!(is_nobodys(&defect(&format!("{first} x"))));
    // Where there is no sign of a second one it is the first one's.
    for broken in [with(r#","X":NaN"#), with(","), with(",\"X\":\"\u{1}\""), first[..first.len() - 1].to_owned()] {
        let defect = defect(&broken);
        assert_eq!((defect.id.as_deref(), defect.version), (Some("1"), Some(1)), "{broken}");
    }
}

#[test]
fn of_an_envelope_key_that_comes_twice_neither_value_counts() {
    for member in [r#""DOCUMENT_ID":"2""#, r#""$TYPE":"B""#, r#""$VERSION":9"#, r#""$VERSION":1"#, r#""$DATE":"2026""#]
    {
        let defect = defect(&with(&format!(",{member}")));
        assert!(defect.reason.contains("twice"), "{}", defect.reason);
        assert_eq!((defect.id, defect.doc_type, defect.version), (None, None, None), "{member}");
    }
}

#[test]
fn of_a_line_cut_off_here_a_second_document_is_seen_too() {
    let of = |head: &str| identified("too large".to_owned(), head.as_bytes(), &LIMITS);
    let first = with(r#","X":"y""#);
    let whole = of(&first);
    assert_eq!((whole.id.as_deref(), whole.version), (Some("1"), Some(1)));
    for second in ["{", &first, " ", "1"] {
        assert!(is_nobodys(&of(&format!("{first}{second}"))), "{second:?}");
    }
    assert!(is_nobodys(&of(&format!("{}{first}", &first[..first.len() - 4]))));
    assert!(is_nobodys(&of(&format!("{}{first}", &first[..first.len() - 4].trim_end_matches('"')))));
    // A reference is no document.
    assert!(!is_nobodys(&of(with(r#","X":{"DOCUMENT_ID":"2"},"Y":"#).trim_end_matches('}'))));
}

#[test]
fn a_list_that_shares_its_name_is_not_sliced() {
    for members in [r#""L":[1,2,3,4],"L":[5]"#, r#""L":[5],"\u004c":[1,2,3,4]"#, r#""L":[1,2,3,4],"X":1,"L":[1,2,3,4]"#]
    {
        let line = with(&format!(r#","OTHER":[1,2,3,4],{members}"#));
        assert_eq!(good(&line).body.rows(&line).collect::<Vec<_>>(), [line.as_str()]);
    }
    let line = with(r#","L":[1,2,3,4],"X":1,"X":2"#);
    assert_eq!(good(&line).body.rows(&line).count(), 3);
}

proptest::proptest! {
    #[test]
    fn no_line_panics(line in ".{0,200}") {
        let _ = parse(&line, 0..line.len(), &LIMITS);
    }

    #[test]
    fn slices_rejoin_to_the_list(items in proptest::collection::vec("[0-9]{1,30}", 7..40), size in 1_usize..7) {
        let items: Vec<String> = items.iter().map(|s| format!("1{s}")).collect();
        let line = with(&format!(",\"L\":[{}]", items.join(" , ")));
        let limits = DocumentLimits { chunk_size: size, ..LIMITS };
        let document = parse(&line, 0..line.len(), &limits).unwrap();
        let joined: Vec<String> = document.body.rows(&line).skip(1).flat_map(|row| {
            let inner = &row[row.find('[').unwrap() + 1..row.rfind(']').unwrap()];
            inner.split(',').map(str::to_owned).collect::<Vec<_>>()
        }).collect();
        proptest::prop_assert_eq!(joined, items);
    }
}
