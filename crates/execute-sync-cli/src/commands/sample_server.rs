//! `sample-server`: the fetch API over sample data, for trying and for tests.

use std::net::SocketAddr;
use std::time::Duration;

use clap::ArgMatches;
use execute_sample::{DEMO_KEY_ID, DEMO_KEY_SECRET, SampleOptions, SampleServer};
use execute_sync::error::{Error, Kind, Result};

use crate::printer;
use crate::signals::Stop;

/// Serves until it is told to stop.
pub(crate) async fn serve(matches: &ArgMatches) -> Result<u8> {
    let bind = matches.get_one::<String>("bind").map_or("", String::as_str);
    let address: SocketAddr = bind.parse().map_err(|_| {
        Error::new(Kind::Configuration, format!("{bind} is not an address with a port"))
            .hint("Write it like 127.0.0.1:8787.")
    })?;
    let options = SampleOptions {
        seed: matches.get_one::<u64>("seed").copied().unwrap_or(1),
        documents: matches.get_one::<u64>("documents").copied(),
        key: Some((DEMO_KEY_ID.to_owned(), DEMO_KEY_SECRET.to_owned())),
        tick_every: matches.get_one::<u64>("tick").copied().map(Duration::from_secs),
        ..SampleOptions::default()
    };
    let stop = Stop::listen().map_err(|e| Error::new(Kind::Internal, "signals cannot be heard").because(e))?;
    let server = start(options, address).await?;
    printer::line(&format!("Sample Execute server at {}", server.url()));
    printer::line(&format!("  API key id      {DEMO_KEY_ID}"));
    printer::line(&format!("  API key secret  {DEMO_KEY_SECRET}"));
    printer::line("Sync it into execute.sqlite in this folder:");
    printer::line(&format!(
        "  EXECUTESYNC_EXECUTE_APIKEY_SECRET={DEMO_KEY_SECRET} execute-sync push -u {} --execute-key-id {DEMO_KEY_ID} --database-type SQLITE",
        server.url()
    ));
    stop.token.cancelled().await;
    server.stop().await;
    Ok(stop.exit_code())
}

/// Starts the server, or says why that address cannot be had.
pub(super) async fn start(options: SampleOptions, address: SocketAddr) -> Result<SampleServer> {
    SampleServer::start(options, address).await.map_err(|e| {
        Error::new(Kind::Configuration, format!("the sample server cannot listen at {address}"))
            .hint("Choose another port with --bind; port 0 takes any free one.")
            .because(e)
    })
}
