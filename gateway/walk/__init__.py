"""The walk of what comes in: decoded, located, committed in one batch; and what waited, tried again."""
