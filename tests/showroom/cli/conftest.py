"""An invented showroom in a folder, and the command line that is called on it."""

from __future__ import annotations

import json
import shutil

import pytest

import main


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory):
    """A data folder with an invented showroom; copy it, never use it."""
    folder = tmp_path_factory.mktemp("filled")
    assert main.main(["--data", str(folder), *"--language en sample --customers 60".split()]) == 0
    return folder


@pytest.fixture
def folder(filled_folder, tmp_path):
    return shutil.copytree(filled_folder, tmp_path / "desk")


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Return a function that runs a command line and returns (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(folder, line, *more):
        words = ["--language", "en", "--data", str(folder), *line.split(), *map(str, more)]
        code = main.main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def answer(call):
    """Return a function that runs a command line with --json and returns the object."""

    def run(folder, line, *more):
        code, out, err = call(folder, f"--json {line}", *more)
        assert (code, err) == (0, "")
        return json.loads(out)

    return run
