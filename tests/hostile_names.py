"""Reads views with this machine's SQLite, which is older than ours, and compares them with what they should show.

One JSON object on standard input: `db`, and `views`: [name, columns, rows]. Prints one JSON object: the version, and what is wrong.
"""

import json
import pathlib
import sqlite3
import sys


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def main():
    job = json.load(sys.stdin)
    db = sqlite3.connect(pathlib.Path(job["db"]).absolute().as_uri() + "?mode=ro", uri=True)
    problems = []
    for name, columns, rows in job["views"]:
        try:
            cursor = db.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(name)}")
            found = [[None if value is None else str(value) for value in row] for row in cursor]
            found.sort(key=lambda row: [(value is not None, value or "") for value in row])
        except sqlite3.Error as error:
            problems.append(f"{name!r}: {error}")
            continue
        if found != rows:
            problems.append(f"{name!r} shows {found!r}, expected {rows!r} in {columns!r}")
    print(json.dumps({"version": sqlite3.sqlite_version, "problems": problems}))


main()
