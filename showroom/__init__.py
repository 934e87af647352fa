"""Showroom Desk: the business of a showroom's front desk, without a screen.

The rooms stand in the order of the journey (store, guard, people, door, deals, care, cards,
sheets, figures); a room uses those before it, never those after it. Nothing here knows Qt.
"""
