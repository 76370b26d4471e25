#!/usr/bin/env bash
# Speed, as ratios against something measured in the same run. Takes some minutes and four gigabytes of disk.
# Usage: scripts/bench.sh [--quick]
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --locked --quiet -p execute-sync-cli
cargo build --release --locked --quiet -p execute-sync --example insert_rows --example time_query --example browse_rows
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$PWD/$target ;; esac
exec python3 bench/bench.py "$target/release/execute-sync" "$target/release/examples/insert_rows" "$target/release/examples/time_query" "$target/release/examples/browse_rows" "$PWD/.cache/bench" "$@"
