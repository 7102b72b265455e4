"""Who is asking, and how do we answer? Identity, routes, errors, OpenAPI, live streams."""
