"""Another program that uses the database: runs the statements it is told, one connection, no waiting for locks.

Reads one JSON request a line from standard input and answers with one JSON object a line.
"""

import json
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
for line in sys.stdin:
    try:
        answer = {"rows": db.execute(json.loads(line)).fetchall()}
    except sqlite3.Error as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
