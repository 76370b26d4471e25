//! Core dumps: what a crash writes to a disk or hands to a program that sends it on would hold every secret in use.

/// Asks the system for no core dump of this process. Call it before there is any secret. In a release build for Linux no other
/// program of this user may look into the memory either; a build for development stays open to debuggers.
///
/// # Errors
/// The system forbids it, as a filter of system calls may; nothing else depends on it.
pub fn keep_out_of_core_dumps() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        // The upper limit stays: programs that are started from here may want theirs.
        let Rlimit { maximum, .. } = getrlimit(Resource::Core);
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum })?;
    }
    #[cfg(all(target_os = "linux", not(debug_assertions)))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    }
    Ok(())
}
