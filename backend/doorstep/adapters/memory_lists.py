"""What each list means, in plain words over everything that is held: which rows, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from doorstep.application.lists import (
    DISPUTED,
    PHOTO_ALIKE,
    AppointmentFilter,
    Home,
    HomeFilter,
    VisitCount,
    VisitFilter,
    is_looked_at,
    is_pressing,
)
from doorstep.application.rows import AppointmentRow, Person, VisitRow
from doorstep.domain.deciding import REPLIED, SECOND_LOOK


def visits_wanted(held: Iterable[VisitRow], wanted: VisitFilter) -> list[VisitRow]:
    """One page of visits."""
    rows = [
        row
        for row in _answering(held, wanted)
        if (not wanted.standings or row.standing in wanted.standings)
        and (not wanted.grades or row.grade in wanted.grades)
    ]
    is_down, by_weakness = wanted.order == "newest", wanted.order == "weakest"
    places = {row.visit_id: _place(row, by_weakness=by_weakness) for row in rows}
    rows.sort(key=lambda row: places[row.visit_id], reverse=is_down)
    if wanted.after:
        weakness, *place = wanted.beyond
        last = (-weakness if by_weakness else 0, *place)
        rows = [row for row in rows if (places[row.visit_id] < last if is_down else places[row.visit_id] > last)]
    return rows[: wanted.limit]


def visits_counted(held: Iterable[VisitRow], wanted: VisitFilter) -> list[VisitCount]:
    """The figures beside the filters, by standing and grade."""
    rows = _answering(held, wanted)
    return [
        VisitCount(
            standing,
            len(of),
            sum(row.alert_count > 0 for row in of),
            sum(row.waived_count > 0 for row in of),
            sum(is_pressing(row) for row in of),
            grade,
        )
        for standing, grade in sorted({(row.standing, row.grade) for row in rows})
        for of in [[row for row in rows if (row.standing, row.grade) == (standing, grade)]]
    ]


def appointments_wanted(
    held: Iterable[AppointmentRow], people: Mapping[str, Person], wanted: AppointmentFilter
) -> list[AppointmentRow]:
    """Appointments by window start."""

    def is_wanted(row: AppointmentRow) -> bool:
        names = " ".join(people[of].name for of in row.operative_ids if of in people)
        words = f"{row.address} {row.work_order_ref} {names}".lower()
        return (
            wanted.day in ("", row.day)
            and wanted.patch in ("", row.patch)
            and wanted.property_ref in ("", row.property_ref)
            and row.day >= wanted.first_day
            and (not wanted.operative_id or wanted.operative_id in row.operative_ids)
            and all(word in words for word in wanted.words.casefold().split())
        )

    return sorted(filter(is_wanted, held), key=lambda row: (row.starts_at, row.appointment_id))[: wanted.limit]


def homes_wanted(held: Iterable[AppointmentRow], wanted: HomeFilter) -> list[Home]:
    """Homes by address, each as its newest appointment names it."""
    newest: dict[str, AppointmentRow] = {}
    for row in sorted(held, key=lambda row: (row.day, row.appointment_id)):
        words = f"{row.address} {row.property_ref}".lower()
        is_wanted = all(word in words for word in wanted.words.casefold().split())
        is_asked = wanted.property_refs is None or row.property_ref in wanted.property_refs
        if is_wanted and is_asked and row.property_ref and wanted.patch in ("", row.patch):
            newest[row.property_ref] = row
    homes = (Home(property_ref, row.address) for property_ref, row in newest.items())
    return sorted(homes, key=lambda home: (home.address, home.property_ref))[: wanted.limit]


def _place(row: VisitRow, *, by_weakness: bool) -> tuple[int, str, str]:
    """Where a visit stands in a list."""
    return -row.weakness if by_weakness else 0, row.day, row.visit_id


def _is_wanted(row: VisitRow, wanted: VisitFilter) -> bool:
    """Whether a visit answers to all that is wanted but its standing."""
    return (
        (not wanted.first_day or row.day >= wanted.first_day)
        and (not wanted.last_day or row.day <= wanted.last_day)
        and wanted.operative_id in ("", row.operative_id)
        and wanted.patch in ("", row.patch)
        and (not wanted.had_alert or row.alert_count > 0)
        and (not wanted.had_waiver or row.waived_count > 0)
        and (not wanted.was_pressing or is_pressing(row))
        and (not wanted.wants_second_look or f'"{SECOND_LOOK}"' in row.flags)
        and wanted.outcome in ("", row.outcome)
        and (not wanted.was_disputed or f'"{DISPUTED}' in row.flags)
        and (not wanted.has_photo_alike or f'"{PHOTO_ALIKE}' in row.flags)
        and (not wanted.has_reply or f'"{REPLIED}"' in row.flags)
        and (wanted.lots is None or is_looked_at(row, wanted.lots) != wanted.not_looked_at)
        and (not wanted.among or row.standing in wanted.among)
        and all(word in row.words for word in wanted.words.casefold().split())
    )


def _answering(rows: Iterable[VisitRow], wanted: VisitFilter) -> list[VisitRow]:
    """Those that answer to all but the standing; of what words find, no more than are listed."""
    found = [row for row in rows if _is_wanted(row, wanted)]
    if not wanted.words.split():
        return found
    found.sort(key=lambda row: (row.day, row.visit_id), reverse=wanted.order != "oldest")
    return found[: wanted.most_found]
