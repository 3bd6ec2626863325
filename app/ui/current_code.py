"""The current code z and content y of a page: sliders, class selector, decoded image, and the values of p and D at z."""

from itertools import pairwise

import numpy as np
import streamlit as st

from aae_core.config.derived import judges_codes
from app.cache import loaded, shown_codes
from app.components import markdown
from app.figures import number_text
from app.figures.plane import axis_name
from app.session import address, controls
from app.ui import choices, drawn_images

SLIDERS_AT_ONCE = 8
TICKS = (5, 25, 50, 75, 95)  # percentiles marked under a slider


def code_now(revision, name: str = "z", first: np.ndarray | None = None) -> np.ndarray:
    """The current z, d values, kept in the link under `name`, of a revision that has codes. Its initial value is `first`, by
    default the first image's code."""
    return address.current_code(name, loaded.probe(revision).z[0].astype(float) if first is None else first)


def pick_drawn(revisions, on_change=None) -> str:
    """Let the user choose "mean" or "draw" (`shown_codes.CODES`) for the codes of q(z|x). Returns "mean" without drawing anything
    if no revision has a Gaussian posterior and its images on this machine."""
    if not any(shown_codes.draws_codes(revision) for revision in revisions):
        return "mean"
    label = "Codes of a Gaussian posterior"
    return choices.choose(st.segmented_control, "codes", shown_codes.CODES, "mean", label=label, on_change=on_change)


def code_sliders(revision, points, name: str = "z", first: np.ndarray | None = None) -> None:
    """Draw sliders for the current code, with the prior's percentiles marked if the revision has a prior.

    points: codes n×d; a slider covers the prior (0.1 to 99.9 %) and these codes. first: as in `code_now`.
    """
    table = loaded.percentiles(revision)
    z = code_now(revision, name, first)
    block = pick_block(len(z), SLIDERS_AT_ONCE, name)
    for j in range(block, min(block + SLIDERS_AT_ONCE, len(z))):
        ends = np.concatenate([points[:, j], [] if table is None else table[j, [0, -1]]])
        low, high = _round_out(ends.min(), ends.max())
        label = axis_name(j)
        if table is not None:
            share = np.interp(z[j], table[j], loaded.PERCENTILES)
            label += f" · {_ordinal(share)} percentile of the prior"
        moved = lambda value, j=j: np.concatenate([z[:j], [value], z[j + 1 :]])  # noqa: E731
        _slider(f"{name}{j}", label, (low, high), z[j], name, moved)
        if table is not None:
            st.html(_ruler(np.interp(np.array(TICKS) / 100, loaded.PERCENTILES, table[j]), low, high))


def _slider(key, label, ends, value, name, moved):
    """Draw a slider between two ends at a value; when the user moves it, the code `name` becomes `moved(its value)`."""
    low, high = ends
    value = float(np.clip(value, low, high)) + 0.0  # no −0
    step = (high - low) / 400
    # only if it differs: a move to its own value would undo the user's next step
    if not abs(controls.value(key, np.inf) - value) < step / 2:
        controls.move(key, value)
    keep = lambda: address.keep_code(name, moved(controls.value(key)))  # noqa: E731
    st.slider(label, low, high, step=step, format="%.2f", **controls.on_move(key, keep))


def _round_out(low, high):
    """Ends of a slider, rounded outwards to a multiple of half the range's power of ten, so that it does not change at every
    checkpoint; if all codes are equal, at least 1 on either side."""
    if low >= high:
        low, high = low - 1, high + 1
    unit = 10.0 ** np.floor(np.log10(max(high - low, 1e-6))) / 2
    return float(np.floor(low / unit) * unit), float(np.ceil(high / unit) * unit)


def pick_block(count: int, size: int, name: str) -> int:
    """Let the user choose a block of `size` of the `count` dimensions; returns its first dimension (0 if one block holds all)."""
    if count <= size:
        return 0
    starts = list(range(0, count, size))
    title = lambda start: f"{start + 1} to {min(start + size, count)} of {count}"  # noqa: E731
    return st.selectbox("Dimensions", starts, key=f"{name}.block", format_func=title)


def _ordinal(share):
    n = round(100 * share)
    if n % 100 in (11, 12, 13):
        return f"{n}th"
    return f"{n}{({1: 'st', 2: 'nd', 3: 'rd'}).get(n % 10, 'th')}"


def _ruler(values, low, high):
    """HTML of tick marks for the percentiles under a slider; hidden from screen readers, as the label states the percentile."""
    places = [100 * (value - low) / (high - low) for value in values]
    # 10 per cent of the slider: a label's width on a phone
    crowded = min(after - before for before, after in pairwise(places)) < 10
    ticks = ""
    for percentile, place in zip(TICKS, places, strict=True):
        at = f"position:absolute;left:{place:.2f}%;transform:translateX(-50%)"
        ticks += f'<span style="{at};border-left:1px solid currentColor;height:5px"></span>'
        if percentile in (5, 50, 95) or not crowded:
            ticks += f'<span style="{at};top:5px">{percentile}%</span>'
    return (
        '<div aria-hidden="true" style="position:relative;height:1.2rem;margin:-1.9rem 0.4rem 0;'
        f'font-size:0.68rem;line-height:1.1;opacity:0.6">{ticks}</div>'
    )


def principal_sliders(revision, name: str = "z") -> None:
    """Draw two sliders that move the current code along the two principal directions of the codes."""
    probe, z = loaded.probe(revision), code_now(revision, name)
    projection = loaded.principal(revision, probe)
    spread = np.abs(projection.forward(probe.z)).max(axis=0)
    here = projection.forward(z[None])[0]
    for k, title in enumerate(("1st principal direction", "2nd principal direction")):
        turned = lambda value, k=k: projection.inverse(np.where(np.arange(2) == k, value, here)[None], z)[0]  # noqa: E731
        _slider(f"{name}.principal{k}", title, _round_out(-spread[k], spread[k]), here[k], name, turned)


def random_button(revision, name: str = "z", of: str = "") -> None:
    """Draw the button that sets the current code to a sample of the prior, if there is a prior. of: the end of its label."""
    prior = loaded.prior(revision)
    if prior is None:
        return
    draw = lambda: address.keep_code(name, prior.sample(1)[0].double().numpy())  # noqa: E731
    st.button(f"Random from the prior{of}", on_click=draw, icon=":material/casino:")


# Content ----------------------------------------------------------------------------------------------------------------


def pick_content(revision, name: str = "y", label: str = "Content y") -> None:
    """Let the user choose the decoder's content (a class or a cluster), if the decoder takes one."""
    if revision.variant.has_content:
        choices.choose_numbered(name, loaded.contents(revision), first_content(revision), label=label)


def content_now(revision, name: str = "y") -> int | None:
    """The number of the chosen content; None if the decoder takes none."""
    if not revision.variant.has_content:
        return None
    return address.recall(name, address.read_number(0, len(loaded.contents(revision)) - 1), first_content(revision))


def first_content(revision) -> int:
    """The content of the first image, whose code is the initial z; 0 if it is unknown."""
    probe = loaded.probe(revision)
    if probe is None or not len(probe.content):
        return 0
    return max(0, int(probe.content[0]))


def take_content(revision, probe, number: int, name: str = "y") -> bool:
    """Set the current content to that of code `number`, if the decoder takes one and it is known; returns whether it was set."""
    if not revision.variant.has_content or probe.content[number] < 0:
        return False
    controls.move(name, str(probe.content[number]))
    address.keep(name, str(probe.content[number]))
    return True


def class_name(revision, k: int) -> str:
    """The name of class k; "no class" for −1."""
    return revision.data.classes[k] if 0 <= k < len(revision.data.classes) else "no class"


# One point --------------------------------------------------------------------------------------------------------------


def decoded(revision, z: np.ndarray, y=None) -> np.ndarray:
    """The image uint8 H×W×C, or the row float32 1×F×1, that the decoder draws from z, d values, and the content y if it takes
    one: a number, or the share of each of the K contents."""
    from aae_core.latent import exploration

    if y is not None and not np.isscalar(y):
        y = y[None]
    return exploration.decode_images(loaded.model(revision), z[None], y)[0]


def show(
    revision, item: np.ndarray, alt: str, caption: str | None = None, beside: tuple[str, np.ndarray] | None = None
) -> None:
    """Draw a decoded image; or a row as a table of its features in their own units, with median, 1st and 99th percentile.

    beside: the title of a further column, and the row of the same features whose difference from this one it shows.
    """
    known = revision.data.features
    if known is None:
        drawn_images.picture(item, alt, 224, caption)
        return
    if caption:
        st.caption(markdown.literal(caption))
    columns = {"Value": item[0, :, 0]}
    if beside is not None:
        columns[beside[0]] = item[0, :, 0] - beside[1][0, :, 0]
    columns |= {"Median": known.medians, "1 % below": known.lows, "1 % above": known.highs}
    shown = {title: [number_text.measure(value) for value in each] for title, each in columns.items()}
    st.dataframe({"Feature": list(known.names), **shown}, hide_index=True, alt=alt)


def facts_of(revision, z: np.ndarray) -> list[tuple[str, str, str]]:
    """log p(z) in nats and D(z), as far as the revision has them, each as (title, value, how to read it). z: d values."""
    import torch

    found = []
    place = torch.from_numpy(z[None]).float()
    prior, model = loaded.prior(revision), loaded.model(revision)
    if prior is not None and prior.has_density:
        value = prior.log_density(place).item()
        side = "inside" if prior.typical(place).item() else "outside"
        reading = f"The logarithm of the prior's density at z; z lies {side} the prior's densest 99 %."
        found.append(("log p(z)", f"{value:.2f}" if np.isfinite(value) else "−∞", reading))
    if judges_codes(model.config):
        with torch.no_grad():
            value = model.judge(place).sigmoid().item()
        reading = "The discriminator's probability that z is a sample of the prior; at 0.5, it cannot tell."
        found.append(("D(z)", f"{value:.2f}", reading))
    return found
