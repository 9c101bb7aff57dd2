"""The `tierview` command line: see `gateway.cli`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that the arguments name, and end with its exit code."""
    from gateway.cli.shell import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
