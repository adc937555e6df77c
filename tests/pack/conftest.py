"""The site that packs are asked of."""

from tests.web.conftest import site

__all__ = ["site"]
