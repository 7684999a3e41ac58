"""unconnected.py JSON: the Python SDK, whose user has not agreed at an upstream yet.

In each of the stories it is told where to agree, its user agrees, and its calls are answered. A story with pages has a callback for elicitation,
which makes the SDK declare both of its modes. Prints a line of JSON for each: what the SDK made of the answer, or what went wrong.
"""

import asyncio
import json
import sys
import traceback
from importlib.metadata import version as version_of

import httpx2
from mcp import Client, MCPError, UrlElicitationRequiredError, types
from mcp.client.sse import sse_client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

world = json.loads(sys.argv[1])
AUTHORIZATION = {"Authorization": f"Bearer {world['token']}"}
AUTHORIZE_URL = f"{world['gateway']}/oauth/authorize/{world['id']}"


async def agree(address):
    async with httpx2.AsyncClient(follow_redirects=False) as browser:
        answer = await browser.get(address, headers={**AUTHORIZATION, "Accept": "text/html"})
        for _ in range(10):
            if not answer.has_redirect_location:
                break
            answer = await browser.get(answer.url.join(answer.headers["location"]), headers={"Accept": "text/html"})
    assert "Your account is connected" in answer.text, answer.text


async def cut():
    async with httpx2.AsyncClient() as http:
        answer = await http.delete(f"{world['gateway']}/oauth/connections/{world['id']}", headers=AUTHORIZATION)
    assert answer.status_code in (204, 404), answer.status_code


def requests(client, prefix):
    yield client.call_tool(f"{prefix}echo", {"text": "hello"})
    yield client.read_resource("repo://list")
    yield client.get_prompt(f"{prefix}pr-summary", {})


async def answered(client, prefix):
    called, read, prompt = [await request for request in requests(client, prefix)]
    assert (called.content[0].text, read.contents[0].text, prompt.messages[0].content.text) == ("hello", "penstock", "summary")


async def refused(client, prefix, pages):
    for request in requests(client, prefix):
        try:
            result = await request
        except MCPError as error:
            kind = type(error).__name__
            if pages:
                elicitations = UrlElicitationRequiredError.from_error(error.error).elicitations
                assert [elicitation.url for elicitation in elicitations] == [AUTHORIZE_URL], elicitations
            else:
                assert error.code == types.INVALID_REQUEST and AUTHORIZE_URL in str(error), error
        else:
            raise AssertionError(f"answered {result}")
    return f"{kind}, which UrlElicitationRequiredError.from_error reads" if pages else f"{kind} with the address in its message"


async def tell(story):
    asked = []

    async def elicit(_context, params):
        asked.append(params)
        assert params.mode == "url" and params.url == AUTHORIZE_URL, params
        await agree(params.url)
        return types.ElicitResult(action="accept")

    await cut()
    callbacks = {"elicitation_callback": elicit} if story["pages"] else {}
    async with create_mcp_http_client(headers=AUTHORIZATION) as http:
        url = story["url"]
        transport = sse_client(url, headers=AUTHORIZATION) if url.endswith("/sse") else streamable_http_client(url, http_client=http)
        async with Client(transport, mode=story["mode"], **callbacks) as client:
            assert client.protocol_version == story["version"], client.protocol_version
            if story["pages"] and story["mode"] == "auto":
                await answered(client, story["prefix"])
                assert len(asked) == 1, asked
                return "its elicitation callback was called with mode url, and the call answered"
            said = await refused(client, story["prefix"], story["pages"])
            await agree(AUTHORIZE_URL)
            await answered(client, story["prefix"])
            return said


async def main():
    for story in world["stories"]:
        try:
            told = {"said": f"{version_of('mcp')}: {await tell(story)}"}
        except Exception:  # whatever a story throws is its failure
            told = {"error": traceback.format_exc()[-400:]}
        print(json.dumps(told), flush=True)


asyncio.run(main())
