"""Alerts over HTTP: lists, answers, talk, reasons, maintenance."""
