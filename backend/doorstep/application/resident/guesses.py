"""Guesses at the resident's page: counted by address, by postcode and in all, and slower the more there are.

Who guesses knows perhaps the postcode, and wants the code: one in six millions for each card there. So guesses at one
postcode are slowed wherever they come from; those from one address, whatever they are of; and in one hour the page
answers only so many wrong ones in all. Nothing that was right makes up for what was wrong: whoever has one card must
not guess at others. What has to wait is not looked up at all, nor counted, and all of it is forgotten in a day.

Whoever uses up what is answered in all must not keep every resident out: who comes from a network from which nothing
wrong came in a day, and asks of a postcode at which nothing is slowed, has one try all the same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Final

from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR

FREE: Final = 5
"""So many slips of the thumb cost nothing."""
FIRST_WAIT_MS: Final = 30_000
"""Then each wrong try doubles the wait."""
MOST_WAIT_MS: Final = MS_PER_HOUR
MOST_IN_ALL: Final = 100
"""Wrong tries an hour, by everybody together. A landlord of 125,000 homes leaves about as many cards in a day."""
MOST_REMEMBERED: Final = 10_000


@dataclass
class Guesses:
    """The wrong tries of the last day, in memory: when each was, by what it counts for."""

    by_key: dict[str, deque[int]] = field(default_factory=dict)
    in_all: deque[int] = field(default_factory=lambda: deque(maxlen=MOST_IN_ALL))

    def wait_seconds(self, peer: str, postcode: str, now_ms: int) -> int:
        """Seconds until this may be tried; 0 if it may be now."""
        until = max(self._until(key, now_ms) for key in (f"a {peer}", f"p {postcode}"))
        if self._is_used_up(now_ms) and not self._is_new(_network_of(peer), now_ms):
            until = max(until, self.in_all[0] + MS_PER_HOUR)
        return max(0, -(-(until - now_ms) // 1000))

    def begun(self, peer: str, postcode: str, now_ms: int) -> None:
        """Count a try as wrong before it is looked up: else a hundred at once would all be let through."""
        if len(self.by_key) > MOST_REMEMBERED:
            self.by_key = {key: times for key, times in self.by_key.items() if times[-1] > now_ms - MS_PER_DAY}
        for key in _keys(peer, postcode):
            self.by_key.setdefault(key, deque(maxlen=MOST_IN_ALL)).append(now_ms)
        if not self._is_used_up(now_ms):
            self.in_all.append(now_ms)

    def was_right(self, peer: str, postcode: str, now_ms: int) -> None:
        """Take back that one try, and no other."""
        for key in _keys(peer, postcode):
            times = self.by_key.get(key)
            if times and now_ms in times:
                times.remove(now_ms)
                if not times:
                    del self.by_key[key]
        if now_ms in self.in_all:
            self.in_all.remove(now_ms)

    def _is_used_up(self, now_ms: int) -> bool:
        return len(self.in_all) == MOST_IN_ALL and self.in_all[0] > now_ms - MS_PER_HOUR

    def _is_new(self, network: str, now_ms: int) -> bool:
        """Whether nothing wrong came from there in a day; nothing is new once there is more than can be remembered."""
        times = self.by_key.get(network)
        return len(self.by_key) < MOST_REMEMBERED and (not times or times[-1] <= now_ms - MS_PER_DAY)

    def _until(self, key: str, now_ms: int) -> int:
        wrong = [time for time in self.by_key.get(key, ()) if time > now_ms - MS_PER_DAY]
        if len(wrong) < FREE:
            return 0
        return wrong[-1] + min(FIRST_WAIT_MS << min(len(wrong) - FREE, 20), MOST_WAIT_MS)


def _keys(peer: str, postcode: str) -> tuple[str, str, str]:
    return f"a {peer}", f"p {postcode}", _network_of(peer)


def _network_of(peer: str) -> str:
    """What one customer of a provider is given, and their neighbours: 256 addresses, or of IPv6 65,536 networks."""
    try:
        address = ip_address(peer.partition("/")[0])
    except ValueError:
        return f"n {peer}"
    return f"n {ip_network((address, 24 if address.version == 4 else 48), strict=False)}"
