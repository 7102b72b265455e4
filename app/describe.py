"""`python -m app.describe FOLDER`: what the pages are built from, written without a running service.

`openapi.json` is the description that a service would serve; `texts.json` holds every sentence of the catalogues and
the words that stand for codes in them. A house is built for it on a small made prefecture in a temporary folder, so
that nothing can be described that is not served. A file whose content is the same keeps its time.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from app.compose import build_house
from app.config import Config
from app.demo import setup as demo
from app.demo.prefecture.generate import generate
from dispatch.texts.words import WORD_ARGS, WORDS
from geo.roads.travel import TravelTimes
from ledger.clock import SystemClock
from ledger.storage.open import open_storage
from referrals.texts import words as referral_words
from web.openapi import describe

SCALE = 0.01
"""Of the demo prefecture: the description does not depend on how many villages there are."""


async def describe_house(folder: Path) -> dict[str, Any]:
    """Both documents by file name; the house is made in `folder`."""
    config = Config(data=folder, database=str(folder / "jiuhu.db"), port=0, demo=True)
    generate(config.prefecture, scale=SCALE)
    seed = demo.make_files(config, lambda stage, done, total: None)
    storage = await open_storage(config.database)
    try:
        await demo.fill(config, storage, seed)
        house = await build_house(config, storage, SystemClock(), TravelTimes.load)
    finally:
        await storage.close()
    return {
        "openapi.json": describe(house.routes, config.web),
        "texts.json": {
            "sentences": house.words.sentences,
            "words": {**WORDS, **referral_words.WORDS},
            "word_args": sorted(WORD_ARGS | referral_words.WORD_ARGS),
        },
    }


def main() -> None:
    """Write what has changed into the folder that the command line names."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        documents = asyncio.run(describe_house(Path(folder)))
    for name, document in documents.items():
        file, content = target / name, msgspec.json.format(msgspec.json.encode(document), indent=1)
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)


if __name__ == "__main__":
    main()
