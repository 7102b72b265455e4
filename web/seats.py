"""Seats: several people signed in from one browser, each with a session cookie of their own.

A page says which seat it is with a header on its calls, and in the query where a browser lets it set no header: on
sockets, event streams, and addresses that are images or downloads. Without either it is the browser's one session.
"""

import re

from aiohttp import web

from web.errors import Malformed

COOKIE = "jiuhu_session"
HEADER = "Jiuhu-Seat"
QUERY = "seat"
LONGEST = 40
_NAME = re.compile(rf"[a-z0-9-]{{1,{LONGEST}}}")


def cookie_name(request: web.Request) -> str:
    """The cookie that holds the session of the seat that asks. Malformed when the seat's name is none."""
    seat = request.headers.get(HEADER) or request.query.get(QUERY)
    if not seat:
        return COOKIE
    if not _NAME.fullmatch(seat):
        raise Malformed("seat-malformed", limit=LONGEST)
    return f"{COOKIE}_{seat}"
