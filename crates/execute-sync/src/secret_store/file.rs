//! Secrets in files: ours are for their owner alone and refused when they are not.

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::{FIELD, SecretBytes};
use crate::error::{Error, Kind, Result};
use crate::paths::{self, folder_of, read_private};

/// No secret is longer.
const LONGEST_BYTES: u64 = 1 << 20;

/// The file, which must be its owner's alone; none when it is not there.
pub(super) fn read(path: &Path) -> Result<Option<SecretBytes>> {
    match read_private(path, LONGEST_BYTES) {
        Ok(Ok(bytes)) => Ok(Some(Zeroizing::new(bytes))),
        Ok(Err(why)) => Err(unusable(path, why).hint(format!(
            "Make it yours alone (`chmod 600`, a plain file, your own), or enter the secret again; {} is not read as it is",
            path.display()
        ))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, "cannot be read").hint("Check its rights").because(error)),
    }
}

/// A file that a variable names, as containers and services have them: whoever mounts it sets its mode.
pub(super) fn read_named(path: &Path, variable: &str) -> Result<SecretBytes> {
    // What the variable holds is not shown: somebody may have put the secret itself there.
    let refused = |what: &str| {
        Error::new(Kind::Secret, format!("the file that {variable}_FILE names {what}"))
            .hint("Give the whole path of a file that holds the secret alone")
            .field(FIELD)
    };
    if !path.is_absolute() {
        return Err(refused("has no whole path"));
    }
    let size = path.metadata().map_err(|error| refused("cannot be read").because(error))?.len();
    if size > LONGEST_BYTES {
        return Err(refused("is larger than 1 MiB"));
    }
    std::fs::read(path).map(Zeroizing::new).map_err(|error| refused("cannot be read").because(error))
}

/// Makes the file hold `secret`, for its owner alone, in one step.
pub(super) fn write(path: &Path, secret: &[u8]) -> Result<()> {
    paths::private_folder(folder_of(path))?;
    paths::replace_file(path, secret)
}

pub(super) fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(paths::disk_error(path, "cannot be removed", error))
        }
        _ => Ok(()),
    }
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::new(Kind::Secret, format!("the file {}, which holds a secret, {why}", path.display())).field(FIELD)
}
