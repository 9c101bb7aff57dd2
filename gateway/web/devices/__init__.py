"""Devices over HTTP: for the operator, and where devices post."""
