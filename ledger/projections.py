"""Projectors of the entries that the ledger itself owns."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from ledger import deadlines, streams
from ledger.book import Entry, Projector
from ledger.kinds.base import Kind
from ledger.kinds.common import DeadlinePassed, ReaderAdmitted, ReaderReleased


def _reader_admitted(connection: Connection, written: Entry) -> None:
    said = written.said
    assert isinstance(said, ReaderAdmitted)
    streams.admit(connection, written.stream_id, said.reader_id, written.number, said.because)


def _reader_released(connection: Connection, written: Entry) -> None:
    said = written.said
    assert isinstance(said, ReaderReleased)
    streams.release(connection, written.stream_id, said.reader_id, written.number)


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    ReaderAdmitted: (_reader_admitted,),
    ReaderReleased: (_reader_released,),
    DeadlinePassed: (deadlines.mark_passed,),
}
