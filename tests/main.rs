//! The integration tests: one binary, owned by the command line's package, because Cargo names a built binary only to its
//! own package. Every test is a sentence, repeatable by the seed that its failure prints.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]
// A test binary has no outside; and the harness offers more than today's tests use.
#![allow(unreachable_pub, dead_code)]

mod support;

mod bad_input;
mod browse;
mod changing_schema;
mod cli_commands;
mod cli_configuration;
mod cli_demo;
mod cli_failures;
mod cli_log;
mod cli_quarantine;
mod cli_rights;
mod cli_settings;
mod cli_state_files;
mod cli_status;
mod cli_stop;
mod cli_sync;
mod contract;
mod defective;
mod disk;
mod disk_real;
mod expected_rows;
mod fidelity;
mod hostile_corpus;
mod hostile_names;
mod http_binary;
mod http_cancel;
mod http_connect;
mod http_endless;
mod http_fault_cells;
mod http_fault_table;
mod http_faults;
mod http_proxy;
mod http_redirects;
mod http_tls;
mod identity;
mod interrupted;
mod json_text;
mod key_pairs;
mod kill;
mod kill_in_time;
mod loading;
mod locked_database;
mod memory;
mod memory_use;
mod moving_source;
mod no_input_crashes;
mod older_tool;
mod older_tool_defects;
mod older_tool_shortcomings;
mod poison;
mod poison_kinds;
mod random_json;
mod refresh;
mod schema_change;
mod secrets;
mod shown;
mod state_machine;
mod two_programs;
