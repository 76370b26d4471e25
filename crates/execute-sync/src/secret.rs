//! Secrets as a type, and the last net under them: text that leaves the process is searched for their values.
//!
//! The first net is the type: a [`Secret`] cannot be printed, cloned or serialised, and whoever needs the value says
//! `expose`. The last one is [`redact`], for text that others made (an error of a driver, an answer of a server).
//! Where secrets are kept between runs is not here. What a crash would tell is: [`keep_out_of_core_dumps`].

mod core_dumps;
mod encodings;
mod printable;
mod redact;

#[cfg(test)]
mod tests;

use std::fmt;

use zeroize::Zeroizing;

pub use core_dumps::keep_out_of_core_dumps;
pub use encodings::encodings;
pub use printable::printable;
pub use redact::{REDACTED, redact, register_basic};

/// A password, a key, a token: a text that is wiped from memory when dropped and never shown.
///
/// Creating one makes its value known to [`redact`] for the life of the process, because what was logged about it
/// may come later than its end.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over `value`; the text that was handed in is wiped with the secret.
    pub fn new(value: String) -> Self {
        let value = Zeroizing::new(value);
        redact::register(&value);
        Secret(value)
    }

    /// The value. Hand it to what needs it and nowhere else: not into an error, an event or a name.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// An empty secret is one that was not set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Wipes a text that was handed in as a secret and is not taken as one. It does not become known to [`redact`], which would
/// keep it, in every spelling, for the life of the process.
pub fn wipe(value: String) {
    drop(Zeroizing::new(value));
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}
