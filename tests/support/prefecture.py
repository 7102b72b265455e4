"""The demo prefecture in a size for tests, generated and imported once per checkout and version of its makers."""

import fcntl
import hashlib
from collections.abc import Callable
from pathlib import Path

import fixtures
from app.config import Config
from app.demo.prefecture.generate import ROADS_FILE, SEED_FILE, generate
from geo.roads.importer import import_roads

ROOT = Path(__file__).parent.parent.parent
SCALE = 0.08
ANDORRA = ROOT.parent / "shared" / "data" / "osm" / "andorra.osm.pbf"


def small() -> Path:
    """The folder with the prefecture's file and `roads`."""
    return _made("small", lambda folder: generate(folder, scale=SCALE), ROOT / "app/demo/prefecture")


def andorra() -> Path:
    """Andorra's real roads with the stations and facilities of fixtures/, where the extract is at hand."""

    def make(folder: Path) -> None:
        (folder / ROADS_FILE).symlink_to(ANDORRA.resolve())
        (folder / SEED_FILE).write_bytes(fixtures.read("andorra.json"))

    return _made("andorra", make, ROOT / "fixtures")


def _made(name: str, make: Callable[[Path], object], makers: Path) -> Path:
    """A folder with a prefecture's file and `roads`, made anew when what makes it has changed."""
    sources = [
        path
        for folder in (makers, ROOT / "geo" / "roads")
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".py", ".json"}
    ]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    folder = ROOT / ".cache" / f"{name}-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / SEED_FILE).exists():
            make(folder)
        if not (folder / "roads").exists():
            import_roads(folder / ROADS_FILE, folder / "roads", lambda stage, done, total: None)
    return folder


def config(folder: Path, data: Path, database: str) -> Config:
    """A configuration that uses the imported roads and keeps everything else in `data`."""
    (data / "roads").symlink_to(folder / "roads")
    (data / "prefecture").symlink_to(folder)
    return Config(data=data, database=database, port=0, demo=True)
