"""A road folder on disk: versioned manifest, arrays, names, places, and the order of the compiled index.

    manifest.json   format version, counts, hashes, source file, writer, datum
    arrays.npz      every array of RoadNetwork
    names.json      road names        places.json   named places
    order.u32       node order of the compiled index, little-endian (absent where it was not computed)

A folder is written beside its place and renamed, so a reader sees the old one or the new one. Loading checks
everything that it reads; what does not fit raises RoadsUnreadable, whose fact `advice` says to import again.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from geo.errors import RoadsUnreadable
from geo.places import NamedPlace
from geo.roads.network import RoadName, RoadNetwork

FORMAT_VERSION: Final = 2
WRITER: Final = "jiuhu-roads/1"
_ADVICE: Final = "import-again"
_ARRAYS: Final = tuple(f.name for f in fields(RoadNetwork) if f.name != "names")

Order = NDArray[np.uint32]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The header of a road folder. `graph` hashes all arrays and names; `topology` only what an order depends
    on.
    """

    format: int
    writer: str
    datum: str
    source: str
    source_sha256: str
    junctions: int
    arcs: int
    pieces: int
    restrictions: int
    places: int
    topology: str
    graph: str
    places_sha256: str


def topology_hash(network: RoadNetwork) -> str:
    """SHA-256 over tail and head of every arc."""
    return _hash(network.arc_tail, network.arc_head)


def graph_hash(network: RoadNetwork) -> str:
    """SHA-256 over everything an answer depends on: the name of a graph version."""
    names = np.frombuffer(msgspec.json.encode(network.names), dtype=np.uint8)
    return _hash(names, *(getattr(network, name) for name in _ARRAYS))


def _hash(*arrays: NDArray[np.generic]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).view(np.uint8).data if array.size else b"")
    return digest.hexdigest()


def save(
    directory: Path,
    network: RoadNetwork,
    *,
    places: Sequence[NamedPlace] = (),
    order: Order | None = None,
    source: str = "",
    source_sha256: str = "",
) -> Manifest:
    """Write a road folder, replacing one that is there. `order` has shape (junctions,)."""
    encoded_places = msgspec.json.encode(list(places))
    manifest = Manifest(
        format=FORMAT_VERSION,
        writer=WRITER,
        datum="WGS-84",
        source=source,
        source_sha256=source_sha256,
        junctions=network.junction_count,
        arcs=network.arc_count,
        pieces=network.piece_count,
        restrictions=len(network.restriction_kind),
        places=len(places),
        topology=topology_hash(network),
        graph=graph_hash(network),
        places_sha256=hashlib.sha256(encoded_places).hexdigest(),
    )
    directory.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        np.savez(fresh / "arrays.npz", allow_pickle=False, **{n: getattr(network, n) for n in _ARRAYS})
        (fresh / "names.json").write_bytes(msgspec.json.encode(network.names))
        (fresh / "places.json").write_bytes(encoded_places)
        if order is not None:
            order.astype("<u4").tofile(fresh / "order.u32")
        (fresh / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        fresh.chmod(0o755)  # mkdtemp gives a folder that only its maker may read
        _replace(fresh, directory)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return manifest


def _replace(fresh: Path, directory: Path) -> None:
    """Put `fresh` in the place of `directory`; a folder cannot be renamed over a filled one in one step."""
    if not directory.exists():
        fresh.rename(directory)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent))
    os.replace(directory, old)
    try:
        fresh.rename(directory)
    except OSError:
        os.replace(old, directory)
        raise
    shutil.rmtree(old, ignore_errors=True)


def load_manifest(directory: Path) -> Manifest:
    """The header of a road folder; RoadsUnreadable where there is none, or one of another version."""
    try:
        raw = (directory / "manifest.json").read_bytes()
    except OSError:
        raise RoadsUnreadable("roads-missing", file=directory.name, advice=_ADVICE) from None
    try:
        version = msgspec.json.decode(raw, type=dict[str, object]).get("format")
        if version != FORMAT_VERSION:
            raise RoadsUnreadable(
                "roads-other-version",
                file=directory.name,
                found=str(version),
                want=FORMAT_VERSION,
                advice=_ADVICE,
            )
        return msgspec.json.decode(raw, type=Manifest)
    except msgspec.MsgspecError:
        raise _damaged(directory, "manifest.json") from None


def load_network(directory: Path) -> tuple[RoadNetwork, Manifest]:
    """The network of a road folder, checked against its hashes."""
    manifest = load_manifest(directory)
    try:
        names = msgspec.json.decode((directory / "names.json").read_bytes(), type=tuple[RoadName, ...])
        # opened here, because numpy leaves a damaged file open
        with (directory / "arrays.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            network = RoadNetwork(**{name: stored[name] for name in _ARRAYS}, names=names)
        intact = graph_hash(network) == manifest.graph and topology_hash(network) == manifest.topology
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError):
        raise _damaged(directory, "arrays.npz") from None
    if not intact:
        raise _damaged(directory, "arrays.npz")
    return network, manifest


def load_order(directory: Path, manifest: Manifest) -> Order | None:
    """The saved node order, or None where the import had no compiled index to make one."""
    path = directory / "order.u32"
    if not path.exists():
        return None
    order: Order = np.fromfile(path, dtype="<u4")
    if len(order) != manifest.junctions or not np.array_equal(np.sort(order), np.arange(manifest.junctions)):
        raise _damaged(directory, "order.u32")
    return order


def load_places(directory: Path) -> list[NamedPlace]:
    """The named places of a road folder."""
    manifest = load_manifest(directory)
    try:
        raw = (directory / "places.json").read_bytes()
        if hashlib.sha256(raw).hexdigest() != manifest.places_sha256:
            raise _damaged(directory, "places.json")
        return msgspec.json.decode(raw, type=list[NamedPlace])
    except (OSError, msgspec.MsgspecError):
        raise _damaged(directory, "places.json") from None


def _damaged(directory: Path, part: str) -> RoadsUnreadable:
    return RoadsUnreadable("roads-damaged", file=directory.name, part=part, advice=_ADVICE)
