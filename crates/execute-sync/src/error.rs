//! Errors: a kind, a sentence, a remedy, the cause underneath; and the one table that says what follows from a kind.
//!
//! Drivers map their errors to kinds in their own folder. Nobody matches on text.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `Result` with the engine's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as far as a consumer must know to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A setting is missing, malformed or contradicts the database.
    Configuration,
    /// A secret is missing, or its store is locked.
    Secret,
    /// The source answered and refused the login or the right.
    RefusedBySource,
    /// The destination answered and refused the login or the right.
    RefusedByDestination,
    /// The source cannot be reached, or its answer broke off.
    SourceUnreachable,
    /// The destination cannot be reached, or is locked by another program.
    DestinationUnreachable,
    /// Another run holds the destination.
    AlreadyRunning,
    /// What the source sent cannot be used.
    BadData,
    /// The work was refused for a reason of the data itself, such as a guard against mass removal.
    Rejected,
    /// The disk is full, read-only or failing.
    Disk,
    /// A defect of ours.
    Internal,
    /// A person or the system asked to stop.
    Cancelled,
}

/// What a schedule does after an error of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing helps but a person.
    Stop,
    /// Try again soon, waiting longer each time.
    BackOff,
    /// Try again, but slowly: it will hardly go away by itself.
    BackOffSlowly,
    /// Wait for the next regular run.
    NextTick,
}

/// Whether the same request may be tried again within the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It would fail the same way.
    Never,
    /// After a pause that grows.
    BackOff,
    /// After the pause the server asked for.
    After(Duration),
}

impl Kind {
    /// Every kind, for tests and for tables.
    pub const ALL: [Kind; 12] = [
        Kind::Configuration,
        Kind::Secret,
        Kind::RefusedBySource,
        Kind::RefusedByDestination,
        Kind::SourceUnreachable,
        Kind::DestinationUnreachable,
        Kind::AlreadyRunning,
        Kind::BadData,
        Kind::Rejected,
        Kind::Disk,
        Kind::Internal,
        Kind::Cancelled,
    ];

    /// The name that leaves the process: in JSON, in history, across IPC.
    pub fn code(self) -> &'static str {
        self.policy().0
    }

    /// The process exit code. A cancelled run gets 130; a shell that knows the signal says 143 for SIGTERM.
    pub fn exit_code(self) -> u8 {
        self.policy().1
    }

    /// What a schedule does next.
    pub fn next(self) -> Next {
        self.policy().2
    }

    fn policy(self) -> (&'static str, u8, Next) {
        match self {
            Kind::Configuration => ("configuration", 2, Next::Stop),
            Kind::Secret => ("secret", 2, Next::Stop),
            Kind::RefusedBySource => ("refused_by_source", 3, Next::Stop),
            Kind::RefusedByDestination => ("refused_by_destination", 3, Next::Stop),
            Kind::SourceUnreachable => ("source_unreachable", 4, Next::BackOff),
            Kind::DestinationUnreachable => ("destination_unreachable", 4, Next::BackOff),
            Kind::AlreadyRunning => ("already_running", 5, Next::NextTick),
            Kind::BadData => ("bad_data", 1, Next::BackOffSlowly),
            Kind::Rejected => ("rejected", 1, Next::BackOffSlowly),
            Kind::Disk => ("disk", 1, Next::BackOffSlowly),
            Kind::Internal => ("internal", 1, Next::BackOffSlowly),
            Kind::Cancelled => ("cancelled", 130, Next::NextTick),
        }
    }
}

/// What a shell may offer as one click, where the remedy is an order to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// A full refresh that may remove any number of documents.
    RefreshWithRemovals,
}

/// One sentence that names the object, a remedy in the imperative, and the cause underneath.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    message: String,
    hint: Option<String>,
    field: Option<&'static str>,
    suggestion: Option<String>,
    offer: Option<Offer>,
    retry: Retry,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A new error; `message` is one sentence without a full stop that names the object.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let retry = if kind == Kind::SourceUnreachable { Retry::BackOff } else { Retry::Never };
        let (hint, field, suggestion, offer, source) = (None, None, None, None, None);
        Error(Box::new(Inner { kind, message: message.into(), hint, field, suggestion, offer, retry, source }))
    }

    /// Adds the remedy, in the imperative.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Names the setting that is at fault, as its environment variable without the prefix (`EXECUTE_URL`).
    pub fn field(mut self, field: &'static str) -> Self {
        self.0.field = Some(field);
        self
    }

    /// Adds the value that would do for the setting at fault, for a shell to offer. It is what a person may take, and
    /// nothing is done with it unasked.
    pub fn suggest(mut self, value: impl Into<String>) -> Self {
        self.0.suggestion = Some(value.into());
        self
    }

    /// Says what a shell may offer; nothing is done unasked.
    pub fn offer(mut self, offer: Offer) -> Self {
        self.0.offer = Some(offer);
        self
    }

    /// Says whether trying again within the run can help; by default only for [`Kind::SourceUnreachable`].
    pub fn retry(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }

    /// Adds the driver's own error.
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind, on which consumers switch.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The remedy, if there is one.
    pub fn remedy(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The setting at fault, if one is.
    pub fn at_field(&self) -> Option<&'static str> {
        self.0.field
    }

    /// The value that would do for the setting at fault, if one is known.
    pub fn suggestion(&self) -> Option<&str> {
        self.0.suggestion.as_deref()
    }

    /// What a shell may offer as one click.
    pub fn offered(&self) -> Option<Offer> {
        self.0.offer
    }

    /// Whether trying again within the run can help.
    pub fn may_retry(&self) -> Retry {
        self.0.retry
    }

    /// The causes underneath, outermost first, joined by `: `; empty when there are none.
    pub fn details(&self) -> String {
        let mut out = String::new();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let text = error.to_string();
            // Libraries often repeat their cause in their own text.
            if !out.contains(&text) {
                if !out.is_empty() {
                    out.push_str(": ");
                }
                out.push_str(&text);
            }
            cause = error.source();
        }
        out
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.code(), self.0.message)?;
        let details = self.details();
        if details.is_empty() { Ok(()) } else { write!(f, " ({details})") }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|e| e as _)
    }
}
