//! What a run tells while it goes on: the type that is read, and how much is to come, where that is known.

use std::sync::{Arc, Mutex};

use execute_sync::profile::SyncOptions;
use execute_sync::progress::Event;
use execute_sync::source::Source;
use execute_sync::sync::Task;
use tokio_util::sync::CancellationToken;

use crate::support::execute::Execute;
use crate::support::ledger::{Ledger, tiny};
use crate::support::run::{self, Home, How};

const FULL: Task = Task::FullRefresh { allow_removals: false };

/// Runs, and gives what was expected and the types that were told. Stops once `stop_at` pages are stored.
async fn told(source: &Source, home: &Home, task: Task, stop_at: u64) -> (Vec<u64>, Vec<String>) {
    let heard: Arc<Mutex<(Vec<u64>, Vec<String>)>> = Arc::default();
    let (hearing, cancel) = (Arc::clone(&heard), CancellationToken::new());
    let token = cancel.clone();
    let observer = move |event: &Event<'_>| {
        let mut heard = hearing.lock().unwrap();
        match event {
            Event::Expecting { documents } => heard.0.push(*documents),
            Event::Reading { doc_type, .. } => heard.1.extend(doc_type.map(str::to_owned)),
            Event::Stored { so_far, .. } if so_far.pages == stop_at => token.cancel(),
            _ => {}
        }
    };
    let options = SyncOptions { max_documents: 10, ..run::options() };
    let how = How { task, options, cancel, observer: Some(Arc::new(observer)), ..How::default() };
    run::sync_run(source, home, &how).await.unwrap();
    let heard = heard.lock().unwrap();
    heard.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_refresh_that_begins_anew_over_documents_knows_how_many_will_come() {
    let mut ledger = Ledger::default();
    for number in 0..35 {
        ledger.push(&Ledger::mark(number), tiny(&format!("d{number}"), 1));
    }
    let server = Execute::start(ledger).await;
    let source = Source::new(run::settings(&server.url())).unwrap();
    let home = Home::in_memory();
    let first = told(&source, &home, Task::Push, 0).await;
    assert_eq!(first.0, [0; 0], "nobody knows how much an empty database will hold");
    assert_eq!(first.1.first().map(String::as_str), Some("AFE"));
    assert_eq!(told(&source, &home, Task::Push, 0).await.0, [0; 0], "nor how much has changed");
    assert_eq!(told(&source, &home, FULL, 2).await.0, [35]);
    assert_eq!(told(&source, &home, FULL, 0).await.0, [0; 0], "some of it is behind a refresh that goes on");
    assert_eq!(told(&source, &home, FULL, 0).await.0, [35]);
}
