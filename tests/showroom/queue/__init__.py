"""The queue of cards."""
