"""Serve the codes of a table's model over HTTP, with onnxruntime and NumPy alone: neither PyTorch nor this project.

    python serve_onnx.py FOLDER [--port 8600]

FOLDER holds encode_rows.onnx and decode_rows.onnx, as `python -m aae_core export REV --onnx -o FOLDER` writes them for a
table. POST /encode takes a JSON list of objects, {column: value} for each row, with null for a missing value where the
training replaced such values; POST /decode takes a JSON list of codes,
each a list of numbers, with the name of its content at the end if the decoder takes one. Both answer with a JSON list.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession

MAX_REQUEST_BYTES = 2**24


class TableModel:
    """The encoder and decoder of a table's model. features: objects that describe the columns of `rows`, in their order;
    contents: the names of the values of y."""

    def __init__(self, folder: Path):
        self.encoder = InferenceSession(folder / "encode_rows.onnx")
        self.decoder = InferenceSession(folder / "decode_rows.onnx")
        metadata = self.encoder.get_modelmeta().custom_metadata_map
        self.features = json.loads(metadata["features"])
        self.contents = json.loads(metadata.get("contents", "[]"))

    def encode(self, records: list[dict]) -> list[dict]:
        """{"z": code} of each row, {column: value}, and {"y": {content: probability}} where it is inferred."""
        values_by_column = {}
        for feature in self.features:
            if feature["kind"] == "category":
                values_by_column.setdefault(feature["column"], []).append(feature["value"])
        rows = np.empty((len(records), len(self.features)), np.float32)
        for record, row in zip(records, rows, strict=True):
            for column, values in values_by_column.items():
                if record[column] is not None and str(record[column]) not in values:
                    raise ValueError(f"{column} must be one of {', '.join(values)}, not {record[column]!r}")
            for i, feature in enumerate(self.features):
                column = feature.get("column", feature["name"])
                if record[column] is None and "fill_value" not in feature:
                    raise ValueError(f"{column} must have a value")
                if record[column] is None:
                    row[i] = np.nan  # which the file replaces by the fill value
                    continue
                row[i] = str(record[column]) == feature["value"] if feature["kind"] == "category" else record[column]
                if not np.isfinite(row[i]):
                    raise ValueError("each value must be a finite number")
        outputs = self.encoder.run(None, {"rows": rows})
        answers = [{"z": z.tolist()} for z in outputs[0]]
        for answer, *probabilities in zip(answers, *outputs[1:], strict=True):
            for y in probabilities:
                answer["y"] = dict(zip(self.contents, y.tolist(), strict=True))
        return answers

    def decode(self, codes: list[list]) -> list[dict]:
        """{column: value} of each code; of a category the likeliest value."""
        inputs = {}
        if len(self.decoder.get_inputs()) == 2:  # z and y
            content_indices = [self.contents.index(code[-1]) for code in codes]
            inputs["y"] = np.eye(len(self.contents), dtype=np.float32)[content_indices]
            codes = [code[:-1] for code in codes]
        dimensions = self.decoder.get_inputs()[0].shape[1]
        inputs["z"] = np.array(codes, np.float32).reshape(len(codes), dimensions)
        (rows,) = self.decoder.run(None, inputs)
        return [self._describe_row(row.tolist()) for row in rows]

    def _describe_row(self, row):
        record, largest_by_column = {}, {}
        for feature, value in zip(self.features, row, strict=True):
            if feature["kind"] != "category":
                record[feature["name"]] = value
            elif value > largest_by_column.get(feature["column"], -np.inf):
                largest_by_column[feature["column"]] = value
                record[feature["column"]] = feature["value"]
        return record


def make_handler(model: TableModel) -> type[BaseHTTPRequestHandler]:
    """The class that answers requests by `model`."""
    functions = {"/encode": model.encode, "/decode": model.decode}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            function = functions.get(self.path)
            length = int(self.headers.get("Content-Length", 0))
            if function is None:
                self.answer(404, {"error": "POST to /encode or /decode"})
            elif length > MAX_REQUEST_BYTES:
                self.answer(413, {"error": f"a request has at most {MAX_REQUEST_BYTES:,} bytes"})
            else:
                try:
                    self.answer(200, function(json.loads(self.rfile.read(length))))
                except KeyError as error:
                    self.answer(400, {"error": f"a row lacks the column {error}"})
                except (ValueError, TypeError, IndexError) as error:
                    self.answer(400, {"error": str(error)})

        def answer(self, status, content):
            body = json.dumps(content, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def main():
    parser = argparse.ArgumentParser(description="Serve the codes of a table's model over HTTP.")
    parser.add_argument("folder", type=Path, help="the folder that `export --onnx` wrote")
    parser.add_argument("--port", type=int, default=8600, help="0 for any free port (8600)")
    args = parser.parse_args()
    for name in ("encode_rows.onnx", "decode_rows.onnx"):
        if not (args.folder / name).is_file():
            parser.error(f"{args.folder} has no {name}, which `export --onnx` writes for a table")
    server = ThreadingHTTPServer(("127.0.0.1", args.port), make_handler(TableModel(args.folder)))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
