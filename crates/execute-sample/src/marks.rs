//! High-water marks: what a client hands back to get what came after.
//!
//! A mark is the time of a change, as text. Clients must not know that; here it means that marks sort as texts in
//! the order of the changes, so that a mark is found without being parsed.

use crate::moment::Moment;

/// The mark before the first document.
pub const BEGINNING: &str = "1900-01-01";

/// The mark of all documents that were changed at `at`.
pub(crate) fn mark(at: Moment) -> String {
    let mut out = Vec::with_capacity(29);
    at.write_millis(&mut out);
    out.extend_from_slice(b"+00:00");
    String::from_utf8(out).expect("times are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::DAY;

    #[test]
    fn marks_look_like_times_and_sort_like_them() {
        let at = Moment::midnight(2025, 3, 14).plus_hours(16).plus(20 * 60_000 + 11_500);
        assert_eq!(mark(at), "2025-03-14T16:20:11.500+00:00");
        assert!(mark(at) < mark(at.plus(1)) && mark(at.plus(1)) < mark(at.plus(300 * DAY)));
        assert!(BEGINNING < mark(Moment::midnight(1970, 1, 1)).as_str());
    }
}
