//! JSON text as different servers write it: the same value, other escapes.

use serde_json::Value;

/// How texts and keys are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// Only what must be.
    Least,
    /// As PHP and older Python do: everything beyond ASCII, and `/`.
    Ascii,
    /// As Go does: `<`, `>`, `&`, U+2028 and U+2029.
    Go,
    /// As .NET does: that, `'`, `+`, `` ` `` and everything beyond ASCII, in capitals.
    DotNet,
    /// As Gson does: `<`, `>`, `&`, `=` and `'`.
    Gson,
}

impl Escapes {
    pub(crate) const ALL: [Escapes; 5] = [Escapes::Least, Escapes::Ascii, Escapes::Go, Escapes::DotNet, Escapes::Gson];

    fn escapes(self, c: char) -> bool {
        match self {
            Escapes::Least => false,
            Escapes::Ascii => !c.is_ascii(),
            Escapes::Go => "<>&\u{2028}\u{2029}".contains(c),
            Escapes::DotNet => !c.is_ascii() || "<>&'+`\"\u{7f}".contains(c),
            Escapes::Gson => "<>&='\u{2028}\u{2029}".contains(c),
        }
    }
}

/// Writes a value; numbers as serde_json has them.
pub(crate) fn write(value: &Value, escapes: Escapes) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}:{}", text(key, escapes), write(value, escapes)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(|item| write(item, escapes)).collect::<Vec<_>>().join(","))
        }
        Value::String(string) => text(string, escapes),
        other => other.to_string(),
    }
}

/// Writes a text with its quotes.
pub(crate) fn text(text: &str, escapes: Escapes) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            _ if escapes.escapes(c) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&if escapes == Escapes::DotNet {
                        format!("\\u{unit:04X}")
                    } else {
                        format!("\\u{unit:04x}")
                    });
                }
            }
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' if escapes == Escapes::Ascii => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
