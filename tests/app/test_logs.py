"""Logs: what cannot be written is lost, and the work that it tells of goes on."""

import io
import sys

import pytest

from app.logs import StandardError


@pytest.mark.parametrize("closed", [True, False])
def test_a_log_that_cannot_be_written_fails_nobody(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    broken = io.StringIO() if closed else Full()
    if closed:
        broken.close()
    monkeypatch.setattr(sys, "stderr", broken)
    StandardError().error("something happened")


def test_a_record_goes_where_standard_error_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    written, logger = io.StringIO(), StandardError()
    monkeypatch.setattr(sys, "stderr", written)
    logger.info("one")
    assert written.getvalue() == "one\n"
