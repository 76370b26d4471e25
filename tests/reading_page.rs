//! `docs/reading-the-data.md`: every example on that page works on the sample data as it stands there.

use std::process::Command;

use crate::support::cli::Cli;
use crate::support::run::Home;

const PAGE: &str = include_str!("../docs/reading-the-data.md");

/// The texts between fences of this language.
fn examples(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    PAGE.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

fn output_of(program: &mut Command) -> String {
    let output = program.output().unwrap();
    assert!(output.status.success(), "{program:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_example_for_other_programs_works_on_the_sample_data() {
    let home = Home::new();
    let demo = Cli::new(&home).run(&["demo", "--documents", "1000", "-d", "."]);
    assert_eq!(demo.code, Some(0), "{demo:?}");
    std::fs::rename(home.path().join("sample-1000.sqlite"), home.path().join("execute.sqlite")).unwrap();
    let (sql, python) = (examples("sql"), examples("python"));
    assert_eq!((sql.len(), python.len()), (1, 1));
    let rows = output_of(Command::new("sqlite3").args(["-header", "execute.sqlite", sql[0]]).current_dir(home.path()));
    let heads = rows.lines().filter(|line| line.starts_with("AFE_NUMBER|")).count();
    assert!(heads == 2 && rows.lines().count() > 10, "{rows}");
    let printed = output_of(Command::new("python3").args(["-I", "-c", python[0]]).current_dir(home.path()));
    assert_eq!(printed.lines().count(), 6, "{printed}");
    assert!(printed.lines().last().unwrap().ends_with(".00"), "the digits that were sent: {printed}");
}
