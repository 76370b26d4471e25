//! The destination: the database written to. Here stands what every destination shares: the contract, the state row, the
//! plan of the helper views. Each database has a folder of its own with the same file names in it.
//!
//! Knows nothing of HTTP, of schedules or of progress.

mod batch_date;
pub mod contract;
pub mod contract_suite;
pub mod sqlite;
mod state;
pub mod view_plan;

pub use batch_date::BatchDate;
pub use contract::{
    CheckStep, Destination, Feed, FeedItem, Found, PageTotals, PageWrite, PageWritten, QuarantineEntry,
    QuarantineFilter, Removals, TypeRemovals, ViewReport,
};
pub use state::{Refresh, State};
