"""Who may do and see what: the people who work here."""
