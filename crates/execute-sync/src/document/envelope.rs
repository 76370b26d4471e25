//! Reads the six envelope keys of a document in one borrowed pass over its text.
//!
//! Every other value is skipped as raw text: its bytes are checked to be JSON, never converted. Numbers therefore cannot
//! change, and a number of 400 digits costs no more than its digits.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::version::whole_number;
use super::{Body, Defect, Document, DocumentLimits, Key, date, slices};

/// serde_json stops at this depth too, where it recurses; here it is a rule of its own because skipping does not recurse.
const MAX_DEPTH: usize = 127;

/// Parses `block[range]`, one line without its end, as a document.
///
/// # Errors
/// A [`Defect`] names the first rule the line breaks: it is not a JSON object, is nested 128 deep or more, has an envelope
/// key twice, or an envelope value of the wrong kind (the rules stand in README under "What counts as a document").
pub fn parse(block: &str, range: std::ops::Range<usize>, limits: &DocumentLimits) -> Result<Document, Defect> {
    let line = &block[range.clone()];
    if depth_exceeds(line.as_bytes(), MAX_DEPTH) {
        return Err(Defect::unreadable(format!("it is nested deeper than {MAX_DEPTH} levels")));
    }
    let mut envelope = Envelope { longest_inline_list: limits.chunk_size, ..Envelope::default() };
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let outcome = (&mut envelope).deserialize(&mut deserializer);
    // Text behind the object may be another document, whose newline is missing.
    let goes_on = outcome.is_ok();
    if let Err(error) = outcome.and_then(|()| deserializer.end()) {
        // What broke off before its first key tells nothing about whose it is.
        let is_foreign = envelope.members > 0 && envelope.has_no_key();
        envelope.holds_several = goes_on || may_hold_several(line);
        return Err(envelope.defect(limits, not_json(&error, line), is_foreign));
    }
    envelope.into_document(line, range, limits)
}

/// A defect of a line of which only `head`, its beginning, was kept: with the identity as far as it stands there whole,
/// valid and once. Where the text is cut nothing is guessed.
pub fn identified(reason: String, head: &[u8], limits: &DocumentLimits) -> Defect {
    let kept = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    // A number at the end may go on behind the cut. Every other value shows its own end.
    let text = kept.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E'));
    let mut envelope = Envelope { longest_inline_list: usize::MAX, ..Envelope::default() };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // It should break off as the text does, or end with it; what came before was taken. What a document holds may have a
    // DOCUMENT_ID or a $TYPE of its own; with both it may be the next document, behind a place where this one was cut.
    let one_so_far = match (&mut envelope).deserialize(&mut deserializer) {
        Ok(()) => kept.ends_with('}') && deserializer.end().is_ok(),
        Err(error) => error.is_eof(),
    };
    envelope.holds_several = !one_so_far || (occurs_again(text, "DOCUMENT_ID") && occurs_again(text, "$TYPE"));
    envelope.defect(limits, reason, false)
}

/// A line that is no JSON may be one document cut short and the next one behind it, or even inside it: nothing tells where
/// the one ends. So the names that every document has once may stand in it once, wherever that is. References have a
/// DOCUMENT_ID too, so more lines than necessary count as nobody's. That only asks a person to look; taking two documents
/// for one would lose the other without a trace.
fn may_hold_several(line: &str) -> bool {
    occurs_again(line, "DOCUMENT_ID") || occurs_again(line, "$TYPE")
}

fn occurs_again(text: &str, name: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), name).nth(1).is_some()
}

fn not_json(error: &serde_json::Error, line: &str) -> String {
    if !line.trim_start().starts_with('{') {
        return "it is not a JSON object".to_owned();
    }
    // serde_json's text ends in "at line 1 column N"; the line is always 1 here.
    let text = error.to_string();
    format!("it is not valid JSON ({})", text.replace(" at line 1 column ", " at byte "))
}

/// The deepest nesting of arrays and objects is more than `limit`. Only a line with that many openers is looked at closely.
fn depth_exceeds(line: &[u8], limit: usize) -> bool {
    if memchr::memchr2_iter(b'{', b'[', line).nth(limit).is_none() {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for &byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// The raw envelope values and the lists that are too long, as they are met.
#[derive(Default)]
struct Envelope<'a> {
    id: Option<&'a RawValue>,
    doc_type: Option<&'a RawValue>,
    version: Option<&'a RawValue>,
    author: Option<&'a RawValue>,
    date: Option<&'a RawValue>,
    deleted: Option<&'a RawValue>,
    repeated: Option<&'static str>,
    /// The text may be more than one document.
    holds_several: bool,
    members: usize,
    longest_inline_list: usize,
    has_long_list: bool,
}

impl<'a> Envelope<'a> {
    fn slot(&mut self, key: &str) -> Option<(&'static str, &mut Option<&'a RawValue>)> {
        Some(match key {
            "DOCUMENT_ID" => ("DOCUMENT_ID", &mut self.id),
            "$TYPE" => ("$TYPE", &mut self.doc_type),
            "$VERSION" => ("$VERSION", &mut self.version),
            "$AUTHOR_ID" => ("$AUTHOR_ID", &mut self.author),
            "$DATE" => ("$DATE", &mut self.date),
            "$DELETED" => ("$DELETED", &mut self.deleted),
            _ => return None,
        })
    }

    fn take(&mut self, key: &str, value: &'a RawValue) {
        self.members += 1;
        let mut repeated = None;
        if let Some((name, slot)) = self.slot(key) {
            if slot.replace(value).is_some() {
                repeated = Some(name);
            }
        } else if slices::is_longer_than(value.get(), self.longest_inline_list) {
            self.has_long_list = true;
        }
        self.repeated = self.repeated.or(repeated);
    }

    fn into_document(
        self,
        line: &str,
        range: std::ops::Range<usize>,
        limits: &DocumentLimits,
    ) -> Result<Document, Defect> {
        match self.read(limits) {
            Ok((key, author, date, deleted)) => {
                let slices = if self.has_long_list {
                    slices::cut(line, self.id.map_or("null", RawValue::get), limits.chunk_size)
                } else {
                    None
                };
                let body = slices.map_or(Body::Whole(range), Body::Sliced);
                Ok(Document { key, author, date, deleted, body })
            }
            Err(reason) => Err(self.defect(limits, reason, self.has_no_key())),
        }
    }

    #[allow(clippy::type_complexity, reason = "named at once by the caller")]
    fn read(&self, limits: &DocumentLimits) -> Result<(Key, Option<String>, String, bool), String> {
        if let Some(name) = self.repeated {
            return Err(format!("it has {name} twice"));
        }
        let id = key_text("DOCUMENT_ID", self.id, limits)?;
        let doc_type = key_text("$TYPE", self.doc_type, limits)?;
        let version = whole_number(self.version, limits.version)?;
        let author = match self.author.map(RawValue::get) {
            None | Some("null") => None,
            Some(raw) => {
                let text = string(raw).ok_or("$AUTHOR_ID is neither a string nor null")?;
                within("$AUTHOR_ID", &text, limits)?;
                Some(text.into_owned())
            }
        };
        let date = string(self.date.map_or("null", RawValue::get)).ok_or("$DATE is missing or not a string")?;
        if !date::is_iso_8601(&date) {
            return Err("$DATE is not an ISO 8601 date and time".to_owned());
        }
        let deleted = match self.deleted.map(RawValue::get) {
            None | Some("null" | "false") => false,
            Some("true") => true,
            Some(_) => return Err("$DELETED is neither true, false nor null".to_owned()),
        };
        Ok((Key { doc_type, id, version }, author, date.into_owned(), deleted))
    }

    fn has_no_key(&self) -> bool {
        [self.id, self.doc_type, self.version, self.author, self.date, self.deleted].iter().all(Option::is_none)
    }

    fn defect(&self, limits: &DocumentLimits, reason: String, foreign_object: bool) -> Defect {
        if self.repeated.is_some() || self.holds_several {
            // Of two names none is the right one.
            return Defect { foreign_object, ..Defect::unreadable(reason) };
        }
        Defect {
            reason,
            doc_type: key_text("$TYPE", self.doc_type, limits).ok(),
            id: key_text("DOCUMENT_ID", self.id, limits).ok(),
            version: whole_number(self.version, limits.version).ok(),
            foreign_object,
        }
    }
}

fn string(raw: &str) -> Option<Cow<'_, str>> {
    // `Cow<str>` alone would always be owned; only a string with an escape in it needs to be.
    serde_json::from_str::<&str>(raw)
        .map(Cow::Borrowed)
        .or_else(|_| serde_json::from_str::<String>(raw).map(Cow::Owned))
        .ok()
}

fn key_text(name: &'static str, raw: Option<&RawValue>, limits: &DocumentLimits) -> Result<String, String> {
    let raw = raw.ok_or_else(|| format!("{name} is missing"))?.get();
    if !raw.starts_with('"') {
        return Err(format!("{name} is not a string"));
    }
    let text = string(raw).ok_or_else(|| format!("{name} is not valid Unicode"))?;
    if text.is_empty() {
        return Err(format!("{name} is empty"));
    }
    within(name, &text, limits)?;
    Ok(text.into_owned())
}

fn within(name: &'static str, text: &str, limits: &DocumentLimits) -> Result<(), String> {
    match limits.key_chars {
        Some(max) if text.encode_utf16().count() > max => {
            Err(format!("{name} is longer than the {max} characters its column holds"))
        }
        _ => Ok(()),
    }
}

impl<'de> DeserializeSeed<'de> for &mut Envelope<'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Envelope<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(FieldName(key)) = map.next_key()? {
            let value: &'de RawValue = map.next_value()?;
            self.take(&key, value);
        }
        Ok(())
    }
}

/// A key, borrowed unless it holds an escape.
struct FieldName<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for FieldName<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = FieldName<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(FieldName(Cow::Borrowed(name)))
            }
            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(FieldName(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}
