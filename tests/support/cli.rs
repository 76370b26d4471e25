//! The real binary: a clean environment, a folder of its own, a time after which it is ended.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::execute::{KEY_ID, KEY_SECRET};
use super::run::Home;

/// A call of `execute-sync`, or of another program that is to be watched as closely.
pub struct Cli {
    program: PathBuf,
    folder: PathBuf,
    variables: BTreeMap<String, OsString>,
    /// It is ended after this time, and the test fails.
    pub limit: Duration,
}

/// What it did.
#[derive(Debug)]
pub struct Output {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Cli {
    /// Nothing is configured; the working folder is `home`.
    pub fn new(home: &Home) -> Self {
        Cli {
            program: env!("CARGO_BIN_EXE_execute-sync").into(),
            folder: home.path().to_owned(),
            variables: BTreeMap::new(),
            limit: Duration::from_secs(60),
        }
    }

    /// These tests themselves: for code of the engine that no command of the binary reaches. The arguments are those of
    /// the harness.
    pub fn of_tests(home: &Home) -> Self {
        Cli { program: std::env::current_exe().expect("it is running"), ..Cli::new(home) }
    }

    /// Configured for a server and the database of `home`, every limit as short as it goes.
    pub fn for_server(home: &Home, url: &str) -> Self {
        Cli::new(home)
            .set("EXECUTE_URL", url)
            .set("EXECUTE_APIKEY_ID", KEY_ID)
            .set("EXECUTE_APIKEY_SECRET", KEY_SECRET)
            .set("DATABASE_TYPE", "SQLITE")
            .set("MAX_DOCUMENTS", "4")
            .set("CHUNK_SIZE", "10")
            .set("FIRST_BYTE_TIMEOUT", "1")
            .set("IDLE_TIMEOUT", "1")
    }

    /// The same, but it waits for the server as long as its users do: for servers that hold answers back, and for busy
    /// machines.
    pub fn patient(home: &Home, url: &str) -> Self {
        Cli::for_server(home, url).set("FIRST_BYTE_TIMEOUT", "600").set("IDLE_TIMEOUT", "600")
    }

    /// Sets a setting, by its variable without the prefix.
    pub fn set(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(format!("EXECUTESYNC_{name}"), value.into());
        self
    }

    /// Sets any other variable.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// The command as it would be run, for tests that need the process itself.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(&self.folder).env_clear().envs(&self.variables).stdin(Stdio::null());
        // Windows programs find their libraries and their randomness by it.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        command
    }

    /// Runs it to its end. It fails, with what was told so far, if that takes longer than the limit.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let started = Instant::now();
        let mut child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let stdout = read(child.stdout.take().expect("it is a pipe"));
        let stderr = read(child.stderr.take().expect("it is a pipe"));
        let mut text = |from: mpsc::Receiver<Vec<u8>>| match from.recv_timeout(self.limit) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => {
                let _ = child.kill();
                String::from_utf8_lossy(&from.recv().unwrap_or_default()).into_owned()
            }
        };
        let (stdout, stderr) = (text(stdout), text(stderr));
        let status = child.wait().expect("it was started by us");
        let took = started.elapsed();
        assert!(took < self.limit, "execute-sync {arguments:?} hung for {took:?} and said\n{stdout}{stderr}");
        Output { code: status.code(), stdout, stderr, took }
    }
}

/// Everything that comes through a pipe, once it is closed.
fn read(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before a failure is worth showing.
        let _ = pipe.read_to_end(&mut bytes);
        let _ = sender.send(bytes);
    });
    receiver
}
