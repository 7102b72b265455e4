"""Where is it, and how long does the road take? Pure: no database, no HTTP, no calls."""
