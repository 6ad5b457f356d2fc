"""The gate's background work."""

from qiming.assurance import kinds, services  # noqa: F401 - cases about products are known in every process
