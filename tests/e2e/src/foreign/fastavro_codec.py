"""Writes and reads Avro with fastavro: a producer and a reader that share no code with Sluice.

Takes one JSON document on standard input and answers with one on standard output. JSON lacks some values; they are objects with one
key: {"$long": "9223372036854775807"}, {"$double": "NaN"}, {"$bytes": "<base64>"}, {"$decimal": "12.50"}, {"$uuid": "..."}.
"""

import base64
import decimal
import io
import json
import sys
import uuid
import zlib

import fastavro

# Python's decimals have 28 digits by default.
decimal.getcontext().prec = 1000


def parsed(schema, references):
    named = {}
    for reference in references:
        fastavro.parse_schema(reference, named_schemas=named)
    # Java producers have registered invalid defaults, which neither writing nor reading needs.
    return fastavro.parse_schema(schema, named_schemas=named, _ignore_default_error=True)


def from_json(value):
    if isinstance(value, list):
        return [from_json(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((tag, text),) = value.items()
        match tag:
            case "$long":
                return int(text)
            case "$double":
                return float(text)
            case "$bytes":
                return base64.b64decode(text)
            case "$decimal":
                return decimal.Decimal(text)
            case "$uuid":
                return uuid.UUID(text)
    return {name: from_json(one) for name, one in value.items()}


def to_json(value):
    match value:
        case bool() | None | str():
            return value
        case int():
            return value if abs(value) < 2**53 else {"$long": str(value)}
        case float():
            names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "-0.0": "-0.0"}
            name = names.get(str(value))
            return value if name is None else {"$double": name}
        case bytes():
            return {"$bytes": base64.b64encode(value).decode()}
        case dict():
            return {name: to_json(one) for name, one in value.items()}
        case list() | tuple():
            return [to_json(one) for one in value]
    raise TypeError(f"no JSON for {type(value)}")


def encode(events):
    bodies = []
    for event in events:
        schema = parsed(event["schema"], event.get("references", []))
        out = io.BytesIO()
        fastavro.schemaless_writer(out, schema, from_json(event["value"]))
        bodies.append(base64.b64encode(out.getvalue()).decode())
    return bodies


def plain(schema):
    """A schema without logical types, so that each value is read as what the file holds."""
    if isinstance(schema, list):
        return [plain(branch) for branch in schema]
    if isinstance(schema, dict):
        kept = {name: value for name, value in schema.items() if name not in ("logicalType", "default")}
        for inner in ("type", "items", "values"):
            if inner in kept:
                kept[inner] = plain(kept[inner])
        if "fields" in kept:
            kept["fields"] = [plain(field) for field in kept["fields"]]
        return kept
    return schema


def rows(container):
    header = fastavro.reader(io.BytesIO(container))
    schema = fastavro.parse_schema(plain(json.loads(header.metadata["avro.schema"])))
    blocks = fastavro.block_reader(io.BytesIO(container))
    found = []
    for block in blocks:
        data = block.bytes_
        data.seek(0)
        for _ in range(block.num_records):
            found.append(to_json(fastavro.schemaless_reader(data, schema)))
        if data.read(1) != b"":
            raise ValueError("bytes follow the last row of a block")
    return found


if __name__ == "__main__":
    request = json.load(sys.stdin)
    answer = (
        encode(request["encode"])
        if "encode" in request
        else [rows(base64.b64decode(container)) for container in request["decode"]]
    )
    json.dump(answer, sys.stdout)
