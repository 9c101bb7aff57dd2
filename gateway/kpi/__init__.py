"""Figures (KPIs) from facts. Pure: what happened comes in as values, and the same facts give the same figures.

Nothing is stored: each answer is counted anew from plans and events, so late data counts as soon as it came.
"""
