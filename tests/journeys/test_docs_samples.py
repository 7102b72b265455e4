"""docs/for-*.md do what they say: each page's scripts are saved, its commands pasted into a shell, from top to end."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import environment, serving
from tests.support.node import INSTALL, find_node
from tests.support.prefecture import ROOT, config

FENCE = re.compile(r"(?:^<!-- sample: (\S+) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = ("for-hospitals.md", "for-vehicles.md", "for-consoles.md")
SUFFIXES = {"python": ".py", "javascript": ".mjs"}
WITHIN_S = 180


def read(page: str, folder: Path) -> str:
    """The page's commands as one paste; its scripts are saved into the folder, each under the name it is given."""
    commands = []
    for name, language, text in FENCE.findall((ROOT / "docs" / page).read_text("utf-8")):
        if language == "bash":
            commands.append(text)
            continue
        assert Path(name).suffix == SUFFIXES[language], f"{page}: a sample that nobody tries: {text}"
        (folder / name).write_text(text, "utf-8")
    for script in folder.iterdir():
        assert script.name in "\n".join(commands), f"{page}: {script.name} is never run"
    return "\n".join(commands)


def paste(page: str, data: Path, folder: Path) -> list[str]:
    """The lines that a reader sees who saves and pastes everything on the page, in a demo left to their hands."""
    node = find_node()
    assert node, f"Node is needed to try the JavaScript samples: {INSTALL}"
    commands = read(page, folder)
    path = os.pathsep.join((str(Path(node).parent), str(Path(sys.executable).parent), os.environ["PATH"]))
    with serving(data, "--demo", "--quiet") as port:
        known = environment(JIUHU=f"http://127.0.0.1:{port}/api/v1", PATH=path)
        status, seen, wrong = run(commands, folder, known)
    assert (status, wrong) == (0, ""), f"{seen}\n{wrong}"
    return seen.splitlines()


def run(commands: str, folder: Path, known: dict[str, str]) -> tuple[int, str, str]:
    """A shell's status and what it wrote; whatever it left running is ended with it."""
    with subprocess.Popen(
        ["bash", "-eu", "-o", "pipefail"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=known,
        start_new_session=True,
    ) as shell:
        try:
            seen, wrong = shell.communicate(commands, WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            seen, wrong = shell.communicate()
            wrong += f"not done within {WITHIN_S} s"
    return shell.returncode, seen, wrong


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a reader saves the scripts."""
    made = tmp_path / "reader"
    made.mkdir()
    return made


@pytest.fixture
def data(small_prefecture: Path, tmp_path: Path) -> Path:
    """The data folder of a small demo."""
    return config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db")).data


def has(lines: list[str], *patterns: str) -> None:
    """Each pattern fits a whole line, and these lines stand in this order."""
    rest = iter(lines)
    for pattern in patterns:
        assert any(re.fullmatch(pattern, line) for line in rest), f"{pattern}\nnot in its place in\n{lines}"


def test_a_hospitals_own_system(data: Path, folder: Path) -> None:
    lines = paste("for-hospitals.md", data, folder)
    has(
        lines,
        r' *"role": "hospital-desk",',
        r"\[\('cardiology', 'limited', 1\)\]",
        r"listening \d+",
        r"acknowledged 胸痛两小时 \['chest-pain'\] 梧急\d+ 20\S+Z",
        r"张三 P\d 梧急\d+ TRN [0-9-]+",
        r"strain-reported",
        r"handed-over 20.*Z",
        r"received",
        r"info-requested",
        r"98%",
        r"\w{6} 皮疹一周 declined",
        r"\w{6} 持续胸痛，心电图异常 accepted",
        r"arrived \['outcome', .*\]",
        r"outcome-sent",
        r"\('\w{6}', '两周内上门测血压', '20..-..-..'\)",
        r"closed completed",
        r"\S+\.v1 \w+ \d+",
        r"nothing new: 0",
    )


def test_a_vehicles_own_device(data: Path, folder: Path) -> None:
    lines = paste("for-vehicles.md", data, folder)
    has(
        lines,
        r"梧急201 on available",
        r"2 True",
        r"order for 梧急201 acknowledge by 20.*Z",
        r"ONS \['applied'\]",
        r"ONS \['late', 'repeated'\]",
        r"ONS \['refused'\]",
        r"place True .*[\u4e00-\u9fff].* [A-Z].*",
        r"ONS",
        r"PTC \['applied'\]",
        r"104.0 \[\]",
        r"\['chest-pain'\] \(1, '梧州市人民医院', \d+, True\) .*",
        r"TRN \['applied', 'applied'\]",
        r"ATH \['applied'\]",
        r"胸痛两小时，已建静脉通路 None",
        r"AVR \['applied', 'applied'\]",
        r"available",
        r"order 梧急201",
        r"answer order taken",
        r"answer change taken",
        r"route destination 20\S+Z .+",
    )


def test_a_console_and_an_exchange(data: Path, folder: Path) -> None:
    lines = paste("for-consoles.md", data, folder)
    has(
        lines,
        r"dispatcher dispatcher WZ-120",
        r"the same ring",
        r"missed",
        r"answered 调度员 1 我爸胸口痛",
        r"done",
        r"\('13900000004', 'answered'\)",
        r"\w+ P\d \w+",
        r"True",
        r"1 梧急\d+ \d+ s \['.+'\]",
        r"END taken-back",
        r"open",
        r"held no-unit",
        r"True True \w+",
        r"False",
        r"\('hold-reminder', 'dispatcher'\)",
        r"True",
        r"closed advice-given",
        r"ring_to_answer answer_to_dispatch turnout response",
        r"生成 made at,.+",
        r"\d+ of \d+ .+",
        r"caught up",
        r"fetch again: ring",
        r"incident.opened.v1 by dispatcher",
        r"fetch again: closure",
        r"stream.deadline-passed.v1 by system",
        r"incident.closed.v1 by dispatcher",
    )
