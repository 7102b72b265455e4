"""Tests of what speaks to other systems, over real sockets."""
