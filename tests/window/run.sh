#!/usr/bin/env bash
# Runs the window tests where no desktop is: a display, a window manager, a session bus, a keychain and somebody who shows
# tray icons, all of their own. Usage: tests/window/run.sh [TEST…], or tests/window/run.sh -- PROGRAM [ARGUMENT…]
set -euo pipefail
target=${CARGO_TARGET_DIR:-$(dirname "$0")/../../target}
case $target in /*) ;; *) target=$PWD/$target ;; esac
cd "$(dirname "$0")"
if [ "${1:-}" = --inside ]; then
  shift
  # A keychain that is open, as after a login.
  printf 'password' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1
  openbox >/dev/null 2>&1 &
  manager=$!
  /usr/bin/python3 -B watcher.py &
  watcher=$!
  trap 'kill "$manager" "$watcher" 2>/dev/null' EXIT
  if [ "${1:-}" = -- ]; then
    shift
    "$@"
    exit
  fi
  [ $# -gt 0 ] || set -- test_window test_arguments
  /usr/bin/python3 -B -m unittest -v "$@"
  exit
fi
scratch=$(mktemp -d)
trap 'kill "${display:-}" 2>/dev/null; rm -rf "$scratch"' EXIT
export XDG_RUNTIME_DIR="$scratch/runtime" HOME="$scratch/home" TARGET="$target"
mkdir -p "$XDG_RUNTIME_DIR" "$HOME"
chmod 700 "$XDG_RUNTIME_DIR"
# The server says which display it took once it is ready.
Xvfb -displayfd 3 -screen 0 1280x860x24 -nolisten tcp >/dev/null 2>&1 3>"$scratch/display" &
display=$!
for _ in $(seq 600); do [ -s "$scratch/display" ] && break; sleep 0.05; done
[ -s "$scratch/display" ] || { echo 'Xvfb does not start.' >&2; exit 1; }
DISPLAY=":$(cat "$scratch/display")"
export DISPLAY
export GTK_A11Y=none NO_AT_BRIDGE=1 LIBGL_ALWAYS_SOFTWARE=1
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
dbus-run-session -- "$PWD/run.sh" --inside "$@"
