"""Draws the icons: icons/svg/*.svg from the shapes below, and from these every size and form the systems want.

Usage: scripts/icons.py   (needs rsvg-convert of librsvg; what it writes is committed)
"""

import os
import struct
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "icons")

# The mark: a drop, for what is drilled for, inside two arrows that go round.
DROP = "M512 268 C 590 372 652 452 652 540 A 140 140 0 1 1 372 540 C 372 452 434 372 512 268 Z"
ARCS = """<g fill="none" stroke="{ink}" stroke-width="64" stroke-linecap="round">
<path d="M 222 470 A 300 300 0 0 1 700 300"/><path d="M 802 560 A 300 300 0 0 1 324 748"/></g>
<path d="M 722 190 L 742 356 L 588 330 Z" fill="{ink}"/><path d="M 302 858 L 282 692 L 436 718 Z" fill="{ink}"/>"""
APP = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024">
<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#12806f"/><stop offset="1" stop-color="#0a5a52"/></linearGradient></defs>
<rect x="64" y="64" width="896" height="896" rx="208" fill="url(#g)"/>
<g>{ARCS.format(ink="#bfeee4")}<path d="{DROP}" fill="#ffffff"/></g></svg>
"""

# One shape a state, so that colour is never all that tells; readable at 16 pixels.
STATES = {
    "up-to-date": ("#1d9a6c", '<circle cx="32" cy="32" r="26" fill="{c}"/><path d="M19 33 l9 9 l17 -19" {cut}/>'),
    "syncing": ("#2f7fd0", '<path d="M32 8 A24 24 0 0 1 55 25" {line}/><path d="M32 56 A24 24 0 0 1 9 39" {line}/>'
                '<path d="M60 14 L58 33 L42 25 Z" fill="{c}"/><path d="M4 50 L6 31 L22 39 Z" fill="{c}"/><circle cx="32" cy="32" r="8" fill="{c}"/>'),
    "paused": ("#8a94a0", '<rect x="14" y="10" width="13" height="44" rx="4" fill="{c}"/><rect x="37" y="10" width="13" height="44" rx="4" fill="{c}"/>'),
    "offline": ("#8a94a0", '<circle cx="32" cy="32" r="23" {line}/><path d="M14 50 L50 14" {line}/>'),
    "needs-you": ("#e0930f", '<path d="M32 5 L61 57 L3 57 Z" fill="{c}" stroke="{c}" stroke-width="5" stroke-linejoin="round"/>'
                  '<path d="M32 23 L32 40" {cut}/><circle cx="32" cy="49" r="4.4" fill="{gap}"/>'),
    "failed": ("#d6453d", '<path d="M21 5 H43 L59 21 V43 L43 59 H21 L5 43 V21 Z" fill="{c}"/><path d="M22 22 L42 42 M42 22 L22 42" {cut}/>'),
}


def state(colour, body, template):
    ink = "#000000" if template else colour
    # A template has no second colour: the sign is cut out of the shape.
    cut = 'fill="none" stroke="#ffffff" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"'
    line = f'fill="none" stroke="{ink}" stroke-width="8" stroke-linecap="round"'
    drawn = body.format(c=ink, line=line, cut=cut, gap="#ffffff")
    if not template:
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{drawn}</svg>\n'
    mask = body.format(c="#ffffff", line=line.replace("#000000", "#ffffff"), cut=cut.replace("#ffffff", "#000000"), gap="#000000")
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><mask id="m">{mask}</mask><rect width="64" height="64" fill="#000000" mask="url(#m)"/></svg>\n'


def write(name, text):
    with open(os.path.join(ROOT, "svg", name + ".svg"), "w") as file:
        file.write(text)


def png(name, size, target):
    source, target = os.path.join(ROOT, "svg", name + ".svg"), os.path.join(ROOT, target)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    subprocess.run(["rsvg-convert", "-w", str(size), "-h", str(size), "-o", target, source], check=True)
    with open(target, "rb") as file:
        return file.read()


def icns(images):
    kinds = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09", 1024: b"ic10"}
    body = b"".join(kinds[size] + struct.pack(">I", len(data) + 8) + data for size, data in images.items())
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def ico(images):
    head, at = struct.pack("<HHH", 0, 1, len(images)), 6 + 16 * len(images)
    for size, data in images.items():
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), at)
        at += len(data)
    return head + b"".join(images.values())


def main():
    os.makedirs(os.path.join(ROOT, "svg"), exist_ok=True)
    write("app", APP)
    # The sizes that Linux desktops look for; the drawing itself is there for all others.
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        png("app", size, f"{size}x{size}.png")
    scratch = os.path.join(ROOT, "scratch.png")
    images = {size: png("app", size, "scratch.png") for size in (16, 24, 32, 48, 64, 128, 256, 512, 1024)}
    os.remove(scratch)
    with open(os.path.join(ROOT, "icon.icns"), "wb") as file:
        file.write(icns({size: data for size, data in images.items() if size not in (24, 48)}))
    with open(os.path.join(ROOT, "icon.ico"), "wb") as file:
        file.write(ico({size: data for size, data in images.items() if size <= 256 and size != 128}))
    for name, (colour, body) in STATES.items():
        write("tray-" + name, state(colour, body, template=False))
        write("tray-" + name + "-template", state(colour, body, template=True))
        png("tray-" + name, 44, f"tray/{name}.png")
        png("tray-" + name + "-template", 44, f"tray/{name}-template.png")


sys.exit(main())
