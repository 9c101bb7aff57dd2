"""How many files and connections this process may have open."""

from __future__ import annotations

import resource


def allow_most() -> int:
    """Raise the soft limit to the hard one, and return it: a thousand receivers do not fit into the usual 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
