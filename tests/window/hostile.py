"""An Execute server whose every name, id, value and error tries to become more than text."""

import http.server
import json
import threading

SEEDS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<img src={url}/fetched>",
    "<svg onload=window.hit=1>",
    "<iframe src={url}/fetched></iframe>",
    "<link rel=stylesheet href={url}/fetched>",
    "<a href=javascript:window.hit=1>x</a>",
    "javascript:window.hit=1",
    "\"><img src=x onerror=window.hit=1>",
    "' onmouseover='window.hit=1",
    "</style><script>window.hit=1</script>",
    "</textarea><script>window.hit=1</script>",
    "{{constructor.constructor('window.hit=1')()}}",
    "${window.hit=1}",
    "<math><mi//xlink:href='data:x,<script>window.hit=1</script>'>",
    "<style>@import '{url}/fetched';</style>",
    "<meta http-equiv=refresh content='0;url={url}/fetched'>",
    "<object data={url}/fetched></object>",
    "<details open ontoggle=window.hit=1>",
    "<form action={url}/fetched><input autofocus onfocus=window.hit=1>",
]
DISGUISES = [
    lambda s: s,
    lambda s: s.upper().replace("WINDOW.HIT", "window.hit"),
    lambda s: s.replace("<", "\u003c\u200b") + s,
    lambda s: "\u202e" + s,
    lambda s: s.replace("<", "&lt;") + s.replace(" ", "\t"),
]


class Hostile:
    """Serves 100 payloads by the fetch API and remembers what it was asked."""

    def __init__(self):
        hostile = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                hostile.asked.append(self.path)
                path = self.path.split("?")[0]
                if hostile.refuses:
                    return self.answer(hostile.payloads[0].encode(), 403)
                if path.endswith("/fetch/document/schema"):
                    return self.answer(json.dumps(hostile.schema()).encode())
                if path.endswith("/fetch/document/"):
                    return self.answer(hostile.documents(), headers={"X-Sync-Highwater-Mark": "done", "X-Sync-Truncated": "FALSE"})
                self.answer(b"", 404)

            def answer(self, body, status=200, headers=()):
                self.send_response(status)
                for name, value in dict(headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.payloads = [disguise(seed.replace("{url}", self.url)) for disguise in DISGUISES for seed in SEEDS]
        self.asked, self.refuses = [], True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def schema(self):
        field = lambda name: {"NAME": name, "ACTIVE": True, "TYPE": "TEXT", "NULLABLE": True}
        return {name: {p: field(p) for p in ["NAME", *self.payloads[:20]]} for name in ["AFE", self.payloads[0], self.payloads[1]]}

    def documents(self):
        lines = []
        for number, payload in enumerate(self.payloads):
            values = {"NAME": payload, **dict.fromkeys(self.payloads[:20], payload)}
            for kind in ["AFE", self.payloads[0]]:
                head = {"DOCUMENT_ID": f"{number:03} {payload}", "$TYPE": kind, "$VERSION": 1, "$AUTHOR_ID": payload, "$DATE": "2025-01-31T09:30:00Z", "$DELETED": False}
                lines.append(json.dumps({**head, **values}))
        # One that cannot be stored, so that the quarantine shows it.
        lines.append(json.dumps({"DOCUMENT_ID": self.payloads[2], "$TYPE": self.payloads[3], "$VERSION": self.payloads[4]}))
        return ("\n".join(lines) + "\n").encode()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def strangers(self):
        """Requests that only a payload can have made."""
        return [path for path in self.asked if not path.startswith("/fetch/document/")]
