"""A measurement of a step's time that is made up, for tests of pages that would start a process to measure it."""


class Measured:
    """A measurement that answers at once."""

    def __init__(self, config, summary, memory=None):
        pass

    def result(self):
        return {"seconds_per_step": 0.01, "how": "bf16, 2 threads", "why": "The quickest here.", "size": "9 parameters"}

    def cancel(self):
        pass
