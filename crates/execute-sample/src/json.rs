//! Writing JSON straight into bytes, so that numbers are the text we choose and never pass through floating point.

use crate::ids::Id;
use crate::moment::Moment;

/// Appends to `out`; the caller opens and closes the outermost object with [`Json::object`].
pub(crate) struct Json<'a> {
    out: &'a mut Vec<u8>,
}

impl Json<'_> {
    /// Writes one object.
    pub(crate) fn object(out: &mut Vec<u8>, fields: impl FnOnce(&mut Json<'_>)) {
        out.push(b'{');
        fields(&mut Json { out });
        out.push(b'}');
    }

    pub(crate) fn null(&mut self, key: &str) {
        self.key(key);
        self.out.extend_from_slice(b"null");
    }

    /// `write` when there is a value, `null` when not.
    pub(crate) fn or_null<T>(&mut self, key: &str, value: Option<T>, write: impl FnOnce(&mut Self, &str, T)) {
        match value {
            Some(value) => write(self, key, value),
            None => self.null(key),
        }
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quoted(value);
    }

    pub(crate) fn boolean(&mut self, key: &str, value: bool) {
        self.key(key);
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(crate) fn integer(&mut self, key: &str, value: i64) {
        self.key(key);
        self.number(value, 0);
    }

    /// `units` of the last of `places` decimals: `(12500, 4)` is `1.2500`.
    pub(crate) fn decimal(&mut self, key: &str, units: i64, places: usize) {
        self.key(key);
        self.number(units, places);
    }

    pub(crate) fn money(&mut self, key: &str, cents: i64) {
        self.decimal(key, cents, 2);
    }

    pub(crate) fn id(&mut self, key: &str, id: Id) {
        self.key(key);
        self.out.push(b'"');
        id.write(self.out);
        self.out.push(b'"');
    }

    /// A reference to a document.
    pub(crate) fn reference(&mut self, key: &str, id: Id) {
        self.record(key, |record| record.id("DOCUMENT_ID", id));
    }

    /// An instant in UTC.
    pub(crate) fn instant(&mut self, key: &str, at: Moment) {
        self.time(key, at, |at, out| {
            at.write_millis(out);
            out.push(b'Z');
        });
    }

    /// An instant with the head office's offset.
    pub(crate) fn office(&mut self, key: &str, at: Moment) {
        self.time(key, at, Moment::write_office);
    }

    /// A wall-clock time without a zone.
    pub(crate) fn wall(&mut self, key: &str, at: Moment) {
        self.time(key, at, Moment::write_wall);
    }

    /// A day.
    pub(crate) fn day(&mut self, key: &str, at: Moment) {
        self.time(key, at, Moment::write_day);
    }

    pub(crate) fn record(&mut self, key: &str, fields: impl FnOnce(&mut Json<'_>)) {
        self.key(key);
        Json::object(self.out, fields);
    }

    /// A list of objects, one for each item.
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut fields: impl FnMut(&mut Json<'_>, T),
    ) {
        self.key(key);
        self.out.push(b'[');
        for item in items {
            self.separate();
            Json::object(self.out, |json| fields(json, item));
        }
        self.out.push(b']');
    }

    /// The fields of an object as they are: `"A":1,"B":2`, or nothing.
    pub(crate) fn raw_fields(&mut self, fields: &str) {
        if !fields.is_empty() {
            self.separate();
            self.out.extend_from_slice(fields.as_bytes());
        }
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.quoted(key);
        self.out.push(b':');
    }

    /// A comma, unless an object or a list was just opened. (A text ends with its quote, so no text misleads this.)
    fn separate(&mut self) {
        if !matches!(self.out.last(), None | Some(b'{' | b'[')) {
            self.out.push(b',');
        }
    }

    fn time(&mut self, key: &str, at: Moment, write: impl FnOnce(Moment, &mut Vec<u8>)) {
        self.key(key);
        self.out.push(b'"');
        write(at, self.out);
        self.out.push(b'"');
    }

    fn quoted(&mut self, text: &str) {
        self.out.push(b'"');
        let mut rest = text.as_bytes();
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
            self.out.extend_from_slice(&rest[..at]);
            match rest[at] {
                b'\n' => self.out.extend_from_slice(b"\\n"),
                b'\t' => self.out.extend_from_slice(b"\\t"),
                byte @ (b'"' | b'\\') => self.out.extend_from_slice(&[b'\\', byte]),
                byte => self.out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            }
            rest = &rest[at + 1..];
        }
        self.out.extend_from_slice(rest);
        self.out.push(b'"');
    }

    fn number(&mut self, units: i64, places: usize) {
        // 19 digits of an i64, or 20 with a leading zero before the point.
        let mut digits = [b'0'; 24];
        let (mut left, mut at) = (units.unsigned_abs(), digits.len());
        while left > 0 {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
        }
        let point = digits.len() - places;
        let start = at.min(point - 1);
        if units < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(&digits[start..point]);
        if places > 0 {
            self.out.push(b'.');
            self.out.extend_from_slice(&digits[point..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fields: impl FnOnce(&mut Json<'_>)) -> String {
        let mut out = Vec::new();
        Json::object(&mut out, fields);
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn numbers_keep_their_zeros_and_all_their_digits() {
        let json = written(|json| {
            json.decimal("A", 12_500, 4);
            json.decimal("B", -5, 2);
            json.integer("C", i64::MAX);
            json.integer("D", 0);
            json.decimal("E", i64::MIN, 4);
            json.money("F", 125_000_000);
        });
        assert_eq!(
            json,
            r#"{"A":1.2500,"B":-0.05,"C":9223372036854775807,"D":0,"E":-922337203685477.5808,"F":1250000.00}"#
        );
    }

    #[test]
    fn texts_are_escaped_and_nesting_is_separated() {
        let json = written(|json| {
            json.text(r#"Partner's "Share""#, "a\\b\n\u{1}\u{2028}{");
            json.list("L", [1, 2], |item, n| item.integer("N", n));
            json.list("EMPTY", [0; 0], |item, n| item.integer("N", n));
            json.or_null("NONE", None::<i64>, Json::integer);
            json.raw_fields(r#""X":{}"#);
            json.raw_fields("");
        });
        assert_eq!(
            json,
            "{\"Partner's \\\"Share\\\"\":\"a\\\\b\\n\\u0001\u{2028}{\",\"L\":[{\"N\":1},{\"N\":2}],\"EMPTY\":[],\"NONE\":null,\"X\":{}}"
        );
    }
}
