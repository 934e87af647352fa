"""The one file of a showroom: open, read, write. Only this module knows the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as Session
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from showroom import dates
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.store import index, journal, tidemark
from showroom.store.seals import Sealer

PRAGMAS = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
BUSY_MS = 5000
CACHE = "PRAGMA cache_size = -16000"  # 16 MB: a page is decrypted once
LOG_PAGES = 8000  # 32 MB: the log is put into the file by `fold` long before, or by a large import
_CODES = {  # the result codes of SQLite, by its documentation
    3: "readonly",
    5: "busy",
    6: "busy",
    8: "readonly",
    10: "io",
    11: "damaged",
    13: "full",
    14: "readonly",
    26: "foreign",
}


# Binding None the driver looks in vain for how to adapt it, for a microsecond; told, it does not.
driver.register_adapter(type(None), lambda nothing: nothing)


def connect(path: Path, key: bytes, *, foreign_keys: bool = True) -> Any:
    """Open one encrypted connection with our pragmas, and make sure that they hold.

    `key` is 32 random bytes. Raises `ShowroomError` when the file is not ours, damaged, or made
    with another key. Our own transactions: the driver begins none.
    """
    try:
        connection = driver.connect(
            path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000
        )
    except driver.Error as error:
        raise _sentence(error, path) from error
    try:
        unlock(connection, key)
        wanted = {**PRAGMAS, "foreign_keys": int(foreign_keys)}
        for name, value in wanted.items():
            _patiently(connection, f"PRAGMA {name} = {value}")
            (is_now,) = connection.execute(f"PRAGMA {name}").fetchone()
            if is_now != value:
                raise RuntimeError(f"PRAGMA {name} is {is_now}, not {value}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        connection.execute(CACHE)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.create_function("folded", 1, index.folded, deterministic=True)
        connection.create_function("national", 1, index.national, deterministic=True)
        connection.create_function("found_by", 2, index.found_by, deterministic=True)
        Sealer(key).register(connection)
    except driver.Error as error:
        connection.close()
        raise _sentence(error, path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _patiently(connection: Any, statement: str) -> None:
    """Try for as long as a locked file is waited for: changing the journal mode does not wait."""
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute(statement)
            return
        except driver.OperationalError as error:
            if _CODES.get(error.sqlite_errorcode & 0xFF) != "busy" or time.monotonic() > until:
                raise
            time.sleep(0.01)


def unlock(connection: Any, key: bytes) -> None:
    """Give a new connection its key; a driver that cannot encrypt is an error."""
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would speak on stderr
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if connection.execute("PRAGMA cipher_version").fetchone() is None:
        raise RuntimeError("this SQLite does not encrypt")


@contextmanager
def speaking(path: Path) -> Iterator[None]:
    """Turn what the driver says about this file into a sentence."""
    try:
        yield
    except driver.Error as error:
        said = _sentence(error, path)
        if said is error:
            raise
        raise said from error


def _sentence(error: Exception, path: Path) -> Exception:
    """Turn what the driver says into a sentence; an error that is ours stays as it is."""
    code = getattr(error, "sqlite_errorcode", None)
    name = _CODES.get(code & 0xFF if isinstance(code, int) else 0) or _by_words(str(error))
    texts = {
        "full": _("The disk is full: nothing was saved. Free some space on {path} and try again."),
        "readonly": _(
            "The data in {path} cannot be written. Ask whoever looks after this PC for write "
            "permission, or choose another data folder."
        ),
        "io": _("The disk of {path} reported an error: nothing was saved. Check the disk."),
        "busy": _("Another program is using {path}. Close it and try again."),
        "foreign": _(
            "{path} is not a data file of this desk, or its key is not on this PC. Restore a "
            "backup, or bring the key file of this desk."
        ),
        "damaged": _("The data file {path} is damaged. Restore the last backup."),
    }
    return ShowroomError(texts[name].format(path=path)) if name else error


def _by_words(message: str) -> str:
    """The driver does not always hand over a code; its words are fixed."""
    for words, name in (
        ("disk is full", "full"),
        ("readonly", "readonly"),
        ("unable to open", "readonly"),
        ("disk I/O error", "io"),
        ("is locked", "busy"),
        ("file is not a database", "foreign"),
        ("hmac check failed", "foreign"),
        ("malformed", "damaged"),
    ):
        if words in message:
            return name
    return ""


def _refuse_commit(_session: Session) -> None:
    raise RuntimeError("a session for looking keeps nothing: use db.write()")


class Database:
    """One showroom's file; pages hold it, never a session.

    Attributes: `staff_id` who sits at the desk (goes into the journal, decides rights), `revealed`
    the customers whose phones he asked to see, and until when by `time.monotonic`
    (`showroom.guard.mask`), `reasons` why he corrects a day that is closed, by day
    (`showroom.guard.closed`), `saved_at` when the last change was written, `clock` what time it is
    (aware UTC; a test or the tour replaces it), `told` how often it said that something changed:
    what was read while it was another number may be stale, `lost` what was found missing when it
    was opened, a sentence or "".
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = Path(path)
        self.key = key
        self.staff_id: int | None = None
        self.revealed: Mapping[int, float] = {}
        self.reasons: Mapping[date, str] = {}
        self.saved_at: datetime | None = None
        self.told = 0
        self.lost = ""
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._listeners: list[Callable[[], None]] = []
        self._sealer = Sealer(key)
        self.engine = self._engine()
        writer = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(writer, expire_on_commit=False)
        journal.follow(self._writers)
        event.listen(self._readers, "before_commit", _refuse_commit)

    def _engine(self) -> Engine:
        engine = create_engine(
            URL.create("sqlite"),
            module=driver,
            creator=lambda: connect(self.path, self.key),
            pool_size=4,
            max_overflow=8,
            pool_use_lifo=True,  # the one used last has the pages at hand
            poolclass=QueuePool,
            insertmanyvalues_page_size=500,
            hide_parameters=True,  # no names in an error, so none in the log
        )

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            options = connection.get_execution_options()
            connection.exec_driver_sql(str(options.get("begin", "BEGIN")))

        @event.listens_for(engine, "checkin")
        def _checkin(connection: Any, record: ConnectionPoolEntry) -> None:
            if record.info.pop("room", None) and connection is not None:
                connection.execute(CACHE)

        return engine

    @property
    def backups(self) -> Path:
        """The folder of whole copies, beside the file."""
        return self.path.parent / "backups"

    def now(self) -> datetime:
        """This moment, aware UTC."""
        return self.clock()

    def today(self) -> date:
        """The business day of this moment, by the PC's time zone."""
        return dates.local_day(self.clock())

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking; what it changes is thrown away."""
        with self._speaking(), self._readers() as session:
            session.info.update(self._about())
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One user action, one transaction, one journal entry: all of it, or none.

        Listeners are told after the commit, on the thread that wrote; a draft tells nobody, nor
        does a mere note in the journal.
        """
        with self._begun() as session:
            try:
                yield session
                journal.finish(session)
                journal.bring_index(session)
                session.commit()
            except BaseException:
                session.rollback()
                raise
            acted, action = journal.acted(session), session.info.get("action")
        if action is not None:
            tidemark.leave(self.path, tidemark.Mark(action.id, action.at))
        if acted:
            self.saved_at = self.now()
            self.tell()

    @contextmanager
    def rehearsal(self) -> Iterator[Session]:
        """A session in which all is done as in `write`, and of which nothing is kept or told."""
        with self._begun() as session:
            try:
                yield session
                journal.finish(session)
                journal.bring_index(session)
            finally:
                session.rollback()

    @contextmanager
    def _begun(self) -> Iterator[Session]:
        with self._speaking(), self._writers() as session:
            session.info.update(self._about(), now=self.now())
            session.begin()
            yield session

    def _about(self) -> dict[str, Any]:
        """What a session knows of the desk: the seals, who sits there, whose phones are open."""
        return {
            "sealer": self._sealer,
            "staff_id": self.staff_id,
            "reasons": self.reasons,
            "revealed": frozenset(
                id for id, end in self.revealed.items() if time.monotonic() < end
            ),
        }

    def seat(self, staff_id: int | None) -> None:
        """Somebody sits down at the desk: what the one before saw in full is read anew."""
        self.staff_id = staff_id
        self.revealed = {}
        self.reasons = {}
        self.tell()

    def tell(self) -> None:
        """Say that what is shown changed: after every write by itself, else by who changed it."""
        self.told += 1
        for listener in list(self._listeners):
            listener()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if error.orig is None or isinstance(error.orig, driver.IntegrityError):
                raise
            raise _sentence(error.orig, self.path) from error

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every committed write, on the thread that wrote."""
        self._listeners.append(listener)

    def fold(self) -> None:
        """Put the log into the file, and small parts of the index together, while nobody waits.

        Any thread. The save that has to do it takes 30 ms instead of 3. The log is emptied, unless
        somebody reads just now: a bit that flips in it later takes nothing back.
        """
        connection = connect(self.path, self.key)
        try:
            with speaking(self.path):
                index.tidy(connection)
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                connection.execute("PRAGMA busy_timeout = 0")  # nobody waits for this one
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close()

    def close(self) -> None:
        """Close every connection; the write-ahead log folds into the file."""
        self._listeners.clear()
        self.engine.dispose()
