//! How much the window may send at once. The largest that its pages do send, a view's two thousand columns by name or the
//! numbers of a hundred thousand quarantined lines, is well below.

use std::io;

use execute_sync::error::{Error, Kind};
use tauri::ipc::InvokeBody;

use crate::contract::IpcError;

/// Arguments of a command, as JSON.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// Why these arguments are not even looked at; none if they are.
pub(super) fn refusal(arguments: &InvokeBody) -> Option<IpcError> {
    is_too_large(arguments).then(|| {
        IpcError::from(
            Error::new(Kind::Configuration, "the window sent more than 2 MiB at once, so nothing was done")
                .hint("Enter or choose less, such as a shorter text"),
        )
    })
}

fn is_too_large(arguments: &InvokeBody) -> bool {
    match arguments {
        InvokeBody::Raw(bytes) => bytes.len() > MOST_BYTES,
        // Nothing else can fail: what was JSON can be written as JSON.
        InvokeBody::Json(value) => serde_json::to_writer(Room(MOST_BYTES), value).is_err(),
    }
}

/// Takes so many bytes, keeps none of them, and fails at the next.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_too_large_is_refused_in_the_shape_of_every_error() {
        let fills = "x".repeat(MOST_BYTES - r#"{"draft":""}"#.len());
        assert_eq!(refusal(&InvokeBody::Json(json!({ "draft": fills }))).map(|error| error.code), None);
        let error = refusal(&InvokeBody::Json(json!({ "draft": format!("{fills}x") }))).unwrap();
        assert_eq!((error.code.as_str(), error.hint.is_some()), ("configuration", true));
        // However it is cut up.
        assert!(refusal(&InvokeBody::Json(json!({ "draft": vec![0; MOST_BYTES / 2] }))).is_some());
        assert!(refusal(&InvokeBody::Raw(vec![0; MOST_BYTES + 1])).is_some());
        assert!(refusal(&InvokeBody::Raw(vec![0; MOST_BYTES])).is_none());
    }

    #[test]
    fn the_largest_that_the_pages_send_passes() {
        let columns: Vec<String> = (0..2_000).map(|number| format!("{number:-<128}")).collect();
        let sort: Vec<_> = columns.iter().map(|column| json!({ "column": column, "descending": false })).collect();
        let query = json!({ "view": "AFE", "columns": columns, "sort": sort, "filters": [] });
        assert!(refusal(&InvokeBody::Json(json!({ "id": "p1", "query": query }))).is_none());
        let entries: Vec<u32> = (0..100_000).collect();
        assert!(refusal(&InvokeBody::Json(json!({ "id": "p1", "entries": entries }))).is_none());
    }
}
