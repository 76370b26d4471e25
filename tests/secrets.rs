//! No secret leaves the program but to the server it was entered for: canaries through every command and every error,
//! searched for in all that is said and written, in every spelling.

use std::path::PathBuf;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use execute_sync::secret::encodings;

use crate::support::cli::Cli;
use crate::support::execute::{Ask, Execute, Fault, What};
use crate::support::fault;
use crate::support::leak::Detector;
use crate::support::ledger::{self, Ledger, SCHEMA};
use crate::support::run::Home;
use crate::support::seed;

/// Every spelling differs for them.
const KEY: &str = "cänary-KEY/1+ \"q\"\\é%41&=😀~";
const LOGIN: &str = "cänary~LOGIN 2/+é%20&?";
const PASSWORD: &str = "canary;PASSWORD 3/+%25&é";
const PHRASE: &str = "cänary PHRASE 4/+\"\\&😀";

/// How the API secret is given.
#[derive(Debug, Clone, Copy)]
enum Given {
    Flag,
    Variable,
    EnvFile,
    File,
    FileInEnvFile,
}

const WAYS: [Given; 5] = [Given::Flag, Given::Variable, Given::EnvFile, Given::File, Given::FileInEnvFile];

/// A call of the program, and how the world around it is.
struct Scenario {
    command: &'static [&'static str],
    set: Vec<(&'static str, String)>,
    fault: Option<Fault>,
    /// It must have reached the server, or nothing is proved.
    reaches: bool,
}

fn call(command: &'static [&'static str]) -> Scenario {
    Scenario { command, set: Vec::new(), fault: None, reaches: false }
}

impl Scenario {
    fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set.push((name, value.into()));
        self
    }

    fn fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self.reaches()
    }

    fn reaches(mut self) -> Self {
        self.reaches = true;
        self
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What somebody who holds the request could send back: the login in all its forms.
fn echo() -> String {
    let basic = BASE64_STANDARD.encode(format!("id:{KEY}"));
    let url = BASE64_URL_SAFE_NO_PAD.encode(KEY);
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let escaped = serde_json::Value::from(KEY);
    format!(
        "{{\"you\":\"Basic {basic}\",\"k\":{escaped},\"b\":\"{url}\",\"u\":\"{}\",\"h\":\"{hex}\"}} {KEY}",
        percent(KEY)
    )
}

fn scenarios() -> Vec<Scenario> {
    let status = |status: &'static str| {
        fault::all(vec![fault::status(status), fault::body(echo()), fault::header("Retry-After", "0")])
    };
    let to = |target: String| fault::all(vec![fault::status("302 Found"), fault::header("Location", target)]);
    let named = |name: &str| fault::body(format!("{{\"{name}\":1,\"AFE\":{{\"{name}\":{{\"TYPE\":\"{name}\"}}}}}}"));
    let bad = format!("{{\"DOCUMENT_ID\":\"x\",\"error\":{}}}\n", serde_json::Value::from("who are you?"));
    let json_key = serde_json::Value::from(KEY).to_string();
    let mut all = vec![
        call(&["push"]).reaches(),
        call(&["push", "--json"]).reaches(),
        call(&["push", "-f", "-l", "debug"]).reaches(),
        call(&["sync", "-w", "0", "-l", "debug"]).reaches(),
        call(&["clone", "--json"]).reaches(),
        call(&["create_views"]).reaches(),
        call(&["test"]).reaches(),
        call(&["test", "--json"]).reaches(),
        call(&["config"]),
        call(&["config", "--json"]),
        call(&["prune"]),
        call(&["status", "--json"]),
        call(&["runs", "--json"]),
        call(&["quarantine", "list", "--all", "--json"]),
        call(&["version"]),
        call(&["upgrade"]),
        call(&["push", "--nope"]),
        call(&["push", "-c", "0"]),
        call(&["push"]).fault(status("401 Unauthorized")),
        call(&["push", "--json"]).fault(status("403 Forbidden")),
        call(&["push", "-l", "debug"]).fault(status("500 Internal Server Error")),
        call(&["push"]).fault(status("418 I'm a teapot")),
        call(&["test"]).fault(status("401 Unauthorized")),
        call(&["test", "--json"]).fault(status("503 Service Unavailable")),
        call(&["create_views"]).fault(status("404 Not Found")),
        call(&["push"]).fault(to(format!("https://other.example/?token={}", percent(KEY)))),
        call(&["push"]).fault(to(format!("https://other.example/{}/fetch/document/", percent(KEY)))),
        call(&["push", "--json"]).fault(to(format!("https://me:{}@other.example/", percent(KEY)))),
        call(&["push"]).fault(fault::body(echo())),
        call(&["clone"]).fault(fault::body(echo())),
        call(&["push"]).fault(fault::header("X-Sync-Truncated", percent(KEY))),
        call(&["push"]).fault(fault::body(bad)),
        call(&["push", "--json"]).fault(named(json_key.trim_matches('"'))),
        call(&["create_views", "--json"]).fault(named(json_key.trim_matches('"'))),
        call(&["clone"]).fault(named(json_key.trim_matches('"'))).set("ON_BAD_DOCUMENT", "stop"),
        call(&["push", "-d", "no/such/folder"]),
        call(&["push"]).set("DATABASE_DSN", "."),
    ];
    for dsn in [
        format!("sqlserver://sa:{PASSWORD}@host/x?database=y"),
        format!("USER:{PASSWORD}@org-account/DB/SCHEMA?warehouse=w"),
        format!("server=host;user id=sa;password={PASSWORD};database=y"),
    ] {
        for (kind, command) in [
            ("SQLSERVER", &["push"][..]),
            ("SNOWFLAKE", &["config", "--json"]),
            ("MSSQL", &["status"]),
            ("DATABRICKS", &["config"]),
        ] {
            all.push(call(command).set("DATABASE_DSN", dsn.clone()).set("DATABASE_TYPE", kind));
        }
    }
    let dsn = format!("sqlserver://sa:{PASSWORD}@host/x");
    for command in [&["push"][..], &["prune"], &["config"], &["test"], &["status"]] {
        all.push(call(command).set("DATABASE_DSN", dsn.clone()));
        all.push(call(command).set("DATABASE_TYPE", dsn.clone()));
        all.push(call(command).set("DATABASE_DSN", format!("data.db?_auth_pass={}", percent(PASSWORD))));
        all.push(call(command).set("DATABASE_DSN", format!("file:data.db?key={}", percent(PASSWORD))));
    }
    let login = percent(LOGIN);
    for command in [&["push"][..], &["push", "--json"], &["config"], &["test"], &["create_views"]] {
        all.push(call(command).set("PROXY", format!("http://me:{login}@{{server}}")));
        all.push(call(command).set("PROXY", format!("htp://me:{LOGIN}@{{server}}")));
        all.push(call(command).set("EXECUTE_URL", format!("https://me:{login}@execute.invalid/")));
        all.push(call(command).set("EXECUTE_URL", format!("https://execute.invalid/?token={login}#{login}")));
        all.push(call(command).set("EXECUTE_URL", format!("execute.invalid/x?token={login}")));
    }
    all.push(
        call(&["push", "-l", "debug"])
            .set("http_proxy", format!("http://me:{login}@{{server}}"))
            .set("EXECUTE_URL", "http://execute.invalid"),
    );
    all.push(
        call(&["push"])
            .set("PROXY", format!("http://me:{login}@{{server}}"))
            .fault(fault::status("407 Proxy Authentication Required")),
    );
    // `test` asks once, where a run would try again for a while.
    let test = |proxy: String| {
        call(&["test", "-l", "debug"]).set("EXECUTE_URL", "https://execute.invalid").set("PROXY", proxy)
    };
    all.push(test(format!("http://me:{login}@{{server}}")));
    all.extend(["http", "socks5", "socks5h"].map(|scheme| test(format!("{scheme}://me:{login}@127.0.0.1:1"))));
    all
}

/// A server that lets everybody in.
fn lets_in(fault: Option<Fault>) -> impl Fn(&Ask) -> Option<Fault> {
    move |ask| {
        let (what, fault) = (ask.what, fault.clone());
        Some(fault::change(move |reply| {
            reply.status = "200 OK".to_owned();
            reply.body =
                if what == What::Schema { SCHEMA.into() } else { [ledger::tiny("a", 1), b"\n".to_vec()].concat() };
            reply.set("X-Sync-Highwater-Mark", "mark");
            reply.set("X-Sync-Truncated", "FALSE");
            if let Some(fault) = &fault {
                fault(reply);
            }
        }))
    }
}

/// Makes the call and gives every place where a secret stands.
fn leaks(scenario: &Scenario, given: Given, server: &Execute, detector: &mut Detector) -> Vec<String> {
    let home = Home::in_memory();
    let [env_file, key_file] = [".env", "the key"].map(|name| home.path().join(name));
    let mut cli = Cli::new(&home)
        .set("EXECUTE_URL", server.url())
        .set("EXECUTE_APIKEY_ID", "key id")
        .set("DATABASE_TYPE", "SQLITE")
        .set("FIRST_BYTE_TIMEOUT", "60")
        .set("LOG_FILE", "sync.log");
    let mut arguments = scenario.command.to_vec();
    match given {
        Given::Flag => arguments.extend(["--execute-key-secret", KEY]),
        Given::Variable => cli = cli.set("EXECUTE_APIKEY_SECRET", KEY),
        Given::EnvFile => std::fs::write(&env_file, format!("EXECUTESYNC_EXECUTE_APIKEY_SECRET='{KEY}'\n")).unwrap(),
        Given::File => cli = cli.set("EXECUTE_APIKEY_SECRET_FILE", "the key"),
        Given::FileInEnvFile => {
            std::fs::write(&env_file, "EXECUTESYNC_EXECUTE_APIKEY_SECRET_FILE='the key'\n").unwrap()
        }
    }
    if matches!(given, Given::File | Given::FileInEnvFile) {
        std::fs::write(&key_file, format!("{KEY}\n")).unwrap();
    }
    for (name, value) in &scenario.set {
        let value = value.replace("{server}", &server.address().to_string());
        cli = if name.starts_with("http") { cli.env(name, value) } else { cli.set(name, value) };
    }
    server.plan(lets_in(scenario.fault.clone()));
    let asked = server.log().len();
    let output = cli.run(&arguments);
    let login = BASE64_STANDARD.encode(format!("key id:{KEY}"));
    let reached =
        server.log()[asked..].iter().any(|ask| ask.header("authorization") == Some(&format!("Basic {login}")));
    assert!(reached || !scenario.reaches, "{:?} {given:?} did not reach the server: {output:?}", scenario.command);
    let after = Cli::new(&home).set("DATABASE_TYPE", "SQLITE").run(&["runs", "--json"]);
    let texts = [("stdout", &output.stdout), ("stderr", &output.stderr), ("runs", &after.stdout)];
    let texts = texts.map(|(name, text)| (name, text.as_bytes()));
    let found = detector.find(&[KEY, LOGIN, PASSWORD], &texts, Some(home.path()), &[env_file, key_file]);
    found.iter().map(|leak| format!("{:?} {given:?} {:?}: {leak}", scenario.command, scenario.set)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_leaks_from_any_command_or_error() {
    let server = Execute::start(Ledger::default()).await;
    let mut detector = Detector::start();
    let (mut tried, mut found) = (0, Vec::new());
    for (at, scenario) in scenarios().iter().enumerate() {
        // Usually one way each, one after the other; all ways with SOAK.
        let ways = usize::try_from(seed::trials(1, 5)).unwrap();
        for given in (0..ways).map(|more| WAYS[(at + more) % WAYS.len()]) {
            found.extend(leaks(scenario, given, &server, &mut detector));
            tried += 1;
        }
    }
    println!("{tried} scenarios");
    assert!(found.is_empty(), "{} leaks\n{}", found.len(), found.join("\n"));
}

#[test]
fn neither_passphrase_nor_private_key_leaks_from_gen() {
    let mut detector = Detector::start();
    for with_phrase in [false, true] {
        let home = Home::in_memory();
        let (key, phrase) = (home.path().join("execute_sync_key.p8"), home.path().join("phrase"));
        std::fs::write(&phrase, format!("{PHRASE}\n")).unwrap();
        let by_file: &[&str] = if with_phrase { &["--passphrase-file", "phrase"] } else { &[] };
        let calls: [&[&str]; 3] = [&[], &[], &["--out", "no/such/folder/key"]];
        let outputs = calls.map(|more| Cli::new(&home).run(&[&["gen", "--bits", "2048"], by_file, more].concat()));
        assert_eq!(outputs.each_ref().map(|output| output.code == Some(0)), [true, false, false], "{outputs:?}");
        let pem = std::fs::read_to_string(&key).unwrap();
        // The body of the key, past what all keys have in common.
        let lines: Vec<&str> = pem.lines().filter(|line| !line.starts_with("-----")).skip(12).collect();
        let secrets = [&[PHRASE][..], &lines[..4]].concat();
        let texts: Vec<_> = outputs
            .iter()
            .flat_map(|output| [("stdout", output.stdout.as_bytes()), ("stderr", output.stderr.as_bytes())])
            .collect();
        let found = detector.find(&secrets, &texts, Some(home.path()), &[key, phrase]);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn the_detector_finds_every_one_of_fifty_planted_leaks() {
    let mut leaks: Vec<Vec<u8>> = encodings(KEY);
    let own = leaks.len();
    let around = |before: &str, text: String, after: &str| format!("{before}{text}{after}").into_bytes();
    for id in ["", "k", "ke", "key", "a longer key id"] {
        leaks.push(around("Authorization: Basic ", BASE64_STANDARD.encode(format!("{id}:{KEY}")), "\r\n"));
        leaks.push(around(
            "",
            BASE64_URL_SAFE_NO_PAD.encode(format!("{{\"{id}\":{KEY:?}}}").replace(&format!("{KEY:?}"), KEY)),
            ".",
        ));
    }
    let wrapped = BASE64_STANDARD.encode(format!("{}{KEY}", "x".repeat(40)));
    leaks.push(wrapped.as_bytes().chunks(19).collect::<Vec<_>>().join(&b'\n'));
    leaks.push(around("https://me:", percent(KEY), "@host/"));
    leaks.push(around("?token=", percent(KEY).to_lowercase(), "&x=1"));
    leaks.push(around("?q=", KEY.replace('%', "%25").replace('+', "%2B").replace(' ', "+"), ""));
    leaks.push(around("X'", KEY.bytes().map(|b| format!("{b:02X}")).collect(), "'"));
    leaks.push(around("", format!("{KEY:?}"), ""));
    leaks.push(around("", serde_json::Value::from(serde_json::Value::from(KEY).to_string()).to_string(), ""));
    leaks.push(around("", KEY.chars().map(|c| format!("\\u{{{:x}}}", u32::from(c))).collect(), ""));
    leaks.push(around("", KEY.bytes().map(|b| format!("\\x{b:02x}")).collect(), ""));
    leaks.push(around("", KEY.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect(), ""));
    leaks.push(around("2026/11/23 03:44:29 ERROR it said: ", KEY.to_owned(), " [31m"));
    leaks.push([&[0, 1, 2][..], KEY.as_bytes(), &[255]].concat());
    leaks.push([&[0][..], &KEY.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat());
    let noise = b"2026/11/23 INFO nothing to see %41 \\u0041 c2VjcmV0 \0".repeat(40);
    let filler: Vec<Vec<u8>> = leaks
        .iter()
        .take(50_usize.saturating_sub(leaks.len()))
        .map(|leak| [&noise[..], leak, &noise[..]].concat())
        .collect();
    leaks.extend(filler);
    assert!(own >= 13 && leaks.len() >= 50, "{own} of {}", leaks.len());
    let mut detector = Detector::start();
    let home = Home::new();
    for (at, leak) in leaks.iter().enumerate() {
        let in_text = detector.find(&[KEY], &[("text", leak)], None, &[]);
        assert!(!in_text.is_empty(), "leak {at} is not found: {:?}", String::from_utf8_lossy(leak));
        let folder = home.path().join("deep/er");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("file"), leak).unwrap();
        assert!(!detector.find(&[KEY], &[], Some(home.path()), &[]).is_empty(), "leak {at} in a file is not found");
    }
    let clean: &[(&str, &[u8])] = &[("noise", &noise), ("other", "cänary-KEY/1+ \"q".as_bytes())];
    assert_eq!(detector.find(&[KEY, LOGIN], clean, None, &[] as &[PathBuf]), [""; 0]);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_would_leave_no_core_dump_even_where_the_system_wants_one() {
    let (server, home) = (Execute::start(Ledger::default()).await, Home::new());
    server.fault_at(1, fault::then(crate::support::wire::Then::Stall));
    let wanted = Cli::patient(&home, &server.url()).command(&["push"]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "ulimit -S -c unlimited; exec \"$@\"", "sh"]).arg(wanted.get_program()).args(wanted.get_args());
    shell.env_clear().envs(wanted.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(home.path());
    let mut program = shell.stderr(std::process::Stdio::null()).spawn().unwrap();
    while server.asked(What::Page) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.id())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().next(), Some("0"), "{limits}");
    program.kill().unwrap();
    program.wait().unwrap();
}
