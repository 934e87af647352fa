"""The history of the tables: one frozen step a file in `versions`, and `schema.sql`, their sum.

A new file is made from `schema.sql`; an older one walks the steps (`showroom.store.migrate`).
After changing a model: `python -m showroom.store.migrations "what changes"`, then read the result.
"""
