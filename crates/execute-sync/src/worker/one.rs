//! One profile in the worker: what is planned, what has happened, what runs, and what of it a person should hear.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use super::meter::Meter;
use super::{Options, Pause, Planned, ProfileStatus, Tell, What};
use crate::engine::end_record;
use crate::error::{Kind, Next as AfterError};
use crate::history::{RunError, RunRecord, utc};
use crate::schedule::{self, Began, End, Every, Next, Now, Past, Schedule};
use crate::status::{self, Gone, Live, Status};
use crate::sync::{Finished, Task};

/// Of a profile's history so many runs are kept: the last ones, for sentences.
const KEPT_RUNS: usize = 20;

/// "Nothing synced" is no news before the machine has been awake for so long: a run is about to begin.
const AWAKE_FIRST: Duration = Duration::from_secs(30 * 60);

/// A run under way.
pub(super) struct Running {
    pub(super) task: Task,
    pub(super) cancel: CancellationToken,
    pub(super) meter: Arc<Meter>,
    pub(super) abort: AbortHandle,
    pub(super) began: Began,
    pub(super) since: Now,
}

/// A pause ends on whichever clock says so first: the wall clock may have been set back by years.
struct Paused {
    pause: Pause,
    ends: Option<Duration>,
}

/// One profile.
pub(super) struct One {
    pub(super) id: String,
    pub(super) schedule: Schedule,
    pub(super) past: Past,
    pub(super) revision: u64,
    planned_pause: Option<Pause>,
    paused: Option<Paused>,
    runs: Vec<RunRecord>,
    /// A person asked for it.
    pub(super) asked: Option<Task>,
    /// A full refresh that a person asked for and that did not come to storing anything.
    owed: Option<Task>,
    pub(super) running: Option<Running>,
    /// Forgotten as soon as its run has ended.
    pub(super) is_leaving: bool,
    /// Another program holds the destination, as far as is known.
    pub(super) is_elsewhere: bool,
    /// The database is not there, as far as is known.
    pub(super) gone: Option<Gone>,
    error: Option<RunError>,
    /// The settings have changed since the newest run: what its record says went wrong may be mended.
    is_forgiven: bool,
    told_failing: Option<What>,
    told_nothing: bool,
    /// Time without a good run, sleep included, and how much of it since the last wake.
    without: Duration,
    awake: Duration,
}

impl One {
    pub(super) fn new(planned: Planned, app_started: bool, now: &Now) -> One {
        let past = Past::new(&planned.schedule, &planned.runs, app_started, now);
        let good = planned.runs.iter().find(|run| run.is_good()).and_then(|run| run.finished.as_deref());
        let since = good.and_then(|at| at.parse().ok()).map(|at| now.wall.duration_since(at)).unwrap_or_default();
        let mut one = One {
            id: planned.id,
            schedule: planned.schedule,
            past,
            revision: planned.revision,
            planned_pause: None,
            paused: None,
            runs: planned.runs.into_iter().filter(has_ended).collect(),
            asked: None,
            owed: None,
            running: None,
            is_leaving: false,
            is_elsewhere: planned.is_elsewhere,
            gone: planned.gone,
            error: None,
            is_forgiven: false,
            told_failing: None,
            told_nothing: false,
            without: Duration::try_from(since).unwrap_or_default(),
            awake: Duration::ZERO,
        };
        one.set_planned_pause(planned.paused, now);
        one
    }

    /// Time has passed: `ran` awake, `slept` asleep or jumped over. Gives whether a pause ended.
    pub(super) fn look(&mut self, now: &Now, ran: Duration, slept: Option<Duration>) -> bool {
        self.past.look(&self.schedule, now);
        self.without = self.without.saturating_add(ran).saturating_add(slept.unwrap_or_default());
        self.awake = self.awake.saturating_add(ran);
        if slept.is_some() {
            self.past.wake();
            self.awake = Duration::ZERO;
        }
        let is_over = |paused: &Paused| {
            paused.pause.until.is_some_and(|until| now.wall >= until)
                || paused.ends.is_some_and(|ends| now.monotonic >= ends)
        };
        self.paused.take_if(|paused| is_over(paused)).is_some()
    }

    /// What the profile's settings say; the same as before leaves alone what was ordered since.
    /// Gives whether they say something new.
    pub(super) fn set_planned_pause(&mut self, pause: Option<Pause>, now: &Now) -> bool {
        let is_new = self.planned_pause != pause;
        if is_new {
            self.planned_pause = pause;
            self.set_pause(pause, now);
        }
        is_new
    }

    pub(super) fn set_pause(&mut self, pause: Option<Pause>, now: &Now) {
        // One that was over before we came is none.
        let pause = pause.filter(|pause| pause.until.is_none_or(|until| until > now.wall));
        self.paused = pause.map(|pause| {
            let left = pause.until.map(|until| Duration::try_from(until.duration_since(now.wall)).unwrap_or_default());
            Paused { pause, ends: left.map(|left| now.monotonic.saturating_add(left)) }
        });
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// The next run by itself; none while one runs.
    pub(super) fn next(&self, now: &Now) -> Option<Next> {
        if self.is_leaving || self.is_paused() || self.running.is_some() {
            return None;
        }
        schedule::next(&self.schedule, &self.past, now)
    }

    /// It should run now.
    pub(super) fn wants(&self, now: &Now) -> bool {
        let asked = self.asked.is_some() && self.running.is_none() && !self.is_leaving;
        asked || self.next(now).is_some_and(|next| next.wait.is_zero())
    }

    /// What the run that begins now is to do.
    pub(super) fn take_task(&mut self, now: &Now) -> Task {
        let due = self.next(now).is_some_and(|next| next.wait.is_zero() && next.full_refresh);
        let scheduled = if due { Task::FullRefresh { allow_removals: false } } else { Task::Push };
        [self.asked.take(), self.owed, Some(scheduled)].into_iter().flatten().reduce(more).unwrap_or(Task::Push)
    }

    /// How long until the worker has to do something about it.
    pub(super) fn wait(&self, now: &Now) -> Option<Duration> {
        let pause = self.paused.as_ref().and_then(|paused| paused.ends).map(|ends| ends.saturating_sub(now.monotonic));
        pause.or(self.next(now).map(|next| next.wait))
    }

    /// The run ended.
    pub(super) fn end(&mut self, running: &Running, finished: &Finished, now: &Now, jitter: f64) {
        let is_full = matches!(running.task, Task::FullRefresh { .. });
        let stored = finished.summary.pages > 0;
        let kind = finished.result.as_ref().err().map(|error| error.kind());
        let end = kind.map_or(End::Done, |kind| End::Failed { kind, stored });
        self.past.end(running.began, is_full, end, now, jitter);
        self.is_elsewhere = kind == Some(Kind::AlreadyRunning);
        if stored || kind.is_none() {
            self.gone = None;
        }
        let goes_on = kind.is_some_and(|kind| match kind.next() {
            AfterError::BackOff | AfterError::Stop => true,
            AfterError::NextTick => kind == Kind::AlreadyRunning,
            AfterError::BackOffSlowly => false,
        });
        self.owed = (is_full && !stored && goes_on).then_some(running.task);
        match &finished.result {
            Ok(()) => {
                (self.error, self.is_forgiven) = (None, false);
                (self.without, self.told_nothing) = (Duration::ZERO, false);
            }
            Err(error) if error.kind().next() == AfterError::NextTick => {}
            Err(error) => (self.error, self.is_forgiven) = (Some(error.into()), false),
        }
        // The other program's run is in its own record.
        if !self.is_elsewhere {
            let mut record = RunRecord { started: utc(running.since.wall), ..RunRecord::default() };
            record.full_refresh = is_full;
            end_record(&mut record, finished, utc(now.wall), now.monotonic.saturating_sub(running.since.monotonic));
            self.remember(record);
        }
    }

    /// The history as it is now: another program may have run the profile meanwhile, and that counts as much. What our own
    /// run left there says more than we remember of it, unless nothing of it could be written.
    pub(super) fn take_in(&mut self, mut runs: Vec<RunRecord>, now: &Now) {
        runs.retain(has_ended);
        let began = |runs: &[RunRecord]| runs.first().map(|run| run.started.clone());
        let ended = |runs: &[RunRecord]| runs.first().and_then(|run| run.finished.clone());
        let has_newer = ended(&runs) > ended(&self.runs);
        if self.running.is_some() || (began(&runs) < began(&self.runs) && !has_newer) {
            return;
        }
        self.runs = runs;
        self.is_forgiven &= !has_newer;
        if has_newer && self.runs.first().is_some_and(RunRecord::is_good) {
            (self.error, self.without) = (None, Duration::ZERO);
            self.past.ran_elsewhere(now);
        }
    }

    /// Keeps the newest runs, and of older ones the last good one.
    fn remember(&mut self, record: RunRecord) {
        self.runs.insert(0, record);
        while self.runs.len() > KEPT_RUNS {
            let last = self.runs.len() - 1;
            let is_only_good = self.runs[last].is_good() && !self.runs[..last].iter().any(RunRecord::is_good);
            self.runs.remove(if is_only_good { last - 1 } else { last });
        }
    }

    /// The profile has changed: what failed is tried now.
    pub(super) fn forgive(&mut self) {
        if self.past.failure().is_some() {
            self.past.forgive();
            if self.schedule.every != Every::Manual && !self.is_paused() {
                self.asked = self.asked.or(Some(Task::Push));
            }
        }
        (self.error, self.is_forgiven) = (None, true);
    }

    /// What is wrong by what ran here or, where nothing did, by the history: a restart, or a run of another program.
    fn error(&self) -> Option<RunError> {
        let of_history = || status::failing(&self.runs).map(|(_, _, error)| error).filter(|_| !self.is_forgiven);
        self.error.clone().or_else(of_history)
    }

    /// A person stopped it before it began.
    pub(super) fn skip(&mut self, now: &Now) {
        self.asked = None;
        let full = self.next(now).is_some_and(|next| next.full_refresh);
        let began = self.past.begin(now);
        self.past.end(began, full, End::Failed { kind: Kind::Cancelled, stored: false }, now, 1.0);
    }

    pub(super) fn status(&self, is_queued: bool, now: &Now) -> ProfileStatus {
        let progress = self.running.as_ref().map(|running| {
            let mut progress = running.meter.read(now.monotonic);
            progress.is_stopping = running.cancel.is_cancelled();
            progress
        });
        let next = self.next(now);
        // To the second, so that it does not change with every look.
        let next_at = next.and_then(|next| now.wall.checked_add(next.wait).ok());
        let next_at = next_at.and_then(|at| jiff::Timestamp::from_second(at.as_second()).ok());
        ProfileStatus {
            id: self.id.clone(),
            status: self.judged(progress.as_ref().map(super::Progress::sentence), is_queued, next, now),
            progress,
            next_at,
            next_is_full_refresh: next.is_some_and(|next| next.full_refresh),
            paused: self.paused.as_ref().map(|paused| paused.pause),
            is_elsewhere: self.is_elsewhere,
            error: self.error(),
            open_quarantine: self.runs.iter().find(|run| run.has_counted()).map_or(0, |run| run.open_quarantine),
            last_good: self.runs.iter().find(|run| run.is_good()).and_then(|run| run.finished.clone()),
        }
    }

    fn judged(&self, running: Option<String>, is_queued: bool, next: Option<Next>, now: &Now) -> Status {
        let failing = self.past.failure().zip(self.error.clone());
        let live = Live {
            paused: self.paused.as_ref().map(|paused| paused.pause.until),
            running,
            is_queued,
            is_elsewhere: self.is_elsewhere,
            gone: self.gone.clone(),
            failing: failing.map(|(failure, error)| (failure.in_a_row, failure.kind, error)),
            next: next.map(|next| next.wait),
            expected: None,
        };
        status::of_profile(&self.runs, &live, now.wall, &now.zone)
    }

    /// What a person should hear of now that was not told before.
    pub(super) fn tell(&mut self, options: &Options, now: &Now) -> Option<Tell> {
        if self.running.is_some() || self.is_leaving {
            return None;
        }
        let worth = self.past.failure().and_then(|failure| match failure.then {
            AfterError::Stop => Some(What::NeedsYou),
            AfterError::BackOff | AfterError::BackOffSlowly => (failure.in_a_row > 1).then_some(What::Failing),
            AfterError::NextTick => None,
        });
        let tell = |one: &One, what| {
            let sentence = one.judged(None, false, one.next(now), now).sentence;
            Some(Tell { id: one.id.clone(), what, sentence })
        };
        match (worth, self.told_failing) {
            // What only a person can mend is told also when it was something else before.
            (Some(what), None) | (Some(what @ What::NeedsYou), Some(What::Failing)) => {
                self.told_failing = Some(what);
                return tell(self, what);
            }
            // A profile that was changed has not recovered before it has run.
            (None, Some(_)) if self.error.is_none() && self.without.is_zero() => {
                self.told_failing = None;
                return tell(self, What::Recovered);
            }
            _ => {}
        }
        let limit = options.limits.nothing_synced_for?.max(self.schedule.longest_gap()?);
        if self.told_nothing || self.is_paused() || self.without < limit || self.awake < AWAKE_FIRST {
            return None;
        }
        self.told_nothing = true;
        let hours = self.without.as_secs() / 3600;
        let sentence = format!("Nothing synced for {hours} h · {}", tell(self, What::NothingSynced)?.sentence);
        Some(Tell { id: self.id.clone(), what: What::NothingSynced, sentence })
    }
}

/// Not the run that goes on: whether one does, the lock tells.
fn has_ended(run: &RunRecord) -> bool {
    run.outcome.is_some()
}

/// The one of two tasks that does more.
pub(super) fn more(a: Task, b: Task) -> Task {
    match (a, b) {
        (Task::Push, b) => b,
        (a, Task::Push) => a,
        (Task::FullRefresh { allow_removals: a }, Task::FullRefresh { allow_removals: b }) => {
            Task::FullRefresh { allow_removals: a || b }
        }
    }
}
