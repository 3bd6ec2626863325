"""What the page Train shows before a training: a faded map of an example, where the map of the training will appear."""

import streamlit as st

from app.figures import revision_list
from app.ui import small_map

STYLE = """<style>
.training-preview { margin: 0; max-width: clamp(16rem, 100vh - 26.5rem, 34rem); }
.training-preview img { display: block; width: 100%; aspect-ratio: 1; opacity: 0.4; border: 1px solid var(--colour-line);
  border-radius: var(--corner); }
.training-preview figcaption { margin-top: 0.35rem; font-size: var(--type-small); }
</style>"""
CAPTION = "A map as it will look: each point is the code of an image, and its colour the image’s class."


def render_training_preview(summaries) -> None:
    """Draw a faded map of the example that is recommended first, of these summaries; nothing where there is no example."""
    summary = next(filter(_is_preview_model, summaries), None)
    if summary is not None:
        url = small_map.map_url(summary)
        st.html(
            f'{STYLE}<figure class="training-preview"><img src="{url}" alt=""><figcaption>{CAPTION}</figcaption></figure>'
        )


def _is_preview_model(summary) -> bool:
    is_whole_example = summary.gallery and summary.state != "broken"
    return is_whole_example and revision_list.is_recommended_first_model(summary)
