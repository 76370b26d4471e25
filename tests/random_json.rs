//! JSON documents as raw text, in every way in which a value can be written: numbers no machine type holds, every escape,
//! blanks in every place. Text alone: nothing here goes through a JSON library, which could tidy it up.

use crate::support::seed::Rng;

/// Numbers that something has rounded, reformatted or refused before.
pub(crate) const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "0.0",
    "-0.0",
    "0e0",
    "-0E-0",
    "1",
    "1.0",
    "1.10",
    "1250000.00",
    "0.1",
    "0.30000000000000004",
    "1e5",
    "1E+05",
    "1e-05",
    "1e400",
    "-1e400",
    "1e-400",
    "1e99999999999999999999",
    "4.9e-324",
    "2.2250738585072011e-308",
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "123456789012345678901234567890.123456789012345678901234567890",
    "99999999999999999999999999999999999999.9999999999",
];

/// Texts, as they stand between quotes.
pub(crate) const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "é",
    "e\u{301}",
    r"\u00e9",
    r"\u00E9",
    "漢字",
    "😀",
    r"\ud83d\ude00",
    r"\uD83D\uDE00",
    r"\ud83d",
    r"\ude00\ud83d",
    r"\u0000",
    r"a\u0000b",
    "\u{2028}\u{2029}\u{85}\u{a0}\u{feff}\u{fffd}\u{ffff}\u{10ffff}",
    r"\u2028",
    r#"\""#,
    r"\\",
    r"\/",
    "/",
    r"\b\f\n\r\t",
    r"<>&'",
    r"\u003cscript\u003e\u0026\u0027",
    "\u{7f}",
    "],[",
    "},{",
    r#"\",\""#,
    "1e5",
    "null",
    "-- ; DROP TABLE EXECUTE_DOCUMENTS",
];

/// Whether a text, as it stands between quotes, holds an escaped surrogate, alone or in a pair.
pub(crate) fn has_surrogate(text: &str) -> bool {
    text.to_ascii_lowercase().split("\\ud").skip(1).any(|rest| rest.starts_with(|c| "89abcdef".contains(c)))
}

/// Writes random values.
pub(crate) struct Writer<'a> {
    pub rng: &'a mut Rng,
}

impl Writer<'_> {
    /// One line: an object with the envelope of this document and random members, in random order. The value it holds is
    /// found under (type, id, version) = ("T", `id`, `version`).
    pub(crate) fn document(&mut self, id: &str, version: i64) -> String {
        let mut members: Vec<String> = vec![
            self.member("DOCUMENT_ID", &format!("\"{id}\"")),
            self.member("$TYPE", "\"T\""),
            self.member("$VERSION", &version.to_string()),
            self.member("$DATE", "\"2025-03-14T16:20:11Z\""),
        ];
        for number in 0..self.rng.between(0, 6) {
            let name = format!("F{number}{}", self.field_name());
            let value = if self.rng.between(0, 2) == 0 { self.list() } else { self.value(4) };
            let at = self.rng.between(0, members.len());
            let member = format!("{}\"{name}\"{}:{}", self.blank(), self.blank(), value);
            members.insert(at, member);
        }
        format!("{}{{{}{}}}", self.blank(), members.join(","), self.blank())
    }

    /// A member of the envelope; its name may be escaped.
    fn member(&mut self, name: &str, value: &str) -> String {
        let name: String = match self.rng.between(0, 9) {
            0 => name.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(),
            _ => name.to_owned(),
        };
        format!("{}\"{name}\"{}:{}{value}{}", self.blank(), self.blank(), self.blank(), self.blank())
    }

    /// A list that is sliced or just not.
    fn list(&mut self) -> String {
        let items: Vec<String> = (0..self.rng.between(0, 25)).map(|_| self.value(2)).collect();
        format!("{}[{}{}]{}", self.blank(), items.join(","), self.blank(), self.blank())
    }

    fn value(&mut self, depth: usize) -> String {
        let value = match self.rng.between(0, if depth == 0 { 5 } else { 7 }) {
            0 => "null".to_owned(),
            1 => (*self.rng.pick(&["true", "false"])).to_owned(),
            2 => (*self.rng.pick(NUMBERS)).to_owned(),
            3 => self.number(),
            4 | 5 => format!("\"{}\"", self.text_inside()),
            6 => {
                let items: Vec<String> = (0..self.rng.between(0, 4)).map(|_| self.value(depth - 1)).collect();
                format!("[{}]", items.join(","))
            }
            _ => {
                let members: Vec<String> = (0..self.rng.between(0, 4))
                    .map(|_| format!("{}\"{}\":{}", self.blank(), self.text_inside(), self.value(depth - 1)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        };
        format!("{}{value}{}", self.blank(), self.blank())
    }

    /// A number with up to 400 digits.
    fn number(&mut self) -> String {
        let digits = |rng: &mut Rng, most: usize| -> String {
            (0..rng.between(1, most)).map(|_| char::from(b'0' + u8::try_from(rng.next() % 10).unwrap_or(0))).collect()
        };
        let most = *self.rng.pick(&[3, 20, 200]);
        let mut number = (*self.rng.pick(&["", "-"])).to_owned();
        match digits(self.rng, most).trim_start_matches('0') {
            "" => number.push('0'),
            whole => number.push_str(whole),
        }
        if self.rng.between(0, 1) == 0 {
            number = format!("{number}.{}", digits(self.rng, most));
        }
        if self.rng.between(0, 3) == 0 {
            number = format!("{number}{}{}", self.rng.pick(&["e", "E", "e+", "E-"]), digits(self.rng, 4));
        }
        number
    }

    /// A document whose own field has half a surrogate pair in its name goes into the quarantine.
    fn field_name(&mut self) -> String {
        let name = self.text_inside();
        if has_surrogate(&name) { String::new() } else { name }
    }

    fn text_inside(&mut self) -> String {
        let parts = self.rng.between(0, 3);
        (0..parts)
            .map(|_| if self.rng.between(0, 3) > 0 { (*self.rng.pick(TEXTS)).to_owned() } else { self.character() })
            .collect()
    }

    /// Any character that may stand in a text, raw or escaped.
    fn character(&mut self) -> String {
        let code = self.rng.next() % [0x80, 0x800, 0x1_0000, 0x11_0000][self.rng.between(0, 3)];
        match char::from_u32(u32::try_from(code).unwrap_or(0)) {
            Some(c) if c >= ' ' && c != '"' && c != '\\' => c.to_string(),
            Some(_) | None => format!("\\u{:04X}", code % 0x1_0000),
        }
    }

    fn blank(&mut self) -> &'static str {
        const BLANKS: [&str; 5] = [" ", "\t", "  ", "\r\t", " \t "];
        if self.rng.between(0, 9) > 0 { "" } else { self.rng.pick::<&str>(&BLANKS) }
    }
}
