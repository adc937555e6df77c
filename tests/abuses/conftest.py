"""The site that the abuses of the web are tried on."""

from tests.web.conftest import site

__all__ = ["site"]
