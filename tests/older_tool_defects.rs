//! One test for each defect of the older tool: what it got wrong in reading and storing, and ours must get right.
//!
//! Those of its commands, its views and its numbers are in `older_tool_shortcomings`. Not here, because they have nothing
//! to do with SQLite: money in SQL Server and Snowflake, unsigned releases, self-signed certificates of SQL Server.

use std::time::Duration;

use execute_sync::error::Kind;
use execute_sync::source::Source;
use execute_sync::sync::Task;

use crate::support::cli::Cli;
use crate::support::execute::{Execute, Fault, What};
use crate::support::fault;
use crate::support::ledger::{Ledger, Size, tiny};
use crate::support::oracle;
use crate::support::other_program::edit;
use crate::support::run::{self, Home, How, Ran, sync_run};
use crate::support::seed::Rng;
use crate::support::wire::{At, Framing, Then};

/// A server with a dozen documents and an empty folder.
struct Stand {
    server: Execute,
    source: Source,
    home: Home,
}

impl Stand {
    async fn new() -> Self {
        Stand::of(Ledger::world(&mut Rng::new(21), 12, Size::Small)).await
    }

    async fn of(ledger: Ledger) -> Self {
        let server = Execute::start(ledger).await;
        let source = Source::new(run::settings(&server.url())).unwrap();
        Stand { server, source, home: Home::in_memory() }
    }

    /// Good documents, and one line more in their midst.
    async fn with_line(line: &[u8]) -> Self {
        let mut ledger = Ledger::default();
        for number in 0..5 {
            ledger.push(&Ledger::mark(number), tiny(&format!("good {number}"), 1));
        }
        ledger.entries[2].mark = "the mark of what follows".to_owned();
        ledger.push("the mark of what follows", line.to_vec());
        let last = ledger.entries.pop().unwrap();
        ledger.entries.insert(3, last);
        Stand::of(ledger).await
    }

    async fn run(&self) -> Ran {
        sync_run(&self.source, &self.home, &How::default()).await.expect("it ends")
    }

    /// Every page from the second on is answered like this.
    fn spoil_from_the_second_page(&self, fault: Fault) {
        let plan = fault::plan(What::Page, 2, false, fault);
        self.server.plan(move |ask| plan(ask));
    }

    /// Runs, which must fail so, with nothing lost and the mark where the data is; then the fault is gone, and so is the gap.
    async fn fails_and_recovers(&self, kind: Kind) -> Ran {
        let ran = self.run().await;
        assert_eq!(ran.kind(), Some(kind), "{}", ran.told());
        assert_ne!(kind.exit_code(), 0);
        oracle::prefix(&self.home, &self.server.ledger()).check().unwrap();
        self.server.clear();
        self.is_complete().await;
        ran
    }

    /// Runs, and everything is there.
    async fn is_complete(&self) -> Ran {
        let ran = self.run().await;
        assert_eq!(ran.kind(), None, "{}", ran.told());
        oracle::complete(&self.home, &self.server.ledger()).check().unwrap();
        ran
    }

    fn value(&self, sql: &str) -> String {
        oracle::value(&self.home.database(), sql)
    }
}

fn without_last_newline(body: &[u8]) -> Vec<u8> {
    body.strip_suffix(b"\n").unwrap_or(body).to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_last_line_without_a_newline_is_stored() {
    let stand = Stand::new().await;
    stand.server.plan(|ask| (ask.what == What::Page).then(|| fault::body_with(without_last_newline)));
    stand.is_complete().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_document_a_page_without_a_newline_is_stored() {
    let stand = Stand::new().await;
    stand.server.plan(|ask| (ask.what == What::Page).then(|| fault::body_with(without_last_newline)));
    let how =
        How { options: execute_sync::profile::SyncOptions { max_documents: 1, ..run::options() }, ..How::default() };
    let ran = sync_run(&stand.source, &stand.home, &how).await.unwrap();
    assert_eq!(ran.kind(), None, "{}", ran.told());
    oracle::complete(&stand.home, &stand.server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_in_mid_page_ends_the_run_instead_of_looping_for_ever() {
    let stand = Stand::new().await;
    stand.spoil_from_the_second_page(fault::cut(At::Middle, Then::Fin));
    let ran = stand.fails_and_recovers(Kind::SourceUnreachable).await;
    assert_eq!(ran.finished.summary.pages, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_reset_ends_the_run_instead_of_looping_for_ever() {
    let stand = Stand::new().await;
    stand.spoil_from_the_second_page(fault::cut(At::Middle, Then::Reset));
    stand.fails_and_recovers(Kind::SourceUnreachable).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chunked_body_that_is_cut_ends_the_run_instead_of_looping_for_ever() {
    let stand = Stand::new().await;
    stand.spoil_from_the_second_page(fault::all(vec![
        fault::framing(Framing::Chunked),
        fault::cut(At::Boundary, Then::Fin),
    ]));
    stand.fails_and_recovers(Kind::SourceUnreachable).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_close_delimited_body_that_is_cut_loses_no_row() {
    let stand = Stand::new().await;
    stand.spoil_from_the_second_page(fault::all(vec![
        fault::framing(Framing::Close),
        fault::cut(At::Boundary, Then::Fin),
    ]));
    let ran = stand.run().await;
    assert!(ran.kind().is_some(), "the end of such a body cannot be told from a cut");
    oracle::prefix(&stand.home, &stand.server.ledger()).check().unwrap();
    stand.server.clear();
    stand.is_complete().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_cannot_be_inserted_fails_its_page_and_the_mark_stays() {
    let stand = Stand::new().await;
    stand.server.set_ledger(Ledger { entries: stand.server.ledger().entries[..4].to_vec() });
    stand.is_complete().await;
    let mark = stand.value("SELECT MARK FROM EXECUTE_SYNC_STATE");
    let full = Ledger::world(&mut Rng::new(21), 12, Size::Small);
    let (_, id, version) = full.entries[6].key.clone().unwrap();
    stand.server.set_ledger(full);
    let trigger = format!(
        "CREATE TRIGGER REFUSED BEFORE INSERT ON EXECUTE_DOCUMENTS WHEN NEW.ID = '{id}' AND NEW.VERSION = {version}
         BEGIN SELECT RAISE(ABORT, 'refused by a trigger'); END"
    );
    edit(&stand.home.database(), &[&trigger]);
    let ran = stand.run().await;
    assert!(ran.kind().is_some_and(|kind| kind.exit_code() == 1), "{}", ran.told());
    assert!(ran.told().contains("refused by a trigger"), "{}", ran.told());
    assert_eq!(stand.value("SELECT MARK FROM EXECUTE_SYNC_STATE"), mark);
    oracle::prefix(&stand.home, &stand.server.ledger()).check().unwrap();
    edit(&stand.home.database(), &["DROP TRIGGER REFUSED"]);
    stand.is_complete().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_mark_ends_the_run_instead_of_storing_an_empty_one() {
    let stand = Stand::new().await;
    stand.spoil_from_the_second_page(fault::no_header("X-Sync-Highwater-Mark"));
    stand.fails_and_recovers(Kind::BadData).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_mark_ends_the_run_instead_of_being_stored() {
    let stand = Stand::new().await;
    stand.spoil_from_the_second_page(fault::header("X-Sync-Highwater-Mark", ""));
    stand.fails_and_recovers(Kind::BadData).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_truncation_header_ends_the_run_instead_of_looping_for_ever() {
    let stand = Stand::new().await;
    stand.spoil_from_the_second_page(fault::no_header("X-Sync-Truncated"));
    stand.fails_and_recovers(Kind::BadData).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_mark_again_ends_the_run_instead_of_looping_for_ever() {
    let stand = Stand::new().await;
    let mark = stand.server.ledger().answer("", 4).mark;
    stand.spoil_from_the_second_page(fault::all(vec![
        fault::header("X-Sync-Highwater-Mark", mark),
        fault::header("X-Sync-Truncated", "TRUE"),
    ]));
    let ran = stand.run().await;
    assert_eq!(ran.kind(), Some(Kind::BadData), "{}", ran.told());
    assert!(ran.finished.summary.pages <= 4, "{} pages", ran.finished.summary.pages);
    stand.server.clear();
    stand.is_complete().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn html_in_place_of_a_page_ends_the_run_instead_of_looping_for_ever() {
    let stand = Stand::new().await;
    let page = "<!DOCTYPE html>\n<html><body>Please log in</body></html>\n";
    stand.spoil_from_the_second_page(fault::all(vec![fault::header("Content-Type", "text/html"), fault::body(page)]));
    stand.fails_and_recovers(Kind::BadData).await;
}

/// The line is in quarantine, everything else is stored, and the exit code says so.
async fn is_quarantined(line: &[u8]) {
    let stand = Stand::with_line(line).await;
    let ran = stand.is_complete().await;
    assert_eq!(ran.finished.summary.quarantined, 1, "{}", String::from_utf8_lossy(line));
    assert_eq!(execute_sync::engine::exit_code(&ran.finished), 6);
    assert_eq!(stand.value("SELECT CAST(BYTES AS TEXT) FROM EXECUTE_SYNC_QUARANTINE").as_bytes(), line);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_not_json_is_kept_and_told() {
    is_quarantined(b"this is not JSON").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_cut_is_kept_and_told() {
    is_quarantined(&tiny("cut", 1)[..50]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_null_is_kept_and_told() {
    is_quarantined(b"null").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_without_id_is_kept_and_told_instead_of_crashing() {
    is_quarantined(br#"{"$TYPE":"AFE","$VERSION":1,"$DATE":"2025-01-31T09:30:00Z"}"#).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_in_quotes_is_kept_and_told_instead_of_crashing() {
    let line = br#"{"DOCUMENT_ID":"quoted","$TYPE":"AFE","$VERSION":"3","$DATE":"2025-01-31T09:30:00Z"}"#;
    is_quarantined(line).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_null_or_absent_author_is_stored_instead_of_crashing() {
    let mut ledger = Ledger::default();
    ledger.push("one", tiny("absent", 1));
    let null = r#"{"DOCUMENT_ID":"null","$TYPE":"AFE","$VERSION":1,"$AUTHOR_ID":null,"$DATE":"2025-01-31T09:30:00Z"}"#;
    ledger.push("two", null.as_bytes().to_vec());
    let stand = Stand::of(ledger).await;
    stand.is_complete().await;
    assert_eq!(stand.value("SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE AUTHOR IS NULL"), "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bom_at_the_start_of_a_page_costs_no_row() {
    let stand = Stand::new().await;
    stand
        .server
        .plan(|ask| (ask.what == What::Page).then(|| fault::body_with(|body| [b"\xef\xbb\xbf", body].concat())));
    stand.is_complete().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slices_of_long_lists_get_the_same_numbers_in_every_run() {
    let lists: Vec<String> = ["Z", "A", "M", "B", "Y"]
        .map(|name| {
            let items: Vec<String> = (0..25).map(|item| format!(r#"{{"LISTITEM_ID":"{name}{item}"}}"#)).collect();
            format!(r#""{name}":[{}]"#, items.join(","))
        })
        .to_vec();
    let line = format!(
        r#"{{"DOCUMENT_ID":"long","$TYPE":"AFE","$VERSION":1,"$DATE":"2025-01-31T09:30:00Z",{}}}"#,
        lists.join(",")
    );
    let mut ledger = Ledger::default();
    ledger.push("one", line.into_bytes());
    let stand = Stand::of(ledger).await;
    let rows = || oracle::rows(&stand.home.database(), "SELECT CHUNK, DATA FROM EXECUTE_DOCUMENTS ORDER BY CHUNK");
    stand.is_complete().await;
    let first = rows();
    assert_eq!(first.len(), 16, "the document, and three slices of each of five lists");
    for _ in 0..4 {
        let how = How { task: Task::FullRefresh { allow_removals: false }, ..How::default() };
        assert_eq!(sync_run(&stand.source, &stand.home, &how).await.unwrap().kind(), None);
        assert_eq!(rows(), first);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mark_is_in_the_database_so_a_deleted_or_restored_one_misses_nothing() {
    let stand = Stand::new().await;
    let all = stand.server.ledger();
    stand.server.set_ledger(Ledger { entries: all.entries[..6].to_vec() });
    stand.is_complete().await;
    let backup = std::fs::read(stand.home.database()).unwrap();
    stand.server.set_ledger((*all).clone());
    stand.is_complete().await;
    std::fs::write(stand.home.database(), backup).unwrap();
    stand.is_complete().await;
    std::fs::remove_file(stand.home.database()).unwrap();
    stand.is_complete().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_refresh_removes_what_the_server_no_longer_has() {
    let stand = Stand::new().await;
    stand.is_complete().await;
    let mut ledger = (*stand.server.ledger()).clone();
    let gone = ledger.entries.remove(0).key.unwrap();
    ledger.entries.retain(|entry| entry.key.as_ref().is_none_or(|key| key.1 != gone.1));
    stand.server.set_ledger(ledger);
    let how = How { task: Task::FullRefresh { allow_removals: false }, ..How::default() };
    let ran = sync_run(&stand.source, &stand.home, &how).await.unwrap();
    assert_eq!(ran.kind(), None, "{}", ran.told());
    oracle::complete(&stand.home, &stand.server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_after_401_exits_with_3_and_is_not_tried_again() {
    let stand = Stand::new().await;
    stand.server.set_login("another", "login");
    let output = Cli::patient(&stand.home, &stand.server.url()).run(&["push"]);
    assert_eq!(output.code, Some(3), "{}", output.stderr);
    assert!(output.stderr.contains("Sync Failed: "), "{}", output.stderr);
    assert!(output.took < Duration::from_secs(5), "the same login is refused again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_after_503_is_tried_again_and_then_exits_with_4() {
    let stand = Stand::new().await;
    stand.server.plan(|ask| (ask.what == What::Page).then(|| fault::status("503 Service Unavailable")));
    let ran = stand.fails_and_recovers(Kind::SourceUnreachable).await;
    assert_eq!(ran.retried.len(), 2, "as often as the limits of this test allow");
    assert_eq!(Kind::SourceUnreachable.exit_code(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_exits_with_1_after_a_page_that_is_none() {
    let stand = Stand::new().await;
    stand.spoil_from_the_second_page(fault::body("<html>Please log in</html>\n"));
    let output = Cli::patient(&stand.home, &stand.server.url()).run(&["push"]);
    assert_eq!(output.code, Some(1), "{}", output.stderr);
    assert!(output.stderr.contains("Sync Failed: "), "{}", output.stderr);
}
