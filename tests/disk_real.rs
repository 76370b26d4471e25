//! Promise 9 on real disks: one that has no room left, and files that this user may not write.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::kill::Scenario;
use crate::support::cli::Cli;
use crate::support::execute::Execute;
use crate::support::ledger::{Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};

/// A disk of its own in the folder of a test; it goes with the value.
pub(crate) struct Disk(Home);

impl Disk {
    /// `None` where disks may not be mounted.
    pub(crate) fn mount(kib: usize) -> Option<Self> {
        let home = Home::new();
        mount(home.path(), &format!("size={kib}k")).then_some(Disk(home))
    }

    /// There is room again.
    fn grow(&self) {
        self.change("size=64m");
    }

    /// Mounts it again with other options.
    pub(crate) fn change(&self, options: &str) {
        assert!(mount(self.0.path(), &format!("remount,{options}")), "the disk is mounted again with {options}");
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a process that hangs must not keep the folder.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn mount(folder: &Path, options: &str) -> bool {
    let mut command = Command::new("mount");
    command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_on_a_disk_of_any_size_stops_cleanly_and_goes_on_when_there_is_room() {
    const TEST: &str = "a_run_on_a_disk_of_any_size_stops_cleanly_and_goes_on_when_there_is_room";
    let scenario = Scenario::first_run().await;
    let scenario = scenario.now(Ledger::world(&mut Rng::new(5), 24, Size::Small));
    let whole = Home::in_memory();
    scenario.goes_on(&whole).unwrap();
    let needed_kib = usize::try_from(std::fs::metadata(whole.database()).unwrap().len()).unwrap() / 1024;
    let sizes = usize::try_from(seed::trials(8, 64)).unwrap();
    let mut stopped = 0;
    for size in 1..=sizes {
        let kib = 4 + needed_kib * 3 / 2 * size / sizes;
        let Some(disk) = Disk::mount(kib) else { return not_run(TEST, "this user may not mount a disk") };
        let home = &disk.0;
        let output = scenario.cli(home).run(scenario.arguments);
        let told = output.stderr.matches("Sync Failed: ").count() + output.stderr.matches("Error: ").count();
        match output.code {
            Some(0) => oracle::complete(home, &scenario.server.ledger()).check().map(|_| ()).unwrap(),
            code => {
                assert_eq!((code, told), (Some(1), 1), "{kib} KiB: {}", output.stderr);
                assert!(output.stderr.contains("disk"), "{kib} KiB: {}", output.stderr);
                stopped += 1;
            }
        }
        disk.grow();
        scenario.check(home).unwrap_or_else(|wrong| panic!("{kib} KiB: {wrong}"));
        scenario.goes_on(home).unwrap_or_else(|wrong| panic!("{kib} KiB: {wrong}"));
    }
    assert!(stopped >= sizes / 2, "only {stopped} of {sizes} disks were too small");
}

/// A folder that the user without rights owns, with a copy of the program where they can reach it.
struct Unprivileged {
    home: Home,
    program: PathBuf,
}

/// The user and group that own nothing.
const NOBODY: u32 = 65_534;

impl Unprivileged {
    fn new() -> Self {
        let home = Home::new();
        let program = home.path().join("program");
        std::fs::copy(env!("CARGO_BIN_EXE_execute-sync"), &program).expect("there is room");
        set_mode(&program, 0o755);
        set_mode(home.path(), 0o755);
        Unprivileged { home, program }
    }

    /// Gives a folder in it to the user.
    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.home.path().join(name);
        std::fs::create_dir(&folder).expect("the name is new");
        self.give(&folder);
        folder
    }

    fn give(&self, path: &Path) {
        // Who is not root owns it already, and may not give it away.
        let _ = std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY));
    }

    /// Runs the program as that user. `None` if that cannot be done.
    fn run(&self, cli: &Cli, arguments: &[&str]) -> Option<(Option<i32>, String)> {
        let inner = cli.command(arguments);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            let user = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
            command.args(user).args(["--clear-groups", "--"]).arg(&self.program);
            command
        } else {
            Command::new(&self.program)
        };
        command.args(inner.get_args()).current_dir("/").env_clear();
        command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = command.stdin(Stdio::null()).output().ok()?;
        Some((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_or_folder_that_may_not_be_written_is_named_with_a_remedy_and_left_as_it_is() {
    const TEST: &str = "a_database_or_folder_that_may_not_be_written_is_named_with_a_remedy_and_left_as_it_is";
    let ledger = Ledger::world(&mut Rng::new(6), 12, Size::Small);
    let server = Execute::start(ledger.clone()).await;
    let user = Unprivileged::new();
    let (data, state) = (user.folder("data"), user.folder("state"));
    let database = data.join("execute.sqlite");
    let cli = || {
        let cli = Cli::patient(&user.home, &server.url());
        cli.set("STATE_DIR", state.as_os_str()).set("DATABASE_DSN", database.as_os_str())
    };
    let begun = Ledger { entries: ledger.entries[..8].to_vec() };
    server.set_ledger(begun.clone());
    let Some((code, said)) = user.run(&cli(), &["push"]) else { return not_run(TEST, "setpriv is missing") };
    if code == Some(127) || said.contains("setpriv") {
        return not_run(TEST, "the tests may not run a program as another user");
    }
    assert_eq!(code, Some(0), "{said}");
    server.set_ledger(ledger);

    let bytes = std::fs::read(&database).unwrap();
    let modes: [(&Path, u32, u32); 3] = [(&database, 0o444, 0o644), (&data, 0o555, 0o755), (&database, 0o000, 0o644)];
    for (path, closed, open) in modes {
        // Where they are, the folder need not be written.
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(data.join(format!("execute.sqlite{end}")));
        }
        set_mode(path, closed);
        let (code, said) = user.run(&cli(), &["push"]).unwrap();
        set_mode(path, open);
        let told: Vec<&str> = said.lines().filter(|line| line.contains("Sync Failed: ")).collect();
        assert_eq!((code, told.len()), (Some(1), 1), "{path:?} {closed:o}: {said}");
        assert!(told[0].contains("execute.sqlite") && told[0].contains("Give this user the right"), "{said}");
        assert!(std::fs::read(&database).unwrap() == bytes, "{path:?} {closed:o}: the database changed");
    }

    let locked = user.folder("locked");
    set_mode(&locked, 0o555);
    let (code, said) = user.run(&cli().set("STATE_DIR", locked.as_os_str()), &["push"]).unwrap();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("locked") && said.contains("Give this user the right"), "{said}");
    let (code, said) = user.run(&cli(), &["push"]).unwrap();
    assert_eq!(code, Some(0), "{said}");
    let stored = oracle::value(&database, "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE CHUNK = 0");
    assert_eq!(stored, "12");
}
