"""Every command of the core, called from the page of the real app with malformed and hostile arguments: nothing panics or
hangs, each answer is one of the contract's, no answer holds a secret, nothing is written outside the app's folders, and a
stored secret goes to no other host. With SOAK there are many more calls; SEED repeats a run."""

import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from arguments import MADE_THERE, NUMBERS, OTHERS, REFUSED, SOURCE, TEXTS, Caller, Contract, camel
from desktop import TOOL, App, until

SEED, SOAK = int(os.environ.get("SEED", "1")), "SOAK" in os.environ
REPLAY = f"SEED={SEED} tests/window/run.sh test_arguments"
SUPPORT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")
# These open a dialog when their arguments are right; it is closed as soon as it is seen.
DIALOGS = ("choose_database_file", "choose_database_folder", "choose_file", "import_choose", "export_csv", "save_bundle", "generate_key")
# The core may read this one for the window, once a person agreed; here nobody does.
VARIABLE = "EXECUTE_CANARY"
# None of these texts is anywhere else: where it is found, a secret came out.
CANARIES = {name: f"canary/{name}+%41 é" for name in ("keychain", "file", "variable", "stranger")}
# An answer that takes longer hangs; keys are generated meanwhile, in a build for development.
LIMIT_MS = 30_000


class Listener:
    """A server that the window may name and that must hear of no stored secret."""

    def __init__(self):
        self.heard = heard = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                heard.append(f"{self.path}\n{self.headers}".encode())
                self.send_error(403)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Dialogs:
    """Closes every dialog, as somebody who thought better of it."""

    def __init__(self):
        self.over, self.closed = threading.Event(), []
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        while not self.over.wait(0.05):
            listed = subprocess.run(["wmctrl", "-l"], capture_output=True, text=True).stdout
            for line in listed.splitlines():
                if not line.endswith("Execute Sync"):
                    self.closed.append(line)
                    subprocess.run(["wmctrl", "-i", "-c", line.split()[0]], capture_output=True)

    def stop(self):
        self.over.set()
        self.thread.join()


class ArgumentsTest(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.mkdtemp(prefix="execute sync ")
        self.addCleanup(shutil.rmtree, self.scratch, True)
        self.home, self.outside = os.path.join(self.scratch, "home"), os.path.join(self.scratch, "outside")
        os.mkdir(self.home)
        os.mkdir(self.outside)
        with open(os.path.join(self.outside, "secret"), "w") as file:
            file.write(CANARIES["stranger"])
        self.listener = Listener()
        self.addCleanup(self.listener.stop)
        self.environment = {VARIABLE: CANARIES["variable"], "EXECUTESYNC_HOME": self.home, "PATH": self.no_browser() + ":" + os.environ["PATH"]}
        self.add("By variable", ["--secret-from-env", VARIABLE])
        self.app = App(home=self.home, environment={**self.environment, **self.watched()})
        self.addCleanup(self.app.stop)
        self.app.ask("POST", "/timeouts", {"script": 4 * LIMIT_MS})
        self.app.sees("By variable")

    def no_browser(self):
        """Pages and folders are opened by programs that open nothing."""
        folder = os.path.join(self.scratch, "programs")
        os.mkdir(folder)
        for name in ("xdg-open", "gio"):
            with open(os.path.join(folder, name), "w") as file:
                file.write("#!/bin/sh\n")
            os.chmod(file.name, 0o755)
        return folder

    def watched(self):
        """Every file that the app and its helpers change is written down."""
        library, self.list = os.path.join(self.scratch, "calls.so"), os.path.join(self.scratch, "calls")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, os.path.join(SUPPORT, "system_calls.c")], check=True)
        # Names with a blank would be two libraries.
        short = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, short, True)
        shutil.move(library, short)
        return {"LD_PRELOAD": os.path.join(short, "calls.so"), "CALLS_LOG": self.list, "CALLS_UNDER": "", "CALLS_KINDS": "create,open,unlink,rename,truncate",
                # The drawing of the web view keeps what it compiled in the person's own cache, whatever HOME is.
                "MESA_SHADER_CACHE_DISABLE": "true"}

    def add(self, name, more):
        database = os.path.join(self.home, "data", "databases", f"{name}.sqlite")
        command = [TOOL, "profiles", "add", name, "-u", "http://127.0.0.1:9", "--execute-key-id", "key", "--database", database, "--allow-http", *more]
        added = subprocess.run(command, env={**os.environ, **self.environment}, capture_output=True, text=True)
        self.assertEqual(added.returncode, 0, added.stderr)

    def ask(self, calls):
        """The answers to some calls, each with whether it is an error."""
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "arguments.js")) as file:
            return self.app.ask("POST", "/execute/async", {"script": file.read(), "args": [calls, LIMIT_MS]})

    def right(self, command, **arguments):
        (outcome, text, _), = self.ask([[command, arguments]])
        self.assertEqual(outcome, "ok", f"{command}: {text}")
        return json.loads(text)

    def furnish(self):
        """Profiles with a secret in each place, data, and runs; gives what is known of them."""
        sample = self.right("create_sample_profile")
        draft = self.right("profile_detail", id=self.right("app_state")["profiles"][0]["id"])["draft"]
        for name, place in (("By keychain", "keychain"), ("By file", "file")):
            new = {**draft, "id": None, "name": name, "secretPlace": place, "secretName": None, "fields": {}}
            self.right("save_profile", draft=new, secret=CANARIES[place])
        until("there is data", lambda: self.right("app_state")["profiles"][1]["lastSyncedAt"])
        ids = [profile["id"] for profile in self.right("app_state")["profiles"]]
        drafts = [self.right("profile_detail", id=id)["draft"] for id in ids]
        grid = {"view": "AFE", "columns": [], "sort": [], "filters": []}
        columns = [column["name"] for column in self.right("open_grid", id=sample, query=grid)["columns"]]
        documents = [row[columns.index("DOCUMENT_ID")]["text"] for row in self.right("grid_rows", id=sample, query=grid, offset=0, limit=5)["rows"]]
        urls = ["http://127.0.0.1:9", self.listener.url, self.listener.url.replace("127.0.0.1", "localhost")]
        # Half of the drafts name another server, place or path, and are not refused because the profile has changed since.
        turned = [{**draft, "stamp": None, "url": url, "id": id, "secretPlace": place, "secretName": name, "allowHttp": True,
                   "fields": draft["fields"] if id else {}}
                  for draft in drafts for url in urls for id in (draft["id"], None)
                  for place, name in ((draft["secretPlace"], draft["secretName"]), ("keychain", None), ("environment", VARIABLE), ("environment", "HOME"),
                                      ("file", os.path.join(self.outside, "secret")), ("file", None))]
        moved = [{**draft, "stamp": None, "fields": {"path": os.path.join(self.outside, name)}} for draft in drafts for name in ("new.sqlite", "../outside/new.sqlite", "secret")]
        return {
            "id": [*ids, *ids, "no-such-id"], "ProfileDraft": [*drafts * 40, *turned, *moved], "view": ["AFE", "WELL", "EXECUTE_DOCUMENTS", "sqlite_master"],
            "column": columns, "doc_type": ["AFE", "WELL"], "document_id": documents, "run_id": [run["runId"] for run in self.right("runs", id=sample, limit=9)],
            "near": [os.path.join(self.outside, "x.sqlite")], "secret": ["typed"], "place": ["keychain", "nowhere"],
        }

    def calls(self, contract, caller):
        some = lambda values, count: list(values) if SOAK else caller.random.sample(values, count)
        for command in contract.commands:
            wrong_types = [*some(NUMBERS, 4), *some(OTHERS, 4)]
            values = [*MADE_THERE, *some(TEXTS, 8), *wrong_types] if command not in DIALOGS else [*wrong_types, "a\0b", "../../outside/x"]
            for arguments in caller.one_by_one(command, values):
                yield command, arguments
            yield command, {"$": "bytes"}
            yield command, {"unasked": {"$": "huge"}}
        quick = [command for command in contract.commands if command not in DIALOGS]
        for _ in range(100_000 if SOAK else 500):
            command = caller.random.choice(quick)
            yield command, caller.by_chance(command)

    def kept(self, command, arguments):
        """What would take the furniture away, or minutes, is tried at the end, once."""
        is_known = isinstance(arguments, dict) and arguments.get("id") in self.known["id"][:-1]
        is_key = command == "generate_key" and isinstance(arguments, dict) and isinstance(arguments.get("order"), dict) and arguments["order"].get("size") in (2048, 3072, 4096)
        return (command == "delete_profile" and is_known) or is_key

    def judge(self, command, arguments, outcome, text):
        """What is wrong with an answer."""
        call = f"{command}({json.dumps(arguments)[:300]}) → {outcome} {text[:300]}"
        if outcome == "late":
            return f"it hangs: {call}"
        if arguments == {"unasked": {"$": "huge"}} and not (outcome == "error" and "more than 2 MiB" in text):
            return f"what is too large is taken: {call}"
        if outcome == "error":
            error = json.loads(text) if text[:1] in "{\"" else text
            if isinstance(error, dict) and set(error) != self.shape:
                return f"an error of another shape: {call}"
            # Tauri itself refuses what has not the types of a command's arguments; the door gives that the shape of the others.
            if isinstance(error, str) and not error.startswith(("invalid args", "invalid channel value")) and " at line 1 column " not in error:
                return f"an error of another shape: {call}"
            if isinstance(error, dict) and error["code"] == "internal" and "fault of its own" in error["message"]:
                return f"it panics: {call}"
        return None

    def leaks(self, texts):
        detector = subprocess.Popen(["python3", "-I", os.path.join(SUPPORT, "leak.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        request = {"secrets": list(CANARIES.values()), "texts": [[name, text.hex()] for name, text in texts], "folder": None, "planted": []}
        return json.loads(detector.communicate(json.dumps(request) + "\n")[0])

    def strangers(self):
        """Files outside the folders of the app that something was done to."""
        own = (self.home + "/", os.environ["HOME"] + "/.", os.environ["XDG_RUNTIME_DIR"], "/dev/", "/proc/", "/memfd:", self.list)
        # Files that never have a name, of SQLite and of the web view.
        nameless = ("/tmp", "/var/tmp")
        with open(self.list, errors="replace") as file:
            lines = [line.rstrip("\n").split(" ", 2) for line in file]
        return sorted({" ".join(line[::2]) for line in lines if len(line) == 3 and not line[2].startswith(own) and line[2] not in nameless})

    def test_no_argument_makes_a_command_panic_hang_or_give_a_secret_away(self):
        self.assertEqual(len(self.leaks([("planted", CANARIES["file"].encode().hex().encode())])), 1, "what came out would be found")
        self.known = self.furnish()
        contract, dialogs = Contract(), Dialogs()
        self.shape = {camel(field) for field in contract.structs["IpcError"]}
        self.addCleanup(dialogs.stop)
        with open(os.path.join(SOURCE, "commands.txt")) as file:
            self.assertEqual(sorted(contract.commands), sorted(file.read().split()), "every command is called")
        begun, wrong, leaks, said, slow, batch, count = time.monotonic(), [], [], set(), [], [], 0

        def send():
            answers = self.ask(batch)
            slow.extend((took, call[0]) for call, (_, _, took) in zip(batch, answers))
            wrong.extend(filter(None, (self.judge(*call, *answer[:2]) for call, answer in zip(batch, answers))))
            said.update((call[0], text.encode()) for call, (_, text, _) in zip(batch, answers))
            if sum(len(text) for _, text in said) > 50_000_000:
                leaks.extend(self.leaks(said))
                said.clear()
            batch.clear()

        for command, arguments in self.calls(contract, Caller(contract, self.known, SEED)):
            if not self.kept(command, arguments):
                batch.append([command, arguments])
                count += 1
            if len(batch) == 25:
                send()
        send()
        strange = next(draft for draft in self.known["ProfileDraft"] if draft["secretName"] == VARIABLE and draft["url"] == self.listener.url)
        (outcome, text, _), = self.ask([["save_profile", {"draft": {**strange, "id": None, "name": "Another", "fields": {}}, "secret": None}]])
        self.assertEqual((outcome, "nobody agreed" in text), ("error", True), f"a person is asked: {text}")
        self.assertTrue(any(line.endswith("Send a secret?") for line in dialogs.closed), dialogs.closed[-20:])
        for command in REFUSED:
            (outcome, text, _), = self.ask([[command, {}]])
            if outcome != "error":
                wrong.append(f"{command!r} is there for the window: {text}")
        batch.append(["delete_profile", {"id": self.known["id"][0], "deleteDatabase": True}])
        batch.append(["generate_key", {"order": {"name": "Key", "size": 2048, "place": "keychain", "user": None}, "passphrase": CANARIES["keychain"]}])
        send()
        with open(os.path.join(self.home, "data", "logs", "execute-sync.log")) as file:
            log = file.read()
        wrong.extend(line for line in log.splitlines() if "Internal error" in line)
        self.assertEqual(wrong[:20], [], f"{REPLAY}: {len(wrong)} are wrong")
        leaks.extend(self.leaks([*said, ("the log", log.encode()), *(("another host", request) for request in self.listener.heard)]))
        self.assertEqual(leaks[:20], [], f"{REPLAY}: a secret came out")
        self.assertEqual(self.strangers(), [], f"{REPLAY}: written elsewhere")
        self.assertEqual(os.listdir(self.outside), ["secret"])
        self.assertEqual(self.right("app_state")["version"][:2], "0.")
        self.assertIsNone(self.app.script("return window.hit || null"))
        print(f"{count} calls in {time.monotonic() - begun:.0f} s; the longest: {sorted(slow)[-3:]}")
