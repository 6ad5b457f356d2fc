"""The words of LTI 1.3 Advantage (1EdTech: LTI Core 1.3, Deep Linking 2.0, AGS 2.0, NRPS 2.0, Security Framework 1.0)."""

from typing import Any, Final

Plain = dict[str, Any]

_LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION: Final = "1.3.0"
MESSAGE_TYPE: Final = f"{_LTI}message_type"
LTI_VERSION: Final = f"{_LTI}version"
DEPLOYMENT: Final = f"{_LTI}deployment_id"
TARGET: Final = f"{_LTI}target_link_uri"
RESOURCE_LINK: Final = f"{_LTI}resource_link"
ROLES: Final = f"{_LTI}roles"
CONTEXT: Final = f"{_LTI}context"
PLATFORM: Final = f"{_LTI}tool_platform"
PRESENTATION: Final = f"{_LTI}launch_presentation"
CUSTOM: Final = f"{_LTI}custom"

_DEEP: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
DEEP_SETTINGS: Final = f"{_DEEP}deep_linking_settings"
CONTENT_ITEMS: Final = f"{_DEEP}content_items"
DEEP_DATA: Final = f"{_DEEP}data"
DEEP_MESSAGE: Final = f"{_DEEP}msg"
DEEP_ERROR: Final = f"{_DEEP}errormsg"

LAUNCH: Final = "LtiResourceLinkRequest"
DEEP_REQUEST: Final = "LtiDeepLinkingRequest"
DEEP_RESPONSE: Final = "LtiDeepLinkingResponse"

AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

LINE_ITEM: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
LINE_ITEM_READ: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
RESULT_READ: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS_SCOPES: Final = (LINE_ITEM, LINE_ITEM_READ, RESULT_READ, SCORE)
SCOPES: Final = (*AGS_SCOPES, MEMBERS)
SCOPE_NAMES: Final = {
    LINE_ITEM: "建、改成绩项",
    LINE_ITEM_READ: "看成绩项",
    RESULT_READ: "看自己送来的成绩",
    SCORE: "送成绩",
    MEMBERS: "看全班的假名编号和年级",
}

_MEMBERSHIP: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
LEARNER: Final = f"{_MEMBERSHIP}Learner"
INSTRUCTOR: Final = f"{_MEMBERSHIP}Instructor"
SECTION: Final = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LINE_ITEM_TYPE: Final = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE: Final = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

# A name, not an address: .invalid never resolves.
GRADE: Final = "https://qiming.invalid/lti/claim/grade"
ALGORITHM: Final = "RS256"
