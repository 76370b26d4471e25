"""Reads a database with this machine's own SQLite, to be compared with what a browser shows of it.

One JSON object on standard input, one on standard output. `db`, and either `query`: {view, columns, sort: [[column, descending]],
filters: [[column, test, value, is number]]} to read a view, or `csv` to read that file and `names` of its columns.
"""

import csv
import json
import pathlib
import sqlite3
import sys


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def passes(value, test, wanted, is_number):
    if test == "Empty":
        return value is None or value == ""
    if test == "NotEmpty":
        return value is not None and value != ""
    if test == "NotEquals" and value is None:
        return True
    if value is None:
        return False
    if is_number and test in ("Equals", "NotEquals", "AtLeast", "AtMost"):
        if isinstance(value, str):
            return test == "NotEquals"
        wanted = float(wanted)
    else:
        value = str(value)
    return {
        "Contains": lambda: wanted.lower() in value.lower(),
        "StartsWith": lambda: value.startswith(wanted),
        "Equals": lambda: value == wanted,
        "NotEquals": lambda: value != wanted,
        "AtLeast": lambda: value >= wanted,
        "AtMost": lambda: value <= wanted,
    }[test]()


def rows(job):
    db = sqlite3.connect(pathlib.Path(job["db"]).absolute().as_uri() + "?mode=ro", uri=True)
    query = job["query"]
    cursor = db.execute(f"SELECT * FROM {quoted(query['view'])}")
    names = [column[0] for column in cursor.description]
    found = list(cursor)
    shown = [names.index(column) for column in query["columns"]]
    for column, test, wanted, is_number in query["filters"]:
        at = names.index(column)
        found = [row for row in found if passes(row[at], test, wanted, is_number)]
    for column, descending in reversed(query["sort"]):
        at = names.index(column)
        found.sort(key=lambda row: (isinstance(row[at], str), row[at]) if row[at] is not None else (False, 0), reverse=descending)
        found.sort(key=lambda row: row[at] is None)
    return {"names": names, "rows": [[None if row[at] is None else str(row[at]) for at in shown] for row in found]}


def lines(job):
    raw = open(job["csv"], "rb").read()
    text = raw.decode("utf-8")
    found = list(csv.reader(open(job["csv"], newline="", encoding="utf-8-sig"), strict=True))
    return {"bom": raw.startswith(b"\xef\xbb\xbf"), "crlf": text.endswith("\r\n"), "rows": found}


job = json.load(sys.stdin)
print(json.dumps(lines(job) if "csv" in job else rows(job)))
