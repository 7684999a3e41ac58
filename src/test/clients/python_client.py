"""python_client.py MODE VERSION URL [TOKEN]: the Python SDK, which speaks both eras.

MODE legacy opens with initialize, auto asks server/discover first; VERSION is the one it must end up with.
"""

import asyncio
import sys
import uuid

from mcp import Client, MCPError, types
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

mode, version, url = sys.argv[1:4]
token = sys.argv[4] if len(sys.argv) > 4 else ""


class Checks:
    """Runs named checks one after the other, prints one line each, and counts."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    async def that(self, name, check):
        try:
            detail = await check()
        except Exception as error:  # whatever a check throws is its failure
            self.failed += 1
            print(f"   FAILED {name}: {' '.join(repr(error).split())[:400]}")
        else:
            self.passed += 1
            print(f"   ok     {name}{f': {detail}' if detail else ''}")


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def http(bearer):
    return create_mcp_http_client(headers={"Authorization": f"Bearer {bearer}"} if bearer else None)


async def elicit(_context, _params):
    return types.ElicitResult(action="accept", content={"username": "ada", "email": "ada@example.com"})


async def sample(_context, params):
    said = params.messages[0].content.text
    return types.CreateMessageResult(role="assistant", model="none", content=types.TextContent(type="text", text=f"you said {said}"))


def new_client(http_client):
    transport = streamable_http_client(url, http_client=http_client)
    return Client(transport, mode=mode, elicitation_callback=elicit, sampling_callback=sample)


async def exercise(checks, client):
    async def text(name, arguments, **options):
        return (await client.call_tool(name, arguments, **options)).content[0].text

    async def speaks():
        equal(client.protocol_version, version)

    async def lists():
        names = [tool.name for tool in (await client.list_tools()).tools]
        equal("echo" in names, True)
        uris = [str(resource.uri) for resource in (await client.list_resources()).resources]
        equal("test://static-text" in uris, True)
        equal(len((await client.list_resource_templates()).resource_templates), 1)
        return f"{len(names)} tools, {len(uris)} resources"

    async def echoes():
        for said in ("hello", "grüße, 世界 🌍"):
            equal(await text("echo", {"text": said}), said)

    async def reads():
        contents = (await client.read_resource("test://static-text")).contents
        equal(contents[0].text, "This is the content of the static text resource.")
        messages = (await client.get_prompt("test_prompt_with_arguments", {"arg1": "a", "arg2": "b"})).messages
        equal(messages[0].content.text, "Prompt with arguments: arg1='a', arg2='b'")
        reference = types.PromptReference(type="ref/prompt", name="test_prompt_with_arguments")
        completion = (await client.complete(reference, {"name": "arg1", "value": "par"})).completion
        equal(completion.values, ["paris", "park", "party"])

    async def missing():
        try:
            await client.read_resource("test://nowhere")
        except MCPError as error:
            equal(error.code in (-32602, -32002), True)
        else:
            raise AssertionError("a missing resource was read")

    async def progress():
        name, heard, going_on = str(uuid.uuid4()), [], []

        async def arrived(step, _total, _message):
            heard.append(step)
            going_on.append(asyncio.ensure_future(text("go_on", {"name": name})))

        equal(await text("walk", {"name": name, "steps": 10}, progress_callback=arrived), "walked 10")
        await asyncio.gather(*going_on)
        equal(heard, list(range(1, 11)))

    async def answers():
        equal("action=accept" in await text("test_elicitation", {"message": "Who are you?"}), True)
        equal(await text("test_sampling", {"prompt": "hi"}), "LLM response: you said hi")

    await checks.that(f"speaks {version}", speaks)
    await checks.that("lists tools, resources and templates, nothing renamed", lists)
    await checks.that("calls a tool and gets its text back", echoes)
    await checks.that("reads a resource, gets a prompt, completes an argument", reads)
    await checks.that("hears that a resource does not exist", missing)
    await checks.that("receives progress as it happens", progress)
    await checks.that("answers a question and a request for a completion in the middle of a call", answers)


async def main():
    checks = Checks()

    async def connects():
        async with http(token) as http_client, new_client(http_client) as client:
            await exercise(checks, client)

    async def refused():
        answers = []

        async def answered(response):
            answers.append(response.status_code)

        try:
            async with http("wrong") as http_client:
                http_client.event_hooks["response"].append(answered)
                async with new_client(http_client):
                    pass
        except Exception:  # the SDK does not tell the status
            equal(set(answers), {401})
        else:
            raise AssertionError("it connected with a wrong token")

    await checks.that("connects, and leaves without an error", connects)
    if token:
        await checks.that("is refused with a wrong token", refused)
    print(f"Python SDK, {mode}: {checks.passed} passed, {checks.failed} failed")
    return checks.failed > 0


sys.exit(asyncio.run(main()))
