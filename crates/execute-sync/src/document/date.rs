//! Is a `$DATE` an ISO 8601 date or date and time, with or without zone? The text itself is stored, never a reformatting.

use jiff::fmt::temporal::Pieces;

/// True for `2025-03-14`, `2025-03-14T16:20:11Z`, `2025-03-14 16:20:11.123-07:00` and their like.
pub(super) fn is_iso_8601(text: &str) -> bool {
    // Annotations such as `[Europe/Paris]` belong to a later standard (RFC 9557), which databases do not read.
    !text.contains('[') && Pieces::parse(text).is_ok()
}
