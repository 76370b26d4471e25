//! The stepwise connection test: a list that ticks off one by one, each failure with cause and remedy.

use tokio_util::sync::CancellationToken;

use super::{Engine, silent};
use crate::destination::CheckStep;
use crate::error::{Error, Kind, Result};
use crate::profile::{SourceSettings, SyncOptions, settings};
use crate::progress::counted;
use crate::source::{self, Source};
use crate::sync;

impl Engine {
    /// Tests source and destination; `step` hears of each step as it is done. Stops at the first failure of each half.
    /// Changes nothing.
    ///
    /// # Errors
    /// Of the first failed step; or of kind `Cancelled` within two seconds of `cancel`, and then of the step under way
    /// nothing is told.
    pub async fn test(
        &self,
        source: SourceSettings,
        options: &SyncOptions,
        cancel: &CancellationToken,
        step: &mut (dyn FnMut(&CheckStep) + Send),
    ) -> Result<()> {
        let identity = source.url.identity();
        let source_ok = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(stopped()),
            done = test_source(source, options, step) => done,
        };
        let mut destination_ok = Ok(());
        let mut destination = self.connect(&silent(), cancel);
        let mut of_another = None;
        if source_ok.is_ok() {
            // What keeps it from being looked at is told by its own step.
            let state = destination.inspect().await.ok().and_then(|found| found.state);
            of_another = state.and_then(|state| sync::same_source(&state, &identity).err());
        }
        // Not broken off here: it looks at the signal itself, and takes back what it tried.
        for mut checked in destination.check().await {
            if checked.outcome.is_ok()
                && let Some(error) = of_another.take()
            {
                checked.outcome = Err(error);
            }
            match &checked.outcome {
                Err(error) if error.kind() == Kind::Cancelled => return Err(stopped()),
                _ => step(&checked),
            }
            if let Err(error) = checked.outcome {
                destination_ok = Err(error);
            }
        }
        source_ok.and(destination_ok)
    }
}

fn stopped() -> Error {
    Error::new(Kind::Cancelled, "the test was stopped as asked")
}

async fn test_source(
    given: SourceSettings,
    options: &SyncOptions,
    step: &mut (dyn FnMut(&CheckStep) + Send),
) -> Result<()> {
    let url = given.url.as_url().clone();
    let host = url.host_str().unwrap_or_default().to_owned();
    // Behind a proxy it is the proxy that looks the name up.
    if given.proxy.is_none() && source::system_proxy(url.as_str()).is_none() {
        let resolved = resolve(&host, url.port_or_known_default().unwrap_or(443)).await;
        done(step, "name resolves", resolved)?;
    }
    let secure = url.scheme() == "https";
    let source = Source::new(given)?;
    // One request answers four questions; where it failed tells which of them it answered with no.
    match source.schema_answer(options.include_calcs).await {
        Ok(answer) => {
            done(step, "TLS", Ok(tls(secure)))?;
            done(step, "answers", Ok(format!("{host} answers")))?;
            done(step, "key accepted", Ok(source.settings().key_id.clone()))?;
            let found = source::read_schema(&answer).map(|schema| {
                let fields: usize = schema.types.iter().map(|t| t.fields.len()).sum();
                let types = u64::try_from(schema.types.len()).unwrap_or(u64::MAX);
                let fields = u64::try_from(fields).unwrap_or(u64::MAX);
                format!("{}, {}", counted(types, "document type"), counted(fields, "field"))
            });
            done(step, "schema readable", found)
        }
        Err(error) => {
            let error = match source.base_above(&error, options.include_calcs).await {
                Some((base, sign)) => source.elsewhere(&base, sign, error),
                None => error,
            };
            let is_of_address = error.at_field() == Some(settings::EXECUTE_URL.name);
            let failed = match error.kind() {
                _ if source::is_of_tls(&error) => 0,
                Kind::RefusedBySource => 2,
                // A web page or an error of the server says nothing about the key.
                _ => 1,
            };
            let passed = [("TLS", tls(secure)), ("answers", format!("{host} answers"))];
            // Where there was no answer, nothing is known of the certificate either.
            let answered = is_of_address && error.kind() != Kind::SourceUnreachable;
            let skipped = usize::from(failed == 1 && !answered);
            for (name, found) in passed.into_iter().take(failed).skip(skipped) {
                done(step, name, Ok(found))?;
            }
            done(step, ["TLS", "answers", "key accepted"][failed], Err(error))
        }
    }
}

fn tls(secure: bool) -> String {
    if secure { "the certificate is trusted" } else { "not encrypted: the key travels in the clear" }.to_owned()
}

async fn resolve(host: &str, port: u16) -> Result<String> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((host, port)).await.map_err(|e| {
        Error::new(Kind::SourceUnreachable, format!("the name {host} does not resolve"))
            .hint("Check EXECUTESYNC_EXECUTE_URL for a typing error, and the network.")
            .field("EXECUTE_URL")
            .because(e)
    })?;
    Ok(found.map(|address| address.ip().to_string()).take(3).collect::<Vec<_>>().join(", "))
}

/// Tells a step and passes a failure on.
fn done(step: &mut (dyn FnMut(&CheckStep) + Send), name: &'static str, outcome: Result<String>) -> Result<()> {
    let checked = CheckStep { name, outcome };
    step(&checked);
    checked.outcome.map(|_| ())
}
