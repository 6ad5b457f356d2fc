"""The demo city: synthetic throughout and labelled so, made by the rooms' own verbs, nothing written around them."""

from qiming.site.demo.build import build

__all__ = ["build"]
