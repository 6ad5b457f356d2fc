"""Which pages of the shelf, of cases, of products in classes and of LTI each role reaches."""

from collections.abc import Mapping

from tests.journeys.programme_places import NOTICED, reads


def reporting(home: str) -> dict[str, str]:
    """The door for complaints and reports, which every page has."""
    return {
        "trust.report_new": home,
        "trust.my_reports": "trust.report_new",
        "trust.report_code": "trust.report_new",
    }


def protecting(home: str) -> dict[str, str]:
    """The ledgers of protection, for those who answer for a school or for what is above it."""
    return {
        "trust.protect": home,
        "trust.reports": "trust.protect",
        "trust.incidents": "trust.protect",
        "trust.incident_new": "trust.incidents",
        "trust.retention": "trust.protect",
        "trust.packs": "trust.protect",
        "trust.classes": "trust.protect",
    }


def supermarket(home: str) -> dict[str, str]:
    """The shelf and one's cases, from the menu that every page has."""
    return {
        "resources.shelf": home,
        "resources.resource": "resources.shelf",
        "resources.version": "resources.resource",
        "resources.ours": "resources.shelf",
        "resources.tools": home,
        "resources.credit": "resources.ours",
        "curriculum.course_version": "resources.resource",
        "casework.mine": home,
        "assurance.register": home,
        "assurance.registered": "assurance.register",
        "casework.notices": "assurance.register",
        "casework.notice": "casework.notices",
        **reads(home),
        "credentials.certificates": home,
        "credentials.check": "credentials.certificates",
        "credentials.certificate": "resources.resource",
    }


OFFERS: Mapping[str, str] = {
    "resources.offer": "resources.shelf",
    "resources.offer_tool": "resources.offer",
    "resources.offer_model": "resources.offer",
    "resources.offer_endpoint": "resources.offer",
}
# A district may be stricter than the city.
STRICTER: Mapping[str, str] = {"resources.exclusions": "resources.shelf"}
# For whoever has to do with a case: who applied, reviews, holds a duty, or oversees the place.
FOLLOWS: Mapping[str, str] = {"casework.case": "resources.version"}
REVIEWS: Mapping[str, str] = {**FOLLOWS, "casework.sheet": "casework.mine"}
APPOINTS: Mapping[str, str] = {**FOLLOWS, "casework.duties": "casework.mine"}

# A product that the demo's main school uses, for its staff and the offices above.
USES_TOOLS: Mapping[str, str] = {
    "resources.tool": "resources.tools",
}
WORDS: Mapping[str, str] = {"resources.tool_words": "resources.tool"}
KEEPS_LTI: Mapping[str, str] = {
    "resources.lti_tools": "resources.tools",
    "resources.lti_invite": "resources.lti_tools",
    "resources.lti_new": "resources.lti_tools",
    "resources.lti_keys": "resources.lti_tools",
}
# What can be done about one; the demo city keeps one, its districts none.
ABOUT_LTI: Mapping[str, str] = {
    "resources.lti_tool": "resources.lti_tools",
    "resources.lti_change": "resources.lti_tool",
    "resources.lti_check": "resources.lti_tool",
}

# The gate, for the city's officers; and a company's own pages.
GATE: Mapping[str, str] = {
    "assurance.desk": "governance.desk",
    "assurance.vendors": "assurance.desk",
    "assurance.banks": "assurance.desk",
    "assurance.version": "assurance.desk",
    "assurance.watching": "assurance.desk",
    "assurance.run": "assurance.version",
}
COMPANY: Mapping[str, str] = {
    "assurance.register": "assurance.mine",
    "assurance.registered": "assurance.register",
    "casework.notices": "assurance.register",
    **NOTICED,
    "assurance.new": "assurance.mine",
    "assurance.own_product": "assurance.mine",
    "assurance.renew": "assurance.own_product",
    "assurance.launch": "assurance.own_product",
    "assurance.version": "assurance.own_product",
    "assurance.report": "assurance.version",
    "assurance.run": "assurance.version",
    "casework.mine": "assurance.mine",
    "casework.case": "assurance.version",
    "registry.account": "assurance.mine",
    "registry.my_schools": "assurance.mine",
}
# Files of the gate, and those that go with an application.
GATE_FILES = frozenset(
    {
        "resources.model_file",
        "assurance.list_csv",
        "assurance.list_json",
        "assurance.transcript",
        "assurance.report_file",
        "assurance.written_file",
        "programmes.file",
    }
)
