"""What every part of the settings is: a title, and what is typed can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _, ngettext
from ui import dialogs, style
from ui.forms import Form
from ui.page import Page
from ui.widgets import Button, Card

if TYPE_CHECKING:
    from showroom.store.db import Database


class Section(QWidget):
    """One part of the settings: a title, and `reload()` when something was written.

    Who may not change it, for want of `right`, is told so beside the title. `discarding` gives it
    the button that forgets what is typed, and Escape: in a field that was changed it takes back
    that field, elsewhere all of them; of several it asks first.
    """

    right: Right | None = None
    discard: Button | None = None
    _typed_since = False

    def __init__(self, page: Page, title: str, note: str = "") -> None:
        super().__init__()
        self.page, self.title = page, title
        self.db: Database = page.db
        self._forms: tuple[Form, ...] = ()
        self._shown_in: dict[Form, tuple[int, str]] = {}  # which one stands in a form, its name
        self._kept: dict[tuple[Form, int], dict[str, Any]] = {}  # what is typed of others
        self.card = Card(title, note)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(style.XL, style.L, style.XL, style.XL)
        self.body.setSpacing(style.L)
        self.card.body.addLayout(self.body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.card)

    def reload(self) -> None:
        """Read anew what is shown; a form that is being typed in is not touched."""

    def show_right(self) -> None:
        """Say who may change this, to who may not."""
        if self.right is not None:
            with self.db.read() as session:
                self.card.set_title(self.title, rights.refusal(session, self.right))

    def focus_first(self) -> None:
        """Take the keyboard."""
        self.card.setFocus()

    # -- what is typed and not saved --

    @property
    def _dirty(self) -> bool:
        """Whether something is typed that is not saved."""
        return self._typed_since

    @_dirty.setter
    def _dirty(self, typed: bool) -> None:
        self._typed_since = typed
        if self.discard is not None:
            self.discard.setVisible(typed)
            self._escape.setEnabled(typed)

    def discarding(self, name: str, *forms: Form) -> Button:
        """The button that puts back what is saved in these forms; there while something is typed.

        A section that knows by itself when that is names no forms.
        """
        made = self.page.button(
            _("Discard"), "", self.ask_back, kind="quiet", name=f"discard_{name}"
        )
        made.hide()
        self.discard = made
        escape = self.page.key("Esc", _("Take back what is typed in the field"), self.take_back)
        self.page.removeAction(escape)
        self.addAction(escape)  # of several parts only the one that has the keyboard
        escape.setParent(self)
        escape.setEnabled(False)
        self._escape = escape
        self._forms = forms
        for form in self._watched():
            form.remember()
        for form in forms:
            form.edited.connect(lambda _name: self.say_typed())
        return made

    def say_typed(self) -> None:
        """Show whether something is typed here that is not saved."""
        self._dirty = bool(self._changed())

    def show_in(self, form: Form, id: int, values: dict[str, Any], name: str) -> None:
        """Fill a form with another one; what was typed of the one before waits for it."""
        before, called = self._shown_in.get(form, (0, ""))
        if before and before != id and form.unsettled():
            self._kept[form, before] = form.raw()
            self.say_kept(called)
        self._shown_in[form] = id, name
        form.set_values(values)
        form.set_raw(self._kept.pop((form, id), {}))
        self.say_typed()

    def saved(self, form: Form) -> None:
        """What stands in a form is saved."""
        form.filled()
        self.say_typed()

    def take_back(self) -> None:
        """Put back the field that has the keyboard, where it was changed, else everything."""
        focus = QApplication.focusWidget()
        for form, name in self._changed():
            field = form.fields[name]
            if focus is not None and (field is focus or field.isAncestorOf(focus)):
                form.take_back(name)
                if self._count_changed():
                    form.edited.emit(name)
                else:
                    self.put_back()
                return
        self.ask_back()

    def ask_back(self) -> None:
        """Put back everything; where that is more than one field, after a question."""
        count = self._count_changed()
        asked = ngettext(
            "Forget what you typed in {count} field?",
            "Forget what you typed in {count} fields?",
            count,
        ).format(count=count)
        if count < 2 or dialogs.confirm(self, asked, _("Discard")):
            self.put_back()

    def put_back(self) -> None:
        """Forget what is typed here: what is saved stands there again."""
        for form in self._watched():
            form.take_back()
        self._dirty = False
        self.reload()
        self.page.said.emit(_("Nothing saved; it stands there as it was."))

    def say_kept(self, name: str) -> None:
        """Say that what was typed of one thing is not saved while another is looked at."""
        said = _("{name}: what you typed waits here until you save it.")
        self.page.said.emit(said.format(name=name))

    def _watched(self) -> tuple[Form, ...]:
        own = vars(self).get("form")
        return self._forms or ((own,) if isinstance(own, Form) else ())

    def _changed(self) -> list[tuple[Form, str]]:
        return [(form, name) for form in self._watched() for name in form.unsettled()]

    def _count_changed(self) -> int:
        return len(self._changed())

    # -- buttons --

    def buttons(self, *buttons: Button, last: Button | None = None) -> QHBoxLayout:
        """Put buttons in a line, one of them at its end."""
        line = QHBoxLayout()
        line.setSpacing(style.M)
        for button in buttons:
            line.addWidget(button)
        line.addStretch()
        if last is not None:
            line.addWidget(last)
        return line
