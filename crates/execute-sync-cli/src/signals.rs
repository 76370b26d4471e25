//! SIGINT and SIGTERM: the first asks the run to stop with whole pages, the second ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio_util::sync::CancellationToken;

/// Exit code for a second signal: whatever was not committed is gone, which loses nothing.
const SIGINT_EXIT: u8 = 130;
const SIGTERM_EXIT: u8 = 143;

/// A token that is cancelled by a signal, and which one it was.
#[derive(Clone)]
pub(crate) struct Stop {
    /// Cancelled by the first signal.
    pub(crate) token: CancellationToken,
    exit_code: Arc<AtomicU8>,
}

impl Stop {
    /// Starts to listen; must be called inside the runtime.
    pub(crate) fn listen() -> std::io::Result<Stop> {
        let stop = Stop { token: CancellationToken::new(), exit_code: Arc::new(AtomicU8::new(SIGINT_EXIT)) };
        let heard = stop.clone();
        let mut signals = Signals::new()?;
        tokio::spawn(async move {
            loop {
                let code = signals.next().await;
                if heard.token.is_cancelled() {
                    std::process::exit(i32::from(code));
                }
                heard.exit_code.store(code, Ordering::Relaxed);
                heard.token.cancel();
            }
        });
        Ok(stop)
    }

    /// 130 or 143, by the signal that came.
    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.interrupt.recv() => SIGINT_EXIT,
            _ = self.terminate.recv() => SIGTERM_EXIT,
        }
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Signals { interrupt: tokio::signal::windows::ctrl_c()?, close: tokio::signal::windows::ctrl_close()? })
    }

    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.interrupt.recv() => SIGINT_EXIT,
            _ = self.close.recv() => SIGTERM_EXIT,
        }
    }
}
