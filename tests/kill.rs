//! Promise 1: kill the program at any instant, and nothing is lost, nothing doubled, and the next run needs no help.
//!
//! Here the instants are the system calls that change a file, one by one; `kill_in_time` has the others.

use std::path::Path;
use std::time::Duration;

use crate::support::cli::Cli;
use crate::support::execute::Execute;
use crate::support::ledger::{Ledger, Size};
use crate::support::not_run::not_run;
use crate::support::older_tool;
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};
use crate::support::system_calls::{Calls, Deed, listed};
use crate::support::trials::all_hold;

/// After a kill the next run is done by then. It is a matter of milliseconds; the rest is for a machine that is busy.
const RESTART_LIMIT: Duration = Duration::from_secs(5);

/// A run to be killed, and what it starts from.
pub struct Scenario {
    pub name: &'static str,
    pub server: Execute,
    /// The folder as the run finds it.
    pub before: Home,
    pub arguments: &'static [&'static str],
    /// Documents a page.
    pub page: usize,
    /// The database holds one of these, up to its mark: what the source had before, if it has less now, or what it has now.
    pub truths: Vec<Ledger>,
    /// So many lines are stored before the run, and never fewer after it.
    pub stored: usize,
    /// So many lines at the beginning were stored by the older tool.
    pub reprinted: usize,
    /// The calls to kill it at, if not all of them.
    pub kinds: Option<&'static str>,
}

impl Scenario {
    pub async fn first_run() -> Self {
        let ledger = Ledger::world(&mut Rng::new(1), 12, Size::Small);
        Scenario::new("first run", Home::in_memory(), &["push"], ledger).await
    }

    /// The database is in WAL mode: it has a complete run behind it.
    pub async fn later_run() -> Self {
        let ledger = Ledger::world(&mut Rng::new(2), 24, Size::Small);
        let begun = Ledger { entries: ledger.entries[..12].to_vec() };
        Scenario::new("later run", Home::in_memory(), &["push"], begun).await.complete().now(ledger)
    }

    /// One page of megabytes into the write-ahead log; of its many calls only those that change something count.
    pub async fn large_page() -> Self {
        let ledger = Ledger::world(&mut Rng::new(4), 48, Size::Large);
        let begun = Ledger { entries: ledger.entries[..12].to_vec() };
        let scenario = Scenario::new("large page", Home::in_memory(), &["push"], begun).await.complete().now(ledger);
        Scenario { page: 100, kinds: Some("write,truncate,unlink"), ..scenario }
    }

    /// Since the last run documents went away at the source, and others came.
    pub async fn full_refresh() -> Self {
        let old = Ledger::world(&mut Rng::new(3), 12, Size::Small);
        let mut new = Ledger::world(&mut Rng::new(3), 16, Size::Small);
        // Documents with one version: older versions of a document that is still there stay.
        new.entries.remove(1);
        new.entries.remove(0);
        let scenario = Scenario::new("full refresh", Home::in_memory(), &["push", "-f"], old.clone()).await;
        let scenario = scenario.complete().now(new);
        Scenario { truths: [vec![old], scenario.truths].concat(), ..scenario }
    }

    /// A database of the older tool is taken over.
    pub async fn taking_over() -> Self {
        let ledger = older_tool::ledger(400);
        let scenario = Scenario::new("taking over", older_tool::home("sound"), &["push"], ledger).await;
        scenario.server.set_schema(older_tool::SCHEMA);
        Scenario { page: 25, stored: older_tool::READ, reprinted: older_tool::READ, ..scenario }
    }

    async fn new(name: &'static str, before: Home, arguments: &'static [&'static str], ledger: Ledger) -> Self {
        let server = Execute::start(ledger.clone()).await;
        Scenario {
            name,
            server,
            before,
            arguments,
            page: 4,
            truths: vec![ledger],
            stored: 0,
            reprinted: 0,
            kinds: None,
        }
    }

    /// The database has everything, and is in WAL mode.
    fn complete(self) -> Self {
        let output = self.cli(&self.before).run(&["push"]);
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        Scenario { stored: self.server.ledger().entries.len(), ..self }
    }

    /// The source has changed since.
    pub fn now(self, ledger: Ledger) -> Self {
        self.server.set_ledger(ledger.clone());
        Scenario { truths: vec![ledger], ..self }
    }

    pub fn cli(&self, home: &Home) -> Cli {
        Cli::patient(home, &self.server.url()).set("MAX_DOCUMENTS", self.page.to_string())
    }

    /// The folder as the run finds it.
    pub fn put_back(&self, home: &Home) {
        for file in files(home.path()) {
            std::fs::remove_file(file).expect("the folder is ours");
        }
        for file in files(self.before.path()) {
            std::fs::copy(&file, home.path().join(file.file_name().expect("files have names"))).expect("there is room");
        }
    }

    /// Everything up to the stored mark is there; while a full refresh is under way, everything that was there before it.
    pub fn check(&self, home: &Home) -> Result<(), String> {
        let mut wrong = Vec::new();
        for truth in &self.truths {
            let verdict = oracle::adopted_prefix(home, truth, self.reprinted);
            // What a refresh began with stays until its last page.
            let must_hold = verdict.refreshing && truth.entries.last().is_some_and(|last| last.mark == verdict.mark);
            match verdict.check() {
                Ok(reach) if reach < self.stored => return Err(format!("{reach} of {} lines are left", self.stored)),
                Ok(_) => return Ok(()),
                Err(problems) => wrong.push(problems),
            }
            if must_hold {
                break;
            }
        }
        Err(wrong.join("; or: "))
    }

    /// The same command once more, and nothing is missing.
    pub fn goes_on(&self, home: &Home) -> Result<(), String> {
        let output = self.cli(home).run(self.arguments);
        if output.code != Some(0) {
            return Err(format!("the next run ended with {:?} and said {}", output.code, output.stderr));
        }
        if output.took > RESTART_LIMIT {
            return Err(format!("the next run took {:?}", output.took));
        }
        oracle::adopted_complete(home, &self.server.ledger(), self.reprinted).check().map(|_| ())
    }

    fn calls(&self, home: &Home) -> Option<Calls> {
        let Some(calls) = Calls::under(home.path()) else {
            not_run(&format!("kill: {}", self.name), "system calls can be caught on Linux only");
            return None;
        };
        Some(self.kinds.map_or(calls.clone(), |kinds| calls.only(kinds)))
    }

    /// How many calls an undisturbed run makes.
    fn count(&self) -> Option<usize> {
        let (home, log) = (Home::in_memory(), Home::in_memory());
        self.put_back(&home);
        let log = log.path().join("calls");
        let output = self.calls(&home)?.list(self.cli(&home), &log).run(self.arguments);
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        Some(listed(&log).len())
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder).expect("it is a folder").map(|entry| entry.expect("it can be read").path()).collect()
}

/// One kill, or two: the second hits the run that recovers from the first.
#[derive(Debug, Clone)]
struct Trial {
    number: usize,
    deed: Deed,
    then: Option<(usize, Deed)>,
}

impl Trial {
    fn run(&self, scenario: &Scenario, home: &Home) -> Result<(), String> {
        scenario.put_back(home);
        for (kill, (number, deed)) in [Some((self.number, self.deed)), self.then].into_iter().flatten().enumerate() {
            let calls = scenario.calls(home).expect("it was there a moment ago");
            let output = calls.inject(scenario.cli(home), number, deed).run(scenario.arguments);
            // The run that recovers has less to do, so it may be over before.
            if output.code.is_some() && kill == 0 {
                return Err(format!("it was not killed but ended with {:?}: {}", output.code, output.stderr));
            }
            scenario.check(home).map_err(|wrong| format!("after kill {}: {wrong}", kill + 1))?;
        }
        scenario.goes_on(home)
    }

    fn name(&self, scenario: &Scenario) -> String {
        let then = self.then.map(|(number, deed)| format!(", then {deed:?} {number}")).unwrap_or_default();
        format!("{}: {:?} {}{then}", scenario.name, self.deed, self.number)
    }
}

/// The deeds at every call, or at so many calls evenly among them.
fn trials(calls: usize, usual: usize) -> Vec<Trial> {
    let deeds = [Deed::Kill, Deed::Torn, Deed::After];
    let all = (1..=calls).flat_map(|number| deeds.map(|deed| Trial { number, deed, then: None }));
    if std::env::var_os("SOAK").is_some() || std::env::var_os("REPLAY").is_some() {
        return all.collect();
    }
    let number = |at: usize| 1 + at * (calls - 1) / usual.max(2).saturating_sub(1);
    let trial = |at: usize| Trial { number: number(at), deed: deeds[at % deeds.len()], then: None };
    (0..usual.min(calls)).map(trial).collect()
}

fn run(test: &str, scenario: &Scenario, trials: &[Trial]) {
    all_hold(test, trials, |trial| trial.name(scenario), |trial, home| trial.run(scenario, home));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_run_may_be_killed_at_any_system_call() {
    let scenario = Scenario::first_run().await;
    let Some(calls) = scenario.count() else { return };
    run("a_first_run_may_be_killed_at_any_system_call", &scenario, &trials(calls, 60));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_run_may_be_killed_at_any_system_call() {
    let scenario = Scenario::later_run().await;
    let Some(calls) = scenario.count() else { return };
    run("a_later_run_may_be_killed_at_any_system_call", &scenario, &trials(calls, 40));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_megabytes_may_be_killed_at_any_write() {
    let scenario = Scenario::large_page().await;
    let Some(calls) = scenario.count() else { return };
    run("a_page_of_megabytes_may_be_killed_at_any_write", &scenario, &trials(calls, 16));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_refresh_may_be_killed_at_any_system_call() {
    let scenario = Scenario::full_refresh().await;
    let Some(calls) = scenario.count() else { return };
    run("a_full_refresh_may_be_killed_at_any_system_call", &scenario, &trials(calls, 50));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_over_a_database_may_be_killed_at_any_system_call() {
    let scenario = Scenario::taking_over().await;
    let Some(calls) = scenario.count() else { return };
    run("taking_over_a_database_may_be_killed_at_any_system_call", &scenario, &trials(calls, 50));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_recovers_from_a_kill_may_be_killed_too() {
    let usual = seed::trials(10, 200) as usize;
    for scenario in [Scenario::first_run().await, Scenario::later_run().await, Scenario::full_refresh().await] {
        let Some(calls) = scenario.count() else { return };
        let mut rng = Rng::named(seed::base(), scenario.name);
        let mut pick = || (rng.between(1, calls), *rng.pick(&[Deed::Kill, Deed::Torn, Deed::After]));
        let trial = |((number, deed), then)| Trial { number, deed, then: Some(then) };
        let trials: Vec<Trial> = (0..usual).map(|_| trial((pick(), pick()))).collect();
        run("a_run_that_recovers_from_a_kill_may_be_killed_too", &scenario, &trials);
    }
}
