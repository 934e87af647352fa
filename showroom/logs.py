"""The program's diary for whoever mends it: what went wrong and where, never whose name or phone.

We log ids. The mask below is the net under that rule, for what libraries and tracebacks say.
Levels: error, what was asked for was given up; warning, it went on; info, a landmark.
"""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

FILES: Final = 5
BYTES: Final = 1_000_000
MASK: Final = "***"

_PRIVATE: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]++@[\w.-]+"  # e-mail
    r"|[^\x00-\x7f]+"  # Chinese names; full-width digits
    r"|(?:\\(?:u[0-9a-f]{4}|U[0-9a-f]{8}|x[0-9a-f]{2}))+"  # the same, escaped by repr or JSON
    r"|(?<!\d)(?!\d{4}-\d\d-\d\d(?!\d))\d(?:[ .()-]?\d){6,}"  # phones however grouped, not dates
)


def mask(text: str) -> str:
    """Return `text` without anything that may be a name, a phone or an address."""
    return _PRIVATE.sub(MASK, text)


def start(folder: Path) -> Path:
    """Write the diary to `folder` from now on and return its file; a second call moves it."""
    stop()
    file = folder / "showroom.log"
    handler = _Diary(file, maxBytes=BYTES, backupCount=FILES - 1, encoding="utf-8", delay=True)
    handler.setFormatter(_Masked("%(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    return file


def stop() -> None:
    """Close the diary, so that its folder may be moved or removed."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Diary)]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)


class _Diary(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """Stay silent: logging's own report would print the unmasked text, and to no reader."""


class _Masked(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Mask the message, the traceback and the stack; time, level and place stay whole."""
        text = mask(super().format(record))
        return f"{self.formatTime(record)} {record.levelname} {record.name}: {text}"
