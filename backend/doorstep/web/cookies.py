"""The session's cookie: no script reads it, no other site sends it."""

from __future__ import annotations

from litestar.datastructures import Cookie

from doorstep.web.wiring import Web


def session_cookie(web: Web, token: str) -> Cookie:
    """The cookie that carries a session's token, for as long as the session lives."""
    return _cookie(web, token, web.office.session_hours * 3600)


def no_session_cookie(web: Web) -> Cookie:
    """The cookie that makes a browser forget its session."""
    return _cookie(web, "", 0)


def _cookie(web: Web, token: str, max_age_seconds: int) -> Cookie:
    return Cookie(
        key=web.settings.session_cookie,
        value=token,
        path="/",
        max_age=max_age_seconds,
        httponly=True,
        secure=web.settings.is_secure,
        samesite="strict",
    )
