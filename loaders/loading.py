"""A load: check the records, plan what would change, apply it.

What follows from records follows from all of them: the records of other data sets are read back
from the store, and links are derived from both together. Only what a data set's own records say is
taken from files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from graph.building import build
from graph.corpus import Corpus
from graph.elements import Elements
from graph.errors import StoreRefused
from graph.records import kind_of
from graph.store import GraphChanged, Store
from graph.store_graph import stored_corpus
from graph.taxonomies import ONTOLOGY
from loaders.checking import CURATED, PACKAGED, CheckResult, check, packaged_corpus
from loaders.facts import facts_of
from loaders.progress import Progress, Silent
from loaders.reading import record_files
from loaders.references import TAXONOMIES
from loaders.syncing import TURNS, Difference, apply, in_batches, plan, wait_until_quiet
from loaders.values import is_reference, referred_id
from ontology.generated.vocabulary import SCHEMA_VERSION


@dataclass(frozen=True)
class Loaded:
    """What a load found in the records, and what it changed; `rebuilt` where it began anew."""

    check: CheckResult
    difference: Difference
    rebuilt: bool = False


@dataclass(frozen=True)
class _Prepared:
    check: CheckResult
    elements: Elements
    editions: Mapping[str, str]
    is_older: bool


def plan_load(
    store: Store, folder: Path = PACKAGED, *, dataset: str = CURATED, keep_going: bool = False
) -> Loaded:
    """What `load` would change; nothing is written. Raises RecordsInvalid as it does."""
    prepared = _prepare(store, folder, dataset, keep_going)
    batches = in_batches(prepared.elements)
    difference = plan(store, batches, sorted(prepared.editions))
    return Loaded(prepared.check, difference, prepared.is_older)


def load(
    store: Store,
    folder: Path = PACKAGED,
    *,
    dataset: str = CURATED,
    keep_going: bool = False,
    progress: Progress | None = None,
) -> Loaded:
    """Bring a store to what the records of a folder say, by default the packaged ones.

    A wrong record raises RecordsInvalid before the first write; with `keep_going` the right ones
    are loaded, and the findings say what is left out.
    """
    told = progress or Silent()
    for _ in range(TURNS):
        try:
            return _attempt(store, folder, dataset, keep_going, told)
        except GraphChanged:
            # What follows from the records of other data sets may be something else now.
            wait_until_quiet(store)
    raise StoreRefused("another load keeps changing the graph", hint="try again when it is done")


def _attempt(store: Store, folder: Path, dataset: str, keep_going: bool, told: Progress) -> Loaded:
    """One load, from the graph as it is; raises GraphChanged where another writer comes between."""
    told.begin("checking", None)
    version = store.ensure_schema().version
    prepared = _prepare(store, folder, dataset, keep_going)
    if prepared.is_older:
        told.begin("building the graph anew, since an older version wrote it", None)
        store.wipe()
        version = store.ensure_schema().version
    found = prepared.elements
    total = len(found.nodes) + len(found.relationships)
    batches = in_batches(found)
    difference = apply(store, batches, prepared.editions, told, total=total, expected=version)
    return Loaded(prepared.check, difference, prepared.is_older)


def edition_of(folder: Path = PACKAGED) -> str:
    """A short digest of the record files of a folder: equal files are an equal edition."""
    digest = blake2b(digest_size=6)
    for path in record_files(folder):
        name = path.relative_to(folder).as_posix() if folder.is_dir() else path.name
        data = path.read_bytes()
        digest.update(f"{name}\n{len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def _prepare(store: Store, folder: Path, dataset: str, keep_going: bool) -> _Prepared:
    if dataset == ONTOLOGY:
        raise StoreRefused(f"{ONTOLOGY} is the name of what needs no records", hint="take another")
    if not folder.exists():
        raise StoreRefused(f"there is no folder {folder}")
    meta = store.meta()
    others = _without(stored_corpus(store), dataset)
    if dataset != CURATED and CURATED not in others.datasets.values():
        others = packaged_corpus().joined(others)
    result = check(folder, dataset=dataset, beside=others)
    corpus = others.joined(result.corpus if keep_going else result.demand())
    _check_held(others, corpus)
    told = {name: meta.editions.get(name, "") for name in set(corpus.datasets.values())}
    if dataset != CURATED and not told[CURATED]:
        told[CURATED] = edition_of()
    editions = {**told, ONTOLOGY: SCHEMA_VERSION, dataset: edition_of(folder)}
    return _Prepared(result, build(corpus), editions, meta.is_older)


def _without(corpus: Corpus, dataset: str) -> Corpus:
    """The records of all data sets but one."""
    kept = [i for i, name in corpus.datasets.items() if name != dataset]
    return Corpus(
        {i: corpus.records[i] for i in kept},
        {i: corpus.plains[i] for i in kept},
        {i: corpus.datasets[i] for i in kept},
    )


def _check_held(others: Corpus, corpus: Corpus) -> None:
    """What another data set refers to has to stay."""
    for own, plain in others.plains.items():
        for fact in facts_of(kind_of(plain), plain):
            wanted = referred_id(fact)
            is_known = wanted in corpus.plains or wanted in TAXONOMIES
            if is_reference(fact) and "market" not in fact.refers_to and not is_known:
                raise StoreRefused(
                    f"the records no longer have {wanted}, but {own} refers to it",
                    hint=f"change the data set {others.datasets[own]} first",
                )
