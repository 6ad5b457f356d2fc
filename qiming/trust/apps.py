from qiming.kernel.apps import Room


class TrustConfig(Room):
    default = True
    name = "qiming.trust"
    label = "trust"
    verbose_name = "信任与隐私"
