//! Whatever is wrong outside ends with one sentence, a remedy and its exit code, and loses nothing.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Execute, Fault};
use crate::support::fault;
use crate::support::ledger::{Ledger, Size};
use crate::support::run::Home;
use crate::support::seed::Rng;
use crate::support::wire::{At, Then};

/// Calls of the program at the same time: most of them only wait.
const AT_ONCE: usize = 8;

/// What is done to a database that has half of what the server holds, before the program is called once more.
struct Row {
    name: &'static str,
    command: &'static [&'static str],
    /// Settings that differ; `{server}` is its address.
    set: Vec<(&'static str, String)>,
    /// What every answer of the server is changed by.
    fault: Option<Fault>,
    before: fn(&Home),
    code: i32,
    /// Words of the sentence, and of the remedy.
    says: &'static [&'static str],
}

fn row(name: &'static str, code: i32, says: &'static [&'static str]) -> Row {
    Row { name, command: &["push"], set: Vec::new(), fault: None, before: |_| {}, code, says }
}

impl Row {
    fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set.push((name, value.into()));
        self
    }

    fn fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    fn command(mut self, command: &'static [&'static str]) -> Self {
        self.command = command;
        self
    }

    fn before(mut self, before: fn(&Home)) -> Self {
        self.before = before;
        self
    }
}

fn addresses() -> Vec<Row> {
    let url = "EXECUTE_URL";
    let not_a_page = &["not a page of documents", "Check EXECUTESYNC_EXECUTE_URL"];
    let location = || fault::header("Location", "https://login.example/sso?next=1");
    let redirect = || fault::all(vec![fault::status("302 Found"), location()]);
    let html = || fault::header("Content-Type", "text/html; charset=utf-8");
    vec![
        row("nobody listens", 4, &["cannot be reached. Check the network and EXECUTESYNC_EXECUTE_URL"])
            .set(url, "http://127.0.0.1:1"),
        row("no such name", 4, &["the name no-such-host.invalid does not resolve. Check EXECUTESYNC_EXECUTE_URL"])
            .set(url, "http://no-such-host.invalid"),
        row("without a scheme", 2, &["does not begin with https://. Use https://execute.example.com"])
            .set(url, "execute.example.com"),
        row("another scheme", 2, &["begins with ftp://. Give it as https://"]).set(url, "ftp://execute.example.com"),
        row("copied from the browser", 2, &["copied from the browser does. Use {server}/app"])
            .set(url, "{server}/app/?view=afe#/list"),
        row("copied from a request", 2, &["the path of a request, which is added to it. Use {server}"])
            .set(url, "{server}/fetch/document/"),
        row("with a login", 2, &["holds a login. Use http://127.0.0.1, and give the login as"])
            .set(url, "http://me:pw@127.0.0.1"),
        row("a wrong path", 2, &["there is no fetch API at", "(404). Check EXECUTESYNC_EXECUTE_URL"])
            .fault(fault::status("404 Not Found")),
        row("a login page by its type", 1, not_a_page)
            .fault(fault::all(vec![html(), fault::body("<html>log in</html>")])),
        row("a login page by its look", 1, not_a_page).fault(fault::body("\r\n  <!DOCTYPE html><html>log in</html>\n")),
        row("an error in JSON", 1, not_a_page).fault(fault::body("{\"error\":\"who are you?\"}")),
        row(
            "sent on to a login page",
            2,
            &["sends us on to https://login.example/sso. If that is", "set EXECUTESYNC_EXECUTE_URL to"],
        )
        .fault(redirect()),
    ]
}

fn refusals() -> Vec<Row> {
    let again = |status| fault::all(vec![fault::status(status), fault::header("Retry-After", "0")]);
    let broken =
        &["the server's answer broke off before its end. Try again; if it stays, lower EXECUTESYNC_MAX_DOCUMENTS"];
    vec![
        row("401", 3, &["does not accept the API key (401). Check EXECUTESYNC_EXECUTE_APIKEY_ID and EXECUTESYNC_EXECUTE_APIKEY_SECRET"])
            .fault(fault::status("401 Unauthorized")),
        row("a wrong secret", 3, &["does not accept the API key (401)"]).set("EXECUTE_APIKEY_SECRET", "another secret"),
        row("403", 3, &["but not this request (403). Ask an Execute administrator"])
            .fault(fault::status("403 Forbidden")),
        row(
            "no secret",
            2,
            &["EXECUTESYNC_EXECUTE_APIKEY_SECRET (--execute-key-secret) is not set. Set it in the environment, in "],
        )
        .set("EXECUTE_APIKEY_SECRET", ""),
        row(
            "a proxy that wants a login",
            2,
            &["the proxy asks for a login (407). Set EXECUTESYNC_PROXY to http://user:password@proxy:port"],
        )
        .fault(fault::status("407 Proxy Authentication Required")),
        row("a proxy's error", 4, &["cannot answer now (502 Bad Gateway). Try again later"])
            .fault(again("502 Bad Gateway")),
        row("no proxy there", 4, &["cannot be reached. Check "]).set("PROXY", "http://127.0.0.1:1"),
        row(
            "no URL of a proxy",
            2,
            &["EXECUTESYNC_PROXY (--proxy) is not the URL of a proxy. Give it as http://host:port"],
        )
        .set("PROXY", "http://"),
        row("a body that is cut", 4, broken).fault(fault::cut(At::Middle, Then::Fin)),
        row("a body that is reset", 4, broken).fault(fault::cut(At::LastRecord, Then::Reset)),
        row("no mark", 1, &["the server's X-Sync-Highwater-Mark header is missing. Check EXECUTESYNC_EXECUTE_URL"])
            .fault(fault::no_header("X-Sync-Highwater-Mark")),
        row("no end", 1, &["the server's X-Sync-Truncated header is missing. Check EXECUTESYNC_EXECUTE_URL"])
            .fault(fault::no_header("X-Sync-Truncated")),
        row("neither end nor more", 1, &["X-Sync-Truncated header is neither TRUE nor FALSE. Check EXECUTESYNC_EXECUTE_URL"])
            .fault(fault::header("X-Sync-Truncated", "maybe")),
        row(
            "a schema that is none",
            1,
            &["the server's schema is not a JSON object of document types. Check EXECUTESYNC_EXECUTE_URL"],
        )
        .command(&["clone"])
        .fault(fault::body("[]")),
    ]
}

fn settings() -> Vec<Row> {
    let number = &["but must be a whole number from 1 to 1000000000. Set it to a whole number"];
    let dsn = "DATABASE_DSN";
    vec![
        row("CHUNK_SIZE=0", 2, number).set("CHUNK_SIZE", "0"),
        row(
            "CHUNK_SIZE as a word",
            2,
            &["EXECUTESYNC_CHUNK_SIZE (--chunk-size) is `many` in the environment, but must be a whole number"],
        )
        .set("CHUNK_SIZE", "many"),
        row("MAX_DOCUMENTS below zero", 2, number).set("MAX_DOCUMENTS", "-1"),
        row("WAIT as a word", 2, &["EXECUTESYNC_WAIT (--wait) is `soon`", "or leave it out for 600"])
            .set("WAIT", "soon"),
        row("a switch that is none", 2, &["is `perhaps` in the environment, but must be true or false"])
            .set("INCLUDE_CALCS", "perhaps"),
        row("an unknown log level", 2, &["but must be quiet or info or debug. Set it to quiet"])
            .set("LOG_LEVEL", "loud"),
        row("an unknown database", 2, &["is ORACLE, which is no type of database known here. Use SQLITE"])
            .set("DATABASE_TYPE", "oracle"),
        row("another database's DSN", 2, &["is not a path, but begins with a scheme. Give the path of a file"])
            .set(dsn, "sqlserver://sa:pw@host?database=x"),
        row(
            "a database in memory",
            2,
            &["names a database in memory, of which nothing would stay. Give the path of a file"],
        )
        .set(dsn, ":memory:"),
        row(
            "a home folder's short form",
            2,
            &["begins with `~`, which only a shell expands. Write the home folder out"],
        )
        .set(dsn, "~/data.db"),
        row("an .env line without =", 2, &["line 2 of ", ".env has no `=`. Write NAME=value on one line"])
            .before(|home| write(home, ".env", "A=1\nEXECUTESYNC_WAIT 5\n")),
        row("an .env in UTF-16", 2, &[".env is in UTF-16. Save it as UTF-8"])
            .before(|home| std::fs::write(home.path().join(".env"), b"\xff\xfeA\0=\0").unwrap()),
        row("an .env line that is not UTF-8", 2, &["line 1 of ", ".env is not UTF-8. Save the file as UTF-8"])
            .before(|home| std::fs::write(home.path().join(".env"), b"A=\xe9\n").unwrap()),
    ]
}

fn databases() -> Vec<Row> {
    let dsn = "DATABASE_DSN";
    let newer = &["was written by a newer Execute Sync", "Upgrade this program, or name another database"];
    let other = &["the database holds documents of other.example/base, not of 127.0.0.1:", "push -f --allow-removals"];
    vec![
        row(
            "a file that is no database",
            2,
            &["notes.txt is not a SQLite database. Name another path", "or move that file"],
        )
        .set(dsn, "notes.txt")
        .before(|home| write(home, "notes.txt", &"my notes\n".repeat(200))),
        row("a folder", 2, &["is a folder, not a database file. Name a file in EXECUTESYNC_DATABASE_DSN"])
            .set(dsn, "folder")
            .before(|home| std::fs::create_dir(home.path().join("folder")).unwrap()),
        #[cfg(unix)]
        row("a device", 2, &["/dev/null is not a regular file. Name a database file in EXECUTESYNC_DATABASE_DSN"])
            .set(dsn, "/dev/null"),
        #[cfg(unix)]
        row("a pipe", 2, &["pipe is not a regular file. Name a database file"]).set(dsn, "pipe").before(|home| {
            let made = std::process::Command::new("mkfifo").arg(home.path().join("pipe")).status().unwrap();
            assert!(made.success());
        }),
        row(
            "a folder that is not there",
            2,
            &["does not exist. Create it, or name another path in EXECUTESYNC_DATABASE_DSN"],
        )
        .set(dsn, "no/such/x.db"),
        row("a damaged database", 1, &["execute.sqlite is damaged. Restore it from a backup, or move it away"])
            .before(damage),
        row("another source", 2, other).before(of_another_source),
        row("removals without a refresh", 2, &["--allow-removals without --force would remove nothing. Add -f"])
            .command(&["push", "--allow-removals"]),
        row("a refresh of another source", 2, other).command(&["push", "-f"]).before(of_another_source),
        row("a newer layout", 2, newer).before(of_a_newer_version),
        row("a newer layout for views", 2, newer).command(&["create_views"]).before(of_a_newer_version),
        row("a state folder that is a file", 2, &["STATE_DIR"])
            .set("STATE_DIR", "taken")
            .before(|home| write(home, "taken", "x")),
        row("a state folder without parents", 2, &["no/such cannot be created. Create the folders above it"])
            .set("STATE_DIR", "no/such"),
    ]
}

fn of_another_source(home: &Home) {
    sqlite(&home.database(), "UPDATE EXECUTE_SYNC_STATE SET SOURCE = 'other.example/base'");
}

fn of_a_newer_version(home: &Home) {
    sqlite(&home.database(), "PRAGMA user_version = 99; UPDATE EXECUTE_SYNC_STATE SET LAYOUT = 99");
}

fn write(home: &Home, name: &str, text: &str) {
    std::fs::write(home.path().join(name), text).unwrap();
}

fn sqlite(database: &Path, sql: &str) {
    let output = Command::new("sqlite3").arg(database).arg(sql).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{sql}: {output:?}");
}

/// The middle of the file is overwritten; what it held is not recoverable by anybody, so nothing can be lost after that.
fn damage(home: &Home) {
    let mut bytes = std::fs::read(home.database()).unwrap();
    let page = 16 * 1024;
    bytes[page..3 * page].fill(0x55);
    std::fs::write(home.database(), bytes).unwrap();
}

/// The sentence and the remedy, as the one line or the few lines that were said.
fn told(output: &Output) -> String {
    assert_eq!(output.stdout, "", "{output:?}");
    let failures: Vec<&str> =
        output.stderr.lines().filter(|line| line.contains(" ERROR ") || line.starts_with("Error: ")).collect();
    assert_eq!(failures.len(), 1, "one sentence: {output:?}");
    match failures[0].split_once(" Failed: ") {
        Some((_, told)) => told.to_owned(),
        None => {
            let rest: Vec<&str> = output.stderr.split_once("Error: ").unwrap().1.lines().map(str::trim).collect();
            rest[..2.min(rest.len())].join(". ")
        }
    }
}

/// Half of the world is there; then comes the row.
async fn meets(row: &Row) -> Result<(), String> {
    let world = Ledger::world(&mut Rng::new(1), 24, Size::Small);
    let half = Ledger { entries: world.entries[..12].to_vec() };
    let server = Execute::start(half.clone()).await;
    let home = Home::new();
    let usual = || Cli::patient(&home, &server.url());
    let good = tokio::task::block_in_place(|| usual().run(&["push"]));
    assert_eq!(good.code, Some(0), "{good:?}");
    server.set_ledger(world);
    (row.before)(&home);
    let before = contents(&home.database());
    if let Some(fault) = row.fault.clone() {
        server.plan(move |_| Some(fault.clone()));
    }
    let cli =
        row.set.iter().fold(usual(), |cli, (name, value)| cli.set(name, value.replace("{server}", &server.url())));
    let output = tokio::task::block_in_place(|| cli.run(row.command));
    let told = told(&output);
    if output.code != Some(row.code) {
        return Err(format!("exit code {:?}, not {}: {told}", output.code, row.code));
    }
    for words in row.says {
        let words = words.replace("{server}", &server.url());
        if !told.contains(&words) {
            return Err(format!("{words:?} is not in {told:?}"));
        }
    }
    if output.stderr.contains("panicked") || told.contains("Internal") {
        return Err(format!("{output:?}"));
    }
    if contents(&home.database()) != before {
        return Err("the database is not what it was".to_owned());
    }
    Ok(())
}

/// Every row of the table, as text; what SQLite says of a damaged file.
fn contents(database: &Path) -> String {
    let sql = "SELECT * FROM EXECUTE_DOCUMENTS ORDER BY 1, 2, 3, 4, 5;
        SELECT SOURCE, MARK, BATCH_DATE FROM EXECUTE_SYNC_STATE";
    let output = Command::new("sqlite3").arg(database).arg(sql).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn all_meet(rows: Vec<Row>) {
    let (room, mut under_way) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    for row in rows {
        let room = Arc::clone(&room);
        under_way.spawn(async move {
            let _permit = room.acquire().await;
            meets(&row).await.map_err(|why| format!("{}: {why}", row.name))
        });
    }
    let problems: Vec<String> = under_way.join_all().await.into_iter().filter_map(Result::err).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 9)]
async fn a_wrong_address_is_named_with_what_to_write_instead() {
    all_meet(addresses()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 9)]
async fn a_server_or_proxy_that_refuses_or_breaks_off_is_told_apart() {
    all_meet(refusals()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 9)]
async fn a_setting_that_cannot_be_is_named_with_its_place_and_what_can_be() {
    all_meet(settings()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 9)]
async fn a_database_that_cannot_be_used_is_named_and_left_as_it_is() {
    all_meet(databases()).await;
}
