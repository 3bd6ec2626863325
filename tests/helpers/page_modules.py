"""The page's JavaScript modules, run by node."""

import json
from pathlib import Path

import numpy as np

from helpers.environment import run_node

JS = Path(__file__).parents[2] / "app" / "components" / "js"


TESTS = Path(__file__).parents[1]


DECODER_KINDS = ("WebAssembly", "JavaScript")


def run_in_page(module: str, script: str, **inputs):
    """What `script`, the body of a function over the module m and the values, returns."""
    values = {name: np.asarray(value, dtype=np.float64).tolist() for name, value in inputs.items()}
    program = f"""
      const m = await import({json.dumps((JS / module).as_uri())});
      const values = JSON.parse(await new Response(process.stdin).text());
      const answer = ((m, {{ {", ".join(values)} }}) => {{ {script} }})(m, values);
      console.log(JSON.stringify(answer, (_, v) => ArrayBuffer.isView(v) ? Array.from(v) : v));
    """
    return json.loads(run_node(program, text=json.dumps(values)))
