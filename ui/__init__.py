"""What the desk sees: Qt over the rooms of `showroom`, which never hear of it.

PySide6 6.12 hands out None, True and False without counting them, which is right only from Python
3.12 on, where they are immortal: Python 3.11 ended the process ("deallocating None") after some
thousand calls into Qt. So that it does not, we count enough of them here, before Qt is imported.
"""

import sys

if sys.version_info < (3, 12):
    import ctypes

    for _single in (None, True, False, NotImplemented, ...):
        ctypes.c_ssize_t.from_address(id(_single)).value += 1 << 40
