"""MinHash signatures by another tool over one file of JSON lines: `corpus-peers.py datatrove|rensa FILE`. Prints one line of JSON.

Packages: `pip install datatrove numpy "xxhash<4" spacy nltk orjson tokenizers rensa`. Only the signatures are timed, with texts already read: user and system time of this
thread. Each tool does it the way its own documentation shows, with 112 hashes over five words.
"""
import json
import sys
import tempfile
import time
from importlib.metadata import version

HASHES, BANDS, WORDS = 112, 14, 5
# What datatrove calls the languages of the texts: it cuts words by language.
LANGUAGES = {"et": "ekk_Latn", "de": "deu_Latn", "sl": "slv_Latn", "en": "eng_Latn"}


def datatrove(texts, language):
    from datatrove.data import Document
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature

    config = MinhashConfig(n_grams=WORDS, num_buckets=BANDS, hashes_per_bucket=HASHES // BANDS)
    with tempfile.TemporaryDirectory() as folder:
        step = MinhashDedupSignature(folder, config=config, language=LANGUAGES.get(language, "eng_Latn"))
        documents = [Document(text=text, id=str(number)) for number, text in enumerate(texts)]
        # The tokenizer is loaded by its first text.
        step.get_shingles("one two three four five six")
        before = time.thread_time()
        step.run(iter(documents))
        return time.thread_time() - before


def rensa(texts, _language):
    from rensa import RMinHash

    before = time.thread_time()
    for text in texts:
        words = text.lower().split()
        signature = RMinHash(num_perm=HASHES, seed=42)
        signature.update([" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)])
        signature.digest()
    return time.thread_time() - before


peer, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    lines = [json.loads(line) for line in file]
texts = [line["text"] for line in lines]
megabytes = sum(len(text.encode("utf-8")) for text in texts) / 1e6
seconds = {"datatrove": datatrove, "rensa": rensa}[peer](texts, lines[0].get("lang", "en"))
print(json.dumps({"peer": peer, "version": version(peer), "megabytesPerSecond": float(f"{megabytes / seconds:.3g}")}))
