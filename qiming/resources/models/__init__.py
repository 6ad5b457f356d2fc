"""What the resources room stores."""

from qiming.resources.models.adoptions import Adoption
from qiming.resources.models.shelf import Resource, ResourceVersion

__all__ = ["Adoption", "Resource", "ResourceVersion"]
