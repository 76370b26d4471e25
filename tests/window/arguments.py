"""Calls of every command with arguments of every kind: right ones, wrong ones, hostile ones. What a command takes is read
from its source, so a new command is met without a word here. The same seed gives the same calls."""

import os
import random
import re

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src-tauri")
NOT_OURS = ("AppHandle", "TheCore")

# What JSON or WebDriver cannot carry well is made in the page, by its name.
MADE_THERE = [{"$": name} for name in ("long", "deep", "wide", "surrogate", "nan", "nothing", "channel")]
TEXTS = ["", " ", "\0", "a\0b", "../../outside/x", "..\\..\\outside", "/etc/passwd", "file:///etc/passwd", "%2e%2e%2f", "-", "--help", "$(id)",
         "'; DROP TABLE EXECUTE_DOCUMENTS; --", "\"]", "x\r\nX-Evil: 1", "\x1b[2J", "\u202e", "\ufeff", "😀" * 300, "CON", "a" * 300, "__proto__", "null",
         "1e400", "2026-02-30", "25:61", "<img src=x onerror=window.hit=1>", "javascript:alert(1)", "http://[::1", "https://user:pass@127.0.0.1:9/"]
NUMBERS = [0, -1, 1, 0.5, 2**31, -2**31, 2**53, -2**53, 1.8446744073709552e19, 1e308, -1e308]
OTHERS = [None, True, False, [], {}, [[]], [None], {"id": {}}, {"__proto__": {"id": "x"}}, {"__TAURI_CHANNEL_MARKER__": 1}]
HOSTILE = [*MADE_THERE, *TEXTS, *NUMBERS, *OTHERS]

# The window has no such command, whatever Tauri or its plugins have.
REFUSED = ["plugin:fs|read_text_file", "plugin:shell|execute", "plugin:http|fetch", "plugin:dialog|open", "plugin:dialog|save", "plugin:opener|open_url",
           "plugin:opener|open_path", "plugin:autostart|enable", "plugin:notification|notify", "plugin:window-state|restore_state", "plugin:app|version",
           "plugin:path|resolve_directory", "plugin:event|emit", "plugin:window|create", "plugin:window|close", "plugin:webview|create_webview_window",
           "plugin:webview|print", "plugin:menu|new", "plugin:tray|new", "plugin:resources|close", "plugin:image|from_path", "no_such_command", "", "app_state ",
           "APP_STATE", "../app_state", "main|app_state", "generate_handler"]


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class Contract:
    """The commands and the types of their arguments, as the source has them."""

    def __init__(self):
        self.commands, self.structs, self.enums = {}, {}, {}
        for folder, _, files in os.walk(os.path.join(SOURCE, "src")):
            for file in sorted(files):
                with open(os.path.join(folder, file)) as source:
                    self.read(source.read())

    def read(self, text):
        for name, arguments in re.findall(r"#\[tauri::command\]\s*pub\(crate\) async fn (\w+)\(\s*(.*?)\)\s*->", text, re.S):
            pairs = (part.split(":", 1) for part in re.split(r",\s*", arguments) if ":" in part)
            self.commands[name] = {n.strip(): t.strip() for n, t in pairs if not t.strip().startswith(NOT_OURS)}
        for name, body in re.findall(r"pub\(crate\) struct (\w+) \{(.*?)\n\}", text, re.S):
            self.structs[name] = dict(re.findall(r"pub\(crate\) (\w+): ([^\n]+),$", body, re.M))
        for name, body in re.findall(r"pub\(crate\) enum (\w+) \{(.*?)\n\}", text, re.S):
            self.enums[name] = [snake(variant) for variant in re.findall(r"^    (\w+),$", body, re.M)]


class Caller:
    """Makes calls. `known` holds values by the name of an argument: ids that are there, views, whole drafts."""

    def __init__(self, contract, known, seed):
        self.contract, self.known, self.random = contract, known, random.Random(seed)

    def right(self, name, kind):
        """A value that a command may well take."""
        pick = self.random.choice
        if kind in self.known:
            return pick(self.known[kind])
        if kind in self.contract.structs:
            return {camel(field): self.right(field, of) for field, of in self.contract.structs[kind].items()}
        if kind in self.contract.enums:
            return pick(self.contract.enums[kind])
        if match := re.fullmatch(r"(Option|Vec)<(.*)>", kind):
            inner = self.right(name, match[2])
            return pick([None, inner]) if match[1] == "Option" else pick([[], [inner]])
        if kind.startswith("Channel"):
            return {"$": "channel"}
        if kind == "bool":
            return pick([True, False])
        if kind == "String":
            return pick(self.known.get(name, ["some text"]))
        return self.random.randrange(0, 50) if kind in ("u32", "u64", "i64") else {}

    def arguments(self, command):
        return {camel(name): self.right(name, kind) for name, kind in self.contract.commands[command].items()}

    def places(self, value, path=()):
        """Every place in a value, the whole of it left out."""
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, part in inside:
            yield (*path, key)
            yield from self.places(part, (*path, key))

    def spoilt(self, arguments, place, how):
        """A copy with something else at that place."""
        if not place:
            return how
        key, *rest = place
        copy = dict(arguments) if isinstance(arguments, dict) else list(arguments)
        copy[key] = self.spoilt(arguments[key], rest, how)
        return copy

    def one_by_one(self, command, values):
        """Right arguments, none, too many; then each of the values at each argument."""
        right = self.arguments(command)
        yield right
        yield {}
        yield {**right, "unasked": {"$": "deep"}}
        yield {snake(name): value for name, value in right.items()}
        for name in right:
            yield {other: value for other, value in right.items() if other != name}
            for value in values:
                yield {**right, name: value}

    def by_chance(self, command):
        arguments = self.arguments(command)
        for _ in range(self.random.randrange(0, 4)):
            places = list(self.places(arguments))
            if places:
                arguments = self.spoilt(arguments, self.random.choice(places), self.random.choice(HOSTILE))
        return self.random.choice(HOSTILE) if self.random.random() < 0.02 else arguments
