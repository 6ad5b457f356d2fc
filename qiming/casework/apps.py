from qiming.kernel.apps import Room


class CaseworkConfig(Room):
    default = True
    name = "qiming.casework"
    label = "casework"
    verbose_name = "办件与评审"
