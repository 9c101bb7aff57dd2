"""Despatch advices of EDI as plans: EDIFACT DESADV and X12 856.

    bytes -> text -> segments -> messages -> Advice -> Draft -> Shipment, or why not

Pure. Messages count in the order in which they came: a later one of the same shipment is its next version.
"""

from gateway.plans.edi.read import decode_edi, is_edi, read_edi

__all__ = ["decode_edi", "is_edi", "read_edi"]
