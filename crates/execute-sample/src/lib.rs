//! A sample Execute server.
