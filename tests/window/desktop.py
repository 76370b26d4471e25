"""What a person has on a desktop: the window (by WebDriver), the tray's menu (by D-Bus), the files, other programs."""

import base64
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import dbus

TARGET = os.path.join(os.environ["TARGET"], "debug")
APP, TOOL = os.path.join(TARGET, "execute-sync-desktop"), os.path.join(TARGET, "execute-sync")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER = "\ue007"
LIMIT_S = 60


def until(what, look, limit_s=LIMIT_S):
    """What `look` gives once it is true; a failure names what was waited for."""
    ends = time.monotonic() + limit_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > ends:
            raise AssertionError(f"waited {limit_s} s in vain: {what}")
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A sample Execute server, with the key that it takes."""

    KEY_ID, SECRET = "sample", "larkspur-ridge"

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [TOOL, "sample-server", "--bind", "127.0.0.1:0", *arguments], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def documents_until(self, wanted):
        """Documents on the pages up to and including the one that ends at this mark; none if no page does."""
        login = base64.b64encode(f"{self.KEY_ID}:{self.SECRET}".encode()).decode()
        mark, count, more = "1900-01-01", 0, True
        while more:
            url = f"{self.url}/fetch/document/?limit=10000&since={urllib.request.quote(mark)}"
            with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Basic {login}"})) as page:
                count += sum(1 for _ in page)
                mark, more = page.headers["X-Sync-Highwater-Mark"], page.headers["X-Sync-Truncated"].upper() == "TRUE"
            if mark == wanted:
                return count
        return None

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class App:
    """The app with a home of its own. It is started by WebKit's driver, which can then see into its window."""

    def __init__(self, home=None, hidden=False, environment=None):
        self.home = home or tempfile.mkdtemp(prefix="execute sync ")
        environment = {**os.environ, "EXECUTESYNC_HOME": self.home, "TAURI_AUTOMATION": "true", "TAURI_WEBVIEW_AUTOMATION": "true", **(environment or {})}
        options = {"binary": APP, "args": ["--hidden"] if hidden else []}
        wanted = {"alwaysMatch": {"browserName": "wry", "webkitgtk:browserOptions": options}}
        for attempt in range(3):
            self.port = free_port()
            self.log = open(os.path.join(self.home, "driver.log"), "ab")
            self.driver = subprocess.Popen(["WebKitWebDriver", f"--port={self.port}"], env=environment, stdout=self.log, stderr=self.log)
            until("the driver answers", self.answers)
            try:
                self.session = self.call("POST", "/session", {"capabilities": wanted})["sessionId"]
                return
            except TimeoutError:
                # WebKit's driver now and then misses the web view that it started; that is told, and the app is not to blame.
                print(f"The driver did not find its window (attempt {attempt + 1})", file=sys.stderr)
                self.stop()
        raise AssertionError("WebKit's driver found no window three times")

    def answers(self):
        try:
            return self.call("GET", "/status")
        except OSError:
            return None

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            return json.load(urllib.request.urlopen(request, timeout=LIMIT_S))["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def ask(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    def script(self, text, *arguments):
        return self.ask("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def text(self):
        """Everything the window says."""
        return self.script("return document.body ? document.body.innerText : ''") or ""

    def sees(self, text, limit_s=LIMIT_S):
        try:
            until(f"the window says {text!r}", lambda: text in self.text(), limit_s)
        except AssertionError as error:
            self.screenshot("failed")
            raise AssertionError(f"{error}; it says: {self.text()[:2000]}") from None

    FIND = """
        const [role, name] = arguments;
        const kinds = {button: 'button,[role=button],[role=menuitem]', link: 'a,[role=link]', tab: '[role=tab],a', field: 'input,textarea,select',
                       option: '[role=option]', treeitem: '[role=treeitem]', any: '*'};
        const named = (e) => [e.getAttribute('aria-label'), e.labels && e.labels[0] && e.labels[0].textContent, e.textContent, e.placeholder]
            .some((text) => text && text.trim().replace(/\\s*\\*$/, '').startsWith(name));
        return [...document.querySelectorAll(kinds[role])].find((e) => named(e) && e.getClientRects().length && !e.disabled) || null;
    """

    def find(self, role, name):
        """The first one that can be seen and used."""
        try:
            return until(f"there is a {role} {name!r}", lambda: self.script(self.FIND, role, name))
        except AssertionError as error:
            self.screenshot("failed")
            raise AssertionError(f"{error}; the window says: {self.text()[:2000]}") from None

    def click(self, role, name):
        self.ask("POST", f"/element/{self.find(role, name)[ELEMENT]}/click", {})

    def press(self, role, key):
        element = until(f"there is a {role}", lambda: self.script("return document.querySelector(`[role=${arguments[0]}]`)", role))
        self.ask("POST", f"/element/{element[ELEMENT]}/value", {"text": key})

    def type(self, name, text):
        element = self.find("field", name)[ELEMENT]
        self.ask("POST", f"/element/{element}/clear", {})
        self.ask("POST", f"/element/{element}/value", {"text": text})

    def screenshot(self, name):
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(base64.b64decode(self.ask("GET", "/screenshot")))

    def pid(self):
        """The app's process: the one that carries its home."""
        wanted = f"EXECUTESYNC_HOME={self.home}".encode()
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                is_app = os.readlink(f"/proc/{name}/exe") == os.path.realpath(APP)
                with open(f"/proc/{name}/environ", "rb") as environment:
                    if is_app and wanted in environment.read().split(b"\0"):
                        return int(name)
            except OSError:
                continue
        return None

    def close_window(self):
        """As a person does, by the button of the frame."""
        subprocess.run(["wmctrl", "-c", "Execute Sync"], check=True)
        until("the window is gone", lambda: not windows())

    def stop(self):
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
        self.driver.kill()
        self.driver.wait()
        self.log.close()
        self.has_ended()

    def has_ended(self, limit_s=LIMIT_S):
        """Waits for it. The next one would take itself for a second start while the bus still knows this one."""
        on_the_bus = lambda: any("SingleInstance" in name for name in dbus.SessionBus().list_names())
        until("the app has ended", lambda: self.pid() is None and not on_the_bus(), limit_s)

    def profiles(self):
        with open(os.path.join(self.home, "config", "profiles.json")) as file:
            return json.load(file)["profiles"]

    def database(self, number=0):
        return self.profiles()[number]["destination"]["fields"]["path"]

    def query(self, sql, number=0):
        """Read by another program than ours."""
        database = sqlite3.connect(f"file:{urllib.request.quote(self.database(number))}?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()


def windows():
    listed = subprocess.run(["wmctrl", "-l"], capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if line.endswith("Execute Sync")]


def clipboard():
    """The text that any other program would paste. Asked for in a program of its own: GTK wants a display from its start."""
    read = "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('Gdk', '3.0'); from gi.repository import Gdk, Gtk; " \
        "print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or '', end='')"
    return subprocess.run(["/usr/bin/python3", "-c", read], stdout=subprocess.PIPE, text=True, timeout=LIMIT_S, check=True).stdout


class Tray:
    """The menu as a desktop shows it."""

    @staticmethod
    def shown(pid):
        """The icons of this process."""
        bus = dbus.SessionBus()
        watcher = dbus.Interface(bus.get_object("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"), "org.freedesktop.DBus.Properties")
        items = map(str, watcher.Get("org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems"))
        owners = dbus.Interface(bus.get_object("org.freedesktop.DBus", "/org/freedesktop/DBus"), "org.freedesktop.DBus")

        def is_of(item):
            try:
                return owners.GetConnectionUnixProcessID(item.partition("/")[0]) == pid
            except dbus.DBusException:
                # The watcher may not have heard yet that the app before this one is gone.
                return False

        return [item for item in items if is_of(item)]

    def __init__(self, pid):
        self.bus = dbus.SessionBus()
        items = until("the app shows its icon", lambda: self.shown(pid))
        name, _, path = items[-1].partition("/")
        item = dbus.Interface(self.bus.get_object(name, "/" + path), "org.freedesktop.DBus.Properties")
        menu = item.Get("org.kde.StatusNotifierItem", "Menu")
        self.menu = dbus.Interface(self.bus.get_object(name, menu), "com.canonical.dbusmenu")

    def lines(self):
        """Every line: its number, its text, whether it can be clicked, at any depth."""
        found = []

        def walk(node):
            number, properties, children = node
            if "label" in properties:
                found.append((int(number), str(properties["label"]).replace("_", ""), bool(properties.get("enabled", True))))
            for child in children:
                walk(child)

        walk(self.menu.GetLayout(0, -1, dbus.Array([], signature="s"))[1])
        return found

    def revision(self):
        """Counts the menus that have stood here: a desktop closes an open one when it is replaced."""
        return int(self.menu.GetLayout(0, -1, dbus.Array([], signature="s"))[0])

    def texts(self):
        return [text for _, text, _ in self.lines()]

    def click(self, text):
        def clicked():
            number = next((n for n, t, enabled in self.lines() if t == text and enabled), None)
            if number is None:
                return False
            try:
                self.menu.Event(number, "clicked", dbus.Int32(0), dbus.UInt32(0))
            except dbus.DBusException:
                # Its lines have changed since they were read: that one is gone.
                return False
            return True

        until(f"the tray offers {text!r}", clicked)
