"""Measurements anyone can repeat: real processes on this machine, never a timed test."""
