"""Every name that `?hide=` knows hides something on each of its pages."""

from contextlib import suppress

import pytest
from helpers.browser_app import BrowserTimeout, shipped_revision_id

from app.ui import page_options

# The names whose style sheet hides nothing that is on the page. styles: name -> style sheet.
IDLE = """styles => {
    const visible = (root = document) => [...root.querySelectorAll('*')].reduce(
        (sum, one) => sum + Number(one.checkVisibility()) + (one.shadowRoot ? visible(one.shadowRoot) : 0), 0);
    const sheet = document.head.appendChild(document.createElement('style')), before = visible();
    const idle = Object.keys(styles).filter(name => (sheet.textContent = styles[name], visible() >= before));
    sheet.remove();
    return idle;
}"""


@pytest.mark.parametrize("path", sorted({path for part in page_options.PARTS.values() for path in part.pages}))
def test_every_name_hides_something(app, follow, path):
    labelled = app.train(variant="semi-supervised", labels=100, latent_dim=3).id
    informed = shipped_revision_id("label-informed")
    queries = {"": [f"revision={labelled}", f"revision={informed}"], "classify": [f"revision={labelled}"]}
    queries |= {"compare": ["", f"left={labelled}&right={labelled}"], "train": ["prior.name=painted"]}
    names = [name for name, part in page_options.PARTS.items() if not part.pages or path in part.pages]
    for query in queries.get(path, [""]):
        tab = follow(app, f"{path}?{query}")
        styles = {name: page_options.make_style_sheet((name,), False, False) for name in names}
        with suppress(BrowserTimeout):  # what this revision does not have is looked for with the next
            tab.page.wait_for_function(f"styles => !({IDLE})(styles).length", arg=styles, polling=500, timeout=5_000)
        names = tab.page.evaluate(IDLE, styles)
    assert not names
