"""The pace of work that recurs during a training, such as recording it."""

import time


class AdaptiveInterval:
    """The pace of recurring work: due every `min_seconds` seconds, or less often (at least every `max_seconds` seconds)
    if it would take more than `time_share` of the time. The work is done in this context, which measures how long it
    takes."""

    def __init__(self, min_seconds: float, time_share: float, max_seconds: float):
        self.min_seconds, self.time_share, self.max_seconds = min_seconds, time_share, max_seconds
        self.next_time = time.monotonic() + min_seconds

    def is_due(self) -> bool:
        return time.monotonic() >= self.next_time

    def __enter__(self):
        self.start = time.monotonic()

    def __exit__(self, *_):
        now = time.monotonic()
        self.next_time = now + min(self.max_seconds, max(self.min_seconds, (now - self.start) / self.time_share))
