//! The connection test of a form: an address from the browser, and stopping.
#![allow(clippy::unwrap_used)]
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::*;
use crate::test_core::{Person, Server, core, draft};

/// The steps of a test, each with what it suggests if it failed.
async fn steps(draft: &ProfileDraft, core: &Core) -> Vec<TestStep> {
    let mut steps = Vec::new();
    let secret = Some(Secret::new("typed".to_owned()));
    test(draft, secret, core, &CancellationToken::new(), |step| steps.push(step)).await.unwrap();
    steps
}

fn suggestion(steps: &[TestStep]) -> Option<&str> {
    steps.iter().find_map(|step| step.error.as_ref()).and_then(|error| error.suggestion.as_deref())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_from_the_browser_is_told_with_the_part_of_it_that_answers() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    for end in ["/afe/list", "/afe/list/?x=1#/detail", "/afe?x=1", "/#/detail", "?x=1", "/fetch/document/"] {
        let server = Server::start().await;
        let told = steps(&draft(&format!("{}{end}", server.url)), &core).await;
        assert_eq!(suggestion(&told), Some(server.url.as_str()), "{end}: {told:?}");
        assert!(server.paths().iter().all(|path| path.ends_with("/fetch/document/schema")), "{:?}", server.paths());
    }
    let told = steps(&draft("http://127.0.0.1:1/?x=1"), &core).await;
    let error = told[0].error.as_ref().unwrap();
    assert!(!error.message.contains("EXECUTESYNC_") && error.field.as_deref() == Some("EXECUTE_URL"), "{error:?}");
    let server = Server::start().await;
    let told = steps(&draft(&server.url), &core).await;
    assert_eq!(suggestion(&told), None);
    assert!(told.iter().all(|step| step.error.is_none()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_is_tested_without_address_and_key() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let database = core.dirs.databases().join("sample.sqlite");
    let mut sample = execute_sync::profile::StoredProfile::new("Sample data", &database).unwrap();
    sample.sample = true;
    core.store.add(sample.clone()).unwrap();
    core.reload();
    let mut told = Vec::new();
    let form = drafts::draft_of(&sample, &core);
    test(&form, None, &core, &CancellationToken::new(), |step| told.push(step)).await.unwrap();
    assert!(told.iter().all(|step| step.error.is_none()), "{told:?}");
    assert_eq!(told.last().unwrap().name, "can write");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_test_ends_at_once_and_tells_nothing_of_the_step_under_way() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    // It takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let stop = core.test.begin();
    let mut told = Vec::new();
    let secret = Some(Secret::new("typed".to_owned()));
    let form = draft(&url);
    let (ended, began) = tokio::join!(test(&form, secret, &core, &stop, |step| told.push(step.name)), async {
        let _connection = silent.accept().await.unwrap();
        core.test.stop();
        Instant::now()
    });
    assert_eq!(ended.unwrap_err().kind(), Kind::Cancelled);
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(told, ["name resolves"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_value_of_a_variable_is_sent_to_no_host_unless_a_person_agrees_who_is_asked_once() {
    let home = tempfile::tempdir().unwrap();
    let core = core(&home);
    let person = Person::before(&core);
    let server = Server::start().await;
    let form = ProfileDraft {
        secret_place: "environment".to_owned(),
        secret_name: Some("EXECUTE_KEY".to_owned()),
        ..draft(&server.url)
    };
    for agrees in [false, true, true] {
        person.agrees.store(agrees, Ordering::SeqCst);
        let mut told = Vec::new();
        test(&form, None, &core, &CancellationToken::new(), |step| told.push(step)).await.unwrap();
        assert_eq!(told.iter().all(|step| step.error.is_none()), agrees, "{told:?}");
        assert_eq!(server.paths().is_empty(), !agrees, "nothing is sent before");
    }
    let question = format!("Send the value of EXECUTE_KEY to {}?", server.url);
    assert_eq!(person.asked(), [question.as_str(), question.as_str()], "and not after a yes");
}
