//! The sentence while a run goes on that the history tells of, so in another program than the one that asks.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Expected, Live, State, Status, ago, failing, in_quarantine, last_good, last_telling, missing, so_far, status,
};
use crate::history::{Outcome, RunRecord};
use crate::progress::{doing, so_many};

/// Of `run`, after those `before` it. What they brought is the past; what was wrong is so until this one has ended well.
pub(super) fn under_way(run: &RunRecord, before: &[RunRecord], live: &Live, now: Timestamp) -> Status {
    // While one goes on none is late; unless it goes on for longer than one may be away.
    let lasts = run.started.parse::<Timestamp>().map(|at| now.duration_since(at)).unwrap_or_default();
    let is_long = |expected: &Expected| Duration::try_from(lasts).is_ok_and(|lasts| lasts > expected.within);
    let overdue = live.expected.as_ref().filter(|expected| is_long(expected));
    let expected = live.expected.clone().filter(|_| failing(before).is_some() || overdue.is_some());
    let known = so_far(before, &Live { expected, ..live.clone() }, now);
    let sentence = format!("{} · {}", doing(run.full_refresh, run.documents), last_good(before, now));
    let last = last_telling(before);
    let more = match known.state {
        State::Never => {
            let sentence = format!("Syncing for the first time{}", so_many(run.documents));
            // Nothing is wrong, but what is there is not everything.
            let begun = status(State::Syncing, format!("{sentence} · since {}", ago(&run.started, now)));
            return Status { exit_code: 1, ..begun };
        }
        State::Late if overdue.is_some() => {
            let how_often = overdue.map(|expected| format!(", expected {}", expected.how_often));
            return status(State::Late, sentence + &how_often.unwrap_or_default());
        }
        State::UpToDate | State::Late | State::Syncing | State::Paused => return status(State::Syncing, sentence),
        State::Stopped => None,
        State::Quarantine => last.map(in_quarantine),
        State::Missing => live.gone.as_ref().map(|gone| format!(" · {}", missing(gone))),
        State::Offline | State::NeedsYou | State::Retrying | State::Failed => last.map(went_wrong),
    };
    Status { sentence: sentence + &more.unwrap_or_default(), ..known }
}

fn went_wrong(run: &RunRecord) -> String {
    match &run.error {
        _ if run.outcome == Some(Outcome::Interrupted) => " · the run before was killed".to_owned(),
        Some(error) => format!(" · the run before failed: {}", error.message),
        None => " · the run before failed".to_owned(),
    }
}
