"""The one property of all targets: whatever it is given, it answers or refuses in one sentence, and does nothing else."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from fuzzing.watch import BrokenPromiseError, Watch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from aae_core.errors import AAEError

THOROUGH_CASES = 500  # cases of the thorough test run; the usual one has a fifth of them
MAX_SENTENCE_LENGTH = 2000  # characters of a refusal


@dataclass(frozen=True)
class Target:
    """Something that is given what strangers say.

    cases(place): how a case is made; call(place, case): what is given it. thorough: cases of the thorough test run, `reason`
    they are fewer. file(place): where the bytes of a case are written, whose path is then given. memory: bytes that a case
    may take more than there are; seconds: of processor time. writes: whether it may write, in the place's folder `work`.
    clause: whether a refusal completes a sentence. allowed: events that `watch` passes over.
    """

    name: str
    cases: Callable
    call: Callable
    thorough: int = THOROUGH_CASES
    reason: str = ""
    file: Callable | None = None
    memory: int = 96 * 2**20
    seconds: float = 2.0
    writes: bool = False
    clause: bool = False
    allowed: tuple[str, ...] = ()

    def __post_init__(self):
        assert (self.thorough < THOROUGH_CASES) == bool(self.reason), f"{self.name}: say why it has fewer cases"


@dataclass
class CaseCount:
    """What came of the cases of a target; seconds of processor time, the making of the cases among them."""

    cases: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest: float = 0.0


def check_target(target: Target, place, cases: int, seed: int | None = None, progress=lambda count: None) -> CaseCount:
    """Give the target so many cases; the smallest one that breaks the property is raised. seed: None for always the same."""
    count = CaseCount()
    watch = Watch(place.work if target.writes else None, target.memory, target.seconds, target.allowed)
    first = [True]

    @settings(
        max_examples=cases,
        derandomize=seed is None,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
    @given(target.cases(place))
    def run_case(case):
        count.cases += 1
        case = place.write_file(target.file(place), case) if target.file else case
        start = time.process_time()
        if first.pop() if first else False:  # it loads modules, and fills caches
            is_refused(target, place, case)
        else:
            with watch.watch_block():
                refused = is_refused(target, place, case)
            count.refused += refused
        count.slowest = max(count.slowest, time.process_time() - start)
        progress(count)

    with place.use_folders():
        start_seconds = time.process_time()
        case_file = target.file and target.file(place)
        former_bytes = case_file.read_bytes() if case_file and case_file.exists() else None
        try:
            (run_case if seed is None else seeded(seed)(run_case))()
        finally:
            count.seconds = time.process_time() - start_seconds
            if former_bytes is not None:
                place.write_file(case_file, former_bytes)
    return count


def is_refused(target: Target, place, case) -> bool:
    """Whether the case was refused; BrokenPromiseError if that was not done in one sentence that can be shown."""
    try:
        target.call(place, case)
    except AAEError as error:
        check_sentence(str(error), target.clause)
        return True
    return False


def check_sentence(text: str, clause: bool = False) -> None:
    """BrokenPromiseError unless a text is one line of moderate length, ends as a sentence, and can be displayed and written."""
    if not text or len(text) > MAX_SENTENCE_LENGTH or not (clause or text.endswith((".", "?", ".)", "…"))):
        raise BrokenPromiseError(f"It refused with no sentence: {text[:200]!r}")
    if len(text.splitlines()) != 1 or not text.isprintable():
        raise BrokenPromiseError(f"It refused with what cannot be shown in a line: {text[:300]!r}")
