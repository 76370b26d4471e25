//! System calls of the real binary that fail, or kill it, at a chosen one; and the list of those it makes.
//!
//! A small C library (`system_calls.c`) is preloaded. It counts over all threads, so that "the 17th call" is the same one in
//! every run; strace counts per thread, and which thread the program gives a piece of work to is chance.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::cli::Cli;

/// What happens at the chosen call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The program is killed before it.
    Kill,
    /// Half of what is to be written is written, then the program is killed.
    Torn,
    /// The program is killed after it.
    After,
    /// It fails.
    Once(Errno),
    /// It fails, and so does every later one.
    Forever(Errno),
}

/// How a call fails. The numbers are Linux's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errno {
    Io = 5,
    NoSpace = 28,
    ReadOnly = 30,
}

/// A call that changes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `write`, `sync`, `truncate`, `unlink`, `rename`, `create` or `open`.
    pub kind: String,
    pub path: PathBuf,
}

/// Which calls count: those on files whose path begins so, of the kinds named (all but `open`, if none is).
#[derive(Debug, Clone)]
pub struct Calls {
    under: PathBuf,
    kinds: Option<&'static str>,
}

impl Calls {
    /// `None` where the system has no such preloading.
    pub fn under(path: &Path) -> Option<Self> {
        library()?;
        let folder = path.parent().unwrap_or(path).canonicalize().expect("the folder is there");
        let under = path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name));
        Some(Calls { under, kinds: None })
    }

    /// `write`, `sync`, …, separated by commas.
    pub fn only(mut self, kinds: &'static str) -> Self {
        self.kinds = Some(kinds);
        self
    }

    /// Lets nothing fail and lists the calls in a file, for [`listed`].
    pub fn list(&self, cli: Cli, into: &Path) -> Cli {
        self.preload(cli).env("CALLS_LOG", into)
    }

    /// At the call with this number, from 1, the deed is done.
    pub fn inject(&self, cli: Cli, number: usize, deed: Deed) -> Cli {
        let cli = self.preload(cli).env("CALLS_AT", number.to_string());
        match deed {
            Deed::Kill => cli.env("CALLS_DO", "kill"),
            Deed::Torn => cli.env("CALLS_DO", "torn"),
            Deed::After => cli.env("CALLS_DO", "after"),
            Deed::Once(errno) => cli.env("CALLS_DO", (errno as i32).to_string()),
            Deed::Forever(errno) => cli.env("CALLS_DO", (errno as i32).to_string()).env("CALLS_FOREVER", "1"),
        }
    }

    fn preload(&self, cli: Cli) -> Cli {
        let cli = cli
            .env("LD_PRELOAD", library().expect("there are no faults without it"))
            .env("CALLS_UNDER", self.under.as_os_str());
        match self.kinds {
            Some(kinds) => cli.env("CALLS_KINDS", kinds),
            None => cli,
        }
    }
}

/// The calls listed in a file.
pub fn listed(log: &Path) -> Vec<Call> {
    let text = std::fs::read_to_string(log).expect("the calls were listed");
    let call = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let kind = words.next()?.to_owned();
        Some(Call { kind, path: words.nth(1)?.into() })
    };
    text.lines().filter_map(call).collect()
}

/// The compiled library, made once in this process.
fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let compile = || {
        if !cfg!(target_os = "linux") {
            return None;
        }
        // A blank or a colon separates the libraries of LD_PRELOAD.
        let is_usable = |folder: &PathBuf| !folder.to_string_lossy().contains([' ', ':']);
        let folder = [PathBuf::from(env!("CARGO_TARGET_TMPDIR")), std::env::temp_dir()].into_iter().find(is_usable)?;
        let (done, begun) =
            (folder.join("system_calls.so"), folder.join(format!("system_calls-{}.so", std::process::id())));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/support/system_calls.c");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&begun).arg(source).status();
        assert!(compiled.expect("there is a C compiler").success(), "system_calls.c does not compile");
        // Another test process may be using the old one: it keeps what it has.
        std::fs::rename(&begun, &done).expect("its folder can be written to");
        Some(done)
    };
    LIBRARY.get_or_init(compile).as_deref()
}
