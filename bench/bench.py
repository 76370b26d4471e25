"""`make bench`: speed as ratios against something measured in the same run, the median of alternating pairs.

bench.py EXECUTE_SYNC INSERT_ROWS TIME_QUERY BROWSE_ROWS FOLDER [--quick]   Exits 1 if a target is missed.
"""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

import documents
from measure import HERE, PAIRS, QUICK, Server, finish, pairs, result

TOOL, INSERT_ROWS, TIME_QUERY, BROWSE_ROWS, FOLDER = sys.argv[1:6]
COUNT = 20_000 if QUICK else 100_000
MANY = COUNT * 10


def path(name):
    return os.path.join(FOLDER, name)


def timed(command, cwd):
    """Seconds from start to exit, and the peak memory in MiB."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("EXECUTESYNC_")}
    with open(path("output.txt"), "wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} exited {process.returncode}: {open(path('output.txt')).read()[-2000:]}")
    return seconds, usage.ru_maxrss / (1 if sys.platform != "darwin" else 1024) / 1024


def ours(command, server, folder, *flags):
    url = server.url if isinstance(server, Server) else server
    os.makedirs(path(folder), exist_ok=True)
    return timed([TOOL, command, "-u", url, "--execute-key-id", "key", "--execute-key-secret", "secret", "--database-type", "SQLITE", *flags], path(folder))


def changed(server, folder):
    """Seconds that 1,000 changed documents take."""
    server.change()
    return ours("push", server, folder)[0]


def script(server, folder):
    os.makedirs(path(folder), exist_ok=True)
    return timed([sys.executable, os.path.join(HERE, "simple_sync.py"), server.url, path(folder + "/simple.sqlite")], path(folder))


def insert_rows():
    fresh("yardstick")
    command = [INSERT_ROWS, path("rows.ndjson"), path("yardstick/rows.sqlite")]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def fresh(folder):
    shutil.rmtree(path(folder), ignore_errors=True)
    os.makedirs(path(folder))


def clone_once(server):
    fresh("ours")
    return ours("clone", server, "ours")


def load(server, megabytes):
    memory = []

    def clone():
        seconds, peak = clone_once(server)
        memory.append(peak)
        return seconds

    def simple():
        fresh("simple")
        return script(server, "simple")[0]

    ratio, mine, yardstick = pairs(clone, insert_rows)
    print(f"     clone {mine:.2f} s, {megabytes / mine:.0f} MB/s; prepared inserts {yardstick:.2f} s, {megabytes / yardstick:.0f} MB/s")
    result("clone into a new file, against prepared inserts of rows in memory", ratio, 1.25)
    ratio, mine, yardstick = pairs(clone, simple)
    print(f"     clone {mine:.2f} s; script {yardstick:.2f} s, {megabytes / yardstick:.0f} MB/s")
    result("clone into a new file, against a 25-line script", ratio, 0.4)
    result("peak memory of a clone", max(memory), 64, unit="MiB")
    fresh("huge")
    result("peak memory with one document of 100 MB", ours("push", server.url + "/huge", "huge")[1], 350, unit="MiB")


def freshness(server):
    ratio, mine, yardstick = pairs(lambda: ours("push", server, "ours")[0], lambda: script(server, "simple")[0])
    print(f"     nothing new: {mine * 1000:.0f} ms; script {yardstick * 1000:.0f} ms")
    result("nothing new, against the script", ratio, 0.15)
    ratio, mine, yardstick = pairs(lambda: changed(server, "ours"), lambda: script(server, "simple")[0])
    print(f"     1,000 changed: {mine * 1000:.0f} ms; script {yardstick * 1000:.0f} ms")
    result("1,000 changed documents, against the script", ratio, 0.5)


def growth(server):
    many = Server(MANY)
    fresh("many")
    print(f"     loading {MANY:,} documents …", flush=True)
    ours("push", many, "many")
    ratio, mine, yardstick = pairs(lambda: changed(many, "many"), lambda: changed(server, "ours"))
    print(f"     1,000 changed into {MANY:,}: {mine * 1000:.0f} ms; into {COUNT:,}: {yardstick * 1000:.0f} ms")
    many.stop()
    browse()
    shutil.rmtree(path("many"))
    result(f"1,000 changed documents into {MANY:,} against into {COUNT:,}", ratio, 1.5)


def browse():
    """The largest view as the desktop app looks at it, again and again; the medians."""
    command = [BROWSE_ROWS, path("many/execute.sqlite"), "AFE", documents.FIELDS[0][1]]
    taken = []
    for _ in range(PAIRS):
        *times, count, shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        assert (int(count), int(shown)) == (MANY, 100), f"{count} rows, {shown} of them first"
        taken.append([float(time) for time in times])
    first, near, keys, last, ordered = (statistics.median(column) for column in zip(*taken))
    print(f"     a view of {MANY:,} rows: row 5,000 {near:.0f} ms, all counted {keys:.0f} ms, first rows by a column {ordered:.0f} ms")
    result(f"first rows of {MANY:,}", first, 150, unit="ms")
    result(f"last rows of {MANY:,}, once they are counted", last, 150, unit="ms")


def older_views(database):
    """The older tool's views, by their description: a row value IN grouped sub-queries, json_extract without quotes."""
    db = sqlite3.connect(database)
    columns = ", ".join(f"json_extract(DATA, '$.{name}') as {name}" for _, name in documents.FIELDS)
    db.executescript(f"""
        CREATE VIEW EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS AS SELECT * FROM EXECUTE_DOCUMENTS ed WHERE (ed.TYPE, ed.ID, ed.VERSION, ed.BATCH_DATE)
            IN (SELECT TYPE, ID, VERSION, MAX(BATCH_DATE) FROM EXECUTE_DOCUMENTS GROUP BY TYPE, ID, VERSION);
        CREATE VIEW EXECUTE_DOCUMENTS_LATEST AS SELECT * FROM EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS ed WHERE (ed.TYPE, ed.ID, ed.VERSION)
            IN (SELECT TYPE, ID, MAX(VERSION) FROM EXECUTE_DOCUMENTS GROUP BY TYPE, ID);
        CREATE VIEW AFE AS SELECT EXECUTE_DOCUMENTS_LATEST.id as DOCUMENT_ID, deleted as "_DELETED", author as "_AUTHOR", version as "_VERSION",
            date as "_DATE", {columns} FROM EXECUTE_DOCUMENTS_LATEST WHERE EXECUTE_DOCUMENTS_LATEST.TYPE = 'AFE' and chunk = 0;""")
    db.close()


def add_history(database):
    """Every second document gets two newer versions, as documents do over their life."""
    db = sqlite3.connect(database)
    for batch, where in (("2100-01-01T00:00:00Z", "rowid % 2 = 0"), ("2100-01-02T00:00:00Z", "BATCH_DATE = '2100-01-01T00:00:00Z'")):
        db.execute(f"""INSERT INTO EXECUTE_DOCUMENTS SELECT '{batch}', TYPE, ID, VERSION + 1, CHUNK, AUTHOR, DATE, DELETED, DATA
            FROM EXECUTE_DOCUMENTS WHERE {where}""")
    db.commit()
    db.close()


def query(database, sql):
    """Seconds and rows, with the SQLite that the engine is built with."""
    seconds, rows, _ = subprocess.run([TIME_QUERY, database, sql], check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), int(rows)


def views(server):
    clone_once(server)
    insert_rows()
    mine, theirs = path("ours/execute.sqlite"), path("yardstick/rows.sqlite")
    older_views(theirs)
    for database in (mine, theirs):
        add_history(database)
    columns = ", ".join(name for _, name in documents.FIELDS)
    every, one = f"SELECT {columns} FROM AFE", f"SELECT * FROM AFE WHERE DOCUMENT_ID = '{documents.document_id(COUNT // 2)}'"
    assert query(theirs, every)[1] == query(mine, every)[1] == COUNT and query(mine, one)[1] == query(theirs, one)[1] == 1
    ratio, old, new = pairs(lambda: query(theirs, every)[0], lambda: query(mine, every)[0])
    print(f"     20 columns of {COUNT:,} AFEs, half of them in three versions: {new:.2f} s; the older tool's views {old:.2f} s")
    result("20 columns of the current AFEs, faster than the older tool's views", ratio, 1.5, at_most=False)
    ratio, old, new = pairs(lambda: query(theirs, one)[0], lambda: query(mine, one)[0])
    print(f"     one AFE by id: {new * 1000:.2f} ms; the older tool's views {old * 1000:.0f} ms")
    result("one AFE by its id, faster than the older tool's views", ratio, 100, at_most=False)


def prune():
    seconds = []
    for count in (COUNT // 5, 2 * COUNT // 5):
        server = Server(count)
        taken = []
        for _ in range(3):
            fresh("prune")
            ours("push", server, "prune")
            ours("push", server, "prune", "-f", "--keep-superseded")
            taken.append(ours("prune", server, "prune")[0])
        server.stop()
        left = query(path("prune/execute.sqlite"), "SELECT 1 FROM EXECUTE_DOCUMENTS")[1]
        assert left == count, f"{left} rows left of {count}"
        seconds.append(statistics.median(taken))
    result("prune of twice the rows", seconds[1] / seconds[0], 2.3)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    bodies = documents.bodies()
    with open(path("rows.ndjson"), "wb") as rows:
        for number in range(COUNT):
            rows.write(documents.line(number, 1, bodies[number % documents.BODIES]))
    megabytes = os.path.getsize(path("rows.ndjson")) / 1e6
    print(f"{COUNT:,} documents, {megabytes:.0f} MB, {PAIRS} pairs")
    server = Server(COUNT)
    views(server)
    load(server, megabytes)
    freshness(server)
    growth(server)
    server.stop()
    prune()
    shutil.rmtree(FOLDER)
    finish()


main()
