"""The real app: a real window, a real tray, a real keychain, a real server; its files read by another program."""

import os
import shutil
import subprocess
import unittest

from desktop import APP, TOOL, App, Server, Tray, clipboard, until, windows
from hostile import Hostile, walk

ROWS = "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS_LATEST WHERE CHUNK = 0"
STORED = "SELECT COUNT(*) FROM EXECUTE_DOCUMENTS WHERE CHUNK = 0"
MARK = "SELECT MARK FROM EXECUTE_SYNC_STATE"
TABLES = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'EXECUTE_SYNC_STATE'"

# Keys as WebDriver names them.
SHIFT, CONTROL, RIGHT, DOWN = "\ue008", "\ue009", "\ue014", "\ue015"


class WindowTest(unittest.TestCase):
    def app(self, **options):
        app = App(**options)
        self.addCleanup(shutil.rmtree, app.home, True)
        self.addCleanup(app.stop)
        return app

    def server(self, *arguments):
        server = Server(*arguments)
        self.addCleanup(server.stop)
        return server

    def connect(self, app, server, secret):
        """The four steps, up to what the test says."""
        app.click("button", "Connect to Execute")
        app.type("Address of Execute", server.url)
        app.type("API key id", server.KEY_ID)
        app.type("Secret", secret)
        app.type("Name of this profile", "Northern AFEs")

    def finish(self, app):
        """From the first of the four steps to the profile."""
        for step in ("Database file", "Only during these hours", "The first sync reads everything"):
            app.click("button", "Continue")
            app.sees(step)
        app.screenshot("review")
        app.click("button", "Save and sync")

    def open_afes(self, app):
        """Their view, by the tree: until that is there, the page before it has links of the same names."""
        app.click("tab", "Data")
        app.sees("All documents")
        app.click("link", "AFE")
        app.sees("AFE_NUMBER")

    def some_pages(self, app):
        """Waits until some are stored."""
        until("a page is stored", lambda: os.path.exists(app.database()) and app.query(TABLES)[0][0] and app.query(MARK)[0][0])

    def whole_pages(self, app, server):
        """Documents that are stored: those of the pages up to the mark beside them, which the server is asked for."""
        (mark,), (stored,) = app.query(MARK)[0], app.query(STORED)[0]
        self.assertEqual(stored, server.documents_until(mark), f"whole pages up to {mark}")
        return stored

    def test_the_first_minute_with_sample_data(self):
        app = self.app()
        app.sees("Welcome to Execute Sync")
        app.screenshot("welcome")
        app.click("button", "Explore with sample data")
        app.sees("Up to date")
        app.screenshot("overview")
        self.open_afes(app)
        until("there are rows", lambda: app.script("return document.querySelectorAll('[role=grid] [role=row]').length") > 5)
        app.screenshot("data")
        self.assertGreater(app.query(ROWS)[0][0], 9000)
        self.assertEqual(app.query("PRAGMA integrity_check"), [("ok",)])

    def test_rows_of_the_grid_are_copied_with_their_headers(self):
        app = self.app()
        app.click("button", "Explore with sample data")
        app.sees("Up to date")
        self.open_afes(app)
        rows = lambda: app.script("return document.querySelectorAll('[role=grid] [role=gridcell]').length") > 5
        until("there are rows", rows)
        app.press("grid", SHIFT + DOWN + RIGHT)
        app.press("grid", CONTROL + "c")
        app.sees("2 rows copied, with headers.", 10)
        lines = [line.split("\t") for line in clipboard().split("\n")]
        columns = "DOCUMENT_ID, _DELETED"
        self.assertEqual(", ".join(lines[0]), columns)
        self.assertEqual(len(lines), 3)
        for row in lines[1:]:
            stored = app.query(f"SELECT {columns} FROM AFE WHERE DOCUMENT_ID = '{row[0]}'")
            self.assertEqual([tuple(map(str, each)) for each in stored], [tuple(row)])

    def test_with_no_window_the_worker_goes_on_and_the_tray_opens_it_again(self):
        app = self.app()
        app.click("button", "Explore with sample data")
        app.sees("Up to date")
        tray = Tray(app.pid())
        until("the tray says so too", lambda: any("Up to date" in text for text in tray.texts()))
        app.close_window()
        self.assertIsNotNone(app.pid(), "the app went on without a window")
        fence = lambda: app.query("SELECT FENCE FROM EXECUTE_SYNC_STATE")[0][0]
        before = fence()
        # Documents of the sample change every 20 seconds.
        until("a sync from the tray brings what changed", lambda: tray.click("Sync now") or fence() > before, 60)
        tray.click("Pause until resumed")
        until("it is paused", lambda: any("Paused" in text for text in tray.texts()))
        self.assertIsNotNone(app.profiles()[0]["paused"])
        tray.click("Open Execute Sync")
        until("the window is there again", windows)
        tray.click("Resume")
        until("it goes on", lambda: not any("Paused" in text for text in tray.texts()))
        tray.click("Quit")
        app.has_ended()
        self.assertEqual(app.query("PRAGMA integrity_check"), [("ok",)])

    def test_started_hidden_it_shows_no_window_and_a_second_start_opens_it(self):
        app = self.app()
        app.click("button", "Explore with sample data")
        app.sees("Up to date")
        Tray(app.pid()).click("Quit")
        app.has_ended()
        environment = {**os.environ, "EXECUTESYNC_HOME": app.home}
        hidden = subprocess.Popen([APP, "--hidden"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(hidden.wait)
        self.addCleanup(hidden.kill)
        tray = Tray(hidden.pid)
        until("it works", lambda: any("Up to date" in text for text in tray.texts()))
        self.assertEqual(windows(), [])
        second = subprocess.run([APP], env=environment, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertEqual(second.returncode, 0)
        until("the first one shows its window", windows)

    def test_a_wrong_key_is_told_at_its_step_and_the_right_one_goes_to_the_keychain(self):
        app, server = self.app(), self.server()
        self.connect(app, server, "not the secret")
        app.click("button", "Test")
        app.sees("does not accept the API key")
        app.screenshot("wrong-key")
        app.type("Secret", server.SECRET)
        app.click("button", "Test")
        app.sees("document types")
        self.finish(app)
        app.sees("Up to date")
        self.assertGreater(app.query(ROWS)[0][0], 9000)
        found = subprocess.run(["grep", "-rlF", "--exclude=*.sqlite*", server.SECRET, app.home], capture_output=True, text=True).stdout
        self.assertEqual(found, "", "the secret is in a file")
        # The command line uses the same profile, the same keychain and the same history.
        environment = {**os.environ, "EXECUTESYNC_HOME": app.home}
        pushed = subprocess.run([TOOL, "push", "--profile", "Northern AFEs"], env=environment, capture_output=True, text=True)
        self.assertEqual(pushed.returncode, 0, pushed.stderr)

    def test_an_address_from_the_browser_is_mended_with_one_click_and_the_sample_has_settings_too(self):
        app, server = self.app(), self.server()
        self.connect(app, server, server.SECRET)
        app.type("Address of Execute", server.url + "/afe/list?tab=2#/detail")
        app.type("Secret", server.SECRET)
        app.click("button", "Test")
        app.sees("not the address of Execute itself")
        app.screenshot("address")
        # The sample server answers under any path, so the whole path stays.
        app.click("button", f"Use {server.url}/afe/list")
        app.click("button", "Test")
        app.sees("document types")
        app.click("link", "New profile")
        app.sees("Go on with Northern AFEs")
        app.click("button", "Explore with sample data")
        app.sees("Up to date")
        # Not the app's own settings, which have the same name.
        app.script("document.querySelector('nav[aria-label^=Pages] a[href$=settings]').click()")
        app.sees("reads the built-in sample")
        app.type("Name of this profile", "Samples")
        app.click("button", "Save")
        app.sees("Saved.")
        app.screenshot("sample-settings")
        app.click("button", "Test")
        app.sees("a table was made and taken back")

    def test_stopped_in_mid_run_it_holds_whole_pages_and_goes_on(self):
        app, server = self.app(), self.server("--documents", "300000")
        self.connect(app, server, server.SECRET)
        self.finish(app)
        app.sees(" pages")
        app.sees("documents/s")
        self.some_pages(app)
        app.click("button", "Stop")
        until("the run has ended", lambda: app.script(App.FIND, "button", "Sync now"))
        self.assertLess(self.whole_pages(app, server), 300000, "in mid-run")
        app.click("button", "Sync now")
        app.sees("Up to date", 300)
        self.assertGreaterEqual(self.whole_pages(app, server), 300000)

    def test_an_open_menu_stays_while_its_numbers_change(self):
        app, server = self.app(), self.server("--documents", "300000")
        self.connect(app, server, server.SECRET)
        self.finish(app)
        tray = Tray(app.pid())
        syncing = lambda: next((line for line in tray.lines() if "documents" in line[1] and "Syncing" in line[1]), None)
        number, words, _ = until("it syncs", syncing)
        lines, revision = tray.lines(), tray.revision()
        until("the words change", lambda: (syncing() or lines[0])[1] != words)
        self.assertEqual([n for n, _, _ in tray.lines()], [n for n, _, _ in lines], "the same lines")
        self.assertEqual(tray.revision(), revision, "the same menu")
        self.assertEqual(syncing()[0], number)

    def test_profiles_that_cannot_be_read_are_told_and_come_back_by_themselves(self):
        app = self.app()
        app.click("button", "Explore with sample data")
        app.sees("Up to date")
        Tray(app.pid()).click("Quit")
        app.has_ended()
        file = os.path.join(app.home, "config", "profiles.json")
        os.rename(file, file + ".moved")
        os.mkdir(file)
        again = self.app(home=app.home)
        again.sees("Your profiles cannot be read")
        again.screenshot("unreadable")
        tray = Tray(again.pid())
        until("the tray says so", lambda: "The profiles cannot be read" in tray.texts())
        os.rmdir(file)
        os.rename(file + ".moved", file)
        again.sees("Up to date")
        # A run of the last start opens to its lines, from the files of the log.
        again.click("tab", "History")
        again.sees("Began")
        again.script("const links = document.querySelectorAll('tbody tr a'); links[links.length - 1].click()")
        again.sees("Starting Sync")
        again.sees("Page 1: ")
        again.screenshot("old-run")
        until("the tray as well", lambda: any("Up to date" in text for text in tray.texts()))

    def test_quit_in_mid_run_leaves_whole_pages(self):
        app, server = self.app(), self.server("--documents", "300000")
        self.connect(app, server, server.SECRET)
        self.finish(app)
        tray = Tray(app.pid())
        until("it syncs", lambda: any("Syncing" in text for text in tray.texts()))
        self.some_pages(app)
        tray.click("Quit")
        app.has_ended(20)
        self.assertEqual(app.query("PRAGMA integrity_check"), [("ok",)])
        self.assertLess(self.whole_pages(app, server), 300000, "in mid-run")

    def test_a_hundred_payloads_stay_text_wherever_they_are_shown(self):
        hostile = Hostile()
        self.addCleanup(hostile.stop)
        walk(self, self.app(), hostile)


if __name__ == "__main__":
    unittest.main()
