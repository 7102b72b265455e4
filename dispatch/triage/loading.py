"""Protocol files -> ProtocolSet: read, decoded, checked. A set that is not sound does not load.

A folder holds `set.toml` (version, order of complaints, citations), `advice.toml` (code -> text), `key.toml`
(questions and rules of every call) and one file for each complaint.
"""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec
from msgspec import Struct

from dispatch.triage.protocol import Complaint, Line, Text, TriageError

T = TypeVar("T")
KEY = "key"


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """`set.toml`: the version its authors give, the complaints in the order shown, the citations by id."""

    version: Line
    complaints: tuple[str, ...]
    sources: Mapping[str, Line]


class ProtocolSet(Struct, frozen=True):
    """Everything loaded; `version` ends in a digest of the files: a silent edit shows in every record."""

    version: str
    sources: Mapping[str, str]
    advice: Mapping[str, Text]
    key: Complaint
    complaints: Mapping[str, Complaint]


def default_folder() -> Traversable:
    return files("dispatch.triage") / "protocols"


def read_set(folder: Traversable) -> ProtocolSet:
    """Decodes every file of `folder`. Raises TriageError `protocol-unreadable`, `protocol-misnamed`,
    `protocol-missing` or `protocol-not-listed`, naming the file."""
    contents = {
        entry.name.removesuffix(".toml"): entry.read_bytes()
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    }
    header = _decode(contents, "set", Header)
    advice = _decode(contents, "advice", dict[str, Text])
    key = _complaint(contents, KEY)
    complaints = {name: _complaint(contents, name) for name in header.complaints}
    for name in contents.keys() - {"set", "advice", KEY, *header.complaints}:
        raise TriageError("protocol-not-listed", f"{name}.toml")
    version = f"{header.version}+{_digest(contents)}"
    return ProtocolSet(version, header.sources, advice, key, complaints)


def _complaint(contents: Mapping[str, bytes], name: str) -> Complaint:
    complaint = _decode(contents, name, Complaint)
    if complaint.id != name:
        raise TriageError("protocol-misnamed", f"{name}.toml", id=complaint.id)
    return complaint


def _decode(contents: Mapping[str, bytes], name: str, shape: type[T]) -> T:
    if name not in contents:
        raise TriageError("protocol-missing", f"{name}.toml")
    try:
        return msgspec.toml.decode(contents[name], type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TriageError("protocol-unreadable", f"{name}.toml", detail=str(error)) from error


def _digest(contents: Mapping[str, bytes]) -> str:
    """Line ends are evened out first, for a checkout on another system must give the same version."""
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:12]
