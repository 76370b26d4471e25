//! Makes what Tauri's macros read.

fn main() {
    tauri_build::build();
}
