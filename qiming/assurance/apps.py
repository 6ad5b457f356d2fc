from qiming.kernel.apps import Room


class AssuranceConfig(Room):
    default = True
    name = "qiming.assurance"
    label = "assurance"
    verbose_name = "检测与准入"
