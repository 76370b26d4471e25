//! `create_views` and `prune`.

use execute_sync::error::Result;
use serde_json::json;

use crate::printer;
use crate::session::Session;

/// Creates or refreshes the helper views; a view that cannot be made is an error.
pub(crate) async fn create(session: &Session, json: bool) -> Result<u8> {
    let (profile, engine) = session.profile().await?;
    let report = engine.create_views(profile.source, &profile.options, &session.stop.token).await?;
    if json {
        printer::as_json(&report);
    } else if !report.is_unchanged() {
        printer::line(&report.summary());
    }
    for renamed in &report.renamed {
        log::info!("{renamed}");
    }
    for (name, why) in &report.refused {
        log::error!("the view {name:?} cannot be made: {why}");
    }
    if report.refused.is_empty() {
        log::info!("Views Created");
        return Ok(0);
    }
    Ok(1)
}

/// Deletes superseded rows.
pub(crate) async fn prune(session: &Session, json: bool) -> Result<u8> {
    let pruned = session.writing_engine()?.prune(&session.stop.token).await?;
    if json {
        printer::as_json(&json!({ "pruned_rows": pruned }));
    }
    log::info!("{pruned} superseded rows deleted");
    log::info!("Pruning Completed!");
    Ok(0)
}
