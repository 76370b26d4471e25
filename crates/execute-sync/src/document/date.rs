//! Is a `$DATE` an ISO 8601 date or date and time, with or without zone? The text itself is stored, never a reformatting.

use jiff::fmt::temporal::Pieces;

/// True for `2025-03-14`, `2025-03-14T16:20:11Z`, `2025-03-14 16:20:11.123-07:00` and their like.
pub(super) fn is_iso_8601(text: &str) -> bool {
    // Annotations such as `[Europe/Paris]` belong to a later standard (RFC 9557), which databases do not read.
    !text.contains('[')
        && (Pieces::parse(text).is_ok() || without_fraction(text).is_some_and(|text| Pieces::parse(&text).is_ok()))
}

/// The text without the fraction of its time. ISO 8601 lets it have any number of digits, and be one of a minute or an hour
/// as well; our parser knows nine digits, of a second. For the few texts that it has refused.
fn without_fraction(text: &str) -> Option<String> {
    let (before, behind) = text.split_once(['.', ','])?;
    let (_, time) = before.split_once(['T', 't', ' '])?;
    let zone = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    // Of the time and of nothing else, and at its end.
    let is_of_time =
        time.ends_with(|c: char| c.is_ascii_digit()) && time.chars().all(|c| c.is_ascii_digit() || c == ':');
    let is_at_end = zone.len() < behind.len() && (zone.is_empty() || zone.starts_with(['Z', 'z', '+', '-']));
    (is_of_time && is_at_end).then(|| format!("{before}{zone}"))
}
