"""Colours, order and words of the page, for its dark ground, which is Grafana's own; a test holds them together."""

from __future__ import annotations

from types import MappingProxyType

from gateway.model import Severity, Tier

ACCENT, LATE, RISK, FINE, UNKNOWN = "#6db3f8", "#ff8a80", "#ffc46b", "#6fd693", "#a3b0bf"

TIERS = MappingProxyType(  # from far to near: the order in which goods go
    {
        Tier.TIER3: ("T3", "#7f8b9b"),
        Tier.TIER2: ("T2", "#63d7f0"),
        Tier.TIER1: ("T1", "#4f83ff"),
        Tier.TRANSIT: ("In transit", "#f5b642"),
        Tier.CROSSDOCK: ("Cross-dock", "#35a86b"),
        Tier.PORT: ("Port", "#d65fc0"),
        Tier.OEM: ("OEM", "#efeaff"),
    }
)
SEVERITIES = MappingProxyType({Severity.INFO: ACCENT, Severity.WARNING: RISK, Severity.CRITICAL: LATE})
