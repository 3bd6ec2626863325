"""The current code z and content y of a page: sliders, class selector, decoded image, and the values of p and D at z."""

from itertools import pairwise

import numpy as np
import streamlit as st

from aae_core.config.derived import discriminator_takes_shown_codes
from app.cache import code_sets, revision_data
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import number_text
from app.figures.plane import axis_name
from app.scenes import plane_message
from app.session import address, controls, parsing
from app.translation.languages import SOURCE_LANGUAGE, current_language
from app.translation.texts import mark, translate
from app.ui import choices, data_tables, image_html

MAX_SLIDERS = 8
RULER_PERCENTILES = (5, 25, 50, 75, 95)  # percentiles marked under a slider
PRINCIPAL_DIRECTIONS = (mark("1st principal direction"), mark("2nd principal direction"))


def current_z(revision: RevisionView, name: str = "z", default: np.ndarray | None = None) -> np.ndarray:
    """The current z, d values, kept in the link under `name`, of a revision that has codes. Its initial value is `default`,
    which without one is the first image's code."""
    if default is None:
        default = revision.codes.z[0].astype(float)
    return address.recall_code(name, default)


def choose_code_kind(revisions, on_change=None) -> str:
    """Let the user choose "mean" or "draw" (`code_sets.CODE_KINDS`) for the codes of q(z|x). Returns "mean" without
    drawing anything if no revision has a Gaussian posterior and its images on this machine."""
    if not any(revision.can_sample_codes for revision in revisions):
        return "mean"
    kinds = {kind: translate(title) for kind, title in code_sets.CODE_KINDS.items()}
    label = translate("Codes of a Gaussian posterior")
    return choices.choose_option(st.segmented_control, "codes", kinds, "mean", label=label, on_change=on_change)


def render_code_sliders(revision: RevisionView, codes, name: str = "z", default: np.ndarray | None = None) -> None:
    """Draw sliders for the current code, with the prior's percentiles marked if the revision has a prior.

    codes: n×d; a slider covers the prior (0.1 to 99.9 %) and these codes. default: as in `current_z`.
    """
    quantiles = revision_data.prior_percentiles(revision)
    z = current_z(revision, name, default)
    block = choose_first_dimension_of_block(len(z), MAX_SLIDERS, name)
    for j in range(block, min(block + MAX_SLIDERS, len(z))):
        values = np.concatenate([codes[:, j], [] if quantiles is None else quantiles[j, [0, -1]]])
        low, high = _round_out(values.min(), values.max())
        label = axis_name(j)
        if quantiles is not None:
            percentile = np.interp(z[j], quantiles[j], revision_data.PERCENTILES)
            ordinal = _ordinal_percentile(percentile)
            label = translate("{axis} · {ordinal} percentile of the prior", axis=label, ordinal=ordinal)
        code_at = lambda value, j=j: np.concatenate([z[:j], [value], z[j + 1 :]])  # noqa: E731
        _render_slider(f"{name}{j}", label, (low, high), z[j], name, code_at)
        if quantiles is not None:
            st.html(
                _percentile_ruler_html(
                    np.interp(np.array(RULER_PERCENTILES) / 100, revision_data.PERCENTILES, quantiles[j]), low, high
                )
            )


def _render_slider(key, label, bounds, value, code_name, code_at):
    """Draw a slider between two ends at a value; when the user moves it, the code `code_name` becomes
    `code_at(value)`."""
    low, high = bounds
    value = float(np.clip(value, low, high)) + 0.0  # no −0
    step = (high - low) / 400
    # only if it differs: a move to its own value would undo the user's next step
    if not abs(controls.current_value(key, np.inf) - value) < step / 2:
        controls.move_control(key, value)
    store_moved_code = lambda: address.store_code(code_name, code_at(controls.current_value(key)))  # noqa: E731
    st.slider(label, low, high, step=step, format="%.2f", **controls.callback_arguments(key, store_moved_code))


def _round_out(low, high) -> tuple[float, float]:
    """Ends of a slider, rounded outwards to a multiple of half the range's power of ten, so that it does not change at every
    checkpoint; if all codes are equal, at least 1 on either side."""
    if low >= high:
        low, high = low - 1, high + 1
    unit = 10.0 ** np.floor(np.log10(max(high - low, 1e-6))) / 2
    return float(np.floor(low / unit) * unit), float(np.ceil(high / unit) * unit)


def choose_first_dimension_of_block(count: int, block_size: int, name: str) -> int:
    """Let the user choose a block of `block_size` of the `count` dimensions; returns its first dimension (0 if one block
    holds all)."""
    if count <= block_size:
        return 0
    block_starts = list(range(0, count, block_size))
    title = lambda start: translate(  # noqa: E731
        "{first} to {last} of {count}", first=start + 1, last=min(start + block_size, count), count=count
    )
    return st.selectbox(translate("Dimensions"), block_starts, key=f"{name}.block", format_func=title)


def _ordinal_percentile(share) -> str:
    """A percentile as an ordinal, "21st"; a number alone in other languages, whose text says how it is read."""
    n = round(100 * share)
    if current_language() != SOURCE_LANGUAGE:
        return str(n)
    if n % 100 in (11, 12, 13):
        return f"{n}th"
    return f"{n}{({1: 'st', 2: 'nd', 3: 'rd'}).get(n % 10, 'th')}"


def _percentile_ruler_html(values, low, high) -> str:
    """HTML of tick marks for the percentiles under a slider; hidden from screen readers, as the label states the percentile."""
    positions = [100 * (value - low) / (high - low) for value in values]
    # 10 per cent of the slider: a label's width on a phone
    is_crowded = min(next_position - position for position, next_position in pairwise(positions)) < 10
    ticks = ""
    for percentile, position in zip(RULER_PERCENTILES, positions, strict=True):
        style = f"position:absolute;left:{position:.2f}%;transform:translateX(-50%)"
        ticks += f'<span style="{style};border-left:1px solid currentColor;height:5px"></span>'
        if percentile in (5, 50, 95) or not is_crowded:
            ticks += f'<span style="{style};top:5px">{percentile}%</span>'
    return (
        '<div aria-hidden="true" style="position:relative;height:1.2rem;margin:-1.9rem 0.4rem 0;'
        f'font-size:0.68rem;line-height:1.1;opacity:0.6">{ticks}</div>'
    )


def render_principal_sliders(revision: RevisionView, name: str = "z") -> None:
    """Draw two sliders that move the current code along the two principal directions of the codes."""
    probe, z = revision.codes, current_z(revision, name)
    projection = revision_data.fit_pca(revision, probe)
    spread = np.abs(projection.forward(probe.z)).max(axis=0)
    coordinates = projection.forward(z[None])[0]
    for k, title in enumerate(PRINCIPAL_DIRECTIONS):
        code_at = lambda value, k=k: projection.inverse(np.where(np.arange(2) == k, value, coordinates)[None], z)[0]  # noqa: E731
        _render_slider(
            f"{name}.principal{k}",
            translate(title),
            _round_out(-spread[k], spread[k]),
            coordinates[k],
            name,
            code_at,
        )


def render_random_button(revision: RevisionView, name: str = "z", label: str = "") -> None:
    """Draw the button that sets the current code to a sample of the prior, if there is a prior. label: another one
    than "Random from the prior"."""
    prior = revision.prior
    if prior is None:
        return
    store_sample = lambda: address.store_code(name, prior.sample(1)[0].double().numpy())  # noqa: E731
    st.button(label or translate("Random from the prior"), on_click=store_sample, icon=":material/casino:")


# Content ----------------------------------------------------------------------------------------------------------------


def choose_content(revision: RevisionView, name: str = "y", label: str = "") -> None:
    """Let the user choose the decoder's content (a class or a cluster), if the decoder takes one. label: another one than
    "Content y"."""
    if revision.variant.has_content:
        default = plane_message.default_content_index(revision)
        choices.choose_index(name, revision.content_names, default, label=label or translate("Content y"))


def current_content(revision: RevisionView, name: str = "y") -> int | None:
    """The number of the chosen content; None if the decoder takes none."""
    if not revision.variant.has_content:
        return None
    return address.recall_setting(
        name,
        parsing.number_parser(0, len(revision.content_names) - 1),
        plane_message.default_content_index(revision),
    )


def store_content_of_code(revision: RevisionView, number: int, name: str = "y") -> bool:
    """Set the current content to that of code `number`, if the decoder takes one and it is known; returns whether it was set."""
    if not revision.variant.has_content:
        return False
    content = int(revision.codes.content[number])
    if content < 0:
        return False
    controls.move_control(name, str(content))
    address.store_setting(name, str(content))
    return True


def content_class_name(revision: RevisionView, k: int) -> str:
    """The name of class k; "no class" for −1."""
    return revision.data.classes[k] if 0 <= k < len(revision.data.classes) else translate("no class")


# One point --------------------------------------------------------------------------------------------------------------


def decode_item(revision: RevisionView, z: np.ndarray, y=None) -> np.ndarray:
    """The image uint8 H×W×C, or the row float32 1×F×1, that the decoder draws from z, d values, and the content y if it takes
    one: a number, or the share of each of the K contents."""
    from aae_core.latent import exploration

    if y is not None and not np.isscalar(y):
        y = y[None]
    return exploration.decode_images(revision.model, z[None], y)[0]


def render_item(
    revision: RevisionView,
    item: np.ndarray,
    alt: str,
    caption: str | None = None,
    compared_row: tuple[str, np.ndarray] | None = None,
) -> None:
    """Draw a decoded image; or a row as a table of its features in their own units, with median, 1st and 99th percentile.

    compared_row: the head of a further column, and the row of the same features whose difference from this one it shows.
    """
    features = revision.data.features
    if features is None:
        image_html.render_image(item, alt, 224, caption)
        return
    if caption:
        st.caption(markdown.escape(caption))
    heads, columns = {}, {mark("Value"): item[0, :, 0]}
    if compared_row is not None:
        heads["Difference"] = compared_row[0]
        columns["Difference"] = item[0, :, 0] - compared_row[1][0, :, 0]
    columns |= {
        mark("Median"): features.medians,
        mark("1 % below"): features.lows,
        mark("1 % above"): features.highs,
    }
    formatted_columns = {name: [number_text.metric_text(value) for value in values] for name, values in columns.items()}
    columns = {mark("Feature"): list(features.names), **formatted_columns}
    data_tables.render_table(columns, heads, alt=alt)


def code_fact_rows(revision: RevisionView, z: np.ndarray) -> list[tuple[str, str, str]]:
    """log p(z) in nats and D(z), as far as the revision has them, each as (title, value, how to read it). z: d values."""
    import torch

    facts = []
    code = torch.from_numpy(z[None]).float()
    prior, model = revision.prior, revision.model
    if prior is not None and prior.has_density:
        value = prior.log_density(code).item()
        if prior.is_typical(code).item():
            reading = translate("The logarithm of the prior's density at z; z lies inside the prior's densest 99 %.")
        else:
            reading = translate("The logarithm of the prior's density at z; z lies outside the prior's densest 99 %.")
        facts.append(("log p(z)", f"{value:.2f}" if np.isfinite(value) else "−∞", reading))
    if discriminator_takes_shown_codes(model.config):
        with torch.no_grad():
            value = model.discriminator_logits(code).sigmoid().item()
        reading = translate("The discriminator's probability that z is a sample of the prior; at 0.5, it cannot tell.")
        facts.append(("D(z)", f"{value:.2f}", reading))
    return facts
