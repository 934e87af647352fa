"""A workbook saved back with its results opens again, with its macros or without."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from showroom.errors import ShowroomError
from showroom.sheets import apply as applying
from showroom.sheets import read, results
from showroom.sheets.plan import Plan

HEAD = ["客户姓名", "手机号"]
OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
VBA = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def with_macros(path: Path) -> Path:
    """A workbook as Excel saves it with macros: another type, and a part with the code."""
    plain = path.with_suffix(".plain")
    made = openpyxl.Workbook()
    made.active.append(HEAD)
    made.active.append(["张伟", "13800138000"])
    made.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "[Content_Types].xml":
                part = re.sub(rb"application/[^\"]*sheet\.main\+xml", TYPE.encode(), part).replace(
                    b"</Types>",
                    b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                    b"</Types>",
                )
            elif name == "xl/_rels/workbook.xml.rels":
                part = part.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/'
                    b'relationships/vbaProject" Target="vbaProject.bin"/></Relationships>',
                )
            new.writestr(name, part)
        new.writestr("xl/vbaProject.bin", VBA)
    plain.unlink()
    return path


def content_type(path: Path) -> str:
    with zipfile.ZipFile(path) as packed:
        types = packed.read("[Content_Types].xml").decode()
    found = re.search(r'PartName="/xl/workbook.xml"[^>]*?ContentType="([^"]+)"', types)
    found = found or re.search(r'ContentType="([^"]+)"[^>]*?PartName="/xl/workbook.xml"', types)
    assert found is not None
    return found[1]


OFFICES = pytest.mark.parametrize(
    "office", [False, pytest.param(True, marks=[OFFICE, pytest.mark.slow])]
)


def opens(path: Path, office: bool) -> list[Any]:
    """The last cells of its rows, as openpyxl reads them, and LibreOffice where it is asked."""
    made = openpyxl.load_workbook(path, keep_vba=True)
    seen = [row[-2].value for row in made.active.rows]
    made.vba_archive.close()
    if office:
        folder = path.parent / "csv"
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
                *("--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76"),
                *("--outdir", folder, path),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        lines = (folder / path.with_suffix(".csv").name).read_text("utf-8").splitlines()
        assert [line.split(",")[2] for line in lines] == seen
    return seen


def planned(db, path: Path) -> Plan:
    return applying.look(db, read.read(path))


@OFFICES
def test_a_workbook_with_macros_keeps_them_under_its_own_kind_of_name(db, tmp_path, office):
    plan = planned(db, with_macros(tmp_path / "客户.xlsm"))
    assert results.keeps_macros(plan.book)
    wanted = tmp_path / "结果.xlsm"
    assert results.target(plan, wanted) == wanted
    with db.read() as session:
        assert results.save(session, plan, wanted) == 1
    assert content_type(wanted) == TYPE
    with zipfile.ZipFile(wanted) as packed:
        assert packed.read("xl/vbaProject.bin") == VBA
    assert opens(wanted, office) == ["Result", "New"]


@OFFICES
def test_under_the_name_of_an_xlsx_it_has_none(db, tmp_path, office):
    plan = planned(db, with_macros(tmp_path / "客户.xlsm"))
    with db.read() as session:
        results.save(session, plan, tmp_path / "结果.xlsx")
    assert "macroEnabled" not in content_type(tmp_path / "结果.xlsx")
    with zipfile.ZipFile(tmp_path / "结果.xlsx") as packed:
        assert "xl/vbaProject.bin" not in packed.namelist()
    assert opens(tmp_path / "结果.xlsx", office) == ["Result", "New"]


def test_what_is_made_of_rows_is_an_xlsx_whatever_name_was_chosen(db, tmp_path):
    source = with_macros(tmp_path / "客户.xlsm")
    plan = planned(db, source)
    source.write_bytes(source.read_bytes() + b" ")  # saved in Excel meanwhile
    assert not results.keeps_macros(plan.book)
    found = results.target(plan, tmp_path / "结果.xlsm")
    assert found == tmp_path / "结果.xlsx"
    with db.read() as session:
        results.save(session, plan, found)
        assert "macroEnabled" not in content_type(found)
        with pytest.raises(ShowroomError, match=r"客户\.xlsm cannot be opened again"):
            results.save(session, plan, tmp_path / "结果.xlsm")
    with pytest.raises(ShowroomError, match=r"and 结果\.xlsx is there already"):
        results.target(plan, tmp_path / "结果.xlsm")


def test_each_of_several_gets_the_kind_of_name_it_can_have(db, tmp_path):
    with_macros(tmp_path / "一.xlsm")
    lost = with_macros(tmp_path / "二.xlsm")
    plan = applying.look(db, [read.read(tmp_path / f"{name}.xlsm") for name in "一二"])
    lost.unlink()
    (tmp_path / "out").mkdir()
    with db.read() as session:
        results.save_all(session, plan, tmp_path / "out")
    made = sorted(tmp_path.joinpath("out").iterdir())
    assert [path.suffix for path in made] == [".xlsm", ".xlsx"]
    assert ["macroEnabled" in content_type(path) for path in made] == [True, False]
