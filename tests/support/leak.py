"""Looks for secrets in bytes, in every spelling they may leak in. Shares no code with what it watches over: what the
program would redact and what is searched for here must not fail together.

Reads one JSON request a line from standard input and answers with one JSON list of findings a line.
"""

import base64
import json
import pathlib
import re
import sys
import urllib.parse

ESCAPE = re.compile(rb"\\(u\{[0-9a-fA-F]{1,6}\}|(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)")
SIMPLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"0": b"\0"}


def unescape(match):
    code = match.group(1)
    if code[:2] == b"u{":
        return chr(min(int(code[2:-1], 16), 0x10FFFF)).encode(errors="replace")
    if code[:1] == b"u" and len(code) > 1:
        return json.loads(b'"\\' + code + b'"').encode(errors="replace")
    if code[:1] == b"x" and len(code) > 1:
        return bytes([int(code[1:], 16)])
    return SIMPLE.get(code, code)


def unescaped(data):
    return ESCAPE.sub(unescape, data) if b"\\" in data else data


def cores(secret):
    """The characters of a Base64 text that the secret alone decides, wherever it stands in what is encoded."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + secret).rstrip(b"=")
        whole = (before + len(secret)) * 8 // 6
        core = text[-(-before * 8 // 6) : whole]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))


def spellings(data, secret):
    text = secret.decode()
    squeezed = re.sub(rb"\s+", b"", data)
    once = unescaped(data)
    yield "plain", secret in data
    yield "Base64", any(core in data or core in squeezed for core in cores(secret))
    yield "URL", secret in urllib.parse.unquote_to_bytes(data)
    yield "URL of a form", secret in urllib.parse.unquote_to_bytes(data.replace(b"+", b" "))
    yield "hexadecimal", secret.hex().encode() in data.lower()
    yield "UTF-16", text.encode("utf-16-le") in data or text.encode("utf-16-be") in data
    yield "escaped", secret in once
    yield "escaped twice", secret in unescaped(once)


def findings(request):
    found = []
    texts = [(name, bytes.fromhex(text)) for name, text in request["texts"]]
    planted = {pathlib.Path(path) for path in request["planted"]}
    for path in sorted(pathlib.Path(request["folder"]).rglob("*")) if request["folder"] else []:
        if path.is_file() and path not in planted:
            texts.append((str(path), path.read_bytes()))
    for name, data in texts:
        for secret in request["secrets"]:
            for spelling, is_there in spellings(data, secret.encode()):
                if is_there:
                    found.append(f"{name}: {secret!r}, {spelling}")
    return found


for line in sys.stdin:
    print(json.dumps(findings(json.loads(line))), flush=True)
