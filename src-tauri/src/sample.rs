//! The built-in sample server: started when the first sample profile needs it, on this machine only, and changing now
//! and then so that there is something to sync.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use execute_sample::{DEMO_KEY_ID, DEMO_KEY_SECRET, SampleOptions, SampleServer};
use execute_sync::error::{Error, Kind, Result};
use execute_sync::secret::Secret;
use tokio::sync::Mutex;

/// So often documents of the sample change.
const TICK: Duration = Duration::from_secs(20);

/// The sample server, once it is needed.
#[derive(Default)]
pub(crate) struct Sample(Mutex<Option<SampleServer>>);

impl Sample {
    /// Its address; starts it if need be.
    pub(crate) async fn url(&self) -> Result<String> {
        let mut server = self.0.lock().await;
        if let Some(server) = server.as_ref() {
            return Ok(server.url());
        }
        let options = SampleOptions {
            key: Some((DEMO_KEY_ID.to_owned(), DEMO_KEY_SECRET.to_owned())),
            tick_every: Some(TICK),
            ..SampleOptions::default()
        };
        let started = SampleServer::start(options, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
            .map_err(|e| Error::new(Kind::Internal, "the sample server cannot be started").because(e))?;
        let url = started.url();
        *server = Some(started);
        Ok(url)
    }

    /// The login that it takes: known to everybody, and worth nothing elsewhere.
    pub(crate) fn login() -> (&'static str, Secret) {
        (DEMO_KEY_ID, Secret::new(DEMO_KEY_SECRET.to_owned()))
    }
}
