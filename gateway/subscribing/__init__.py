"""Subscriptions that parties make themselves while the gateway runs: checked, kept, tried out, confirmed."""
