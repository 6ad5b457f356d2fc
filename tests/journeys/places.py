"""Which pages each role reaches, each by a link on another page of its own: role → page → the page with the link.

`START` stands for the page somebody lands on after signing in. A page that a role may open but no link leads to,
or a link that leads where the role has no business, fails `test_pages.py`.
"""

import re

START = "start"
HREF = re.compile(r'<a\b[^>]*?\bhref="([^"#]*)')
# Links that hand over a file or a picture instead of a page.
FILES = frozenset(
    {
        "registry.template",
        "registry.wrong_rows",
        "teaching.past_template",
        "teaching.photo",
        "governance.export",
        "curriculum.media",
        "curriculum.dataset_file",
    }
)
