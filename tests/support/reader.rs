//! Somebody who looks at a database again and again while it is written to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

/// Looks until it is stopped, or sees what must not be.
pub struct Reader {
    thread: JoinHandle<Result<(), String>>,
    looks: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Reader {
    /// Returns once it has looked for the first time.
    pub fn start(mut look: impl FnMut() -> Result<(), String> + Send + 'static) -> Reader {
        let (looks, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, is_over) = (Arc::clone(&looks), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            while !is_over.load(Ordering::SeqCst) {
                look()?;
                count.fetch_add(1, Ordering::SeqCst);
            }
            Ok(())
        });
        let reader = Reader { thread, looks, stop };
        reader.has_looked();
        reader
    }

    /// Waits until it has looked once more, from beginning to end.
    pub fn has_looked(&self) {
        let before = self.looks.load(Ordering::SeqCst);
        while self.looks.load(Ordering::SeqCst) < before + 2 && !self.thread.is_finished() {
            std::thread::yield_now();
        }
    }

    /// How often it looked.
    ///
    /// # Errors
    /// What it should not have seen.
    pub fn stop(self) -> Result<u64, String> {
        self.has_looked();
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().expect("it says what is wrong")?;
        Ok(self.looks.load(Ordering::SeqCst))
    }
}
