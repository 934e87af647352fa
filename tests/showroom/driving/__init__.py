"""Test drives, demo cars and their keys."""
