//! What a shell holds: orders go in, states come out. Orders are done in the order in which they were given; none waits.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Limits, Pause, Planned, ProfileStatus};
use crate::sync::{Finished, Task};

/// An order, or the end of a run.
pub(super) enum Input {
    SetProfiles(Vec<Planned>),
    Sync(String, Task),
    SyncAll,
    Stop(String),
    Pause(String, Pause),
    PauseAll(Pause),
    Resume(String),
    ResumeAll,
    Limit(Limits),
    Look,
    Ended(String, Box<Finished>),
    Quit(oneshot::Sender<()>),
    /// Nobody holds a handle any more.
    Forsaken,
    Abort,
}

/// The worker's end of the handle.
pub(super) struct Inbox {
    pub(super) inputs: mpsc::UnboundedReceiver<Input>,
    pub(super) sender: mpsc::UnboundedSender<Input>,
    pub(super) states: watch::Sender<Vec<ProfileStatus>>,
    pub(super) forsaken: CancellationToken,
}

pub(super) fn pair() -> (Handle, Inbox) {
    let (sender, inputs) = mpsc::unbounded_channel();
    let (states, seen) = watch::channel(Vec::new());
    let forsaken = CancellationToken::new();
    let held = Arc::new(forsaken.clone().drop_guard());
    (Handle { sender: sender.clone(), states: seen, _held: held }, Inbox { inputs, sender, states, forsaken })
}

/// Gives orders to the worker. Copies give orders to the same one. An order for a profile that is not there is no error.
#[derive(Clone)]
pub struct Handle {
    sender: mpsc::UnboundedSender<Input>,
    states: watch::Receiver<Vec<ProfileStatus>>,
    _held: Arc<DropGuard>,
}

impl Handle {
    /// All profiles there are. One that is missing is forgotten, after its run has stopped.
    pub fn set_profiles(&self, profiles: Vec<Planned>) {
        self.send(Input::SetProfiles(profiles));
    }

    /// Syncs now, before what is due by itself. While a run is under way this is that run, unless more is asked of it.
    pub fn sync_now(&self, id: &str, full_refresh: bool, allow_removals: bool) {
        let task = if full_refresh { Task::FullRefresh { allow_removals } } else { Task::Push };
        self.send(Input::Sync(id.to_owned(), task));
    }

    /// Syncs every profile that is not paused.
    pub fn sync_all(&self) {
        self.send(Input::SyncAll);
    }

    /// Stops the run under way, or the one that waits for its turn. The schedule goes on.
    pub fn stop(&self, id: &str) {
        self.send(Input::Stop(id.to_owned()));
    }

    /// No runs by themselves for a while.
    pub fn pause(&self, id: &str, pause: Pause) {
        self.send(Input::Pause(id.to_owned(), pause));
    }

    /// The same for every profile.
    pub fn pause_all(&self, pause: Pause) {
        self.send(Input::PauseAll(pause));
    }

    /// Ends a pause; what fell due in it runs once.
    pub fn resume(&self, id: &str) {
        self.send(Input::Resume(id.to_owned()));
    }

    /// The same for every profile.
    pub fn resume_all(&self) {
        self.send(Input::ResumeAll);
    }

    /// Other limits from now on. Runs under way go on.
    pub fn set_limits(&self, limits: Limits) {
        self.send(Input::Limit(limits));
    }

    /// The system told of a wake or of another time zone: read the clocks now instead of at the next look.
    pub fn look(&self) {
        self.send(Input::Look);
    }

    /// Stops every run and ends the worker. `true` when all runs ended by themselves within `limit`; those that have not
    /// are dropped where they wait, which stores no part of a page either.
    pub async fn quit(&self, limit: Duration) -> bool {
        let (done, ended) = oneshot::channel();
        self.send(Input::Quit(done));
        // An error means that the worker has ended before.
        let in_time = tokio::time::timeout(limit, ended).await.is_ok();
        if !in_time {
            self.send(Input::Abort);
        }
        in_time
    }

    /// How every profile is, in the order in which they were given.
    pub fn snapshot(&self) -> Vec<ProfileStatus> {
        self.states.borrow().clone()
    }

    /// Tells when that has changed, at most some four times a second while a run goes on.
    pub fn changes(&self) -> watch::Receiver<Vec<ProfileStatus>> {
        self.states.clone()
    }

    fn send(&self, input: Input) {
        // A worker that has ended takes no orders.
        let _ = self.sender.send(input);
    }
}
