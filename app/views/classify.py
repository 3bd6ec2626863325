"""Classify: a revision as a classifier: its predictions for the test images, and for a drawing or an image."""

import streamlit as st

from aae_core.config.configuration import taught
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.evaluation.metrics import MEASURES
from aae_core.store.status import UNTOLD
from app.cache import loaded, predictions, shown_codes
from app.components import markdown
from app.figures import number_text, prediction_tables
from app.session import address
from app.ui import config_form, links, outside_image, widgets

CASES = {"wrong": "Misclassified", "unsure": "Lowest confidence"}
AT_ONCE = 24  # images
CERTAIN = 1 - 1e-6  # a probability that float32 rounds to 1
SHEET = "sheet"  # name in the link of the page of images; "page" belongs to lessons


def show(revision):
    if not taught(revision.config):
        explain(revision)
        return
    if loaded.probe(revision) is None:
        st.info("There are no weights yet. The classifier appears with the first checkpoint.", icon=":material/info:")
        return
    loaded.model(revision)  # a damaged file is reported here once, not by every panel
    left, right = st.columns([6, 5], gap="large")
    with right, widgets.part("own-image"):
        st.header("Your drawing or image", anchor=False)
        outside_image.panel(revision)
    with left:
        st.header("On the test images", anchor=False)
        here = shown_codes.is_here(revision)
        answers = ask(revision) if here else None
        found = predictions.recalled(revision) if answers is None else answers.found
        if found is not None:
            confusion_panel(revision, found)
        else:
            remembered(revision)
        if not here:
            without_images(revision, found is not None or predictions.error_of(revision) is not None)
    if answers is not None:
        with widgets.part("images-wrong"):
            images_panel(revision, answers)
    left, right = st.columns(2, gap="large")
    with left, widgets.guarded():
        if found is not None:
            calibration_panel(found)
        else:
            with widgets.part("command"):
                command_panel(revision)
    with right, widgets.guarded():
        error = predictions.error_of(revision) if found is None else found.error
        if error is not None:
            labels_panel(revision, error)
    if found is not None:
        with widgets.part("command"):
            command_panel(revision)


# A revision that infers no class ----------------------------------------------------------------------------------------


def explain(revision):
    """Explain why a revision predicts no class, with a link to one that does."""
    variant = VARIANTS[revision.config.variant]
    name = markdown.literal(variant.title)
    if variant.categorical:
        st.markdown(
            f"**{name}** assigns images to clusters that it finds without labels, so it does not predict a class. The "
            "page *Clusters* shows its clusters."
        )
        links.to_revision("clusters", "Open it in Clusters", revision.id)
    else:
        regions = variant.labels == "discriminator"
        more = " that lies in the region of its class, but no q(y|x)" if regions else " and nothing else"
        st.markdown(
            f"**{name}** does not predict a class: its encoder gives each image a latent code{more}. A "
            "*semi-supervised* adversarial autoencoder infers both a class and a style, q(y|x) and q(z|x): it learns "
            "the classes from a few labels and everything else from all images. Once trained, it is a classifier."
        )
        if regions:
            regions_panel(revision)
    others = [s for s in loaded.summaries() if s.state not in UNTOLD and predictions.can_classify(s)]
    others.sort(key=lambda s: (s.data != revision.data.name, -predictions.liking(s), not s.gallery))
    query = {"data": revision.data.name, "preset": "semi-supervised"}
    links.offer(others, "classify", "Train a semi-supervised one with 100 labels", query)


def regions_panel(revision):
    """The share of codes that lie in the region of their class (§2.3), and a link to the map that shows it."""
    status, measure = revision.status, MEASURES["region_accuracy"]
    share = status.measures.get("region_accuracy")
    if isinstance(share, float) and status.state in predictions.OVER:
        st.metric(measure.title, number_text.percent(share, 2), help=measure.reading)
    else:
        st.caption("The share of codes in the region of their class is measured at the end of the training.")
    links.to_revision("explore", "See the regions in Explore", revision.id)


# The test images --------------------------------------------------------------------------------------------------------


def ask(revision):
    """Its predictions for the test images, which are on this machine; None if that fails."""
    if predictions.KEPT.is_behind(revision):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("These predictions are from an earlier checkpoint; the training continues.", width="content")
            st.button("Classify again", on_click=predictions.KEPT.forget, args=(revision,), icon=":material/refresh:")
    with widgets.guarded():
        return waited_for(revision)
    return None


def without_images(revision, recorded):
    """Explain what is missing if the test images are not on this machine, and what to do."""
    title, name = markdown.literal(revision.data.title), revision.data.name
    here = (
        "The figures above were recorded when this revision was evaluated." if recorded else "No figures were recorded."
    )
    st.info(
        f"{here} The images of {title} are not on this machine, so no test image can be shown. Download them on the "
        f"page Train or with `python -m aae_core data get {name}`.",
        icon=":material/info:",
    )
    links.to_train(f"Download {title} on the page Train", {"data": name})


def remembered(revision):
    """Show the test error that the training recorded."""
    error = predictions.error_of(revision)
    if error is not None:
        st.metric("Test error", number_text.percent(error, 2), help="Measured at the end of the training.")


def waited_for(revision, of=""):
    """Its predictions, with a progress bar while they are computed."""
    found = predictions.KEPT.find(revision)
    if found is None:
        told = f"Classifying test image {{:,}} of {{:,}}{of} …"
        with st.empty():
            found = predictions.answers(revision, lambda *at: st.progress(at[0] / at[1], told.format(*at)))
            st.empty()
    return found


def confusion_panel(revision, found):
    names = revision.data.classes
    wrong = round(found.error * found.n)
    left, right = st.columns([1, 3], vertical_alignment="center")
    left.metric(
        "Test error", number_text.percent(found.error, 2), help="The share of the test images that are misclassified."
    )
    used = "All" if revision.config.labels is None else f"{revision.config.labels:,} of the"
    right.markdown(
        f"{wrong:,} of {found.n:,} test images are misclassified. None of them was used for training. "
        f"{used} {revision.data.train:,} training images were labelled."
    )
    st.html(prediction_tables.confusion(found.confusion, names))
    few = len(prediction_tables.confused(found.confusion)) < len(names)
    st.caption(
        "Blue: correct. Orange: misclassified; the stronger the colour, the more often. "
        + markdown.literal(prediction_tables.mistakes(found.confusion, names))
        + f" Of {len(names)} classes, those with the most errors are shown." * few
    )


# Images -----------------------------------------------------------------------------------------------------------------


@st.fragment
def images_panel(revision, answers):
    """The misclassified images and those of lowest confidence; a fragment, since nothing else depends on this choice."""
    st.header("Individual images", anchor=False)
    names = revision.data.classes
    options = ["any", *(str(k) for k in range(len(names)))]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cases = widgets.choose(
            st.segmented_control, "cases", list(CASES), "wrong", label="Images", format_func=CASES.get
        )
        true, said = (
            widgets.choose(
                st.selectbox, name, options, "any", label=label, width=150,
                format_func=lambda k: "any" if k == "any" else names[int(k)],
            )
            for name, label in (("true", "True class"), ("said", "Predicted class"))
        )  # fmt: skip
        rows = chosen_rows(answers, cases, true, said)
        pages = max(1, -(-len(rows) // AT_ONCE))
        number = pick_sheet((revision.id, cases, true, said), pages)
    if not len(rows):
        st.caption("No test image matches this choice.")
        return
    seen = rows[AT_ONCE * (number - 1) : AT_ONCE * number]
    order = "highest confidence first" if cases == "wrong" else "lowest confidence first"
    first, last = AT_ONCE * (number - 1) + 1, AT_ONCE * (number - 1) + len(seen)
    st.caption(
        f"Images {first:,} to {last:,} of {len(rows):,}, {order}. Below each: the predicted class with its probability, "
        "and the true class."
    )
    with widgets.guarded():
        st.html(prediction_tables.gallery(cells_of(revision, answers, seen)))


def pick_sheet(of, pages):
    """Let the user choose a page of images."""
    key, news = f"classify.page.{'.'.join(of)}", address.is_news(SHEET)
    linked = address.own(SHEET, of, address.read_number(1, pages))
    if pages == 1:
        return 1
    if not 1 <= st.session_state.get(key, 0) <= pages or news:
        st.session_state[key] = int(linked or 1)
    number = st.number_input("Page", 1, pages, key=key, width=130, help=f"Of {pages:,} pages.")
    address.keep_own(SHEET, of, None if number == 1 else str(number))
    return number


def chosen_rows(answers, cases, true, said):
    """Rows of the answers, in the order in which they are shown."""
    rows = answers.found.wrong if cases == "wrong" else answers.found.least_certain
    for wanted, values in ((true, answers.labels), (said, answers.probabilities.argmax(1))):
        if wanted != "any":
            rows = rows[values[rows] == int(wanted)]
    return rows


def cells_of(revision, answers, rows):
    names, images = revision.data.classes, sets.load(revision.data.name).test.images
    for row in rows:
        q, number = answers.probabilities[row], int(answers.index[row])
        true, said, certainty = names[answers.labels[row]], names[q.argmax()], min(float(q.max()), CERTAIN)
        alt = f"Test image {number}: {true}, predicted {said} ({number_text.percent(certainty)})"
        yield widgets.image_tag(images[number], alt, 64), true, said, certainty, number


# Calibration ------------------------------------------------------------------------------------------------------------


def calibration_panel(found):
    from app.figures import prediction_charts

    st.header("Is it well calibrated?", anchor=False)
    said = prediction_charts.calibrated(found)
    st.markdown(said)
    widgets.chart(
        prediction_charts.reliability(found.bins), key="classify.reliability",
        alt=f"Reliability diagram: accuracy against confidence. {said}",
    )  # fmt: skip
    st.caption(
        "Each bar groups images of similar confidence (the largest value of q(y|x)); the number above it is their "
        "count. A bar below the dashed line means overconfidence. The expected calibration error, the average gap "
        f"between confidence and accuracy, is {number_text.percent(found.calibration_error)}."
    )
    widgets.folded("The bars as a table", "classify.bars", bars_table, found.bins)


def bars_table(bins):
    percent = number_text.percent
    rows = [
        (f"{percent(b.low)} to {percent(b.high)}", f"{b.n:,}", percent(b.certainty), percent(b.accuracy)) for b in bins
    ]
    st.html(prediction_tables.numbers("Reliability", ("Confidence", "Images", "Mean confidence", "Accuracy"), rows))


# Labels -----------------------------------------------------------------------------------------------------------------


def labels_panel(revision, error):
    """Test error against the number of labels, over the revisions of the same variant and data."""
    from app.figures import prediction_charts

    st.header("How much do labels help?", anchor=False)
    points = predictions.family(revision, error, widgets.title)
    known = [point for point in points if point.error is not None]
    key = f"classify.labels.{revision.id}"
    kind, title = (markdown.literal(text) for text in (VARIANTS[revision.config.variant].title, revision.data.title))
    mixed = (
        " Some revisions differ in other settings, too; the table below lists them."
        if any(p.unlike for p in known)
        else ""
    )
    plain = ", and plain classifiers of the same networks" if any(point.plain for point in known) else ""
    st.markdown(
        f"Each point is a revision trained on {title}: {kind}s{plain}. The ring marks the open revision.{mixed}"
    )
    widgets.chart(
        prediction_charts.by_labels(known, revision.id), key=key, selection_mode="points",
        on_select=lambda: widgets.open_point(key, known),
        alt=f"Test error against the number of labels, {len(known)} revisions; the table below lists the numbers",
    )  # fmt: skip
    if shown_codes.is_here(revision):
        measure_others([point for point in points if point.error is None])
    others = {point.id: told(point) for point in known if point.id != revision.id}
    if others:
        links.pick_other(others, "classify.other", "You can also click a point of the chart to open its revision.")
    else:
        st.caption("Revisions with a different number of labels, or without the adversary, will appear here.")
        number = min(1000, revision.data.train) if revision.config.labels == 100 else 100
        # each of these variants has a preset of its name
        query = {"data": revision.data.name, "preset": revision.config.variant, "labels": str(number)}
        links.to_train(f"Train one with {number:,} labels", query)
    widgets.folded("The points as a table", "classify.points", points_table, known)


def points_table(points):
    rows = [
        (point.title, f"{point.labels:,}", number_text.percent(point.error, 2), kind_of(point), unlike(point))
        for point in points
    ]
    heads = ("Revision", "Labels", "Test error", "Kind", "Other settings that differ")
    st.html(prediction_tables.numbers("Labels and test error", heads, rows))


def unlike(point):
    """The other settings that differ, in words; a dash where there are none."""
    return (
        ", ".join(config_form.TITLES[key].lower() if key in config_form.TITLES else key for key in point.unlike) or "–"
    )


def told(point):
    return f"{point.labels:,} labels, {number_text.percent(point.error, 2)} error · {point.title}"


def kind_of(point):
    return "plain classifier" if point.plain else "with the adversary"


def measure_others(points):
    """A button to measure missing test errors, which takes a moment each."""
    if not points:
        return
    one = len(points) == 1
    st.caption(
        f"The test error of {len(points)} other {'revision has' if one else 'revisions have'} not been measured yet."
    )
    if st.button("Measure them" if len(points) > 1 else "Measure it", icon=":material/play_arrow:"):
        for number, point in enumerate(points, 1):
            with widgets.guarded():
                waited_for(loaded.open_revision(point.id), f", revision {number} of {len(points)}")
        st.rerun()


# From a terminal --------------------------------------------------------------------------------------------------------


def command_panel(revision):
    st.header("Classify many images", anchor=False)
    _, height, width = revision.data.shape
    st.markdown(
        "In the project's folder, this command prints the predicted class and all class probabilities of each image "
        "in a folder:"
    )
    st.code(f"python -m aae_core classify {revision.id} my_images/", language=None, wrap_lines=True)
    st.caption(
        f"Each image is only scaled to {width} × {height} pixels{outside_image.should_be(revision)}. `-o predictions.csv` "
        "writes the table to a file."
    )


widgets.revision_page("Classify", show, predictions.liking)
