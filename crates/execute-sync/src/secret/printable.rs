//! Text of others made safe to print: it can start no line of its own, move no cursor and turn no letters around.

use std::borrow::Cow;

const ESCAPE: char = '\u{1b}';

/// `text` on one line and without control characters, for log lines and terminals.
///
/// Line ends and tabs become one blank; escape sequences (colours, titles, links) go with all their parameters; other
/// control characters and the invisible ones that change the direction of text go. Everything else stays.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_line_end(c) || is_unwanted(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if is_line_end(c) {
            // `\r\n` is one line end.
            rest = if c == '\r' { after.strip_prefix('\n').unwrap_or(after) } else { after };
            out.push(' ');
        } else if is_unwanted(c) {
            rest = skip_escape_sequence(c, after);
        } else {
            out.push(c);
            rest = after;
        }
    }
    Cow::Owned(out)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_unwanted(c: char) -> bool {
    c.is_control()
        // Marks, embeddings and isolates of writing direction; a zero-width blank; a byte order mark.
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What follows the control character `c` without belonging to the text (ECMA-48).
fn skip_escape_sequence(c: char, after: &str) -> &str {
    // An escape and one letter stand for one character of the block U+0080 to U+009F.
    let (introducer, after) = match (c, after.chars().next()) {
        (ESCAPE, Some('[')) => ('\u{9b}', &after[1..]),
        (ESCAPE, Some(']' | 'P' | 'X' | '^' | '_')) => ('\u{9d}', &after[1..]),
        (c, _) => (c, after),
    };
    match introducer {
        // Parameters and intermediates, then one final letter.
        '\u{9b}' => end_of_sequence(after, |c| matches!(c, ' '..='?'), |c| matches!(c, '@'..='~')),
        // A string up to its terminator. Without one it would swallow the rest: then only its introducer goes.
        '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => {
            let ends = ["\u{7}", "\u{9c}", "\u{1b}\\"];
            let end = ends.iter().filter_map(|end| after.find(end).map(|at| at + end.len())).min();
            &after[end.unwrap_or(0)..]
        }
        ESCAPE => end_of_sequence(after, |c| matches!(c, ' '..='/'), |c| matches!(c, '0'..='~')),
        _ => after,
    }
}

fn end_of_sequence(text: &str, within: fn(char) -> bool, last: fn(char) -> bool) -> &str {
    let rest = text.trim_start_matches(within);
    // A sequence that is cut off or malformed keeps what is no part of one.
    rest.strip_prefix(last).unwrap_or(rest)
}
