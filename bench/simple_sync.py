"""What anyone would write in an afternoon, for comparison: simple_sync.py URL DATABASE"""
import base64, json, os, sqlite3, sys, urllib.request
from datetime import datetime, timezone

url, database = sys.argv[1:3]
db = sqlite3.connect(database)
db.execute("""CREATE TABLE IF NOT EXISTS EXECUTE_DOCUMENTS (BATCH_DATE TEXT NOT NULL, TYPE TEXT NOT NULL, ID TEXT NOT NULL,
    VERSION INTEGER NOT NULL, CHUNK INTEGER NOT NULL, AUTHOR TEXT, DATE TEXT NOT NULL, DELETED BOOLEAN NOT NULL,
    DATA TEXT NOT NULL, PRIMARY KEY (BATCH_DATE, TYPE, ID, VERSION, CHUNK))""")
db.execute("CREATE TABLE IF NOT EXISTS MARK (MARK TEXT)")
batch = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
mark = (db.execute("SELECT MARK FROM MARK").fetchone() or ["1900-01-01"])[0]
more = True
while more:
    request = urllib.request.Request(f"{url}/fetch/document/?limit=10000&since={mark}")
    request.add_header("Authorization", "Basic " + base64.b64encode(b"key:secret").decode())
    with urllib.request.urlopen(request) as page:
        mark, more = page.headers["X-Sync-Highwater-Mark"], page.headers["X-Sync-Truncated"] == "TRUE"
        documents = map(json.loads, page)
        db.executemany("INSERT OR REPLACE INTO EXECUTE_DOCUMENTS VALUES (?,?,?,?,0,?,?,?,?)", ((batch, d["$TYPE"],
            d["DOCUMENT_ID"], d["$VERSION"], d["$AUTHOR_ID"], d["$DATE"], d["$DELETED"], json.dumps(d)) for d in documents))
        db.execute("DELETE FROM MARK")
        db.execute("INSERT INTO MARK VALUES (?)", (mark,))
        db.commit()
