//! SQL text for SQLite: names and literals that can hold anything, and the statements of the tables.
//!
//! Nothing that came from a server enters SQL text except through [`Ident`] and [`Text`].

use std::fmt;

/// `application_id` of a file that is ours: "EXSY".
pub(super) const APPLICATION_ID: i32 = 0x4558_5359;

/// `user_version` and LAYOUT of the tables below.
pub(super) const LAYOUT: i32 = 1;

/// A quoted identifier.
pub(super) struct Ident<'a>(pub(super) &'a str);

impl fmt::Display for Ident<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

/// A text literal. SQL text ends at a NUL, so a NUL is spliced in by `char(0)`.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = self.0.replace('\'', "''");
        if quoted.contains('\0') {
            write!(f, "('{}')", quoted.replace('\0', "'||char(0)||'"))
        } else {
            write!(f, "'{quoted}'")
        }
    }
}

/// The documents table, column for column the older tool's.
pub(super) const CREATE_DOCUMENTS: &str = "CREATE TABLE IF NOT EXISTS EXECUTE_DOCUMENTS (
    BATCH_DATE TEXT NOT NULL,
    TYPE TEXT NOT NULL,
    ID TEXT NOT NULL,
    VERSION INTEGER NOT NULL,
    CHUNK INTEGER NOT NULL,
    AUTHOR TEXT,
    DATE TEXT NOT NULL,
    DELETED BOOLEAN NOT NULL,
    DATA TEXT NOT NULL,
    PRIMARY KEY (BATCH_DATE, TYPE, ID, VERSION, CHUNK)
)";

/// What the base views, prune and full refresh look documents up by.
pub(super) const CREATE_INDEX: &str = "CREATE INDEX IF NOT EXISTS EXECUTE_DOCUMENTS_BY_VERSION
    ON EXECUTE_DOCUMENTS (TYPE, ID, VERSION, BATCH_DATE, CHUNK)";

pub(super) const CREATE_STATE: &str = "CREATE TABLE IF NOT EXISTS EXECUTE_SYNC_STATE (
    ONLY_ROW INTEGER PRIMARY KEY CHECK (ONLY_ROW = 1),
    LAYOUT INTEGER NOT NULL,
    SOURCE TEXT NOT NULL,
    SOURCE_KEY TEXT NOT NULL,
    INCLUDE_CALCS BOOLEAN NOT NULL,
    MARK TEXT,
    BATCH_DATE TEXT,
    REFRESHING BOOLEAN NOT NULL,
    REFRESH_MARK TEXT,
    REFRESH_BATCH_DATE TEXT,
    REFRESH_ALLOW_REMOVALS BOOLEAN NOT NULL,
    RUN_ID TEXT NOT NULL,
    WRITER TEXT NOT NULL,
    FENCE INTEGER NOT NULL,
    VIEWS_LEFT_FOR TEXT
)";

pub(super) const CREATE_QUARANTINE: &str = "CREATE TABLE IF NOT EXISTS EXECUTE_SYNC_QUARANTINE (
    ENTRY INTEGER PRIMARY KEY,
    BATCH_DATE TEXT NOT NULL,
    RUN_ID TEXT NOT NULL,
    PAGE INTEGER NOT NULL,
    LINE INTEGER NOT NULL,
    MARK TEXT,
    TYPE TEXT,
    ID TEXT,
    VERSION INTEGER,
    REASON TEXT NOT NULL,
    BYTES BLOB NOT NULL,
    SIZE INTEGER NOT NULL,
    SHA256 TEXT NOT NULL,
    CLOSED_AT TEXT,
    CLOSED_BY TEXT
)";

pub(super) const CREATE_QUARANTINE_INDEX: &str = "CREATE UNIQUE INDEX IF NOT EXISTS EXECUTE_SYNC_QUARANTINE_BY_HASH
    ON EXECUTE_SYNC_QUARANTINE (SHA256)";

/// Of every version of a document `d` its newest batch.
macro_rules! newest_of_version {
    () => {
        "NOT EXISTS (SELECT 1 FROM EXECUTE_DOCUMENTS AS n
    WHERE n.TYPE = d.TYPE AND n.ID = d.ID AND n.VERSION = d.VERSION AND n.BATCH_DATE > d.BATCH_DATE)"
    };
}

/// Of every document `d` its newest version, and of that the newest batch. One look into the index a row: a comparison with all
/// rows that are not older would go through the document's own chunks once for each of them.
macro_rules! newest_of_document {
    () => {
        "(d.VERSION, d.BATCH_DATE) = (SELECT n.VERSION, n.BATCH_DATE FROM EXECUTE_DOCUMENTS AS n
    WHERE n.TYPE = d.TYPE AND n.ID = d.ID ORDER BY n.VERSION DESC, n.BATCH_DATE DESC LIMIT 1)"
    };
}

macro_rules! rows_of {
    ($condition:expr) => {
        concat!(
            "SELECT d.BATCH_DATE, d.TYPE, d.ID, d.VERSION, d.CHUNK, d.AUTHOR, d.DATE, d.DELETED, d.DATA
FROM EXECUTE_DOCUMENTS AS d
WHERE ",
            $condition
        )
    };
}

pub(super) const NEWEST_OF_VERSION: &str = newest_of_version!();
pub(super) const NEWEST_OF_DOCUMENT: &str = newest_of_document!();

/// Two rows of the same document never both count: the newest VERSION, of it the newest BATCH_DATE. The base views read
/// EXECUTE_DOCUMENTS alone, so they are right whoever wrote the rows.
pub(super) const LATEST_ALL_VERSIONS: (&str, &str) =
    ("EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS", rows_of!(newest_of_version!()));

pub(super) const LATEST: (&str, &str) = ("EXECUTE_DOCUMENTS_LATEST", rows_of!(newest_of_document!()));

pub(super) const INSERT: &str = "INSERT INTO EXECUTE_DOCUMENTS
    (BATCH_DATE, TYPE, ID, VERSION, CHUNK, AUTHOR, DATE, DELETED, DATA) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT DO NOTHING";

pub(super) const DELETE_OF_BATCH: &str =
    "DELETE FROM EXECUTE_DOCUMENTS WHERE BATCH_DATE = ?1 AND TYPE = ?2 AND ID = ?3 AND VERSION = ?4";

pub(super) const DELETE_SUPERSEDED_BY: &str =
    "DELETE FROM EXECUTE_DOCUMENTS WHERE TYPE = ?2 AND ID = ?3 AND VERSION = ?4 AND BATCH_DATE < ?1";

/// The newest version of a document that earlier batches hold, from this one on: mostly there is none, and nothing to do.
pub(super) const NEWEST_VERSION_BEFORE: &str =
    "SELECT MAX(VERSION) FROM EXECUTE_DOCUMENTS WHERE TYPE = ?2 AND ID = ?3 AND VERSION >= ?4 AND BATCH_DATE < ?1";

pub(super) const STORED_UNDER: &str =
    "SELECT MAX(BATCH_DATE) FROM EXECUTE_DOCUMENTS WHERE TYPE = ?1 AND ID = ?2 AND VERSION = ?3";

pub(super) const NEWEST_BATCH_DATE: &str = "SELECT MAX(NEWEST) FROM (
    SELECT MAX(BATCH_DATE) AS NEWEST FROM EXECUTE_DOCUMENTS
    UNION ALL SELECT MAX(BATCH_DATE) FROM EXECUTE_SYNC_QUARANTINE)";

/// A window over the index, so the time grows with the rows and not with their square.
pub(super) const PRUNE: &str = "DELETE FROM EXECUTE_DOCUMENTS WHERE rowid IN (
    SELECT row FROM (SELECT rowid AS row, BATCH_DATE,
        MAX(BATCH_DATE) OVER (PARTITION BY TYPE, ID, VERSION) AS NEWEST FROM EXECUTE_DOCUMENTS)
    WHERE BATCH_DATE < NEWEST)";

/// By type: documents, and those that the refresh under batch date ?1 neither stored nor quarantined. `>=`: what another
/// program wrote since then is no reason to remove a document either.
pub(super) const COUNT_UNSEEN: &str = "SELECT TYPE, COUNT(*), SUM(UNSEEN) FROM (
    SELECT d.TYPE AS TYPE, MAX(d.BATCH_DATE) < ?1 AND NOT EXISTS (SELECT 1 FROM EXECUTE_SYNC_QUARANTINE AS q
        WHERE q.TYPE = d.TYPE AND q.ID = d.ID AND q.BATCH_DATE >= ?1) AS UNSEEN
    FROM EXECUTE_DOCUMENTS AS d GROUP BY d.TYPE, d.ID) GROUP BY TYPE HAVING SUM(UNSEEN) > 0 ORDER BY TYPE";

pub(super) const DELETE_UNSEEN: &str = "DELETE FROM EXECUTE_DOCUMENTS AS d WHERE d.BATCH_DATE < ?1
    AND NOT EXISTS (SELECT 1 FROM EXECUTE_DOCUMENTS AS n WHERE n.TYPE = d.TYPE AND n.ID = d.ID AND n.BATCH_DATE >= ?1)
    AND NOT EXISTS (SELECT 1 FROM EXECUTE_SYNC_QUARANTINE AS q WHERE q.TYPE = d.TYPE AND q.ID = d.ID AND q.BATCH_DATE >= ?1)";

/// Versions above the delivered one: the source was set back, and what it delivers is the truth.
macro_rules! above_delivered {
    () => {
        "FROM EXECUTE_DOCUMENTS AS d WHERE d.BATCH_DATE < ?1
    AND d.VERSION > (SELECT MAX(n.VERSION) FROM EXECUTE_DOCUMENTS AS n
        WHERE n.TYPE = d.TYPE AND n.ID = d.ID AND n.BATCH_DATE >= ?1)
    AND NOT EXISTS (SELECT 1 FROM EXECUTE_SYNC_QUARANTINE AS q WHERE q.TYPE = d.TYPE AND q.ID = d.ID AND q.BATCH_DATE >= ?1)"
    };
}

pub(super) const COUNT_ABOVE_DELIVERED: &str =
    concat!("SELECT COUNT(*) FROM (SELECT DISTINCT d.TYPE, d.ID, d.VERSION ", above_delivered!(), ")");

pub(super) const DELETE_ABOVE_DELIVERED: &str = concat!("DELETE ", above_delivered!());

/// Also what a person has closed: they have seen the line, which says nothing about the document it was. One that was stored
/// from the quarantine meanwhile is no longer unknown.
pub(super) const COUNT_UNIDENTIFIED: &str = "SELECT COUNT(*) FROM EXECUTE_SYNC_QUARANTINE
    WHERE BATCH_DATE >= ?1 AND (TYPE IS NULL OR ID IS NULL) AND CLOSED_BY IS NOT 'document'";

/// What the full refresh under batch date ?1 did not see: the source no longer sends it.
pub(super) const CLOSE_UNSEEN: &str = "UPDATE EXECUTE_SYNC_QUARANTINE SET CLOSED_AT = ?2, CLOSED_BY = 'refresh'
    WHERE CLOSED_AT IS NULL AND BATCH_DATE < ?1";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rusqlite::{Connection, StatementStatus};

    use super::*;

    /// What it costs to read the newest rows of one document of so many chunks.
    fn steps(view: (&str, &str), chunks: u32) -> i32 {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&format!("{CREATE_DOCUMENTS}; {CREATE_INDEX}; CREATE VIEW V AS {}", view.1)).unwrap();
        for version in 1..=2 {
            let fill = "WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ?1)
                INSERT INTO EXECUTE_DOCUMENTS SELECT '2025-01-31T09:30:00Z', 'AFE', 'a', ?2, n, NULL, '', 0, '{}' FROM c";
            connection.execute(fill, [chunks - 1, version]).unwrap();
        }
        let mut statement = connection.prepare("SELECT COUNT(*) FROM V WHERE VERSION = 2").unwrap();
        assert_eq!(statement.query_row([], |row| row.get::<_, u32>(0)).unwrap(), chunks);
        statement.get_status(StatementStatus::VmStep)
    }

    #[test]
    fn twice_the_chunks_cost_the_base_views_twice_the_work() {
        for view in [LATEST, LATEST_ALL_VERSIONS] {
            let (few, many) = (steps(view, 500), steps(view, 1000));
            assert!(many < 3 * few, "{}: {few} and {many} steps", view.0);
        }
    }
}
