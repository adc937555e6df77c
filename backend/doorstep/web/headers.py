"""What every answer tells the browser not to do: the strictest headers that the pages can live with."""

from __future__ import annotations

from typing import Any

RawHeaders = list[tuple[bytes, bytes]]

PHONE_PREFIX = "/door/"

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The phone shows a photo before it is sent, from memory; it has a service worker and a manifest.
PHONE_CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NOTHING_PERMITTED = "camera=(), geolocation=(), microphone=(), payment=(), screen-wake-lock=(), usb=()"
PHONE_PERMITTED = "camera=(self), geolocation=(self), microphone=(), payment=(), screen-wake-lock=(self), usb=()"


def _raw(headers: dict[str, str]) -> RawHeaders:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class SafeHeaders:
    """Adds the headers to an answer. What a route has set for itself stands."""

    def __init__(self, is_secure: bool) -> None:
        always = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        if is_secure:
            always["Strict-Transport-Security"] = "max-age=63072000"
        self._office = _raw(
            {**always, "Content-Security-Policy": CONTENT_SECURITY, "Permissions-Policy": NOTHING_PERMITTED}
        )
        self._phone = _raw(
            {**always, "Content-Security-Policy": PHONE_CONTENT_SECURITY, "Permissions-Policy": PHONE_PERMITTED}
        )

    def add(self, path: str, start: Any) -> None:
        """Add to an ASGI `http.response.start` message for this path."""
        wanted = self._phone if path.startswith(PHONE_PREFIX) or path == "/door" else self._office
        held = list(start.get("headers", ()))
        names = {name.lower() for name, _ in held}
        held += [header for header in wanted if header[0] not in names]
        start["headers"] = held
