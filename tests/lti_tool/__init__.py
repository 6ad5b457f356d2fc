"""A small learning tool of somebody else, for trying the platform out: an exercise, its score, what a teacher may choose.

It speaks LTI 1.3 by PyLTI1p3 (the maintained fork), so what it believes and refuses is that library's, not ours.

In a browser journey (`tests/journeys`):

    from tests.lti_tool.server import running

    with running() as tool:                       # a free port; or `python -m tests.lti_tool --port 8765`
        tool.base                                 # "http://127.0.0.1:<port>"
        tool.base + "/register"                   # its dynamic registration: type it at /lti/tools/invite/ as `city`,
                                                  # press 打开工具的登记窗口, and the tool has registered itself
        tool.told                                 # every set of launch claims it was told, in order (dicts)
        tool.scores                               # every answer of the platform to a score it sent (HTTP status)

It registers with its public key inside, so the platform needs no `QIMING_OUTWARD` for it. By hand: GET /jwks, /login,
/launch (also the redirect URI), /choose (deep linking); `tool.know(client_id, deployment_id, platform)` tells it the rest.
On the exercise's page: the field `#answer` (7 × 8), the button `#send`; then `#result` says 得分 10 / 10. A teacher sees the
button `#members`. When a teacher comes to choose: two check boxes `name=pick`, the button `#give`.
`#storage` says 平台存储可用 when the platform kept and returned what was put by postMessage (in a frame only).
"""
