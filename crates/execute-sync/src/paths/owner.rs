//! Whose a new file is. Who runs us now may not be who runs us tomorrow, or who reads what we leave.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens `path` by `options`, through links, or creates it; a new file takes over mode and owner of `like` or, without that,
/// its folder's owner, as far as the system lets us.
pub(crate) fn open_or_create(path: &Path, options: &OpenOptions, like: Option<&Path>) -> io::Result<File> {
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    // Only of a file that is new for certain is the owner changed, and by its handle: nobody can put another in its place.
    match options.clone().create_new(true).open(path) {
        Ok(file) => {
            match like {
                Some(like) => take_after(&file, like),
                None => belong_to_folder(&file, path),
            }
            Ok(file)
        }
        // Somebody was faster, or a link leads to what is not there yet.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.clone().create(true).open(path),
        other => other,
    }
}

/// Gives `file`, which is new and lies at `path`, the owner and the mode of `like` or, where that is not there, its
/// folder's owner; what the system refuses stays as it is.
pub(super) fn take_after_or_folder(file: &File, path: &Path, like: &Path) {
    if like.exists() { take_after(file, like) } else { belong_to_folder(file, path) }
}

/// Gives `file` the owner and the mode of `like`; what the system refuses stays as it is.
pub(super) fn take_after(file: &File, like: &Path) {
    let Ok(metadata) = fs::metadata(like) else { return };
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // The owner first: a change of owner may take bits off the mode. Only root can give a file away.
        let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
        let _ = file.set_permissions(metadata.permissions());
    }
    #[cfg(not(unix))]
    let _ = (file, metadata);
}

/// Gives `file`, which is new and lies at `path`, to whom its folder belongs: one run as root must not keep its user from
/// going on. So does SQLite with what it keeps beside a database. Only root can; for others nothing changes.
fn belong_to_folder(file: &File, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let (Ok(folder), Ok(ours)) = (fs::metadata(super::folder_of(path)), file.metadata()) else { return };
        if folder.uid() != ours.uid() {
            let _ = fchown(file, Some(folder.uid()), Some(folder.gid()));
        }
    }
    #[cfg(not(unix))]
    let _ = (file, path);
}
