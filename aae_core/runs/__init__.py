"""Runs: the queue, the engines that start trainings, the workers that compute and record them, and sweeps of many."""
