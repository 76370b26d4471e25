//! An address copied from the browser: which part of it answers is found out on the same server and nowhere else, and
//! said with the step that failed.

use std::sync::Arc;

use serde_json::Value;

use crate::support::cli::{Cli, Output};
use crate::support::execute::{Ask, Execute, Fault, What};
use crate::support::fault::{all, body, change, header, status};
use crate::support::ledger::{Ledger, Size};
use crate::support::run::Home;
use crate::support::seed::Rng;

const TYPED: &str = "/afe/list/open";

/// How everything answers that is not Execute.
fn elsewhere() -> [(&'static str, Fault); 5] {
    let page = body("<!doctype html><title>AFEs</title>");
    let redirect = |to: &'static str| all(vec![status("302 Found"), header("Location", to)]);
    [
        ("404", status("404 Not Found")),
        ("a web page", all(vec![header("Content-Type", "text/html; charset=utf-8"), page.clone()])),
        ("a web page that says it is JSON", page),
        ("a redirect to a login", redirect("/login?returnUrl=x")),
        ("a redirect to another host", redirect("http://evil.invalid/fetch/document/schema")),
    ]
}

/// Execute under `base`; everything above and below it answers as `other` says.
async fn server(base: &'static str, other: Fault) -> Execute {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    server.plan(move |ask| (!ask.target.starts_with(&format!("{base}/fetch/"))).then(|| Arc::clone(&other)));
    server
}

/// The failed step of the source, and what it suggests.
fn failed(output: &Output) -> (String, Option<String>) {
    let steps: Vec<Value> = serde_json::from_str(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"));
    let step = steps.iter().find(|step| step["ok"] == false).unwrap_or_else(|| panic!("{output:?}"));
    (step["step"].as_str().unwrap().to_owned(), step["error"]["suggestion"].as_str().map(str::to_owned))
}

fn paths(server: &Execute) -> Vec<String> {
    let log: Vec<Ask> = server.log();
    log.into_iter().map(|ask| ask.target.replace("/fetch/document/schema", "")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_suggests_the_longest_beginning_of_the_address_that_answers() {
    for (name, other) in elsewhere() {
        for (base, asked) in [("", &[TYPED, "/afe/list", "/afe", ""][..]), ("/afe", &[TYPED, "/afe/list", "/afe"])] {
            let server = server(base, other.clone()).await;
            let home = Home::new();
            let cli = Cli::patient(&home, &format!("{}{TYPED}", server.url()));
            let output = cli.run(&["test", "--json"]);
            let right = format!("{}{base}", server.url());
            assert_eq!(output.code, Some(2), "{name}: {output:?}");
            assert_eq!(failed(&output), ("answers".to_owned(), Some(right.clone())), "{name}");
            assert_eq!(paths(&server), asked, "{name}");
            let said = cli.run(&["test"]).stdout;
            assert!(said.contains(&format!("but at {right}")) && said.contains(&format!("Use {right}.")), "{said}");
            assert!(!said.contains("key accepted"), "nothing is known of the key: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_counts_more_than_a_refusal_and_a_refusal_more_than_nothing() {
    let other = status("404 Not Found");
    let refuses = status("403 Forbidden");
    for (refusing, schema, suggested) in
        [("/afe/fetch", true, Some("")), ("/afe/fetch", false, Some("/afe")), ("/nowhere", false, None)]
    {
        let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
        let (other, refuses) = (other.clone(), refuses.clone());
        server.plan(move |ask| match &ask.target {
            target if target.starts_with(refusing) => Some(refuses.clone()),
            target if target.starts_with("/fetch") && schema => None,
            _ => Some(other.clone()),
        });
        let home = Home::new();
        let output = Cli::patient(&home, &format!("{}{TYPED}", server.url())).run(&["test", "--json"]);
        let suggested = suggested.map(|base| format!("{}{base}", server.url()));
        assert_eq!(failed(&output), ("answers".to_owned(), suggested), "{output:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_key_and_a_busy_server_are_no_reason_to_look_elsewhere() {
    for line in ["401 Unauthorized", "403 Forbidden", "503 Service Unavailable"] {
        let server = server("/nowhere", status(line)).await;
        let home = Home::new();
        let output = Cli::patient(&home, &format!("{}{TYPED}", server.url())).run(&["test", "--json"]);
        assert_eq!(failed(&output).1, None, "{line}");
        assert_eq!(paths(&server), [TYPED], "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_names_the_address_that_answers_and_takes_none_by_itself() {
    for (name, other) in elsewhere() {
        let server = server("", other).await;
        let home = Home::new();
        let cli = Cli::patient(&home, &format!("{}{TYPED}", server.url()));
        let output = cli.run(&["push"]);
        assert_eq!(output.code, Some(2), "{name}: {output:?}");
        assert!(output.stderr.contains(&format!("but at {}", server.url())), "{name}: {}", output.stderr);
        assert!(server.log().iter().all(|ask| ask.what != What::Page || ask.target.starts_with(TYPED)), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_at_the_right_address_looks_nowhere_else_whatever_a_page_is_like() {
    let server = Execute::start(Ledger::world(&mut Rng::new(1), 12, Size::Small)).await;
    server.plan(|ask| (ask.what == What::Page).then(|| body("<html>maintenance</html>")));
    let home = Home::new();
    let output = Cli::patient(&home, &format!("{}/tenant", server.url())).run(&["push"]);
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(server.log().iter().all(|ask| ask.target.starts_with("/tenant/fetch/")), "{:?}", server.log());
    let hidden = change(|reply| reply.set("Content-Type", "application/json"));
    server.plan(move |_| Some(hidden.clone()));
    assert_eq!(Cli::patient(&home, &format!("{}/tenant", server.url())).run(&["push"]).code, Some(0));
}
