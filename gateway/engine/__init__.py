"""Runs rules over events and time: subjects change, rules judge them, findings become alerts and notices."""
