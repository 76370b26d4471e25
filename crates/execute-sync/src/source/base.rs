//! Where Execute answers, when it does not where a person said: an address copied from the browser holds the path of a
//! page. Only shorter paths of the same scheme, host and port are asked, so the key goes to nobody new.

use std::time::Duration;

use tokio::time::timeout;

use super::{Source, http_error};
use crate::error::{Error, Kind};
use crate::profile::BaseUrl;

/// All the shorter paths together are looked at for no longer than this.
const LOOKS_FOR: Duration = Duration::from_secs(20);

/// How sure it is that Execute answers at a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It gave a schema.
    Schema,
    /// It refused the key, as Execute does, and as others may.
    Refusal,
}

impl Source {
    /// Where Execute answers, after this base answered with `error`: the longest base above it that gives a schema; if
    /// none does, the longest that refuses the key. `None` where another path could not mend it, where there is no shorter
    /// one, and where looking takes too long.
    pub async fn base_above(&self, error: &Error, include_calcs: bool) -> Option<(BaseUrl, Sign)> {
        if !self.may_be_elsewhere(error) {
            return None;
        }
        let mut refused = None;
        let look = async {
            for base in self.settings().url.bases_above() {
                match self.at(base.clone()).schema(include_calcs).await {
                    Ok(_) => return Some((base, Sign::Schema)),
                    Err(error) if error.kind() == Kind::RefusedBySource => {
                        refused.get_or_insert((base, Sign::Refusal));
                    }
                    Err(_) => {}
                }
            }
            None
        };
        timeout(LOOKS_FOR, look).await.ok().flatten().or(refused)
    }

    /// Is there a shorter path that could mend `error`?
    pub fn may_be_elsewhere(&self, error: &Error) -> bool {
        http_error::may_be_the_path(error) && !self.settings().url.bases_above().is_empty()
    }

    /// The error that says so and suggests that base; `cause` is what this one answered.
    pub fn elsewhere(&self, base: &BaseUrl, sign: Sign, cause: Error) -> Error {
        let here = &self.settings().url;
        let (message, hint) = match sign {
            Sign::Schema => (format!("Execute does not answer at {here} but at {base}"), format!("Use {base}.")),
            Sign::Refusal => (
                format!("Execute does not answer at {here}; at {base} the API key was asked for, and refused"),
                format!("Use {base}, and check EXECUTESYNC_EXECUTE_APIKEY_ID and EXECUTESYNC_EXECUTE_APIKEY_SECRET."),
            ),
        };
        Error::new(Kind::Configuration, message)
            .hint(hint)
            .field("EXECUTE_URL")
            .suggest(base.to_string())
            .because(cause)
    }
}
