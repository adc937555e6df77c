"""What the store's own tables must agree on, as SQL that finds nothing in a sound file, by what it means if it does."""

from typing import Final

from doorstep.adapters.sqlite.tallies import COLUMNS, EVERY_DAY, KIND
from doorstep.adapters.sqlite.wastage_orders import AGAIN, RECOVERED


def _differs(table: str, made: str) -> str:
    """The first appointment of which a table says something else than what is made of the facts."""
    made = made.replace("{among}", "")
    return (
        f"SELECT min(appointment_id) FROM(SELECT * FROM(SELECT * FROM {table} EXCEPT {made}) UNION ALL "
        f"SELECT * FROM(SELECT * FROM({made}) EXCEPT SELECT * FROM {table})) HAVING count(*)>0"
    )


FAULTS: Final = {
    # Every seq up to an acknowledgement left an entry or a receipt: if there are fewer, the log was cut.
    "installation {0} was acknowledged up to event {1}, and what is kept of it does not come to that": (
        "SELECT installation_id,ack_seq FROM installations AS held WHERE ack_seq<>(SELECT count(*) FROM log WHERE "
        "log.installation_id=held.installation_id)+(SELECT count(*) FROM repeats WHERE "
        "repeats.installation_id=held.installation_id)+(SELECT count(*) FROM quarantine WHERE "
        "quarantine.installation_id=held.installation_id) ORDER BY 1"
    ),
    "installation {0} has entries in the log, and no acknowledgement": (
        "SELECT DISTINCT installation_id FROM log WHERE installation_id IS NOT NULL AND installation_id NOT IN"
        "(SELECT installation_id FROM installations) ORDER BY 1"
    ),
    "the feeds speak of log entry {0}, which is missing": (
        "SELECT min(position) FROM feed WHERE position NOT IN(SELECT position FROM log) HAVING count(*)>0"
    ),
    "log entry {0} and its body do not stand together": (
        "SELECT position FROM log WHERE position NOT IN(SELECT position FROM bodies UNION SELECT position FROM "
        "erasures) UNION SELECT position FROM bodies WHERE position NOT IN(SELECT position FROM log) "
        "ORDER BY 1 LIMIT 1"
    ),
    "log entry {0} is down as erased, and its body is kept": (
        "SELECT position FROM erasures WHERE position IN(SELECT position FROM bodies) ORDER BY 1 LIMIT 1"
    ),
    "the tally of visits on {0} is not of the visits in the lists. Run `doorstep rebuild`.": (
        f"SELECT min(day) FROM(SELECT * FROM(SELECT {KIND},count(*) FROM visits GROUP BY {KIND} EXCEPT "
        f"SELECT {COLUMNS},visits FROM visit_tallies) UNION ALL SELECT * FROM(SELECT {COLUMNS},visits FROM "
        f"visit_tallies WHERE day<>'{EVERY_DAY}' EXCEPT SELECT {KIND},count(*) FROM visits GROUP BY {KIND})) "
        "HAVING count(*)>0"
    ),
    "the tallies of visits of every day are not those of the days. Run `doorstep rebuild`.": (
        f"SELECT 1 FROM visit_tallies GROUP BY {COLUMNS.removeprefix('day,')} "
        f"HAVING sum(iif(day='{EVERY_DAY}',visits,0))<>sum(iif(day='{EVERY_DAY}',0,visits)) LIMIT 1"
    ),
    "what visits are searched by is not what they say. Run `doorstep rebuild`.": (
        "SELECT 1 FROM(SELECT * FROM(SELECT words FROM visits EXCEPT SELECT words FROM searched) UNION ALL "
        "SELECT * FROM(SELECT words FROM searched EXCEPT SELECT words FROM visits)) LIMIT 1"
    ),
    "what is kept of the order of appointment {0} is not what its facts say. Run `doorstep rebuild`.": _differs(
        "wastage_again", AGAIN
    ),
    "what a missed appointment came to ({0}) is not what its facts say. Run `doorstep rebuild`.": _differs(
        "wastage_recovered", RECOVERED
    ),
}
