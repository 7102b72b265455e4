"""The use cases of referrals: one function each, on the desk of `context`."""
