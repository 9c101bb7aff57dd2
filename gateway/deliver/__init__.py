"""Alerts on their way out: one file per channel, one dispatcher that releases what belongs together at once."""
