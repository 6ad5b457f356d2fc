"""The curriculum's one verb: bring what is stored in line with the content folder."""

from qiming.curriculum.services.sync import SyncReport, UnitResult, after_sync, follow_up, sync_content

__all__ = ["SyncReport", "UnitResult", "after_sync", "follow_up", "sync_content"]
