//! What a run needs of the system and what it leaves there: no home folder, no certain user, no file but its own.
#![cfg(unix)] // Users, modes and strace are not for Windows.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::cli::Cli;
use crate::support::execute::Execute;
use crate::support::ledger::{Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::oracle;
use crate::support::other_program::OtherProgram;
use crate::support::run::Home;
use crate::support::seed::Rng;

/// A user who owns nothing and has no home.
const NOBODY: u32 = 65534;

/// Calls that change something on disk, that start a program, or that open a door.
const TRACED: &str = "execve,execveat,open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,\
    renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,truncate,chmod,fchmodat,chown,lchown,fchownat,\
    utimensat,bind";

/// A call, and the path that it changed.
type Touched = (String, PathBuf);

async fn server() -> Execute {
    Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// Copies the program, for everybody to run. By another program: a file that this one has open for writing, were it
/// only for an instant in which another test starts a process, cannot be run.
pub fn install(binary: &Path) {
    let mut install = Command::new("install");
    install.args(["-m", "755", env!("CARGO_BIN_EXE_execute-sync")]).arg(binary);
    assert!(install.status().unwrap().success());
}

/// Runs `command` under strace; gives what it touched: the call, and the path in full.
fn traced(command: &Command) -> Option<(Option<i32>, Vec<Touched>)> {
    // A log for each thread: in a common one, calls that overlap are cut in two.
    let logs = Home::new();
    let mut strace = Command::new("strace");
    strace.args(["-ff", "-qq", "-s", "4096", "-o"]).arg(logs.path().join("of"));
    strace.args(["-e", &format!("trace={TRACED}")]);
    strace.arg(command.get_program()).args(command.get_args());
    strace.current_dir(command.get_current_dir()?).env_clear();
    strace.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    strace.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let status = strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    let folder = command.get_current_dir()?;
    let logs: Vec<PathBuf> = std::fs::read_dir(logs.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let texts: Vec<String> = logs.iter().map(|log| std::fs::read_to_string(log).unwrap()).collect();
    let touched = texts.iter().flat_map(|text| text.lines()).filter_map(|line| touched(line, folder)).collect();
    texts.iter().any(|text| !text.is_empty()).then_some((status.code(), touched))
}

/// The call and the path in a line of strace, unless it only reads.
fn touched(line: &str, folder: &Path) -> Option<Touched> {
    let (name, rest) = line.split_once('(')?;
    let reads = name.starts_with("open") && !["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| rest.contains(flag));
    let failed = rest.contains(" = -1 ");
    let mut quoted = rest.split('"');
    let path = quoted.nth(1).unwrap_or_default();
    // Of two paths, the second is the one that is made.
    let path = if name.starts_with("rename") || name.contains("link") { quoted.nth(1).unwrap_or(path) } else { path };
    (!reads && !failed).then(|| (name.to_owned(), folder.join(path)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_outside_the_state_folder_and_the_database_and_no_program_is_started() {
    const NAME: &str = "nothing_is_written_outside_the_state_folder_and_the_database_and_no_program_is_started";
    if !cfg!(target_os = "linux") {
        return not_run(NAME, "this system has no strace");
    }
    let server = server().await;
    let (home, database) = (Home::new(), Home::new());
    let cli = Cli::patient(&home, &server.url())
        .set("STATE_DIR", "state")
        .set("DATABASE_DSN", database.path().join("data.db"))
        .set("KEEP_SUPERSEDED", "true");
    let calls: [&[&str]; 11] = [
        &["test"],
        &["push"],
        &["push", "-f"],
        &["clone"],
        &["create_views"],
        &["prune"],
        &["status"],
        &["runs"],
        &["quarantine", "list"],
        &["config"],
        &["sync", "-w", "0"],
    ];
    let allowed = [home.path().join("state"), database.path().join("data.db")];
    let is_allowed = |path: &Path| {
        let beside = ["-journal", "-wal", "-shm"].map(|end| database.path().join(format!("data.db{end}")));
        path.starts_with(&allowed[0]) || path == allowed[1] || beside.iter().any(|file| path == file)
    };
    for arguments in calls {
        let Some((code, touched)) = traced(&cli.command(arguments)) else {
            return not_run(NAME, "strace cannot trace here");
        };
        assert!(code == Some(0), "{arguments:?}: {code:?}");
        let started = touched.iter().filter(|(name, _)| name.starts_with("exec")).count();
        assert_eq!(started, 1, "{arguments:?} starts another program: {touched:?}");
        let strange: Vec<_> = touched
            .iter()
            .filter(|(name, path)| !name.starts_with("exec") && !is_allowed(path) && path != Path::new("/dev/null"))
            .collect();
        assert!(strange.is_empty(), "{arguments:?} touches {strange:?}");
    }
    assert!(allowed.iter().all(|path| path.exists()));
    let names: Vec<_> = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["state"], "the working folder stays as it was");
}

/// Runs the copy of the program as this user, or as one that has nothing where this one is root.
fn as_user(cli: &Cli, home: &Home, binary: &Path, arguments: &[&str]) -> Output {
    let wanted = cli.command(arguments);
    let other = is_root();
    let mut command = Command::new(if other { "setpriv".as_ref() } else { binary.as_os_str() });
    if other {
        let ids = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
        command.args(ids).arg("--clear-groups").arg(binary);
    }
    command.args(arguments).current_dir(home.path()).env_clear().stdin(Stdio::null());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs(wanted.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.output().expect("setpriv belongs to every Linux")
}

/// A home that anybody may enter, with the program in it and a folder for what it keeps.
fn open_to_all() -> (Home, PathBuf, PathBuf) {
    let home = Home::new();
    // The build may lie where only root can enter.
    let binary = home.path().join("execute-sync");
    install(&binary);
    std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let state = home.path().join("state");
    std::fs::create_dir(&state).unwrap();
    (home, binary, state)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_runs_as_a_user_without_name_or_home() {
    let server = server().await;
    let (home, binary, state) = open_to_all();
    // Who is not root is a user like any other; root tries as one that has nothing.
    let other = is_root();
    if other {
        chown(&state, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let cli = Cli::patient(&home, &server.url()).set("STATE_DIR", "state");
    let run = |arguments: &[&str]| as_user(&cli, &home, &binary, arguments);
    for arguments in
        [&["push"][..], &["push", "-f"], &["status"], &["runs"], &["create_views"], &["prune"], &["config"], &["test"]]
    {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    }
    let judged = Cli::new(&home).set("DATABASE_TYPE", "SQLITE").set("DATABASE_DSN", "state/execute.sqlite");
    assert_eq!(judged.run(&["quarantine", "list"]).code, Some(0), "what one user made another may look at");
    if other {
        // Now the other way: the file is root's, in a folder where this user may write nothing.
        chown(state.join("execute.sqlite"), Some(0), Some(0)).unwrap();
        chown(&state, Some(0), Some(0)).unwrap();
        std::fs::set_permissions(&state, PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::set_permissions(state.join("execute.sqlite"), PermissionsExt::from_mode(0o644)).unwrap();
        let output = run(&["quarantine", "list"]);
        assert_eq!((output.status.code(), &*output.stdout), (Some(0), &b"No open entries\n"[..]), "{output:?}");
        assert_eq!(run(&["push"]).status.code(), Some(1), "writing is another thing");
    }
    assert_eq!(
        oracle::value(&state.join("execute.sqlite"), "SELECT COUNT(DISTINCT ID || VERSION) FROM EXECUTE_DOCUMENTS"),
        "12"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_beside_the_database_that_another_user_left_is_named_with_the_remedy() {
    if !is_root() {
        return not_run("a_file_beside_the_database_that_another_user_left", "only root can be two users");
    }
    let server = server().await;
    let (home, binary, state) = open_to_all();
    chown(&state, Some(NOBODY), Some(NOBODY)).unwrap();
    let cli = Cli::patient(&home, &server.url()).set("STATE_DIR", "state");
    let push = || as_user(&cli, &home, &binary, &["push", "-f"]);
    let output = push();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for end in ["-shm", "-wal"] {
        let mut reader = OtherProgram::open(&state.join("execute.sqlite"));
        reader.run("SELECT COUNT(*) FROM EXECUTE_DOCUMENTS");
        let left = state.join(format!("execute.sqlite{end}"));
        chown(&left, Some(0), Some(0)).unwrap();
        std::fs::set_permissions(&left, PermissionsExt::from_mode(0o644)).unwrap();
        let output = push();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{end}: {told}");
        assert!(told.contains(&format!("execute.sqlite{end}, which belongs to the database")), "{end}: {told}");
        assert!(told.contains("Give this user the right to write it; or, when no program"), "{end}: {told}");
        drop(reader);
    }
    let output = push();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_only_read_reads_between_two_runs() {
    let server = server().await;
    let (home, _, state) = open_to_all();
    let cli = Cli::patient(&home, &server.url()).set("STATE_DIR", "state");
    let database = state.join("execute.sqlite");
    let for_all = |mode: u32| {
        let of = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        of(&state, mode | 0o111);
        of(&database, mode);
    };
    // A run that has something to do, one that has not, one that fails, and what else writes.
    let calls: [&[&str]; 6] =
        [&["push"], &["push"], &["push", "-u", "http://127.0.0.1:1/"], &["push", "-f"], &["prune"], &["create_views"]];
    for (number, call) in calls.into_iter().enumerate() {
        let ended = cli.run(call);
        assert_eq!(ended.code == Some(0), number != 2, "{ended:?}");
        for_all(0o444);
        let mut reader = Command::new(if is_root() { "setpriv" } else { "sqlite3" });
        if is_root() {
            let ids = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
            reader.args(ids).args(["--clear-groups", "sqlite3"]);
        }
        let read = reader.arg("-readonly").arg(&database).arg("SELECT COUNT(*) FROM EXECUTE_DOCUMENTS_LATEST").output();
        for_all(0o644);
        let read = read.unwrap();
        assert_eq!(String::from_utf8_lossy(&read.stdout), "12\n", "after {call:?}: {read:?}");
        let beside = std::fs::metadata(state.join("execute.sqlite-wal")).unwrap();
        assert_eq!(beside.len(), 0, "the file alone is whole");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_as_root_leaves_its_files_to_whom_the_folder_belongs() {
    if !is_root() {
        return not_run("a_run_as_root_leaves_its_files_to_whom_the_folder_belongs", "only root can be two users");
    }
    let server = server().await;
    let (home, binary, state) = open_to_all();
    chown(&state, Some(NOBODY), Some(NOBODY)).unwrap();
    let cli = Cli::patient(&home, &server.url()).set("STATE_DIR", "state").set("LOG_FILE", "state/sync.log");
    assert_eq!(as_user(&cli, &home, &binary, &["push"]).status.code(), Some(0));
    let files = || -> Vec<PathBuf> { std::fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().path()).collect() };
    let of_the_user = files();
    for file in of_the_user.iter().filter(|file| !file.ends_with("execute.sqlite")) {
        std::fs::remove_file(file).unwrap();
    }
    assert_eq!(cli.run(&["push", "-f"]).code, Some(0));
    let of_root = files();
    assert_eq!(of_root.len(), of_the_user.len(), "{of_root:?} and before {of_the_user:?}");
    for file in of_root {
        let (metadata, name) = (file.metadata().unwrap(), file.display());
        assert_eq!((metadata.uid(), metadata.gid()), (NOBODY, NOBODY), "{name}");
        assert_eq!(metadata.permissions().mode() & 0o022, 0, "{name}");
    }
    for arguments in [&["push"][..], &["status"]] {
        let output = as_user(&cli, &home, &binary, arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        assert!(!told.contains("cannot be"), "{arguments:?}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_own_files_are_for_its_owner_alone_whatever_the_umask() {
    let server = server().await;
    for umask in ["000", "022", "077", "777"] {
        let home = Home::new();
        let cli = Cli::patient(&home, &server.url()).set("STATE_DIR", "state").set("LOG_FILE", "sync.log");
        let wanted = cli.command(&["push"]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("umask {umask}; exec \"$0\" push")]).arg(wanted.get_program());
        shell.current_dir(home.path()).env_clear().stdin(Stdio::null());
        shell.envs(wanted.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = shell.output().unwrap();
        // A mask that takes the owner's own rights away is no reason to write where others read.
        if umask == "777" && !is_root() {
            continue;
        }
        assert_eq!(output.status.code(), Some(0), "{umask}: {output:?}");
        let mode = |name: &str| home.path().join(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("state") & !0o700, 0, "{umask}: the state folder");
        for file in ["state/last_sync_date.txt", "state/execute-sync-runs.ndjson", "sync.log"] {
            assert_eq!(mode(file) & !0o600, 0, "{umask}: {file}");
        }
    }
}
