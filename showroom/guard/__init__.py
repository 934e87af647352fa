"""Who may do and see what, and the proof of it: staff, PINs, rights, the mask, the trail.

And what is owed to the persons on file: consent, the report of everything held, erasure, terms.
"""
