#!/usr/bin/env bash
# `make run`: from a clean clone to data on the screen. With a display it opens the app; without one it builds the command
# line alone, which needs no web view, and syncs the built-in sample server into a SQLite file in .cache/demo.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/window.sh

has_display() {
  if is_macos; then [ -z "${SSH_CONNECTION:-}" ]; else [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; fi
}

if has_display; then
  require app
  build_ui
  cargo build --locked -p execute-sync-desktop
  echo 'Opening Execute Sync. It keeps its own folders for development; quit it in its tray menu, or close its window.'
  exec cargo run --quiet --locked -p execute-sync-desktop
fi
require run
cargo build --locked -p execute-sync-cli
exec cargo run --quiet --locked -p execute-sync-cli -- demo --state-dir "$PWD/.cache/demo"
