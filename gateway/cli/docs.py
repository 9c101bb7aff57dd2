"""`tierview docs [PAGE]`."""

from __future__ import annotations

from pathlib import Path

INSTALLED = Path(__file__).parent.parent / "docs"
CHECKOUT = Path(__file__).parent.parent.parent / "docs"


def docs(page: str = "", /) -> None:
    """Print a page of the documentation that came with this version, or list the pages.

    For example:

        tierview docs
        tierview docs expressions | less

    Parameters
    ----------
    page
        The page's name, as the list says it.
    """
    from gateway.cli.printed import table
    from gateway.errors import BadInput

    pages = {file.stem: file for file in sorted((CHECKOUT if CHECKOUT.is_dir() else INSTALLED).glob("*.md"))}
    if not page:
        table(["page", "about"], [[name, _title(file)] for name, file in pages.items()])
    elif page in pages:
        print(pages[page].read_text(encoding="utf-8"), end="")
    else:
        raise BadInput(f"expected one of {', '.join(pages)}, came {page!r}")


def _title(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return next(lines).removeprefix("# ").strip()
