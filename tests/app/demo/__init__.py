"""Tests of the demo prefecture."""
