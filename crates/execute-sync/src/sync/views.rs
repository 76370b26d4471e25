//! The helper views of a run: they follow the schema before the first page, or are made alone.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Job, Run, ViewDuty, cancelled, start};
use crate::destination::view_plan::ViewPlan;
use crate::destination::{Destination, State, ViewReport};
use crate::error::{Error, Kind, Result};
use crate::retry::Attempts;
use crate::source::Source;
use crate::source::schema::Schema;

/// Creates or refreshes the helper views alone, in a database that is prepared for them if need be.
///
/// # Errors
/// The schema cannot be read, the database holds another source, or it cannot be written.
pub async fn create_views(
    source: &Source,
    destination: &mut dyn Destination,
    job: &Job,
    cancel: &CancellationToken,
) -> Result<ViewReport> {
    let schema = Run::new(source, job, Arc::new(|_| {}), cancel).schema_at_last().await?;
    let mut found = destination.inspect().await?;
    if let Some(stored) = &mut found.state {
        start::same_source(stored, &source.settings().url.identity())?;
        if found.quarantine_missing {
            // The next run has to read again what was in it.
            stored.refresh = Some(start::from_the_beginning(stored, false));
            destination.write_state(stored).await?;
            stored.fence += 1;
        }
    }
    for skipped in &schema.warnings {
        log::warn!("{skipped}");
    }
    let plan = ViewPlan::new(&schema, job.options.hide_inactive_fields, job.name_rules);
    destination.prepare(None).await?;
    let mut report = destination.create_views(&plan).await?;
    report.renamed = plan.renamed.into_iter().map(|renamed| renamed.sentence).collect();
    if let Some(mut state) = found.state
        && state.views_left_for.take().is_some()
    {
        destination.write_state(&state).await?;
    }
    Ok(report)
}

impl Run<'_> {
    /// Asks for the schema until it answers or the attempts are used up.
    pub(super) async fn schema_at_last(&mut self) -> Result<Schema> {
        let mut attempts = Attempts::new(self.job.retry);
        loop {
            match self.schema().await {
                Ok(schema) => return Ok(schema),
                Err(error) => self.pause(&mut attempts, error).await?,
            }
        }
    }

    pub(super) async fn schema(&self) -> Result<Schema> {
        let read = self.source.schema(self.job.options.include_calcs);
        tokio::select! {
            // First, or a request may leave although the run was stopped before it began.
            biased;
            () = self.cancel.cancelled() => Err(cancelled()),
            schema = read => schema,
        }
    }

    /// Follows the schema: views that are not as they should be are replaced before the first page. A new database has its base
    /// views even if the schema cannot be read.
    pub(super) async fn views(
        &mut self,
        destination: &mut dyn Destination,
        state: &mut State,
        schema: Result<Schema>,
        is_new: bool,
    ) -> Result<()> {
        let schema = match schema {
            Ok(schema) => schema,
            Err(error) => {
                let so = if is_new { "there are only the base views" } else { "the views stay as they are" };
                self.reporter.warn(&format!("the schema cannot be read, so {so}: {error}"));
                if !is_new {
                    return Ok(());
                }
                Schema::default()
            }
        };
        if self.job.views == ViewDuty::Warn {
            let fingerprint = schema.fingerprint();
            match state.views_left_for.as_deref() {
                Some("") => {
                    state.views_left_for = Some(fingerprint);
                    return self.write_state(destination, state).await;
                }
                Some(left_for) if left_for == fingerprint => return Ok(()),
                _ => {}
            }
        }
        let plan = ViewPlan::new(&schema, self.job.options.hide_inactive_fields, self.job.name_rules);
        let mut report = destination.create_views(&plan).await?;
        let is_new = |view: &String| report.created.contains(view) || report.changed.contains(view);
        let told = plan.renamed.into_iter().filter(|renamed| is_new(&renamed.view));
        report.renamed = told.map(|renamed| renamed.sentence).collect();
        if !report.is_unchanged() {
            self.reporter.notice(&format!("Views: {}", report.summary()));
            for renamed in &report.renamed {
                self.reporter.notice(renamed);
            }
            for skipped in &schema.warnings {
                self.reporter.warn(skipped);
            }
        }
        for (name, why) in &report.refused {
            self.reporter.warn(&format!("the view {name:?} cannot be made: {why}"));
        }
        let refused = report.refused.iter().map(|(name, _)| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        self.summary.views = report;
        if state.views_left_for.take().is_some() {
            self.write_state(destination, state).await?;
        }
        if self.job.views == ViewDuty::Require && !refused.is_empty() {
            return Err(Error::new(Kind::Rejected, format!("views that cannot be made: {refused}"))
                .hint("Rename or drop what stands in their way, then run again; push and sync go on without them."));
        }
        if self.job.views == ViewDuty::Require {
            // Monitors search for this line.
            log::info!("Views Created");
        }
        Ok(())
    }
}
