"""`python -m tests.lti_tool --port 8765`: the tool until it is interrupted."""

import argparse
import time

from tests.lti_tool.server import running

parser = argparse.ArgumentParser(prog="python -m tests.lti_tool")
parser.add_argument("--port", type=int, default=0)
asked = parser.parse_args()
with running(asked.port) as tool:
    print(f"{tool.base}  自动登记地址：{tool.base}/register", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass
