//! A sample Execute server: the fetch API over a deterministic world of an oil and gas operator that does not exist.
//!
//! For people without credentials, who want to see what a sync brings, and for tests, which ask the same world what
//! it sent. The same options give the same bytes, on every machine. It behaves: what a server may do wrong is not
//! in here, and nothing in here can be switched to do it.
//!
//! A [`World`] is the data and its changes; a [`SampleServer`] tells it over HTTP.

mod server;

mod fetch;
mod options;
mod world;

mod plan;
mod schema;

mod afe;
mod catalogue;

mod interests;
mod names;
mod uwi;

mod ids;
mod json;
mod marks;
mod moment;
mod noise;

#[cfg(test)]
mod tests;

pub use marks::BEGINNING;
pub use options::{DEMO_KEY_ID, DEMO_KEY_SECRET, SampleOptions};
pub use server::SampleServer;
pub use world::{Change, ChangeError, DocumentVersion, LedgerEntry, Lines, Page, Tick, UnknownMark, World};
