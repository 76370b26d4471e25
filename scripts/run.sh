#!/usr/bin/env bash
# `make run`: from a clean clone to rows on the screen. Builds the command line alone and syncs the built-in sample
# server into a SQLite file in .cache/demo, a folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

require run
cargo build --locked -p execute-sync-cli
exec cargo run --quiet --locked -p execute-sync-cli -- demo --state-dir "$PWD/.cache/demo"
