//! Secrets stay secret, in every spelling; text of others stays on its line.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

/// Every test has secrets of its own: the registry is one for the process.
const VALUE: &str = "p4ss wörd/+\"quote\\back\u{1f600}&=%41";

#[test]
fn a_secret_shows_nothing_however_it_is_printed() {
    let secret = Secret::new("hunter2-shown".into());
    assert_eq!(format!("{secret} {secret:?} {:#?}", Some(&secret)), "[secret] [secret] Some(\n    [secret],\n)");
    assert_eq!((secret.expose(), secret.is_empty()), ("hunter2-shown", false));
    assert!(Secret::new(String::new()).is_empty());
}

#[test]
fn text_without_secrets_is_not_even_copied() {
    assert!(matches!(redact("nothing to see % \\ +"), std::borrow::Cow::Borrowed(_)));
    assert!(matches!(redact(""), std::borrow::Cow::Borrowed("")));
}

#[test]
fn a_secret_is_found_in_every_encoding_that_is_text() {
    let _secret = Secret::new(VALUE.into());
    let mut texts = 0;
    for encoding in encodings(VALUE) {
        // UTF-16 is for files.
        let Some(text) = String::from_utf8(encoding).ok().filter(|t| !t.contains('\0')) else { continue };
        texts += 1;
        assert_eq!(redact(&format!("before ({text}) after")), "before ([secret]) after", "{text}");
    }
    assert!(texts >= 11, "{texts}");
}

#[test]
fn a_megabyte_that_was_typed_as_a_secret_does_not_slow_down_what_is_said_later() {
    let _secret = Secret::new("long, long ago".repeat(1 << 17));
    let began = std::time::Instant::now();
    for number in 0..1000 {
        let text = format!("nothing of it is in line {number}");
        assert_eq!(redact(&text), text);
    }
    // Milliseconds; were each of its spellings looked for, half a minute.
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

#[test]
fn spellings_that_no_list_has_are_found_too() {
    let value = "Zürich \"9\"/x+y";
    let _secret = Secret::new(value.into());
    for text in [
        "Z%c3%bcrich%20%229%22/x+y",
        "Z%C3%BCrich+%229%22%2Fx%2By",
        "Zürich \\\"9\\\"/x+y",
        "Z\\u00FCrich \\\"9\\\"\\/x\\u002by",
        "Z\\u{fc}rich \\u{22}9\\u{22}/x+y",
        &format!("{value:?}")[1..],
    ] {
        assert!(redact(text).starts_with("[secret]"), "{text} {}", redact(text));
    }
}

#[test]
fn a_basic_header_is_found_whoever_logs_in() {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine};
    let secret = Secret::new("basic-header-secret".into());
    for id in ["", "k", "ke", "key", "a longer key id"] {
        let header = BASE64_STANDARD.encode(format!("{id}:{}", secret.expose()));
        assert_eq!(redact(&format!("Authorization: Basic {header}\n")), "Authorization: Basic [secret]\n");
        let header = BASE64_URL_SAFE.encode(format!("{id}:{}\u{fffd}\u{fffd}", secret.expose()));
        assert_eq!(redact(&header), "[secret]");
    }
    register_basic("key", "ab");
    assert_eq!(redact("Basic a2V5OmFi, ab"), "Basic [secret], ab");
}

#[test]
fn a_short_secret_is_not_searched_for_because_the_holes_would_tell_it() {
    let _short = (Secret::new("xq1".into()), Secret::new(" yq2\n".into()));
    assert_eq!(redact("xq1 yq2 787131"), "xq1 yq2 787131");
    let _long_enough = Secret::new("zq34".into());
    assert_eq!(redact("zq34 7a713334 enEzNA== enEzNA"), "[secret] [secret] [secret] [secret]");
}

#[test]
fn where_one_secret_is_part_of_another_nothing_of_either_stays() {
    let _secrets = (Secret::new("overlap".into()), Secret::new("xoverlapy".into()), Secret::new("lapyzzz".into()));
    assert_eq!(redact("overlap xoverlapy xoverlapyzzz."), "[secret] [secret] [secret].");
    assert_eq!(redact("overlapoverlap,overlap"), "[secret],[secret]");
}

#[test]
fn a_key_of_many_lines_is_found_line_by_line_and_without_the_line_end_of_its_file() {
    let pem =
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\r\n9w0BAQEFAASCBKcwggSj\nAgEA\n-----END PRIVATE KEY-----\n";
    let _key = Secret::new(pem.into());
    assert_eq!(redact("line 9w0BAQEFAASCBKcwggSj!"), "line [secret]!");
    assert_eq!(redact(&pem.replace('\n', "\\n")), format!("{}\\n", REDACTED));
    assert_eq!(redact("-----BEGIN PRIVATE KEY-----"), "-----BEGIN PRIVATE KEY-----");
}

#[test]
fn text_cut_in_the_middle_of_a_spelling_is_no_problem() {
    let _secret = Secret::new("cut%\\u short".into());
    for text in [
        "cut%",
        "cut%2",
        "cut%25\\",
        "cut%\\u",
        "\\u",
        "\\u{",
        "\\u{110000}",
        "\\u12",
        "\\ud83d",
        "%",
        "%g1",
        "cut%\\\\",
    ] {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn text_of_others_stays_on_its_line() {
    assert_eq!(printable("plain text, Zoë 東 👩‍👩‍👧"), "plain text, Zoë 東 👩‍👩‍👧");
    assert!(matches!(printable("plain"), std::borrow::Cow::Borrowed(_)));
    assert_eq!(printable("one\ntwo\r\nthree\rfour\tfive\u{2028}six"), "one two three four five six");
    assert_eq!(printable("2026/11/23 INFO\n2026/11/23 ERROR forged"), "2026/11/23 INFO 2026/11/23 ERROR forged");
    assert_eq!(printable("a\0b\u{8}c\u{7f}d\u{feff}"), "abcd");
    assert_eq!(printable("\u{202e}txt.exe\u{2066}"), "txt.exe");
}

#[test]
fn escape_sequences_go_whole() {
    assert_eq!(printable("\u{1b}[31;1mred\u{1b}[0m"), "red");
    assert_eq!(printable("\u{9b}2Jcleared"), "cleared");
    assert_eq!(printable("\u{1b}]0;title\u{7}text"), "text");
    assert_eq!(printable("\u{1b}]8;;https://x\u{1b}\\link\u{1b}]8;;\u{1b}\\"), "link");
    assert_eq!(printable("\u{1b}Pq#0\u{9c}text \u{1b}(Btext \u{1b}ctext"), "text text text");
    // A sequence without an end hides nothing.
    assert_eq!(printable("\u{1b}]0;the rest stays"), "0;the rest stays");
    assert_eq!(printable("x\u{1b}[31"), "x");
    assert_eq!(printable("x\u{1b}[ä\u{1b}"), "xä");
}
