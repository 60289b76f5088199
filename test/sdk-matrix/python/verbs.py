"""Asks an exchange with Python's official SDKs what the drivers beside it ask with JavaScript's.

Reads the script as JSON from standard input; writes a list of cells as JSON: the SDK, the verb, the alias, and what was wrong.
"""

import json
import sys
from typing import Any, Callable

import anthropic
import openai

script = json.load(sys.stdin)
QUESTIONS, TOOL, PLACES = script["questions"], script["tool"], script["places"]
SCHEMA = script["schema"]


def same(what: str, found: Any, wanted: Any) -> list[str]:
    return [] if found == wanted else [f"{what}: {found!r} in place of {wanted!r}"]


class Heard:
    """What an application gets to know of an answer, and what it appends to its conversation."""

    def __init__(self, text: str, finish: str | None, usage: tuple, calls: list[tuple[str, str, Any]], turn: Any, thought: str = "") -> None:
        self.text, self.finish, self.usage, self.calls, self.turn, self.thought = text, finish, usage, calls, turn, thought


class OpenaiChat:
    name = "OpenAI, chat"
    finish, calling = "stop", "tool_calls"
    raises = {400: "BadRequestError", 401: "AuthenticationError", 429: "RateLimitError", 451: "APIStatusError"}

    def __init__(self, url: str, key: str) -> None:
        self.client = openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    def user(self, text: str) -> list[dict]:
        return [{"role": "user", "content": text}]

    def after(self, heard: Heard, results: list[tuple[str, str]]) -> list:
        return [heard.turn] + [{"role": "tool", "tool_call_id": call, "content": text} for call, text in results]

    def ask(self, model: str, messages: list, stream: bool, tools: bool = False, schema: bool = False, reasoning: bool = False) -> Heard:
        given: dict[str, Any] = {"model": model, "messages": messages, "max_completion_tokens": 100}
        if tools:
            given["tools"] = [{"type": "function", "function": {**TOOL, "strict": True}}]
        if schema:
            given["response_format"] = {"type": "json_schema", "json_schema": {"name": "described", "schema": SCHEMA, "strict": True}}
        if reasoning:
            given["reasoning_effort"] = "high"
        if stream:
            with self.client.chat.completions.stream(**given, stream_options={"include_usage": True}) as events:
                thought = "".join(
                    (getattr(event.chunk.choices[0].delta, "reasoning_content", None) or "")
                    for event in events
                    if event.type == "chunk" and event.chunk.choices
                )
                answer = events.get_final_completion()
        else:
            answer = self.client.chat.completions.create(**given)
            thought = getattr(answer.choices[0].message, "reasoning_content", None) or ""
        message = answer.choices[0].message
        calls = [(call.id, call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or []]
        turn = {key: value for key, value in message.model_dump(exclude_none=True).items() if key not in ("parsed",)}
        if thought:
            turn["reasoning_content"] = thought
        usage = (answer.usage.prompt_tokens, answer.usage.completion_tokens) if answer.usage else (None, None)
        return Heard(message.content or "", answer.choices[0].finish_reason, usage, calls, turn, thought)


class Anthropic:
    name = "Anthropic"
    finish, calling = "end_turn", "tool_use"
    raises = {400: "BadRequestError", 401: "AuthenticationError", 429: "RateLimitError", 451: "APIStatusError"}

    def __init__(self, url: str, key: str) -> None:
        self.client = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0)

    def user(self, text: str) -> list[dict]:
        return [{"role": "user", "content": text}]

    def after(self, heard: Heard, results: list[tuple[str, str]]) -> list:
        said = [{"role": "assistant", "content": heard.turn}]
        told = [{"type": "tool_result", "tool_use_id": call, "content": text} for call, text in results]
        return said + ([{"role": "user", "content": told}] if told else [])

    def ask(self, model: str, messages: list, stream: bool, tools: bool = False, schema: bool = False, reasoning: bool = False) -> Heard:
        given: dict[str, Any] = {"model": model, "messages": messages, "max_tokens": 4000}
        if tools:
            given["tools"] = [{"name": TOOL["name"], "description": TOOL["description"], "input_schema": TOOL["parameters"]}]
        if schema:
            given["output_config"] = {"format": {"type": "json_schema", "schema": SCHEMA}}
        if reasoning:
            given["thinking"] = {"type": "enabled", "budget_tokens": 2000}
        if stream:
            with self.client.messages.stream(**given) as events:
                answer = events.get_final_message()
        else:
            answer = self.client.messages.create(**given)
        text = "".join(block.text for block in answer.content if block.type == "text")
        thought = "".join(block.thinking for block in answer.content if block.type == "thinking")
        calls = [(block.id, block.name, block.input) for block in answer.content if block.type == "tool_use"]
        return Heard(text, answer.stop_reason, (answer.usage.input_tokens, answer.usage.output_tokens), calls, answer.content, thought)


def said(sdk: Any, heard: Heard) -> list[str]:
    return same("text", heard.text, script["words"]) + same("finish", heard.finish, sdk.finish)


def report(places: list[str]) -> str:
    return "; ".join(f"{place}: {script['results'][place]}" for place in places)


def with_tools(sdk: Any, alias: str, question: str, places: list[str], stream: bool) -> list[str]:
    messages = sdk.user(question)
    heard = sdk.ask(alias, messages, stream, tools=True)
    problems = same("calls", [call[1:] for call in heard.calls], [(TOOL["name"], {"place": place}) for place in places])
    problems += same("finish", heard.finish, sdk.calling)
    if not heard.calls:
        return problems
    results = [(call, script["results"][given["place"]]) for call, _, given in reversed(heard.calls)]
    answer = sdk.ask(alias, messages + sdk.after(heard, results), stream, tools=True)
    return problems + same("report", answer.text, report([given["place"] for _, _, given in heard.calls]))


def structured(sdk: Any, alias: str) -> list[str]:
    heard = sdk.ask(alias, sdk.user(QUESTIONS["structured"]), False, schema=True)
    return same("structured", json.loads(heard.text), script["structured"])


def shown(sdk: Any, alias: str) -> list[str]:
    heard = [sdk.ask(alias, sdk.user(QUESTIONS["think"]), stream, reasoning=True) for stream in (False, True)]
    return [problem for each in heard for problem in same("reasoning", each.thought, script["thought"]) + said(sdk, each)]


def echoed(sdk: Any, alias: str) -> list[str]:
    problems = []
    for stream in (False, True):
        messages = sdk.user(QUESTIONS["think"])
        heard = sdk.ask(alias, messages, stream, reasoning=True)
        again = sdk.ask(alias, messages + sdk.after(heard, []) + sdk.user(QUESTIONS["recall"]), stream, reasoning=True)
        problems += same("recollection", again.text, script["recollections"][alias])
    return problems


def sealed(sdk: Any, alias: str) -> list[str]:
    problems = []
    for stream in (False, True):
        messages = sdk.user(QUESTIONS["sealed"])
        heard = sdk.ask(alias, messages, stream, tools=True)
        results = [(call, script["results"][given["place"]]) for call, _, given in heard.calls]
        answer = sdk.ask(alias, messages + sdk.after(heard, results), stream, tools=True)
        problems += same("sealed call", answer.text, f"{report(PLACES[:1])}|{script['callSeals'][alias]}")
    return problems


def counted(sdk: Any, alias: str) -> list[str]:
    usage = [sdk.ask(alias, sdk.user(QUESTIONS["say"]), stream).usage for stream in (False, True)]
    return same("usage", usage, [tuple(script["usage"])] * 2)


def fails(sdk: Any, alias: str, question: str, status: int, message: str, wait: str | None = None) -> list[str]:
    problems = []
    for stream in (False, True):
        try:
            sdk.ask(alias, sdk.user(question), stream)
            return ["no failure"]
        except (openai.APIStatusError, anthropic.APIStatusError) as failure:
            problems += same("class", type(failure).__name__, sdk.raises[status]) + same("status", failure.status_code, status)
            problems += [] if message in str(failure) else [f"the message is {failure}"]
            problems += [] if wait is None else same("retry after", failure.response.headers.get("retry-after"), wait)
    return problems


def breaks(sdk: Any, alias: str) -> list[str]:
    try:
        return [f"a stream that broke off was taken for whole: {sdk.ask(alias, sdk.user(QUESTIONS['breakOff']), True).text}"]
    except Exception:
        return []


def verbs(sdk: Any, stranger: Any) -> dict[str, Callable[[str], list[str]]]:
    return {
        "asked whole": lambda alias: said(sdk, sdk.ask(alias, sdk.user(QUESTIONS["say"]), False)),
        "asked streamed": lambda alias: said(sdk, sdk.ask(alias, sdk.user(QUESTIONS["say"]), True)),
        "unicode, cut at every byte": lambda alias: said(sdk, sdk.ask(alias, sdk.user(QUESTIONS["bytes"]), True)),
        "one tool": lambda alias: with_tools(sdk, alias, QUESTIONS["one"], PLACES[:1], False),
        "parallel tools, streamed in fragments": lambda alias: with_tools(sdk, alias, QUESTIONS["several"], PLACES, True),
        "structured output": lambda alias: structured(sdk, alias),
        "reasoning shown": lambda alias: shown(sdk, alias),
        "reasoning echoed": lambda alias: echoed(sdk, alias),
        "sealed calls echoed": lambda alias: sealed(sdk, alias),
        "usage": lambda alias: counted(sdk, alias),
        "error 400": lambda alias: fails(sdk, alias, QUESTIONS["fail400"], 400, script["complaint"]),
        "error 401": lambda alias: fails(stranger, alias, QUESTIONS["say"], 401, "key"),
        "error 429": lambda alias: fails(sdk, alias, QUESTIONS["fail429"], 429, script["complaint"], script["retryAfter"]),
        "refusal 451": lambda alias: fails(sdk, script["refused"][alias], QUESTIONS["say"], 451, "policy"),
        "broken stream": lambda alias: breaks(sdk, alias),
    }


cells = []
for make in (OpenaiChat, Anthropic):
    sdk, stranger = make(script["url"], script["key"]), make(script["url"], "wrong")
    for verb, run in verbs(sdk, stranger).items():
        for alias in script["refused"]:
            try:
                problems = run(alias)
            except Exception as failure:
                problems = [f"{type(failure).__name__}: {failure}"]
            cells.append({"sdk": sdk.name, "verb": verb, "alias": alias, "problems": problems})
json.dump(cells, sys.stdout)
