from qiming.kernel.apps import Room


class PortalConfig(Room):
    default = True
    name = "qiming.portal"
    label = "portal"
    verbose_name = "门户"
