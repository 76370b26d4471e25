//! The server: a world behind a socket, ticking if it is told to.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::fetch::{Fetch, router};
use crate::options::SampleOptions;
use crate::world::World;

/// How long answers under way may take to end once the server is stopped.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// A running sample server. It stops when it is dropped; [`SampleServer::stop`] also waits for that.
pub struct SampleServer {
    world: World,
    address: SocketAddr,
    stopping: DropGuard,
    serving: JoinHandle<()>,
}

impl SampleServer {
    /// Makes the world, binds `bind` (port 0 = any free one) and serves on the current tokio runtime.
    /// Once this returns, requests are answered. An error means that the address cannot be had.
    pub async fn start(options: SampleOptions, bind: SocketAddr) -> io::Result<SampleServer> {
        let listener = TcpListener::bind(bind).await?;
        let address = listener.local_addr()?;
        let (key, tick_every) = (options.key.clone(), options.tick_every);
        let world = tokio::task::spawn_blocking(move || World::new(&options)).await.map_err(io::Error::other)?;

        let stopping = CancellationToken::new();
        if let Some(every) = tick_every {
            tokio::spawn(stopping.clone().run_until_cancelled_owned(keep_ticking(world.clone(), every)));
        }
        let app = router(Fetch { world: world.clone(), key });
        let serve = axum::serve(listener, app).with_graceful_shutdown(stopping.clone().cancelled_owned());
        let serving = tokio::spawn(async move {
            // axum keeps accepting whatever happens: this ends when the server is stopped, and never with an error.
            drop(serve.await);
        });
        let stopping = stopping.drop_guard();
        Ok(SampleServer { world, address, stopping, serving })
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The world that is served; what happens to it is served at once.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Takes no more requests and waits up to two seconds for the answers under way; one that takes longer ends when
    /// its client or the runtime does.
    pub async fn stop(mut self) {
        drop(self.stopping);
        if tokio::time::timeout(STOP_WITHIN, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
    }
}

async fn keep_ticking(world: World, every: Duration) {
    let mut ticks = tokio::time::interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let world = world.clone();
        // A tick of a large world computes for a moment. It does not panic, and if it did the next one would come.
        drop(tokio::task::spawn_blocking(move || world.tick()).await);
    }
}
