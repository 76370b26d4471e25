//! Which names a file can have on every system, and when two names are one file.

use std::path::{Path, PathBuf};

use super::{FileSystem, System, folder_of};
use crate::error::{Error, Kind, Result};

/// What every common file system can store, in bytes (ext4) and in UTF-16 units (NTFS, APFS).
const NAME_LIMIT: usize = 255;

/// Device names, whatever follows the first full stop: a file `nul.txt` would swallow what is written to it.
const RESERVED: [&str; 7] = ["CON", "PRN", "AUX", "NUL", "CLOCK$", "CONIN$", "CONOUT$"];

/// Checks a file name that a person chose (a name, not a path) against the rules of all systems at once, so that a
/// file made on one can be copied to any other. The error says which rule it breaks.
pub fn check_file_name(name: &str) -> Result<()> {
    let refuse = |why: String| {
        Err(Error::new(Kind::Configuration, format!("The file name {name:?} {why}")).hint("Choose another name"))
    };
    if name.is_empty() || name == "." || name == ".." {
        return refuse("names no file".into());
    }
    if let Some(found) = name.chars().find(|c| c.is_control() || r#"<>:"/\|?*"#.contains(*c)) {
        return refuse(format!("holds the character {found:?}, which Windows does not allow"));
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return refuse("begins or ends with a blank or ends with a full stop, which Windows drops".into());
    }
    if name.len() > NAME_LIMIT || name.encode_utf16().count() > NAME_LIMIT {
        return refuse(format!("is longer than {NAME_LIMIT} bytes"));
    }
    if is_reserved(name) {
        return refuse("stands for a device on Windows".into());
    }
    Ok(())
}

/// Would a system that does not tell upper from lower case take the two names for one?
///
/// Names that differ only in how an accent is composed count as different: macOS takes them for one, which
/// [`may_be_same_file`] notices once the file exists.
pub fn same_name(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}

/// Could the two paths be one file, now or once both are created? To refuse, say, a log file that is the database.
pub fn may_be_same_file(a: &Path, b: &Path) -> bool {
    may_be_same_file_in(&System, a, b)
}

/// [`may_be_same_file`] on a given file system.
pub fn may_be_same_file_in(fs: &dyn FileSystem, a: &Path, b: &Path) -> bool {
    if let (Ok(a), Ok(b)) = (fs.identity(a), fs.identity(b)) {
        return a == b;
    }
    let (Some(a_name), Some(b_name)) = (a.file_name(), b.file_name()) else { return false };
    let one_name = if fs.ignores_case() {
        same_name(&a_name.to_string_lossy(), &b_name.to_string_lossy())
    } else {
        a_name == b_name
    };
    one_name && same_folder(fs, folder_of(a), folder_of(b))
}

fn same_folder(fs: &dyn FileSystem, a: &Path, b: &Path) -> bool {
    match (fs.identity(a), fs.identity(b)) {
        (Ok(a), Ok(b)) => a == b,
        // A folder that is not there holds no file yet; compare what was written, without `./` and the like.
        _ => a.components().collect::<PathBuf>() == b.components().collect::<PathBuf>(),
    }
}

fn is_reserved(name: &str) -> bool {
    // `NUL.txt` and `NUL .txt` are the device too.
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_uppercase();
    if RESERVED.contains(&stem.as_str()) {
        return true;
    }
    let Some(port) = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")) else { return false };
    let mut digits = port.chars();
    // Windows counts the superscript digits one to three among the ports.
    matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}

/// Upper case first, then lower: the order in which the odd letters (ß, the Turkish i, final sigma) meet.
fn folded(name: &str) -> String {
    name.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}
