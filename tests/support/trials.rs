//! Many trials of one kind, on two folders at a time; every failure is told with the line that repeats it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::run::Home;
use super::seed;

/// Runs each trial that is wanted under its name, in a folder that may hold what the one before left.
///
/// # Panics
/// A trial failed.
pub fn all_hold<T: Sync>(
    test: &str,
    trials: &[T],
    name: impl Fn(&T) -> String + Sync,
    run: impl Fn(&T, &Home) -> Result<(), String> + Sync,
) {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        let home = Home::in_memory();
        while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = name(trial);
            if !seed::is_wanted(&name) {
                continue;
            }
            if let Err(wrong) = run(trial, &home) {
                let replay = seed::replay(test, &name, seed::base());
                failures.lock().expect("pushing does not panic").push(format!("{name}: {wrong}\n  {replay}"));
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let failures = failures.into_inner().expect("pushing does not panic");
    assert!(failures.is_empty(), "{} of {} trials:\n{}", failures.len(), trials.len(), failures.join("\n"));
}
