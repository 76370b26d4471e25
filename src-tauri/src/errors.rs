//! From the engine's errors to what crosses to the window. Nobody matches on text: `code` is the kind's.

use execute_sync::error::{self, Error, Kind};
use execute_sync::history::RunError;
use execute_sync::secret::{printable, redact};

use crate::contract::{IpcError, Offer};
use crate::words;

impl From<&Error> for IpcError {
    fn from(error: &Error) -> Self {
        let details = error.details();
        IpcError {
            code: error.kind().code().to_owned(),
            message: shown(error.message()),
            hint: error.remedy().map(shown),
            field: error.at_field().map(|field| words::field_of_form(field).to_owned()),
            suggestion: error.suggestion().map(shown),
            offer: error.offered().map(Offer::from),
            details: (!details.is_empty()).then(|| shown(&details)),
        }
    }
}

impl From<Error> for IpcError {
    fn from(error: Error) -> Self {
        IpcError::from(&error)
    }
}

impl From<&RunError> for IpcError {
    fn from(error: &RunError) -> Self {
        IpcError {
            code: error.code.clone(),
            message: shown(&error.message),
            hint: error.hint.as_deref().map(shown),
            field: error.field.as_deref().map(|field| words::field_of_form(field).to_owned()),
            suggestion: None,
            offer: error.offer.map(Offer::from),
            details: None,
        }
    }
}

/// An error of ours, not the user's: something that cannot happen did.
pub(crate) fn internal(what: &str) -> IpcError {
    IpcError::from(Error::new(Kind::Internal, what))
}

impl From<error::Offer> for Offer {
    fn from(offer: error::Offer) -> Self {
        match offer {
            error::Offer::RefreshWithRemovals => Offer::RefreshWithRemovals,
        }
    }
}

/// In the app's words. Whatever a driver or a server says may quote a secret or steer a terminal.
fn shown(text: &str) -> String {
    redact(&printable(&redact(&words::of_the_app(text)))).into_owned()
}
