"""Which kinds of the log's entries may lose their words one day; of all others a missing body is a fault."""

from __future__ import annotations

from doorstep.application.fact_rows import FACT_KINDS
from doorstep.application.resident.rows import FORGOTTEN_KINDS

ERASABLE_KINDS = FACT_KINDS | FORGOTTEN_KINDS
