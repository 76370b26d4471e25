//! What a sample world and its server can be asked to be.

use std::time::Duration;

/// The API key id that demonstrations use.
pub const DEMO_KEY_ID: &str = "sample";

/// The secret that goes with [`DEMO_KEY_ID`]. It guards invented data and is no secret.
pub const DEMO_KEY_SECRET: &str = "larkspur-ridge";

/// Line items of the one outsized AFE, more than the 10,000 that a client keeps in one row by default.
const LARGE_AFE_LINES: u32 = 12_000;

/// What a sample world and its server are to be. The default is the standard world, for anyone who asks.
#[derive(Clone)]
pub struct SampleOptions {
    /// Another seed is another world of the same kind.
    pub seed: u64,
    /// How many documents the world starts with; none = the standard world, with 1,200 AFE chains. Fewer than the
    /// smallest world has (about 320) gives the smallest. The number is met exactly above that.
    pub documents: Option<u64>,
    /// The line items of the one outsized AFE; 0 = there is none.
    pub large_afe_lines: u32,
    /// The API key id and secret that are let in; none = everyone.
    pub key: Option<(String, String)>,
    /// Sends every version of a document rather than the current one.
    pub all_versions: bool,
    /// Sends the documents of the mark itself again, not only those after it.
    pub inclusive_since: bool,
    /// How often the world ticks while the server runs; none = only when told to.
    pub tick_every: Option<Duration>,
}

impl Default for SampleOptions {
    fn default() -> SampleOptions {
        SampleOptions {
            seed: 1,
            documents: None,
            large_afe_lines: LARGE_AFE_LINES,
            key: None,
            all_versions: false,
            inclusive_since: false,
            tick_every: None,
        }
    }
}
