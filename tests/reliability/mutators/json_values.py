"""Damage to JSON that is still JSON, or nearly: other types, numbers, depths and keys.

``replaced`` and the other functions that take a tree are used by formats that are based on JSON.
"""

import json

RAW = "\ue000raw:"  # a text that begins with this is written as it is, without quotes
NUMBERS = (
    0, -1, 1, 2, 7, 255, 10**4, 10**6, 2**31, 2**32 - 1, 2**40, 2**63, 2**64, 10**30, -(2**63),
    0.5, -0.0, 1e-320, 1e308, float("nan"), float("inf"), float("-inf"),
)  # fmt: skip
TEXTS = (
    "", "0", "a", "null", "\0", "\ud800", "a\udcffb", "é", "\u202e", "../../etc/passwd",
    "/etc/passwd", "<script>alert(1)</script>", "=1+1", "\x1b]0;title\x07", "%s%n{0}", "nan",
)  # fmt: skip


def raw(text):
    """A value that is written as this text."""
    return RAW + text


def strange_value(rng):
    """A value of any type, some of them large, deep, or none that JSON allows."""
    kind = rng.randrange(12)
    if kind < 3:
        return rng.choice(NUMBERS)
    if kind < 5:
        return rng.choice(TEXTS)
    depth, length = rng.choice((3, 100, 1200, 10**5)), rng.choice((10, 10**4, 10**6))
    return [
        None, True, [], {}, [[]], {"": None}, "x" * length, [0] * min(length, 10**5),
        raw("[" * depth + "]" * depth), raw('{"a":' * depth + "1" + "}" * depth),
        raw("9" * rng.choice((400, 5000))), raw("1e999"), raw("[" * depth), raw("NaN"), raw("01"),
        raw("'a'"), raw("\\"), raw('"\\ud800"'), raw('"\\u12"'), raw("1,"), raw("// a\n1"),
    ][rng.randrange(21)]  # fmt: skip


def places(tree):
    """(container, key) of each value in a tree."""
    found, waiting = [], [tree]
    while waiting:
        here = waiting.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here))
        for key in keys:
            found.append((here, key))
            if isinstance(here[key], dict | list):
                waiting.append(here[key])
    return found


def written(tree, rng):
    """The bytes of a tree, in one of several forms."""
    ascii_only, indent = rng.random() < 0.7, rng.choice((None, None, 1))
    text = json.dumps(tree, ensure_ascii=ascii_only, indent=indent)
    for mark in (json.dumps(RAW)[1:-1], RAW):
        pieces = text.split('"' + mark)
        for i, piece in enumerate(pieces[1:], 1):
            encoded, end = json.decoder.scanstring('"' + piece, 1)
            pieces[i] = encoded + piece[end - 1 :]
        text = "".join(pieces)
    encoding = rng.choice(("utf-8",) * 12 + ("utf-8-sig", "utf-16", "latin-1", "utf-16-be"))
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def replaced(tree, rng):
    """Another value somewhere."""
    container, key = rng.choice(places(tree))
    container[key] = strange_value(rng)
    return tree


def _deleted(tree, rng):
    container, key = rng.choice(places(tree))
    del container[key]
    return tree


def _added(tree, rng):
    container, key = rng.choice(places(tree))
    if isinstance(container, dict):
        container[rng.choice((*TEXTS, key + "s"))] = strange_value(rng)
    else:
        container.insert(key, strange_value(rng))
    return tree


def _key_changed(tree, rng):
    container, key = rng.choice([p for p in places(tree) if isinstance(p[0], dict)])
    container[rng.choice((key.upper(), key[:-1], key + " ", rng.choice(TEXTS)))] = container.pop(
        key
    )
    return tree


def _key_twice(tree, rng):
    container, key = rng.choice([p for p in places(tree) if isinstance(p[0], dict)])
    value = json.dumps(rng.choice(NUMBERS))
    container[key] = raw(f"{value}, {json.dumps(key)}: {json.dumps(container[key])}")
    return tree


def _swapped(tree, rng):
    (a, i), (b, j) = rng.sample(places(tree), 2)
    a[i], b[j] = json.loads(json.dumps([b[j], a[i]]))
    return tree


def _wrapped(tree, rng):
    container, key = rng.choice(places(tree))
    container[key] = rng.choice(([container[key]], {"a": container[key]}, {key: container[key]}))
    return tree


def _unwrapped(tree, rng):
    found = [(c, k) for c, k in places(tree) if isinstance(c[k], dict | list) and c[k]]
    container, key = rng.choice(found)
    inner = container[key]
    container[key] = rng.choice(list(inner.values()) if isinstance(inner, dict) else inner)
    return tree


def _number_changed(tree, rng):
    found = [(c, k) for c, k in places(tree) if isinstance(c[k], int | float)]
    container, key = rng.choice(found)
    old = container[key]
    container[key] = rng.choice((*NUMBERS, old + 1, old - 1, -old, old * 1000, str(old), [old]))
    return tree


def _repeated(tree, rng):
    found = [(c, k) for c, k in places(tree) if isinstance(c[k], list) and c[k]]
    container, key = rng.choice(found)
    container[key] = container[key] * rng.choice((2, 100))
    return tree


def _root(tree, rng):
    return rng.choice((strange_value(rng), [tree], {"a": tree}, None, [], {}))


TREES = (
    replaced, replaced, replaced, _deleted, _added, _key_changed, _key_twice, _swapped, _wrapped,
    _unwrapped, _number_changed, _number_changed, _repeated, _root,
)  # fmt: skip


def of_trees(*functions):
    """Mutators of bytes that parse them, change the tree, and write it again."""

    def mutator(change):
        return lambda data, rng: written(change(json.loads(data), rng), rng)

    return tuple(mutator(change) for change in functions)


MUTATORS = of_trees(*TREES)
