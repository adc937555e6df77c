"""The walks through the office, by name; each has a landlord of its own."""

from __future__ import annotations

from tests.browser.gallery.office import walk_empty, walk_others, walk_planner, walk_supervisor
from tests.browser.gallery.office_analysis import walk_analysis
from tests.browser.gallery.office_disputes import walk_disputes
from tests.browser.gallery.office_evidence import walk_evidence
from tests.browser.gallery.office_exceptions import walk_exceptions
from tests.browser.gallery.office_homes import walk_homes
from tests.browser.gallery.office_imports import walk_imports
from tests.browser.gallery.office_out import walk_out
from tests.browser.gallery.office_queue import walk_queue
from tests.browser.gallery.office_reminders import walk_reminders
from tests.browser.gallery.office_replay import walk_replay
from tests.browser.gallery.office_reports import walk_reports
from tests.browser.gallery.office_welsh import walk_welsh

WALKS = {
    "planner": walk_planner,
    "supervisor": walk_supervisor,
    "queue": walk_queue,
    "evidence": walk_evidence,
    "disputes": walk_disputes,
    "homes": walk_homes,
    "imports": walk_imports,
    "reminders": walk_reminders,
    "exceptions": walk_exceptions,
    "out": walk_out,
    "replay": walk_replay,
    "analysis": walk_analysis,
    "reports": walk_reports,
    "Welsh": walk_welsh,
    "others": walk_others,
    "empty": walk_empty,
}

PAGES_OF = {
    "planner": "/ /office/sign-in /office/board /office/appointments/{appointment_id:str}/calls/{call_id:str} "
    "/office/visits",
    "supervisor": "/office/visits /office/visits/{visit_id:str} /office/door-questions",
    "evidence": "/office/phones /office/phones/{device_id:str}/end /office/log",
    "disputes": "/office/disputes /r /r/cy",
    "homes": "/office/homes /office/homes/{home:str} /office/homes/{home:str}/new/{what:str} "
    "/office/homes/{home:str}/facts/{fact_id:str}/{act:str} /office/reviews",
    "imports": "/office/imports /office/imports/{import_id:str} /office/held-rows/{held_id:str}",
    "reminders": "/office/reminders /office/replies /office/replies/{text_id:str} /office/opt-outs "
    "/office/opt-outs/failed/{failed_id:str} /office/opt-outs/{opt_out_id:str}/lift",
    "exceptions": "/office/exceptions /office/exceptions/{kind:str} /office/exceptions/{kind:str}/one",
    "out": "/office/exports /office/webhooks /office/webhooks/{endpoint_id:str}",
    "replay": "/office/replay /office/replay/{run_id:str} /office/replay/{run_id:str}/visits",
    "analysis": "/office/analysis /office/analysis/{name:str} /office/analysis/{name:str}/visits "
    "/office/analysis/records/card",
    "reports": "/office/reports /office/reports/{file:str}",
    "others": "/office/start",
}
"""The routes whose pages each walk shows; together they are all that the office has."""
