//! The real binary while it runs: what it says as it says it, and signals to it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::cli::Cli;

/// Nothing here takes this long; who waits longer waits for ever.
const LIMIT: Duration = Duration::from_secs(60);

/// A call of `execute-sync` that is under way. Dropped, it is killed.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    stdout: Receiver<String>,
    /// What it said on standard error so far.
    pub said: String,
}

/// How it ended.
#[derive(Debug)]
pub struct Ended {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Program {
    pub fn start(cli: &Cli, arguments: &[&str]) -> Self {
        let mut child = cli
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let (sender, lines) = channel();
        let stderr = child.stderr.take().expect("it is a pipe");
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let (sender, stdout) = channel();
        let mut pipe = child.stdout.take().expect("it is a pipe");
        std::thread::spawn(move || {
            let mut text = String::new();
            let _ = pipe.read_to_string(&mut text);
            let _ = sender.send(text);
        });
        Program { child, lines, stdout, said: String::new() }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns once it has said a line with these words, now or before.
    pub fn says(&mut self, words: &str) {
        let until = Instant::now() + LIMIT;
        while !self.said.contains(words) {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => self.hear(&line),
                Err(_) => panic!("it ended or hangs without saying {words:?}. It said\n{}", self.said),
            }
        }
    }

    /// Returns once it has said one more line with these words than it had when this last returned.
    pub fn says_again(&mut self, words: &str) {
        let heard = self.said.matches(words).count();
        while self.said.matches(words).count() == heard {
            match self.lines.recv_timeout(LIMIT) {
                Ok(line) => self.hear(&line),
                Err(_) => panic!("it ended or hangs without saying {words:?} again. It said\n{}", self.said),
            }
        }
    }

    /// Sends a signal by its name, such as `STOP`, `CONT` or `KILL`.
    pub fn signal(&self, name: &str) {
        signal(self.pid(), name);
        if name == "STOP" {
            // It is sent; until every thread has taken it, the program still moves.
            let until = Instant::now() + LIMIT;
            while !self.is_stopped() {
                assert!(Instant::now() < until, "it does not stop");
                std::thread::yield_now();
            }
        }
    }

    /// Its end.
    pub fn ended(mut self) -> Ended {
        let until = Instant::now() + LIMIT;
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.hear(&line);
        }
        assert!(Instant::now() < until, "it does not end. It said\n{}", self.said);
        let status = self.child.wait().expect("it was started by us");
        let stdout = self.stdout.recv().unwrap_or_default();
        Ended { code: status.code(), stdout, stderr: std::mem::take(&mut self.said) }
    }

    fn hear(&mut self, line: &str) {
        self.said.push_str(line);
        self.said.push('\n');
    }

    fn is_stopped(&self) -> bool {
        let is_stop = |state: &str| state.trim_start().starts_with(['T', 't']);
        match std::fs::read_dir(format!("/proc/{}/task", self.pid())) {
            Ok(tasks) => tasks.filter_map(Result::ok).all(|task| {
                let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
                stat.rsplit_once(')').is_none_or(|(_, rest)| is_stop(rest))
            }),
            // A system without /proc.
            Err(_) => {
                let state = Command::new("ps").args(["-o", "state=", "-p"]).arg(self.pid().to_string()).output();
                is_stop(&String::from_utf8_lossy(&state.expect("there is a program named ps").stdout))
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(pid: u32, name: &str) {
    // Every shell has it built in; a program of that name is not everywhere.
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status();
    assert!(sent.expect("there is a shell").success(), "the signal {name} cannot be sent");
}
