#!/usr/bin/env bash
# Speed, as ratios against something measured in the same run. Takes some minutes and four gigabytes of disk.
# Usage: scripts/bench.sh [engine|desktop] [--quick]: the engine and its command line, the desktop app, or both.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/window.sh
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$PWD/$target ;; esac
release=$target/release
part=both
case ${1:-} in engine | desktop) part=$1; shift ;; esac

engine() {
  cargo build --release --locked --quiet -p execute-sync --example insert_rows --example time_query --example browse_rows &&
    python3 -B bench/bench.py "$release/execute-sync" "$release/examples/insert_rows" "$release/examples/time_query" "$release/examples/browse_rows" "$PWD/.cache/bench" "$@"
}

# Both apps are built as one is for people: their pages inside, no developer's tools.
desktop() {
  if is_macos; then
    echo 'The desktop app is measured on Linux only.'
    return 0
  fi
  require test && build_ui &&
    cargo build --release --locked --quiet -p execute-sync-desktop -p bare-app --features tauri/custom-protocol &&
    tests/window/run.sh -- /usr/bin/python3 -B "$PWD/bench/window.py" "$release/execute-sync-desktop" "$release/bare-app" "$release/execute-sync" "$PWD/.cache/bench-window" "$@"
}

cargo build --release --locked --quiet -p execute-sync-cli
missed=0
if [ "$part" != desktop ]; then engine "$@" || missed=1; fi
if [ "$part" != engine ]; then desktop "$@" || missed=1; fi
exit "$missed"
