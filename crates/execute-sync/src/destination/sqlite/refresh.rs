//! The end of a full refresh: what the source no longer has goes, unless so much would go that something is wrong.

use rusqlite::Transaction;

use super::sql;
use crate::destination::{BatchDate, PageWritten, Removals, TypeRemovals};

/// Removes, inside the last page's transaction, what the refresh under `batch_date` neither stored nor quarantined, and
/// versions above the delivered ones. Documents are held back, all of them, if the guard says so, or if lines without
/// identity were quarantined: any document could be among them.
pub(super) fn remove_unseen(
    transaction: &Transaction<'_>,
    batch_date: BatchDate,
    removals: Removals,
    written: &mut PageWritten,
) -> rusqlite::Result<()> {
    let batch_date = batch_date.to_string();
    written.removed = {
        let mut statement = transaction.prepare(sql::COUNT_UNSEEN)?;
        let rows = statement.query_map([&batch_date], |row| {
            Ok(TypeRemovals { doc_type: row.get(0)?, total: row.get(1)?, unseen: row.get(2)? })
        })?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    // What the source delivers in an older version is the truth, whatever becomes of the documents it did not deliver.
    transaction.execute(sql::DELETE_ABOVE_DELIVERED, [&batch_date])?;
    if removals == Removals::Guarded {
        written.unidentified = transaction.query_row(sql::COUNT_UNIDENTIFIED, [&batch_date], |row| row.get(0))?;
        written.held_back = written.removed.iter().any(TypeRemovals::is_too_many);
        if written.held_back || (written.unidentified > 0 && !written.removed.is_empty()) {
            return Ok(());
        }
        written.unidentified = 0;
    }
    transaction.execute(sql::DELETE_UNSEEN, [&batch_date])?;
    Ok(())
}
