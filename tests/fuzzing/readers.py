"""Everything that reads a file or a text of a stranger's, but tables."""

import io
import shutil
import struct
import zipfile
import zlib

import numpy as np
import pytest
from fuzzing import cases, places
from fuzzing.target import Target, check_sentence
from hypothesis import strategies as st

from aae_core import plugins
from aae_core.cli import code_files
from aae_core.config import configuration, painting, schema
from aae_core.data import sets
from aae_core.data.built_in import idx
from aae_core.data.images import painting_files
from aae_core.data.images.tones import Tones
from aae_core.data.own_data import image_preview, own_images, own_sets
from aae_core.data.tables import table_files
from aae_core.reproduce import frontier, reproduction, results
from aae_core.runs import launchers, limits, sweep_control, sweep_standings
from aae_core.sklearn import AdversarialAutoencoder
from aae_core.store import frames, weights
from aae_core.store import status as statuses
from aae_core.store import sweeps as sweep_records
from aae_core.store.revisions import Revision, Store
from app.figures import revision_list
from app.lessons import reader
from app.page_parts.sweeps import sweep_figures, sweep_panels
from app.website import folder

GIB = 2**30
SHARED_READER, LISTED_STORE = "the reader is that of others, too", "a store is listed each"


# Files of a revision ----------------------------------------------------------------------------------------------------


def revision_file_target(name, kind, file, read, thorough=500, reason="", **options):
    """A target that damages one file of a revision of that kind and reads it."""

    def path(place):
        return place.copied_revisions[kind] / (file if isinstance(file, str) else file(place.copied_revisions[kind]))

    def damaged_content(place):
        kinds = {".safetensors": cases.tensor_files, ".jsonl": cases.json_lines_files, ".json": cases.json_files}
        return kinds[path(place).suffix](path(place).read_bytes())

    return Target(
        name,
        damaged_content,
        lambda place, _: read(Revision(place.copied_revisions[kind])),
        thorough,
        reason,
        file=path,
        **options,
    )


def last_frame(folder):
    return sorted(folder.glob("frames/*.safetensors"))[-1].relative_to(folder)


def last_decoder(folder):
    return sorted(folder.glob("frames/*.decoder.safetensors"))[-1].relative_to(folder)


def decode_at_key_frame(revision):
    step = int(last_decoder(revision.path).name[:9])
    return revision.decode(np.zeros((1, revision.config.latent_dim)), [0], step=step)


def check_history(history):
    """What a page tells of damaged frames are sentences, too."""
    for trouble in history.troubles:
        check_sentence(trouble)
    return history


def store_list_target(file):
    """A target that damages one record of a revision and lists its store, as the page Revisions does."""

    def list_store(place, _):
        root = place.copied_revisions["aae"].parent
        rows = Store(root, gallery=root / "none").list()
        revision_list.revision_table_columns(rows)
        for row in rows:
            if row.path != place.copied_revisions["aae"]:
                assert row.state == "done", "it costs another revision"
            elif row.state == "broken":
                check_sentence(row.reason)

    path = lambda place: place.copied_revisions["aae"] / file  # noqa: E731
    return Target(
        f"list of a store: {file}",
        lambda place: cases.json_files(path(place).read_bytes()),
        list_store,
        100,
        "a store is listed each",
        file=path,
    )


REVISION_FILES = [
    revision_file_target("config.json", "aae", "config.json", lambda r: (r.config, r.not_resumable_reason)),
    revision_file_target(
        "config.json, table", "table", "config.json", lambda r: (r.config, r.data), 200, SHARED_READER
    ),
    revision_file_target(
        "status.json", "aae", "status.json", lambda r: (r.cache_key, statuses.read_status(r.path / "status.json"))
    ),
    revision_file_target("notes.json", "aae", "notes.json", lambda r: (r.label, r.notes), 200, SHARED_READER),
    revision_file_target("metrics.jsonl", "aae", "metrics.jsonl", lambda r: r.metrics(), 200, SHARED_READER),
    revision_file_target("request.json", "aae", "request.json", lambda r: r.request(), 100, SHARED_READER),
    revision_file_target(
        "reproduction.json", "aae", "reproduction.json", reproduction.stored_figures, 100, SHARED_READER
    ),
    revision_file_target(
        "frames/marks.json",
        "aae",
        "frames/marks.json",
        lambda r: frames.open_frame_source(r).resumed_steps(),
        100,
        SHARED_READER,
    ),
    revision_file_target(
        "weights.safetensors", "semi", "weights.safetensors", lambda r: r.model(), 100, "a model each"
    ),
    revision_file_target(
        "resume.safetensors", "aae", "resume.safetensors", weights.load_resume_state, 200, SHARED_READER
    ),
    revision_file_target(
        "probe.safetensors",
        "semi",
        "probe.safetensors",
        lambda r: (r.probe_step_and_epoch(), r.probe()),
        300,
        SHARED_READER,
    ),
    revision_file_target(
        "labelled.safetensors", "semi", "labelled.safetensors", lambda r: r.labelled_indices(), 200, SHARED_READER
    ),
    revision_file_target(
        "frames/*.safetensors", "semi", last_frame, lambda r: check_history(r.frames()), 100, "all frames each"
    ),
    revision_file_target(
        "frames/*.decoder.safetensors", "semi", last_decoder, decode_at_key_frame, 100, "a decoder each"
    ),
    revision_file_target(
        "frames.safetensors",
        "film",
        "frames.safetensors",
        lambda r: check_history(r.frames()),
        100,
        "all frames each",
    ),
]


# Records and texts ------------------------------------------------------------------------------------------------------


def typed_settings(place):
    """Settings as typed at a terminal: a key, and a text that is nearly right for it."""
    flat = configuration.to_flat_dict(configuration.Config())
    default_texts = {key: schema.format_setting(value) if value is not None else "1" for key, value in flat.items()}
    near_settings = st.sampled_from(sorted(default_texts)).flatmap(
        lambda key: st.tuples(st.just(key), cases.damaged_copies(default_texts[key] or "x"))
    )
    keys = st.sampled_from(sorted(default_texts)) | cases.odd_texts
    return st.dictionaries(keys, cases.odd_texts, max_size=3) | st.lists(near_settings, max_size=3).map(dict)


def painting_texts(place):
    texts = [painting.format_painting(painting.parse_painting(name)) for name in painting.SHAPES]
    return st.sampled_from(texts).flatmap(cases.damaged_copies) | cases.odd_texts


def plugin_names(place):
    names = (
        st.sampled_from(("no_such_plugin_", "os", "os.path", "a.b", "..", "a/b", "__main__", "aae_core", "-x"))
        | cases.odd_texts
    )
    return st.lists(names, max_size=3)


def encode_text(text):
    return text.encode("utf-8", "surrogatepass")


def lesson_files(place):
    texts = [
        (reader.LESSONS_FOLDER / name).read_text(encoding="utf-8")
        for name in ("03-the-discriminator.md", "09-mode-collapse.md")
    ]
    return st.sampled_from(texts).flatmap(lambda text: cases.damaged_copies(text, 6)).map(encode_text)


def set_records(name):
    return lambda place: cases.json_files((place.sets_root / "own" / name / "meta.json").read_bytes())


def set_file_target(name, file):
    def read(place, _):
        for row in sets.data_set_summaries(place.sets_root):
            if row.name == name and row.available:
                result = sets.load(name, place.sets_root)
                assert len(result.train.labels) == len(result.train.images)

    path = lambda place: place.sets_root / "own" / name / file  # noqa: E731
    make = lambda place: (cases.json_files if file.endswith("json") else cases.tensor_files)(path(place).read_bytes())  # noqa: E731
    return Target(f"own set: {name}/{file}", make, read, 100, "data sets are listed each", file=path)


def render_results_table(place, path):
    record = results.read_results(path.parent)
    for budget in ("cpu", "paper"):
        for row in results.result_rows(record, budget):
            assert row.text
    return results.render_markdown(record)


def check_frontier(place, path):
    """As the page Results shows it."""
    actual = frontier.read_frontier(path.parent)
    for data, dim in actual.data_sets_and_dimensions if actual else ():
        rows = actual.model_rows(data, dim)
        for key in frontier.available_figures(rows):
            assert all(row.mean(key) is not None for row in rows if row.values(key))
            frontier.best_rows(rows, key), frontier.worst_rows(rows, key)


def show_sweep(place, path):
    """As the page Sweeps shows it."""
    store = Store(path.parents[1], gallery=place.root / "none")
    output, rows = sweep_records.read_sweep(store, path.stem), store.list_own()
    points = sweep_standings.rank_points(output, rows)
    measured = [point for point in points if point.mean is not None]
    sweep_panels.sweep_title(output), sweep_standings.sweep_progress(output, rows)
    sweep_figures.sweep_table_columns(output, points, [""] * len(points)), sweep_figures.sweep_alt_text(output, points)
    if len(measured) > 1:
        sweep_figures.parallel_coordinates_figure(output, points)
        if len(keys := sweep_figures.listed_settings(output)) > 1:
            sweep_figures.heat_map_figure(output, points, *keys[:2])


class IdleLauncher(launchers.Launcher):
    """A launcher that starts nothing, and whose workers live."""

    name = launchers.LOCAL.name

    def launch(self, revision):
        return {"pid": 2**22 + 1, "started": 1.0}

    def is_alive(self, status):
        return True


def advance_and_continue(place, path):
    """As whoever looks after the queue does it, and then by hand; the revisions that it makes are removed."""
    store = Store(path.parents[1], gallery=place.root / "none")
    former_ids = {revision.id for revision in place.revisions.values()}
    try:
        assert all(
            store.open(id_).status.awaits_worker_report for id_ in sweep_control.advance_sweeps(store, IdleLauncher())
        )
        sweep_control.continue_sweep(store, path.stem, IdleLauncher())
    finally:
        assert {file.name for file in path.parent.iterdir()} <= {path.name, f"{path.stem}.lock"}
        for row in store.list_own():
            if row.id not in former_ids:
                shutil.rmtree(row.path)


def read_limits(place, path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(limits.SHARED_VARIABLE, str(path))
        assert limits.shared_server_limits().each.running >= 1


LIMITS = "teachers = ['a@b.c']\n[each]\nrunning = 2\nminutes = 7.5\nmemory = 4\n[all]\nrunning = 3\ndisk = 1.5\n"


def load_estimator(place, path):
    outcome = AdversarialAutoencoder.load(path)
    assert outcome.transform(np.zeros((2, outcome.n_features_in_))).shape == (2, 2)


def replace_site(place, path):
    """A site is written where one seems to be; what its record does not name stays."""
    (path.parent / "mine.txt").write_bytes(b"mine")
    folder.write_site(path.parent, [("index.html", b"new")])
    path.unlink(), (path.parent / "index.html").unlink()


TEXTS = [
    Target("typed settings", typed_settings, lambda place, case: configuration.configure(**case)),
    Target(
        "configuration",
        lambda place: cases.altered_records(schema.to_dict(configuration.Config())),
        lambda place, case: configuration.from_dict(case),
    ),
    Target("painting, text", painting_texts, lambda place, case: painting.parse_painting(case)),
    Target("names of plug-ins", plugin_names, lambda place, case: plugins.missing_plugin_reason(case)),
    Target(
        "name of a data set",
        lambda place: cases.odd_texts,
        lambda place, case: sets.describe_data_set(case, place.sets_root),
    ),
    Target(
        "name of a revision",
        lambda place: cases.odd_texts,
        lambda place, case: place.store.open(case),
        200,
        LISTED_STORE,
    ),
    Target(
        "results.json",
        lambda place: cases.json_files(place.results_bytes),
        render_results_table,
        100,
        "the table is written each",
        file=lambda place: place.work / "results" / "results.json",
    ),
    Target(
        "frontier.json",
        lambda place: cases.json_files(place.frontier_bytes),
        check_frontier,
        200,
        "configurations are made each",
        file=lambda place: place.work / "frontier" / "frontier.json",
    ),
    Target(
        "sweep",
        lambda place: cases.json_files(place.sweep_path.read_bytes()),
        show_sweep,
        200,
        SHARED_READER,
        file=lambda place: place.sweep_path,
    ),
    Target(
        "sweep, taken further",
        lambda place: cases.json_files(place.sweep_path.read_bytes()),
        advance_and_continue,
        100,
        "revisions are made each",
        file=lambda place: place.sweep_path,
        writes=True,
    ),
    Target(
        "limits of a shared server",
        lambda place: cases.damaged_copies(LIMITS, 6).map(encode_text),
        read_limits,
        file=lambda place: place.work / "limits.toml",
    ),
    Target(
        "estimator",
        lambda place: cases.tensor_files(place.estimator_bytes),
        load_estimator,
        100,
        "a model each",
        file=lambda place: place.work / "estimator.safetensors",
    ),
    Target(
        "site.json",
        lambda place: cases.json_files(b'{"format": 1, "files": ["index.html", "mine.txt"]}'),
        replace_site,
        100,
        "a site is written each",
        file=lambda place: place.work / "sites" / "one" / folder.RECORD,
        writes=True,
    ),
    Target(
        "lesson",
        lesson_files,
        lambda place, path: reader.read_lesson(path, {}),
        300,
        "a whole lesson each",
        clause=True,
        file=lambda place: place.work / "lessons" / "03-a-lesson.md",
    ),
    Target(
        "glossary",
        lambda place: cases.damaged_copies((reader.LESSONS_FOLDER / reader.GLOSSARY_NAME).read_bytes()),
        lambda place, path: reader.read_glossary(path),
        200,
        SHARED_READER,
        clause=True,
        file=lambda place: place.work / "lessons" / reader.GLOSSARY_NAME,
    ),
    set_file_target("pets", "meta.json"),
    set_file_target("pets", "images.safetensors"),
    set_file_target("houses", "meta.json"),
    set_file_target("houses", "rows.safetensors"),
]


# Images and codes -------------------------------------------------------------------------------------------------------


def damaged_files(contents, revision_ids=cases.damaged_copies):
    """A damaged one of several files; each is as likely."""
    return st.sampled_from(contents).flatmap(revision_ids)


def idx_files(place):
    whole = places.idx_bytes(np.arange(48, dtype=np.uint8).reshape(3, 4, 4))
    return cases.damaged_copies(whole)


def idx_gzip_files(place):
    whole = places.idx_bytes(np.arange(48, dtype=np.uint8).reshape(3, 4, 4))
    return cases.damaged_copies(whole).map(places.gzip_bytes) | cases.damaged_copies(places.gzip_bytes(whole))


def npz_files(**arrays):
    """An .npz one of whose arrays is damaged within, or which is damaged as a whole."""
    whole = {f"{name}.npy": places.npy_bytes(array) for name, array in arrays.items()}
    inner = st.sampled_from(sorted(whole)).flatmap(
        lambda name: cases.damaged_copies(whole[name]).map(lambda content: places.zip_bytes({**whole, name: content}))
    )
    return inner | cases.damaged_copies(places.zip_bytes(whole)) | cases.damaged_copies(places.npz_bytes(**arrays))


IMAGES = np.arange(24 * 36, dtype=np.uint8).reshape(24, 6, 6) // 3


def zip_files(place):
    """A zip of images: the names of its members, an image or the whole archive are wrong."""
    pictures = places.image_files()
    whole = {f"{'ab'[k % 2]}/{k}.png": places.image_files()["a.png"][: -k or None] for k in range(2)}
    whole |= {f"{'ab'[k % 2]}/{k + 9}.bmp": places.bmp_bytes(k) for k in range(20)}
    whole |= {f"{'ab'[k % 2]}/{name}": content for k, (name, content) in enumerate(sorted(pictures.items()))}
    names = st.sampled_from(
        ("../x.png", "/x.png", "a/b/c/x.png", "C:\\x.png", "a\0.png", ".png", "a/.png", "x" * 300 + ".png", "a/x")
    )
    named = st.dictionaries(
        names | cases.odd_texts.filter(is_member_name), st.sampled_from(sorted(pictures.values())), max_size=4
    )
    archive = places.zip_bytes(whole)
    return named.map(lambda extra_members: places.zip_bytes({**whole, **extra_members})) | cases.damaged_copies(archive)


def is_member_name(name):
    """Whether a zip can have a member of that name."""
    return "\ud800" not in name and name.partition("\0")[0] and len(name) < 60_000


def data_adder(**options):
    """Reads a table or images as `data add` does, and stores them where they are valid."""

    def add_and_remove(place, path):
        root = place.work / "added"
        try:
            row = sets.add_data_set(path, "mine", root, **options)
            assert sets.load("mine", root).summary.shape == row.shape
        finally:
            entry_names = (
                sorted(entry.name for entry in (root / own_sets.OWN_SETS_FOLDER).glob("*")) if root.exists() else []
            )
            shutil.rmtree(root, ignore_errors=True)
            assert entry_names in ([], ["mine"]), entry_names

    return add_and_remove


def preview_as_train(place, path):
    """As Train looks at images before they are added."""
    images = image_preview.preview_images(path)
    assert images.summary and len(image_preview.render_samples(images, Tones(), 16, True)) == len(images.sample_classes)
    for tones in (Tones(), Tones(3, 9, 255, "black")):
        assert all(images.oddity_sentences(tones)) and isinstance(images.assess_contrast(tones).is_low, bool)


# Bombs: little that unpacks to much --------------------------------------------------------------------------------------

BLOCK = 2**20


def deflate_stream(start: bytes, size: int) -> bytes:
    """`start` and so many zeros as a raw deflate stream, made of equal parts, so that nobody has to pack them."""

    def deflate_part(content):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)

    return deflate_part(start) + deflate_part(bytes(BLOCK)) * (size // BLOCK) + zlib.compress(b"", wbits=-15)


def gzip_bomb(start, size):
    return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + deflate_stream(start, size) + bytes(8)


def zip_bomb(name: str, stream: bytes, announced: int) -> bytes:
    """A zip whose one member is this deflate stream and announces so many bytes."""
    member = zipfile.ZipInfo(name)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(member, stream)
    archive_bytes = bytearray(content.getvalue())
    central = archive_bytes.index(b"PK\1\2")
    for at, method, size in ((0, 8, 22), (central, 10, 24)):
        struct.pack_into("<H", archive_bytes, at + method, 8)
        struct.pack_into("<I", archive_bytes, at + size, min(announced, 2**32 - 1))
    return bytes(archive_bytes)


def png_bomb(side: int) -> bytes:
    """A PNG whose header says that it has side × side pixels, which are black as far as there are any."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = b"\x78\x9c" + deflate_stream(b"", 64 * BLOCK)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def npy_header(shape) -> bytes:
    """The header of an .npy of bytes."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header


SMALL_SIZE, HUGE_SIZE = 16 * BLOCK, 3 * GIB
BOMBS = {
    "a.gz, IDX": lambda declared_size, actual_size: gzip_bomb(
        struct.pack(">4B3I", 0, 0, 8, 3, declared_size // 784, 28, 28), actual_size
    ),
    "a.npz": lambda declared_size, actual_size: zip_bomb(
        "images.npy",
        deflate_stream(npy_header((declared_size // 64, 8, 8)), actual_size),
        len(npy_header((declared_size // 64, 8, 8))) + declared_size,
    ),
    "X.npz": lambda declared_size, actual_size: zip_bomb(
        "X.npy",
        deflate_stream(npy_header((declared_size // 8, 8)), actual_size),
        len(npy_header((declared_size // 8, 8))) + declared_size,
    ),
    "a.zip": lambda declared_size, actual_size: zip_bomb("a/x.png", deflate_stream(b"", actual_size), declared_size),
    "a.zip, png": lambda declared_size, actual_size: places.zip_bytes(
        {f"a/{k}.png": png_bomb(int((declared_size // 4) ** 0.5)) for k in range(3)}
    ),
    "a.png": lambda declared_size, actual_size: png_bomb(int((declared_size // 4) ** 0.5)),
}


def read_bomb(place, case):
    kind, declared_size, actual_size = case
    path = place.write_file(place.work / "bombs" / kind.partition(",")[0], BOMBS[kind](declared_size, actual_size))
    if path.suffix == ".gz":
        return idx.read_idx(path, 3)
    if kind == "X.npz":
        return table_files.open_table(path)
    return own_images.read_images(path)


def npz_code_files(place):
    return npz_files(z=np.zeros((5, 2), np.float32), labels=np.arange(5))


def work_file(name):
    return lambda place: place.work / "files" / name


FILES = [
    Target("IDX", idx_files, lambda place, path: idx.read_idx(path, 3), file=work_file("images-idx3-ubyte")),
    Target(
        "IDX, gzip",
        idx_gzip_files,
        lambda place, path: idx.read_idx(path, 3),
        300,
        SHARED_READER,
        file=work_file("images-idx3-ubyte.gz"),
    ),
    Target(
        "npz, images",
        lambda place: npz_files(images=IMAGES, labels=np.arange(24) % 2),
        preview_as_train,
        300,
        SHARED_READER,
        file=work_file("a.npz"),
    ),
    Target(
        "npz, added",
        lambda place: npz_files(images=IMAGES, labels=np.arange(24) % 2),
        data_adder(),
        100,
        "a set is written each",
        file=work_file("b.npz"),
        writes=True,
    ),
    Target(
        "npz, codes",
        npz_code_files,
        lambda place, path: code_files.read_codes(path, 2, 5),
        300,
        SHARED_READER,
        file=work_file("codes.npz"),
    ),
    Target("zip of images", zip_files, preview_as_train, 100, "many images each", file=work_file("a.zip")),
    Target(
        "zip, added",
        zip_files,
        data_adder(size=8, report_left_out=str),
        60,
        "a set is written each",
        file=work_file("b.zip"),
        writes=True,
    ),
    Target(
        "image",
        lambda place: damaged_files(list(places.image_files().values())),
        lambda place, path: own_images.read_images(path),
        file=work_file("a.png"),
        memory=512 * 2**20,
    ),
    Target(
        "painting, file",
        lambda place: damaged_files(list(places.image_files().values())),
        lambda place, path: painting_files.resolve_painting(str(path)),
        100,
        SHARED_READER,
        file=work_file("painting.png"),
        memory=512 * 2**20,
    ),
    Target(
        "bombs",
        lambda place: st.tuples(
            *map(st.sampled_from, (sorted(BOMBS), (SMALL_SIZE, HUGE_SIZE), (SMALL_SIZE, HUGE_SIZE)))
        ),
        read_bomb,
        30,
        "there are no more",
        writes=True,
        memory=160 * 2**20,
    ),
]
TARGETS = [
    *REVISION_FILES,
    *map(store_list_target, ("config.json", "status.json", "notes.json", "owner.json")),
    *TEXTS,
    *FILES,
]
