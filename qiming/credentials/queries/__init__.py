"""Questions others may ask."""

from qiming.credentials.queries.checking import check_brought, check_one
from qiming.credentials.queries.given import certificates_about, issued

__all__ = ["certificates_about", "check_brought", "check_one", "issued"]
