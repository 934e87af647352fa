"""Sheets that are text: CSV in whatever encoding, and Excel 2003's XML.

Used by `child`, in its process; knows nothing of the rest of the program.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from itertools import islice
from typing import Any, Final

from showroom.sheets.decoding import decode
from showroom.sheets.unreadable import Unreadable, check_size

Row = list[Any]
Found = dict[str, Any]

SHEET_XML: Final = "urn:schemas-microsoft-com:office:spreadsheet"


SIGNS: Final = (",", "\t", ";", "|", "，")
_ALIGNED: Final = re.compile(r"[ \u3000]{2,}|\u3000")


def lines(data: bytes, encoding: str) -> Found:
    """The rows of a CSV, whatever separates its cells: a sign, or two spaces and more."""
    text, encoding = decode(data, encoding)
    odd = sum(1 for char in text[:65536] if ord(char) < 32 and char not in "\t\r\n\f\x1a")
    if odd > max(3, len(text[:65536]) / 500):
        raise Unreadable("foreign")
    csv.field_size_limit(1 << 24)
    text = text.lstrip("\ufeff").rstrip("\x1a\0")
    said = re.match(r"sep=(.)\r?\n", text)
    separator = said[1] if said else _separator(text)
    if separator:
        rows = _separated(text, separator)
    else:
        rows = [_ALIGNED.split(line.strip()) if line.strip() else [] for line in text.splitlines()]
    check_size(len(rows), max((len(row) for row in rows), default=0))
    sheet = {"name": "", "hidden": False, "rows": rows, "merged": []}
    return {"format": "text", "encoding": encoding, "sheets": [sheet]}


def _separated(text: str, sign: str) -> list[Row]:
    """A quote that nobody closed must not swallow the rest of the file: then quotes are text."""
    lines = io.StringIO(text, newline="")
    if text.count('"') % 2:
        reader = csv.reader(lines, delimiter=sign, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines, delimiter=sign)
    return [[_unwrapped(cell) for cell in row] for row in reader]


def _separator(text: str) -> str:
    """The sign that cuts most of the first lines into equally many cells; "" for spaces."""
    best, best_score = ",", 0.0
    for sign in SIGNS:
        reader = csv.reader(io.StringIO(text[:65536], newline=""), delimiter=sign)
        score = _even([len(row) for row in islice(reader, 50) if row])
        if score > best_score:
            best, best_score = sign, score
    if not best_score:
        heads = [line for line in islice(io.StringIO(text[:65536]), 50) if line.strip()]
        if _even([len(_ALIGNED.split(line.strip())) for line in heads]):
            return ""
    return best


def _even(widths: list[int]) -> float:
    widths = widths or [1]
    usual = max(set(widths), key=widths.count)
    return (usual - 1) * widths.count(usual) / len(widths)


def _unwrapped(cell: str) -> str:
    """`="13800138000"` is how programs keep Excel from spoiling a number."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


def sheet_xml(data: bytes) -> Found:
    """Excel 2003's XML, still written by old dealer systems."""
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError:
        raise Unreadable("damaged") from None
    space = f"{{{SHEET_XML}}}"
    sheets = []
    for sheet in root.iter(f"{space}Worksheet"):
        rows: list[Row] = []
        for row in sheet.iter(f"{space}Row"):
            start = int(row.get(f"{space}Index") or len(rows) + 1)
            check_size(start, 1)
            rows += [[] for _line in range(start - 1 - len(rows))]
            cells: Row = []
            for cell in row.iter(f"{space}Cell"):
                place = min(int(cell.get(f"{space}Index") or len(cells) + 1), 16384)
                cells += [""] * (place - 1 - len(cells))
                cells.append(_xml_value(cell.find(f"{space}Data"), space))
            rows.append(cells)
        name = sheet.get(f"{space}Name") or ""
        sheets.append({"name": name, "hidden": False, "rows": rows, "merged": []})
    return {"format": "xml", "encoding": "", "sheets": sheets}


def _xml_value(node: Any, space: str) -> Any:
    text = "" if node is None else "".join(node.itertext())
    kind = None if node is None else node.get(f"{space}Type")
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            return datetime.fromisoformat(text)
    except ValueError:
        return text
    return ["e", text] if kind == "Error" else text
