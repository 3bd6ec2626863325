"""Sweeps: trainings of many settings, each with several seeds, that are planned, run and compared together."""
