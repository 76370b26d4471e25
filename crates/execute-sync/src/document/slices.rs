//! Long lists leave a document as slices: rows 1, 2, … of the form `{"DOCUMENT_ID": …, "<FIELD>": [items]}`.
//!
//! Cut from the raw text, in the document's own field order, so that items keep their bytes and the numbering is the same
//! every time the same document comes.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::value::RawValue;

/// True if `raw` is a list of more than `limit` items. Lists too short to hold that many are not even counted.
pub(super) fn is_longer_than(raw: &str, limit: usize) -> bool {
    // n items need at least n bytes and n - 1 commas besides the brackets.
    raw.starts_with('[') && raw.len() > limit.saturating_mul(2) && items(raw).len() > limit
}

/// The DATA of each row: first the document without its long lists, then their slices. `None` if one of those has a name
/// that another member has too: the document must then stay whole, since readers of JSON take one of the two.
///
/// `line` must be a JSON object that was parsed before; `id` is the raw DOCUMENT_ID.
pub(super) fn cut(line: &str, id: &str, chunk_size: usize) -> Option<Vec<String>> {
    let members = members(line, chunk_size);
    if has_namesake(&members) {
        return None;
    }
    let mut rest = String::with_capacity(line.len().min(1 << 16));
    let mut slices = Vec::new();
    for member in members {
        if member.is_long {
            for slice in items(member.value).chunks(chunk_size) {
                let joined = slice.iter().map(|item| item.get()).collect::<Vec<_>>().join(",");
                slices.push(format!("{{\"DOCUMENT_ID\":{id},{}:[{joined}]}}", member.raw_key));
            }
        } else {
            rest.push(if rest.is_empty() { '{' } else { ',' });
            rest.push_str(member.text);
        }
    }
    rest.push('}');
    slices.insert(0, rest);
    Some(slices)
}

/// A list that is to be sliced shares its name with another member.
fn has_namesake(members: &[Member<'_>]) -> bool {
    let names: HashSet<Cow<'_, str>> = members.iter().filter(|member| member.is_long).map(Member::name).collect();
    // Each finds itself; whatever more is found is a namesake.
    members.iter().filter(|member| names.contains(&member.name())).count() > names.len()
}

fn items(raw: &str) -> Vec<&RawValue> {
    // Raw text that was parsed once cannot fail now; were it to, the list would stay in the document.
    serde_json::from_str(raw).unwrap_or_default()
}

struct Member<'a> {
    /// `"KEY": value`, bytes as they came.
    text: &'a str,
    raw_key: &'a str,
    value: &'a str,
    is_long: bool,
}

impl<'a> Member<'a> {
    /// Its name as it is meant, not as it is written.
    fn name(&self) -> Cow<'a, str> {
        serde_json::from_str::<&str>(self.raw_key)
            .map(Cow::Borrowed)
            .or_else(|_| serde_json::from_str::<String>(self.raw_key).map(Cow::Owned))
            .unwrap_or(Cow::Borrowed(self.raw_key))
    }
}

/// The members of an object that is known to be valid JSON, cut at their commas.
fn members(line: &str, chunk_size: usize) -> Vec<Member<'_>> {
    let bytes = line.as_bytes();
    let mut out = Vec::new();
    let mut at = line.find('{').map_or(line.len(), |i| i + 1);
    while at < bytes.len() {
        let end = value_end(bytes, at);
        let text = line[at..end].trim();
        if !text.is_empty() {
            let key_end = string_end(text.as_bytes(), 0);
            let raw_key = &text[..key_end];
            let value = text[key_end..].trim_start().strip_prefix(':').unwrap_or("null").trim();
            out.push(Member { text, raw_key, value, is_long: is_longer_than(value, chunk_size) });
        }
        if bytes.get(end) != Some(&b',') {
            break;
        }
        at = end + 1;
    }
    out
}

/// Where the member that starts at `at` ends: the next comma or closing brace of its own level.
fn value_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// One past the closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut i = at + 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    bytes.len()
}
