"""The older tool's way with a database, in its own statements: what it does to one that we use too, and to its own.

Reads one JSON request from standard input and prints one JSON answer. It is described in words only, so this is a
replica; a test compares it with a database that the tool itself made.
"""

import decimal
import json
import pathlib
import sqlite3
import sys

TABLE = """CREATE TABLE IF NOT EXISTS EXECUTE_DOCUMENTS (
    BATCH_DATE TEXT NOT NULL, TYPE TEXT NOT NULL, ID TEXT NOT NULL, VERSION INTEGER NOT NULL, CHUNK INTEGER NOT NULL,
    AUTHOR TEXT, DATE TEXT NOT NULL, DELETED BOOLEAN NOT NULL, DATA TEXT NOT NULL,
    PRIMARY KEY (BATCH_DATE, TYPE, ID, VERSION, CHUNK))"""
NEWEST = "SELECT TYPE, ID, VERSION, MAX(BATCH_DATE) FROM EXECUTE_DOCUMENTS GROUP BY TYPE, ID, VERSION"
BASE_VIEWS = [
    f"""CREATE VIEW IF NOT EXISTS EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS AS SELECT * FROM EXECUTE_DOCUMENTS ed
    WHERE (ed.TYPE, ed.ID, ed.VERSION, ed.BATCH_DATE) IN ({NEWEST})""",
    """CREATE VIEW IF NOT EXISTS EXECUTE_DOCUMENTS_LATEST AS SELECT * FROM EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS ed
    WHERE (ed.TYPE, ed.ID, ed.VERSION) IN (SELECT TYPE, ID, MAX(VERSION) FROM EXECUTE_DOCUMENTS GROUP BY TYPE, ID)""",
]


def through_float(text):
    """A number as it comes back after floating point: seventeen digits at most, the rest of a long one zeros."""
    number = float(text)
    if number == int(number) and abs(number) < 1e21:
        return int(decimal.Decimal(repr(number)))
    return number


def print_again(document):
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def rows(line, chunk_size, exact):
    """The document without its long lists, then their slices: in no particular order, so here the last field first."""
    document = json.loads(line, parse_int=through_float, parse_float=through_float)
    long = {name: value for name, value in document.items() if isinstance(value, list) and len(value) > chunk_size}
    if exact and not long:
        return document, [line]
    data = [print_again({name: value for name, value in document.items() if name not in long})]
    for name, items in reversed(long.items()):
        for at in range(0, len(items), chunk_size):
            data.append(print_again({"DOCUMENT_ID": document["DOCUMENT_ID"], name: items[at : at + chunk_size]}))
    return document, data


def push(request, db):
    """Pages from the mark in the file, one transaction each; the file is written again after each."""
    mark_file = pathlib.Path(request["mark_file"])
    entries = request["entries"]
    db.execute(TABLE)
    since = mark_file.read_text().strip() if mark_file.exists() and not request["force"] else "1900-01-01"
    marks = [entry["mark"] for entry in entries]
    begin = len(marks) - marks[::-1].index(since) if since in marks else 0
    stored, pages = 0, 0
    while True:
        end = min(begin + request["limit"], len(entries))
        while begin < end < len(entries) and marks[end] == marks[end - 1]:
            end += 1
        db.execute("BEGIN")
        for entry in entries[begin:end]:
            document, data = rows(entry["line"], request["chunk_size"], request["exact"])
            for chunk, text in enumerate(data):
                db.execute(
                    "INSERT OR REPLACE INTO EXECUTE_DOCUMENTS (BATCH_DATE, TYPE, ID, VERSION, CHUNK, AUTHOR, DATE, DELETED, DATA)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        request["batch_date"], document["$TYPE"], document["DOCUMENT_ID"], document["$VERSION"], chunk,
                        document.get("$AUTHOR_ID"), document["$DATE"], document.get("$DELETED", False), text,
                    ),
                )  # fmt: skip
        db.execute("COMMIT")
        stored, pages = stored + end - begin, pages + 1
        mark_file.write_text(marks[end - 1] if end > begin else since)
        if end == len(entries):
            return {"stored": stored, "pages": pages}
        begin = end


def helper_views(schema):
    """Name and text of each, names unquoted; fields of kinds it does not know are left out."""
    base = "EXECUTE_DOCUMENTS_LATEST"
    own = 'deleted as "_DELETED", author as "_AUTHOR", version as "_VERSION", date as "_DATE"'

    def walk(name, kind, fields, columns, where, source, path):
        columns = list(columns)
        for field, told in fields.items():
            here, inner = f"{path}.{field}", told.get("RECORD_TYPE") or {}
            if told["TYPE"] == "RECORD":
                item = [f"json_extract({source}, '$.LISTITEM_ID') as LISTITEM_ID"] if source == "value" else []
                yield from walk(f"{name}_{field}", kind, inner, [f"{base}.id as DOCUMENT_ID", *item], where, source, here)
            elif told["TYPE"] == "RECORD LIST" and source == "DATA":
                each = (f"{base}, json_each(DATA,'{here}')", "")
                yield from walk(f"{name}_{field}", kind, inner, [f"{base}.id as DOCUMENT_ID"], each, "value", "$")
            elif told["TYPE"] == "DOCUMENT":
                columns.append(f"json_extract({source}, '{here}.DOCUMENT_ID') as {field}")
            elif field != "DOCUMENT_ID" and told["TYPE"] in KINDS:
                columns.append(f"json_extract({source}, '{here}') as {field}")
        if source == "value" and path == "$" and "LISTITEM_ID" not in fields:
            columns.insert(1, "json_extract(value, '$.LISTITEM_ID') as LISTITEM_ID")
        source_of, chunk = where
        yield name, f"CREATE VIEW {name} as SELECT {', '.join(columns)} FROM {source_of} WHERE {base}.TYPE='{kind}'{chunk}"

    for kind, fields in schema.items():
        columns = [f"{base}.id as DOCUMENT_ID", own]
        yield from walk(kind, kind, fields, columns, (base, " and chunk=0"), "DATA", "$")


KINDS = {"TEXT", "GUID", "UWI", "INTEGER", "DECIMAL", "BOOLEAN", "DATETIME"}


def create_views(request, db):
    """Outside a transaction; one that fails is told and the rest goes on."""
    for statement in BASE_VIEWS:
        db.execute(statement)
    failed = []
    for name, statement in helper_views(request["schema"]):
        try:
            db.execute(f"DROP VIEW IF EXISTS {name}")
            db.execute(statement)
        except sqlite3.Error:
            failed.append(name)
    return {"failed": sorted(failed)}


def prune(_request, db):
    cursor = db.execute(f"DELETE FROM EXECUTE_DOCUMENTS WHERE (TYPE, ID, VERSION, BATCH_DATE) NOT IN ({NEWEST})")
    return {"pruned": cursor.rowcount}


def main():
    request = json.load(sys.stdin)
    # Its driver's defaults: the journal that the file has, no waiting for locks.
    db = sqlite3.connect(request["database"], isolation_level=None, timeout=0)
    try:
        answer = {"push": push, "create_views": create_views, "prune": prune}[request["do"]](request, db)
    finally:
        db.close()
    print(json.dumps(answer))


main()
