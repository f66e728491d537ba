"""What a store has of some data sets: ids and hashes, in 17 bytes an element.

A diff needs no more than that, whatever the number of records. Ids are kept as eight bytes of a
digest: among ten million of them two are alike with a probability below one in 100,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.elements import Node, Relationship
from graph.store import Store

Element = TypeVar("Element", Node, Relationship)
Words = NDArray[np.uint64]


@dataclass
class Stored:
    """Nodes or relationships of a store; `met` marks those that the records still have."""

    keys: Words
    prints: Words
    met: NDArray[np.bool_]

    @classmethod
    def read(cls, store: Store, kind: str, datasets: Sequence[str]) -> Stored:
        """Read the hashes of `nodes` or `relationships`."""
        keys, prints = [_none()], [_none()]
        for part in store.hashes(kind, datasets):
            keys.append(_keys(i for i, _ in part))
            prints.append(_prints(h for _, h in part))
        all_keys, all_prints = np.concatenate(keys), np.concatenate(prints)
        order = np.argsort(all_keys)
        return cls(all_keys[order], all_prints[order], np.zeros(len(order), dtype=np.bool_))

    def compare(self, elements: Sequence[Element]) -> tuple[list[Element], list[Element]]:
        """Those of the elements that are new, and those that are changed; all are marked as met."""
        keys = _keys(e.id for e in elements)
        places, known = self._find(keys)
        self.met[places[known]] = True
        same = known.copy()
        same[known] = self.prints[places[known]] == _prints(e.hash for e in elements)[known]
        new = [e for e, k in zip(elements, known, strict=True) if not k]
        changed = [e for e, k, s in zip(elements, known, same, strict=True) if k and not s]
        return new, changed

    @property
    def left(self) -> int:
        """How many have not been met: what the records no longer have."""
        return int(len(self.met) - self.met.sum())

    def unmet(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids that have not been met."""
        places, known = self._find(_keys(ids))
        gone = known.copy()
        gone[known] = ~self.met[places[known]]
        return [i for i, is_gone in zip(ids, gone, strict=True) if is_gone]

    def _find(self, keys: Words) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        places = np.searchsorted(self.keys, keys)
        if not len(self.keys):
            return places, np.zeros(len(keys), dtype=np.bool_)
        inside = np.minimum(places, len(self.keys) - 1)
        return inside, self.keys[inside] == keys


def _keys(ids: Iterable[str]) -> Words:
    digests = b"".join(blake2b(i.encode(), digest_size=8).digest() for i in ids)
    return np.frombuffer(digests, dtype=np.uint64)


def _prints(hashes: Iterable[str]) -> Words:
    return np.frombuffer(bytes.fromhex("".join(h[:16] for h in hashes)), dtype=np.uint64)


def _none() -> Words:
    return np.empty(0, dtype=np.uint64)
