"""An invented showroom: staff, models, people, visits, deals, cards and promises that never were.

It fills an empty desk for trying, teaching and measuring, the same for the same seed and moment.
Names and phones are drawn from lists; whoever recognises himself is mistaken.
"""
