"""The samples of docs/webhooks.md do what the page says: taken from the page, and run."""

import asyncio
import json
import os
import re
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.enrol import id_of
from integrations.webhooks import signing
from ledger.kinds.words import Role
from tests.integrations.receiver import receiving
from tests.support.house import API, RunningHouse
from tests.support.scenes import machine, open_incident

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"
SAMPLE = re.compile(r"<!-- sample: (?P<name>\S+) -->\n```\w+\n(?P<text>.*?)```", re.DOTALL)
SAMPLES = {found["name"]: found["text"] for found in SAMPLE.finditer(PAGE.read_text("utf-8"))}
BODY = '{"type":"notice.sent.v1","data":{"名":"甲 \\n"}}\n'
LANGUAGES = ("verify.py", "verify.js", "verify.sh")


def node() -> str:
    """The Node of this environment, or the machine's."""
    beside = Path(sys.executable).parent / "node"
    found = str(beside) if beside.exists() else shutil.which("node")
    assert found, "Node is needed to try the JavaScript sample: the group `console` brings one"
    return found


def command(name: str, folder: Path) -> list[str]:
    file = folder / name
    file.write_text(SAMPLES[name], "utf-8")
    return [{"py": sys.executable, "js": node(), "sh": "bash"}[name.rpartition(".")[2]], str(file)]


async def run(arguments: list[str], body: str = "", **environment: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], **environment},
    )
    out, _ = await process.communicate(body.encode())
    assert process.returncode is not None
    return process.returncode, out.decode()


def environment_of(headers: Any) -> dict[str, str]:
    return {name.upper().replace("-", "_"): value for name, value in headers.items()}


def test_the_page_has_all_samples() -> None:
    assert set(SAMPLES) == {*LANGUAGES, "register", "dead", "retry", "rotate"}


@pytest.mark.parametrize("name", LANGUAGES)
async def test_a_verifier_takes_what_is_ours_and_refuses_all_else(name: str, tmp_path: Path) -> None:
    words, now = command(name, tmp_path), datetime.now(UTC)
    secret, other = signing.new_secret(), signing.new_secret()
    good = environment_of(signing.headers([secret], "id-1", now, BODY))
    both = environment_of(signing.headers([other, secret], "id-1", now, BODY))
    late = environment_of(signing.headers([secret], "id-1", now - timedelta(minutes=10), BODY))
    early = environment_of(signing.headers([secret], "id-1", now + timedelta(minutes=10), BODY))
    cases = {
        "good": (good, BODY, secret, 0),
        "rotated": (both, BODY, secret, 0),
        "changed body": (good, BODY + " ", secret, 1),
        "other secret": (good, BODY, other, 1),
        "other id": (good | {"WEBHOOK_ID": "id-2"}, BODY, secret, 1),
        "old": (late, BODY, secret, 1),
        "early": (early, BODY, secret, 1),
        "crooked time": (good | {"WEBHOOK_TIMESTAMP": "today"}, BODY, secret, 1),
        "no signature": (good | {"WEBHOOK_SIGNATURE": "v1,"}, BODY, secret, 1),
    }
    found = {
        case: (await run(words, body, SECRET=key, **headers))[0]
        for case, (headers, body, key, _) in cases.items()
    }
    assert found == {case: wanted for case, (_, _, _, wanted) in cases.items()}


async def curl(name: str, **environment: str) -> Any:
    status, out = await run(["bash", "-c", SAMPLES[name]], **environment)
    assert status == 0, out
    return json.loads(out)


async def test_the_commands_register_show_retry_and_rotate(house: RunningHouse, tmp_path: Path) -> None:
    """And what comes is taken by the verifier of the page."""
    client, _ = await machine(house, Role.INTEGRATION, id_of("organisation", "WZ-120"))
    token = client.session.headers["Authorization"].removeprefix("Bearer ")
    dispatcher = await house.sign_in("dispatcher")
    known = {"JIUHU": house.base + API, "TOKEN": token}
    async with receiving() as receiver:
        made = await curl("register", RECEIVER=receiver.url, **known)
        everything = await client.post("/webhooks", {"url": receiver.url})
        await open_incident(dispatcher, house)
        (got, *_) = await receiver.has(1)
        named = {name: got.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        words = command("verify.py", tmp_path)
        status, _ = await run(words, got.body.decode(), SECRET=everything["secret"], **environment_of(named))
        assert status == 0
        assert made["webhook"]["kinds"] == ["notice.sent.v1", "offer.made.v1"]
        known |= {"WEBHOOK": everything["id"]}
        assert (await curl("dead", **known))["deliveries"] == []
        turned = await curl("rotate", **known)
        assert turned["secret"] != everything["secret"]
    async with receiving(answer=lambda got: 500) as broken:
        webhook = await client.post("/webhooks", {"url": broken.url})
        await open_incident(dispatcher, house)
        await broken.has(1)
        waiting = (await client.get(f"/webhooks/{webhook['id']}/deliveries", state="waiting"))["deliveries"]
        known |= {"WEBHOOK": webhook["id"], "DELIVERY": waiting[-1]["id"]}
        again = await curl("retry", **known)
        assert again["id"] == waiting[-1]["id"]
        assert again["state"] == "waiting"
