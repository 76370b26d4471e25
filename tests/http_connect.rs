//! Servers that are not there: refused, unknown, silent (kinds 1 to 3). Nothing is written before the source answered.

use std::time::Duration;

use execute_sync::error::Kind;
use execute_sync::retry::RetryLimits;
use execute_sync::source::Source;
use tokio::net::{TcpSocket, TcpStream};

use crate::support::execute::Execute;
use crate::support::ledger::{Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::run::{self, Home, How, QUICK};
use crate::support::seed::Rng;

fn world() -> Ledger {
    Ledger::world(&mut Rng::new(1), 12, Size::Small)
}

/// A port that is taken and not yet listened to: whoever connects is refused.
fn bound() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket
}

/// The run ends as unreachable, tries as often as it may, and leaves no database behind.
async fn is_unreachable(url: &str, home: &Home, how: &How) -> String {
    let source = Source::new(run::impatient(url)).unwrap();
    let ran = run::sync_run(&source, home, how).await.unwrap();
    assert_eq!(ran.kind(), Some(Kind::SourceUnreachable), "{}", ran.told());
    assert_eq!(ran.retried.len() + 1, how.retry.attempts as usize, "{}", ran.told());
    assert!(!home.database().exists() && !home.mark_file().exists(), "something was written");
    ran.told()
}

async fn is_well(server: &Execute, home: &Home) {
    let source = Source::new(run::settings(&server.url())).unwrap();
    let ran = run::sync_run(&source, home, &How::default()).await.unwrap();
    assert_eq!(ran.kind(), None, "{}", ran.told());
    oracle::complete(home, &server.ledger()).check().unwrap();
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_and_told() {
    let (socket, home) = (bound(), Home::new());
    let url = format!("http://{}", socket.local_addr().unwrap());
    let told = is_unreachable(&url, &home, &How::default()).await;
    assert!(told.contains("127.0.0.1 cannot be reached"), "{told}");
    let server = Execute::start_on(socket.listen(16).unwrap(), world(), None);
    is_well(&server, &home).await;
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told() {
    // No resolver is asked about a label this long, so this needs no network.
    let (home, host) = (Home::new(), format!("{}.invalid", "x".repeat(64)));
    let told = is_unreachable(&format!("http://{host}/prefix"), &home, &How::default()).await;
    assert!(told.contains(&format!("the name {host} does not resolve")), "{told}");
    is_well(&Execute::start(world()).await, &home).await;
}

#[tokio::test]
async fn a_connection_that_hangs_ends_within_its_limit() {
    if !cfg!(target_os = "linux") {
        return not_run(
            "a_connection_that_hangs_ends_within_its_limit",
            "only Linux drops what a full queue has no room for",
        );
    }
    let (socket, home) = (bound(), Home::new());
    let address = socket.local_addr().unwrap();
    let listener = socket.listen(0).unwrap();
    // The queue holds one connection; nobody takes it, and whoever comes next waits.
    let _first = TcpStream::connect(address).await.unwrap();
    let retry = RetryLimits { attempts: 2, ..QUICK };
    let how = How { retry, limit: Duration::from_secs(10), ..How::default() };
    let told = is_unreachable(&format!("http://{address}"), &home, &how).await;
    assert!(told.contains("127.0.0.1 did not answer in time"), "{told}");
    let server = Execute::start_on(listener, world(), None);
    is_well(&server, &home).await;
}
