"""What is dropped on the page: which files are taken for images."""

import json

from helpers.environment import PAGE_MODULES, run_node
from PIL import Image

from aae_core.data.own_data import image_files

SCRIPT = """
globalThis.document = { addEventListener() {} };
const { IMAGE } = await import("MODULE");
console.log(JSON.stringify(JSON.parse(process.argv[1]).filter((name) => IMAGE.test(name))));
"""


def test_a_file_is_an_image_if_the_core_reads_it_as_one():
    image_names = [f"a{suffix}" for suffix in image_files.IMAGE_SUFFIXES] + ["A.PNG"]
    other_names = [f"a{suffix}" for suffix in Image.registered_extensions() if suffix not in image_files.IMAGE_SUFFIXES]
    module = (PAGE_MODULES / "drawing" / "folder_drop.ts").as_uri()
    result = run_node(
        SCRIPT.replace("MODULE", module), json.dumps([*image_names, *other_names, "a.npz", "a.csv", "png", "a.png.zip"])
    )
    assert json.loads(result) == image_names
