"""What the page Train shows before a training: the map of an example, where the map of the training will appear."""

import streamlit as st

from app.figures import revision_list
from app.translation.texts import mark, translate
from app.ui import small_map

# The picture ends at the bottom of the screen.
STYLE = """<style>
.training-preview { display: flex; flex-wrap: wrap; gap: 0.35rem 1.25rem; margin: 0; }
.training-preview img { display: block; width: clamp(16rem, 100vh - 20rem, 40rem); max-width: 100%; aspect-ratio: 1;
  border: 1px solid var(--colour-line); border-radius: var(--corner); }
.training-preview figcaption { flex: 1 1 10rem; max-width: 18rem; font-size: var(--type-small); }
</style>"""
CAPTION = mark(
    "A map as it will look, here of an example trained on MNIST: each point is the code of an image, and its colour the image’s "
    "class."
)


def render_training_preview(summaries) -> None:
    """Draw the map of the longest trained of the shipped examples with the recommended settings; nothing where there is none."""
    examples = [summary for summary in summaries if _is_preview_model(summary)]
    if examples:
        url = small_map.map_url(min(examples, key=revision_list.shipped_first_key), is_whole=True)
        caption = translate(CAPTION)
        st.html(
            f'{STYLE}<figure class="training-preview"><img src="{url}" alt=""><figcaption>{caption}</figcaption></figure>'
        )


def _is_preview_model(summary) -> bool:
    is_whole_example = summary.gallery and summary.state != "broken"
    return is_whole_example and revision_list.is_recommended_first_model(summary)
