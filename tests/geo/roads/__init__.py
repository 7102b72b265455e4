"""Tests of geo/roads."""
