"""Backup and restore: one folder holds everything an installation cannot make again.

database.dump   pg_dump's custom format, of one snapshot
files/ab/…      uploads, each named by the SHA-256 of its bytes
files.txt       their names and sizes, one a line
manifest.json   written last: what is here, its hashes, versions, the sealed signing key
"""

from qiming.site.backup.checking import verify
from qiming.site.backup.making import create
from qiming.site.backup.manifest import BackupTrouble, Manifest
from qiming.site.backup.restoring import restore

__all__ = ["BackupTrouble", "Manifest", "create", "restore", "verify"]
