//! Databases of the older tool: taking them over, healing them, and going back to the tool and forth again.

use execute_sync::destination::sqlite::browse::Browser;
use tokio_util::sync::CancellationToken;

use crate::support::cli::Output;
use crate::support::execute::{Execute, What};
use crate::support::fault;
use crate::support::older_tool::{self, Push, READ, SCHEMA, cli};
use crate::support::oracle;
use crate::support::other_program::edit;
use crate::support::run::Home;

async fn serve(lines: usize) -> Execute {
    let server = Execute::start(older_tool::ledger(lines)).await;
    server.set_schema(SCHEMA);
    server
}

fn sync(home: &Home, server: &Execute, arguments: &[&str]) -> Output {
    let output = cli(home, &server.url()).run(arguments);
    assert_eq!(output.code, Some(0), "{arguments:?} said\n{}", output.stderr);
    output
}

fn rows(home: &Home) -> String {
    oracle::value(&home.database(), "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS")
}

fn names(home: &Home) -> Vec<String> {
    older_tool::views(home).into_iter().map(|(name, _)| name).collect()
}

/// The helper views of two databases show the same rows; the first that differs is told.
fn assert_shown(home: &Home, wanted: &Home, names: &[String]) {
    for ((name, ours), (_, theirs)) in older_tool::shown(home, names).iter().zip(&older_tool::shown(wanted, names)) {
        assert_eq!(ours.len(), theirs.len(), "rows of {name}");
        if let Some((ours, theirs)) = ours.iter().zip(theirs).find(|(ours, theirs)| ours != theirs) {
            panic!("{name} shows\n{ours:?}, not\n{theirs:?}");
        }
    }
}

/// A batch date of another program, a second after the newest of ours and of the rows.
fn a_second_after_ours(home: &Home) -> String {
    let dates =
        "SELECT MAX(BATCH_DATE) AS D FROM EXECUTE_DOCUMENTS UNION ALL SELECT BATCH_DATE FROM EXECUTE_SYNC_STATE";
    let sql = format!("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', MAX(D), '+1 second') FROM ({dates})");
    oracle::value(&home.database(), &sql)
}

#[test]
fn the_replica_of_the_older_tool_makes_row_for_row_what_the_tool_made() {
    let home = Home::in_memory();
    let first = Push { batch_date: "2026-11-23T03:54:26Z", chunk_size: 50, force: true, ..Push::default() };
    assert_eq!(older_tool::push(&home, &older_tool::ledger(300), &first), 300);
    let failed = older_tool::create_views(&home, SCHEMA);
    assert_eq!(failed, ["ODD", "ODD_LIST OF LISTS", "TABLE"]);
    let again = Push { batch_date: "2026-11-23T03:54:27Z", ..first };
    assert_eq!(older_tool::push(&home, &older_tool::ledger(300), &again), 300);
    let rest = Push { batch_date: "2026-11-23T03:54:28Z", force: false, ..again };
    assert_eq!(older_tool::push(&home, &older_tool::ledger(READ), &rest), 30);

    let real = older_tool::home("sound");
    let all = "SELECT * FROM EXECUTE_DOCUMENTS ORDER BY 1, 2, 3, 4, 5";
    assert_eq!(oracle::rows(&home.database(), all), oracle::rows(&real.database(), all));
    assert_eq!(names(&home), names(&real));
    assert_shown(&home, &real, &names(&real));
    assert_eq!(std::fs::read(home.mark_file()).unwrap(), std::fs::read(real.mark_file()).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sound_database_takes_one_page_of_70_documents_and_nothing_twice() {
    let server = serve(400).await;
    let home = older_tool::home("sound");
    let mark = std::fs::read_to_string(home.mark_file()).unwrap();
    let output = sync(&home, &server, &["push"]);
    assert!(output.stderr.contains("Sync Complete: 70 Updated Documents"), "{}", output.stderr);
    let log = server.log();
    let asked: Vec<_> = log.iter().filter(|ask| ask.what == What::Page).map(|ask| ask.query("since")).collect();
    assert_eq!(asked, [Some(mark.as_str())]);
    assert_eq!(rows(&home), "720", "the 650 rows that were there, and one for each new document");
    oracle::adopted_complete(&home, &server.ledger(), READ).check().unwrap();
    assert_eq!(std::fs::read_to_string(home.mark_file()).unwrap(), server.ledger().entries[399].mark);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_a_database_over_changes_nothing_that_its_views_show_nor_their_text() {
    let server = serve(READ).await;
    let home = older_tool::home("sound");
    let before = (older_tool::views(&home), older_tool::shown(&home, &names(&home)));
    assert_eq!(before.0.len(), 19);
    let output = sync(&home, &server, &["push"]);
    assert!(output.stderr.contains("Sync Complete: No Updated Documents"), "{}", output.stderr);
    assert_eq!((older_tool::views(&home), older_tool::shown(&home, &names(&home))), before);
    assert_eq!(rows(&home), "650");
    oracle::adopted_complete(&home, &server.ledger(), READ).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nineteen_views_keep_their_text_and_show_the_new_documents() {
    let server = serve(400).await;
    let (home, wanted) = (older_tool::home("sound"), older_tool::home("sound"));
    let text = older_tool::views(&home);
    sync(&home, &server, &["push"]);
    sync(&home, &server, &["push"]);
    assert_eq!(older_tool::views(&home), text);
    older_tool::push(&wanted, &server.ledger(), &Push { exact: true, ..Push::default() });
    let names = names(&home);
    assert_shown(&home, &wanted, &names);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_were_made_anew_before_the_first_run_are_ours_and_follow() {
    let server = serve(READ).await;
    let home = older_tool::home("sound");
    sync(&home, &server, &["create_views"]);
    sync(&home, &server, &["push"]);
    let of_afe = || oracle::rows(&home.database(), "SELECT name FROM pragma_table_info('AFE')");
    let all = of_afe();
    sync(&home, &server, &["push", "--hide-inactive-fields"]);
    let active = of_afe();
    assert!(active.len() < all.len() && active.iter().all(|column| all.contains(column)), "{active:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn create_views_replaces_the_nineteen_and_shows_the_same_but_for_deleted_documents() {
    let server = serve(READ).await;
    let home = older_tool::home("sound");
    let (names, text) = (names(&home), older_tool::views(&home));
    let before = older_tool::shown(&home, &names);
    let deleted = "SELECT ID FROM EXECUTE_DOCUMENTS_LATEST WHERE DELETED = 1";
    let deleted: Vec<String> = oracle::rows(&home.database(), deleted).into_iter().flatten().collect();
    assert!(!deleted.is_empty());
    let output = sync(&home, &server, &["create_views"]);
    assert!(output.stderr.contains("Views Created"), "{}", output.stderr);

    let after = older_tool::views(&home);
    assert!(text.iter().all(|(name, old)| after.iter().any(|(new, sql)| new == name && sql != old)));
    for added in ["ODD", "TABLE", "ODD_LIST OF LISTS", "ODD_LIST OF LISTS_INNER"] {
        assert!(after.iter().any(|(name, _)| name == added), "there is no view {added}");
    }
    for (name, mut rows) in before {
        let columns = columns_of(&text, &name);
        // A view of a type has these columns; records and lists are views of living documents.
        if !columns.contains(&"\"_DELETED\"".to_owned()) {
            let id = columns.iter().position(|column| column == "DOCUMENT_ID").unwrap();
            rows.retain(|row| !deleted.contains(&row[id]));
        }
        let mut now = oracle::rows(&home.database(), &format!("SELECT {} FROM \"{name}\"", columns.join(", ")));
        now.sort();
        assert_eq!(now, rows, "{name}");
    }
}

/// The columns of a view of the tool's, in the order of their names.
fn columns_of(views: &[(String, String)], name: &str) -> Vec<String> {
    let (_, sql) = views.iter().find(|(other, _)| other == name).unwrap();
    let list = &sql[..sql.find(" FROM ").unwrap()];
    let after_as = list.split(" as ").skip(2);
    let mut columns: Vec<String> = after_as.map(|rest| rest.split([',', ' ']).next().unwrap().to_owned()).collect();
    columns.sort_by_key(|column| column.trim_matches('"').to_owned());
    columns
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_change_after_taking_over_makes_the_views_ours_and_says_so() {
    let server = serve(READ).await;
    let home = older_tool::home("sound");
    sync(&home, &server, &["push"]);
    server.set_schema(SCHEMA.replace("\"TITLE\"", "\"HEADLINE\""));
    let output = sync(&home, &server, &["push"]);
    assert!(output.stderr.contains("Views: "), "{}", output.stderr);
    let columns = oracle::rows(&home.database(), "SELECT name FROM pragma_table_info('ESTIMATE')");
    assert!(columns.contains(&vec!["HEADLINE".to_owned()]) && !columns.contains(&vec!["TITLE".to_owned()]));
    assert!(older_tool::views(&home).iter().all(|(_, sql)| sql.contains("Execute Sync")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_adopted_mark_and_what_it_cannot_bring_back_are_told_once() {
    let server = serve(400).await;
    let home = older_tool::home("sound");
    let told = ["Taking over a database of the older tool", "come back only with a full refresh"];
    let (first, second) = (sync(&home, &server, &["push"]), sync(&home, &server, &["push"]));
    for words in told {
        assert_eq!(first.stderr.matches(words).count(), 1, "{}", first.stderr);
        assert_eq!(second.stderr.matches(words).count(), 0, "{}", second.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tools_rows_in_a_database_taken_over_with_nothing_new_are_not_told_as_foreign() {
    let server = serve(READ).await;
    let home = older_tool::home("sound");
    let told = "rows are newer than our last run";
    for _ in 0..3 {
        let output = sync(&home, &server, &["push"]);
        assert!(!output.stderr.contains(told), "{}", output.stderr);
    }
    let later = a_second_after_ours(&home);
    older_tool::push(&home, &older_tool::ledger(READ + 3), &Push { batch_date: &later, ..Push::default() });
    let output = sync(&home, &server, &["push"]);
    assert!(output.stderr.contains(&format!("3 {told}")), "{}", output.stderr);
    let output = sync(&home, &server, &["push"]);
    assert!(!output.stderr.contains(told), "{}", output.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_database_heals_by_a_full_refresh() {
    let server = serve(400).await;
    let home = older_tool::home("damaged");
    let missing =
        "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE ID = '2C2BDE8EFE9B4C0B6B9D723E4BD485C5' AND VERSION = 2";
    sync(&home, &server, &["push"]);
    assert_eq!(oracle::value(&home.database(), missing), "0", "its mark says that it was read");
    let output = sync(&home, &server, &["push", "-f"]);
    assert!(output.stderr.contains("Sync Complete: 400 Updated Documents"), "{}", output.stderr);
    assert_eq!(oracle::value(&home.database(), missing), "1");
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_that_went_through_floating_point_heal_by_a_full_refresh() {
    let server = serve(READ).await;
    let home = older_tool::home("sound");
    let damaged = "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE DATA LIKE '%7248163186998258000%'";
    let exact = "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE DATA LIKE '%7248163186998258092%'";
    assert_ne!(oracle::value(&home.database(), damaged), "0");
    sync(&home, &server, &["push", "--force"]);
    assert_eq!(oracle::value(&home.database(), damaged), "0");
    assert_eq!(oracle::value(&home.database(), exact), "1");
    assert_eq!(rows(&home), "330", "each document once, none in slices");
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_refresh_as_the_first_run_on_the_tools_database_heals_it_too() {
    let server = serve(400).await;
    let home = older_tool::home("damaged");
    sync(&home, &server, &["clone"]);
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_mark_file_the_tools_database_is_read_again_from_the_beginning() {
    let server = serve(400).await;
    let home = older_tool::home("damaged");
    std::fs::remove_file(home.mark_file()).unwrap();
    let output = sync(&home, &server, &["push"]);
    assert!(output.stderr.contains("This run becomes a full refresh"), "{}", output.stderr);
    oracle::complete(&home, &server.ledger()).check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tool_goes_on_between_two_runs_of_ours_and_nothing_is_lost() {
    let server = serve(351).await;
    let home = older_tool::home("sound");
    sync(&home, &server, &["push"]);
    let later = a_second_after_ours(&home);
    let all = older_tool::ledger(400);
    let how = Push { batch_date: &later, limit: 20, chunk_size: 40, ..Push::default() };
    assert_eq!(older_tool::push(&home, &older_tool::ledger(381), &how), 30, "it goes on from the mark file");
    assert_eq!(older_tool::create_views(&home, SCHEMA), ["ODD", "ODD_LIST OF LISTS", "TABLE"]);
    server.set_ledger(all);
    let output = sync(&home, &server, &["push"]);
    assert!(
        output.stderr.contains("30 rows are newer than our last run: the older tool wrote them"),
        "{}",
        output.stderr
    );
    assert!(
        output.stderr.contains("Sync Complete: 49 Updated Documents"),
        "it reads on from our mark: {}",
        output.stderr
    );
    oracle::adopted_complete(&home, &server.ledger(), READ).check().unwrap();
    let output = sync(&home, &server, &["push"]);
    assert!(!output.stderr.contains("newer than our last run"), "{}", output.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ours_goes_on_between_two_runs_of_the_tool_and_nothing_is_lost() {
    let (server, home) = (serve(351).await, Home::in_memory());
    let how = Push { batch_date: "2020-11-23T03:54:26Z", limit: 100, exact: true, ..Push::default() };
    older_tool::push(&home, &older_tool::ledger(300), &how);
    older_tool::create_views(&home, SCHEMA);
    let text = older_tool::views(&home);
    sync(&home, &server, &["push"]);
    let later = a_second_after_ours(&home);
    let rest = Push { batch_date: &later, ..how };
    assert_eq!(older_tool::push(&home, &older_tool::ledger(400), &rest), 49);
    assert_eq!(older_tool::views(&home), text, "its views were left alone");

    let alone = Home::in_memory();
    older_tool::push(&alone, &older_tool::ledger(400), &Push { exact: true, ..Push::default() });
    older_tool::create_views(&alone, SCHEMA);
    let names = names(&alone);
    assert_shown(&home, &alone, &names);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prune_of_the_tool_and_prune_of_ours_leave_the_same_rows() {
    let server = serve(400).await;
    let (home, other) = (older_tool::home("sound"), older_tool::home("sound"));
    for home in [&home, &other] {
        sync(home, &server, &["push"]);
    }
    let pruned = older_tool::prune(&home);
    let output = cli(&other, &server.url()).run(&["prune"]);
    assert!(output.stderr.contains("Pruning Completed!"), "{}", output.stderr);
    assert_eq!(pruned, 310);
    let kept = "SELECT TYPE, ID, VERSION, CHUNK, DATA FROM EXECUTE_DOCUMENTS ORDER BY 1, 2, 3, 4";
    assert_eq!(oracle::rows(&home.database(), kept), oracle::rows(&other.database(), kept));
    sync(&home, &server, &["push"]);
    oracle::adopted_complete(&home, &server.ledger(), READ).check().unwrap();
}

fn journal_mode(home: &Home) -> String {
    oracle::value(&home.database(), "PRAGMA journal_mode")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prune_leaves_the_journal_mode_as_it_is_until_our_first_complete_run() {
    let server = serve(400).await;
    let home = older_tool::home("sound");
    sync(&home, &server, &["prune"]);
    assert_eq!(journal_mode(&home), "delete", "never taken over");

    let second = server.asked(What::Page) + 2;
    server.fault_at(second, fault::status("401 Unauthorized"));
    let broken_off = cli(&home, &server.url()).set("MAX_DOCUMENTS", "20").run(&["push"]);
    assert_eq!(broken_off.code, Some(3), "{}", broken_off.stderr);
    sync(&home, &server, &["prune"]);
    assert_eq!(journal_mode(&home), "delete", "its first run never completed");

    sync(&home, &server, &["push"]);
    sync(&home, &server, &["prune"]);
    assert_eq!(journal_mode(&home), "wal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_without_helper_views_gets_them_when_it_is_taken_over() {
    let server = serve(400).await;
    let (with, without) = (older_tool::home("sound"), older_tool::home("sound"));
    let drop: Vec<String> = names(&without).iter().map(|name| format!("DROP VIEW \"{name}\"")).collect();
    edit(&without.database(), &drop.iter().map(String::as_str).collect::<Vec<_>>());
    let before = names(&with);
    sync(&with, &server, &["push"]);
    assert_eq!(names(&with), before, "those that are there are left alone");
    let pushed = sync(&without, &server, &["push"]);
    assert!(pushed.stderr.contains("Views: "), "{}", pushed.stderr);
    sync(&with, &server, &["create_views"]);
    assert_eq!(names(&without), names(&with));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_layout_is_refused_and_nothing_is_touched() {
    let server = serve(400).await;
    let home = older_tool::home("sound");
    sync(&home, &server, &["push"]);
    edit(&home.database(), &["UPDATE EXECUTE_SYNC_STATE SET LAYOUT = 2", "PRAGMA user_version = 2"]);
    let before = (std::fs::read(home.database()).unwrap(), std::fs::read(home.mark_file()).unwrap());
    for command in [
        &["push"][..],
        &["push", "-f"],
        &["clone"],
        &["create_views"],
        &["prune"],
        &["quarantine", "list"],
        &["quarantine", "list", "--all"],
        &["quarantine", "show", "1"],
        &["quarantine", "retry"],
        &["quarantine", "close", "1"],
    ] {
        let output = cli(&home, &server.url()).run(command);
        assert_eq!(output.code, Some(2), "{command:?}: {}", output.stderr);
        assert!(
            output.stderr.contains("written by a newer Execute Sync (layout 2; this one knows 1)"),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains("Upgrade this program"), "{}", output.stderr);
        assert_eq!(output.stdout, "", "{command:?}");
    }
    let test = cli(&home, &server.url()).run(&["test"]);
    assert!(test.code == Some(2) && test.stdout.contains("written by a newer Execute Sync"), "{test:?}");
    let Err(looked_at) = Browser::open(&home.database(), CancellationToken::new()) else { panic!("it is shown") };
    assert!(looked_at.message().contains("written by a newer Execute Sync"), "{looked_at:?}");
    assert!((std::fs::read(home.database()).unwrap(), std::fs::read(home.mark_file()).unwrap()) == before);
}
