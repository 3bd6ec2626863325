"""The page's JavaScript modules, run by node."""

import json
from functools import cache

import numpy as np

from helpers.environment import PAGE_MODULES, run_node, run_web_command

DECODER_KINDS = ("WebAssembly", "JavaScript")


def run_in_page(module: str, script: str, **inputs):
    """What `script`, the body of a function over the module m and the values, returns."""
    values = {name: np.asarray(value, dtype=np.float64).tolist() for name, value in inputs.items()}
    program = f"""
      const m = await import({json.dumps((PAGE_MODULES / module).as_uri())});
      const values = JSON.parse(await new Response(process.stdin).text());
      const answer = ((m, {{ {", ".join(values)} }}) => {{ {script} }})(m, values);
      console.log(JSON.stringify(answer, (_, v) => ArrayBuffer.isView(v) ? Array.from(v) : v));
    """
    return json.loads(run_node(program, text=json.dumps(values)))


@cache
def modules_script(entry: str) -> str:
    """A script that defines `pageModules`, for a page whose own script exports none of its modules. entry: the exports, as a
    module in the folder of the page's modules has them."""
    options = ("--bundle", "--format=iife", "--global-name=pageModules", "--loader:.wasm=binary", "--minify")
    script = run_web_command("esbuild", *options, text=entry, folder=PAGE_MODULES)
    return f"{script}; globalThis.pageModules = pageModules"
