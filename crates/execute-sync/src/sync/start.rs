//! Where a run begins: compares what the destination says of itself with what the run was asked for.

use sha2::{Digest, Sha256};

use super::{Job, Task, mark_file};
use crate::destination::{Found, Refresh, State};
use crate::error::{Error, Kind, Offer, Result};
use crate::profile::{BaseUrl, MarkFileOf};
use crate::source::Mark;

/// The decision, made before the source is asked, in force once it answered.
pub(super) struct Decision {
    start: Start,
    /// The database holds another source; said only after the source answered, because the address may be mistyped.
    refused: Option<Error>,
}

/// A run that may begin.
pub(super) struct Start {
    /// The state to go on from. Its `refresh` says whether this is a full refresh.
    pub state: State,
    /// The mark comes from the older tool's file.
    pub adopted: bool,
    /// The older tool's file is about another database, and stays as it is.
    pub leaves_mark_file: bool,
    pub notices: Vec<String>,
    pub warnings: Vec<String>,
}

impl Decision {
    /// Where reading begins.
    pub(super) fn since(&self) -> Mark {
        super::since(&self.start.state)
    }

    /// Is everything to be read: in a full refresh, for the first time, or going on with a first time that was broken off?
    pub(super) fn reads_everything(&self) -> bool {
        let state = &self.start.state;
        state.refresh.is_some() || state.mark.is_none() || state.first_reading.is_some()
    }

    /// The source has answered: may the run begin?
    ///
    /// # Errors
    /// [`Kind::Configuration`] if the database holds another source.
    pub(super) fn confirm(self) -> Result<Start> {
        match self.refused {
            Some(error) => Err(error),
            None => Ok(self.start),
        }
    }
}

/// Decides where the run begins, from what was found in the destination.
///
/// # Errors
/// [`Kind::Configuration`] for a full refresh of another source without `allow_removals`, refused before anything is read.
pub(super) fn decide(found: &Found, job: &Job, source: &str, key_id: &str) -> Result<Decision> {
    let ours = State {
        source: source.to_owned(),
        key: key_fingerprint(key_id),
        include_calcs: job.options.include_calcs,
        mark: None,
        batch_date: None,
        refresh: None,
        first_reading: None,
        run_id: job.run_id.clone(),
        writer: job.writer.clone(),
        fence: 0,
        views_left_for: None,
    };
    let mut start =
        Start { state: ours, adopted: false, leaves_mark_file: false, notices: Vec::new(), warnings: Vec::new() };
    let mut refused = None;
    match &found.state {
        Some(state) => refused = go_on(&mut start, state, found, job)?,
        None => go_on_from_mark_file(&mut start, found, job),
    }
    if start.state.refresh.is_some() {
        // It reads what the first reading did not come to.
        start.state.first_reading = None;
    }
    leave_mark_file(&mut start, found, job);
    if let Some(state) = &found.state {
        // Before our first page there is no run that rows could be newer than.
        if found.foreign_rows > 0 && state.batch_date.is_some() {
            start.notices.push(format!(
                "{} rows are newer than our last run: the older tool wrote them; they are taken in",
                found.foreign_rows
            ));
        }
        if start.state.refresh.is_none() && job.last_fence.is_some_and(|known| known > state.fence) {
            start.notices.push(
                "the database is older than this machine's last run: it was restored from a backup; reading goes on from the database's own mark".to_owned(),
            );
        }
    }
    Ok(Decision { start, refused })
}

/// A database of ours.
fn go_on(start: &mut Start, stored: &State, found: &Found, job: &Job) -> Result<Option<Error>> {
    let wanted = std::mem::replace(&mut start.state, stored.clone());
    let allow_removals = job.task == Task::FullRefresh { allow_removals: true };
    let afresh = || Some(Refresh { allow_removals, ..Refresh::default() });
    let (same_source, same_key, same_calcs) =
        (wanted.source == stored.source, wanted.key == stored.key, wanted.include_calcs == stored.include_calcs);
    start.state =
        State { source: wanted.source, key: wanted.key, include_calcs: wanted.include_calcs, ..stored.clone() };
    if !same_source {
        let refused = other_source(&stored.source, &start.state.source);
        match job.task {
            Task::FullRefresh { allow_removals: true } => {
                start.notices.push(format!(
                    "the database held {}; a full refresh replaces it by {}",
                    BaseUrl::in_words(&stored.source),
                    BaseUrl::in_words(&start.state.source)
                ));
                start.state.refresh = afresh();
                return Ok(None);
            }
            Task::FullRefresh { allow_removals: false } => return Err(refused),
            Task::Push => return Ok(Some(refused)),
        }
    }
    if !same_key || !same_calcs {
        let why = if same_key {
            "the calculated-fields option was changed"
        } else {
            "another API key is used, which may see other documents"
        };
        start.notices.push(format!("This run becomes a full refresh: {why}"));
        start.state.refresh = afresh();
    } else if !found.has_documents && reached(stored) {
        // The table was dropped or emptied behind our back; and where there never was a document, reading again is cheap.
        start.notices.push("The database holds no documents, so everything is read".to_owned());
        start.state.refresh = afresh();
    } else if found.quarantine_missing {
        start.notices.push("This run becomes a full refresh: the table of quarantined lines was missing".to_owned());
        start.state.refresh = Some(from_the_beginning(stored, allow_removals));
    } else if let Some(refresh) = &stored.refresh {
        let allow_removals = allow_removals || refresh.allow_removals;
        if found.foreign_rows > 0 {
            // Under its old batch date it could not take the place of what is newer.
            start.notices.push("A full refresh that was interrupted begins anew".to_owned());
            start.state.refresh = Some(from_the_beginning(stored, allow_removals));
        } else {
            start.notices.push("A full refresh that was interrupted goes on".to_owned());
            start.state.refresh = Some(Refresh { allow_removals, ..refresh.clone() });
        }
    } else if matches!(job.task, Task::FullRefresh { .. }) {
        start.state.refresh = afresh();
    }
    Ok(None)
}

/// A full refresh in place of one that may be under way, whose yes to removals stays.
pub(super) fn from_the_beginning(stored: &State, allow_removals: bool) -> Refresh {
    let allowed_before = stored.refresh.as_ref().is_some_and(|refresh| refresh.allow_removals);
    Refresh { allow_removals: allow_removals || allowed_before, ..Refresh::default() }
}

/// Has a page been stored, of a run or of the full refresh that is under way?
fn reached(state: &State) -> bool {
    state.mark.is_some() || state.refresh.as_ref().is_some_and(|refresh| refresh.mark.is_some())
}

/// The older tool's mark file says how far its database has come.
fn go_on_from_mark_file(start: &mut Start, found: &Found, job: &Job) {
    let file = job.mark_file.as_deref();
    if !found.has_documents {
        if file.is_some_and(|path| path.exists()) {
            start.notices.push(
                "The database is empty, so everything is read; the mark file beside it does not count".to_owned(),
            );
        }
        return;
    }
    let mark = match file.map(mark_file::read).transpose() {
        Ok(mark) => mark.flatten(),
        Err(error) => {
            start.warnings.push(error.to_string());
            None
        }
    };
    let refresh =
        Refresh { allow_removals: job.task == Task::FullRefresh { allow_removals: true }, ..Refresh::default() };
    match mark {
        Some(mark) if !found.was_ours && !job.mark_file_is_ours.unwrap_or(true) => {
            if job.task == Task::Push {
                start
                    .notices
                    .push(format!("Taking over a database of the older tool; reading goes on from its mark {mark}"));
                start
                    .notices
                    .push("Rows that the older tool skipped come back only with a full refresh (push -f)".to_owned());
            } else {
                start.notices.push("Taking over a database of the older tool; everything is read again".to_owned());
                start.state.refresh = Some(refresh);
            }
            start.state.mark = Some(mark);
            start.adopted = true;
        }
        mark => {
            if job.task == Task::Push {
                let why = if mark.is_some() && !found.was_ours {
                    "the mark file belongs to another database that was synced from this folder"
                } else {
                    "the database has documents but no checkpoint"
                };
                start.notices.push(format!("This run becomes a full refresh: {why}"));
            }
            start.adopted = !found.was_ours;
            start.state.refresh = Some(refresh);
        }
    }
}

/// A mark of another program about another database is never overwritten: whoever goes on from it would miss what lies
/// between. Written is, as far as the configuration says whose it is, that of this database; else what is ours, what this
/// database was taken over from, and what is not there yet.
fn leave_mark_file(start: &mut Start, found: &Found, job: &Job) {
    let Some(path) = job.mark_file.as_deref() else { return };
    let is_known = |mark: &Mark| {
        let state = found.state.as_ref();
        let of_refresh = state.and_then(|state| state.refresh.as_ref()).and_then(|refresh| refresh.mark.as_ref());
        [state.and_then(|state| state.mark.as_ref()), of_refresh].contains(&Some(mark))
    };
    // Nobody can go on from what is no mark.
    let is_free = || mark_file::read(path).map_or(true, |mark| mark.as_ref().is_none_or(is_known));
    let (leaves, whose) = match &job.mark_file_of {
        MarkFileOf::This => (false, String::new()),
        MarkFileOf::Other(database) => (true, database.display().to_string()),
        MarkFileOf::Unknown => {
            let leaves = !start.adopted && job.mark_file_is_ours != Some(true) && !is_free();
            (leaves, "another database".to_owned())
        }
    };
    start.leaves_mark_file = leaves;
    if leaves && found.state.is_none() {
        start.warnings.push(format!(
            "{} belongs to {whose} and is left as it is. If no older tool uses it any more, delete it; otherwise set EXECUTESYNC_STATE_DIR to another folder for this database",
            path.display()
        ));
    }
}

/// Is the database one of this source?
///
/// # Errors
/// [`Kind::Configuration`] that names both.
pub(crate) fn same_source(stored: &State, wanted: &str) -> Result<()> {
    if stored.source == wanted { Ok(()) } else { Err(other_source(&stored.source, wanted)) }
}

fn other_source(stored: &str, wanted: &str) -> Error {
    let (stored, wanted) = (BaseUrl::in_words(stored), BaseUrl::in_words(wanted));
    Error::new(Kind::Configuration, format!("the database holds documents of {stored}, not of {wanted}"))
        .hint("Name another database in EXECUTESYNC_DATABASE_DSN; or, to replace what it holds, run `execute-sync push -f --allow-removals`.")
        .field("EXECUTE_URL")
        .offer(Offer::RefreshWithRemovals)
}

/// Tells two key ids apart without storing either.
fn key_fingerprint(key_id: &str) -> String {
    Sha256::digest(format!("execute-sync key {key_id}")).iter().take(8).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_called_so_where_a_database_holds_another_source() {
        assert_eq!(
            other_source("sample:", "a.example").message(),
            "the database holds documents of the built-in sample, not of a.example"
        );
        assert_eq!(
            other_source("a.example", "sample:").message(),
            "the database holds documents of a.example, not of the built-in sample"
        );
    }
}
