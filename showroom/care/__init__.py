"""What is promised and must be kept: who is to be contacted, when, and by which rule.

Promises are made in `people.promises` and by closing a deal; here they fall due, are done or
postponed.
"""
