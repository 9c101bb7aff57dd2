"""Scenarios: what happens, told in sentences, for rules to be tried on. docs/scenarios.md says how they are written."""
