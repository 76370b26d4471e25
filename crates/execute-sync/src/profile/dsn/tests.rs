//! Paths and URIs of SQLite files.
#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn path(text: &str) -> String {
    SqliteDsn::parse(text).unwrap().path.to_str().unwrap().to_owned()
}

fn refusal(text: &str) -> String {
    let error = SqliteDsn::parse(text).unwrap_err();
    assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some("DATABASE_DSN")));
    assert!(error.remedy().is_some());
    error.message().to_owned()
}

#[test]
fn a_path_is_taken_as_it_is() {
    for text in ["execute.sqlite", "./a b/é.db", "/var/lib/x.db", r"C:\data\x.db", "a:b.db", "a%20b.db", "a#b.db"] {
        assert_eq!(SqliteDsn::parse(text).unwrap(), SqliteDsn { path: text.into(), ignored: vec![] });
    }
}

#[test]
fn another_databases_dsn_never_becomes_the_name_of_a_file() {
    for text in [
        "svc:Pw-Secret1@ORG-ACC/DB/SCHEMA?warehouse=W&privateKey=MII",
        "svc:Pw-Secret1@ORG-ACC?warehouse=W",
        "svc@ORG-ACC/DB/SCHEMA?authenticator=SNOWFLAKE_JWT&privateKey=MII",
        "Server=h;User Id=u;Password=Pw-Secret1;Database=d",
        "data source=h; PWD=Pw-Secret1",
        "databricks://token:Pw-Secret1@host:443?http_path=x",
    ] {
        let said = refusal(text);
        assert!(!said.contains("Pw-Secret1") && !said.contains("MII"), "{said}");
    }
    for text in ["me@work.sqlite", "a;b.db", "x.db?cache=shared", r"C:\\me@work\\x.db", "a=b.db"] {
        assert!(SqliteDsn::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn a_file_uri_is_decoded() {
    let rows = [
        ("file:x.db", "x.db"),
        ("file:./a%20b/%C3%A9.db", "./a b/é.db"),
        ("file:/abs/x.db", "/abs/x.db"),
        ("file:///abs/x.db#part", "/abs/x.db"),
        ("file://localhost/abs/x.db", "/abs/x.db"),
        ("file:///C:/data/x.db", "C:/data/x.db"),
        ("file:100%.db", "100%.db"),
        ("file:a%3Fb.db?mode=rwc", "a?b.db"),
    ];
    for (text, expected) in rows {
        assert_eq!(path(text), expected, "{text}");
    }
    assert!(refusal("file://server/share/x.db").contains("another host"));
    assert!(refusal("file:%ff.db").contains("UTF-8"));
    assert!(refusal("file:a%00b.db").contains("NUL"));
}

#[test]
fn sqlite_before_a_path_is_taken_off() {
    assert_eq!(path("sqlite://data/x.db"), "data/x.db");
    assert_eq!(path("sqlite:///abs/x.db"), "/abs/x.db");
    assert_eq!(path("SQLite:x.db"), "x.db");
}

#[test]
fn parameters_without_effect_are_listed_once_by_name() {
    let dsn = SqliteDsn::parse("x.db?_journal=WAL&key=hunter2&_journal=OFF&mode=rwc&&mode=rw").unwrap();
    assert_eq!(dsn, SqliteDsn { path: "x.db".into(), ignored: vec!["_journal".into(), "key".into(), "mode".into()] });
    let dsn = SqliteDsn::parse("file:x.db?cache=shared&immutable=0").unwrap();
    assert_eq!(dsn.ignored, ["cache"]);
}

#[test]
fn what_cannot_be_written_is_refused() {
    assert!(refusal("file:x.db?mode=ro").contains("mode=ro"));
    assert!(refusal("x.db?mode=ro").contains("mode=ro"));
    assert!(refusal("file:x.db?immutable=1").contains("immutable"));
    for text in ["file:x.db?mode=memory", ":memory:", "file::memory:", "sqlite://:memory:", "file:%3amemory%3a"] {
        assert!(refusal(text).contains("memory"), "{text}");
    }
    assert!(refusal("data/").contains("a folder"));
    for text in ["file:", "file://", "file:?mode=rwc", "sqlite://"] {
        assert!(refusal(text).contains("no file"), "{text}");
    }
}

#[test]
fn a_tilde_is_not_expanded() {
    for text in ["~/x.db", "~", r"~\x.db", "file:~/x.db", "sqlite://~/x.db"] {
        assert!(refusal(text).contains('~'), "{text}");
    }
    assert_eq!(path("~x.db"), "~x.db");
}

#[test]
fn the_dsn_of_another_database_is_refused_and_not_shown() {
    for text in ["sqlserver://sa:hunter2@h?database=x", "databricks://token:hunter2@h:443?http_path=x"] {
        assert!(!refusal(text).contains("hunter2"));
    }
}

#[test]
fn the_mask_leaves_the_files_name() {
    let rows = [
        ("/home/bob/data/execute.sqlite", "…/execute.sqlite"),
        ("execute.sqlite", "…/execute.sqlite"),
        (r"C:\Users\bob\My Data.db", "…/My Data.db"),
        ("file:///a/x.db?key=hunter2", "…/x.db"),
        ("file:x.db", "…/x.db"),
        ("bob:hunter2@acme/DB/PUBLIC?privateKey=MII", "***"),
        ("sqlserver://sa:hunter2@h", "***"),
        ("a/", "***"),
        ("", "***"),
    ];
    for (text, expected) in rows {
        assert_eq!(masked_sqlite(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "(file:|sqlite:)?/{0,3}[ -~é\u{0}%?&=#]{0,40}") {
        let _ = masked_sqlite(&text);
        if let Ok(dsn) = SqliteDsn::parse(&text) {
            prop_assert!(!dsn.path.as_os_str().is_empty());
        }
    }
}
