"""An Execute server whose every name, id, value and error tries to become more than text, an ear in the window for what
comes of it, and a walk through everything that shows it."""

import http.server
import json
import os
import subprocess
import threading
import urllib.parse

from desktop import ENTER, TOOL, until

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
        field = lambda name, kind: {"NAME": name, "ACTIVE": True, "TYPE": kind, "NULLABLE": True}
        fields = {name: field(name, "TEXT") for name in ["NAME", *self.payloads[:20]]}
        # A reference whose type nobody says; it is looked for among all of them.
        fields["REFERENCE"] = field("REFERENCE", "DOCUMENT")
        items = {name: field(name, "TEXT") for name in self.payloads[:3]}
        fields[self.payloads[4]] = {**field(self.payloads[4], "RECORD LIST"), "RECORD_TYPE": items}
        return {name: fields for name in ["AFE", self.payloads[0], self.payloads[1]]}

    def documents(self):
        lines = []
        for number, payload in enumerate(self.payloads):
            name = f"{number:03} {payload}"
            values = {"NAME": payload, **dict.fromkeys(self.payloads[:20], payload), "REFERENCE": {"DOCUMENT_ID": name}}
            values[self.payloads[4]] = [{"LISTITEM_ID": payload, **dict.fromkeys(self.payloads[:3], payload)}]
            for kind in ["AFE", self.payloads[0]]:
                head = {"DOCUMENT_ID": name, "$TYPE": kind, "$VERSION": 1, "$AUTHOR_ID": payload, "$DATE": "2025-01-31T09:30:00Z", "$DELETED": False}
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


class Ear:
    """Hears in the window what a payload could make of itself."""

    LISTEN = """
        const ear = window.ear = {violations: [], asked: [], loaded: []};
        document.addEventListener('securitypolicyviolation', (e) => ear.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
        const ask = window.fetch;
        window.fetch = (what, ...more) => { ear.asked.push(String(what && what.url || what)); return ask(what, ...more); };
        new PerformanceObserver((list) => ear.loaded.push(...list.getEntries().map((e) => e.name))).observe({type: 'resource', buffered: true});
        for (const name of ['alert', 'confirm', 'prompt', 'open']) window[name] = () => { window.hit = name; };
    """
    # Which texts are not on the page; whether a script ran; elements and attributes that the pages have none of; what the
    # policy had to stop.
    LOOK = """
        const shown = [document.body.textContent, ...[...document.querySelectorAll('input, textarea')].map((e) => e.value)];
        const handlers = ['onerror', 'onload', 'onclick', 'onfocus', 'onmouseover', 'ontoggle'].map((name) => `[${name}]`);
        const wrong = ['iframe', 'object', 'embed', 'base', 'img', 'math', 'meta[http-equiv=refresh]', 'form[action]', 'body script',
                       'body style:not([data-mantine-styles])', 'body link', 'a[href^="javascript:" i]', ...handlers];
        return {
            missing: arguments[0].filter((text) => !shown.some((each) => each.includes(text))),
            hit: window.hit || null,
            markup: [...document.querySelectorAll(wrong.join())].map((e) => e.outerHTML.slice(0, 200)),
            violations: window.ear.violations,
        };
    """
    # What this walk makes the pages ask the core for; a payload must not add to it.
    COMMANDS = {
        "app_state", "ui_ready", "profile_form", "profile_detail", "save_profile", "test_profile", "sync_now", "overview", "runs", "run_log",
        "quarantine", "quarantine_retry", "data_tree", "open_grid", "grid_rows", "grid_count", "document", "activity", "keys",
        "open_database", "default_database", "plugin:event|listen", "plugin:event|unlisten",
    }

    def __init__(self, test, app):
        self.test, self.app = test, app
        app.script(self.LISTEN)

    def sees(self, where, *payloads):
        """Each payload is on the page, and is text."""
        found = {}

        def all_there():
            found.update(self.app.script(self.LOOK, payloads))
            return not found["missing"]

        try:
            until(f"{where} shows everything", all_there)
        except AssertionError as error:
            self.app.screenshot("failed")
            raise AssertionError(f"{error}: {found['missing']} are missing; it says: {self.app.text()[:2000]}") from None
        self.test.assertEqual(found, {"missing": [], "hit": None, "markup": [], "violations": []}, where)

    def heard(self, what):
        return self.app.script("return window.ear[arguments[0]]", what)

    def end(self, hostile):
        """Nothing but the window's own requests went out; and the ear was not deaf."""
        commands = {urllib.parse.unquote(url.rsplit("/", 1)[-1]) for url in self.heard("asked")}
        self.test.assertIn("grid_rows", commands)
        self.test.assertLessEqual(commands, self.COMMANDS)
        foreign = [url for url in self.heard("loaded") + self.heard("asked") if not url.startswith(("tauri://localhost/", "ipc://localhost/"))]
        self.test.assertEqual(foreign, [], "something was loaded")
        self.app.script("document.body.append(Object.assign(new Image(), {src: arguments[0]}))", hostile.url + "/fetched")
        until("the policy stops what the test itself tries", lambda: self.heard("violations"))
        self.test.assertEqual(hostile.strangers(), [], "something was fetched")


def walk(test, app, hostile):
    """Everything that shows what a server or a person named; `test` is the one that fails."""
    ear, payloads = Ear(test, app), hostile.payloads
    go = lambda path: app.script("location.hash = arguments[0]", path)
    app.click("button", "Connect to Execute")
    app.type("Address of Execute", hostile.url)
    app.type("API key id", payloads[8])
    app.type("Secret", "secret")
    app.type("Name of this profile", payloads[1])
    app.click("button", "Test")
    app.sees("accepts the API key but not this request")
    ear.sees("the list of tests", payloads[0], payloads[1], payloads[8])
    hostile.refuses = False
    test.finish(app)
    app.sees("in quarantine")
    ear.sees("the overview and the list of profiles", payloads[0], payloads[1])
    profile = "/profiles/" + app.profiles()[0]["id"]
    data(app, ear, payloads)
    go(profile + "/history?show=quarantine")
    ear.sees("the quarantine", *payloads[2:5])
    app.click("button", "Try all again")
    app.sees("cannot be stored")
    ear.sees("what trying again says", payloads[3])
    go(profile + "/settings")
    ear.sees("the settings", payloads[1], payloads[8])
    go(profile + "/overview?ask=delete")
    app.sees("Delete the database")
    ear.sees("the question before deleting", payloads[1])
    go(profile + "/overview")
    until("the question is gone", lambda: not app.script("return document.querySelector('[role=dialog]') !== null"))
    troubles(test, app, hostile, ear, go)
    ear.end(hostile)


def data(app, ear, payloads):
    """The tree, the grid from top to bottom, a list, a document in all its ways, and what it points at."""
    app.click("tab", "Data")
    # The overview has links of the same names.
    app.find("any", "All documents")
    shown = lambda text: app.script("const grid = document.querySelector('[role=grid]'); return grid !== null && grid.textContent.includes(arguments[0])", text)
    opened = lambda title: until(f"{title!r} is there", lambda: app.script("return document.querySelector('[role=grid]')?.ariaLabel === arguments[0]", title))
    for kind in ("AFE", payloads[0]):
        app.click("link", kind)
        opened(kind)
        app.sees("100 rows")
        # Down the whole grid, every row is drawn once.
        for top in range(0, 3200, 600):
            app.script("document.querySelector('[role=grid]').scrollTop = arguments[0]", top)
            row = min(99, top // 30)
            until(f"row {row} is drawn", lambda: shown(f"{row:03} "))
        ear.sees(f"the grid of {kind}", payloads[0], payloads[4])
    app.script("document.querySelector('[role=grid]').scrollTop = 0")
    until("the first row is drawn", lambda: shown("000 "))
    app.press("grid", ENTER)
    app.sees("REFERENCE")
    ear.sees("a document's fields", *payloads[:20])
    app.script("[...document.querySelectorAll('aside button')].find((e) => e.title.startsWith(arguments[0])).click()", payloads[0])
    app.find("button", "Back to")
    app.click("any", "As it came")
    app.find("any", "Text as it came")
    ear.sees("a document as it came", "000 " + payloads[0])
    app.click("link", payloads[4])
    opened(f"{payloads[0]} · {payloads[4]}")
    ear.sees("a list", payloads[0])


def troubles(test, app, hostile, ear, go):
    """A second profile whose file is called like a payload, and whose server answers with one: errors everywhere."""
    name, file = hostile.payloads[3], os.path.join(app.home, "<img src=x onerror=window.hit=1>.html")
    secret = os.path.join(app.home, "a secret")
    with open(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w") as written:
        written.write("secret")
    add = [TOOL, "profiles", "add", name, "-u", hostile.url, "--execute-key-id", "key", "--database", file, "--secret-file", secret]
    added = subprocess.run(add, env={**os.environ, "EXECUTESYNC_HOME": app.home}, capture_output=True, text=True)
    test.assertEqual(added.returncode, 0, added.stderr)
    profile = "/profiles/" + next(each["id"] for each in app.profiles() if each["name"] == name)
    ear.sees("the list of profiles", name)
    go(profile + "/overview")
    until("the profile is shown", lambda: app.script("const title = document.querySelector('h1'); return title && title.textContent") == name)
    app.click("button", "Sync now")
    app.sees("200 documents read")
    ear.sees("where the database is", file)
    go(profile + "/data/AFE")
    app.sees("100 rows")
    app.click("button", "Open in…")
    app.click("button", "The program for SQLite files")
    app.sees("not called like a database")
    ear.sees("a message that something failed", file)
    hostile.refuses = True
    go(profile + "/overview")
    app.click("button", "Sync now")
    app.sees("accepts the API key but not this request")
    ear.sees("what is in the way", hostile.payloads[0])
    go(profile + "/history")
    until("there are runs", lambda: app.script("const run = document.querySelector('td a'); if (run) run.click(); return Boolean(run)"))
    app.find("button", "Close the run")
    app.sees("Log")
    ear.sees("a run with its error and its log", hostile.payloads[0])
    go("/activity")
    app.sees("accepts the API key but not this request")
    ear.sees("the activity", name)
    app.click("button", "Open the command palette")
    app.type("Search pages and actions", name[:8])
    ear.sees("the palette", name + ": Data")
