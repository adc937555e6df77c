"""The list of visits: what waits for a decision, the weakest evidence first, or all that were made; with filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.response import Response
from markupsafe import Markup

from doorstep.application.access import sees_patch
from doorstep.application.decide_several import is_plain
from doorstep.application.lists import MOST_FOUND, Order, VisitCount, VisitFilter, is_findable
from doorstep.application.london import london_date, working_days
from doorstep.application.ports import Rules
from doorstep.application.rows import Person, VisitRow
from doorstep.application.saved_filters import MOST_NAME, saved_filters
from doorstep.domain.deciding import DECIDABLE
from doorstep.domain.grades import GRADES, Graded
from doorstep.domain.instants import is_real_day
from doorstep.domain.lots import LOTS
from doorstep.web.guards import OFFICE
from doorstep.web.pages import times
from doorstep.web.pages.graded_words import why_words
from doorstep.web.pages.rendering import STANDING_COLOURS, page
from doorstep.web.pages.rule_words import say_listed_reason, say_newest_title, say_outcomes
from doorstep.web.pages.several import TICK
from doorstep.web.pages.words import find_words, say, say_code
from doorstep.web.requests import WebRequest
from doorstep.web.visits import find_visits

PATH: Final = "/office/visits"
LONGEST_WORDS: Final = 200
MOST_REASONS: Final = 2
VIEWS: Final[dict[str, tuple[str, ...]]] = {
    "decide": ("pending_corroboration", "recorded", "refused"),
    "missed": ("pending_corroboration", "recorded", "refused", "returned", "upheld", "overturned"),
    "replied": ("overturned",),
    "decided": ("upheld", "overturned", "returned"),
    "others": ("recorded",),
    "all": tuple(STANDING_COLOURS),
}
"""What can be looked at, with the standings that belong to it."""

ORDERS: Final[dict[str, Order]] = {
    "decide": "weakest",
    "missed": "newest",
    "replied": "oldest",
    "decided": "newest",
    "others": "newest",
    "all": "newest",
}
ALSO: Final = ("alert", "waiver", "pressing", "disputed", "alike", "second")
DRAWN: Final = ("decide", "others")
"""The views that follow the lots: what is to be looked at, and what is not."""
EVERY_ORDER: Final[tuple[Order, ...]] = ("weakest", "oldest", "newest")
MOST_WEAK: Final = 2


class Asked(msgspec.Struct, frozen=True):
    """What the address of the page asks for, with whatever means nothing left out."""

    view: str
    standings: tuple[str, ...]
    first_day: str
    last_day: str
    operative: str
    words: str
    also: tuple[str, ...]
    grades: tuple[str, ...]
    order: Order
    after: str
    errors: dict[str, str]
    share: int
    """How many lots of 10,000 are looked at, of visits that nothing else speaks for."""

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the view narrows the list."""
        narrowed = (self.standings, self.also, self.grades, self.first_day, self.last_day, self.operative, self.words)
        return any(narrowed)

    def wanted(self) -> VisitFilter:
        """The same as the store takes it."""
        return VisitFilter(
            standing=self.standings or VIEWS[self.view],
            first_day="" if "from" in self.errors else self.first_day,
            last_day="" if "to" in self.errors else self.last_day,
            operative_id=self.operative,
            words="" if "q" in self.errors else self.words,
            among=VIEWS[self.view] if self.words else (),
            after=self.after,
            order=self.order,
            had_alert="alert" in self.also,
            had_waiver="waiver" in self.also,
            was_pressing="pressing" in self.also,
            wants_second_look="second" in self.also,
            was_disputed="disputed" in self.also,
            has_photo_alike="alike" in self.also,
            has_reply=self.view == "replied",
            grades=self.grades,
            lots=self.share if self.view in DRAWN else None,
            not_looked_at=self.view == "others",
        )

    def url(self, **changes: str) -> str:
        """The page with something changed; the first page of it, unless `after` says otherwise."""
        fields: list[tuple[str, str]] = [("view", self.view)]
        fields += [("standing", standing) for standing in self.standings]
        fields += [("grade", grade) for grade in self.grades]
        fields += [("also", each) for each in self.also]
        named = {"from": self.first_day, "to": self.last_day, "operative": self.operative, "q": self.words}
        named["sort"] = self.order if self.order != ORDERS[self.view] else ""
        fields += [(name, value) for name, value in (named | changes).items() if value]
        return f"{PATH}?{urlencode(fields)}"

    @property
    def query(self) -> str:
        """What the page was asked for, as a saved filter keeps it."""
        return self.url().partition("?")[2]


class ListedVisit(msgspec.Struct, frozen=True):
    """One row of the list. `reasons` say why it stands where it stands, `notes` what makes it worth a look.

    `weakest` is which checks have the visit's grade; of a contradicted one, why.
    """

    row: VisitRow
    operative: str
    reasons: list[str]
    notes: list[str]
    weakest: list[str]
    age: int | None
    is_plain: bool


class Figures(msgspec.Struct, frozen=True):
    """The counts beside the filters."""

    total: int
    standings: dict[str, int]
    also: dict[str, int]
    grades: dict[str, int]


@get(PATH, guards=[OFFICE], include_in_schema=False)
async def visit_list(request: WebRequest) -> Response[str]:
    """Visits on one's patch."""
    office = request.web.office
    asked = _asked(request)
    wanted = asked.wanted()
    found = await find_visits(office, request.person, wanted)
    counts = await office.store.visit_counts(msgspec.structs.replace(wanted, patch=request.person.patch))
    figures = _figures(counts, asked)
    is_supervisor = request.person.role == "supervisor"
    today = london_date(office.clock.now_ms())
    operatives = _operatives(await office.store.people(), request.person)
    return page(
        request,
        "visits.html",
        422 if asked.errors else 200,
        visits=[_listed(row, found.names, office.rules, today) for row in found.rows],
        may_tick=is_supervisor and any(is_plain(row) for row in found.rows),
        tick_field=TICK,
        asked=asked,
        narrowed=_narrowed(asked, operatives),
        errors=asked.errors,
        views=[view for view in VIEWS if view != "others" or asked.share < LOTS],
        view_standings=VIEWS[asked.view],
        waiting={"decide": await _to_decide(request, asked.share), "replied": await _replied_to(request)},
        is_empty=not found.rows and not await office.store.visit_counts(VisitFilter(patch=request.person.patch)),
        share_percent=asked.share // (LOTS // 100) if asked.share < LOTS and asked.view in DRAWN else None,
        saved=await saved_filters(office, request.person),
        most_name=MOST_NAME,
        wants_two=bool(office.rules.audit.second_look),
        figures=figures,
        most_found=MOST_FOUND if wanted.words and figures.total >= MOST_FOUND else 0,
        operatives=operatives,
        own_order=ORDERS[asked.view],
        other_orders=[order for order in EVERY_ORDER if order != asked.order],
        grades=GRADES,
        next_url=asked.url(after=found.next) if found.next else "",
        first_url=asked.url() if asked.after else "",
    )


def _narrowed(asked: Asked, operatives: Iterable[Person]) -> list[str]:
    """What narrows the list, in words: on paper there is no form that would show it."""
    said = [(say("visits.words"), asked.words)] if asked.words else []
    said += [(say("visits.grade"), say_code("grade", each)) for each in asked.grades]
    said += [(say("visits.standing"), say_code("standing", each)) for each in asked.standings]
    said += [(say("visits.also"), say(f"visits.also_{each}")) for each in asked.also]
    said += [(say("visits.operative"), each.name) for each in operatives if each.person_id == asked.operative]
    days = {"from": asked.first_day, "to": asked.last_day}
    said += [(say(f"visits.{name}"), times.short_day(day)) for name, day in days.items() if is_real_day(day)]
    return [f"{name}: {value}" for name, value in said]


async def _to_decide(request: WebRequest, share: int) -> int:
    """How many visits on one's patch wait to be looked at."""
    wanted = VisitFilter(patch=request.person.patch, lots=share)
    counts = await request.web.office.store.visit_counts(wanted)
    return sum(count.visits for count in counts if count.standing in DECIDABLE)


async def _replied_to(request: WebRequest) -> int:
    """How many visits on one's patch were overturned and replied to since."""
    wanted = VisitFilter(patch=request.person.patch, standing=VIEWS["replied"], has_reply=True)
    return sum(count.visits for count in await request.web.office.store.visit_counts(wanted))


def _asked(request: WebRequest) -> Asked:
    """Read the address. A supervisor who asks for nothing is shown what waits for a decision."""
    query = request.query_params

    def text(name: str) -> str:
        return str(query.get(name, "")).replace("\0", "")[:LONGEST_WORDS].strip()

    share = request.web.office.rules.audit.share
    view = text("view")
    if view not in VIEWS or (view == "others" and share >= LOTS):
        view = "decide" if request.person.role == "supervisor" and not query else "all"
    ticked = set(query.getall("standing", []))
    if ticked - set(VIEWS[view]) & STANDING_COLOURS.keys():
        view = "all"
    order = text("sort")
    days = {"from": text("from")[:20], "to": text("to")[:20]}
    errors = {name: say("visits.bad_day") for name, day in days.items() if day and not is_real_day(day)}
    if not is_findable(text("q")):
        errors["q"] = say("visits.too_short")
    if not errors and days["from"] and days["to"] and days["from"] > days["to"]:
        errors["to"] = say("visits.days_crossed")
    return Asked(
        view=view,
        standings=tuple(standing for standing in VIEWS[view] if standing in ticked),
        first_day=days["from"],
        last_day=days["to"],
        operative=text("operative"),
        words=text("q"),
        also=tuple(each for each in ALSO if each in query.getall("also", [])),
        grades=tuple(grade for grade in GRADES if grade in query.getall("grade", [])),
        order=next((known for known in EVERY_ORDER if known == order), ORDERS[view]),
        after=text("after"),
        errors=errors,
        share=share,
    )


def _figures(counts: Sequence[VisitCount], asked: Asked) -> Figures:
    """Each standing and each grade counts what it would add; the rest count what is in the list."""
    standing = [count for count in counts if count.standing in (asked.standings or VIEWS[asked.view])]
    graded = [count for count in counts if not asked.grades or count.grade in asked.grades]
    listed = [count for count in standing if count in graded]
    return Figures(
        total=sum(count.visits for count in listed),
        standings=_sums((count.standing, count.visits) for count in graded),
        grades=_sums((count.grade, count.visits) for count in standing),
        also={
            "alert": sum(count.had_alert for count in listed),
            "waiver": sum(count.had_waiver for count in listed),
            "pressing": sum(count.were_pressing for count in listed),
        },
    )


def _sums(figures: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for name, visits in figures:
        sums[name] += visits
    return dict(sums)


def _operatives(people: Iterable[Person], reader: Person) -> list[Person]:
    found = [each for each in people if each.role == "operative" and (not each.patch or sees_patch(reader, each.patch))]
    return sorted(found, key=lambda each: each.name)


def _listed(row: VisitRow, names: dict[str, str], rules: Rules, today: date) -> ListedVisit:
    is_open = row.standing in DECIDABLE or row.standing == "returned"
    return ListedVisit(
        row=row,
        operative=names.get(row.operative_id, ""),
        reasons=_reasons(row, rules),
        notes=_notes(row),
        weakest=_weakest(row, rules),
        age=working_days(date.fromisoformat(row.day), today) if is_open and row.day else None,
        is_plain=is_plain(row),
    )


def _reasons(row: VisitRow, rules: Rules) -> list[str]:
    if row.standing == "refused":
        found = [_refusal(each, rules) for each in msgspec.json.decode(row.reasons, type=list[dict[str, Any]])]
        more = len(found) - MOST_REASONS
        return found[:MOST_REASONS] + ([say("visits.more_reasons", count=more)] if more > 0 else [])
    if row.standing in DECIDABLE:
        return [say_code("awaiting_short", each) for each in msgspec.json.decode(row.awaiting, type=list[str])]
    if row.standing in ("ended", "overturned"):
        return [say_outcomes(rules).get(row.outcome, row.outcome)] if row.outcome else []
    return [words] if (words := find_words(f"standing_why.{row.standing}")) else []


def _weakest(row: VisitRow, rules: Rules) -> list[str]:
    """The checks with the visit's grade by name; a few, and how many more. A contradiction is told with its why."""
    if not row.grade:
        return []
    grades = msgspec.json.decode(row.grades, type=list[Graded])
    weak = [each for each in grades if each.grade == row.grade and each.clause != "place"]
    titles = {each.clause: say_newest_title(rules, each.clause) for each in weak}
    told: list[str] = [titles[each.clause] for each in weak]
    if row.grade == "contradicted":
        # Two checks may rest on one photo: what is wrong with it is told once.
        whys = dict.fromkeys(why_words(each) for each in weak)
        named = {why: ", ".join(titles[each.clause] for each in weak if why_words(each) == why) for why in whys}
        # A why may hold a time, which is markup and has to stay it.
        told = [Markup("{}: {}").format(of, why) for why, of in named.items()]
    more = len(told) - MOST_WEAK
    return told[:MOST_WEAK] + ([say("visits.more_reasons", count=more)] if more > 0 else [])


def _refusal(reason: dict[str, Any], rules: Rules) -> str:
    why, clause = str(reason["reason"]), reason.get("clause")
    words = say_listed_reason(rules, why, clause, str(reason.get("words", "")))
    return f"{words}: {say_code('lacking', why)}" if clause else words


def _notes(row: VisitRow) -> list[str]:
    notes = [say_code("priority", row.priority)] if row.priority == "emergency" or "hazard" in row.priority else []
    notes += [say("visits.had_alert")] if row.alert_count else []
    if row.waived_count:
        notes.append(say("visits.waived_one") if row.waived_count == 1 else say("visits.waived", n=row.waived_count))
    flags = msgspec.json.decode(row.flags, type=list[str])
    return notes + [words for flag in flags if (words := find_words(f"flag_short.{flag}"))]


ROUTES = [visit_list]
