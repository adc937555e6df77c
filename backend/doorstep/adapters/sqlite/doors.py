"""Whose doors are to be laid side by side: found in indexes, so that of a week only these are read."""

from __future__ import annotations

from typing import Final

from doorstep.domain.readings import FASTEST_KM_H, LEAST_ALIKE

MOST_M_OF_A_STEP: Final = 0.0112
"""In metres: a ten-millionth of a degree is nowhere longer (of a meridian it is 0.01112)."""

OPERATIVES = f"""
SELECT operative_id FROM door_readings WHERE wait_ms IS NOT NULL AND day>=?1 AND day<=?3
 GROUP BY operative_id,wait_ms HAVING count(*)>={LEAST_ALIKE}
UNION
SELECT operative_id FROM door_readings WHERE lat_e7 IS NOT NULL AND day>=?2 AND day<=?3
 GROUP BY day,operative_id,lat_e7,lon_e7,accuracy_m HAVING count(*)>={LEAST_ALIKE}
UNION
SELECT operative_id FROM(
 SELECT operative_id,at-lag(at)OVER of_a_day AS took_ms,
  abs(lat_e7-lag(lat_e7)OVER of_a_day)+abs(lon_e7-lag(lon_e7)OVER of_a_day) AS way
 FROM door_readings WHERE lat_e7 IS NOT NULL AND day>=?2 AND day<=?3
 WINDOW of_a_day AS(PARTITION BY day,operative_id ORDER BY at,visit_id)
) WHERE (way*{MOST_M_OF_A_STEP}+1)*3600>{FASTEST_KM_H}*took_ms
ORDER BY 1
"""
"""A journey is no longer than its way north and its way east together, and a metre for rounding: none is left out."""


def operatives_to_ask(first_wait: str, monday: str, sunday: str) -> tuple[str, str, str, str]:
    """The query with its parameters: see the store's port."""
    return OPERATIVES, first_wait, monday, sunday
