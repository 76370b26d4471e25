//! The process-wide redactor: every value of a secret that was ever made, and the search for them in text.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use memchr::memmem;
use zeroize::Zeroizing;

use super::encodings::{Spelling, base64, base64_cores, hex};

/// What stands where a secret was.
pub const REDACTED: &str = "[secret]";

/// Shorter secrets are not searched for: `on` or `123` occur in every other line, which would be unreadable, and the
/// holes would tell the secret.
const SHORTEST: usize = 4;

/// A line of a secret of several lines (a private key in PEM) is searched for by itself from this length on.
const SHORTEST_LINE: usize = 16;

static REGISTRY: RwLock<Registry> = RwLock::new(Registry { values: Vec::new(), exact: Vec::new(), cores: Vec::new() });

/// Kept for the life of the process: what is said about a secret may be said after its end.
struct Registry {
    /// Found as they are, percent-encoded or with escapes, mixed as the writer liked.
    values: Vec<Spelling>,
    /// Found exactly: hexadecimal digits, short Base64.
    exact: Vec<Spelling>,
    /// Found inside a longer Base64 text, which goes whole.
    cores: Vec<Spelling>,
}

/// Makes `value` known. The same value again changes nothing.
pub(super) fn register(value: &str) {
    // Blanks and line ends around it (from a file) are no secret, and may be missing where it leaks.
    let value = value.trim();
    let lines = value.lines().map(str::trim).filter(|l| l.chars().count() >= SHORTEST_LINE && !l.starts_with("-----"));
    let mut registry = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
    for text in std::iter::once(value).chain(lines) {
        if text.chars().count() < SHORTEST || registry.values.iter().any(|known| known.as_slice() == text.as_bytes()) {
            continue;
        }
        let bytes = text.as_bytes();
        registry.values.push(Zeroizing::new(bytes.to_vec()));
        registry.exact.extend([hex(bytes, false), hex(bytes, true)]);
        registry.exact.extend(base64(bytes));
        registry.cores.extend(base64_cores(bytes));
    }
}

/// Makes known what a Basic login sends, `base64(id:secret)`, also when the secret alone is too short to be searched
/// for.
pub fn register_basic(id: &str, secret: &str) {
    let login = Zeroizing::new(format!("{id}:{secret}"));
    let mut registry = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
    for text in base64(login.as_bytes()) {
        if !registry.exact.contains(&text) {
            registry.exact.push(text);
        }
    }
}

/// `text` with `[secret]` in place of every known secret: plain, Base64 (either alphabet, padded or not, also as part
/// of a longer text such as a Basic header), percent-encoded, hexadecimal, and escaped as in JSON or Rust.
///
/// Secrets of fewer than four characters stay. UTF-16 is not text and is not searched for here.
pub fn redact(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    {
        let registry = REGISTRY.read().unwrap_or_else(PoisonError::into_inner);
        let percent = memchr::memchr2(b'%', b'+', bytes).is_some();
        let escapes = memchr::memchr(b'\\', bytes).is_some();
        // No spelling is shorter than what it spells; and a long needle costs as much to prepare as to find.
        let fits = |spelling: &&Spelling| spelling.len() <= bytes.len();
        for value in registry.values.iter().filter(fits) {
            found.extend(memmem::find_iter(bytes, value.as_slice()).map(|at| at..at + value.len()));
            if percent {
                find_spelled(bytes, value, percent_decoded, &mut found);
            }
            if escapes {
                find_spelled(bytes, value, unescaped, &mut found);
            }
        }
        for exact in registry.exact.iter().filter(fits) {
            let padded = |at: usize| at..run_end(bytes, at + exact.len(), |b| b == b'=');
            found.extend(memmem::find_iter(bytes, exact.as_slice()).map(padded));
        }
        for core in registry.cores.iter().filter(fits) {
            found.extend(memmem::find_iter(bytes, core.as_slice()).map(|at| around(bytes, at, core.len())));
        }
    }
    if found.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(without(text, found)) }
}

/// All of `text` but the ranges, each of which becomes one `[secret]`, touching ones together: where one secret is
/// part of another, nothing of the longer one stays.
fn without(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for range in ranges {
        if range.start > end || end == 0 {
            // Ranges begin and end between characters, as secrets and encodings do.
            out.push_str(text.get(end..range.start).unwrap_or_default());
            out.push_str(REDACTED);
        }
        end = end.max(range.end);
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

/// The bytes that the front of a text stands for, and how long it is there.
struct Decoded {
    bytes: [u8; 4],
    count: usize,
    length: usize,
}

impl Decoded {
    fn byte(byte: u8, length: usize) -> Self {
        Decoded { bytes: [byte, 0, 0, 0], count: 1, length }
    }

    fn char(c: char, length: usize) -> Self {
        let mut bytes = [0; 4];
        let count = c.encode_utf8(&mut bytes).len();
        Decoded { bytes, count, length }
    }
}

fn find_spelled(text: &[u8], value: &[u8], decode: fn(&[u8]) -> Decoded, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while at < text.len() {
        match spelled_length(&text[at..], value, decode) {
            Some(length) => {
                found.push(at..at + length);
                at += length;
            }
            None => at += 1,
        }
    }
}

/// How much of the front of `text` spells `value`, if it does.
fn spelled_length(text: &[u8], value: &[u8], decode: fn(&[u8]) -> Decoded) -> Option<usize> {
    let (mut rest, mut length) = (value, 0);
    while !rest.is_empty() {
        if length >= text.len() {
            return None;
        }
        let decoded = decode(&text[length..]);
        // Forms write a blank as a plus.
        let blank = text[length] == b'+' && rest[0] == b' ';
        if !blank && !rest.starts_with(&decoded.bytes[..decoded.count]) {
            return None;
        }
        rest = &rest[decoded.count..];
        length += decoded.length;
    }
    Some(length)
}

fn percent_decoded(text: &[u8]) -> Decoded {
    if text[0] == b'%'
        && let Some(byte) = text.get(1..3).and_then(hex_number)
    {
        // Two hexadecimal digits are at most 255.
        return Decoded::byte(byte as u8, 3);
    }
    Decoded::byte(text[0], 1)
}

fn unescaped(text: &[u8]) -> Decoded {
    let simple = |byte| Decoded::byte(byte, 2);
    match text {
        [b'\\', b'n', ..] => simple(b'\n'),
        [b'\\', b'r', ..] => simple(b'\r'),
        [b'\\', b't', ..] => simple(b'\t'),
        [b'\\', b'b', ..] => simple(8),
        [b'\\', b'f', ..] => simple(12),
        [b'\\', b'0', ..] => simple(0),
        [b'\\', c @ (b'"' | b'\\' | b'/' | b'\''), ..] => simple(*c),
        [b'\\', b'u', b'{', ..] => rust_escape(text),
        [b'\\', b'u', ..] => json_escape(text),
        _ => Decoded::byte(text[0], 1),
    }
}

/// `\u{1f600}`
fn rust_escape(text: &[u8]) -> Decoded {
    let end = text.iter().take(10).position(|b| *b == b'}');
    let c = end.and_then(|end| hex_number(&text[3..end])).and_then(char::from_u32);
    match (c, end) {
        (Some(c), Some(end)) => Decoded::char(c, end + 1),
        _ => Decoded::byte(text[0], 1),
    }
}

/// `\u00e4`, or two of them for a character beyond U+FFFF.
fn json_escape(text: &[u8]) -> Decoded {
    let unit = |at: usize| match text.get(at..at + 6) {
        Some([b'\\', b'u', digits @ ..]) => hex_number(digits),
        _ => None,
    };
    match (unit(0), unit(6)) {
        (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
            let c = char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            Decoded::char(c.unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        (Some(unit), _) => Decoded::char(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
        (None, _) => Decoded::byte(text[0], 1),
    }
}

fn hex_number(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// The whole Base64 text around a piece of it.
fn around(text: &[u8], at: usize, length: usize) -> Range<usize> {
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=');
    let start = text[..at].iter().rposition(|b| !is_base64(*b)).map_or(0, |before| before + 1);
    start..run_end(text, at + length, is_base64)
}

fn run_end(text: &[u8], from: usize, within: fn(u8) -> bool) -> usize {
    text[from..].iter().position(|b| !within(*b)).map_or(text.len(), |length| from + length)
}
