"""The person alerts that a home may bear, by their codes in the HACT data standard; the pages hold their words."""

from typing import Final

ALERT_CODES: Final = ("10", "20", "20-10", "20-20", "20-40", "20-50", "20-60", "20-70", "30", "40", "50", "60")
"""Not alone; disability or vulnerability (hearing, vision, physical support, wheelchair, elderly, safeguarding); often
misses appointments; language; the operative's gender; capacity."""
