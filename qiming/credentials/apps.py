from qiming.kernel.apps import Room


class CredentialsConfig(Room):
    default = True
    name = "qiming.credentials"
    label = "credentials"
    verbose_name = "证书"
