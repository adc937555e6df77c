"""The walks through the office, by name; each has a landlord of its own."""

from __future__ import annotations

from tests.browser.gallery.office import walk_empty, walk_others, walk_planner, walk_supervisor
from tests.browser.gallery.office_evidence import walk_evidence
from tests.browser.gallery.office_exceptions import walk_exceptions
from tests.browser.gallery.office_homes import walk_homes
from tests.browser.gallery.office_imports import walk_imports
from tests.browser.gallery.office_out import walk_out
from tests.browser.gallery.office_queue import walk_queue
from tests.browser.gallery.office_reminders import walk_reminders

WALKS = {
    "planner": walk_planner,
    "supervisor": walk_supervisor,
    "queue": walk_queue,
    "evidence": walk_evidence,
    "homes": walk_homes,
    "imports": walk_imports,
    "reminders": walk_reminders,
    "exceptions": walk_exceptions,
    "out": walk_out,
    "others": walk_others,
    "empty": walk_empty,
}
