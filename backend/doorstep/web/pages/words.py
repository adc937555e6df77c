"""Every word that the office's pages say, by area and name, so that another language is another file like this one."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from doorstep.web.pages.words_of_visits import VISIT_WORDS

WORDS: Final[dict[str, str]] = {
    **VISIT_WORDS,
    "all.product": "Doorstep",
    "all.skip": "Skip to main content",
    "all.sections": "Sections",
    "all.sign_out": "Sign out",
    "all.board": "Board",
    "all.visits": "Visits",
    "all.error_title": "There is a problem",
    "all.error_prefix": "Error:",
    "all.back": "Back",
    "all.back_to_board": "Back to the board",
    "all.unknown_time": "not known",
    "landing.title": "Doorstep",
    "landing.lead": "The checklist at the door, before a visit can be recorded as missed.",
    "landing.door": "At the door",
    "landing.door_hint": "For operatives, on a phone. Works without signal.",
    "landing.office": "In the office",
    "landing.office_hint": "For planners, supervisors and auditors.",
    "sign_in.title": "Sign in",
    "sign_in.username": "Username",
    "sign_in.password": "Password",
    "sign_in.button": "Sign in",
    "sign_in.no_username": "Enter your username",
    "sign_in.no_password": "Enter your password",
    "sign_in.too_many": "Too many tries. Try again in {minutes} minutes.",
    "sign_in.other_site": "Your browser did not say that this form is ours. Reload the page and try again.",
    "start.title": "You are signed in",
    "start.admin": (
        "People, appointments and rules are looked after with the doorstep command on the server. "
        "See doorstep --help there."
    ),
    "error.401.title": "Sign in",
    "error.403.title": "You cannot see this page",
    "error.403.words": "It is not part of your role. If it should be, ask whoever looks after Doorstep.",
    "error.404.title": "Page not found",
    "error.404.words": "There is nothing here, or nothing that you may see. Check the address, or begin again.",
    "error.form.title": "This form is too old",
    "error.form.words": "You have signed in again since it was opened. Go back, reload the page, and send it again.",
    "error.429.title": "Too many tries",
    "error.500.title": "Something went wrong on our side",
    "error.500.words": "It may not have been saved: look first, then try again. It has been noted on the server.",
    "error.507.title": "The disk is full",
    "error.507.words": "Nothing of this was saved. Tell whoever looks after Doorstep.",
    "error.other.title": "That did not work",
    "error.home": "Begin again",
    "board.title": "Board",
    "board.at_door": "At a door now",
    "board.at_door_hint": (
        "A phone with no signal cannot ask for a call, and may not be shown here. "
        "When its operative rings you, find the home below."
    ),
    "board.nobody": "No phone has sent a visit that is still going on.",
    "board.home": "Home",
    "board.operative": "Operative",
    "board.arrived": "Arrived",
    "board.not_arrived": "Not yet",
    "board.wait": "Wait",
    "board.wait_until": "until {time}, we think",
    "board.wait_over": "over, we think",
    "board.wait_none": "not begun",
    "board.so_far": "So far",
    "board.knock": "1 knock",
    "board.knocks": "{count} knocks",
    "board.call": "1 call",
    "board.calls": "{count} calls",
    "board.nothing": "nothing yet",
    "board.heard": "Last heard",
    "board.log_call": "Log call",
    "board.log_call_with": "with {operative} about {address}",
    "board.action": "Action",
    "board.today": "Appointments of {day}",
    "board.search": "Address, work order or operative",
    "board.search_button": "Find",
    "board.search_clear": "Show all",
    "board.window": "Window",
    "board.visit": "Visit",
    "board.no_visit": "none sent",
    "board.cancelled": "Cancelled",
    "board.none": "There are no appointments today.",
    "board.none_found": "No appointment of today matches. Try fewer words.",
    "board.more": "The first {count} are shown. Search for others.",
    "call.title": "Log a call",
    "call.with": "{operative} at {address}",
    "call.say": "Say this code",
    "call.code_until": "Good until {time}.",
    "call.code_over": "This code has run out. If they have not typed it yet, open a new call.",
    "call.new": "Open a new call",
    "call.read_back": "Type what they read back",
    "call.read_back_hint": "8 characters from their screen",
    "call.cannot": "They cannot",
    "call.instruction": "What did you tell them?",
    "call.summary": "What they found",
    "call.save": "Save call",
    "call.saved": "Call saved",
    "call.matched": "It matches what {operative} recorded on their phone.",
    "call.matched_visit": "See the visit",
    "call.not_matched": (
        "Nothing from the phone matches it yet. It will be matched when their phone finds signal and sends."
    ),
    "call.agrees": "The characters read back agree with the phone's record.",
    "call.disagrees": "The characters read back do not agree with the phone's record. The visit's page shows it.",
    "call.no_instruction": "Say what you told them",
    "call.read_back_wrong": "Those 8 characters do not fit together. Ask the operative to read them again.",
    "call.said": "You said",
    "call.instruction_short": "You told them",
    "call.here_before": "Here before",
    "call.alert": "Alert",
    "call.request": "Request",
    "instruction.leave_card": "Leave a card",
    "instruction.leave_no_card": "Leave, no card",
    "instruction.keep_waiting": "Wait longer",
    "instruction.resident_coming": "The resident is coming",
    "instruction.rebooked": "Rebooked with the resident",
    "instruction.welfare_check": "Welfare check",
}


def say(name: str, /, **facts: object) -> str:
    """The words of that name, with facts put in. Raises KeyError for words that nobody wrote.

    A fact that is markup, such as a time, stays markup; then every other fact is escaped.
    """
    if any(isinstance(fact, Markup) for fact in facts.values()):
        return Markup(WORDS[name]).format(**facts)  # noqa: S704 - the catalogue is our own
    return WORDS[name].format(**facts) if facts else WORDS[name]


def say_code(area: str, code: str) -> str:
    """The words for a code, such as a standing; the code itself, readable, where it is newer than the words."""
    return WORDS.get(f"{area}.{code}") or code.replace("_", " ").capitalize()
