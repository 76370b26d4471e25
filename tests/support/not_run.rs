//! A test that this machine cannot run says so: in CI that is a failure.

use std::io::Write;

/// Appends the test's name and the reason to the list that is shown at the end.
pub fn not_run(test: &str, reason: &str) {
    println!("not run: {test}: {reason}");
    if let Some(list) = std::env::var_os("NOT_RUN") {
        let mut file =
            std::fs::OpenOptions::new().append(true).create(true).open(list).expect("the list can be written");
        writeln!(file, "{test}: {reason}").expect("the list can be written");
    }
}
