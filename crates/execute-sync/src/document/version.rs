//! Is a `$VERSION` a whole number that its column holds?

use serde_json::value::RawValue;

/// Reads a JSON number as a whole number without passing through floating point: `3`, `3.0`, `30e-1` and `1e3` are whole.
pub(super) fn whole_number(raw: Option<&RawValue>, (min, max): (i64, i64)) -> Result<i64, String> {
    let raw = raw.ok_or("$VERSION is missing")?.get();
    if !raw.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return Err("$VERSION is not a number".to_owned());
    }
    let (mantissa, exponent) = raw.split_once(['e', 'E']).unwrap_or((raw, "0"));
    let negative = mantissa.starts_with('-');
    let (whole, fraction) =
        mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa.trim_start_matches('-'), ""));
    let digits = format!("{whole}{fraction}");
    let out_of_range = || format!("$VERSION is outside {min} to {max}, the range of its column");
    if digits.bytes().all(|b| b == b'0') {
        return Ok(0);
    }
    let significant = digits.trim_end_matches('0');
    let exponent: i64 = exponent.parse().map_err(|_| out_of_range())?;
    // Digits that stand before the decimal point once the exponent is applied.
    let before_point =
        i64::try_from(whole.len()).ok().and_then(|n| n.checked_add(exponent)).ok_or_else(out_of_range)?;
    let significant_len = i64::try_from(significant.len()).map_err(|_| out_of_range())?;
    if significant_len > before_point {
        return Err("$VERSION is not a whole number".to_owned());
    }
    let leading_zeros = digits.bytes().take_while(|&b| b == b'0').count();
    if before_point.saturating_sub(i64::try_from(leading_zeros).map_err(|_| out_of_range())?) > 19 {
        return Err(out_of_range());
    }
    let zeros = usize::try_from(before_point - significant_len).map_err(|_| out_of_range())?;
    let text = format!("{}{}{}", if negative { "-" } else { "" }, significant, "0".repeat(zeros));
    let value: i64 = text.parse().map_err(|_| out_of_range())?;
    if (min..=max).contains(&value) { Ok(value) } else { Err(out_of_range()) }
}
