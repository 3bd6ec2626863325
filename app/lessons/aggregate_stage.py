"""A lesson's page of the aggregated posterior without a browser: the same ellipses, and the figures that its bars show."""

from dataclasses import fields, replace

from aae_core.errors import ConfigError
from aae_core.evaluation.aggregated_posterior import measure_divergences
from aae_core.latent.encoded_images import SETS, Arrangement
from app.session.settings import field_parser

PREFIX = "aggregate."  # of its settings


class AggregateStage:
    """The page with a seed, which chooses the images: seed 0 those of the page's settings, seed 1 the set after them."""

    def __init__(self, settings: dict[str, str], seed: int):
        first = Arrangement(**{name.removeprefix(PREFIX): parse_value(name, text) for name, text in settings.items()})
        self.arrangement = replace(first, images=(first.images - 1 + seed) % SETS + 1)

    def begin(self) -> None:
        """Nothing on this page is compared with its start."""

    def save(self) -> Arrangement:
        return self.arrangement

    def restore(self, state: Arrangement) -> None:
        self.arrangement = state

    def perform(self, action: dict) -> None:
        """Perform an action of `vocabulary.ACTIONS`, or a goal that says what to do."""
        if action.get("do", action.get("kind")) == "setting" and "is" in action:
            name = action["setting"]
            self.arrangement = replace(self.arrangement, **{name.removeprefix(PREFIX): parse_value(name, action["is"])})

    def measure(self, name: str) -> float:
        """A figure of the page."""
        return getattr(measure_divergences(self.arrangement.posteriors()), name)


def parse_value(name: str, text: str) -> float | int:
    """The value of one of the page's settings; ConfigError if it has no such setting or the text is no value of it."""
    own_fields = {PREFIX + field.name: field for field in fields(Arrangement)}
    value = field_parser(Arrangement, own_fields[name])(text) if name in own_fields else None
    if value is None:
        raise ConfigError(f"its setting {name} cannot be {text!r}")
    return value
