//! Promise 28: what is written as CSV is what Python reads back, no text is a formula, and what was there is replaced only by
//! a whole file.

use execute_sync::destination::Destination;
use execute_sync::destination::sqlite::browse::GridQuery;
use execute_sync::error::Kind;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::browse::{browser, cells, line, many, python, view};
use crate::loading;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_exported_is_read_back_and_no_text_is_a_formula() {
    let rng = &mut Rng::named(seed::base(), "hostile cells");
    let parts = [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\0",
        "＝",
        "＋",
        "－",
        "＠",
        "\"",
        ",",
        ";",
        "'",
        "1",
        "cmd|' /C calc'!A0",
        "é",
        " ",
        "\u{feff}",
        "-1+2",
        "\u{1f6e2}",
        "\u{0}",
    ];
    let (mut lines, mut wanted) = (Vec::new(), Vec::new());
    for id in 0..2_000 {
        let text: String = (0..rng.between(0, 4)).map(|_| parts[rng.between(0, parts.len() - 1)]).collect();
        let number = format!("-{}.{:04}", rng.between(0, 99_999), rng.between(0, 9_999));
        let id = format!("{id:04}");
        lines.push(line("T", &id, &format!(",\"TEXT\":{},\"N\":{number},\"DIGITS\":{:?}", json!(text), number)));
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
        let text = if is_formula { format!("'{text}") } else { text };
        let row = [id, text, number.clone(), format!("'{number}")];
        wanted.push(row.map(Some).to_vec());
    }
    let home = Home::in_memory();
    let schema = r#"{"T":{"TEXT":{"TYPE":"TEXT"},"N":{"TYPE":"DECIMAL"},"DIGITS":{"TYPE":"TEXT"}}}"#;
    let mut destination = loading::sqlite(&home.database());
    loading::prepare(&mut destination).await;
    loading::load(&mut destination, &lines, 10).await;
    destination.create_views(&loading::plan(schema)).await.unwrap();
    let file = home.path().join("all of it.csv");
    let columns = ["DOCUMENT_ID", "TEXT", "N", "DIGITS"].map(str::to_owned).to_vec();
    // First as before the first complete run, then in WAL.
    for _ in 0..2 {
        let query = GridQuery { columns: columns.clone(), ..view("T") };
        let mut told = Vec::new();
        let browser = browser(&home.database());
        let done =
            browser.export_csv(&query, &file, &mut |far| told.push(far.rows), &CancellationToken::new()).unwrap();
        assert_eq!((done.rows, told.last()), (2_000, Some(&2_000)));
        let read = python(&json!({"csv": file}));
        assert_eq!((&read["bom"], &read["crlf"]), (&json!(true), &json!(true)));
        let rows = cells(&read["rows"]);
        assert_eq!(rows[0], columns.iter().cloned().map(Some).collect::<Vec<_>>());
        for (row, wanted) in rows[1..].iter().zip(&wanted) {
            assert_eq!(row, wanted);
        }
        assert_eq!(rows.len(), 2_001);
        destination.settle().await.unwrap();
    }
    let itself = browser(&home.database())
        .export_csv(&view("T"), &home.database(), &mut |_| {}, &CancellationToken::new())
        .unwrap_err();
    assert_eq!(itself.kind(), Kind::Configuration);
}

#[cfg(unix)] // Disks of a test's own are for Linux.
mod unwritable {
    use std::path::Path;

    use execute_sync::error::Error;

    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::disk_real::Disk;
    use crate::support::not_run::not_run;

    /// An export that has to fail: the error, what lies at the target now, and how many files lie beside it.
    fn refused(home: &Home, target: &Path) -> (Error, Option<String>, usize) {
        let outcome = browser(&home.database()).export_csv(&view("T"), target, &mut |_| {}, &CancellationToken::new());
        let entries = std::fs::read_dir(target.parent().unwrap()).map_or(0, Iterator::count);
        (outcome.unwrap_err(), std::fs::read_to_string(target).ok(), entries)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_export_is_for_whoever_new_files_in_its_folder_are_for_and_keeps_the_mode_of_one_that_was_there() {
        let home = Home::in_memory();
        many(&home, 10).await;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (usual, target) = (home.path().join("usual.csv"), home.path().join("t.csv"));
        std::fs::write(&usual, "").unwrap();
        let export = || {
            let (mut told, cancel) = (|_| {}, CancellationToken::new());
            browser(&home.database()).export_csv(&view("T"), &target, &mut told, &cancel).unwrap();
        };
        export();
        assert_eq!(mode(&target), mode(&usual));
        std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o600)).unwrap();
        export();
        assert_eq!(mode(&target), 0o600);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_export_that_cannot_be_written_says_why_and_leaves_what_was_there() {
        const TEST: &str = "an_export_that_cannot_be_written_says_why_and_leaves_what_was_there";
        let home = Home::in_memory();
        many(&home, 20_000).await;
        let told = |error: &Error| (error.kind(), error.remedy().unwrap_or_default().to_owned());

        let (error, _, _) = refused(&home, &home.path().join("no such folder/t.csv"));
        assert_eq!(told(&error), (Kind::Disk, "Create the folder, or name another one".to_owned()));
        let folder = home.path().join("a folder.csv");
        std::fs::create_dir(&folder).unwrap();
        assert_eq!(refused(&home, &folder).0.kind(), Kind::Configuration);

        let Some(disk) = Disk::mount(256) else { return not_run(TEST, "this user may not mount a disk") };
        let target = disk.path().join("t.csv");
        std::fs::write(&target, "before").unwrap();
        let (error, left, entries) = refused(&home, &target);
        assert_eq!(told(&error), (Kind::Disk, "Free some space on that disk, then try again".to_owned()), "{error:?}");
        assert!(error.message().contains("t.csv"), "{error:?}");
        assert_eq!((left.as_deref(), entries), (Some("before"), 1), "the half of a file is gone");

        disk.change("ro");
        let (error, left, entries) = refused(&home, &target);
        assert_eq!(
            told(&error),
            (Kind::Disk, "Name a folder on a disk that can be written to".to_owned()),
            "{error:?}"
        );
        assert_eq!((left.as_deref(), entries), (Some("before"), 1));

        disk.change("rw,size=64m");
        let done =
            browser(&home.database()).export_csv(&view("T"), &target, &mut |_| {}, &CancellationToken::new()).unwrap();
        assert_eq!((done.rows, done.path.as_path()), (20_000, target.as_path()));
        assert_eq!(cells(&python(&json!({"csv": target}))["rows"]).len(), 20_001);
    }
}
