"""`make bench`, the app's part: against a bare Tauri app in the same run, the median of alternating pairs.

window.py APP BARE_APP EXECUTE_SYNC FOLDER [--quick]   Exits 1 if a target is missed. Runs inside tests/window/run.sh, which
brings a display, a window manager, a session bus and somebody who shows tray icons.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time

from measure import HERE, PAIRS, QUICK, Server, finish, pairs, result

sys.path.insert(0, os.path.join(HERE, "..", "tests", "window"))
from desktop import Tray, until, windows  # noqa: E402: where it lies is known only now

APP, BARE, TOOL, FOLDER = sys.argv[1:5]
PROFILE = "Northern AFEs"
# Started, opened or closed: after so long nothing of it goes on.
SETTLE_S = 4
IDLE_S = 20 if QUICK else 40
COUNT = 20_000 if QUICK else 100_000
MIB = 1024
READY = b"The window is ready"


def name(pid):
    """Of a process, as far as the system keeps it; empty once it is gone."""
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip()
    except OSError:
        return ""


class Program:
    """One of the two apps while it runs."""

    def __init__(self, hidden=False):
        self.seen = self.count()
        self.started = time.perf_counter()
        self.process = subprocess.Popen(self.command + (["--hidden"] if hidden else []), env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def count(self):
        """How often a window has said that it is ready."""
        try:
            with open(self.log, "rb") as file:
                return file.read().count(READY)
        except FileNotFoundError:
            return 0

    def ready(self):
        """Seconds until the window can be used, since the start or what asked for it."""
        ends = time.monotonic() + 60
        while self.count() == self.seen:
            assert time.monotonic() < ends, f"no window after a minute: {self.command}"
            time.sleep(0.001)
        self.seen += 1
        return time.perf_counter() - self.started

    def open(self):
        """Opens the window from the tray; seconds until it can be used."""
        tray = Tray(self.process.pid)
        self.started = time.perf_counter()
        tray.click(self.opens)
        return self.ready()

    def close(self):
        """As a person does; returns when the web view is gone."""
        subprocess.run(["wmctrl", "-c", self.title], check=True)
        until("the web view is gone", lambda: not any(name(pid).startswith("WebKitWebProc") for pid in self.family()))

    def family(self):
        """The process and all below it."""
        parents = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat") as file:
                    parents[int(pid)] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
        found = [self.process.pid]
        for pid in found:
            found.extend(child for child, parent in parents.items() if parent == pid)
        return found

    def pss_mib(self):
        """What it holds of the memory, shared pages by their share."""
        total = 0
        for pid in self.family():
            try:
                with open(f"/proc/{pid}/smaps_rollup") as file:
                    total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            except PermissionError:
                sys.exit("A release build keeps its memory from other programs of its user: measure it as root.")
        return total / MIB

    def cpu_s(self):
        """Processor time of each thread so far, to the nanosecond."""
        spent = {}
        for pid in self.family():
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                    spent[task] = int(file.read().split()[0]) / 1e9
        return spent

    def idle_percent(self):
        before, begun = self.cpu_s(), time.perf_counter()
        time.sleep(IDLE_S)
        after, seconds = self.cpu_s(), time.perf_counter() - begun
        return 100 * sum(spent - before.get(task, 0) for task, spent in after.items()) / seconds

    def stop(self):
        family = self.family()
        self.process.kill()
        self.process.wait()
        until("it is gone with all that it started", lambda: not any(os.path.exists(f"/proc/{pid}/exe") for pid in family))
        until("its window and its icon are gone", lambda: not windows() and not Tray.shown(self.process.pid))


class Ours(Program):
    home = os.path.join(FOLDER, "home")
    command, title, opens = [APP], "Execute Sync", "Open Execute Sync"
    environment = {**os.environ, "EXECUTESYNC_HOME": home, "BENCH_KEY": "secret"}
    log = os.path.join(home, "data", "logs", "execute-sync.log")


class Bare(Program):
    log = os.path.join(FOLDER, "bare.log")
    command, title, opens = [BARE, log], "Bare App", "Open"
    environment = dict(os.environ)


def once(kind, measure, hidden=False):
    program = kind(hidden)
    try:
        return measure(program)
    finally:
        program.stop()


def in_a_window(program):
    return program.ready()


def hidden(program):
    """Memory, started without a window; then after one was opened and closed; and how long the opening took."""
    until("it shows its icon", lambda: Tray.shown(program.process.pid))
    time.sleep(SETTLE_S)
    at_first = program.pss_mib()
    opened = program.open()
    time.sleep(SETTLE_S)
    program.close()
    time.sleep(SETTLE_S)
    return at_first, program.pss_mib(), opened


def tool(*arguments):
    return subprocess.run([TOOL, *arguments], env=Ours.environment, check=True, capture_output=True, text=True).stdout


def prepare(server):
    """A profile that was synced once and is not due for a week."""
    tool("profiles", "add", PROFILE, "-u", server.url, "--execute-key-id", "key", "--secret-from-env", "BENCH_KEY", "--database", database(), "--every", "10080")
    tool("push", "--profile", PROFILE)


def database():
    return os.path.join(FOLDER, "execute.sqlite")


def last_run():
    folder = os.path.join(Ours.home, "data", "profiles")
    with open(os.path.join(folder, os.listdir(folder)[0], "execute-sync-runs.ndjson")) as file:
        return [json.loads(line) for line in file][-1]


def from_nothing(run):
    """Milliseconds of a run that reads everything."""
    for end in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(database() + end):
            os.remove(database() + end)
    before = last_run()["run_id"]
    run()
    done = until("the run has ended", lambda: last_run()["run_id"] != before and last_run().get("duration_ms") and last_run(), 300)
    assert done["documents"] == COUNT and not done.get("error"), done
    return done["duration_ms"]


def speed():
    program = Ours()
    try:
        program.ready()
        tray = Tray(program.process.pid)
        in_app = lambda: from_nothing(lambda: tray.click("Sync now"))
        on_line = lambda: from_nothing(lambda: tool("push", "--profile", PROFILE))
        ratio, mine, theirs = pairs(in_app, on_line)
    finally:
        program.stop()
    print(f"     {COUNT:,} documents: {mine / 1000:.2f} s with the window open, {theirs / 1000:.2f} s on the command line")
    result("a sync at full speed with the window open, against the command line", ratio, 1.2)


def idle():
    program = Ours()
    try:
        program.ready()
        time.sleep(SETTLE_S)
        shown = program.idle_percent()
        program.close()
        time.sleep(SETTLE_S)
        closed = program.idle_percent()
    finally:
        program.stop()
    print(f"     idle with the window open: {shown:.2f} % of a processor")
    result("idle with the window closed, of a processor", closed, 0.2, unit="%")


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    server = Server(COUNT)
    prepare(server)
    # The first start of each fills caches of the toolkit.
    for kind in (Ours, Bare):
        once(kind, in_a_window)
    ratio, mine, bare = pairs(lambda: once(Ours, in_a_window), lambda: once(Bare, in_a_window))
    print(f"     start to a usable window: {mine * 1000:.0f} ms; the bare app {bare * 1000:.0f} ms")
    result("start to a usable window, against a bare app", ratio, 1.5)
    taken = [(once(Ours, hidden, True), once(Bare, hidden, True)) for _ in range(PAIRS)]
    median = lambda kind, what: statistics.median(pair[kind][what] for pair in taken)
    print(f"     open from the tray: the bare app {median(1, 2) * 1000:.0f} ms")
    result("open from the tray", median(0, 2), 0.5, unit="s")
    for what, when in enumerate(("started hidden", "after the window was closed")):
        print(f"     {when}: {median(0, what):.0f} MiB; the bare app {median(1, what):.0f} MiB")
        result(f"memory {when}, against a bare app", statistics.median(mine[what] / bare[what] for mine, bare in taken), 1.2)
    idle()
    speed()
    server.stop()
    shutil.rmtree(FOLDER)
    finish()


main()
