"""Native charts of a sheet's own columns, in the colours of the desk."""

from __future__ import annotations

from typing import Any

from showroom.sheets.cells import Kind
from showroom.sheets.looks import INK, LINE, SERIES, SLICES
from showroom.sheets.write import Chart, Sheet


def draw(page: Any, sheet: Sheet, chart: Chart) -> Any:
    """The openpyxl chart of columns of a sheet; `page` is that sheet as openpyxl knows it."""
    from openpyxl.chart import BarChart, PieChart, Reference
    from openpyxl.chart.series_factory import SeriesFactory
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    made = PieChart() if chart.form == "pie" else BarChart()
    made.title = chart.title
    _small(made.title)
    made.width, made.height = chart.size
    if chart.form == "bars":
        made.height = 3.5 + 0.7 * len(sheet.rows)
    for number, code in enumerate(chart.series):
        head = sheet.columns[sheet.place(code) - 1].title
        series = SeriesFactory(Reference(page, range_string=sheet.span(code)), title=head)
        if chart.form == "pie":
            _slices(series, len(sheet.rows))
        else:
            series.graphicalProperties = GraphicalProperties(solidFill=SERIES[number])
        made.series.append(series)
    made.set_categories(Reference(page, range_string=sheet.span(chart.labels)))
    if chart.form == "pie":
        made.legend.position = "r"
        return made
    made.gapWidth, made.overlap = 50, 0
    made.legend.position = "t"
    made.x_axis.delete = made.y_axis.delete = False
    hairline = LineProperties(solidFill=LINE, w=6350)
    made.y_axis.majorGridlines.spPr = GraphicalProperties(ln=hairline)
    made.y_axis.number_format = "0"
    day = sheet.columns[sheet.place(chart.labels) - 1].kind is Kind.DAY
    made.x_axis.number_format = "d" if day else "General"
    made.x_axis.numFmt.sourceLinked = made.y_axis.numFmt.sourceLinked = False
    if chart.form == "bars":
        made.type = "bar"
        made.x_axis.scaling.orientation = "maxMin"
        made.y_axis.crosses = "max"
    return made


def _small(title: Any) -> None:
    """A chart's title no larger than a heading."""
    from openpyxl.drawing.text import CharacterProperties

    for paragraph in title.tx.rich.p:
        for run in paragraph.r:
            run.rPr = CharacterProperties(sz=1200, b=True, solidFill=INK)


def _slices(series: Any, count: int) -> None:
    """Colours and shares of the slices of a pie."""
    from openpyxl.chart.label import DataLabelList
    from openpyxl.chart.series import DataPoint
    from openpyxl.chart.shapes import GraphicalProperties

    for number in range(count):
        look = GraphicalProperties(solidFill=SLICES[number % len(SLICES)])
        series.dPt.append(DataPoint(idx=number, spPr=look))
    series.dLbls = DataLabelList(
        showPercent=True,
        showVal=False,
        showCatName=False,
        showSerName=False,
        showLegendKey=False,
        showLeaderLines=False,
        dLblPos="outEnd",
    )
