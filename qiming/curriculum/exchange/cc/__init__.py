"""Common Cartridge: courses out as 1.3, in from 1.0–1.3."""
