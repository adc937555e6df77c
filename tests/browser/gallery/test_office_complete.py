"""Nobody adds a page to the office without a walk that shows it, and so without axe, the measuring and the keyboard."""

from __future__ import annotations

from doorstep.web.app import PAGES
from tests.browser.gallery.office_walks import PAGES_OF, WALKS

LEADS_ON = {"/office"}
"""Addresses that show nothing: they lead to the page where one's work begins."""
FILE = ".csv"
"""What is taken away shows nothing either."""


def test_every_page_is_walked() -> None:
    """Each address of the office that can be gone to is shown by a walk."""
    pages = {path for module in PAGES for route in module.ROUTES if "GET" in route.http_methods for path in route.paths}
    shown = {path for path in pages - LEADS_ON if not path.endswith(FILE)}
    assert shown == {path for paths in PAGES_OF.values() for path in paths.split()}


def test_the_walks_exist() -> None:
    """No page is said to be shown by a walk that there is no more."""
    assert PAGES_OF.keys() <= WALKS.keys()
