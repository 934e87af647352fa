"""Whom we know: the customer's file, how he is found, what he is promised, who brought him.

A customer is captured when he leaves a phone; two may share one. Every change goes through the
functions here and is undone from the journal.
"""
