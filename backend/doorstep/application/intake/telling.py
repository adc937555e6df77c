"""What came of a file, in one sentence for the command, the folder and the log of a feed."""

from __future__ import annotations

from doorstep.application.intake.kept import ImportRun
from doorstep.application.intake.runs import REFUSED, counts_of


def told(run: ImportRun) -> str:
    """The counts of a run that ended, or why the file was refused."""
    if run.state == REFUSED:
        return f"The file was refused: {run.why} Nothing was taken in."
    counts, would = counts_of(run), "would be " if run.is_dry else ""
    parts = [f"{counts.new} {would}new", f"{counts.changed} {would}changed", f"{counts.same} as they were"]
    if counts.held:
        parts.append(f"{counts.held} {would}held, with {counts.faults} faults")
    if counts.again:
        parts.append(f"{counts.again} seen to before")
    said = f"{counts.rows} rows: {', '.join(parts)}."
    if counts.filled:
        said += f" {counts.filled} were filled from what is known."
    if counts.orders:
        said += f" {counts.orders} orders are known now that were not, or not so well."
    return said
