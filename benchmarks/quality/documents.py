"""Word counts under three costs: nats per held-out word of generated documents, compared with the truth and two baselines.

    python -m benchmarks.quality.documents [--seeds 3] [--epochs 80] [--write]

4,000 documents of 200 words each are drawn from a topic model with known topics. An adversarial autoencoder is trained on three
quarters of them. Of each other document it encodes the 200 words and is scored on 200 further words, which it does not see. A
model that knew the document's topics exactly would score as the truth does. The baselines are a topic model (LDA) and word
frequencies (unigrams). --write: write docs/results/documents.md.
"""

import argparse
import statistics
import sys
import tempfile
from datetime import date

import numpy as np

import aae_core as aae
from aae_core.store.revisions import Store
from benchmarks.document import spread, write_page
from benchmarks.processes import Progress

DOCUMENTS, TRAINING, WORDS, VOCABULARY, TOPICS = 4000, 3000, 200, 200, 5
COSTS = {
    "poisson": "AAE, Poisson",
    "multinomial": "AAE, multinomial",
    "squared-error": "AAE, squared error on standardised counts",
}
LEAST = 1e-5  # the lowest share of a word: a model with squared error may decode a mean of 0 or below
RATES = {"reconstruction": 1e-3, "discrimination": 5e-4, "generation": 5e-4}  # chosen on documents of another seed


def documents(seed: int):
    """Counts of the encoded words and of the further words, and the true probabilities, N×V each."""
    rng = np.random.default_rng(seed)
    topics = rng.dirichlet(np.full(VOCABULARY, 0.3), TOPICS)
    shares = rng.dirichlet(np.full(TOPICS, 0.5), DOCUMENTS) @ topics
    return rng.multinomial(WORDS, shares), rng.multinomial(WORDS, shares), shares


def nats_per_word(counts, shares) -> float:
    return float(-(counts * np.log(shares)).sum() / counts.sum())


def as_shares(means):
    """Decoded means of counts as shares of words that sum to 1."""
    means = np.maximum(means, LEAST * WORDS)
    return means / means.sum(1, keepdims=True)


def decoded(cost, seen, seed, epochs, store):
    """The word shares that a model with this cost decodes for each document outside its training set, and its MMD² to the
    prior."""
    used = np.flatnonzero(seen[:TRAINING].std(0) > 0)  # constant columns are refused
    data = aae.arrays(seen[:TRAINING, used], types="count", test=0.1)
    settings = {f"optimiser.{phase}_rate": rate for phase, rate in RATES.items()}
    settings |= {"network.hidden": (200,), "network.discriminator": (100,), "optimiser.kind": "adam", "threads": 1}
    settings |= {"latent_dim": TOPICS - 1, "discriminator_noise": 0.3}
    config = aae.configure(cost=cost, epochs=epochs, seed=seed, **settings)
    revision = aae.train(config, store=store, data=data)
    shares = np.full((DOCUMENTS - TRAINING, VOCABULARY), 0.0)
    shares[:, used] = revision.decode(revision.encode(seen[TRAINING:, used]))
    return as_shares(shares), revision.measures["mmd2"]


def scores(seed: int, epochs: int, store, progress: Progress) -> dict[str, tuple[float, float | None]]:
    """{row: (nats per word, MMD² to the prior)}"""
    from sklearn.decomposition import LatentDirichletAllocation

    seen, further, truth = documents(seed)
    result = further[TRAINING:]
    unigrams = as_shares(seen[:TRAINING].sum(0, keepdims=True) / TRAINING)
    progress.begin(f"seed {seed}, the topic model")
    topics = LatentDirichletAllocation(TOPICS, learning_method="online", random_state=seed).fit(seen[:TRAINING])
    mixed = topics.transform(seen[TRAINING:]) @ (topics.components_ / topics.components_.sum(1, keepdims=True))
    actual = {
        "the truth": (nats_per_word(result, truth[TRAINING:]), None),
        "LDA that knows the number of topics": (nats_per_word(result, as_shares(mixed * WORDS)), None),
        "unigrams": (nats_per_word(result, np.broadcast_to(unigrams, result.shape)), None),
    }
    for cost, name in COSTS.items():
        progress.begin(f"seed {seed}, {name}")
        shares, fit = decoded(cost, seen, seed, epochs, store)
        actual[name] = nats_per_word(result, shares), fit
        print(f"seed {seed}, {name}: {actual[name][0]:.3f}", file=sys.stderr, flush=True)
    return actual


def table(value: list[dict]) -> str:
    lines = ["| | nats per word | MMD² to p(z) |", "|---|---|---|"]
    for name in sorted(value[0], key=lambda name: statistics.mean(item[name][0] for item in value)):
        values, fits = zip(*(item[name] for item in value), strict=True)
        fit = "" if fits[0] is None else f"{statistics.mean(fits):.4f}"
        lines.append(f"| {name} | {spread(values, 3)} | {fit} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=80)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        store = Store(place, gallery=f"{place}/gallery")
        progress = Progress(args.seeds * (1 + len(COSTS)))
        output = [scores(seed, args.epochs, store, progress) for seed in range(args.seeds)]
    text = table(output)
    print(text)
    if args.write:
        command = f"python -m benchmarks.quality.documents --seeds {args.seeds} --epochs {args.epochs} --write"
        write_page("documents", page(command, text))


def page(command: str, text: str) -> str:
    return PAGE.format(
        command=command, date=date.today(), table=text, documents=f"{DOCUMENTS:,}", training=f"{TRAINING:,}", words=WORDS,
        vocabulary=VOCABULARY, topics=TOPICS,
    )  # fmt: skip


PAGE = """# Documents: counts under three costs

`{command}`, {date}. {documents} generated documents of {words} words from a vocabulary of {vocabulary}, each a mixture of
{topics} topics; {training} are for training. Of every other document a model encodes {words} words and is scored on {words}
further words of the same document. Mean ± standard deviation over the seeds; fewer nats are better, and on average no model can
do better than the truth.

{table}

An AAE suits counts because its adversary works on the codes z, so only the reconstruction cost depends on the type of data. A
squared error treats a word that occurs twice instead of once like one that occurs 31 times instead of 30, and gives some
words negative means; the Poisson and multinomial costs follow the distribution of counts.
"""

if __name__ == "__main__":
    main()
