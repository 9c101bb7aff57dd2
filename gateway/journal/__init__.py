"""SQLite: tape, events, cursors, plans, alerts, deliveries, quarantine. The only place that holds SQL."""

from gateway.journal.journal import Journal, open_journal

__all__ = ["Journal", "open_journal"]
