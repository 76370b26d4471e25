//! What an order or the end of a run changes. Starting runs is the turn's part.

use super::handle::Input;
use super::one::{One, Running, more};
use super::turn::State;
use super::{Pause, Planned};
use crate::schedule::Now;
use crate::sync::{Finished, Task};

impl State {
    pub(super) fn take(&mut self, input: Input, now: &Now) {
        match input {
            Input::SetProfiles(profiles) => self.set_profiles(profiles, now),
            Input::Sync(id, task) => self.with(&id, |one| ask(one, task)),
            Input::SyncAll => self.each(|one| {
                if !one.is_paused() {
                    ask(one, Task::Push);
                }
            }),
            Input::Stop(id) => {
                let is_queued = self.queue.contains(&id);
                self.with(&id, |one| stop(one, is_queued, now));
            }
            Input::Pause(id, pause) => self.with(&id, |one| hold(one, pause, now)),
            Input::PauseAll(pause) => self.each(|one| hold(one, pause, now)),
            Input::Resume(id) => self.with(&id, |one| one.set_pause(None, now)),
            Input::ResumeAll => self.each(|one| one.set_pause(None, now)),
            Input::Limit(limits) => self.options.limits = limits,
            Input::Look => {}
            Input::Ended(id, finished) => self.ended(&id, &finished, now),
            Input::Quit(done) => {
                self.waiting_for_end.push(done);
                self.stop_all();
            }
            Input::Forsaken => self.stop_all(),
            Input::Abort => {
                self.stop_all();
                self.each(|one| {
                    if let Some(running) = one.running.take() {
                        running.abort.abort();
                    }
                });
            }
        }
    }

    fn with(&mut self, id: &str, change: impl FnOnce(&mut One)) {
        if let Some(one) = self.profiles.iter_mut().find(|one| one.id == id && !one.is_leaving) {
            change(one);
        }
    }

    fn each(&mut self, change: impl FnMut(&mut One)) {
        self.profiles.iter_mut().for_each(change);
    }

    fn stop_all(&mut self) {
        self.is_quitting = true;
        self.each(|one| {
            one.asked = None;
            cancel(one);
        });
    }

    fn set_profiles(&mut self, profiles: Vec<Planned>, now: &Now) {
        let mut known = std::mem::take(&mut self.profiles);
        for planned in profiles {
            // Two of one id would run twice.
            if self.profiles.iter().any(|one| one.id == planned.id) {
                continue;
            }
            match known.iter().position(|one| one.id == planned.id) {
                Some(place) => {
                    let mut one = known.remove(place);
                    change(&mut one, planned, now);
                    self.profiles.push(one);
                }
                None => self.profiles.push(One::new(planned, !self.has_begun, now)),
            }
        }
        self.has_begun = true;
        for mut one in known {
            if one.running.is_some() {
                one.is_leaving = true;
                cancel(&one);
                self.profiles.push(one);
            }
        }
    }

    fn ended(&mut self, id: &str, finished: &Finished, now: &Now) {
        let jitter = (self.options.jitter)();
        let Some(place) = self.profiles.iter().position(|one| one.id == id) else { return };
        let one = &mut self.profiles[place];
        let Some(running) = one.running.take() else { return };
        if one.is_leaving {
            self.profiles.remove(place);
        } else {
            one.end(&running, finished, now, jitter);
        }
    }
}

/// A profile that is there already.
fn change(one: &mut One, planned: Planned, now: &Now) {
    let has_changed = one.is_leaving || one.revision != planned.revision;
    if one.is_leaving {
        // Removed and put back: a new one, but for the run that has not ended yet.
        let running = one.running.take();
        *one = One::new(planned, false, now);
        one.running = running;
    } else {
        if one.schedule != planned.schedule {
            one.schedule = planned.schedule;
            one.past.look(&one.schedule, now);
        }
        one.revision = planned.revision;
        // A run that a person asked for in a pause goes on; a pause that is new stops what runs.
        let is_new_pause = one.set_planned_pause(planned.paused, now);
        one.take_in(planned.runs, now);
        (one.gone, one.is_elsewhere) = (planned.gone, planned.is_elsewhere);
        if is_new_pause && one.is_paused() {
            cancel(one);
        }
    }
    if has_changed {
        one.forgive();
        // The run under way is that of the profile as it was. One that a person asked for in a pause is begun anew too; one
        // that the pause has stopped is not.
        if let Some(Running { task, cancel, .. }) = &one.running {
            let (task, is_stopped) = (*task, cancel.is_cancelled());
            cancel.cancel();
            if !(one.is_paused() && is_stopped) {
                one.asked = Some(one.asked.map_or(task, |asked| more(asked, task)));
            }
        }
    }
}

fn ask(one: &mut One, task: Task) {
    let is_under_way = one
        .running
        .as_ref()
        .is_some_and(|running| !running.cancel.is_cancelled() && more(running.task, task) == running.task);
    if !is_under_way {
        one.asked = Some(one.asked.map_or(task, |asked| more(asked, task)));
    }
}

fn stop(one: &mut One, is_queued: bool, now: &Now) {
    one.asked = None;
    if one.running.is_some() {
        cancel(one);
    } else if is_queued {
        one.skip(now);
    }
}

fn hold(one: &mut One, pause: Pause, now: &Now) {
    one.set_pause(Some(pause), now);
    one.asked = None;
    cancel(one);
}

fn cancel(one: &One) {
    if let Some(running) = &one.running {
        running.cancel.cancel();
    }
}
