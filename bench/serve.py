"""Serves prepared documents by the fetch API: serve.py COUNT. Prints its port; `POST /change` lets 1,000 documents change.

Pages are made before they are timed: they lie in memory, or for more than 200,000 documents are put together from parts
that do. A second path, /huge/, serves one document of 100 MB.
"""

import http.server
import random
import sys
from urllib.parse import parse_qs, urlparse

import documents

COUNT = int(sys.argv[1])
BODIES = documents.bodies()
SCHEMA = documents.schema()
PAGE = 10_000
PREPARED = {}
changes = []
HUGE = documents.line(1, 1, b'"TEXT_1":"' + b"x" * 100_000_000 + b'"}\n')


def page(first, last):
    key = (first, last)
    if key not in PREPARED:
        made = b"".join(documents.line(n, 1, BODIES[n % documents.BODIES]) for n in range(first, last))
        if COUNT > 200_000:
            return made
        PREPARED[key] = made
    return PREPARED[key]


def change():
    number = len(changes) + 2
    rng = random.Random(number)
    picked = rng.sample(range(COUNT), 1000)
    changes.append(b"".join(documents.line(n, number, BODIES[(n + number) % documents.BODIES]) for n in picked))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 0

    def log_message(self, *_):
        pass

    def answer(self, body, mark=None, truncated=False):
        self.send_response(200)
        if mark:
            self.send_header("X-Sync-Highwater-Mark", mark)
            self.send_header("X-Sync-Truncated", "TRUE" if truncated else "FALSE")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        change()
        self.answer(b"")

    def do_GET(self):
        url = urlparse(self.path)
        query = parse_qs(url.query)
        if url.path.endswith("/schema"):
            return self.answer(SCHEMA)
        if url.path.startswith("/huge/"):
            return self.answer(HUGE, "huge")
        since = query["since"][0]
        at = 0 if since == "1900-01-01" else int(since.split("-")[1])
        limit = int(query["limit"][0])
        if at < COUNT:
            end = min(at + limit, COUNT)
            return self.answer(page(at, end), f"mark-{end}", end < COUNT or bool(changes))
        done = at - COUNT
        if done < len(changes):
            return self.answer(changes[done], f"mark-{at + 1}", done + 1 < len(changes))
        return self.answer(b"", since)


if COUNT <= 200_000:
    for first in range(0, COUNT, PAGE):
        page(first, min(first + PAGE, COUNT))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
