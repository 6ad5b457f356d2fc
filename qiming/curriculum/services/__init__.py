"""The curriculum's one verb: bring what is stored in line with the content folder."""

from qiming.curriculum.services.sync import SyncReport, UnitResult, sync_content

__all__ = ["SyncReport", "UnitResult", "sync_content"]
