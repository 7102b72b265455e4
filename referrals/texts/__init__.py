"""What referrals says to persons: every code in zh-CN and en."""

from referrals.texts import arrivals, referrals
from web.words import Catalogue

TEXTS: Catalogue = {**arrivals.TEXTS, **referrals.TEXTS}
