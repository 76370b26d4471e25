//! What crosses between window and core: every argument and every answer of a command, and every event.
//!
//! TypeScript's types are made from these (`ui/src/ipc/types/`). No type here can hold a secret on its way out: a
//! secret is an argument only. Times are UTC, `2025-01-31T09:30:00Z`; sizes are bytes; counts stay below 2^53.

mod data;
mod error;
mod form;
mod keys;
mod runs;
mod settings;
mod state;

pub(crate) use data::*;
pub(crate) use error::*;
pub(crate) use form::*;
pub(crate) use keys::*;
pub(crate) use runs::*;
pub(crate) use settings::*;
pub(crate) use state::*;
