"""Tests of the room referrals."""
