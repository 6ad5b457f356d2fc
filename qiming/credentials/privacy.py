"""The classes of the room's fields."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3

GIVEN = l3("证书")
PLACES = l1("机构与校历")

classify(
    "credentials",
    {
        "Issuer": {PLACES: "place_id url name", RUNNING: "code"},
        "SigningKey": {l3("登录凭证"): "sealed", RUNNING: "issuer kind public retired_at"},
        "Achievement": {RUNNING: "key digest body is_current"},
        "StatusList": {RUNNING: "issuer code taken document"},
        "Certificate": {
            GIVEN: "recipient_kind recipient_id shows_name document token reason",
            l2("证书"): "about_kind about_id about_title valid_from valid_until revoked_at",
            l3("教职工"): "issued_by revoked_by",
            RUNNING: "code issuer achievement status_list status_index",
        },
    },
)
