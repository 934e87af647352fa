"""Where everything lies: the folders of one desk, and what was delivered with the program."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final, NamedTuple

from showroom.errors import ShowroomError

APP: Final = "ShowroomDesk"


class Desk(NamedTuple):
    """The folders of one desk; `config` holds the key file, apart from the data it opens.

    A desk that was named by its folder is `portable`: everything lies in it, the key too. On
    Windows and macOS a user's own `data` and `config` are one folder; its key is in the keystore.
    """

    data: Path
    config: Path
    exports: Path
    portable: bool = False

    @property
    def database(self) -> Path:
        """Return the encrypted file that holds the business."""
        return self.data / "showroom.db"

    @property
    def backups(self) -> Path:
        """Return the folder of whole copies."""
        return self.data / "backups"

    @property
    def logs(self) -> Path:
        """Return the folder of the program's own diary."""
        return self.data / "logs"

    @property
    def key(self) -> Path:
        """Return the key file of a machine without a keystore."""
        return self.config / "showroom.key"


def desk(folder: Path | None = None) -> Desk:
    """Return the folders of the desk in `folder`, or of this user's own; makes nothing."""
    if folder is not None:
        home = folder.expanduser().absolute()
        return Desk(data=home, config=home, exports=home / "exports", portable=True)
    import platformdirs

    return Desk(
        data=platformdirs.user_data_path(APP, appauthor=False),
        config=platformdirs.user_config_path(APP, appauthor=False),
        exports=platformdirs.user_documents_path() / APP,
    )


def prepare(desk: Desk) -> Desk:
    """Make the desk's folders and prove that they can be written; ShowroomError names the bad one.

    `exports` is made by whoever first saves something there.
    """
    for folder in dict.fromkeys((desk.data, desk.config, desk.backups, desk.logs)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _try_writing(folder)
        except OSError as error:
            raise _refusal(folder, error) from error
    return desk


def resources() -> Path:
    """Return the folder of fonts, icons, catalogues and templates."""
    return Path(__file__).resolve().parent.parent / "resources"


def _try_writing(folder: Path) -> None:
    """Write and remove a file: access rights alone say little on Windows, for root, on shares."""
    from tempfile import TemporaryFile

    with TemporaryFile(dir=folder) as probe:
        probe.write(b"0")


def _refusal(folder: Path, error: OSError) -> ShowroomError:
    from showroom.i18n import _  # which finds its catalogue through this module

    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        sentence = _("The disk of {folder} is full. Free some space and start again.")
    elif isinstance(error, (FileExistsError, NotADirectoryError)):
        sentence = _("{folder} is not a folder. Name another one with --data.")
    else:
        sentence = _(
            "Nothing can be written to {folder}. "
            "Ask for the right to write there, or name another folder with --data."
        )
    return ShowroomError(sentence.format(folder=folder))
