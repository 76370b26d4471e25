//! Lines of which it is not known whose they are, or which version: what they may close, and what they keep from going.
#![allow(clippy::unwrap_used)]

use execute_sync::destination::{Destination, QuarantineFilter};
use execute_sync::engine;
use execute_sync::source::Source;
use execute_sync::sync::Task;

use crate::loading;
use crate::support::execute::Execute;
use crate::support::fault;
use crate::support::ledger::Ledger;
use crate::support::oracle;
use crate::support::run::{self, Home, How, Ran};

const FULL: Task = Task::FullRefresh { allow_removals: false };
const ALLOWED: Task = Task::FullRefresh { allow_removals: true };

fn doc(id: &str, version: i64) -> String {
    format!(r#"{{"DOCUMENT_ID":"{id}","$TYPE":"AFE","$VERSION":{version},"$DATE":"2025-01-31T09:30:00Z","X":"{id}"}}"#)
}

/// A document whose version cannot be read.
fn unversioned(id: &str) -> String {
    format!(r#"{{"DOCUMENT_ID":"{id}","$TYPE":"AFE","$VERSION":"2","$DATE":"2025-01-31T09:30:00Z"}}"#)
}

/// One that is nobody's.
fn nobodys() -> String {
    doc("A", 3).replacen("\"A\"", "null", 1)
}

/// What the server sends can be changed at any time; each run after that reads everything that it sends.
struct World {
    server: Execute,
    source: Source,
    home: Home,
    sent: usize,
}

impl World {
    /// With no database yet.
    async fn new() -> World {
        let server = Execute::start(Ledger::default()).await;
        let source = Source::new(run::settings(&server.url())).unwrap();
        World { server, source, home: Home::in_memory(), sent: 0 }
    }

    /// With these documents stored.
    async fn holding(lines: &[String]) -> World {
        let mut world = World::new().await;
        let ran = world.run(Task::Push, lines).await;
        assert_eq!(engine::exit_code(&ran.finished), 0, "{}", ran.told());
        world
    }

    async fn run(&mut self, task: Task, lines: &[String]) -> Ran {
        let mut ledger = Ledger::default();
        for line in lines {
            self.sent += 1;
            ledger.push(&Ledger::mark(self.sent), line.clone().into_bytes());
        }
        self.server.set_ledger(ledger);
        run::sync_run(&self.source, &self.home, &How { task, ..How::default() }).await.unwrap()
    }

    /// Gives the exit code.
    async fn push(&mut self, lines: &[String]) -> u8 {
        engine::exit_code(&self.run(Task::Push, lines).await.finished)
    }

    async fn open(&self) -> usize {
        loading::sqlite(&self.home.database()).quarantine(QuarantineFilter::Open).await.unwrap().len()
    }

    /// It was told that something is held back, and how it goes all the same.
    fn is_held_back(ran: &Ran) -> bool {
        let summary = &ran.finished.summary;
        summary.removals_held_back && summary.warnings.iter().any(|warning| warning.contains("--allow-removals"))
    }

    fn newest(&self) -> String {
        let sql =
            "SELECT group_concat(n, ' ') FROM (SELECT ID || VERSION AS n FROM EXECUTE_DOCUMENTS_LATEST ORDER BY ID)";
        oracle::value(&self.home.database(), sql)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_documents_on_a_line_are_not_taken_for_the_first_one() {
    let cut = doc("A", 2).len() - 20;
    for line in [doc("A", 2) + &doc("B", 2), doc("A", 2)[..cut].to_owned() + &doc("B", 2)] {
        let mut world = World::holding(&["A", "B", "C"].map(|id| doc(id, 1))).await;
        assert_eq!(world.push(std::slice::from_ref(&line)).await, 6);
        assert_eq!(world.push(&[doc("A", 3), doc("B", 1)]).await, 0);
        assert_eq!((world.open().await, world.newest()), (1, "A3 B1 C1".to_owned()), "{line}");
        // B is among what the source sends, though nobody sees it.
        let ran = world.run(FULL, &[doc("A", 3), line.clone(), doc("C", 1)]).await;
        assert!(World::is_held_back(&ran), "{:?}", ran.finished);
        assert_eq!((world.open().await, world.newest()), (1, "A3 B1 C1".to_owned()), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_with_two_names_is_neithers() {
    for twice in [r#""DOCUMENT_ID":"B","#, r#""$TYPE":"WELL","#, r#""$VERSION":9,"#] {
        let line = doc("A", 2).replacen("{", &format!("{{{twice}"), 1);
        let mut world = World::holding(&["A", "B"].map(|id| doc(id, 1))).await;
        assert_eq!(world.push(std::slice::from_ref(&line)).await, 6);
        assert_eq!(world.push(&["A", "B"].map(|id| doc(id, 3))).await, 0);
        assert_eq!(world.open().await, 1, "{line}");
        let ran = world.run(FULL, &[line.clone(), doc("B", 3)]).await;
        assert!(World::is_held_back(&ran), "{:?}", ran.finished);
        assert_eq!(world.newest(), "A3 B3", "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_version_closes_nothing_whose_version_is_unknown() {
    let mut world = World::holding(&[doc("A", 1)]).await;
    assert_eq!(world.push(&[doc("A", 1), unversioned("A")]).await, 6);
    // The document that came last comes once more.
    assert_eq!(world.push(&[doc("A", 1)]).await, 0);
    assert_eq!(world.open().await, 1);
    world.push(&[doc("A", 2)]).await;
    assert_eq!(world.open().await, 0, "a newer one closes it");

    // Within one run, over two pages, and once more afterwards.
    let mut lines: Vec<String> = (0..run::options().max_documents).map(|n| doc(&format!("d{n}"), 1)).collect();
    lines.insert(0, unversioned("B"));
    lines.push(doc("B", 1));
    assert_eq!(world.push(&lines).await, 6);
    assert_eq!(world.push(&[doc("B", 1)]).await, 0);
    assert_eq!(world.open().await, 1);
    world.push(&[doc("B", 2)]).await;
    assert_eq!(world.open().await, 0, "a newer one closes it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_reading_that_ends_with_an_empty_page_has_ended() {
    let mut world = World::new().await;
    world.server.fault_at(1, fault::header("X-Sync-Truncated", "TRUE"));
    assert_eq!(world.push(&[doc("A", 1), unversioned("B")]).await, 6);
    let reading = "SELECT COALESCE(REFRESH_BATCH_DATE, 'ended') FROM EXECUTE_SYNC_STATE";
    assert_eq!(oracle::value(&world.home.database(), reading), "ended");
    // So what comes from now on is newer.
    assert_eq!(world.push(&[doc("B", 2)]).await, 0);
    assert_eq!(world.open().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_keeps_versions_that_a_line_of_nobodys_could_be() {
    let mut world = World::holding(&[1, 2, 3].map(|version| doc("A", version))).await;
    let now = [doc("A", 1), doc("A", 2), nobodys()];
    let ran = world.run(FULL, &now).await;
    assert_eq!(world.newest(), "A3", "{}", ran.told());
    assert!(World::is_held_back(&ran), "{:?}", ran.finished);
    world.run(ALLOWED, &now).await;
    assert_eq!(world.newest(), "A2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_a_line_of_nobodys_does_not_let_its_document_go() {
    let mut world = World::holding(&["A", "B"].map(|id| doc(id, 1))).await;
    let now = [doc("B", 1), nobodys()];
    assert_eq!(world.push(&now).await, 6);
    let closed = loading::sqlite(&world.home.database()).close_quarantine(&[1]).await.unwrap();
    assert_eq!((closed, world.open().await), (1, 0));
    let ran = world.run(FULL, &now).await;
    assert_eq!(world.newest(), "A1 B1", "{}", ran.told());
    assert!(World::is_held_back(&ran), "{:?}", ran.finished);
    world.run(ALLOWED, &now).await;
    assert_eq!(world.newest(), "B1");
}
