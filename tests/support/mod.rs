//! What the integration tests share: a fake Execute server that can be wrong in every way, the ledger of what it has to
//! deliver, a judge that reads databases with none of our code, and runs of the program in this process or as a binary.

pub mod cli;
pub mod clockwork;
pub mod execute;
pub mod fault;
pub mod leak;
pub mod ledger;
pub mod not_run;
pub mod older_tool;
pub mod oracle;
pub mod other_program;
pub mod profiles;
pub mod program;
pub mod proxy;
pub mod python;
pub mod reader;
pub mod request;
pub mod run;
pub mod seed;
pub mod system_calls;
pub mod tls;
pub mod trials;
pub mod wire;
