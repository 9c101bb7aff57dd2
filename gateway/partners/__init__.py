"""Partners: added to a running gateway with all that they need to begin."""

from gateway.partners.desk import PartnerDesk
from gateway.partners.merged import merged, read_party

__all__ = ["PartnerDesk", "merged", "read_party"]
