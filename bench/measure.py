"""What the benchmarks share: the server, alternating pairs, and a table of results with their targets."""

import os
import statistics
import subprocess
import sys
import urllib.request

QUICK = "--quick" in sys.argv
PAIRS = 3 if QUICK else 5
HERE = os.path.dirname(os.path.abspath(__file__))
results = []


def result(what, value, target, at_most=True, unit="×"):
    ok = value <= target if at_most else value >= target
    results.append((what, f"{value:.2f} {unit}", f"{'≤' if at_most else '≥'} {target:g} {unit}", ok))
    print(f"{'ok  ' if ok else 'MISS'} {what}: {value:.2f} {unit} (target {'≤' if at_most else '≥'} {target:g})", flush=True)


def finish():
    """Prints every result; the process ends with 1 if a target is missed."""
    width = max(len(what) for what, *_ in results)
    print("\n" + "\n".join(f"{'ok  ' if ok else 'MISS'}  {what:<{width}}  {value:>12}  {target}" for what, value, target, ok in results))
    sys.exit(0 if all(ok for *_, ok in results) else 1)


def settled(measured):
    """Measured with nothing left to write of what came before: the disk is waited for by whoever syncs next."""
    os.sync()
    return measured()


def pairs(first, second):
    """The median ratio of alternating pairs, and the medians themselves."""
    taken = [(settled(first), settled(second)) for _ in range(PAIRS)]
    return statistics.median(a / b for a, b in taken), statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


class Server:
    def __init__(self, count):
        self.process = subprocess.Popen([sys.executable, os.path.join(HERE, "serve.py"), str(count)], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def change(self):
        urllib.request.urlopen(urllib.request.Request(self.url + "/change", method="POST")).read()

    def stop(self):
        self.process.kill()
        self.process.wait()
