//! Where each row of a grid is found: a short key a row, filled while people look at the first rows already.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::error::{Error, Kind, Result};

/// Rows in one piece: a list that grows in pieces never copies itself.
const PIECE_ROWS: usize = 16 * 1024;

/// Between two looks at the stop signal.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A row's document row, and its place in each list on the way.
pub(super) type Key = (i64, Vec<u32>);

/// Keys in the order of the grid. Eight bytes a row, and four for each list on the way.
pub(super) struct Keys {
    lists: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    rows: Vec<Vec<i64>>,
    places: Vec<Vec<u32>>,
    count: usize,
    /// Nothing follows; the kind and the words of what went wrong.
    end: Option<std::result::Result<(), (Kind, String)>>,
}

impl Keys {
    /// None yet.
    pub(super) fn new(lists: usize) -> Keys {
        Keys { lists, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Adds some.
    pub(super) fn push(&self, rows: &[i64], places: &[u32]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for (index, row) in rows.iter().enumerate() {
            if state.count.is_multiple_of(PIECE_ROWS) {
                state.rows.push(Vec::with_capacity(PIECE_ROWS));
                state.places.push(Vec::with_capacity(PIECE_ROWS * self.lists));
            }
            let piece = state.count / PIECE_ROWS;
            state.rows[piece].push(*row);
            state.places[piece].extend(&places[index * self.lists..(index + 1) * self.lists]);
            state.count += 1;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Nothing follows.
    pub(super) fn end(&self, outcome: Result<()>) {
        let outcome = outcome.map_err(|error| (error.kind(), error.message().to_owned()));
        self.state.lock().unwrap_or_else(PoisonError::into_inner).end = Some(outcome);
        self.changed.notify_all();
    }

    /// How many rows there are, once that is known.
    pub(super) fn count(&self) -> Option<u64> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(state.end, Some(Ok(()))).then_some(state.count as u64)
    }

    /// The keys from `offset` on, if they are all there already.
    pub(super) fn get(&self, offset: usize, limit: usize) -> Option<Vec<Key>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = state.count >= offset.saturating_add(limit) || matches!(state.end, Some(Ok(())));
        whole.then(|| self.slice(&state, offset, limit))
    }

    /// The keys from `offset` on, as soon as they are there.
    pub(super) fn wait(&self, offset: usize, limit: usize, cancel: &CancellationToken) -> Result<Vec<Key>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if cancel.is_cancelled() {
                return Err(Error::new(Kind::Cancelled, "stopped as asked"));
            }
            match &state.end {
                Some(Err((kind, words))) => return Err(Error::new(*kind, words.clone())),
                None if state.count < offset.saturating_add(limit) => {}
                _ => return Ok(self.slice(&state, offset, limit)),
            }
            state = self.changed.wait_timeout(state, LOOK_AGAIN).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn slice(&self, state: &State, offset: usize, limit: usize) -> Vec<Key> {
        (offset.min(state.count)..offset.saturating_add(limit).min(state.count))
            .map(|row| {
                let (piece, at) = (row / PIECE_ROWS, row % PIECE_ROWS);
                (state.rows[piece][at], state.places[piece][at * self.lists..(at + 1) * self.lists].to_vec())
            })
            .collect()
    }
}
