//! A run of a profile, as the worker asks for it; and the engine that a profile stands for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use execute_sync::engine::{Engine, Order};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::history::RunRecord;
use execute_sync::paths::AppDirs;
use execute_sync::profile::{DestinationSettings, Profile, ProfileStore, StoredProfile, folders};
use execute_sync::progress::{Event, Observer, RunSummary, grouped};
use execute_sync::secret_store::Secrets;
use execute_sync::status::Gone;
use execute_sync::sync::Finished;
use execute_sync::worker::Runner;
use tokio_util::sync::CancellationToken;

use crate::activity::PROFILE;
use crate::sample::Sample;

/// So many runs of the history are looked at.
const LOOKED_AT: usize = 100;

/// What the worker runs.
pub(crate) struct ProfileRunner {
    dirs: AppDirs,
    store: ProfileStore,
    secrets: Secrets,
    sample: Arc<Sample>,
}

impl ProfileRunner {
    pub(crate) fn new(dirs: AppDirs, store: ProfileStore, secrets: Secrets, sample: Arc<Sample>) -> Self {
        ProfileRunner { dirs, store, secrets, sample }
    }

    async fn ready(&self, id: &str) -> Result<(Profile, Engine)> {
        let (store, wanted) = (self.store.clone(), id.to_owned());
        // Read anew: it may have been changed this instant.
        let stored = off_thread(move || Ok(store.load()?.find(&wanted)?.clone())).await?;
        let profile = resolve(&stored, &self.secrets, &self.sample, &self.dirs).await?;
        let dirs = self.dirs.clone();
        let (_, engine) = off_thread(move || writable(&stored, &dirs)).await?;
        Ok((profile, engine))
    }
}

/// Reads and writes where no other run waits for the disk.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Error::new(Kind::Internal, "preparing the run met a defect").because(error)))
}

/// Says in the log how far a run is, page by page, so that it can be read again later.
fn telling_pages(observer: Observer) -> Observer {
    let before = AtomicU64::new(0);
    Arc::new(move |event| {
        if let Event::Stored { so_far, .. } = event {
            let of_page = so_far.documents.saturating_sub(before.swap(so_far.documents, Ordering::Relaxed));
            if of_page > 0 {
                let documents = if of_page == 1 { "document" } else { "documents" };
                log::info!("Page {}: {} {documents} stored", so_far.pages, grouped(of_page));
            }
        }
        observer(event);
    })
}

#[async_trait]
impl Runner for ProfileRunner {
    async fn run(&self, id: &str, order: Order, observer: Observer, cancel: CancellationToken) -> Finished {
        let run = async {
            match self.ready(id).await {
                Ok((profile, engine)) => {
                    profile.warnings.iter().for_each(|warning| log::warn!("{warning}"));
                    engine.run(profile.source, &profile.options, order, telling_pages(observer), &cancel).await
                }
                Err(error) => {
                    let finished = Finished { summary: RunSummary::default(), result: Err(error) };
                    execute_sync::engine::tell(&finished);
                    finished
                }
            }
        };
        PROFILE.scope(id.to_owned(), run).await
    }
}

/// Everything a run of the profile needs, secret included.
pub(crate) async fn resolve(
    stored: &StoredProfile,
    secrets: &Secrets,
    sample: &Sample,
    dirs: &AppDirs,
) -> Result<Profile> {
    if stored.sample {
        let (key_id, secret) = Sample::login();
        return stored.resolve_sample(&sample.url().await?, key_id, Arc::new(secret), dirs);
    }
    stored.resolve(secrets, dirs).await
}

/// The database of a profile and its engine, for what needs no source and only looks: nothing is made.
pub(crate) fn destination(stored: &StoredProfile, dirs: &AppDirs) -> Result<(DestinationSettings, Engine)> {
    let sources = stored.sources(std::collections::BTreeMap::new(), dirs)?;
    let destination = execute_sync::profile::destination_from(&sources, dirs.data())?;
    let engine = Engine::for_profile(stored, destination.clone(), &stored.state_dir(dirs));
    Ok((destination, engine))
}

/// The same for what writes, under the lock that a run takes: folders of ours are made, any other must be there.
pub(crate) fn writable(stored: &StoredProfile, dirs: &AppDirs) -> Result<(DestinationSettings, Engine)> {
    let (destination, engine) = destination(stored, dirs)?;
    folders::prepare(&destination, &stored.state_dir(dirs), dirs)?;
    Ok((destination, engine))
}

/// The last runs, newest first; a history that cannot be read counts as none.
pub(crate) fn runs_of(stored: &StoredProfile, dirs: &AppDirs) -> Vec<RunRecord> {
    destination(stored, dirs).and_then(|(_, engine)| engine.runs(LOOKED_AT)).unwrap_or_default()
}

/// What is missing where the profile's database should be.
pub(crate) fn gone(stored: &StoredProfile, dirs: &AppDirs) -> Option<Gone> {
    destination(stored, dirs).ok().and_then(|(_, engine)| engine.gone())
}

/// Does another program hold the profile's database now?
pub(crate) fn is_elsewhere(stored: &StoredProfile, dirs: &AppDirs) -> bool {
    destination(stored, dirs).is_ok_and(|(_, engine)| engine.is_held_elsewhere())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use execute_sync::sync::{Task, ViewDuty};

    use super::*;
    use crate::test_core::core;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_imported_folder_that_was_moved_away_is_missed_and_not_made_anew() {
        let home = tempfile::tempdir().unwrap();
        let core = core(&home);
        let (folder, moved) = (home.path().join("theirs/older"), home.path().join("moved"));
        std::fs::create_dir_all(&folder).unwrap();
        let mut profile = StoredProfile::new("Older", &folder.join("execute.sqlite")).unwrap();
        (profile.sample, profile.adopt_from) = (true, Some(folder.clone()));
        core.store.add(profile.clone()).unwrap();
        std::fs::rename(folder.parent().unwrap(), &moved).unwrap();

        core.reload();
        assert_eq!(core.state().profiles[0].destination, "SQLite · execute.sqlite");
        assert!(destination(&profile, &core.dirs).is_ok() && runs_of(&profile, &core.dirs).is_empty());
        let (secrets, sample) = (core.secrets.clone(), Arc::clone(&core.sample));
        let runner = ProfileRunner::new(core.dirs.clone(), core.store.clone(), secrets, sample);
        let order = Order { task: Task::Push, views: ViewDuty::Warn };
        let finished = runner.run(&profile.id, order, Arc::new(|_| {}), CancellationToken::new()).await;
        let error = finished.result.unwrap_err();
        assert_eq!(error.message(), format!("the folder {} does not exist", folder.display()));
        assert!(error.remedy().is_some_and(|hint| hint.starts_with("Put it back")), "{error:?}");
        assert!(!folder.parent().unwrap().exists(), "nothing was made");

        std::fs::rename(&moved, folder.parent().unwrap()).unwrap();
        assert!(writable(&profile, &core.dirs).is_ok());
    }

    #[tokio::test]
    async fn folders_of_our_own_are_made_for_what_writes_alone() {
        let home = tempfile::tempdir().unwrap();
        let core = core(&home);
        let profile = StoredProfile::new("Ours", &core.dirs.databases().join("ours.sqlite")).unwrap();
        let folders = [profile.state_dir(&core.dirs), core.dirs.databases()];
        destination(&profile, &core.dirs).unwrap();
        assert!(folders.iter().all(|folder| !folder.exists()));
        writable(&profile, &core.dirs).unwrap();
        assert!(folders.iter().all(|folder| folder.is_dir()));
    }
}
