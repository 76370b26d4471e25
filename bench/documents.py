"""The documents of the benchmark: about 3 KB each, ten list items on average, the same bytes every time."""

import json
import random

FIELDS = [("TEXT", f"TEXT_{n}") for n in range(1, 11)] + [("DECIMAL", f"AMOUNT_{n}") for n in range(1, 7)] + [
    ("INTEGER", "YEAR"), ("BOOLEAN", "OPERATED"), ("DATETIME", "SPUD_DATE"), ("DATETIME", "CLOSE_DATE")]
LINE_FIELDS = [("GUID", "LISTITEM_ID"), ("TEXT", "ACCOUNT"), ("TEXT", "REMARK"), ("DECIMAL", "GROSS"), ("DECIMAL", "NET"), ("BOOLEAN", "TANGIBLE")]
WORDS = "well pad drill complete tie-in battery facility lateral casing cement mud rig survey lease road pipeline workover abandon".split()
BODIES = 2000


def schema():
    fields = lambda pairs: {name: {"NAME": name, "ACTIVE": True, "TYPE": kind, "NULLABLE": True} for kind, name in pairs}
    lines = {"NAME": "Lines", "ACTIVE": True, "TYPE": "RECORD LIST", "NULLABLE": True, "RECORD_TYPE": fields(LINE_FIELDS)}
    return json.dumps({"AFE": {**fields(FIELDS), "LINES": lines}}).encode()


def bodies():
    """What stands behind the envelope, different for 2,000 documents in a row."""
    rng = random.Random(7)
    text = lambda n: " ".join(rng.choice(WORDS) for _ in range(n))
    out = []
    for _ in range(BODIES):
        values = [f'"TEXT_{n}":{json.dumps(text(12))}' for n in range(1, 11)]
        values += [f'"AMOUNT_{n}":{rng.randrange(10**8) / 100:.2f}' for n in range(1, 7)]
        values += [f'"YEAR":{rng.randrange(2005, 2026)}', '"OPERATED":true', '"SPUD_DATE":"2025-03-14T16:20:11Z"', '"CLOSE_DATE":null']
        items = [
            f'{{"LISTITEM_ID":"{rng.getrandbits(128):032X}","ACCOUNT":"{rng.randrange(8000, 8999)}.{rng.randrange(1000)}","REMARK":"{text(3)}",'
            f'"GROSS":{rng.randrange(10**8) / 100:.2f},"NET":{rng.randrange(10**8) / 100:.2f},"TANGIBLE":false}}'
            for _ in range(rng.randrange(5, 16))]
        out.append((",".join(values) + ',"LINES":[' + ",".join(items) + "]}\n").encode())
    return out


def document_id(number):
    """Spread over the whole range, as GUIDs are."""
    return f"{(number * 0x9E3779B97F4A7C15 + 12345) % 2**64:016X}{(number * 0xC2B2AE3D27D4EB4F) % 2**64:016X}"


def line(number, version, body):
    head = (f'{{"DOCUMENT_ID":"{document_id(number)}","$TYPE":"AFE","$VERSION":{version},"$AUTHOR_ID":"U{number % 300:05}",'
            f'"$DATE":"2025-03-14T16:20:11Z","$DELETED":false,')
    return head.encode() + body
