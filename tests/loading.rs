//! A SQLite file as destination, and lines brought into it without a server: for tests of what a destination does with
//! documents and schemas.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use execute_sync::destination::sqlite::{Sqlite, Waiting};
use execute_sync::destination::view_plan::ViewPlan;
use execute_sync::destination::{Destination, FeedItem, PageTotals, PageWrite, PageWritten, State};
use execute_sync::source::Mark;
use execute_sync::source::block::{Cutter, Line};
use execute_sync::source::schema::Schema;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

/// The file as destination; another program's lock is waited for.
pub(crate) fn sqlite(file: &Path) -> Sqlite {
    let waiting =
        Waiting { cancel: CancellationToken::new(), on_wait: Arc::new(|| {}), limit: Duration::from_secs(10) };
    Sqlite::new(file.to_owned(), waiting)
}

/// Makes the tables and the first state row.
pub(crate) async fn prepare(destination: &mut dyn Destination) {
    let state = State {
        source: "test.example".to_owned(),
        key: "key".to_owned(),
        include_calcs: false,
        mark: None,
        batch_date: None,
        refresh: None,
        first_reading: None,
        run_id: "test".to_owned(),
        writer: "test".to_owned(),
        fence: 0,
        views_left_for: None,
    };
    destination.prepare(Some(&state)).await.unwrap();
}

/// Stores the lines as one page.
pub(crate) async fn load<L: AsRef<[u8]>>(
    destination: &mut dyn Destination,
    lines: &[L],
    chunk_size: usize,
) -> PageWritten {
    load_at(destination, lines, chunk_size, "2025-01-31T09:30:00Z".parse().unwrap()).await
}

/// Stores the lines as one page of a run that starts when the clock says `now`.
pub(crate) async fn load_at<L: AsRef<[u8]>>(
    destination: &mut dyn Destination,
    lines: &[L],
    chunk_size: usize,
    now: Timestamp,
) -> PageWritten {
    let state = destination.inspect().await.unwrap().state.unwrap();
    let mut cutter = Cutter::new(destination.limits(chunk_size), u64::MAX);
    let mut blocks = Vec::new();
    for line in lines {
        blocks.extend(cutter.push(&[line.as_ref(), b"\n"].concat()).unwrap());
    }
    blocks.extend(cutter.finish().unwrap());
    let mut totals = PageTotals::default();
    for line in blocks.iter().flat_map(|block| &block.lines) {
        totals.delivered += 1;
        totals.bad += u64::from(matches!(line, Line::Bad(_)));
    }
    let (sender, feed) = tokio::sync::mpsc::channel(blocks.len() + 1);
    for block in blocks {
        sender.try_send(Ok(FeedItem::Block(block, None))).unwrap();
    }
    sender.try_send(Ok(FeedItem::End(totals))).unwrap();
    let write = PageWrite {
        state: State { mark: Mark::new("a mark").ok(), ..state },
        batch_date: None,
        now,
        keep_superseded: false,
        page: 1,
        removals: None,
        skip_if_empty: false,
        requeued: Vec::new(),
    };
    destination.write_page(write, feed).await.unwrap()
}

/// The plan of a schema.
pub(crate) fn plan(schema: &str) -> ViewPlan {
    ViewPlan::new(&Schema::parse(schema.as_bytes()).unwrap(), false, Sqlite::NAME_RULES)
}
