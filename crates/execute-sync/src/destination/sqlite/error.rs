//! From SQLite's error codes to the engine's kinds.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::error::{Error, Kind};
use crate::paths;

/// The error for a statement on the database at `path` that failed while `doing` something (`storing a page`).
pub(super) fn map(path: &Path, doing: &str, error: rusqlite::Error) -> Error {
    let file = path.display();
    let (code, extended) = match &error {
        rusqlite::Error::SqliteFailure(failure, _) => (failure.code, failure.extended_code),
        _ => (ErrorCode::Unknown, 0),
    };
    let new = |kind, message: String, hint: &str| Error::new(kind, message).hint(hint);
    let mapped = match code {
        ErrorCode::DiskFull => new(
            Kind::Disk,
            format!("the disk is full while {doing} in {file}"),
            "Free some space; nothing was lost, and the next run goes on from the last whole page.",
        ),
        // The shared memory beside a file in WAL mode cannot be made or grow; SQLite does not say why.
        _ if [ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_SHMOPEN].contains(&extended) => new(
            Kind::Disk,
            format!("the disk is full, or fails, while {doing} in {file}"),
            "Free some space, or look at the disk; nothing was lost, and the next run goes on from the last whole page.",
        ),
        _ if extended == ffi::SQLITE_READONLY_DBMOVED => moved(path),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
            beside_is_read_only(path).unwrap_or_else(|| read_only(path))
        }
        ErrorCode::SystemIoFailure => new(
            Kind::Disk,
            format!("the disk failed while {doing} in {file}"),
            "Look at the disk or the share; nothing was lost, and the next run goes on from the last whole page.",
        ),
        ErrorCode::DatabaseCorrupt => new(
            Kind::Disk,
            format!("the database {file} is damaged"),
            "Restore it from a backup, or move it away: the next run then builds it anew from Execute.",
        ),
        ErrorCode::NotADatabase => new(
            Kind::Configuration,
            format!("{file} is not a SQLite database"),
            "Name another path in EXECUTESYNC_DATABASE_DSN, or move that file away.",
        )
        .field("DATABASE_DSN"),
        ErrorCode::CannotOpen => beside_is_read_only(path).unwrap_or_else(|| {
            // A folder that is missing, or a folder in place of a file, was told before.
            new(
                Kind::Disk,
                format!("the database {file} or a file beside it cannot be opened"),
                "Give this user the right to write the file and its folder, and look whether the disk has room.",
            )
            .field("DATABASE_DSN")
        }),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => new(
            Kind::DestinationUnreachable,
            format!("the database {file} is locked by another program"),
            "Close the program that holds it, or wait; the next run goes on from the last whole page.",
        ),
        ErrorCode::OperationInterrupted => Error::new(Kind::Cancelled, "stopped as asked"),
        ErrorCode::TooBig => new(
            Kind::BadData,
            format!("a document is larger than SQLite can hold, while {doing} in {file}"),
            "Lower EXECUTESYNC_MAX_DOCUMENT_BYTES below 1000000000, so that such a document goes into the quarantine.",
        ),
        _ => Error::new(Kind::Internal, format!("SQLite refused a statement while {doing} in {file}"))
            .hint("Please report this with the details below it."),
    };
    mapped.because(error)
}

/// The files that SQLite keeps beside a database in WAL mode.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// The error for a file beside the database that another user left there: the database itself may be writable.
fn beside_is_read_only(path: &Path) -> Option<Error> {
    let mut beside = BESIDE.iter().map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    });
    let file = beside.find(|file| paths::is_there_unwritable(file))?;
    let file = file.display();
    Some(
        Error::new(Kind::Disk, format!("{file}, which belongs to the database, cannot be written by this user"))
            .hint("Give this user the right to write it; or, when no program has the database open, delete it if it is empty or its name ends in -shm.")
            .field("DATABASE_DSN"),
    )
}

/// The error for a database that this user may only read.
pub(super) fn read_only(path: &Path) -> Error {
    Error::new(Kind::Disk, format!("the database {} cannot be written: it or its folder is read-only", path.display()))
        .hint("Give this user the right to write the file and its folder, or name another path in EXECUTESYNC_DATABASE_DSN.")
        .field("DATABASE_DSN")
}

/// The error for a database file that was moved, deleted or replaced while it was open.
pub(super) fn moved(path: &Path) -> Error {
    Error::new(
        Kind::DestinationUnreachable,
        format!("the database {} was moved, deleted or replaced while a run was writing to it", path.display()),
    )
    .hint("Run again: the next run looks at the file that is there now and catches up.")
}
