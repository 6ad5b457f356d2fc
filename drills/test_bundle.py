"""The offline installer: made, installed and used where there is no network, upgraded, rolled back, removed."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from benchmarks.machine import ROOT
from qiming.site import bundle

BROKEN = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL("CREATE TABLE half_way (a int); SELECT 1 / 0")]
"""


def make_broken(whole: Path, target: Path) -> Path:
    """The same bundle as a later version whose tables cannot be made."""
    shutil.copytree(whole, target)
    wheel = next(target.glob("wheels/qiming-*.whl"))
    with zipfile.ZipFile(wheel, "a") as archive:
        last = max(name for name in archive.namelist() if re.search(r"kernel/migrations/\d{4}_", name))
        code = BROKEN.replace("0001_initial", Path(last).stem)
        archive.writestr("qiming/kernel/migrations/9999_broken.py", code)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for wanted in target.glob("requirements-*.txt"):
        wanted.write_text(
            re.sub(r"(?m)^(qiming==\S+ --hash=sha256:).*$", rf"\g<1>{digest}", wanted.read_text())
        )
    files = sorted(path for path in target.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(target)}\n" for path in files
    ]
    (target / "SHA256SUMS").write_text("".join(sums))
    return target


@pytest.mark.timeout(900)
def test_a_school_server_without_a_network(tmp_path: Path) -> None:
    made = bundle.make(tmp_path, say=print)
    broken = make_broken(made.folder, tmp_path / "broken")
    namespace = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    if subprocess.run([*namespace, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody make a namespace without a network")
    done = subprocess.run(
        [*namespace, sys.executable, "-m", "drills.offline", made.folder, broken, tmp_path / "server"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.timeout(300)
def test_every_dependency_has_a_wheel_for_arm64(tmp_path: Path) -> None:
    made = bundle.make(tmp_path, machine="arm64", say=print)
    bound = [name for name in made.wheels if not name.endswith("-any.whl")]
    assert bound and all("aarch64" in name for name in bound)
    print(f"{len(made.wheels)} wheels, {len(bound)} of them for this kind of machine, glibc {made.glibc}")
