"""README's one call, from ring to the crew's arrival: exactly its commands, pasted into a shell."""

import re
import subprocess
from pathlib import Path

from tests.support.cli import environment, serving
from tests.support.prefecture import ROOT, config

BASH = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_readme_leads_from_ring_to_the_crews_arrival(small_prefecture: Path, tmp_path: Path) -> None:
    blocks = BASH.findall((ROOT / "README.md").read_text("utf-8"))
    assert len(blocks) == 6
    settings = config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))
    with serving(settings.data, "--demo", "--quiet") as port:
        pasted = subprocess.run(
            ["bash", "-eu", "-o", "pipefail"],
            input="\n".join(blocks),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=ROOT,
            env=environment(PORT=str(port), DATA=str(settings.data), TMPDIR=str(tmp_path)),
            check=False,
        )
    assert pasted.returncode == 0, pasted.stdout + pasted.stderr
    lines = pasted.stdout.splitlines()
    assert "unit now: True" in lines
    assert "胸外按压" in pasted.stdout
    assert any(
        re.fullmatch(r"梧急\d+ PTC \['applied', 'applied', 'applied', 'applied'\]", line) for line in lines
    )
    told = [line.rpartition(" ")[2] for line in lines if line.endswith(".v1")]
    assert told[0] == "incident.opened.v1"
    assert told.count("assignment.stamped.v1") == 4
