"""Tests, one folder for each room; contracts/ and journeys/ across them."""
