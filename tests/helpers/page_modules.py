"""The page's JavaScript modules, run by node."""

import json

import numpy as np

from helpers.environment import PAGE_MODULES, run_node

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
