"""Fixtures of these tests: the house that a module shares."""

from tests.support.town import lasting_database, town

__all__ = ["lasting_database", "town"]
