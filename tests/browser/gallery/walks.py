"""The table of the phone's walks: together they show every screen and state that the phone has."""

from __future__ import annotations

from tests.browser.gallery.asked import ASKING, REFUSALS
from tests.browser.gallery.devices import CAMERA, OLD, ON_IPHONE, SIGNING_IN
from tests.browser.gallery.ends import ENDS
from tests.browser.gallery.enrolling import ENROLLING
from tests.browser.gallery.office_says import CHANGES, DECISIONS, UPHELD
from tests.browser.gallery.rare import CLEARED, NOT_ACCEPTED, OWN_CHECK
from tests.browser.gallery.skips import LOGGED, PLANNER, SKIPS
from tests.browser.gallery.usual import USUAL

WALKS = (
    USUAL,
    ENDS,
    ASKING,
    REFUSALS,
    PLANNER,
    LOGGED,
    SKIPS,
    DECISIONS,
    UPHELD,
    CHANGES,
    SIGNING_IN,
    ON_IPHONE,
    CAMERA,
    OLD,
    ENROLLING,
    OWN_CHECK,
    CLEARED,
    NOT_ACCEPTED,
)
