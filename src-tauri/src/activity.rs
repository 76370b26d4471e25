//! The last lines of the log, for the Activity page. Lines come without secrets: the log redacts before it hands them on.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use execute_sync::logging::{self, Level, LogSettings};

use crate::contract::LogLine;
use crate::words;

/// So many lines stay; a day of a busy app.
const KEPT: usize = 5_000;

tokio::task_local! {
    /// The profile that the current task works for.
    pub(crate) static PROFILE: String;
}

/// The last lines.
#[derive(Clone, Default)]
pub(crate) struct Activity(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    last: u64,
    kept: VecDeque<LogLine>,
}

impl Activity {
    /// Takes a finished line of the log: `2025-01-31 09:30:00 INFO Starting Sync`.
    pub(crate) fn add(&self, line: &str) {
        let (level, text) = level_and_text(line);
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.last += 1;
        let run_id = logging::run_id();
        // A run's other threads know the run alone; its first line was told where the profile is known too.
        let of_same_run = || {
            let run_id = run_id.as_ref()?;
            lines.kept.iter().rev().find(|line| line.run_id.as_ref() == Some(run_id))?.profile.clone()
        };
        let profile = PROFILE.try_with(Clone::clone).ok().or_else(of_same_run);
        let line = LogLine {
            seq: lines.last,
            at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            level: level.to_owned(),
            profile,
            run_id,
            text: words::of_the_app(text),
        };
        lines.kept.push_back(line);
        if lines.kept.len() > KEPT {
            lines.kept.pop_front();
        }
    }

    /// The lines after number `after`, oldest first.
    pub(crate) fn after(&self, after: u64) -> Vec<LogLine> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.kept.iter().filter(|line| line.seq > after).cloned().collect()
    }
}

/// The app's log: the file, and the lines that Activity shows.
pub(crate) fn log_settings(file: PathBuf, activity: &Activity) -> LogSettings {
    let activity = activity.clone();
    LogSettings {
        // Everything, since nobody can ask for more once something has gone wrong. Whoever looks sees less at first.
        level: Level::Debug,
        file: Some(file),
        stderr: false,
        sink: Some(Box::new(move |line| activity.add(line))),
        run_ids: true,
        ..LogSettings::default()
    }
}

fn level_and_text(line: &str) -> (&'static str, &str) {
    for (word, level) in [(" ERROR ", "error"), (" WARN ", "warn"), (" INFO ", "info"), (" DEBUG ", "debug")] {
        // Only near the beginning: the text may hold the word too.
        if let Some((before, text)) = line.split_once(word)
            && before.len() < 40
        {
            return (level, text);
        }
    }
    ("info", line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_up_and_old_ones_go() {
        let activity = Activity::default();
        for number in 0..KEPT + 10 {
            activity.add(&format!("2025-01-31 09:30:00 WARN line {number} INFO"));
        }
        let lines = activity.after(0);
        assert_eq!((lines.len(), lines[0].seq), (KEPT, 11));
        assert_eq!((lines[0].level.as_str(), lines[0].text.as_str()), ("warn", "line 10 INFO"));
        assert_eq!(activity.after(KEPT as u64 + 9).len(), 1);
    }

    #[test]
    fn lines_speak_the_words_of_the_app() {
        let activity = Activity::default();
        activity
            .add("2025/01/31 09:30:00 ERROR Name another one in EXECUTESYNC_DATABASE_DSN, or run `execute-sync push`");
        assert_eq!(activity.after(0)[0].text, "Name another one in “Database file”, or press Sync now");
    }

    #[test]
    fn everything_that_is_said_is_kept_so_that_activity_can_show_it() {
        let activity = Activity::default();
        let settings = log_settings(PathBuf::from("app.log"), &activity);
        assert_eq!(settings.level, Level::Debug);
        let told = settings.sink.map(|sink| sink("2025/01/31 09:30:00 DEBUG Asking for up to 9 documents"));
        assert_eq!((told, activity.after(0)[0].level.as_str()), (Some(()), "debug"));
    }

    #[tokio::test]
    async fn lines_belong_to_their_run_and_its_profile_on_whatever_thread_they_are_told() {
        let activity = Activity::default();
        activity.add("2025/01/31 09:30:00 INFO before");
        let run = logging::of_run("r1", async {
            activity.add("2025/01/31 09:30:00 INFO Starting Sync");
            let run_id = logging::run_id();
            let told = || logging::in_run(run_id.as_deref(), || activity.add("2025/01/31 09:30:01 INFO Waiting"));
            std::thread::scope(|threads| threads.spawn(told).join()).map_err(|_| "the thread panicked")
        });
        assert_eq!(PROFILE.scope("p1".to_owned(), run).await, Ok(()));
        let lines = activity.after(0);
        let of: Vec<_> = lines.iter().map(|line| (line.profile.as_deref(), line.run_id.as_deref())).collect();
        assert_eq!(of, [(None, None), (Some("p1"), Some("r1")), (Some("p1"), Some("r1"))]);
    }
}
