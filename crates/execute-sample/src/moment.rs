//! Time in the world: instants, months, and the texts they are sent as.
//!
//! No clock is read here or anywhere in the world: its time moves only when it is told to tick.

pub(crate) const SECOND: i64 = 1000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
pub(crate) const WEEK: i64 = 7 * DAY;

/// The offset of the operator's head office (Calgary, standard time), for fields sent with an offset.
const OFFICE_OFFSET: i64 = -7 * HOUR;

/// An instant: milliseconds since 1970, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    pub(crate) const fn midnight(year: i64, month: i64, day: i64) -> Moment {
        Moment(days_from_civil(year, month, day) * DAY)
    }

    pub(crate) const fn plus(self, ms: i64) -> Moment {
        Moment(self.0 + ms)
    }

    pub(crate) const fn plus_hours(self, hours: i64) -> Moment {
        self.plus(hours * HOUR)
    }

    pub(crate) const fn plus_days(self, days: i64) -> Moment {
        self.plus(days * DAY)
    }

    pub(crate) fn month(self) -> Month {
        let (year, month, _) = civil_from_days(self.0.div_euclid(DAY));
        Month(year * 12 + month - 1)
    }

    pub(crate) fn year(self) -> i64 {
        self.month().0.div_euclid(12)
    }

    /// The same order of instants squeezed into working hours (08:00 to 18:00 in the office, Monday to Friday).
    /// Weeks are kept: what is before a Monday, midnight UTC, stays before it.
    pub(crate) fn in_working_hours(self) -> Moment {
        // 5 January 1970 was a Monday.
        let since_monday = self.0 - 4 * DAY;
        let monday = since_monday.div_euclid(WEEK) * WEEK + 4 * DAY;
        let into_week = since_monday.rem_euclid(WEEK) * 5 / 7;
        let (day, into_day) = (into_week / DAY, into_week % DAY);
        Moment(monday + day * DAY + 8 * HOUR - OFFICE_OFFSET + into_day * 10 / 24)
    }

    /// `2025-03-14`
    pub(crate) fn write_day(self, out: &mut Vec<u8>) {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        two_digits(out, year / 100);
        two_digits(out, year % 100);
        out.push(b'-');
        two_digits(out, month);
        out.push(b'-');
        two_digits(out, day);
    }

    /// `2025-03-14T16:20:11`, a wall clock without a zone.
    pub(crate) fn write_wall(self, out: &mut Vec<u8>) {
        self.write_day(out);
        let second = self.0.rem_euclid(DAY) / SECOND;
        out.push(b'T');
        two_digits(out, second / 3600);
        out.push(b':');
        two_digits(out, second / 60 % 60);
        out.push(b':');
        two_digits(out, second % 60);
    }

    /// `2025-03-14T16:20:11.500`, in UTC but without saying so: callers add the zone.
    pub(crate) fn write_millis(self, out: &mut Vec<u8>) {
        self.write_wall(out);
        let millis = self.0.rem_euclid(SECOND);
        out.push(b'.');
        out.push(b'0' + (millis / 100) as u8);
        two_digits(out, millis % 100);
    }

    /// `2025-03-14T09:20:11-07:00`, the office's time with its offset.
    pub(crate) fn write_office(self, out: &mut Vec<u8>) {
        self.plus(OFFICE_OFFSET).write_wall(out);
        out.extend_from_slice(b"-07:00");
    }
}

/// A calendar month, counted from the year 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Month(pub(crate) i64);

impl Month {
    pub(crate) fn plus(self, months: i64) -> Month {
        Month(self.0 + months)
    }

    pub(crate) fn start(self) -> Moment {
        Moment::midnight(self.0.div_euclid(12), self.0.rem_euclid(12) + 1, 1)
    }
}

fn two_digits(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(&[b'0' + (value / 10) as u8, b'0' + (value % 10) as u8]);
}

/// Days since 1970 of a date in the Gregorian calendar (Howard Hinnant's algorithm: years begin in March).
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(Moment, &mut Vec<u8>), at: Moment) -> String {
        let mut out = Vec::new();
        write(at, &mut out);
        String::from_utf8(out).expect("times are ASCII")
    }

    #[test]
    fn dates_are_right_over_four_centuries() {
        for days in (-60_000..90_000).step_by(7) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(civil_from_days(days_from_civil(2024, 2, 29) + 1), (2024, 3, 1));
        assert_eq!(days_from_civil(1970, 1, 1), 0);
    }

    #[test]
    fn times_are_written_in_iso_8601() {
        let at = Moment::midnight(2025, 3, 14).plus(16 * HOUR + 20 * MINUTE + 11 * SECOND + 500);
        assert_eq!(written(Moment::write_millis, at), "2025-03-14T16:20:11.500");
        assert_eq!(written(Moment::write_office, at), "2025-03-14T09:20:11-07:00");
        assert_eq!(written(Moment::write_day, at), "2025-03-14");
        assert_eq!(written(Moment::write_wall, at.month().start()), "2025-03-01T00:00:00");
    }

    #[test]
    fn working_hours_keep_the_order_and_the_week() {
        let monday = Moment::midnight(2025, 9, 29);
        let mut last = Moment(i64::MIN);
        for minutes in (-20_000..0).step_by(5) {
            let at = monday.plus(minutes * MINUTE).in_working_hours();
            assert!(at > last && at < monday);
            last = at;
        }
        assert!(monday.in_working_hours() > monday);
    }
}
