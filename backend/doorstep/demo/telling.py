"""What the demonstration says once it answers: where it is, and how to sign in to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from doorstep.application.rows import AppointmentRow
from doorstep.demo.landlord import NAME, Landlord, Member
from doorstep.domain.instants import format_instant

ROLES = ("operative", "planner", "supervisor", "auditor", "admin")


def as_object(url: str, data: Path, landlord: Landlord, today: list[AppointmentRow]) -> dict[str, Any]:
    """What a script needs in order to drive the demonstration."""
    usernames = {member.person_id: member.username for member in landlord.people}
    return {
        "url": url,
        "data": str(data),
        "seed": landlord.seed,
        "sign_ins": {role: _sign_in(landlord.of_role(role)[0]) for role in ROLES},
        "people": [{**_sign_in(member), "role": member.role, "patch": member.patch} for member in landlord.people],
        "appointments": [
            {
                "appointment_id": row.appointment_id,
                "operative_username": usernames.get(operative_id, operative_id),
                "address": row.address,
                "window": row.window,
                "starts_at": format_instant(row.starts_at),
                "ends_at": format_instant(row.ends_at),
            }
            for row in today
            for operative_id in row.operative_ids
        ],
    }


def _sign_in(member: Member) -> dict[str, str]:
    return {
        "username": member.username,
        "password": member.password,
        "person_id": member.person_id,
        "name": member.name,
    }


def in_words(url: str, data: Path, landlord: Landlord) -> str:
    """What a person needs in order to look around."""
    first = [landlord.of_role(role)[0] for role in ROLES]
    widest = max(len(member.username) for member in first)
    lines = [
        "",
        f"This is a demonstration. {NAME}: its people, homes and telephone numbers are made up.",
        f"It is kept in {data}. Stop it with Ctrl-C; start it again and everything is still there.",
        "",
        f"  The phone, for operatives    {url}/door/",
        f"  The office, for all others   {url}/office/",
        "",
        *(f"  {member.role:<11} {member.username:<{widest}}  {member.password}" for member in first),
        "",
    ]
    return "\n".join(lines) + "\n"
