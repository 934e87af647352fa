"""Who comes in: the arrival with its clock, whose turn it is, the seven moments, the leaving.

A visit is born with three keys and completed by the consultant; giving a phone at any moment
captures the customer.
"""
