"""The demo prefecture in a size for tests, generated and imported once per checkout and version of its makers."""

import fcntl
import hashlib
from pathlib import Path

from app.config import Config
from app.demo.prefecture.generate import ROADS_FILE, SEED_FILE, generate
from geo.roads.importer import import_roads

ROOT = Path(__file__).parent.parent.parent
SCALE = 0.08


def small() -> Path:
    """The folder with the prefecture's file and `roads`."""
    makers = [
        *sorted((ROOT / "app/demo/prefecture").rglob("*.py")),
        *sorted((ROOT / "geo/roads").glob("*.py")),
    ]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in makers)).hexdigest()[:12]
    folder = ROOT / ".cache" / f"prefecture-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / SEED_FILE).exists():
            generate(folder, scale=SCALE)
        if not (folder / "roads").exists():
            import_roads(folder / ROADS_FILE, folder / "roads", lambda stage, done, total: None)
    return folder


def config(folder: Path, data: Path, database: str) -> Config:
    """A configuration that uses the imported roads and keeps everything else in `data`."""
    (data / "roads").symlink_to(folder / "roads")
    (data / "prefecture").symlink_to(folder)
    return Config(data=data, database=database, port=0, demo=True)
