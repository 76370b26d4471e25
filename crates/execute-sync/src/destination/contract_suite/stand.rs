//! What the cases stand on: one destination in an empty database, pages made of lines, and comparisons that say what differs.

use std::fmt::Debug;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{ProvingGround, Row, Table};
use crate::destination::view_plan::ViewPlan;
use crate::destination::{
    BatchDate, Destination, FeedItem, PageTotals, PageWrite, PageWritten, QuarantineEntry, QuarantineFilter, Refresh,
    Removals, State,
};
use crate::error::{Error, Kind};
use crate::source::Mark;
use crate::source::block::{Block, Cutter, Line};
use crate::source::schema::Schema;

/// `Err` says how a rule was broken.
pub(super) type Outcome<T = ()> = Result<T, String>;

/// The lists of the suite are longer than this.
pub(super) const CHUNK_SIZE: usize = 3;

/// One case's destination, opened in an empty database.
pub(super) struct Stand<'a> {
    pub ground: &'a mut dyn ProvingGround,
    pub destination: Box<dyn Destination>,
}

impl<'a> Stand<'a> {
    pub(super) async fn new(ground: &'a mut dyn ProvingGround) -> Outcome<Self> {
        ground.clear().await.map_err(failed("emptying the database"))?;
        let destination = ground.open().await.map_err(failed("opening the database"))?;
        Ok(Stand { ground, destination })
    }

    /// Makes the tables, the first state row and the base views.
    pub(super) async fn prepare(&mut self) -> Outcome {
        self.destination.prepare(Some(&first_state())).await.map_err(failed("prepare"))?;
        self.destination.create_views(&ViewPlan::default()).await.map_err(failed("create_views"))?;
        Ok(())
    }

    /// Goes on with a destination that knows nothing yet.
    pub(super) async fn reopen(&mut self) -> Outcome {
        self.destination = self.ground.open().await.map_err(failed("opening the database again"))?;
        Ok(())
    }

    pub(super) async fn state(&mut self) -> Outcome<State> {
        let found = self.destination.inspect().await.map_err(failed("inspect"))?;
        found.state.ok_or_else(|| "the state row is gone".to_owned())
    }

    /// Stores a page from the checkpoint on, as a run does.
    pub(super) async fn try_store(&mut self, page: &Page) -> Outcome<Result<PageWritten, Error>> {
        let state = self.state().await?;
        let write = page.write(state);
        let feed = page.feed(self.destination.as_ref());
        Ok(self.destination.write_page(write, feed).await)
    }

    pub(super) async fn store(&mut self, page: &Page) -> Outcome<PageWritten> {
        self.try_store(page).await?.map_err(failed("write_page"))
    }

    /// The page is refused with an error of this kind, and nothing changes.
    pub(super) async fn refused(&mut self, what: &str, page: &Page, kind: Kind) -> Outcome {
        let before = self.everything().await?;
        match self.try_store(page).await? {
            Ok(_) => return Err(format!("{what}: the page was stored")),
            Err(error) => same(&format!("{what}: the kind of the error"), &error.kind(), &kind)?,
        }
        same(&format!("{what}: what is stored"), &self.everything().await?, &before)
    }

    pub(super) async fn table(&mut self, table: Table) -> Outcome<Vec<Row>> {
        let rows = self.ground.rows(table).await.map_err(failed(table.name()))?;
        let mut rows = rows.ok_or_else(|| format!("{} is not there", table.name()))?;
        rows.sort();
        Ok(rows)
    }

    pub(super) async fn quarantine(&mut self, filter: QuarantineFilter) -> Outcome<Vec<QuarantineEntry>> {
        self.destination.quarantine(filter).await.map_err(failed("quarantine"))
    }

    /// What may not change when something fails.
    pub(super) async fn everything(&mut self) -> Outcome<(Vec<Row>, State, Vec<QuarantineEntry>)> {
        let rows = self.table(Table::Documents).await?;
        Ok((rows, self.state().await?, self.quarantine(QuarantineFilter::All).await?))
    }

    /// Compares a table with lines of the form `TYPE/ID v1 #0`.
    pub(super) async fn holds(&mut self, what: &str, table: Table, expected: &[&str]) -> Outcome {
        let rows = self.table(table).await?;
        let got: Vec<String> =
            rows.iter().map(|r| format!("{}/{} v{} #{}", r.doc_type, r.id, r.version, r.chunk)).collect();
        same(&format!("{what}: {}", table.name()), &got, &expected.iter().map(|&e| e.to_owned()).collect())
    }
}

/// The state row before the first page.
pub(super) fn first_state() -> State {
    State {
        source: "contract.example".into(),
        key: "0123456789abcdef".into(),
        include_calcs: false,
        mark: None,
        batch_date: None,
        refresh: None,
        first_reading: None,
        run_id: "run 0".into(),
        writer: "contract suite".into(),
        fence: 0,
        views_left_for: None,
    }
}

/// One page, and what it is to do to the state row.
#[derive(Clone)]
pub(super) struct Page {
    lines: Vec<String>,
    mark: &'static str,
    now: Timestamp,
    batch_date: Option<BatchDate>,
    keep_superseded: bool,
    refreshing: bool,
    first_reading: bool,
    removals: Option<Removals>,
    skip_if_empty: bool,
    requeued: Vec<i64>,
    number: u64,
    ending: Ending,
}

/// How the feed of a page ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    /// With the page's counts, or with others.
    End { too_many_delivered: u64, too_many_bad: u64 },
    /// With an error after so many lines.
    ErrorAfter(usize),
    /// Without a word after so many lines.
    DroppedAfter(usize),
}

impl Page {
    pub(super) fn new(lines: impl IntoIterator<Item = String>) -> Page {
        Page {
            lines: lines.into_iter().collect(),
            mark: "mark 1",
            now: at("2025-01-31T09:30:00Z"),
            batch_date: None,
            keep_superseded: false,
            refreshing: false,
            first_reading: false,
            removals: None,
            skip_if_empty: false,
            requeued: Vec::new(),
            number: 1,
            ending: Ending::End { too_many_delivered: 0, too_many_bad: 0 },
        }
    }

    pub(super) fn mark(self, mark: &'static str) -> Page {
        Page { mark, ..self }
    }

    pub(super) fn at(self, now: &str) -> Page {
        Page { now: at(now), ..self }
    }

    /// A further page of the run that stored `earlier`.
    pub(super) fn after(self, earlier: &PageWritten) -> Page {
        Page { batch_date: earlier.batch_date, number: self.number + 1, ..self }
    }

    pub(super) fn keeping_superseded(self) -> Page {
        Page { keep_superseded: true, ..self }
    }

    /// A page of a full refresh that is not its last.
    pub(super) fn refreshing(self) -> Page {
        Page { refreshing: true, ..self }
    }

    /// A page of the first reading of the source that is not its last.
    pub(super) fn reading_first(self) -> Page {
        Page { first_reading: true, ..self }
    }

    /// The last page of a full refresh.
    pub(super) fn ending_refresh(self, removals: Removals) -> Page {
        Page { removals: Some(removals), ..self }
    }

    pub(super) fn skipped_if_empty(self) -> Page {
        Page { skip_if_empty: true, ..self }
    }

    /// A page with the lines of these quarantine entries.
    pub(super) fn requeuing(self, entries: &[i64]) -> Page {
        Page { requeued: entries.to_vec(), ..self }
    }

    pub(super) fn ending(self, ending: Ending) -> Page {
        Page { ending, ..self }
    }

    /// What a run would ask for, given the state it has read.
    pub(super) fn write(&self, mut state: State) -> PageWrite {
        let mark = Mark::new(self.mark).ok();
        let of_refresh = state.refresh.as_ref().and_then(|r| r.batch_date);
        if self.refreshing {
            state.refresh = Some(Refresh { batch_date: of_refresh, mark, allow_removals: false });
        } else {
            state.refresh = None;
            state.mark = mark;
        }
        let began = state.first_reading.or_else(|| BatchDate::after(self.now, None));
        state.first_reading = if self.first_reading { began } else { None };
        state.run_id = format!("run at {}", self.now);
        PageWrite {
            state,
            batch_date: self.batch_date.or(of_refresh),
            now: self.now,
            keep_superseded: self.keep_superseded,
            page: self.number,
            removals: self.removals,
            skip_if_empty: self.skip_if_empty,
            requeued: self.requeued.clone(),
        }
    }

    /// The page's lines, a block each, cut as the source cuts them.
    pub(super) fn feed(&self, destination: &dyn Destination) -> crate::destination::Feed {
        let limits = destination.limits(CHUNK_SIZE);
        let mut items: Vec<crate::error::Result<FeedItem>> = Vec::with_capacity(self.lines.len() + 1);
        let mut totals = PageTotals::default();
        for (index, line) in self.lines.iter().enumerate() {
            for mut block in cut(line, limits) {
                for line in &mut block.lines {
                    totals.delivered += 1;
                    if let Line::Bad(bad) = line {
                        totals.bad += 1;
                        bad.line = index as u64 + 1;
                    }
                }
                items.push(Ok(FeedItem::Block(block, None)));
            }
        }
        match self.ending {
            Ending::End { too_many_delivered, too_many_bad } => {
                totals.delivered += too_many_delivered;
                totals.bad += too_many_bad;
                items.push(Ok(FeedItem::End(totals)));
            }
            Ending::ErrorAfter(lines) => {
                items.truncate(lines);
                items.push(Err(Error::new(Kind::SourceUnreachable, "the connection was cut")));
            }
            Ending::DroppedAfter(lines) => items.truncate(lines),
        }
        let (sender, feed) = mpsc::channel(items.len().max(1));
        for item in items {
            // The channel has room for all of it.
            let _ = sender.try_send(item);
        }
        feed
    }
}

fn cut(line: &str, limits: crate::document::DocumentLimits) -> Vec<Block> {
    let mut cutter = Cutter::new(limits, u64::MAX);
    let first = cutter.push(line.as_bytes());
    // A line of the suite begins with no `<` and is not blank, so that it cannot fail.
    first.into_iter().flatten().chain(cutter.finish().into_iter().flatten()).collect()
}

/// A document of type `doc_type` with some more members, such as `"A":1`.
pub(super) fn doc_with(doc_type: &str, id: &str, version: i64, members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    format!(
        r#"{{"DOCUMENT_ID":"{id}","$TYPE":"{doc_type}","$VERSION":{version},"$AUTHOR_ID":"U1","$DATE":"2025-03-14T16:20:11Z","$DELETED":false{comma}{members}}}"#
    )
}

/// A document with nothing but its envelope.
pub(super) fn doc(doc_type: &str, id: &str, version: i64) -> String {
    doc_with(doc_type, id, version, "")
}

/// A line that says whose it is and cannot be stored, in as many kinds as there are notes.
pub(super) fn bad(doc_type: &str, id: &str, version: i64, note: &str) -> String {
    format!(r#"{{"DOCUMENT_ID":"{id}","$TYPE":"{doc_type}","$VERSION":{version},"$DATE":"no date","NOTE":"{note}"}}"#)
}

/// The plan of a schema in this database.
pub(super) fn plan(ground: &dyn ProvingGround, schema: &str) -> Outcome<ViewPlan> {
    let schema = Schema::parse(schema.as_bytes()).map_err(failed("a schema of the suite"))?;
    Ok(ViewPlan::new(&schema, false, ground.name_rules()))
}

fn at(text: &str) -> Timestamp {
    // A text of the suite that is no time shows as a batch date of 1970.
    text.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Turns an error into a sentence.
pub(super) fn failed(what: &str) -> impl Fn(Error) -> String + use<> {
    let what = what.to_owned();
    move |error| format!("{what} failed: {error:?}")
}

/// Says what was found and what should have been.
pub(super) fn same<T: PartialEq + Debug>(what: &str, got: &T, expected: &T) -> Outcome {
    if got == expected { Ok(()) } else { Err(format!("{what}: found {got:#?}, expected {expected:#?}")) }
}
