"""The `tierview` command line: see `gateway.cli`."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the command that the arguments name, and end with its exit code.

    While modules are read Ctrl-C just ends the process: as an exception it would be a traceback from anybody's
    module, or be lost in one.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gateway.cli.shell import run
    from gateway.cli.streams import ready

    ready()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
