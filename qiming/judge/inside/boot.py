"""The first thing that runs in the sandbox: gives up what rights are left, takes on the limits, becomes the program.

python boot.py '<limits as JSON>' <module>: nothing a program does afterwards can take the limits off again.
"""

import builtins
import importlib
import json
import os
import resource
import sys

MB = 1 << 20


def give_up_rights(uid):
    """Where the sandbox was built by root: become nobody's number, for good."""
    if uid:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)


def limit(limits):
    cpu_s = limits["cpu_s"]
    for what, soft, hard in (
        (resource.RLIMIT_CPU, cpu_s, cpu_s + 1),
        (resource.RLIMIT_AS, limits["address_mb"] * MB, limits["address_mb"] * MB),
        (resource.RLIMIT_FSIZE, limits["file_mb"] * MB, limits["file_mb"] * MB),
        (resource.RLIMIT_NOFILE, limits["open_files"], limits["open_files"]),
        (resource.RLIMIT_NPROC, limits["tasks"], limits["tasks"]),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_STACK, 64 * MB, 64 * MB),
    ):
        resource.setrlimit(what, (soft, hard))


def main():
    limits = json.loads(sys.argv[1])
    give_up_rights(limits["uid"])
    limit(limits)
    builtins.exit = builtins.quit = sys.exit  # what `site` would have brought
    os.chdir("/work")
    module, sys.argv = sys.argv[2], sys.argv[:1]
    sys.path[:0] = ["/judge", "/lab", *limits["paths"]]
    importlib.import_module(module).main()


main()
