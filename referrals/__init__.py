"""Facilities, notices and handover, tiered referrals, follow-up."""
