"""What the registry announces (payload in brackets)."""

ROSTER_APPLIED = "registry.roster_applied"  # {school_id, class_ids}
PUPIL_MOVED = "registry.pupil_moved"  # {pupil_id, from_class_id, to_class_id}
GROUP_CHANGED = "registry.group_changed"  # {group_id, school_id}
POWER_RAISED = "registry.power_raised"  # {power_id, holder_id, role, subject_id, scope_path}
PUPIL_TRANSFERRED = (
    "registry.pupil_transferred"  # {pupil_id, from_class_id, to_class_id, from_school_id, to_school_id}
)
PROMOTED = "registry.promoted"  # {school_id, school_year}
PUPIL_LEFT = "registry.pupil_left"  # {pupil_id, class_id}
