//! Names that a hostile or careless server could give to types, fields, records and lists: every class of them, and
//! combinations of their parts without end.

use std::collections::HashSet;

use crate::support::seed::Rng;

/// `count` different names, those of the classes first.
pub(crate) fn names(rng: &mut Rng, count: usize) -> Vec<String> {
    let mut known = HashSet::new();
    let mut names: Vec<String> = classes().into_iter().filter(|name| known.insert(name.clone())).collect();
    let parts = names.clone();
    while names.len() < count {
        let name: String = (0..rng.between(1, 4)).map(|_| part(rng, &parts)).collect();
        if known.insert(name.clone()) {
            names.push(name);
        }
    }
    names
}

/// A name of the classes or some of its characters, or one character of any script.
fn part(rng: &mut Rng, parts: &[String]) -> String {
    match rng.between(0, 3) {
        0 => loop {
            let code = u32::try_from(rng.next() % [0x80, 0x800, 0x1_0000, 0x11_0000][rng.between(0, 3)]).unwrap_or(0);
            if let Some(character) = char::from_u32(code) {
                return character.to_string();
            }
        },
        1 => rng.pick(parts).chars().take(rng.between(1, 5)).collect(),
        _ => rng.pick(parts).chars().take(60).collect(),
    }
}

fn classes() -> Vec<String> {
    let mut names: Vec<String> = TEXTS.iter().map(|&name| name.to_owned()).collect();
    // Every ASCII character alone, inside and at both ends.
    for byte in 0..=127_u8 {
        let c = char::from(byte);
        names.extend([format!("{c}"), format!("a{c}b"), format!("{c}{c}"), format!("{c}x{c}")]);
    }
    for words in [RESERVED, OURS] {
        for word in words.split_whitespace() {
            names.extend([word.to_owned(), word.to_lowercase(), format!("{word}_2"), format!("_{word}")]);
        }
    }
    for length in [2, 50, 63, 64, 127, 128, 129, 255, 256, 1_000, 10_000] {
        names.extend(["x".repeat(length), format!("{}1", "x".repeat(length)), "é\"".repeat(length / 2)]);
    }
    for quote in ["\"", "'", "`", "[", "]", "\\", "\\\"", "''", "\"\"", "]]", "*/", "\0"] {
        names.push(format!("x{quote}; DROP TABLE CANARY; --"));
        names.push(format!("x{quote}) FROM CANARY; DELETE FROM CANARY; /*"));
        names.push(format!("x{quote} UNION SELECT SECRET FROM CANARY --"));
        names.push(format!("$.x{quote}, (SELECT SECRET FROM CANARY), {quote}"));
    }
    names
}

/// One of each thing that has ever broken something somewhere.
const TEXTS: &[&str] = &[
    "",
    " ",
    "  ",
    " leading",
    "trailing ",
    "Well Name",
    "Name",
    "NAME",
    "name",
    "nAmE",
    "Straße",
    "STRASSE",
    "STRAßE",
    "İ",
    "i̇",
    "é",
    "e\u{301}",
    "É",
    "Å",
    "A\u{30a}",
    "\u{212b}",
    "а",
    "pаypal",
    "漢字",
    "😀",
    "👨‍👩‍👧",
    "\u{200b}",
    "a\u{200b}b",
    "\u{feff}",
    "\u{202e}evil",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{a0}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10ffff}",
    "a\0b",
    "a\0c",
    "\0a",
    "a",
    "a\n",
    "a\r\nb",
    "a\tb",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "\u{7f}",
    "a.b",
    "a\"b",
    "a[0]",
    "[0]",
    "$",
    "$.a",
    "$[0]",
    "$.\"a\"",
    "#",
    "[#]",
    "*",
    "**",
    "@",
    "?",
    "?1",
    ":name",
    "@name",
    "$name",
    "%s%n",
    "%s",
    "{}",
    "{0}",
    "${HOME}",
    "$(id)",
    "`id`",
    "1",
    "1st",
    "007",
    "-1",
    "1e9",
    "0x10",
    "null",
    "true",
    "-",
    "--",
    "-- comment",
    "/*",
    "*/",
    "/* x */",
    ";",
    ";;",
    "a;b",
    "\\",
    "\\\\",
    "\\n",
    "\\u0041",
    "A",
    "a\\",
    "\"",
    "\"\"",
    "'",
    "''",
    "`",
    "``",
    "[",
    "]",
    "]]",
    "[a]",
    "a]b",
    "\"a\"",
    "'a'",
    "x_y",
    "x",
    "y_z",
    "z",
    "x_y_z",
    "x_y_2",
    "_2",
    "_",
    "__",
    "unnamed",
    "unnamed_2",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</view>",
    "&lt;b&gt;",
    "&amp;",
    "=1+1",
    "+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "..\\..\\windows",
    "CON",
    "NUL",
    "COM1",
    "LPT1.txt",
    "C:\\x",
    "//host/share",
    "file:///x",
    "rowid",
    "oid",
    "_rowid_",
    "key",
    "value",
    "e",
    "d",
    "i1",
    "i2",
    "e.value",
    "d.DATA",
    "/",
    "\\/",
    "a/b",
    "a\\/b",
    "<",
    ">",
    "&",
    "+",
    "a+b",
];

/// Words that some dialect of ours reserves.
const RESERVED: &str = "ABORT ALL ALTER AND ANY AS ASC ATTACH BEGIN BETWEEN BY CASE CAST CHECK COLLATE COLUMN COMMIT
    CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DATABASE DEFAULT DEFERRABLE
    DELETE DESC DETACH DISTINCT DO DROP ELSE END ESCAPE EXCEPT EXEC EXECUTE EXISTS EXPLAIN FALSE FETCH FOLLOWING FOR
    FOREIGN FROM FULL FUNCTION GLOB GRANT GROUP HAVING IDENTITY IF ILIKE IN INDEX INNER INSERT INTERSECT INTO IS ISNULL
    JOIN KEY LATERAL LEFT LIKE LIMIT LOCALTIME MATCH MERGE MINUS NATURAL NOT NOTNULL NULL OFFSET ON OPENJSON OR ORDER
    OUTER OVER PIVOT PRAGMA PRIMARY PROC PUBLIC QUALIFY RAISE RECURSIVE REFERENCES REGEXP REPLACE RETURNING REVOKE RIGHT
    RLIKE ROLLBACK ROW ROWS SAMPLE SAVEPOINT SCHEMA SELECT SET SOME START TABLE TABLESAMPLE THEN TO TOP TRANSACTION
    TRIGGER TRUE TRUNCATE TRY_CAST UNION UNIQUE UNPIVOT UPDATE USER USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW
    WITH WITHIN WITHOUT";

/// Names of ours, of SQLite and of the older tool.
const OURS: &str = "EXECUTE_DOCUMENTS EXECUTE_DOCUMENTS_LATEST EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS EXECUTE_SYNC_STATE
    EXECUTE_SYNC_QUARANTINE EXECUTE_DOCUMENTS_BY_VERSION BATCH_DATE TYPE ID VERSION CHUNK AUTHOR DATE DELETED DATA _DELETED
    _AUTHOR _VERSION _DATE DOCUMENT_ID LISTITEM_ID PARENT_LISTITEM_ID $TYPE $VERSION $AUTHOR_ID $DATE $DELETED
    sqlite_schema sqlite_master sqlite_sequence sqlite_stat1 sqlite_x sqlite_autoindex_EXECUTE_DOCUMENTS_1 temp main
    pragma_table_info json_each json_tree dbstat CANARY";
