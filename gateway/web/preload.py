"""What a document's modules import, from the files themselves: names for its head, so that none is found out late."""

from __future__ import annotations

import re
from pathlib import Path

WORDS = "words.js"
_ENTRY = re.compile(r'<script src="js/([\w.]+)" type="module">')
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?from "\./([\w.]+)";', re.MULTILINE)


def with_preloads(document: str, folder: Path, language: str) -> str:
    """The document with a `modulepreload` for each module of a folder that it will come to import."""
    entry = _ENTRY.search(document)
    if entry is None:
        return document
    names = modules_of(entry[1], folder)[1:]
    if WORDS in names:  # which imports the words of one language, as it runs
        names += [name for name in modules_of(f"words.{language}.js", folder) if (folder / name).is_file()]
    links = "".join(f'<link rel="modulepreload" href="js/{name}">\n' for name in names)
    return document.replace("</head>", f"{links}</head>", 1)


def modules_of(entry: str, folder: Path) -> list[str]:
    """A module and all that it imports, directly or through others, nearest first. What is not there is left out."""
    found, next_up = [entry], [entry]
    while next_up:
        file = folder / next_up.pop(0)
        imported = _IMPORT.findall(file.read_text(encoding="utf-8")) if file.is_file() else []
        fresh = [name for name in dict.fromkeys(imported) if name not in found and (folder / name).is_file()]
        found += fresh
        next_up += fresh
    return found
