//! The source: the fetch API of Execute, as a client sees it.
//!
//! Knows HTTP, pages and lines; knows nothing of destinations, rows or when to run.

mod base;
pub mod block;
mod body;
mod client;
mod http_error;
mod loop_guard;
mod mark;
pub mod schema;
mod system_proxy;

pub use base::Sign;
pub(crate) use client::read_schema;
pub use client::{Page, PageRequest, Source};
pub use http_error::is_of_tls;
pub use loop_guard::LoopGuard;
pub use mark::Mark;
pub use system_proxy::system_proxy;
