//! The command line of Execute Sync: takes arguments, calls the engine once, says what happened.

mod args;
mod commands;
mod printer;
mod progress_bar;
mod session;
mod signals;
mod usage_error;

use std::process::ExitCode;

fn main() -> ExitCode {
    let kept_out = execute_sync::secret::keep_out_of_core_dumps();
    // A panic is a defect of ours; what it says may quote data, so it goes through the same net as everything else.
    std::panic::set_hook(Box::new(|panic| printer::talk(&format!("Internal error: {panic}"))));
    let matches = match args::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return usage_error::tell(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            printer::talk(&format!("Error: the program cannot start: {error}"));
            return ExitCode::from(1);
        }
    };
    let code = runtime.block_on(commands::dispatch(&matches));
    if let Err(error) = kept_out {
        // Only now is there a log.
        log::debug!("A crash could leave a core dump: {error}");
    }
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    if printer::lost_data() {
        printer::talk("Error: standard output cannot be written: its disk is full or failing");
        return ExitCode::from(if code == 0 { 1 } else { code });
    }
    ExitCode::from(code)
}
