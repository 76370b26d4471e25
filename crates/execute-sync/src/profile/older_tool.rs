//! How the older tool's reader of `.env` files takes one line, so that `config` can name what it would have read
//! differently. Its rules, as found by trying it:
//!
//! - no blank may stand around `=`, and something must follow it; a byte order mark, an odd number of quotes or a
//!   name with other characters than letters, digits and `_` makes it refuse the whole file
//! - unquoted, any `#` ends the value, and then the first blank before it does too
//! - a value that begins with `'`, `"` or `` ` `` loses its first and its last character, and a `\` before that quote
//! - `$NAME` and `${NAME}` are expanded everywhere, inside single quotes too; what is not set becomes nothing
//!
//! Nothing is read with these rules: they are for comparison only.

/// What the older tool makes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OlderReading {
    /// It takes this value.
    Value(String),
    /// It refuses the line, and with it the whole file; the text says why.
    Refused(&'static str),
}

/// Its reader's buffer.
const LONGEST_LINE: usize = 64 * 1024 - 1;

/// What the older tool reads from `line` (an assignment, without its line end). `variable` is its view of the
/// environment: the real one and the lines before. A value longer than `longest` comes back refused.
pub(super) fn older_tool_reading<'a>(
    line: &str,
    longest: usize,
    variable: impl Fn(&str) -> Option<&'a str>,
) -> OlderReading {
    use OlderReading::{Refused, Value};
    if let Some(why) = refusal_of_any_line(line) {
        return Refused(why);
    }
    let Some((before, after)) = line.split_once('=') else {
        return Refused("there is no `=`");
    };
    if !is_its_name(before) {
        return Refused("the name has a blank or another character it does not know");
    }
    if after.is_empty() {
        return Refused("there is nothing after `=`");
    }
    if after.starts_with(is_its_space) {
        return Refused("there is a blank after `=`");
    }
    let after = after.trim();
    let value = match after.chars().next() {
        Some(quote @ ('\'' | '"' | '`')) => match unquoted(after, quote) {
            Some(value) => value,
            None => return Refused("the quotes do not match"),
        },
        _ => match after.split_once('#') {
            Some((value, _)) => value.split(' ').next().unwrap_or_default().trim().to_owned(),
            None => after.to_owned(),
        },
    };
    match expanded(&value, longest, variable) {
        Some(value) => Value(value),
        None => Refused("the value is too long"),
    }
}

/// Why the older tool refuses `line`, and with it the whole file, whatever stands there, though it be a comment or nothing.
pub(super) fn refusal_of_any_line(line: &str) -> Option<&'static str> {
    if line.len() > LONGEST_LINE {
        return Some("the line is too long");
    }
    line.starts_with('\u{feff}').then_some("the file begins with a byte order mark")
}

/// Whether all before `=` is a name in its eyes, `export` included.
fn is_its_name(before: &str) -> bool {
    let name = before.trim_start_matches(is_its_space);
    let name = match name.strip_prefix("export") {
        Some(rest) if rest.starts_with(is_its_space) => rest.trim_start_matches(is_its_space),
        _ => name,
    };
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.bytes().all(is_of_a_name)
}

fn is_its_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The value inside quotes; none when they do not match.
fn unquoted(text: &str, quote: char) -> Option<String> {
    // Escaped quotes neither open nor close; a character that no text file holds keeps their place.
    const ESCAPED: &str = "\u{0}";
    let text = text.replace(&format!("\\{quote}"), ESCAPED);
    let mut inside = false;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        if c == quote {
            inside = !inside;
        } else if c == '#' && !inside {
            end = at;
            break;
        }
    }
    let kept = if end < text.len() { text[..end].trim() } else { &text };
    if kept.matches(quote).count() % 2 != 0 {
        return None;
    }
    // It cuts a byte at each end, whatever stands there; half a character cannot be shown and becomes U+FFFD.
    let kept = kept.as_bytes().get(1..kept.len().checked_sub(1)?)?;
    Some(String::from_utf8_lossy(kept).replace(ESCAPED, quote.encode_utf8(&mut [0; 4])))
}

/// `text` with every `$` expanded as Go's `os.ExpandEnv` does; none when the result is longer than `longest`.
fn expanded<'a>(text: &str, longest: usize, variable: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, width) = shell_name(after);
        match name {
            Some(name) => out.push_str(variable(name).unwrap_or_default()),
            // `${` and `${}` vanish, a `$` before anything else stays.
            None if width == 0 => out.push('$'),
            None => {}
        }
        rest = &after[width..];
        if out.len() > longest {
            return None;
        }
    }
    out.push_str(rest);
    (out.len() <= longest).then_some(out)
}

/// The variable that `text`, what stands after a `$`, begins with, and how many bytes it takes.
fn shell_name(text: &str) -> (Option<&str>, usize) {
    let bytes = text.as_bytes();
    let is_special = |byte: u8| byte.is_ascii_digit() || b"*#$@!?-".contains(&byte);
    match bytes.first() {
        None => (None, 0),
        Some(b'{') => match (bytes.get(1), text.find('}')) {
            (Some(&special), _) if is_special(special) && bytes.get(2) == Some(&b'}') => (Some(&text[1..2]), 3),
            (_, None) => (None, 1),
            (_, Some(1)) => (None, 2),
            (_, Some(end)) => (Some(&text[1..end]), end + 1),
        },
        Some(&special) if is_special(special) => (Some(&text[..1]), 1),
        Some(_) => match bytes.iter().position(|&byte| !is_of_a_name(byte)).unwrap_or(bytes.len()) {
            0 => (None, 0),
            end => (Some(&text[..end]), end),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::OlderReading::{Refused, Value};
    use super::*;
    use proptest::prelude::*;

    fn read(line: &str) -> OlderReading {
        older_tool_reading(line, 1000, |name| match name {
            "SET" => Some("set-value"),
            "EMPTY" => Some(""),
            _ => None,
        })
    }

    /// Each row was put before the older tool's own reader; these are its answers.
    #[test]
    fn it_reads_as_the_older_tool_did_when_tried() {
        let answers = [
            ("K=a", "a"),
            ("K=a#b", "a"),
            ("K=a b", "a b"),
            ("K=a b #c", "a"),
            ("K=a b#c", "a"),
            ("K=#a", ""),
            ("K=\"\"", ""),
            ("K=''", ""),
            ("K='$SET'", "set-value"),
            ("K=$SET", "set-value"),
            ("K=${SET}x", "set-valuex"),
            ("K=${NOPE}x", "x"),
            ("K=x${EMPTY}y", "xy"),
            ("K=a$", "a$"),
            ("K=a$$b", "ab"),
            ("K=$1x", "x"),
            ("K=${", ""),
            ("K=${}x", "x"),
            ("K=${?}x", "x"),
            ("K=a$-b", "ab"),
            ("K=a$.b", "a$.b"),
            ("K=p$ssword1", "p"),
            ("K=\"a\\\"b\"", "a\"b"),
            ("K=\"a\" # c", "a"),
            ("K=\"a\"#c", "a"),
            ("K=`a b`", "a b"),
            ("K='it''s'", "it''s"),
            ("K=\"a\" b", "a\" "),
            ("K=\"a b\"é", "a b\"\u{fffd}"),
            ("K=\"a\"b\"c\"", "a\"b\"c"),
            ("K='a' # it's", "a"),
            ("K=\"a#b\"", "a#b"),
            ("K=\"a\\nb\"", "a\\nb"),
            ("export K=a", "a"),
            ("export\tK=a", "a"),
            ("  export  K=a", "a"),
            ("K=a\u{a0}", "a"),
            ("K=é#x", "é"),
            ("K=a\t#b", "a"),
            ("K=a\tb#c", "a\tb"),
            ("K=a=b", "a=b"),
            ("K=a:b@c/#d", "a:b@c/"),
        ];
        for (line, value) in answers {
            assert_eq!(read(line), Value(value.to_owned()), "{line}");
        }
        for line in ["K=", "K= a", "K =a", "K=\"a", "K='it's'", "K='", "\u{feff}K=a", "k.x=1", "no", "1K=a", "=a"] {
            assert!(matches!(read(line), Refused(_)), "{line}");
        }
    }

    #[test]
    fn a_line_beyond_its_buffer_is_refused() {
        assert_eq!(read(&format!("K={}", "a".repeat(LONGEST_LINE))), Refused("the line is too long"));
        assert_eq!(read(&format!("K={}", "a".repeat(1001))), Refused("the value is too long"));
    }

    proptest! {
        #[test]
        fn no_line_panics(line in "(K=)?[ -~é\u{a0}\u{feff}\t'\"`#${}\\\\]{0,60}") {
            let _ = read(&line);
        }
    }
}
