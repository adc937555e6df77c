"""What a planner's board says of each door: who asked, how long is left, what is next, and how sure we are."""

from __future__ import annotations

import json
import re

from doorstep.application.keep_people import change_phone
from doorstep.application.log_planner_call import CODE_GOOD_FOR_MS
from doorstep.web.pages.board_view import board_view
from doorstep.web.pages.door_view import LOST_AFTER_MS, Door
from doorstep.web.pages.doors import Doors
from tests.chains import Chain
from tests.makers import MORNING, a_visit, an_alert, an_id, send
from tests.web.browsing import OWN, Signed, Site, a_recorded_visit, form_token_in, words_in

SECOND = 1000
MINUTE = 60 * SECOND


async def as_it_went(site: Site, operative: Signed, chain: Chain, first: int = 0) -> None:
    """Send each event half a second after it was stated, as a phone with signal does."""
    for seq, body in enumerate(chain.bodies[first:], start=first + 1):
        site.bench.clock.ms = chain.began_ms + int(json.loads(body)["t"]) + 500
        await send(site.bench, operative.session, [body], seq)


async def the_door(site: Site, planner: Signed) -> Door:
    """The one door of the board."""
    [door] = (await board_view(Doors(site.bench.office), planner.person, "")).doors
    return door


async def test_waits_are_on_the_servers_clock(site: Site) -> None:
    """A phone whose clock is an hour out shows the same wait; one that is heard late is only thought to have waited."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("arrived", 5 * SECOND, address_confirmed=True, place_missing="off")
    chain.state("door_knocked", 20 * SECOND, method="knock")
    await as_it_went(site, operative, chain)
    door = await the_door(site, planner)
    assert door.wait is not None
    assert (door.wait.ends_at, door.wait.minutes) == (MORNING + 905 * SECOND + 500, 15)
    assert (door.wait.is_over, door.wait.is_inferred, door.is_lost) == (False, False, False)
    assert door.next_step == "Knock or ring"
    site.bench.clock.ms += LOST_AFTER_MS + 1
    door = await the_door(site, planner)
    assert door.wait is not None
    assert (door.wait.is_inferred, door.is_lost) == (True, True)
    await send(site.bench, operative.session, [], len(chain.bodies) + 1)
    assert not (await the_door(site, planner)).is_lost


async def test_a_wrong_clock_is_not_believed(site: Site) -> None:
    """The phone says an hour later than it is: the wait ends by when its events came, and we only think so."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.began_ms = MORNING + 60 * MINUTE
    chain.start()
    chain.state("arrived", 5 * SECOND, address_confirmed=True, place_missing="off")
    site.bench.clock.ms = MORNING + 6 * SECOND
    await send(site.bench, operative.session, chain.bodies)
    door = await the_door(site, planner)
    assert door.wait is not None
    assert (door.wait.ends_at, door.wait.is_inferred) == (MORNING + 906 * SECOND, True)


async def test_a_longer_wait_says_why(site: Site) -> None:
    """An alert that asks for more time makes the wait the longer one, and the board says that it is for an alert."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session, alerts=(an_alert("20-40", "Slow on the stairs"),))
    chain.start()
    chain.state("arrived", 5 * SECOND, address_confirmed=True, place_missing="off")
    await as_it_went(site, operative, chain)
    assert "25 min: alert" in words_in((await planner.http.get("/office/board")).text)


async def test_a_call_asked_for_waits_until_somebody_has_spoken(site: Site) -> None:
    """Oldest first, with the number to ring; off the list once a planner has saved the call."""
    planner = await site.signed(9, "planner", "north")
    chains = []
    for number in (1, 2):
        operative = await site.signed(number, "operative", "north", installation=number)
        await change_phone(site.bench.office, operative.person.username, f"07700 90010{number}")
        chain = await a_visit(
            site.bench, operative.session, number, f"A-{number}", address=(f"{number} Sample Street",)
        )
        chain.start()
        chain.state("arrived", 5 * SECOND, address_confirmed=True, place_missing="off")
        chain.state("planner_call_tried", (30 - 10 * number) * SECOND, result="in_app_asked")
        await as_it_went(site, operative, chain)
        chains.append(chain)
    page = (await planner.http.get("/office/board")).text
    asked = words_in("<body " + page.partition('id="asked"')[2].partition("</section>")[0])
    assert "2, oldest first" in asked
    assert asked.index("2 Sample Street") < asked.index("1 Sample Street")
    assert "07700 900102" in asked
    form = {
        "form_token": form_token_in(page),
        "appointment_id": chains[1].appointment_id,
        "operative_id": an_id(2),
        "how": "app",
    }
    path = (await planner.http.post("/office/board/calls", data=form, headers=OWN)).headers["location"]
    call = (await planner.http.get(path)).text
    assert "no code is needed" in call
    assert 'id="read_back"' not in call
    form |= {"instruction": "keep_waiting", "summary": ""}
    assert (await planner.http.post(path.partition("?")[0], data=form, headers=OWN)).status_code == 303
    board = await board_view(Doors(site.bench.office), planner.person, "")
    assert [door.visit_id for door in board.asked] == [chains[0].visit_id]
    said = next(door.said for door in board.doors if door.visit_id == chains[1].visit_id)
    assert said is not None
    assert (said.planner, said.words) == ("Planner 9", "Wait longer")


async def test_who_asked_and_then_reached_a_planner_waits_no_more(site: Site) -> None:
    """A contact that the phone states later ends the asking, whoever took the call."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("planner_call_tried", 10 * SECOND, result="in_app_asked")
    await as_it_went(site, operative, chain)
    assert (await the_door(site, planner)).calling is not None
    chain.state("planner_contacted", 20 * SECOND, how="phone", instruction="keep_waiting")
    await as_it_went(site, operative, chain, 2)
    assert (await the_door(site, planner)).calling is None


async def test_another_patchs_doors_are_not_there(site: Site) -> None:
    """Neither on the board, nor by search, nor among the visits before."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "south")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    await as_it_went(site, operative, chain)
    board = await board_view(Doors(site.bench.office), planner.person, "sample")
    assert (board.doors, board.found) == ([], [])


async def test_a_form_knows_who_was_here_before(site: Site) -> None:
    """Earlier visits to the home with what they came to, and its alerts; not the visit that is going on."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    before = await a_recorded_visit(site, operative, 1, "A-1")
    now = await a_visit(site.bench, operative.session, 2, "A-2", alerts=(an_alert("20-10", "Hard of hearing"),))
    page = (await planner.http.get("/office/board")).text
    form = {"form_token": form_token_in(page), "appointment_id": now.appointment_id, "operative_id": an_id(1)}
    path = (await planner.http.post("/office/board/calls", data=form, headers=OWN)).headers["location"]
    call = (await planner.http.get(path, headers={"doorstep-part": "call"})).text
    assert "<html" not in call
    said = words_in(f"<body {call}")
    assert "Alert: Hard of hearing Here before 23 Nov 2026 : Nobody came to the door. We left a card." in said
    assert re.findall(r"/office/visits/([0-9a-f-]+)", call) == [before.visit_id]


async def test_a_new_code_keeps_what_was_typed(site: Site) -> None:
    """Without any script too: the form comes back with another code and every field as it was."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    page = (await planner.http.get("/office/board")).text
    form = {"form_token": form_token_in(page), "appointment_id": chain.appointment_id, "operative_id": an_id(1)}
    path = (await planner.http.post("/office/board/calls", data=form, headers=OWN)).headers["location"]
    site.bench.clock.ms += CODE_GOOD_FOR_MS
    old = (await planner.http.get(path)).text
    typed = {"read_back": "K7QM", "instruction": "keep_waiting", "summary": "Still talking", "new_code": "yes"}
    renewed = await planner.http.post(path, data=form | typed, headers=OWN)
    assert renewed.status_code == 200
    assert code_in(renewed.text) != code_in(old)
    assert 'value="K7QM"' in renewed.text
    assert 'value="Still talking"' in renewed.text
    assert re.search(r'value="keep_waiting" checked', renewed.text)
    action = re.findall(r'action="(/office/appointments/[^"]+)"', renewed.text)
    assert len(action) == 1
    assert action != [path]


def code_in(page: str) -> str:
    """The code to say."""
    return "".join(re.findall(r"<span>(\d{4})</span>", page))


async def test_the_lists_alone_are_a_part(site: Site) -> None:
    """What the script asks for with each change holds no frame and no form of a call; whole pages are for people."""
    planner = await site.signed(2, "planner", "north")
    part = (await planner.http.get("/office/board", headers={"doorstep-part": "lists"})).text
    assert "data-as-of" in part
    assert "<html" not in part
    assert "call-title" not in part
    whole = (await planner.http.get("/office/board", headers={"doorstep-part": "nonsense"})).text
    assert "<html" in whole
