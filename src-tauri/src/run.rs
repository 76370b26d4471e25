//! A run of a profile, as the worker asks for it; and the engine that a profile stands for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use execute_sync::engine::{Engine, Order};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::history::RunRecord;
use execute_sync::paths::AppDirs;
use execute_sync::profile::{DestinationSettings, Profile, ProfileStore, StoredProfile};
use execute_sync::progress::{Event, Observer, RunSummary, grouped};
use execute_sync::secret_store::Secrets;
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
        let (destination, dirs) = (profile.destination.clone(), self.dirs.clone());
        let engine = off_thread(move || engine_for(&stored, destination, &dirs)).await?;
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
        if let Event::Stored { page, documents } = event {
            let of_page = documents.saturating_sub(before.swap(*documents, Ordering::Relaxed));
            if of_page > 0 {
                let documents = if of_page == 1 { "document" } else { "documents" };
                log::info!("Page {page}: {} {documents} stored", grouped(of_page));
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

/// The engine of a profile; its state folder is made if need be.
pub(crate) fn engine_for(stored: &StoredProfile, destination: DestinationSettings, dirs: &AppDirs) -> Result<Engine> {
    let state_dir = stored.state_dir(dirs);
    dirs.ensure(&state_dir)?;
    if let DestinationSettings::Sqlite { path } = &destination
        && path.starts_with(dirs.data())
        && let Some(folder) = path.parent()
    {
        // Ours to make; a folder that a person named must be there.
        dirs.ensure(folder)?;
    }
    Ok(Engine::for_profile(stored, destination, &state_dir))
}

/// The database of a profile and its engine, for what needs no source.
pub(crate) fn destination(stored: &StoredProfile, dirs: &AppDirs) -> Result<(DestinationSettings, Engine)> {
    let sources = stored.sources(std::collections::BTreeMap::new(), dirs)?;
    let destination = execute_sync::profile::destination_from(&sources, dirs.data())?;
    let engine = engine_for(stored, destination.clone(), dirs)?;
    Ok((destination, engine))
}

/// The last runs, newest first; a history that cannot be read counts as none.
pub(crate) fn runs_of(stored: &StoredProfile, dirs: &AppDirs) -> Vec<RunRecord> {
    destination(stored, dirs).and_then(|(_, engine)| engine.runs(LOOKED_AT)).unwrap_or_default()
}
