//! Every rule of .env files.
#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn environment() -> Environment {
    Environment::from_iter([("SET", "set-value"), ("EMPTY", ""), ("TRAP", "${SET}")])
}

fn parse(bytes: impl AsRef<[u8]>) -> Result<EnvFile> {
    EnvFile::parse(bytes.as_ref(), Path::new("/w/.env"), &environment())
}

/// What `K` is in this file.
fn k(text: &str) -> Option<String> {
    parse(text).unwrap().get("K").map(str::to_owned)
}

fn refusal(bytes: impl AsRef<[u8]>) -> String {
    let error = parse(bytes).unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
    assert!(error.remedy().is_some());
    assert!(error.message().contains("/w/.env"), "{error}");
    error.message().to_owned()
}

#[track_caller]
fn reads(rows: &[(&str, &str)]) {
    for (text, value) in rows {
        assert_eq!(k(text).as_deref(), Some(*value), "{text:?}");
    }
}

#[test]
fn export_is_allowed() {
    reads(&[("export K=a", "a"), ("  export\tK=a", "a"), ("exportK=1\nK=a", "a"), ("export=1\nK=a", "a")]);
}

#[test]
fn byte_order_mark_and_crlf_are_dropped() {
    reads(&[("\u{feff}K=a\r\nL=b\r\n", "a"), ("\u{feff}\r\nK=a\r\n", "a"), ("\u{feff}# c\r\nK=\"a\"\r\n", "a")]);
    assert_eq!(parse("L=1\r\nK=a\r\n").unwrap().get("L"), Some("1"));
}

#[test]
fn blank_and_comment_lines_are_skipped() {
    reads(&[("\n  \n\t\n#K=1\n  # K=2\n#\nK=a\n\n", "a")]);
    assert_eq!(parse("").unwrap().get("K"), None);
}

#[test]
fn a_matching_outer_pair_of_quotes_is_removed() {
    reads(&[
        ("K=\"a b\"", "a b"),
        ("K='a b'", "a b"),
        ("K=`a b`", "a b"),
        ("K=  'a'  ", "a"),
        ("K=\" a \"", " a "),
        ("K='\"a\"'", "\"a\""),
        ("K='it's'", "it's"),
        ("K=\"a\" \"b\"", "a\" \"b"),
        ("K=a\"b\"", "a\"b\""),
        ("K=\"a", "\"a"),
        ("K=\"a'", "\"a'"),
        ("K='", "'"),
        ("K=\"C:\\data\\\"", "C:\\data\\"),
        ("K=\"a\\nb\\\"c\"", "a\\nb\\\"c"),
    ]);
}

#[test]
fn a_blank_and_a_hash_start_a_comment_and_a_hash_in_a_word_stays() {
    reads(&[
        ("K=a # c", "a"),
        ("K=a\t# c", "a"),
        ("K=a b #c #d", "a b"),
        ("K=a#b", "a#b"),
        ("K=a#b #c", "a#b"),
        ("K=#a", "#a"),
        ("K=##a", "##a"),
        ("K=https://h/#/x", "https://h/#/x"),
        ("K=\"a # b\"", "a # b"),
        ("K='a # b' # c", "a # b"),
        ("K=\"a\" # it's \"c\"", "a"),
        ("K=\"a\"#b", "\"a\"#b"),
        ("K=\"a # b", "\"a"),
    ]);
    assert_eq!(k("K= # only a comment"), None);
}

#[test]
fn a_set_variable_is_expanded_outside_single_quotes() {
    reads(&[
        ("K=${SET}", "set-value"),
        ("K=a${SET}b${SET}", "aset-valuebset-value"),
        ("K=\"${SET}\"", "set-value"),
        ("K='${SET}'", "${SET}"),
        ("L=1\nK=${L}", "1"),
        ("SET=file\nK=${SET}", "set-value"),
        ("K=${TRAP}", "${SET}"),
        ("L=a#b\nK=${L} # c", "a#b"),
    ]);
}

#[test]
fn any_other_dollar_stays() {
    let kept = [
        "$SET",
        "${NOPE}",
        "${EMPTY}",
        "${K}",
        "a$",
        "$$",
        "${",
        "${}",
        "${SET",
        "$(SET)",
        "${SET:-x}",
        "${${SET}",
        "pa$$w0rd$1",
        "\\${NOPE}",
        "${ SET }",
    ];
    for text in kept {
        let expected = text.replace("${SET}", "set-value");
        assert_eq!(k(&format!("K={text}")).as_deref(), Some(expected.as_str()), "{text}");
    }
    assert_eq!(k("L=\nK=${L}").as_deref(), Some("${L}"));
    assert_eq!(k("K=${L}\nL=1").as_deref(), Some("${L}"));
}

#[test]
fn empty_is_not_set() {
    for text in ["K=", "K=  ", "K=\"\"", "K=''", "K=\r\n"] {
        assert_eq!(k(text), None, "{text:?}");
    }
    assert_eq!(k("K=' '").as_deref(), Some(" "));
}

#[test]
fn blanks_around_name_and_value_do_not_count() {
    reads(&[("  K  =  a  ", "a"), ("K=\ta b\t", "a b"), ("K=a=b==", "a=b==")]);
}

#[test]
fn the_first_of_two_lines_holds() {
    let file = parse("K=1\nL=x\nK=2\nK=3").unwrap();
    assert_eq!(file.get("K"), Some("1"));
    assert_eq!(file.entry("K").unwrap().again, Some(4));
    reads(&[("K=\nK=2", "2")]);
}

#[test]
fn a_line_without_an_assignment_names_file_and_line_and_not_the_text() {
    for (text, line) in [
        ("hunter2", 1),
        ("K=a\n\nhunter2", 3),
        ("export hunter2", 1),
        ("K=\"-----BEGIN\nhunter2/+==", 2),
        ("=hunter2", 1),
    ] {
        let message = refusal(text);
        assert!(message.starts_with(&format!("line {line} of /w/.env ")), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
    assert!(refusal("K a").contains("has no `=`"));
    reads(&[("other.name-1=x\nK=a", "a")]);
}

#[test]
fn what_is_not_utf_8_text_is_refused_where_it_matters() {
    reads(&[("# f\u{fc}r\nK=a", "a")]);
    assert_eq!(parse(b"# f\xfcr\nK=a # f\xfcr\n").unwrap().get("K"), Some("a"));
    assert!(refusal(b"K=a\nL=f\xfcr\n").starts_with("line 2 of /w/.env is not UTF-8"));
    assert!(refusal(b"K=a\0b").contains("NUL"));
    assert!(refusal(b"\xff\xfeK\0=\0a\0").contains("UTF-16"));
    assert_eq!(k("K=\u{fffd}").as_deref(), Some("\u{fffd}"));
}

#[test]
fn lines_that_expand_each_other_cannot_fill_the_memory() {
    let mut text = String::from("V0=0123456789\n");
    for i in 1..60 {
        let before = i - 1;
        text += &format!("V{i}=${{V{before}}}${{V{before}}}\n");
    }
    assert!(refusal(text).contains("longer than 1 MiB"));
    assert!(refusal(vec![b'#'; LONGEST + 1]).contains("larger than 1 MiB"));
}

#[test]
fn env_is_read_and_config_env_only_where_it_is_absent() {
    let dir = tempfile::tempdir().unwrap();
    let read = || EnvFile::read(dir.path(), &environment()).unwrap();
    assert_eq!((read().path(), read().get("K")), (None, None));
    std::fs::write(dir.path().join("config.env"), "K=config\nL=1").unwrap();
    assert_eq!(read().get("K"), Some("config"));
    // A Python environment is often a folder of this name.
    std::fs::create_dir(dir.path().join(".env")).unwrap();
    assert_eq!(read().get("K"), Some("config"));
    std::fs::remove_dir(dir.path().join(".env")).unwrap();
    std::fs::write(dir.path().join(".env"), "K=env").unwrap();
    assert_eq!((read().get("K"), read().get("L")), (Some("env"), None));
    assert_eq!(read().path(), Some(dir.path().join(".env").as_path()));
    assert_eq!(read().name(), ".env");
}

#[test]
fn debug_shows_names_and_no_value() {
    let text = format!("{:?}", parse("K=hunter2").unwrap());
    assert!(text.contains('K') && !text.contains("hunter2"), "{text}");
}

#[test]
fn the_older_tools_reading_follows_its_own_view_of_the_lines_above() {
    let older = |text: &str| parse(text).unwrap().entry("K").unwrap().older.clone();
    let value = |text: &str| OlderReading::Value(text.to_owned());
    assert_eq!(older("L=a#b\nK=$L"), value("a"));
    assert_eq!(older("SET=x\nK=$SET"), value("set-value"));
    assert_eq!(older("L=1\nL=2\nK=$L"), value("1"));
    assert_eq!(older("K=1\nK=2"), value("1"));
    assert_eq!(parse("EMPTY=x").unwrap().entry("EMPTY").unwrap().older, value(""));
    assert!(matches!(older("K=1\nK="), OlderReading::Refused(_)));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(bytes);
    }

    #[test]
    fn no_text_panics(text in "\u{feff}?((export )?[KL] ?= ?[ -~é\u{a0}\t\r'\"`#${}]{0,20}(\\$\\{[KL]\\})?\n?){0,6}") {
        let _ = parse(text);
    }

    #[test]
    fn a_plain_word_reads_as_itself_quoted_or_not(word in "[A-Za-z0-9_./:@%+=,-]{1,40}") {
        for text in [format!("K={word}"), format!("K=\"{word}\""), format!("export K='{word}' # c\r\n")] {
            prop_assert_eq!(k(&text), Some(word.clone()));
            let older = parse(&text).unwrap().entry("K").unwrap().older.clone();
            prop_assert_eq!(older, OlderReading::Value(word.clone()));
        }
    }
}
