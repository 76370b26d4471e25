//! Pages cut in every way, and what is no page.
#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;

const LIMITS: DocumentLimits = DocumentLimits { version: (i64::MIN, i64::MAX), key_chars: None, chunk_size: 100 };

fn doc(id: &str) -> String {
    format!(r#"{{"DOCUMENT_ID":"{id}","$TYPE":"AFE","$VERSION":1,"$DATE":"2025-01-01"}}"#)
}

/// Every line of the page as `good:<data>` or `bad:<line>:<reason>`, however it was cut into chunks.
fn cut(page: &[u8], chunk: usize, max: u64) -> Vec<String> {
    let mut cutter = Cutter::new(LIMITS, max);
    let mut blocks = Vec::new();
    for piece in page.chunks(chunk) {
        blocks.extend(cutter.push(piece).unwrap());
    }
    blocks.extend(cutter.finish().unwrap());
    blocks
        .iter()
        .flat_map(|block| {
            block.lines.iter().map(|line| match line {
                Line::Document(d) => format!("good:{}", d.body.rows(&block.text).next().unwrap()),
                Line::Bad(bad) => format!("bad:{}:{}", bad.line, bad.defect.reason),
            })
        })
        .collect()
}

#[test]
fn a_page_reads_the_same_however_it_is_sliced() {
    let page = format!("\u{feff}{}\r\n\n{}\n  \nnot json\n{}", doc("é😀"), doc("b"), doc("c"));
    for chunk in [1, 2, 3, 7, 64, 100_000] {
        let lines = cut(page.as_bytes(), chunk, 1 << 20);
        assert_eq!(lines[0], format!("good:{}", doc("é😀")), "chunks of {chunk}");
        assert_eq!(lines[2], "bad:5:it is not a JSON object");
        assert_eq!(lines[3], format!("good:{}", doc("c")), "the last line lacks its end");
        assert_eq!(lines.len(), 4);
    }
}

#[test]
fn lines_longer_than_a_block_are_whole() {
    let long = doc(&"x".repeat(3 * BLOCK_BYTES));
    let page = format!("{}\n{long}\n{}\n", doc("a"), doc("b"));
    let lines = cut(page.as_bytes(), 10_000, 1 << 30);
    assert_eq!(lines, [doc("a"), long, doc("b")].map(|d| format!("good:{d}")));
}

#[test]
fn of_a_line_over_the_limit_the_identity_is_what_its_head_says_whole_and_once() {
    let long = "x".repeat(3 * BLOCK_BYTES);
    // As many bytes as are kept, the last of which belong to a number.
    let up_to_the_cut = |end: &str| format!(r#"{{"A":"{}",{end}"#, "x".repeat(HEAD_BYTES - 8 - end.len()));
    let number = up_to_the_cut(r#""DOCUMENT_ID":"a","$TYPE":"T","$VERSION":12"#);
    let cases = [
        (format!(r#"{{"DOCUMENT_ID":"a","$TYPE":"T","$VERSION":7,"NOTE":"{long}"}}"#), "T a 7"),
        (
            format!(r#"{{"L":[{{"$TYPE":"no"}}],"$TYPE":"T","DOCUMENT_ID":"\u0061","NOTE":"{long}","$VERSION":7}}"#),
            "T a -",
        ),
        (format!(r#"{{"DOCUMENT_ID":"a","L":["{long}"],"$TYPE":"T","$VERSION":7}}"#), "- a -"),
        (format!(r#"{{"NOTE":"{long}","DOCUMENT_ID":"a","$TYPE":"T","$VERSION":7}}"#), "- - -"),
        (format!(r#"{{"N":{{"DOCUMENT_ID":"a","$TYPE":"T","$VERSION":7,"NOTE":"{long}"}}}}"#), "- - -"),
        (format!(r#"{{"DOCUMENT_ID":"a","DOCUMENT_ID":"b","$TYPE":"T","$VERSION":7,"NOTE":"{long}"}}"#), "- - -"),
        (format!(r#"{{"DOCUMENT_ID":5,"$TYPE":"","$VERSION":1.5,"NOTE":"{long}"}}"#), "- - -"),
        (format!("{number}3,\"NOTE\":\"{long}\"}}"), "T a -"),
        (format!(r#"["DOCUMENT_ID","a","{long}"]}}"#), "- - -"),
        (format!("é{long}}}"), "- - -"),
    ];
    assert_eq!(number.len(), HEAD_BYTES);
    for (line, expected) in cases {
        for chunk in [10_000, 10_000_000] {
            let mut cutter = Cutter::new(LIMITS, 100_000);
            let mut lines = Vec::new();
            for piece in format!("{line}\n").as_bytes().chunks(chunk) {
                lines.extend(cutter.push(piece).unwrap().into_iter().flat_map(|block| block.lines));
            }
            lines.extend(cutter.finish().unwrap().into_iter().flat_map(|block| block.lines));
            let [Line::Bad(bad)] = lines.as_slice() else { panic!("{lines:?}") };
            let text = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
            let version = bad.defect.version.map(|version| version.to_string());
            let found = format!("{} {} {}", text(&bad.defect.doc_type), text(&bad.defect.id), text(&version));
            assert_eq!(found, expected, "{:.60} in chunks of {chunk}", line);
            assert!(bad.defect.reason.contains("larger than 100000 bytes") && !bad.defect.foreign_object);
        }
    }
}

#[test]
fn a_line_over_the_limit_keeps_head_length_and_hash() {
    let long = doc(&"x".repeat(3 * BLOCK_BYTES));
    let page = format!("{}\n{long}\n{}\n", doc("a"), doc("b"));
    for chunk in [10_000, 10_000_000] {
        let mut cutter = Cutter::new(LIMITS, 1000);
        let mut lines = Vec::new();
        for piece in page.as_bytes().chunks(chunk) {
            lines.extend(cutter.push(piece).unwrap().into_iter().flat_map(|b| b.lines));
        }
        lines.extend(cutter.finish().unwrap().into_iter().flat_map(|b| b.lines));
        let Line::Bad(bad) = &lines[1] else { panic!("stored") };
        assert_eq!((bad.size, bad.line), (long.len() as u64, 2));
        assert_eq!(bad.bytes, &long.as_bytes()[..HEAD_BYTES]);
        assert_eq!(bad.sha256, <[u8; 32]>::from(Sha256::digest(long.as_bytes())));
        assert_eq!(lines.len(), 3);
    }
}

#[test]
fn invalid_utf8_costs_only_its_line() {
    let mut page = format!("{}\n", doc("a")).into_bytes();
    page.extend_from_slice(b"{\"\xff\"}\r\n");
    page.extend_from_slice(format!("{}\n", doc("b")).as_bytes());
    let lines = cut(&page, 1 << 20, 1 << 20);
    assert_eq!(
        lines,
        [format!("good:{}", doc("a")), "bad:2:it is not valid UTF-8".into(), format!("good:{}", doc("b"))]
    );
}

#[test]
fn a_last_line_that_breaks_off_anywhere_fails_the_page() {
    let numbers = r#","A":[-1.5e+3,1E-2,0.0],"B":{"C":null,"D":true,"E":false},"F":"\u00e9\\\"é😀","$DELETED":false}"#;
    let whole = doc("a").replace('}', numbers);
    assert_eq!(cut(whole.as_bytes(), 100, 1 << 20), [format!("good:{whole}")], "this one lacks nothing but its end");
    for end in 1..whole.len() {
        let mut cutter = Cutter::new(LIMITS, 1 << 20);
        let page = [doc("b").as_bytes(), b"\n", &whole.as_bytes()[..end]].concat();
        assert!(cutter.push(&page).unwrap().is_none());
        let error = cutter.finish().map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), Kind::SourceUnreachable, "{}", String::from_utf8_lossy(&whole.as_bytes()[..end]));
    }
    // Of a line above the limit only its end can tell.
    for limit in [50, 1_000_000] {
        let long = doc(&"x".repeat(if limit == 50 { 100 } else { 3_000_000 }));
        for (text, is_whole) in [(&long[..], true), (&long[..long.len() - 1], false)] {
            let mut cutter = Cutter::new(LIMITS, limit);
            for piece in text.as_bytes().chunks(1 << 16) {
                assert!(cutter.push(piece).unwrap().is_none());
            }
            assert_eq!(cutter.finish().is_ok(), is_whole, "limit {limit}");
        }
    }
}

#[test]
fn what_is_no_page_is_refused() {
    let push = |bytes: &[u8]| Cutter::new(LIMITS, 1000).push(bytes).map(|_| ());
    assert!(push(b"  <html>").is_err());
    let mut cutter = Cutter::new(LIMITS, 1000);
    let refused = (0..64).any(|_| cutter.push(&[b'\n'; 100_000]).is_err());
    assert!(refused, "blank lines without end");
    let mut cutter = Cutter::new(LIMITS, 1000);
    cutter.push(format!("{}\n", doc("a")).as_bytes()).unwrap();
    assert!((0..64).any(|_| cutter.push(&[b'\n'; 100_000]).is_err()), "after a document too");
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), chunk in 1_usize..50) {
        let mut cutter = Cutter::new(LIMITS, 100);
        for piece in bytes.chunks(chunk) {
            if cutter.push(piece).is_err() { return Ok(()); }
        }
        let _ = cutter.finish();
    }
}

#[test]
fn the_memory_of_a_block_is_more_than_its_text() {
    let limits = DocumentLimits { version: (i64::MIN, i64::MAX), key_chars: None, chunk_size: 1 };
    let mut cutter = Cutter::new(limits, u64::MAX);
    let small = r#"{"DOCUMENT_ID":"a","$TYPE":"T","$VERSION":1,"$DATE":"2025-01-01"}"#;
    let sliced = r#"{"DOCUMENT_ID":"b","$TYPE":"T","$VERSION":1,"$DATE":"2025-01-01","L":[1,2,3,4]}"#;
    let bad = "no document";
    assert!(cutter.push(format!("{small}\n{sliced}\n{bad}\n").as_bytes()).unwrap().is_none());
    let block = cutter.finish().unwrap().unwrap();
    let again = block.lines.iter().map(|line| match line {
        Line::Document(d) if d.key.id == "a" => 0,
        Line::Document(d) => d.body.rows(&block.text).map(str::len).sum(),
        Line::Bad(bad) => bad.bytes.len(),
    });
    let kept = block.text.len() + again.sum::<usize>() + block.lines.len() * size_of::<Line>();
    assert!(block.memory_bytes() > kept, "{} of at least {kept} bytes", block.memory_bytes());
}
