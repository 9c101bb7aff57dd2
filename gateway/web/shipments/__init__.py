"""Shipments over HTTP: plans in, plans with their lateness out, and links to share one."""
