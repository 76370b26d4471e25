//! Where a live database should not lie: in a folder that a program copies to a cloud while it is written, or on a share,
//! where SQLite's locks do not hold. Only names and the table of mounts are looked at.

use std::path::Path;

/// Why a place is a bad one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// One sentence that names the file.
    pub text: String,
    /// The remedy.
    pub hint: String,
}

/// What to tell about the place of a database file; none for a good one.
pub fn advice(database: &Path) -> Option<Advice> {
    // The mounts are of real folders, while a person knows the name they gave.
    let real = crate::paths::folder_of(database).canonicalize().ok();
    let folders = [Some(database), real.as_deref()];
    if let Some(program) = folders.into_iter().flatten().find_map(synced_by) {
        return Some(Advice {
            text: format!(
                "{} is in a folder that {program} copies while it is written: copies can be damaged, and syncs held up",
                database.display()
            ),
            hint: "Keep the database in a folder of this machine, and copy it there when it is at rest".to_owned(),
        });
    }
    let mounts = || std::fs::read_to_string("/proc/self/mounts").ok();
    let on_share = is_unc(&database.to_string_lossy())
        || real.is_some_and(|real| mounts().is_some_and(|mounts| is_on_share(&mounts, &real)));
    on_share.then(|| Advice {
        text: format!("{} is on a share, where locks do not hold: the database can be damaged", database.display()),
        hint: "Keep the database on a disk of this machine, and copy it to the share when it is at rest".to_owned(),
    })
}

/// The program that copies the folder of this name about.
fn synced_by(path: &Path) -> Option<&'static str> {
    let begins = |name: &str, with: &str| {
        let rest = name.strip_prefix(with)?;
        // `OneDrive - Company`, `Dropbox (Personal)`, `GoogleDrive-me@example.com`; but not `Dropboxes`.
        (rest.is_empty() || rest.starts_with([' ', '-', '('])).then_some(())
    };
    path.parent()?.iter().find_map(|part| {
        let name = part.to_string_lossy().to_lowercase();
        let known = [
            ("onedrive", "OneDrive"),
            ("dropbox", "Dropbox"),
            ("google drive", "Google Drive"),
            ("googledrive", "Google Drive"),
            ("icloud drive", "iCloud"),
            ("iclouddrive", "iCloud"),
            ("mobile documents", "iCloud"),
        ];
        known.into_iter().find_map(|(folder, program)| begins(&name, folder).map(|()| program))
    })
}

/// `\\server\share\…`, also as `\\?\UNC\…`; not `\\?\C:\…`.
fn is_unc(path: &str) -> bool {
    let path = path.replace('/', "\\");
    match path.strip_prefix(r"\\") {
        // A path of Unix may begin with two slashes, and is no share.
        Some(_) if !cfg!(windows) && !path.contains(r"\\?\UNC\") => false,
        Some(rest) => match rest.strip_prefix(r"?\").or_else(|| rest.strip_prefix(r".\")) {
            Some(verbatim) => verbatim.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(r"UNC\")),
            None => !rest.is_empty(),
        },
        None => false,
    }
}

/// Is the folder on another machine, by the table of mounts of Linux?
fn is_on_share(mounts: &str, folder: &Path) -> bool {
    const SHARES: [&str; 17] = [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "davfs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.smbnetfs",
        "fuse.gvfsd-fuse",
    ];
    // The mount with the longest path holds the folder; of two at one place, the later.
    let mount = |line: &str| {
        let mut fields = line.split(' ');
        let (place, kind) = (unescaped(fields.nth(1)?), fields.next()?.to_owned());
        folder.starts_with(&place).then_some((Path::new(&place).components().count(), kind))
    };
    mounts.lines().filter_map(mount).max_by_key(|(depth, _)| *depth).is_some_and(|(_, kind)| SHARES.contains(&&*kind))
}

/// `\040` is a blank there.
fn unescaped(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .into_iter()
        .fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn folders_that_are_copied_about_are_known_by_their_names() {
        for (path, program) in [
            ("/home/me/OneDrive/a.sqlite", "OneDrive"),
            ("/home/me/OneDrive - Company Ltd/AFEs/a.sqlite", "OneDrive"),
            ("/Users/me/Library/CloudStorage/OneDrive-Company/a.sqlite", "OneDrive"),
            ("/home/me/Dropbox (Personal)/a.sqlite", "Dropbox"),
            ("/Users/me/Library/CloudStorage/GoogleDrive-me@example.com/My Drive/a.sqlite", "Google Drive"),
            ("/Users/me/Library/Mobile Documents/com~apple~CloudDocs/a.sqlite", "iCloud"),
            ("/home/me/iCloudDrive/a.sqlite", "iCloud"),
        ] {
            let advice = advice(Path::new(path)).unwrap();
            assert!(advice.text.contains(program) && advice.text.contains(path), "{advice:?}");
        }
        for path in ["/home/me/Dropboxes/a.sqlite", "/data/a.sqlite", "/data/onedrive.sqlite", "a.sqlite"] {
            assert_eq!(synced_by(Path::new(path)), None, "{path}");
        }
    }

    #[test]
    fn a_share_is_known_by_its_mount() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\n//server/x /mnt/team\\040data cifs rw 0 0\n\
                      /dev/sdb /mnt/team\\040data/local ext4 rw 0 0\nhost:/x /nfs nfs4 rw 0 0\n";
        for folder in ["/mnt/team data", "/mnt/team data/a", "/nfs/a/b"] {
            assert!(is_on_share(mounts, Path::new(folder)), "{folder}");
        }
        for folder in ["/", "/home/me", "/mnt/team data/local/x", "/mnt/team", "/nfsx"] {
            assert!(!is_on_share(mounts, Path::new(folder)), "{folder}");
        }
    }

    #[test]
    fn a_share_of_windows_is_known_by_its_path() {
        assert!(is_unc(r"\\?\UNC\server\share\a.sqlite"));
        assert_eq!(is_unc(r"\\server\share\a.sqlite"), cfg!(windows));
        for path in [r"\\?\C:\data\a.sqlite", r"C:\data\a.sqlite", "/data/a.sqlite", "//data/a.sqlite"] {
            assert!(!is_unc(path) || cfg!(windows) && path.starts_with("//"), "{path}");
        }
    }
}
