//! The end of a full refresh: what the source no longer has goes, unless so much would go that something is wrong.

use rusqlite::Transaction;

use super::sql;
use crate::destination::{BatchDate, PageWritten, Removals, TypeRemovals};

/// Removes, inside the last page's transaction, what the refresh under `batch_date` neither stored nor quarantined, and
/// versions above the delivered ones. All of that is held back if lines without identity were quarantined: any document, and
/// any version of one, could be among them. If only the guard says so, documents are: what the source delivers in an older
/// version is the truth, whatever becomes of those it did not deliver.
pub(super) fn remove_unseen(
    transaction: &Transaction<'_>,
    batch_date: BatchDate,
    removals: Removals,
    now: &str,
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
    written.versions_above = transaction.query_row(sql::COUNT_ABOVE_DELIVERED, [&batch_date], |row| row.get(0))?;
    let mut unidentified: u64 = 0;
    if removals == Removals::Guarded {
        written.held_back = written.removed.iter().any(TypeRemovals::is_too_many);
        unidentified = transaction.query_row(sql::COUNT_UNIDENTIFIED, [&batch_date], |row| row.get(0))?;
        if !written.removed.is_empty() || written.versions_above > 0 {
            written.unidentified = unidentified;
        }
    }
    if unidentified > 0 {
        return Ok(());
    }
    transaction.execute(sql::DELETE_ABOVE_DELIVERED, [&batch_date])?;
    if !written.held_back {
        transaction.execute(sql::DELETE_UNSEEN, [&batch_date])?;
        // Or a retry would bring back what the refresh has just removed, perhaps from another source.
        written.closed_unseen = transaction.execute(sql::CLOSE_UNSEEN, [&batch_date, now])? as u64;
    }
    Ok(())
}
