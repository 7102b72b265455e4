"""Tests of dispatch/triage."""
