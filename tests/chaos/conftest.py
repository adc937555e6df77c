"""The built phone, as the browser's tests have it."""

from __future__ import annotations

from tests.browser.conftest import built_phone

__all__ = ["built_phone"]
