//! The ways a secret may be spelled outside: to look for leaks, and to redact them.

use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD, Engine};
use zeroize::Zeroizing;

/// Below this many characters a piece of Base64 proves nothing.
const SHORTEST_CORE: usize = 8;

/// A secret as bytes or text, wiped when dropped.
pub(super) type Spelling = Zeroizing<Vec<u8>>;

/// Every encoding in which a leak of `value` is searched for: plain, Base64 (both alphabets, with and without
/// padding), URL (both forms), hexadecimal, UTF-16 (both byte orders), escaped as in JSON (with and without non-ASCII),
/// and the part of a Basic header, or of any other Base64 text, that `value` decides wherever it stands in it.
///
/// For tests: the copies are not wiped.
pub fn encodings(value: &str) -> Vec<Vec<u8>> {
    let bytes = value.as_bytes();
    let mut all: Vec<Vec<u8>> = vec![
        bytes.to_vec(),
        BASE64_STANDARD.encode(bytes).into(),
        BASE64_STANDARD_NO_PAD.encode(bytes).into(),
        BASE64_URL_SAFE.encode(bytes).into(),
        BASE64_URL_SAFE_NO_PAD.encode(bytes).into(),
        percent(value, "%20").into(),
        percent(value, "+").into(),
        hex(bytes, false).to_vec(),
        hex(bytes, true).to_vec(),
        value.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        value.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        json(value, false).into(),
        json(value, true).into(),
    ];
    all.extend(base64_cores(bytes).iter().map(|core| core.to_vec()));
    all.sort();
    all.dedup();
    all
}

/// What Base64 makes of `value`, both alphabets, without padding.
pub(super) fn base64(value: &[u8]) -> [Spelling; 2] {
    [BASE64_STANDARD_NO_PAD.encode(value), BASE64_URL_SAFE_NO_PAD.encode(value)].map(|t| Zeroizing::new(t.into()))
}

/// The characters of a Base64 text that `value` alone decides, wherever it stands in what is encoded: three bytes make
/// four characters, so there are three ways to stand. Nothing for a value too short to be recognised.
pub(super) fn base64_cores(value: &[u8]) -> Vec<Spelling> {
    let mut cores = Vec::new();
    for (before, shared) in [(0, 0), (1, 2), (2, 3)] {
        let mut text = Zeroizing::new(vec![0; before]);
        text.extend_from_slice(value);
        let whole = text.len() * 8 / 6;
        for encoded in base64(&text) {
            if let Some(core) = encoded.get(shared..whole).filter(|core| core.len() >= SHORTEST_CORE) {
                cores.push(Zeroizing::new(core.to_vec()));
            }
        }
    }
    cores
}

/// Hexadecimal digits.
pub(super) fn hex(value: &[u8], upper: bool) -> Spelling {
    let digits = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let pairs = value.iter().flat_map(|b| [digits[usize::from(b >> 4)], digits[usize::from(b & 15)]]);
    Zeroizing::new(pairs.collect())
}

fn percent(value: &str, blank: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        match byte {
            b' ' => out.push_str(blank),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn json(value: &str, ascii: bool) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    let inner = &quoted[1..quoted.len() - 1];
    if !ascii {
        return inner.to_owned();
    }
    let mut out = String::new();
    for c in inner.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}
