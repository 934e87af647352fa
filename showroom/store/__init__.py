"""What keeps: the tables, the one file they live in, and the journal of every write.

`db.Database` is the only thing that knows the engine; `journal` records each action with the rows
it changed, and undoes it. Nothing above this room writes past the journal.
"""
