"""What a document's modules import, from the files themselves: names for its head, so that none is found out late."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname, join, normpath

WORDS = "words/words.js"
_ENTRY = re.compile(r'<script src="js/([\w.]+)" type="module">')
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?from "(\.{1,2}/[\w./]+)";', re.MULTILINE)


def with_preloads(document: str, folder: Path, language: str) -> str:
    """The document with a `modulepreload` for each module of a folder that it will come to import."""
    entry = _ENTRY.search(document)
    if entry is None:
        return document
    names = modules_of(entry[1], folder)[1:]
    if WORDS in names:  # which imports the words of one language, as it runs
        names += [name for name in modules_of(f"words/words.{language}.js", folder) if (folder / name).is_file()]
    links = "".join(f'<link rel="modulepreload" href="js/{name}">\n' for name in names)
    return document.replace("</head>", f"{links}</head>", 1)


def modules_of(entry: str, folder: Path) -> list[str]:
    """A module and all that it imports, directly or through others, nearest first. What is not there is left out."""
    found, next_up = [entry], [entry]
    while next_up:
        name = next_up.pop(0)
        imported = [normpath(join(dirname(name), other)) for other in _imports(folder / name)]
        fresh = [name for name in dict.fromkeys(imported) if name not in found and (folder / name).is_file()]
        found += fresh
        next_up += fresh
    return found


def _imports(module: Path) -> list[str]:
    return _IMPORT.findall(module.read_text(encoding="utf-8")) if module.is_file() else []
