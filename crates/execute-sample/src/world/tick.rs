//! Ticking: the world goes on, as planned.

use std::sync::PoisonError;

use super::World;
use super::lines::DocumentVersion;
use super::log::{Entry, Subject};
use crate::catalogue::{Key, Kind};
use crate::marks::mark;
use crate::moment::Moment;
use crate::plan::Plan;

/// What a tick changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The mark of the last change.
    pub mark: String,
    /// What a client gets who was up to date before the tick, in that order.
    pub changed: Vec<DocumentVersion>,
}

/// A stage of a document's life that begins.
struct Event {
    at: Moment,
    key: Key,
    stage: u8,
    deleted: bool,
}

impl World {
    /// Lets the world go on until an AFE was raised, another moved on in its life, and costs were posted: some
    /// twenty documents in most cases. The same ticks bring the same changes, whatever the time between them.
    pub fn tick(&self) -> Tick {
        let mut raised = self.inner.raised.lock().unwrap_or_else(PoisonError::into_inner);
        // Only a tick moves the world's time, so it stands still while the lock on `raised` is held.
        let (events, until) = next_events(&self.inner.plan, self.read().now, *raised);
        *raised += events.iter().filter(|event| event.key.kind == Kind::AfeChain && event.stage == 1).count() as u32;

        let mut added = Vec::with_capacity(events.len());
        let mut state = self.write();
        let before = state.log.last();
        for event in events {
            let subject = Subject::Planned(event.key);
            let newest = state.log.newest(subject);
            if newest.is_some_and(|newest| newest.deleted) {
                continue;
            }
            let entry = Entry {
                // What was changed by hand may have used up some of the time.
                at: event.at.max(before.plus(1)),
                subject,
                version: newest.map_or(u32::from(event.stage), |newest| newest.version + 1),
                stage: event.stage,
                deleted: event.deleted,
                by_hand: false,
            };
            state.log.add(entry);
            added.push(entry);
        }
        state.now = until;
        added.retain(|entry| state.log.is_told(entry));
        let mark = mark(state.log.last());
        drop(state);
        Tick { mark, changed: added.iter().map(|entry| self.document_version(entry)).collect() }
    }
}

/// What happens after `now` up to the first time at which enough has happened, and that time. `raised` chains were
/// raised before.
fn next_events(plan: &Plan, now: Moment, raised: u32) -> (Vec<Event>, Moment) {
    // Looking through the plan costs the same for any stretch of time, so one that is long enough is tried soon.
    let mut chains = 8;
    loop {
        let mut events = events(plan, now, plan.raised(raised + chains));
        if let Some(until) = eventful(&events) {
            events.retain(|event| event.at <= until);
            return (events, until);
        }
        chains *= 4;
    }
}

/// What begins after `now` and not later than `until`, in the order of time.
fn events(plan: &Plan, now: Moment, until: Moment) -> Vec<Event> {
    let mut events = Vec::new();
    plan.for_each(until, |key, life| {
        for stage in life.stage(now) + 1..=life.stage(until) {
            events.push(Event { at: life.at(stage), key, stage, deleted: life.is_deletion(stage) });
        }
    });
    events.sort_unstable_by_key(|event| (event.at, event.key, event.stage));
    events
}

/// When enough has happened.
fn eventful(events: &[Event]) -> Option<Moment> {
    let first = |what: fn(&Event) -> bool| events.iter().find(|event| what(event)).map(|event| event.at);
    let raised = first(|event| event.key.kind == Kind::AfeChain && event.stage == 1)?;
    let moved_on = first(|event| event.key.kind == Kind::Afe && event.stage > 1)?;
    let posted = first(|event| event.key.kind == Kind::Cost && event.stage == 1)?;
    Some(raised.max(moved_on).max(posted))
}
