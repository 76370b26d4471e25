//! A strict fake file system for tests: every unkind habit of Windows at once, checked here on any system.
//!
//! An open file is neither renamed nor removed nor replaced, names differ in more than case, device names, forbidden
//! characters and trailing dots are refused (the real one would quietly do something else), folders must exist.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use crate::paths::{FileIdentity, FileSystem, Link, Opened};

const ACCESS_DENIED: i32 = 5;
const SHARING_VIOLATION: i32 = 32;
const INVALID_NAME: i32 = 123;

#[derive(Clone, Default)]
pub(crate) struct StrictFake(Arc<Mutex<Disk>>);

#[derive(Default)]
struct Disk {
    folders: BTreeSet<String>,
    files: BTreeMap<String, FakeFile>,
    next_index: u64,
    full: bool,
    paused: Duration,
}

struct FakeFile {
    path: PathBuf,
    bytes: Vec<u8>,
    index: u64,
    handles: usize,
    /// Another program lets go after so many of our pauses.
    held_for_pauses: usize,
}

impl FakeFile {
    fn is_open(&self) -> bool {
        self.handles > 0 || self.held_for_pauses > 0
    }
}

impl StrictFake {
    pub(crate) fn with_folder(folder: &str) -> Self {
        let fake = StrictFake::default();
        let key = key(Path::new(folder)).expect("a folder of a test has a good name");
        fake.disk().folders.insert(key);
        fake
    }

    /// Puts a file there, as another program would.
    pub(crate) fn put(&self, path: &Path, bytes: &[u8]) {
        self.write_new(path, bytes, None).expect("a test puts a file where none is");
    }

    /// Another program opens the file and keeps it for so many of our pauses.
    pub(crate) fn hold(&self, path: &Path, pauses: usize) {
        let key = key(path).expect("a good name");
        self.disk().files.get_mut(&key).expect("the file to hold exists").held_for_pauses = pauses;
    }

    pub(crate) fn set_full(&self, full: bool) {
        self.disk().full = full;
    }

    pub(crate) fn paused(&self) -> Duration {
        self.disk().paused
    }

    /// Every file under the name it was created with.
    pub(crate) fn names(&self) -> Vec<PathBuf> {
        self.disk().files.values().map(|f| f.path.clone()).collect()
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().expect("no test panics while it holds the disk")
    }
}

impl FileSystem for StrictFake {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let key = key(path)?;
        self.disk().files.get(&key).map(|f| f.bytes.clone()).ok_or_else(not_found)
    }

    fn read_end(&self, path: &Path, most: u64) -> io::Result<(Vec<u8>, bool)> {
        let bytes = self.read(path)?;
        let from = bytes.len().saturating_sub(usize::try_from(most).unwrap_or(usize::MAX));
        Ok((bytes[from..].to_vec(), from == 0))
    }

    fn open_append(&self, path: &Path, _like: Option<&Path>) -> io::Result<Opened> {
        let key = key(path)?;
        let mut disk = self.disk();
        if !disk.files.contains_key(&key) {
            disk.create(path, &key, Vec::new())?;
        }
        let file = disk.files.get_mut(&key).ok_or_else(not_found)?;
        file.handles += 1;
        let (size_bytes, identity) = (file.bytes.len() as u64, FileIdentity::new(0, file.index));
        let writer = Box::new(Handle { disk: Arc::clone(&self.0), key });
        Ok(Opened { writer, size_bytes, identity, regular: true })
    }

    fn write_new(&self, path: &Path, bytes: &[u8], _like: Option<&Path>) -> io::Result<()> {
        let key = key(path)?;
        let mut disk = self.disk();
        if disk.files.contains_key(&key) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        disk.create(path, &key, bytes.to_vec())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (from, to_key) = (key(from)?, key(to)?);
        let mut disk = self.disk();
        if disk.files.get(&from).ok_or_else(not_found)?.is_open() {
            return Err(io::Error::from_raw_os_error(SHARING_VIOLATION));
        }
        if disk.files.get(&to_key).is_some_and(FakeFile::is_open) {
            return Err(io::Error::from_raw_os_error(ACCESS_DENIED));
        }
        let mut file = disk.files.remove(&from).ok_or_else(not_found)?;
        file.path = to.to_owned();
        disk.files.insert(to_key, file);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let key = key(path)?;
        let mut disk = self.disk();
        if disk.files.get(&key).ok_or_else(not_found)?.is_open() {
            return Err(io::Error::from_raw_os_error(SHARING_VIOLATION));
        }
        disk.files.remove(&key);
        Ok(())
    }

    fn sync_dir(&self, folder: &Path) -> io::Result<()> {
        let key = key(folder)?;
        if self.disk().folders.contains(&key) { Ok(()) } else { Err(not_found()) }
    }

    fn link(&self, path: &Path) -> io::Result<Option<Link>> {
        key(path).map(|_| None)
    }

    fn identity(&self, path: &Path) -> io::Result<FileIdentity> {
        let key = key(path)?;
        self.disk().files.get(&key).map(|f| FileIdentity::new(0, f.index)).ok_or_else(not_found)
    }

    fn held_open(&self, error: &io::Error) -> bool {
        matches!(error.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION))
    }

    fn ignores_case(&self) -> bool {
        true
    }

    fn pause(&self, time: Duration) {
        let mut disk = self.disk();
        disk.paused += time;
        for file in disk.files.values_mut() {
            file.held_for_pauses = file.held_for_pauses.saturating_sub(1);
        }
    }
}

impl Disk {
    fn create(&mut self, path: &Path, key: &str, bytes: Vec<u8>) -> io::Result<()> {
        let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !self.folders.contains(folder) {
            return Err(not_found());
        }
        if self.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.next_index += 1;
        let file = FakeFile { path: path.to_owned(), bytes, index: self.next_index, handles: 0, held_for_pauses: 0 };
        self.files.insert(key.to_owned(), file);
        Ok(())
    }
}

struct Handle {
    disk: Arc<Mutex<Disk>>,
    key: String,
}

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut disk = self.disk.lock().expect("no test panics while it holds the disk");
        if disk.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        disk.files.get_mut(&self.key).ok_or_else(not_found)?.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let mut disk = self.disk.lock().expect("no test panics while it holds the disk");
        if let Some(file) = disk.files.get_mut(&self.key) {
            file.handles -= 1;
        }
    }
}

/// One spelling for all spellings of a path; an error for a name that Windows would refuse or bend.
fn key(path: &Path) -> io::Result<String> {
    let mut key = String::new();
    for component in path.components() {
        let Component::Normal(name) = component else { continue };
        let name = name.to_str().ok_or_else(invalid_name)?;
        let stem = name.split('.').next().unwrap_or(name).trim_end().to_uppercase();
        let device = ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
            || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")));
        if device || name.ends_with(['.', ' ']) || name.contains(['<', '>', ':', '"', '|', '?', '*', '\\']) {
            return Err(invalid_name());
        }
        key.push('/');
        key.push_str(&name.to_uppercase());
    }
    Ok(key)
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

fn invalid_name() -> io::Error {
    io::Error::from_raw_os_error(INVALID_NAME)
}
