//! From the engine's errors to what crosses to the window. Nobody matches on text: `code` is the kind's.

use execute_sync::error::{Error, Kind};
use execute_sync::history::RunError;
use execute_sync::secret::{printable, redact};

use crate::contract::IpcError;

impl From<&Error> for IpcError {
    fn from(error: &Error) -> Self {
        let details = error.details();
        IpcError {
            code: error.kind().code().to_owned(),
            message: shown(error.message()),
            hint: error.remedy().map(shown),
            field: error.at_field().map(|field| if field == "name" { "NAME" } else { field }.to_owned()),
            suggestion: error.suggestion().map(shown),
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
            field: None,
            suggestion: None,
            details: None,
        }
    }
}

/// An error of ours, not the user's: something that cannot happen did.
pub(crate) fn internal(what: &str) -> IpcError {
    IpcError::from(Error::new(Kind::Internal, what))
}

/// Whatever a driver or a server says may quote a secret or steer a terminal.
fn shown(text: &str) -> String {
    redact(&printable(&redact(text))).into_owned()
}
