"""The classes of registry's fields."""

from qiming.kernel.privacy import RUNNING, classify, l1, l3

PLACES = l1("机构与校历")
IDENTITY = l3("人员身份")
ENROLMENT = l3("学籍归属")
FAMILY = l3("监护关系")
STAFF = l3("教职工")
WAY_IN = l3("登录凭证")

classify(
    "registry",
    {
        "Organisation": {
            PLACES: "kind name parent step stages grade class_no official_code adcode authority closed_on "
            "first_year last_year",
            RUNNING: "is_synthetic",
        },
        "SchoolYear": {PLACES: "key starts_on ends_on source verified"},
        "Term": {PLACES: "school_year organisation no starts_on ends_on source verified"},
        "Holiday": {PLACES: "organisation date label makeup_weekday source verified"},
        "PeriodSlot": {PLACES: "school stage no starts ends label"},
        "Person": {IDENTITY: "name", RUNNING: "is_synthetic renamed_at"},
        "Account": {
            IDENTITY: "username person kind",
            WAY_IN: "password last_login is_active must_change_password",
        },
        "Employment": {STAFF: "person school alliance starts_on ends_on"},
        "RoleGrant": {STAFF: "person role organisation starts_on ends_on"},
        "ClassMembership": {
            ENROLMENT: "person class_group seat_no pupil_number_digest pupil_number_tail has_moved_away "
            "starts_on ends_on"
        },
        "Alliance": {PLACES: "kind name lead starts_on ends_on", STAFF: "proposed_by"},
        "AllianceMember": {PLACES: "alliance school state starts_on ends_on", STAFF: "answered_by"},
        "Promotion": {
            ENROLMENT: "kept_back done",
            STAFF: "confirmed_by undone_by choices",
            PLACES: "school school_year takes_effect_on makes_empty_classes",
            RUNNING: "state applied_at",
        },
        "TimetableImport": {
            STAFF: "uploaded_by rows problems file_name file_sha256",
            PLACES: "school school_year term_no",
            RUNNING: "counts state applied_at",
        },
        "TimetableLine": {
            STAFF: "teacher",
            PLACES: "place school_year term_no weekday slot_no course first_week last_week parity",
        },
        "Transfer": {
            ENROLMENT: "person from_school to_school typed_name typed_class note",
            STAFF: "asked_by released_by released_as closed_by closed_at",
            RUNNING: "state",
        },
        "StaffInvitation": {
            STAFF: "school username person asked_by state works_until expires_on answered_at"
        },
        "GroupMembership": {ENROLMENT: "person group seat_no starts_on ends_on"},
        "Guardianship": {FAMILY: "guardian ward relation starts_on ends_on"},
        "RosterImport": {
            ENROLMENT: "file_name rows problems wrong_rows file_sha256 stamp",
            STAFF: "uploaded_by applied_by",
            RUNNING: "school counts state applied_at",
        },
        "RosterSource": {PLACES: "place name"},
        "ExternalId": {IDENTITY: "sourced_id target_id", RUNNING: "source kind modified_at"},
        "RosterPackage": {
            ENROLMENT: "file_name file_sha256 samples stamp",
            STAFF: "uploaded_by by_account applied_by",
            RUNNING: "place source version files state cursor counts guard notes refusal good_rows_only "
            "ends_confirmed is_synthetic applied_at",
        },
        "PackageProgress": {RUNNING: "package what done total at"},
        "PackageFinding": {ENROLMENT: "value", RUNNING: "package file line column reason level by_reading"},
        "StagedOrg": {
            PLACES: "sid name kind code parent_sid parent_id place_id",
            RUNNING: "package line gone modified fate",
        },
        "StagedClass": {
            PLACES: "sid kind title grade class_no school_sid school_id place_id",
            RUNNING: "package line gone modified fate",
        },
        "StagedUser": {
            IDENTITY: "sid kind name username person_id",
            ENROLMENT: "digest tail",
            RUNNING: "package line gone modified fate enabled known",
        },
        "StagedRole": {
            STAFF: "sid user_sid org_sid role kind person_id place_id",
            RUNNING: "package line gone modified fate",
        },
        "StagedEnrollment": {
            ENROLMENT: "sid class_sid user_sid role starts ends given seat class_id class_kind person_id member_id",
            RUNNING: "package line gone modified fate",
        },
        "StagedAgent": {FAMILY: "user_sid agent_sid guardian_id ward_id", RUNNING: "package line"},
        "StagedEnd": {ENROLMENT: "target_id person_id school_id", RUNNING: "package kind"},
        "ClassCard": {WAY_IN: "person token_serial token_hash pin_serial wrong_tries locked_at issued_at"},
        "FamilyCode": {FAMILY: "ward", WAY_IN: "code_hash expires_at used_at", STAFF: "given_by"},
        "SignInFailure": {WAY_IN: "key failures window_started_at locked_until"},
        "Session": {
            WAY_IN: "session_key session_data expire_date account way device started_at seen_at idle_minutes "
            "proven_at has_second_factor period_id"
        },
        "AccountNotice": {WAY_IN: "account what reason by seen_at"},
        "EmergencyPower": {
            STAFF: "holder role power place reason starts_at ends_at ended_at reviewed_by reviewed_at",
            IDENTITY: "subject",
            WAY_IN: "session_id",
        },
    },
)
