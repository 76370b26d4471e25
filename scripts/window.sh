# shellcheck shell=bash
# What the window needs besides Rust: its pages, built from ui/. Sourced by run.sh and test.sh.

# The packages of the lock file, once for each state of it. No script of theirs is run.
fetch_ui() {
  local stamp=ui/node_modules/.lock-of-last-install
  cmp -s ui/package-lock.json "$stamp" && return 0
  echo 'Fetching the packages of ui/.'
  npm ci --prefix ui --ignore-scripts --no-audit --no-fund --loglevel=error
  cp ui/package-lock.json "$stamp"
}

# The pages that the shell embeds.
build_ui() {
  fetch_ui
  npm run --prefix ui --silent build
}
