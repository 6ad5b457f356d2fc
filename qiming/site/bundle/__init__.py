"""An offline installer: one folder with every wheel, our own among them, and a script that needs no network."""

from qiming.site.bundle.making import Bundle, BundleTrouble, make

__all__ = ["Bundle", "BundleTrouble", "make"]
