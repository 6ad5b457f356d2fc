from qiming.kernel.apps import Room


class GovernanceConfig(Room):
    default = True
    name = "qiming.governance"
    label = "governance"
    verbose_name = "课时与督导"
