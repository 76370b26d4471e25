//! The kinds of documents that could spoil a page, each with what must become of it.
#![allow(clippy::unwrap_used)]

use crate::support::seed;

/// Type, id and version.
pub(crate) type Key = (String, String, i64);

/// What must become of a line.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// It is stored under this key.
    Stored(Key),
    /// It is put into quarantine, for a reason with these words in it.
    Quarantined(&'static str),
    /// The whole page is refused: it is no page.
    NoPage,
}

/// A line of a page.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// What the server sends, without the newline.
    pub sent: Vec<u8>,
    /// What is to be kept of it.
    pub text: Vec<u8>,
    pub fate: Fate,
}

/// One kind.
#[derive(Debug, Clone)]
pub(crate) struct Poison {
    pub name: &'static str,
    pub lines: Vec<Line>,
    /// What it is where it opens the page, if that is something else.
    pub at_start: Option<Vec<Line>>,
    /// It is sent to a client for which 100,000 bytes are too much.
    pub is_narrow: bool,
}

/// A document without a fault.
pub(crate) fn good(number: usize) -> Line {
    let id = format!("good-{number}");
    let text = format!(
        r#"{{"DOCUMENT_ID":"{id}","$TYPE":"AFE","$VERSION":1,"$DATE":"2025-03-14T16:20:11Z","GROSS_TOTAL":{number}.50}}"#
    );
    line(text, Fate::Stored(("AFE".to_owned(), id, 1)))
}

fn line(text: impl Into<Vec<u8>>, fate: Fate) -> Line {
    let text = text.into();
    Line { sent: text.clone(), text, fate }
}

/// Makes the kinds, each with ids of its own.
struct Maker {
    tag: u64,
    kinds: Vec<Poison>,
}

const PLAIN: [(&str, &str); 4] =
    [("DOCUMENT_ID", "ID"), ("$TYPE", "\"AFE\""), ("$VERSION", "1"), ("$DATE", "\"2025-03-14T16:20:11Z\"")];

impl Maker {
    fn id(&self) -> String {
        format!("poison-{}-{}", self.tag, self.kinds.len())
    }

    fn key(&self) -> Key {
        ("AFE".to_owned(), self.id(), 1)
    }

    /// A document with some members changed (an empty value leaves one out), and more members after them.
    fn document(&self, changed: &[(&str, &str)], more: &str) -> String {
        let id = format!("\"{}\"", self.id());
        let value = |(name, usual): (&str, &str)| match changed.iter().find(|(other, _)| *other == name) {
            Some((_, "")) => None,
            Some((_, value)) => Some(format!("\"{name}\":{value}")),
            None => Some(format!("\"{name}\":{}", if name == "DOCUMENT_ID" { &id } else { usual })),
        };
        let members: Vec<String> = PLAIN.into_iter().filter_map(value).collect();
        format!("{{{}{more}}}", members.join(","))
    }

    fn push(&mut self, name: &'static str, lines: Vec<Line>) {
        self.kinds.push(Poison { name, lines, at_start: None, is_narrow: false });
    }

    fn raw(&mut self, name: &'static str, text: impl Into<Vec<u8>>, reason: &'static str) {
        self.push(name, vec![line(text, Fate::Quarantined(reason))]);
    }

    /// A document with one member changed that cannot be stored.
    fn bad(&mut self, name: &'static str, member: &str, value: &str, reason: &'static str) {
        self.raw(name, self.document(&[(member, value)], ""), reason);
    }

    /// One with one member changed that can; `key` says what it is stored under.
    fn fine(&mut self, name: &'static str, member: &str, value: &str, key: impl FnOnce(Key) -> Key) {
        let text = self.document(&[(member, value)], "");
        self.push(name, vec![line(text, Fate::Stored(key(self.key())))]);
    }

    /// One with more members that can.
    fn with(&mut self, name: &'static str, more: &str) {
        let text = self.document(&[], more);
        self.push(name, vec![line(text, Fate::Stored(self.key()))]);
    }
}

/// The kinds that are small.
pub(crate) fn small(tag: u64) -> Vec<Poison> {
    let mut make = Maker { tag, kinds: Vec::new() };
    no_documents(&mut make);
    ids(&mut make);
    types_and_versions(&mut make);
    authors_dates_deletions(&mut make);
    bodies(&mut make);
    several(&mut make);
    make.kinds
}

fn no_documents(make: &mut Maker) {
    const NO_OBJECT: &str = "not a JSON object";
    let tag = make.tag;
    make.raw("not JSON", format!("connection reset by peer {tag}"), NO_OBJECT);
    make.raw("an array", format!("[{tag}]"), NO_OBJECT);
    make.raw("a scalar", format!("{tag}"), NO_OBJECT);
    make.raw("null", "null", NO_OBJECT);
    make.raw("an empty object", "{}", "DOCUMENT_ID is missing");
    make.raw("an error message", format!(r#"{{"error":"no {tag}"}}"#), "DOCUMENT_ID is missing");
    let whole = make.document(&[], "");
    make.raw("cut in the middle", &whole.as_bytes()[..whole.len() / 2], "not valid JSON");
    make.raw("trailing garbage", format!("{} x", make.document(&[], "")), "not valid JSON");
    make.raw("two on one line", format!("{0}{0}", make.document(&[], "")), "not valid JSON");
    make.raw("a comment", format!("{} // why", make.document(&[], "")), "not valid JSON");
    make.raw("a comment inside", make.document(&[], ",/* why */\"X\":1"), "not valid JSON");
    make.raw("a trailing comma", make.document(&[], ","), "not valid JSON");
    make.raw("invalid UTF-8", [make.document(&[], "").as_bytes(), b"\xff"].concat(), "UTF-8");
    for (name, start, reason) in [
        ("HTML", &b"<html>"[..], NO_OBJECT),
        ("a NUL", b"\0", NO_OBJECT),
        ("UTF-16", b"\xff\xfe", "UTF-8"),
        ("gzip", b"\x1f\x8b", "UTF-8"),
    ] {
        let text = [start, make.document(&[], "").as_bytes()].concat();
        make.raw(name, text.clone(), reason);
        make.kinds.last_mut().unwrap().at_start = Some(vec![line(text, Fate::NoPage)]);
    }
    let (text, key) = (make.document(&[], ""), make.key());
    let marked = ["\u{feff}".as_bytes(), text.as_bytes()].concat();
    make.raw("a byte order mark", marked.clone(), NO_OBJECT);
    let stripped = Line { sent: marked, ..line(text, Fate::Stored(key)) };
    make.kinds.last_mut().unwrap().at_start = Some(vec![stripped]);
}

fn ids(make: &mut Maker) {
    make.bad("no id", "DOCUMENT_ID", "", "DOCUMENT_ID is missing");
    make.bad("a null id", "DOCUMENT_ID", "null", "DOCUMENT_ID is not a string");
    make.bad("an empty id", "DOCUMENT_ID", "\"\"", "DOCUMENT_ID is empty");
    make.bad("a number as id", "DOCUMENT_ID", "17", "DOCUMENT_ID is not a string");
    make.bad("a lone surrogate in the id", "DOCUMENT_ID", r#""a\ud800""#, "not valid Unicode");
    for (name, length) in [("an id of 51", 51), ("an id of 129", 129), ("an id of 10,000", 10_000)] {
        let id = format!("{}{}", make.id(), "x".repeat(length));
        make.fine(name, "DOCUMENT_ID", &format!("\"{id}\""), |key| (key.0, id, key.2));
    }
    for (name, raw, text) in [
        ("a NUL in the id", r"\u0000", "\0"),
        ("an override of direction in the id", "\u{202e}", "\u{202e}"),
        ("a line end in the id", r"\n", "\n"),
        ("emoji in the id", r"😀\ud83d\ude00", "😀😀"),
    ] {
        let id = make.id();
        make.fine(name, "DOCUMENT_ID", &format!("\"{id}{raw}\""), |key| (key.0, format!("{id}{text}"), key.2));
    }
    make.raw("two ids", make.document(&[], r#","DOCUMENT_ID":"other""#), "DOCUMENT_ID twice");
}

fn types_and_versions(make: &mut Maker) {
    make.bad("no type", "$TYPE", "", "$TYPE is missing");
    make.bad("a null type", "$TYPE", "null", "$TYPE is not a string");
    let long = "T".repeat(500);
    for (name, text) in
        [("a type the schema lacks", "UNKNOWN"), ("a keyword as type", "SELECT"), ("a type of 500", long.as_str())]
    {
        make.fine(name, "$TYPE", &format!("\"{text}\""), |key| (text.to_owned(), key.1, key.2));
    }
    make.bad("no version", "$VERSION", "", "$VERSION is missing");
    make.bad("a version in quotes", "$VERSION", "\"3\"", "$VERSION is not a number");
    make.bad("half a version", "$VERSION", "1.5", "not a whole number");
    make.bad("version 2^63", "$VERSION", "9223372036854775808", "$VERSION is outside");
    make.bad("version 1e400", "$VERSION", "1e400", "$VERSION is outside");
    for (name, raw, value) in [
        ("version 3.0", "3.0", 3),
        ("version 1e3", "1e3", 1000),
        ("version -1", "-1", -1),
        ("version 2^31", "2147483648", 1 << 31),
        ("version 2^53+1", "9007199254740993", (1 << 53) + 1),
    ] {
        make.fine(name, "$VERSION", raw, |key| (key.0, key.1, value));
    }
}

fn authors_dates_deletions(make: &mut Maker) {
    make.with("a null author", r#","$AUTHOR_ID":null"#);
    make.raw("an object as author", make.document(&[], r#","$AUTHOR_ID":{}"#), "$AUTHOR_ID is neither");
    make.bad("no date", "$DATE", "", "$DATE is missing");
    make.bad("a date in words", "$DATE", "\"yesterday\"", "$DATE is not an ISO 8601");
    make.bad("a 30th of February", "$DATE", "\"2025-02-30T00:00:00Z\"", "$DATE is not an ISO 8601");
    for (name, date) in [
        ("a local time", "2025-03-14T16:20:11"),
        ("a leap second", "2016-12-31T23:59:60Z"),
        ("year 0", "0000-01-01T00:00:00Z"),
        ("year 9999", "9999-12-31T23:59:59Z"),
        ("fourteen hours east", "2025-03-14T16:20:11+14:00"),
        ("an hour that was skipped", "2025-03-30T02:30:00"),
    ] {
        make.fine(name, "$DATE", &format!("\"{date}\""), |key| key);
    }
    make.raw("deleted in quotes", make.document(&[], r#","$DELETED":"true""#), "$DELETED is neither");
    make.raw("deleted 1", make.document(&[], r#","$DELETED":1"#), "$DELETED is neither");
    make.with("deleted null", r#","$DELETED":null"#);
}

fn bodies(make: &mut Maker) {
    make.with("a key twice", r#","X":1,"X":2"#);
    make.with("an empty list", r#","LINE_ITEMS":[]"#);
    make.with("a list in a list", r#","LINE_ITEMS":[{"LISTITEM_ID":"1","IN":[{"LISTITEM_ID":"2","IN":[[],[[]]]}]}]"#);
    make.with("a number of 400 digits", &format!(",\"X\":-{}.{}e-7", "9".repeat(200), "1".repeat(200)));
    make.with("minus zero", r#","X":-0,"Y":-0.0"#);
    make.with("a NUL in a text", r#","X":"a\u0000b","\u0000":1"#);
    make.with("a lone surrogate in a text", r#","X":"\udc00""#);
    make.with("depth 127", &format!(",\"X\":{}1{}", "[".repeat(126), "]".repeat(126)));
    make.raw("depth 129", make.document(&[], &format!(",\"X\":{}1{}", "[".repeat(128), "]".repeat(128))), "nested");
    make.raw("NaN", make.document(&[], ",\"X\":NaN"), "not valid JSON");
    make.raw("Infinity", make.document(&[], ",\"X\":-Infinity"), "not valid JSON");
    make.raw("a control character in a text", make.document(&[], ",\"X\":\"\u{1}\""), "not valid JSON");
    make.with("a lone surrogate in a name inside", r#","X":{"\ud800":1}"#);
    make.raw("a lone surrogate in a field's name", make.document(&[], r#","\ud800":1"#), "not valid JSON");
    let (text, key) = (make.document(&[], ""), make.key());
    make.push("CRLF", vec![Line { sent: format!("{text}\r").into(), ..line(text, Fate::Stored(key)) }]);
}

fn several(make: &mut Maker) {
    for (name, versions) in [
        ("one version twice, with other contents", [(1, ",\"X\":1"), (1, ",\"X\":2")]),
        ("a version that goes down", [(5, ""), (4, "")]),
        ("deleted and brought back", [(1, ",\"$DELETED\":true"), (2, ",\"$DELETED\":false")]),
    ] {
        let lines = versions.map(|(version, more)| {
            let (doc_type, id, _) = make.key();
            let text = make.document(&[("$VERSION", &version.to_string())], more);
            line(text, Fate::Stored((doc_type, id, version)))
        });
        make.push(name, lines.to_vec());
    }
}

/// The kinds that are large; by far larger in `make soak`.
pub(crate) fn large() -> Vec<Poison> {
    let mut make = Maker { tag: 0, kinds: Vec::new() };
    let many = usize::try_from(seed::trials(100_000, 1_000_000)).unwrap();
    let megabytes = usize::try_from(seed::trials(4, 100)).unwrap();
    let deep = make.document(&[], &format!(",\"X\":{}1{}", "[".repeat(1_000_000), "]".repeat(1_000_000)));
    make.raw("depth a million", deep, "nested");
    let keys: String = (0..many).map(|i| format!(",\"K{i}\":{i}")).collect();
    make.with("a great many keys", &keys);
    let items = vec!["{\"N\":1}"; many].join(",");
    make.with("a very long list", &format!(",\"LINE_ITEMS\":[{items}]"));
    make.with("a very long text", &format!(",\"X\":\"{}\"", "é".repeat(megabytes << 19)));
    for (name, bytes) in [("just too large", 100_001), ("larger than a block", 600_000)] {
        let text = make.document(&[], &format!(",\"X\":\"{}\"", "x".repeat(bytes)));
        make.raw(name, text, "larger than 100000 bytes");
        make.kinds.last_mut().unwrap().is_narrow = true;
    }
    make.kinds
}
