"""What the resources room stores."""

from qiming.resources.launching.models import (
    LaunchCount,
    ToolAdoption,
    ToolClass,
    ToolLaunch,
    ToolNotice,
    ToolNoticeRead,
    ToolPlace,
    ToolWord,
)
from qiming.resources.lti.models import (
    LtiDeployment,
    LtiInvitation,
    LtiKey,
    LtiLaunch,
    LtiLine,
    LtiLink,
    LtiNote,
    LtiScore,
    LtiSeen,
    LtiToken,
    LtiTool,
)
from qiming.resources.models.adoptions import Adoption
from qiming.resources.models.exclusions import Exclusion
from qiming.resources.models.opinions import Improvement, Rating
from qiming.resources.models.shelf import Resource, ResourceVersion

__all__ = [
    "Adoption",
    "Exclusion",
    "Improvement",
    "LaunchCount",
    "LtiDeployment",
    "LtiInvitation",
    "LtiKey",
    "LtiLaunch",
    "LtiLine",
    "LtiLink",
    "LtiNote",
    "LtiScore",
    "LtiSeen",
    "LtiToken",
    "LtiTool",
    "Rating",
    "Resource",
    "ResourceVersion",
    "ToolAdoption",
    "ToolClass",
    "ToolLaunch",
    "ToolNotice",
    "ToolNoticeRead",
    "ToolPlace",
    "ToolWord",
]
