"""Which pages each role reaches: account → page → the page whose link leads there.

`START` is the page a person lands on after signing in; `SCENE` pages come out of what somebody just did
(`scene.py`). A link to a page that isn't listed for the role fails `test_pages.py`: either the page is missing
here, or the link leads where the role has no business.
"""

from collections.abc import Mapping

START = "start"
SCENE = "scene"

# Links that hand over a file or a picture, and addresses that only lead on (to the own first page, to a class).
NOT_PAGES = frozenset(
    {
        "curriculum.book",
        "curriculum.dataset_file",
        "curriculum.syllabus_template",
        "curriculum.take",
        "curriculum.draft_media",
        "curriculum.media",
        "credentials.json",
        "credentials.pdf",
        "credentials.picture",
        "credentials.token",
        "governance.export",
        "insight.coverage_table",
        "insight.exam_template",
        "insight.handbook_file",
        "governance.place",
        "portal.home",
        "registry.school",
        # The door of a product, and what leads through it: walked through in test_admission.py.
        "resources.open_tool",
        "resources.go_to_tool",
        "resources.tool_minutes",
        "trust.my_data",
        "trust.my_reads",
        "trust.my_consent",
        "trust.scan",
        "registry.template",
        "registry.timetable_template",
        # These ask again who one is when the sign-in is a while ago: walked through in test_account.py.
        "registry.add_app",
        "registry.raise_power",
        "registry.recover",
        "registry.wrong_rows",
        "teaching.past_template",
        "teaching.photo",
    }
)
# Shown on the classroom's screen.
PROJECTED = frozenset({"curriculum.slides", "teaching.wall"})
# Made differently for different roles: looked at for each of them, the others once.
BY_ROLE = frozenset(
    {
        "governance.class",
        "governance.desk",
        "governance.place",
        "insight.class",
        "insight.home",
        "insight.pupil",
        "portal.home",
        "registry.classes",
        "registry.pupil",
        "registry.roster",
        "teaching.home",
        "teaching.offering",
        "teaching.open",
        "teaching.period",
        "teaching.pupil_ledger",
    }
)

# Two devices, or two schools, and one role.
SAME_ROLE: Mapping[str, str] = {"joined": "pupil", "admin10": "admin"}

COURSES: Mapping[str, str] = {
    "curriculum.concepts": "curriculum.shelf",
    "curriculum.syllabus": "curriculum.shelf",
    "insight.coverage": "curriculum.syllabus",
    "curriculum.course": "curriculum.shelf",
    "curriculum.taking": "curriculum.course",
    "curriculum.lesson": "curriculum.shelf",
    "curriculum.concept": "curriculum.concepts",
    "curriculum.slides": "curriculum.lesson",
    "curriculum.guide": "curriculum.lesson",
    "curriculum.guide_print": "curriculum.lesson",
    "curriculum.items": "curriculum.lesson",
    "curriculum.tasksheet_print": "curriculum.lesson",
}
# A syllabus from a spreadsheet, for those who may bring their place's.
BRINGS: Mapping[str, str] = {"curriculum.bring_syllabus": "curriculum.syllabus"}
# The school's own version of a lesson, for its teachers.
SCHOOL_VERSION: Mapping[str, str] = {
    "curriculum.editor": SCENE,
    "curriculum.differences": "curriculum.editor",
    "curriculum.history": "curriculum.editor",
    "curriculum.share": "curriculum.editor",
    "learning.try_draft": "curriculum.editor",
}
# One's own account.
ACCOUNT: Mapping[str, str] = {
    "registry.sessions": "registry.account",
    "registry.password": "registry.account",
    "registry.second_factor": "registry.account",
}
WATCHES: Mapping[str, str] = {"registry.powers": "registry.account"}


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
        "credentials.certificates": home,
        "credentials.check": "credentials.certificates",
        "credentials.certificate": "resources.resource",
    }


OFFERS: Mapping[str, str] = {
    "resources.offer": "resources.shelf",
    "resources.offer_tool": "resources.offer",
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
    "assurance.registered": "resources.tool",
}
WORDS: Mapping[str, str] = {"resources.tool_words": "resources.tool"}
KEEPS_LTI: Mapping[str, str] = {
    "resources.lti_tools": "resources.tools",
    "resources.lti_invite": "resources.lti_tools",
    "resources.lti_new": "resources.lti_tools",
    "resources.lti_keys": "resources.lti_tools",
}

# Concepts at a place and what is done about them.
DIAGNOSIS: Mapping[str, str] = {
    "insight.diagnosis_of": "governance.desk",
    "insight.action_new": "insight.diagnosis_of",
}

OFFICER: Mapping[str, str] = {
    "governance.desk": START,
    **reporting("governance.desk"),
    **supermarket("governance.desk"),
    **APPOINTS,
    **USES_TOOLS,
    **KEEPS_LTI,
    **protecting("governance.desk"),
    "trust.holds": "trust.retention",
    "registry.alliances": "governance.desk",
    "registry.my_schools": "governance.desk",
    "registry.account": "governance.desk",
    "records.keys": "governance.desk",
    **ACCOUNT,
    **WATCHES,
    "governance.gains": "governance.desk",
    **DIAGNOSIS,
    "governance.place": "governance.desk",
    "governance.classes": "governance.desk",
    "governance.class": "governance.desk",
    "governance.samples": "governance.desk",
    "governance.sample": SCENE,
    "governance.ask_page": SCENE,
    "teaching.period": "governance.sample",
    "registry.places": "governance.desk",
    "registry.place": "registry.places",
    "registry.leaders": "registry.place",
    "registry.transfers": "registry.places",
    "registry.packages": "registry.places",
    "curriculum.shelf": "governance.desk",
    "curriculum.proposals": "curriculum.shelf",
    "curriculum.proposal": SCENE,
    **COURSES,
    **BRINGS,
    "insight.coverage_of": "insight.coverage",
}
# What a class has learnt, for everybody of the school who teaches it or answers for it.
LEARNING: Mapping[str, str] = {
    "insight.groups": "insight.class",
    "insight.class_graph": "insight.class",
    "insight.class_labs": "insight.class",
    "insight.groups_print": "insight.class",
    "insight.misconception": "insight.class",
    "insight.concept": "insight.class",
    "insight.item": "insight.class",
    "insight.pupil": "insight.class",
    "insight.pupil_graph": "insight.pupil",
    "insight.answers": "insight.pupil",
}
# What a class can be looked at besides its report, for whoever teaches it; what is done about it; paper to take home.
OF_CLASS: Mapping[str, str] = {
    "insight.gain": "insight.class",
    "insight.diagnosis_of": "insight.class",
    "insight.class_handbook": "insight.class",
}
# Examinations of the own classes; the head's without pupils' results.
EXAMS: Mapping[str, str] = {"insight.exams": "insight.home", "insight.exam": "insight.exams"}
BRINGS_EXAMS: Mapping[str, str] = {
    "insight.exam_new": "insight.exams",
    "insight.exam_doubts": "insight.exam",
    "insight.exam_concepts": "insight.exam",
}
# Consent on paper: how many came back, a class typed, the sheets.
SLIPS: Mapping[str, str] = {
    "trust.slips": "registry.classes",
    "trust.slips_class": "registry.roster",
    "trust.slips_print": "trust.slips_class",
}
TEACHER: Mapping[str, str] = {
    "portal.home": START,
    **reporting("portal.home"),
    **supermarket("portal.home"),
    **OFFERS,
    "resources.ask_tool": "resources.tools",
    "registry.my_schools": "portal.home",
    "registry.account": "portal.home",
    **ACCOUNT,
    "curriculum.shelf": "portal.home",
    "curriculum.brought": "curriculum.shelf",
    **COURSES,
    "learning.try": "curriculum.lesson",
    "learning.lab_cards": "portal.home",
    "learning.lab_card": "learning.lab_cards",
    "learning.try_lab": "learning.lab_card",
    "teaching.home": "portal.home",
    "teaching.open": "teaching.home",
    "teaching.record": "teaching.home",
    "teaching.past": "teaching.home",
    "teaching.class_ledger": "teaching.home",
    "teaching.pupil_ledger": "teaching.class_ledger",
    "registry.classes": "portal.home",
    "registry.calendar": "registry.classes",
    "registry.groups": "registry.classes",
    "registry.roster": "registry.classes",
    "registry.cards": "registry.roster",
    "registry.pins": "registry.roster",
    "registry.pupil": "registry.roster",
    "insight.home": "portal.home",
    "insight.exams": "insight.home",
    "insight.exam_new": "insight.exams",
    **SLIPS,
}
WITH_A_COURSE: Mapping[str, str] = {
    "teaching.period": "portal.home",
    "resources.place_tool": "teaching.period",
    "teaching.offering": "portal.home",
    "teaching.add_period": "teaching.offering",
    "teaching.replan": "teaching.offering",
    "teaching.homework_list": "teaching.offering",
    "teaching.homework_new": "teaching.homework_list",
    "teaching.otherwise": SCENE,
    "learning.marking": "teaching.offering",
    "learning.course_tasks": "teaching.offering",
    "learning.class_labs": "teaching.offering",
    "learning.lab_grid": "learning.class_labs",
}
ADMIN: Mapping[str, str] = {
    "portal.home": START,
    **reporting("portal.home"),
    **supermarket("portal.home"),
    **OFFERS,
    **protecting("portal.home"),
    "trust.erasures": "trust.protect",
    "registry.my_schools": "portal.home",
    "registry.account": "portal.home",
    **ACCOUNT,
    **WATCHES,
    "registry.upload": "portal.home",
    "registry.import": "registry.upload",
    "registry.classes": "portal.home",
    "registry.roster": "registry.classes",
    "registry.cards": "registry.roster",
    "registry.pins": "registry.roster",
    "registry.pupil": "registry.roster",
    "trust.reads": "registry.pupil",
    **SLIPS,
    "trust.person_data": "registry.pupil",
    "registry.release_transfer": "registry.pupil",
    "registry.groups": "registry.classes",
    "registry.transfers": "registry.classes",
    "registry.ask_transfer": "registry.transfers",
    "registry.turns": "registry.classes",
    "registry.timetables": "registry.classes",
    "registry.packages": "registry.upload",
    "learning.microphone": "registry.classes",
    "registry.staff": "portal.home",
    "registry.invite": "registry.staff",
    "registry.staff_person": "registry.staff",
    "registry.calendar": "portal.home",
    "registry.periods": "registry.calendar",
    "governance.desk": "portal.home",
    "insight.coverage_of": "governance.desk",
    "governance.gains": "governance.desk",
    "governance.classes": "governance.desk",
    "governance.class": "portal.home",
    "curriculum.shelf": "portal.home",
    "curriculum.brought": "curriculum.shelf",
    **COURSES,
    **BRINGS,
    "teaching.open": "curriculum.shelf",
    "teaching.home": "teaching.open",
    "teaching.record": "teaching.home",
    "teaching.past": "teaching.home",
    "teaching.class_ledger": "teaching.home",
    "teaching.pupil_ledger": "teaching.class_ledger",
}

PLACES: Mapping[str, Mapping[str, str]] = {
    "nobody": {
        "registry.sign_in": START,
        "registry.code": "registry.sign_in",
        "registry.family": "registry.sign_in",
        "registry.seat": SCENE,
        "registry.pictures": SCENE,
        "design": SCENE,
    },
    "pupil": {
        "learning.home": START,
        **reporting("learning.home"),
        "registry.account": "learning.home",
        "registry.sessions": "registry.account",
        **WATCHES,
        "learning.practice": "learning.home",
        "learning.practice_run": SCENE,
        "learning.works": "learning.home",
        "learning.classmates": "learning.home",
        "learning.classmates_work": "learning.classmates",
        "learning.labs": "learning.home",
        "learning.lab": "learning.labs",
        "learning.work": "learning.home",
        "learning.version": "learning.work",
        "learning.answers": "learning.home",
        "learning.homework": "learning.home",
        "learning.player": "learning.homework",
        "learning.test": "learning.home",
        "learning.project": "learning.home",
        "teaching.join": "learning.home",
        "teaching.my_ledger": "learning.home",
        "insight.mine": "learning.home",
        "insight.handbook_of": "insight.mine",
        "insight.pupil_graph": "insight.mine",
        "insight.answers": "insight.mine",
        "trust.reads": SCENE,
        "trust.consent": SCENE,
        "resources.family_tools": "trust.consent",
    },
    "joined": {
        "learning.player": SCENE,
    },
    "guardian": {
        "portal.home": START,
        **reporting("portal.home"),
        "registry.account": "portal.home",
        **ACCOUNT,
        **WATCHES,
        "registry.family": "registry.account",
        "insight.pupil": "portal.home",
        "insight.handbook_of": "insight.pupil",
        "insight.pupil_graph": "insight.pupil",
        "insight.answers": "insight.pupil",
        "teaching.pupil_ledger": "portal.home",
        "trust.reads": "portal.home",
        "trust.consent": "portal.home",
        "resources.family_tools": "trust.consent",
    },
    "shen": {
        **TEACHER,
        **FOLLOWS,
        **USES_TOOLS,
        **WORDS,
        **WITH_A_COURSE,
        **SCHOOL_VERSION,
        "insight.class": SCENE,
        **LEARNING,
        "insight.exam": "insight.exams",
        **BRINGS_EXAMS,
        **OF_CLASS,
        "insight.action_new": "insight.diagnosis_of",
        "insight.handbook_of": "insight.pupil",
        "insight.action": "insight.diagnosis_of",
        "teaching.past_preview": SCENE,
        "teaching.cockpit": SCENE,
        "teaching.wall": "teaching.cockpit",
        "teaching.live_pupil": "teaching.cockpit",
        "teaching.confirm": "teaching.home",
        "teaching.amend": SCENE,
        "teaching.homework": SCENE,
        "learning.pupil": "teaching.live_pupil",
        "learning.work": "insight.pupil",
        "learning.version": "learning.work",
        "learning.homework_pile": "teaching.homework",
        "learning.homework_of": "learning.homework_pile",
    },
    "mals": {
        **TEACHER,
        **REVIEWS,
        "teaching.period": "teaching.class_ledger",
        "resources.place_tool": "teaching.period",
        "teaching.amend": "teaching.period",
        "insight.pupil": "registry.pupil",
        "insight.pupil_graph": "insight.pupil",
    },
    "lin": {
        **TEACHER,
        **REVIEWS,
        **WITH_A_COURSE,
        "insight.class": "insight.home",
        **OF_CLASS,
        "insight.pupil": "registry.pupil",
        "insight.pupil_graph": "insight.pupil",
    },
    "admin": {
        **ADMIN,
        **USES_TOOLS,
        **WORDS,
        "registry.import": SCENE,
        "teaching.period": "governance.class",
        "teaching.past_preview": "teaching.past",
        "teaching.offering": "teaching.home",
        "teaching.add_period": "teaching.offering",
        "teaching.replan": "teaching.offering",
        "teaching.amend": "teaching.period",
        "teaching.homework_list": "teaching.offering",
        "insight.class": "teaching.period",
        "insight.home": "insight.class",
        "insight.diagnosis_of": "governance.desk",
        "insight.action": "insight.diagnosis_of",
    },
    "admin7": {
        **ADMIN,
        "insight.diagnosis_of": "governance.desk",
        "governance.ask_page": "governance.desk",
        "resources.adopt": "resources.resource",
        "resources.end": "resources.ours",
    },
    # of a senior school, where programs may run on the school's server
    "admin10": {
        "portal.home": START,
        "registry.classes": "portal.home",
        "learning.notebook": "registry.classes",
    },
    "head": {
        "governance.desk": START,
        **supermarket("governance.desk"),
        **APPOINTS,
        **USES_TOOLS,
        "insight.coverage_of": "governance.desk",
        "governance.gains": "governance.desk",
        **reporting("governance.desk"),
        **protecting("governance.desk"),
        "trust.erasures": "trust.protect",
        "registry.alliances": "governance.desk",
        "registry.propose_alliance": "registry.alliances",
        "registry.my_schools": "governance.desk",
        "registry.account": "governance.desk",
        **ACCOUNT,
        **WATCHES,
        "governance.classes": "governance.desk",
        "governance.class": "governance.desk",
        "teaching.period": "governance.class",
        "teaching.home": "teaching.period",
        "teaching.class_ledger": "teaching.home",
        "teaching.pupil_ledger": "teaching.class_ledger",
        "teaching.offering": "teaching.home",
        "teaching.homework_list": "teaching.offering",
        "teaching.homework": SCENE,
        "insight.class": SCENE,
        "insight.home": "insight.class",
        **LEARNING,
        **EXAMS,
        **DIAGNOSIS,
        "insight.action": "insight.diagnosis_of",
        "registry.classes": "governance.desk",
        "registry.groups": "registry.classes",
        "registry.roster": "registry.classes",
        "registry.pupil": "registry.roster",
        "trust.holds": "registry.pupil",
        "registry.calendar": "registry.classes",
        "trust.slips": "registry.classes",
        "registry.staff": "governance.desk",
        "curriculum.shelf": "governance.desk",
        **COURSES,
    },
    "district": {**OFFICER, **STRICTER, "registry.calendar": "registry.place"},
    "city": OFFICER,
}
