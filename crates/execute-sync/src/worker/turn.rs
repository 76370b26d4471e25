//! The worker's task: wait for an order, the end of a run, or the time; read the clocks; start what is due; say how it is.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use super::handle::{Inbox, Input};
use super::meter::{Meter, News};
use super::one::{One, Running};
use super::{Clock, Options, ProfileStatus, Runner, Told};
use crate::engine::Order;
use crate::error::{Error, Kind};
use crate::progress::RunSummary;
use crate::schedule::{Jump, Now, Watch};
use crate::sync::{Finished, Task, ViewDuty};

/// While runs tell of themselves, states are published no more often than this, since a window draws each ...
const PUBLISH_EVERY: Duration = Duration::from_millis(500);
/// While nothing happens, this often, for the minutes in sentences ...
const PUBLISH_IDLE: Duration = Duration::from_secs(60);
/// ... and this long after the last word once more, since the speed is that of the last seconds.
const SPEED_FADES: Duration = Duration::from_secs(2);

/// All the worker knows.
pub(super) struct State {
    pub(super) options: Options,
    clock: Arc<dyn Clock>,
    runner: Arc<dyn Runner>,
    told: Told,
    sender: mpsc::UnboundedSender<Input>,
    states: watch::Sender<Vec<ProfileStatus>>,
    news: Arc<News>,
    pub(super) profiles: Vec<One>,
    /// Due profiles that wait for their turn, the longest waiting first.
    pub(super) queue: VecDeque<String>,
    pub(super) waiting_for_end: Vec<oneshot::Sender<()>>,
    pub(super) is_quitting: bool,
    pub(super) has_begun: bool,
    watch: Watch,
    looked: Now,
    published: Duration,
    publish_again: Duration,
}

pub(super) async fn work(mut state: State, mut inbox: Inbox) {
    let mut input = None;
    let news = Arc::clone(&state.news);
    loop {
        // A defect in a turn costs that turn: whatever was not done is due at the next one.
        let wait = catch_unwind(AssertUnwindSafe(|| state.turn(input))).unwrap_or_else(|_| {
            log::error!("the background worker met a defect and goes on");
            state.options.look_every
        });
        if state.is_quitting && state.profiles.iter().all(|one| one.running.is_none()) {
            break;
        }
        input = tokio::select! {
            got = inbox.inputs.recv() => got,
            () = inbox.forsaken.cancelled(), if !state.is_quitting => Some(Input::Forsaken),
            () = news.notify.notified() => None,
            () = tokio::time::sleep(wait) => None,
        };
    }
    state.waiting_for_end.drain(..).for_each(|done| {
        // Whoever asked may have gone.
        let _ = done.send(());
    });
}

impl State {
    pub(super) fn new(
        options: Options,
        clock: Arc<dyn Clock>,
        runner: Arc<dyn Runner>,
        told: Told,
        inbox: &Inbox,
    ) -> State {
        let now = clock.now();
        State {
            options,
            clock,
            runner,
            told,
            sender: inbox.sender.clone(),
            states: inbox.states.clone(),
            news: Arc::default(),
            profiles: Vec::new(),
            queue: VecDeque::new(),
            waiting_for_end: Vec::new(),
            is_quitting: false,
            has_begun: false,
            watch: Watch::new(&now),
            published: Duration::ZERO,
            publish_again: PUBLISH_IDLE,
            looked: now,
        }
    }

    /// One turn; gives how long nothing will be due after it.
    fn turn(&mut self, input: Option<Input>) -> Duration {
        let now = self.clock.now();
        let has_resumed = self.look(&now);
        let mut has_happened = has_resumed || input.is_some();
        if let Some(input) = input {
            self.take(input, &now);
        }
        self.enqueue(&now);
        while self.profiles.iter().filter(|one| one.running.is_some()).count() < self.options.limits.at_once.max(1) {
            let Some(place) = self.first_in_queue() else { break };
            if let Some(id) = self.queue.remove(place) {
                self.start(&id, &now);
                has_happened = true;
            }
        }
        self.tell(&now);
        let wait = self.profiles.iter().filter_map(|one| self.wait(one, &now)).min().unwrap_or(Duration::MAX);
        wait.min(self.options.look_every).min(self.publish(has_happened, &now))
    }

    /// Gives whether a pause ended.
    fn look(&mut self, now: &Now) -> bool {
        let slept = match self.watch.look(now, self.options.look_every) {
            Some(Jump::Forward(slept)) => Some(slept),
            Some(Jump::Back(_)) | None => None,
        };
        let ran = now.monotonic.saturating_sub(self.looked.monotonic);
        // Where the monotonic clock went on, that time was no time awake.
        let passed = Duration::try_from(now.wall.duration_since(self.looked.wall)).unwrap_or_default();
        let slept_in_it = slept.filter(|slept| passed < ran.saturating_add(*slept)).unwrap_or_default();
        let mut has_resumed = false;
        for one in &mut self.profiles {
            has_resumed |= one.look(now, ran.saturating_sub(slept_in_it), slept);
        }
        self.looked = now.clone();
        has_resumed
    }

    fn enqueue(&mut self, now: &Now) {
        let wanting: Vec<&str> = if self.is_quitting {
            Vec::new()
        } else {
            self.profiles.iter().filter(|one| one.wants(now)).map(|one| one.id.as_str()).collect()
        };
        self.queue.retain(|id| wanting.contains(&id.as_str()));
        for id in wanting {
            if !self.queue.iter().any(|queued| queued == id) {
                self.queue.push_back(id.to_owned());
            }
        }
    }

    /// What a person asked for comes first.
    fn first_in_queue(&self) -> Option<usize> {
        let is_asked = |id: &String| self.profiles.iter().any(|one| one.id == *id && one.asked.is_some());
        self.queue.iter().position(is_asked).or((!self.queue.is_empty()).then_some(0))
    }

    fn start(&mut self, id: &str, now: &Now) {
        let Some(one) = self.profiles.iter_mut().find(|one| one.id == id) else { return };
        let task = one.take_task(now);
        let cancel = CancellationToken::new();
        let is_full = matches!(task, Task::FullRefresh { .. });
        let meter = Meter::new(is_full, Arc::clone(&self.clock), Arc::clone(&self.news));
        let (runner, observer) = (Arc::clone(&self.runner), meter.observer());
        let (run_id, run_cancel) = (one.id.clone(), cancel.clone());
        let order = Order { task, views: ViewDuty::Warn };
        let run = tokio::spawn(async move { runner.run(&run_id, order, observer, run_cancel).await });
        let abort = run.abort_handle();
        let (sender, id) = (self.sender.clone(), one.id.clone());
        tokio::spawn(async move {
            let finished = run.await.unwrap_or_else(|error| broken(&error));
            // Only after the worker has ended does nobody listen.
            let _ = sender.send(Input::Ended(id, Box::new(finished)));
        });
        let began = one.past.begin(now);
        one.running = Some(Running { task, cancel, meter, abort, began, since: now.clone() });
    }

    fn tell(&mut self, now: &Now) {
        for one in &mut self.profiles {
            if let Some(tell) = one.tell(&self.options, now) {
                (self.told)(tell);
            }
        }
    }

    fn wait(&self, one: &One, now: &Now) -> Option<Duration> {
        // What waits for a place gets it when a run ends.
        if self.queue.contains(&one.id) { None } else { one.wait(now) }
    }

    /// Says how everything is if that is new; gives how long until it should be said again.
    fn publish(&mut self, has_happened: bool, now: &Now) -> Duration {
        let since = now.monotonic.saturating_sub(self.published);
        let has_news = self.news.pending.load(Ordering::Relaxed);
        let pace = if has_news { PUBLISH_EVERY } else { self.publish_again };
        if !has_happened && since < pace {
            return pace - since;
        }
        self.news.pending.store(false, Ordering::Relaxed);
        self.published = now.monotonic;
        let shown = |one: &&One| !one.is_leaving;
        let state = |one: &One| one.status(self.queue.contains(&one.id), now);
        let states: Vec<ProfileStatus> = self.profiles.iter().filter(shown).map(state).collect();
        let is_moving = |state: &ProfileStatus| state.progress.as_ref().is_some_and(|it| it.documents_per_s > 0);
        let again = if states.iter().any(is_moving) { SPEED_FADES } else { PUBLISH_IDLE };
        self.publish_again = again;
        self.states.send_if_modified(|shown| {
            let is_new = *shown != states;
            *shown = states;
            is_new
        });
        again
    }
}

/// A run that panicked; one that was dropped has nobody to tell.
fn broken(error: &JoinError) -> Finished {
    let error = Error::new(Kind::Internal, "The sync ended because of a defect in this program")
        .hint("It is tried again; if it happens again, send us the diagnostics")
        .because(error.to_string());
    log::error!("{error}: {}", error.details());
    Finished { summary: RunSummary::default(), result: Err(error) }
}
