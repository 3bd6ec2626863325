"""Classify: a revision that labels taught as a classifier: what it says of the test images, and of a drawing or an image."""

import streamlit as st

from aae_core.config import taught
from aae_core.status import UNTOLD
from aae_core.variants import VARIANTS
from app import classifying, forms, given, shown, state, widgets

CASES = {"wrong": "Wrong", "unsure": "Least certain"}
AT_ONCE = 24  # images
SHEET = "sheet"  # of the page of images in the link; "page" is a lesson's


def show(revision):
    if not taught(revision.config):
        explain(revision)
        return
    if state.probe(revision) is None:
        st.info("There are no weights yet; the classifier appears with the first checkpoint.", icon=":material/info:")
        return
    state.model(revision)  # a damaged file is told here, once, and not by every panel
    left, right = st.columns([6, 5], gap="large")
    with right, widgets.part("own-image"):
        st.header("Your drawing or image", anchor=False)
        given.panel(revision)
    with left:
        st.header("On the test images", anchor=False)
        answers = ask(revision)
        found = classifying.recalled(revision) if answers is None else answers.found
        if found is not None:
            confusion_panel(revision, found)
        else:
            remembered(revision)
    if answers is not None:
        with widgets.part("images-wrong"):
            images_panel(revision, answers)
    left, right = st.columns(2, gap="large")
    with left, widgets.guarded():
        if found is not None:
            calibration_panel(found)
        else:
            command_panel(revision)
    with right, widgets.guarded():
        error = classifying.error_of(revision) if found is None else found.error
        if error is not None:
            labels_panel(revision, error)
    if found is not None:
        command_panel(revision)


# A revision that infers no class ----------------------------------------------------------------------------------------


def explain(revision):
    """What a revision lacks that labels did not teach to infer the class, and where there is one that has it."""
    variant = VARIANTS[revision.config.variant]
    name = widgets.literal(variant.title)
    if variant.categorical:
        st.markdown(
            f"**{name}** sorts images into clusters of its own: no label told it which class a cluster is, so there is no class "
            "that it could say. The page *Clusters* shows what they became."
        )
        st.page_link(
            "views/clusters.py", label="Open it in Clusters", icon=":material/bubble_chart:",
            query_params={"revision": revision.id},
        )  # fmt: skip
    else:
        regions = variant.labels == "discriminator"
        more = ", which lies in the region of a class, but no q(y|x)" if regions else " and nothing else"
        st.markdown(
            f"**{name}** infers no class: its encoder gives an image a code{more}. A *semi-supervised* "
            "adversarial autoencoder infers class and style, q(y|x) and q(z|x): few labels teach it the classes, all images "
            "teach it the rest. Once trained it is a classifier."
        )
        if regions:
            regions_panel(revision)
    others = [s for s in state.summaries() if s.state not in UNTOLD and classifying.can_classify(s)]
    if others:
        best = sorted(others, key=lambda s: (s.data != revision.data.name, -classifying.liking(s), not s.gallery))[0]
        widgets.open_button(best, ":material/category:")
    else:
        to_train(revision, "Train a semi-supervised one with 100 labels", {"preset": "semi-supervised"})


def regions_panel(revision):
    """How many codes lie where their class belongs (§2.3), and the way to where that is seen."""
    from aae_core.measures import MEASURES

    status, measure = revision.status, MEASURES["region_accuracy"]
    share = status.measures.get("region_accuracy")
    if isinstance(share, float) and status.state in classifying.OVER:
        st.metric(measure.title, f"{share:.2%}", help=measure.reading)
    else:
        st.caption("How many codes lie in their class’s region is counted when the training is over.")
    st.page_link(
        "views/explore.py", label="See the regions in Explore", icon=":material/scatter_plot:",
        query_params={"revision": revision.id},
    )  # fmt: skip


def to_train(revision, label, query):
    query = {"data": revision.data.name, **query}
    st.page_link("views/train.py", label=label, icon=":material/model_training:", query_params=query)


# The test images --------------------------------------------------------------------------------------------------------


def ask(revision):
    """What it says of the test images; None, with a word on what to do, where they are not on this machine."""
    if not shown.is_here(revision):
        title = widgets.literal(revision.data.title)
        st.info(
            f"The images of {title} are not on this machine, so the test images cannot be classified; "
            f"`python -m aae_core data get {revision.data.name}` fetches them, and so does the page Train.",
            icon=":material/info:",
        )
        to_train(revision, "Fetch them on the page Train", {})
        return None
    if classifying.is_behind(revision):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("These are the answers of an earlier checkpoint, while the training goes on.", width="content")
            st.button("Classify again", on_click=classifying.forget, args=(revision,), icon=":material/refresh:")
    with widgets.guarded():
        return waited_for(revision)
    return None


def remembered(revision):
    """The test error that the training left behind."""
    error = classifying.error_of(revision)
    if error is not None:
        st.metric("Test error", f"{error:.2%}", help="As it was counted at the end of the training.")


def waited_for(revision, of=""):
    """Its answers, with a word on how far it is while they are found."""
    found = classifying.kept(revision)
    if found is None:
        with st.empty():
            found = classifying.answers(
                revision, lambda done, total: st.progress(done / total, said_of(done, total, of))
            )
            st.empty()
    return found


def said_of(done, total, of):
    return f"Classifying test image {done:,} of {total:,}{of} …"


def confusion_panel(revision, found):
    from app import classified

    names = revision.data.classes
    wrong = round(found.error * found.n)
    left, right = st.columns([1, 3], vertical_alignment="center")
    left.metric("Test error", f"{found.error:.2%}", help="Share of the test images that it says wrongly.")
    used = "All" if revision.config.labels is None else f"{revision.config.labels:,} of the"
    right.markdown(
        f"It says {wrong:,} of {found.n:,} test images wrongly; none of these took part in the training. "
        f"{used} {revision.data.train:,} training images had a label."
    )
    st.html(classified.confusion(found.confusion, names))
    few = len(classified.confused(found.confusion)) < len(names)
    st.caption(
        "Blue: said rightly. Orange: mistaken, the stronger the more often. "
        + widgets.literal(classified.mistakes(found.confusion, names))
        + f" Of {len(names)} classes, those with the most mistakes are shown." * few
    )


# Images -----------------------------------------------------------------------------------------------------------------


@st.fragment
def images_panel(revision, answers):
    """The wrong and the least certain ones; a fragment of its own, since nothing else follows what is chosen here."""
    from app import classified

    st.header("Which images", anchor=False)
    names = revision.data.classes
    options = ["any", *(str(k) for k in range(len(names)))]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cases = widgets.choose(
            st.segmented_control, "cases", list(CASES), "wrong", label="Images", format_func=CASES.get
        )
        true, said = (
            widgets.choose(
                st.selectbox, name, options, "any", label=label, width=150,
                format_func=lambda k: "any class" if k == "any" else names[int(k)],
            )
            for name, label in (("true", "True class"), ("said", "Said class"))
        )  # fmt: skip
        rows = chosen_rows(answers, cases, true, said)
        pages = max(1, -(-len(rows) // AT_ONCE))
        number = pick_sheet((revision.id, cases, true, said), pages)
    if not len(rows):
        st.caption("There is no such image among the test images.")
        return
    seen = rows[AT_ONCE * (number - 1) : AT_ONCE * number]
    order = "those it was most certain of first" if cases == "wrong" else "the least certain first"
    st.caption(f"{len(rows):,} images, {order}: what was said, how certain it was, and the true class.")
    with widgets.guarded():
        st.html(classified.gallery(cells_of(revision, answers, seen)))


def pick_sheet(of, pages):
    """Which of the pages of images is seen of a choice."""
    key, news = f"classify.page.{'.'.join(of)}", state.is_news(SHEET)
    linked = state.own(SHEET, of, state.read_number(1, pages))
    if pages == 1:
        return 1
    if not 1 <= st.session_state.get(key, 0) <= pages or news:
        st.session_state[key] = int(linked or 1)
    number = st.number_input("Page", 1, pages, key=key, width=130, help=f"Of {pages:,} pages.")
    state.keep_own(SHEET, of, None if number == 1 else str(number))
    return number


def chosen_rows(answers, cases, true, said):
    """Rows of the answers, in the order in which they are shown."""
    rows = answers.found.wrong if cases == "wrong" else answers.found.least_certain
    for wanted, values in ((true, answers.labels), (said, answers.probabilities.argmax(1))):
        if wanted != "any":
            rows = rows[values[rows] == int(wanted)]
    return rows


def cells_of(revision, answers, rows):
    from aae_core import data
    from app.classified import percent

    names, images = revision.data.classes, data.load(revision.data.name).test.images
    for row in rows:
        q, number = answers.probabilities[row], int(answers.index[row])
        true, said, certainty = names[answers.labels[row]], names[q.argmax()], float(q.max())
        alt = f"Test image {number}: {true}, said {said} with {percent(certainty)}"
        yield widgets.image_tag(images[number], alt, 64), true, said, certainty, number


# Certainty --------------------------------------------------------------------------------------------------------------


def calibration_panel(found):
    from app import certainty, classified

    st.header("Does its certainty hold?", anchor=False)
    said = certainty.calibrated(found)
    st.markdown(said)
    widgets.chart(
        certainty.reliability(found.bins), key="classify.reliability",
        alt=f"Reliability diagram: the share of right answers for each certainty. {said}",
    )  # fmt: skip
    st.caption(
        "Each bar holds the images of like certainty (the greatest of q(y|x)); the number above tells how many. A bar below the "
        f"dashed line: too certain there. Certainty and accuracy are {classified.percent(found.calibration_error)} apart on "
        "average (the expected calibration error)."
    )
    widgets.folded("The bars as a table", "classify.bars", bars_table, found.bins)


def bars_table(bins):
    from app import classified

    percent = classified.percent
    rows = [
        (f"{percent(b.low)} to {percent(b.high)}", f"{b.n:,}", percent(b.certainty), percent(b.accuracy)) for b in bins
    ]
    st.html(classified.numbers("Reliability", ("Confidence", "Images", "Mean confidence", "Accuracy"), rows))


# Labels -----------------------------------------------------------------------------------------------------------------


def labels_panel(revision, error):
    """Its test error and that of others against the number of labels, over the revisions of the same variant and data."""
    from app import certainty

    st.header("How much do labels help?", anchor=False)
    points = classifying.family(revision, error, widgets.title)
    known = [point for point in points if point.error is not None]
    key = f"classify.labels.{revision.id}"
    kind, title = (widgets.literal(text) for text in (VARIANTS[revision.config.variant].title, revision.data.title))
    mixed = " Some differ from it in more than labels: the table says in what." if any(p.unlike for p in known) else ""
    st.markdown(f"{kind}s on {title}, a point each; the ringed one is open.{mixed}")
    widgets.chart(
        certainty.by_labels(known, revision.id), key=key, selection_mode="points",
        on_select=lambda: classifying.open_point(key, known),
        alt=f"Test error against the number of labels of {len(known)} revisions; the table below has the numbers",
    )  # fmt: skip
    if shown.is_here(revision):
        measure_others([point for point in points if point.error is None])
    others = {point.id: point for point in known if point.id != revision.id}
    if others:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            wanted = st.selectbox(
                "Another of them", list(others), format_func=lambda id_: told(others[id_]), key="classify.other",
                help="A click on a point of the chart opens it, too.",
            )  # fmt: skip
            st.button("Open it", on_click=widgets.open_other, args=(wanted,), icon=":material/open_in_new:")
    else:
        st.caption("Revisions with another number of labels, or without the adversary, appear beside it.")
        number = min(1000, revision.data.train) if revision.config.labels == 100 else 100
        query = {
            "preset": revision.config.variant,
            "labels": str(number),
        }  # each of these variants has a preset of its name
        to_train(revision, f"Train one with {number:,} labels", query)
    widgets.folded("The points as a table", "classify.points", points_table, known)


def points_table(points):
    from app import classified

    rows = [(point.title, f"{point.labels:,}", f"{point.error:.2%}", kind_of(point), unlike(point)) for point in points]
    heads = ("Revision", "Labels", "Test error", "Kind", "Other settings that differ")
    st.html(classified.numbers("Labels and test error", heads, rows))


def unlike(point):
    """The settings, in words, that make a comparison by labels alone unfair; a dash where there are none."""
    return ", ".join(forms.TITLES[key].lower() if key in forms.TITLES else key for key in point.unlike) or "–"


def told(point):
    return f"{point.labels:,} labels, {point.error:.2%} wrong · {point.title}"


def kind_of(point):
    return "plain classifier" if point.plain else "with the adversary"


def measure_others(points):
    """What is not known yet can be counted here: it takes a moment for each."""
    if not points:
        return
    one = len(points) == 1
    st.caption(f"Of {len(points)} other {'revision' if one else 'revisions'} the test error was not counted yet.")
    if st.button("Classify the test images by these, too", icon=":material/play_arrow:"):
        for number, point in enumerate(points, 1):
            with widgets.guarded():
                waited_for(state.open_revision(point.id), f", revision {number} of {len(points)}")
        st.rerun()


# From a terminal --------------------------------------------------------------------------------------------------------


def command_panel(revision):
    with widgets.part("command"):
        _command(revision)


def _command(revision):
    st.header("Many images", anchor=False)
    _, height, width = revision.data.shape
    st.markdown(
        "A trained revision is a classifier. In the project's folder, this command gives for each image of a folder the "
        "likeliest class and all probabilities:"
    )
    st.code(f"python -m aae_core classify {revision.id} my_images/", language=None, wrap_lines=True)
    st.caption(
        f"Each image is scaled to {width} × {height} pixels and nothing else{given.should_be(revision)}. `-o answers.csv` writes "
        "the table into a file."
    )


widgets.revision_page("Classify", show, classifying.liking)
