"""A page of the office that holds one picture, as the analysis shows it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from markupsafe import Markup

from doorstep.web.charts.dot_whisker import DotWhisker, dot_whisker
from doorstep.web.charts.frame import both
from doorstep.web.charts.heat_map import HeatMap, heat_map
from doorstep.web.charts.small_multiples import SmallMultiples, small_multiples
from doorstep.web.charts.waterfall import waterfall
from tests.browser.charts.edges import Chart


def drawn(chart: Chart) -> Markup:
    """A picture in both of its forms."""
    if isinstance(chart, DotWhisker):
        return both(dot_whisker, chart)
    if isinstance(chart, HeatMap):
        return both(heat_map, chart)
    if isinstance(chart, SmallMultiples):
        return both(small_multiples, chart)
    return both(waterfall, chart)


def page_of(charts: dict[str, Chart], styles: Path) -> str:
    """Pictures under the names of their edges, with the office's styles."""
    sections = "".join(
        f'<section class="ds-answer" data-edge="{escape(edge)}"><h2 class="govuk-heading-m">{escape(edge)}</h2>'
        f'{drawn(chart)}<p id="{chart.named.caption_id}">The same figures</p></section>'
        for edge, chart in charts.items()
    )
    return (
        '<!doctype html><html lang="en-GB" class="govuk-template"><head><meta charset="utf-8"><title>Pictures</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{styles.read_text("utf-8")}</style></head><body class="govuk-template__body">'
        f'<div class="ds-wrap"><main class="ds-main"><h1>Pictures</h1>{sections}</main></div></body></html>'
    )
