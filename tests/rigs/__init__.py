"""Rigs: what the program promises about loss, damage and secrecy, shown by doing the worst to it.

`uv run python -m tests.rigs [NAME …] [--long] [--prove]` prints a line of figures for each rig.
"""
