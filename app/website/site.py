"""A static site of revisions: index, Explore, Style and content, Compare, Clusters, Step by step, Which one?, Results, Lessons,
Course and Theory.

It works from a disk as well as from a web host: its pages are plain files with relative links. Networks and codes are in the
folder data, each file under the hash of its content and therefore only once.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from aae_core.errors import DataError, RevisionError
from aae_core.reproduce import frontier
from app.cache import revision_data, revision_snapshot
from app.cache.revision_view import RevisionView
from app.components import page_scripts
from app.course import document as course_document
from app.figures import frontier_legend, frontier_svg, html_tables, results_chart
from app.handout import contents, document, item_columns
from app.lessons import reader
from app.page_parts.clusters import cluster_cards
from app.page_parts.compare import difference_tables
from app.scenes import plane_message
from app.theory.article import read_article
from app.translation.languages import current_language
from app.translation.texts import mark, translate
from app.website import (
    aggregate,
    clusters,
    compare,
    course,
    data_script,
    folder,
    game,
    lessons,
    page_template,
    results,
    revision_pages,
    site_entries,
    start,
    theory,
    which_one,
)

# largest size of the codes of all frames in bytes, and the number of frames that stay in any case
MAX_FRAMES_BYTES, MIN_FRAMES = 600_000, 12
TITLE = mark("Adversarial autoencoders, explored")
PAGE_DESCRIPTIONS = {  # title of each kind of page -> its description on the first page
    mark("Explore"): mark(
        "Drag over a latent plane: layers, paths, directions, the training in time, your own drawing encoded."
    ),
    mark("Style and content"): mark("The same style in every class, the same class in every style."),
    mark("Compare"): mark("Any two models as linked planes, with their settings and metrics."),
    mark("Clusters"): mark("What a model found without labels, and how well that matches the classes."),
    mark("Step by step"): mark("A small adversarial autoencoder that takes one optimiser step at each click."),
    mark("Which one?"): mark("Latent models beside each other, and what each is best for."),
    mark("Results"): mark("The paper’s experiments beside this project’s figures."),
    mark("Lessons"): mark("Three minutes each, on the pages of this site."),
    mark("Course"): mark("45 minutes: six of the lessons in order, with questions, and three exercises."),
    mark("Theory"): mark("What an adversarial autoencoder is and why it works, with every derivation."),
}


def write_site(destination: Path, references: list[str], columns: Sequence[str] = ()) -> tuple[int, int, list[str]]:
    """Write the site of some revisions (ids; if empty, the shipped ones) to a folder. Returns its size in bytes, its number of
    revisions, and for each revision left out a sentence on why.

    columns: of the items, such as "id", which the site holds where their data set has them; DataError for one that no items
    have. The same revisions and columns give the same bytes. On an AAEError the folder is unchanged.
    """
    summaries, problems = [], []
    for row in referenced_summaries(references):
        try:
            contents.require_decodable_probe_codes(revision_snapshot.open_snapshot(row.id))
            summaries.append(row)
        except RevisionError as error:
            problems.append(str(error))
    if not summaries:
        raise RevisionError(problems[0])
    entries = site_entries.make_entries(summaries)
    item_columns.require_available_columns([entry.revision for entry in entries], columns)
    return folder.write_site(destination, Site(entries, columns).files()), len(summaries), problems


def referenced_summaries(references: list[str]) -> list:
    """The summaries of the referenced revisions, without duplicates; if none are given, of the shipped ones, oldest first."""
    summaries_by_id = {row.id: row for row in revision_data.list_summaries()}
    if references:
        return [
            summaries_by_id[id_]
            for id_ in dict.fromkeys(revision_snapshot.open_snapshot(reference).id for reference in references)
        ]
    shipped_summaries = sorted((row for row in summaries_by_id.values() if row.gallery), key=lambda row: row.created)
    if not shipped_summaries:
        raise DataError("There are no examples here; name the revisions of the site.")
    return shipped_summaries


class SiteFileSet(contents.FileSet):
    """The data files of a page. revision_parts: the parts of all revisions by id, which the pages share; each part has its own
    box. columns: as in `contents.FileSet`."""

    def __init__(self, revision_parts: "dict[str, SiteRevisionPart]", columns: Sequence[str] = ()):
        super().__init__(columns=columns)
        self.revision_parts = revision_parts

    def revision_part(self, revision: RevisionView) -> "SiteRevisionPart":
        if revision.id not in self.revision_parts:
            self.revision_parts[revision.id] = SiteRevisionPart(
                SiteFileSet(self.revision_parts, self.columns), revision
            )
        return self.revision_parts[revision.id]

    def add(self, content: bytes, name: str = "") -> str:
        name = name or _sha256(content)
        self.files[name] = content
        return name


class SiteRevisionPart(contents.RevisionPart):
    """A revision's part of the site: smaller than in a handout, because a site has many, and with one message for all
    pairs, with the density in the revision's own frame."""

    max_dimensions = 4
    first_pair: tuple[dict, str] | None = None  # the header for its first pair, and the name of that message's file

    def pack_frames(self) -> tuple[dict, dict]:
        """Fewer frames, including the first and the last, with codes rounded to 8 significant bits (0.2 %)."""
        header, arrays = super().pack_frames()
        count = len(arrays["z"])
        max_frames = max(MIN_FRAMES, MAX_FRAMES_BYTES // arrays["z"][:1].nbytes) if count else 0
        if count > max_frames:
            frames = np.unique(np.linspace(0, count - 1, max_frames).round().astype(int))
            header |= {key: [header[key][k] for k in frames] for key in ("steps", "epochs", "losses", "distances")}
            arrays |= {key: arrays[key][frames] for key in ("z", "judged") if key in arrays}
            limitation = translate(
                "Of the {count} moments of the training it holds {frames}.", count=count, frames=len(frames)
            )
            self.file_set.limitations[limitation] = None
        rounded_codes = arrays["z"].astype(np.uint32) + 4 & ~np.uint32(7)
        return header, {**arrays, "z": rounded_codes.astype(np.uint16)}

    def add_compared_plane(self, scene, frame) -> dict:
        header, arrays, notes = plane_message.message_parts(scene)
        header |= {"extent": frame.half, "centre": list(frame.centre)}
        self.first_pair = self.first_pair or (header, self.add_message(header, arrays, notes))
        first_header, name = self.first_pair
        return {"message": name, "changes": {key: value for key, value in header.items() if value != first_header[key]}}


class Site:
    """The pages of some revisions, and the files that they need. columns: of the items, which the site holds."""

    def __init__(self, entries: list[site_entries.SiteEntry], columns: Sequence[str] = ()):
        self.entries, self.columns = entries, tuple(columns)
        self.pairs = [(entry, later_entry) for k, entry in enumerate(entries) for later_entry in entries[k + 1 :]]
        self.styled_entries = [entry for entry in entries if entry.style_page_file]
        self.clustered_entries = [entry for entry in entries if entry.clusters_page_file]
        self.collection = reader.load_lessons()
        self.frontier = frontier.read_frontier()
        self.lessons = lessons.playable_lessons(entries, self.collection)
        # a lesson says which revision is on the left, and that may be the later one
        lesson_files = {page["file"] for lesson in self.lessons.values() for page in lesson["pages"]}
        self.pairs += [pair[::-1] for pair in self.pairs if site_entries.comparison_file(*pair[::-1]) in lesson_files]
        self.lessons_json = json.dumps(self.lessons, ensure_ascii=False, sort_keys=True).encode()
        self.written_hashes: set[str] = set()
        self.revision_parts: dict[str, SiteRevisionPart] = {}
        files_by_title = {
            "Explore": [entry.explore_page_file for entry in entries],
            "Style and content": [entry.style_page_file for entry in self.styled_entries],
            "Compare": [site_entries.comparison_file(*pair) for pair in self.pairs],
            "Clusters": [entry.clusters_page_file for entry in self.clustered_entries],
            "Step by step": [game.FILE], "Which one?": [which_one.FILE] if self.frontier else [], "Results": [results.FILE],
            "Lessons": [lessons.FILE], "Course": [course.FILE] if self.lessons else [], "Theory": [theory.FILE],
        }  # fmt: skip
        self.first_files = {name: files[0] for name, files in files_by_title.items() if files}
        self.nav = {"Models": start.FILE, **self.first_files}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """All files of the site, each as its path and content."""
        yield page_template.STYLE, stylesheet()
        yield page_template.SCRIPT, site_script()
        yield page_template.ICON, (document.APP / "icon.svg").read_bytes()
        yield from self._data_files({_sha256(self.lessons_json): self.lessons_json})
        yield from self._article_pages()
        yield from self._board_pages()
        for entry in self.entries:
            yield from start.preview_pictures(entry).items()
            yield from self._explore_page(entry)
        for entry in self.styled_entries:
            yield from self._style_page(entry)
        # pairs of the same six revisions one after the other, since caches hold as many
        for left, right in sorted(self.pairs, key=lambda pair: [self.entries.index(member) // 3 for member in pair]):
            yield from self._comparison_page(left, right)

    def _article_pages(self):
        """The pages without a model to decode: the start, figures, lessons, the article, and clusters."""
        page_links = [
            (translate(name), file, translate(PAGE_DESCRIPTIONS[name])) for name, file in self.first_files.items()
        ]
        title = translate(TITLE)
        yield self._page(start.FILE, "Models", title, start.page_html(title, self.entries, page_links))
        yield self._page(results.FILE, "Results", translate("Results"), results.page_html(self.entries))
        if self.frontier:
            frontier_html = which_one.page_html(self.frontier, self.entries)
            yield self._page(which_one.FILE, "Which one?", translate("Which one?"), frontier_html)
        lessons_html = lessons.page_html(self.lessons, self.collection)
        yield self._page(lessons.FILE, "Lessons", translate("Lessons"), lessons_html)
        if self.lessons:
            course_html = course.page_html(self.lessons, self.collection)
            yield self._page(course.FILE, "Course", translate("Course"), course_html)
        theory_html = theory.page_html(read_article(), self.entries, self.lessons, self.collection)
        yield self._page(theory.FILE, "Theory", translate("Theory"), theory_html)
        for entry in self.clustered_entries:
            title = translate("Clusters: {title}", title=entry.title)
            clusters_html = clusters.page_html(entry, self.clustered_entries, self.columns)
            yield self._page(entry.clusters_page_file, "Clusters", title, clusters_html)

    def _board_pages(self):
        """The pages with a board of their own: the game, and the densities of the aggregated posterior."""
        title = translate("Step by step")
        yield from self._page_with_data(game.FILE, "Step by step", title, game.page_html(), game.script_data)
        title = translate(aggregate.TITLE)
        yield from self._page_with_data(aggregate.FILE, "Lessons", title, aggregate.page_html(), aggregate.script_data)

    def _explore_page(self, entry):
        content = revision_pages.explore_html(entry, self.entries)
        yield from self._page_with_data(
            entry.explore_page_file, "Explore", entry.title, content, contents.explore_page_data, entry
        )

    def _style_page(self, entry):
        content = revision_pages.style_html(entry, self.styled_entries)
        title = translate("Style and content: {title}", title=entry.title)
        yield from self._page_with_data(
            entry.style_page_file, "Style and content", title, content, contents.style_page_data, entry
        )

    def _comparison_page(self, left, right):
        file = site_entries.comparison_file(left, right)
        title = translate("{first} and {second}", first=left.title, second=right.title)
        content = compare.page_html(left, right, self.entries)
        yield from self._page_with_data(file, "Compare", title, content, contents.compare_page_data, left, right)

    def _page_with_data(self, file, nav_title, title, content, make_page_data, *entries):
        """A page whose script decodes, with the data from `make_page_data(file_set, *revisions)`, and the data files not
        written before."""
        revisions, page_file_set = [entry.revision for entry in entries], SiteFileSet(self.revision_parts, self.columns)
        page_data = make_page_data(page_file_set, *revisions)
        file_sets = [page_file_set, *(page_file_set.revision_part(revision).file_set for revision in revisions)]
        limitations = list(dict.fromkeys(sentence for file_set in file_sets for sentence in file_set.limitations))
        script_data = {"pages": [page_data], "lacks": limitations, "holds": translate("What this page holds")}
        yield self._page(file, nav_title, title, content, script_data)
        for file_set in file_sets:
            yield from self._data_files(file_set.files)
            file_set.files = dict.fromkeys(file_set.files, b"")  # written, so only the names are still needed

    def _page(self, file, nav_title, title, content, script_data=None):
        script_data = {**(script_data or {}), "site": {"file": file, "lessons": _sha256(self.lessons_json)}}
        description = translate(PAGE_DESCRIPTIONS.get(nav_title, PAGE_DESCRIPTIONS["Explore"]))
        return file, page_template.page_html(
            self.nav, title, content, self.first_files.get(nav_title, start.FILE), description, script_data
        )

    def _data_files(self, files):
        for name, content in files.items():
            content_hash = name.rpartition("=")[2]  # the hash in "frames?v=…"
            if content_hash not in self.written_hashes:
                self.written_hashes.add(content_hash)
                yield f"data/{content_hash}.js", data_script.pack_as_script(content_hash, content)


def _sha256(content) -> str:
    return hashlib.sha256(content).hexdigest()


def site_script() -> bytes:
    """The script of all pages; it contains the components' style sheet, because shadow roots need it as text."""
    boards = [document.APP / "components" / name / "style.css" for name in ("game_board", "aggregate_board")]
    board_styles = "\n".join(path.read_text(encoding="utf-8") for path in boards)
    sheet = json.dumps(document.stylesheet() + board_styles, ensure_ascii=False)
    return f"""{{
const style = document.createElement("style");
style.id = "style";
style.textContent = {sheet};
document.head.prepend(style);
{page_scripts.script_text(page_scripts.SITE, current_language())}
}}
""".encode()


def stylesheet() -> bytes:
    sheets = (
        cluster_cards.STYLE,
        html_tables.STYLE,
        difference_tables.STYLE,
        results_chart.STYLE,
        frontier_svg.STYLE,
        frontier_legend.STYLE,
    )
    parts = [re.sub("</?style>", "", sheet) for sheet in sheets]
    components = [document.APP / "components" / name / "style.css" for name in ("lesson_panel", "cards", "article")]
    files = [*components, Path(__file__).parent / "site.css"]
    sheets = [*parts, *(file.read_text(encoding="utf-8") for file in files), course_document.style_sheet()]
    return "\n".join([document.theme_css(), *sheets]).encode()
