"""The judge: compares a database with what the server delivered, and shares no code with the program it judges.

Reads one JSON request a line from standard input and answers with one JSON object a line.
"""

import contextlib
import json
import pathlib
import shutil
import sqlite3
import sys
import tempfile
from hashlib import sha256

BEGINNING = "1900-01-01"


class Number(str):
    """A number as the text that was sent: no float may come near it."""


def parse(text):
    """JSON with objects as lists of pairs (order and doubles kept) and numbers as their text."""
    return json.loads(text, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number)


class Pairs(list):
    """The members of an object, in their order."""


def connect(path):
    return sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True, timeout=10)


@contextlib.contextmanager
def left_behind(path):
    """The database as a program that ended left it. What is to be recovered is recovered in a copy: in the file itself
    that is for the next run to do."""
    leftovers = [path.with_name(path.name + end) for end in ("-journal", "-wal")]
    with tempfile.TemporaryDirectory() as folder:
        if any(left.exists() for left in leftovers):
            for file in [path, *leftovers]:
                if file.exists():
                    shutil.copy(file, folder)
            db = sqlite3.connect(pathlib.Path(folder) / path.name)
        else:
            db = connect(path)
        with contextlib.closing(db):
            yield db


def tables(db):
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}


def state_of(db):
    """(mark, whether a full refresh is under way, its mark, commits so far), or None if there is no state row."""
    if "EXECUTE_SYNC_STATE" not in tables(db):
        return None
    return db.execute("SELECT MARK, REFRESHING, REFRESH_MARK, FENCE FROM EXECUTE_SYNC_STATE").fetchone()


def reach(entries, mark):
    """How many entries a mark stands for; None for a mark that the server never gave."""
    if mark is None or mark == BEGINNING:
        return 0
    found = [at for at, entry in enumerate(entries) if entry["mark"] == mark]
    return found[-1] + 1 if found else None


def expected(entries):
    """The last line of every version, and the lines that no database can hold as documents."""
    good, bad = {}, []
    for entry in entries:
        line = entry["line"] if "line" in entry else bytes.fromhex(entry["hex"])
        if entry["key"] is None:
            bad.append(sha256(line.encode() if isinstance(line, str) else line).hexdigest())
        else:
            good[tuple(entry["key"])] = None if entry.get("reprinted") else line
    return good, bad


def stored(db, view):
    """DATA of every version in a view, in the order of its chunks."""
    found = {}
    for kind, key, version, chunk, data in db.execute(
        f"SELECT TYPE, ID, VERSION, CHUNK, DATA FROM {view} ORDER BY TYPE, ID, VERSION, CHUNK, BATCH_DATE"
    ):
        found.setdefault((kind, key, version), []).append((chunk, data))
    return found


def differs(line, rows):
    """Why rows are not the document that was sent; None if they are."""
    if [chunk for chunk, _ in rows] != list(range(len(rows))):
        return f"its chunks are {[chunk for chunk, _ in rows]}"
    if len(rows) == 1:
        same = sha256(rows[0][1].encode()).digest() == sha256(line.encode()).digest()
        return None if same else f"its text is {rows[0][1][:120]!r}, not {line[:120]!r}"
    sent, rest = parse(line), parse(rows[0][1])
    lists = {}
    for _, data in rows[1:]:
        (id_name, id_value), (field, items) = parse(data)
        if id_name != "DOCUMENT_ID" or [id_name, id_value] not in [list(pair) for pair in sent]:
            return "a slice carries another DOCUMENT_ID"
        lists.setdefault(field, []).extend(items)
    if list(lists) != [field for field, _ in sent if field in lists]:
        return "its slices are not in the order of its fields"
    joined = [(field, lists[field]) if field in lists else (field, value) for field, value in sent]
    kept = [field for field, _ in sent if field not in lists]
    if [field for field, _ in rest] != kept or dict(rest) | lists != dict(joined):
        return "its parts do not join to what was sent"
    return None


def compare(db, entries, problems):
    """The base views hold exactly these entries."""
    good, bad = expected(entries)
    here = tables(db)
    if "EXECUTE_DOCUMENTS" not in here:
        if good:
            problems.append(f"there is no table but {len(good)} documents were delivered")
        return
    view = "EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS"
    all_versions = stored(db, view if view in here else "EXECUTE_DOCUMENTS")
    for key in sorted(good.keys() - all_versions.keys()):
        problems.append(f"lost: {key}")
    for key in sorted(all_versions.keys() - good.keys()):
        problems.append(f"never delivered up to the mark: {key}")
    for key in good.keys() & all_versions.keys():
        why = good[key] is not None and differs(good[key], all_versions[key])
        if why:
            problems.append(f"{key}: {why}")
    if "EXECUTE_DOCUMENTS_LATEST" in here:
        newest = {}
        for kind, key, version in good:
            newest[kind, key] = max(version, newest.get((kind, key), version))
        wanted = {(*key, version): all_versions.get((*key, version)) for key, version in newest.items()}
        if stored(db, "EXECUTE_DOCUMENTS_LATEST") != wanted:
            problems.append("EXECUTE_DOCUMENTS_LATEST is not the newest version of every document")
    if "EXECUTE_SYNC_QUARANTINE" in here:
        kept = [row[0] for row in db.execute("SELECT SHA256 FROM EXECUTE_SYNC_QUARANTINE WHERE CLOSED_AT IS NULL")]
        if sorted(kept) != sorted(set(bad)):
            problems.append(f"the quarantine holds {len(kept)} lines, {len(set(bad))} were delivered")
    elif bad:
        problems.append("there is no quarantine")


def taken_over(db, state, problems):
    """A database of the older tool is taken over whole or not at all."""
    ours = {"EXECUTE_DOCUMENTS_BY_VERSION", "EXECUTE_SYNC_STATE", "EXECUTE_SYNC_QUARANTINE", "EXECUTE_SYNC_QUARANTINE_BY_HASH"}
    here = {name for (name,) in db.execute("SELECT name FROM sqlite_master")} & ours
    marks = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    if len(here) != (len(ours) if state else 0) or all(marks) != bool(state) or any(marks) != bool(state):
        problems.append(f"half taken over: {sorted(here)}, {marks}, {'a' if state else 'no'} state row")


def compare_while_refreshing(db, entries, problems):
    """Every document that was complete before the full refresh is there once, old or new."""
    documents = {(entry["key"][0], entry["key"][1]) for entry in entries if entry["key"]}
    if not documents:
        return
    seen = [row[:2] for row in db.execute("SELECT TYPE, ID FROM EXECUTE_DOCUMENTS_LATEST WHERE CHUNK = 0")]
    for key in sorted(documents - set(seen)):
        problems.append(f"lost in the full refresh: {key}")
    if len(seen) != len(set(seen)):
        problems.append("EXECUTE_DOCUMENTS_LATEST shows a document twice in the full refresh")


def sound(db, problems):
    """The file is whole, and no document's chunks have gaps or belong to different batches."""
    check = [row[0] for row in db.execute("PRAGMA integrity_check")]
    if check != ["ok"]:
        problems.append(f"integrity_check: {check[:3]}")
    if "EXECUTE_DOCUMENTS" in tables(db):
        for row in db.execute(
            "SELECT BATCH_DATE, TYPE, ID, VERSION FROM EXECUTE_DOCUMENTS"
            " GROUP BY 1, 2, 3, 4 HAVING MIN(CHUNK) <> 0 OR MAX(CHUNK) <> COUNT(*) - 1"
        ):
            problems.append(f"chunks without their document, or with gaps: {row}")


def judge(request):
    """Everything up to the stored mark is there, and nothing beyond it; `complete`: the mark is the last one."""
    entries, problems = request["entries"], []
    path = pathlib.Path(request["db"])
    mark_file = pathlib.Path(request["mark_file"])
    mark, refreshing, refresh_mark, commits, stored_reach = None, False, None, 0, 0
    # The older tool printed these again; that they are there is all that can be asked.
    for entry in entries[: request.get("reprinted", 0)]:
        entry["reprinted"] = True
    if path.exists():
        with left_behind(path) as db:
            sound(db, problems)
            state = state_of(db)
            if state:
                mark, refreshing, refresh_mark, commits = state
            elif request.get("reprinted"):
                # Not taken over yet: the older tool's mark is the one that counts.
                mark = mark_file.read_text()
            if request.get("reprinted"):
                taken_over(db, state, problems)
            # While a full refresh is under way the database is judged by what was complete before it.
            stored_reach = reach(entries, mark)
            if stored_reach is None:
                problems.append(f"the stored mark {mark!r} was never given")
            elif refreshing:
                compare_while_refreshing(db, entries[:stored_reach], problems)
            else:
                compare(db, entries[:stored_reach], problems)
    if request["complete"]:
        if refreshing:
            problems.append("a full refresh is still under way")
        if entries and stored_reach != len(entries):
            problems.append(f"the mark {mark!r} stands for {stored_reach} of {len(entries)} entries")
    if mark_file.exists() and not refreshing and stored_reach is not None:
        # The file may be behind the database, for it is written after the commit; never ahead of it.
        file_reach = reach(entries, mark_file.read_text())
        if file_reach is None or file_reach > stored_reach:
            problems.append(f"the mark file says {mark_file.read_text()!r}, the database {mark!r}")
    return {"problems": problems, "reach": stored_reach, "mark": mark, "commits": commits, "refreshing": bool(refreshing)}


def rows(request):
    """The rows of a query, every value as text; NULL as an empty text."""
    with contextlib.closing(connect(request["db"])) as db:
        db.text_factory = lambda raw: raw.decode(errors="replace")
        found = db.execute(request["sql"]).fetchall()

    def text(value):
        if isinstance(value, bytes):
            return value.decode(errors="replace")
        return "" if value is None else str(value)

    return {"rows": [[text(value) for value in row] for row in found]}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = judge(request) if request["do"] == "judge" else rows(request)
        except Exception as error:  # told, never swallowed: the caller fails with it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
