//! Before the first page: checking, looking, preparing, the state row.

use super::Table;
use super::stand::{Outcome, Page, Stand, doc, failed, first_state, same};
use crate::destination::view_plan::ViewPlan;
use crate::destination::{BatchDate, Refresh, State};
use crate::error::Kind;
use crate::source::Mark;

pub(super) async fn check_creates_nothing(stand: &mut Stand<'_>) -> Outcome {
    for step in stand.destination.check().await {
        step.outcome.map_err(failed(step.name))?;
    }
    nothing_is_there(stand).await?;
    stand.prepare().await?;
    stand.store(&Page::new([doc("A", "1", 1)])).await?;
    let before = stand.everything().await?;
    for step in stand.destination.check().await {
        step.outcome.map_err(failed(step.name))?;
    }
    same("what is stored after a check", &stand.everything().await?, &before)
}

pub(super) async fn looking_creates_nothing(stand: &mut Stand<'_>) -> Outcome {
    let found = stand.destination.inspect().await.map_err(failed("inspect"))?;
    same("a state row", &found.state, &None)?;
    let counts = (found.was_ours, found.has_documents, found.foreign_rows, found.open_quarantine);
    same("what was found", &counts, &(false, false, 0, 0))?;
    nothing_is_there(stand).await
}

async fn nothing_is_there(stand: &mut Stand<'_>) -> Outcome {
    let rows = stand.ground.rows(Table::Documents).await.map_err(failed("reading the documents"))?;
    same("EXECUTE_DOCUMENTS of a new database", &rows, &None)
}

pub(super) async fn prepare_is_idempotent(stand: &mut Stand<'_>) -> Outcome {
    stand.destination.prepare(Some(&first_state())).await.map_err(failed("prepare"))?;
    let before = stand.everything().await?;
    same("the first state row", &before.1, &first_state())?;
    let other = State { source: "another.example".into(), run_id: "run 1".into(), fence: 7, ..first_state() };
    stand.destination.prepare(Some(&other)).await.map_err(failed("prepare"))?;
    stand.reopen().await?;
    stand.destination.prepare(Some(&other)).await.map_err(failed("prepare after opening again"))?;
    same("what is there", &stand.everything().await?, &before)?;
    let found = stand.destination.inspect().await.map_err(failed("inspect"))?;
    same("whether it is known as ours", &(found.was_ours, found.has_documents), &(true, false))
}

pub(super) async fn prepare_without_state(stand: &mut Stand<'_>) -> Outcome {
    stand.destination.prepare(None).await.map_err(failed("prepare"))?;
    stand.destination.create_views(&ViewPlan::default()).await.map_err(failed("create_views"))?;
    let found = stand.destination.inspect().await.map_err(failed("inspect"))?;
    same("a state row", &found.state, &None)?;
    same("whether it counts as ours", &found.was_ours, &false)?;
    stand.holds("prepared", Table::Latest, &[]).await?;
    stand.destination.prepare(Some(&first_state())).await.map_err(failed("prepare"))?;
    same("the state row that came later", &stand.state().await?, &first_state())
}

pub(super) async fn state_round_trip(stand: &mut Stand<'_>) -> Outcome {
    let full = State {
        source: "host.example:8443/pre'fix".into(),
        key: "fedcba9876543210".into(),
        include_calcs: true,
        mark: Mark::new("2025-01-31 09:30 +#\"'\\%").ok(),
        batch_date: BatchDate::parse("2025-01-31T09:30:00Z"),
        refresh: Some(Refresh {
            batch_date: BatchDate::parse("2025-02-01T00:00:01Z"),
            mark: Mark::new(&"m".repeat(4096)).ok(),
            allow_removals: true,
        }),
        first_reading: None,
        run_id: "run é😀".into(),
        writer: "a writer".into(),
        fence: 41,
        views_left_for: Some("a schema".into()),
    };
    let begun = State { refresh: Some(Refresh::default()), fence: 42, ..full.clone() };
    let plain = State { mark: None, refresh: None, views_left_for: None, fence: 43, ..full.clone() };
    let first = State { first_reading: BatchDate::parse("2025-02-02T00:00:02Z"), fence: 44, ..plain.clone() };
    stand.destination.prepare(Some(&full)).await.map_err(failed("prepare"))?;
    same("the state row", &stand.state().await?, &full)?;
    for state in [begun, plain, first] {
        // Written against the number before; the row then has the state's own.
        let against = State { fence: state.fence - 1, ..state.clone() };
        stand.destination.write_state(&against).await.map_err(failed("write_state"))?;
        stand.reopen().await?;
        same("the state row", &stand.state().await?, &state)?;
    }
    Ok(())
}

pub(super) async fn state_is_fenced(stand: &mut Stand<'_>) -> Outcome {
    stand.prepare().await?;
    let read = stand.state().await?;
    stand.destination.write_state(&read).await.map_err(failed("write_state"))?;
    let stored = stand.state().await?;
    same("the fence", &stored.fence, &(read.fence + 1))?;
    for stale in [read.fence, stored.fence + 1] {
        let state = State { run_id: "stale".into(), fence: stale, ..read.clone() };
        match stand.destination.write_state(&state).await {
            Ok(()) => return Err(format!("a state with fence {stale} was written over one with {}", stored.fence)),
            Err(error) => same("the kind of the error", &error.kind(), &Kind::AlreadyRunning)?,
        }
        same("the state row", &stand.state().await?, &stored)?;
    }
    Ok(())
}
