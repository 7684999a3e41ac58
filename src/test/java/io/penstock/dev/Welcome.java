package io.penstock.dev;

/** What the development start prints when everything is ready: lines that run as they are. */
final class Welcome {

    private Welcome() {}

    static String text(String url, String gatewayId, String token) {
        return """

                Penstock is ready. These lines call a tool of the sample MCP server through it; paste them into bash:

                export TOKEN=%2$s
                export MCP=%1$s/gateways/%3$s/mcp
                mcp() { curl -sS "$MCP" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' "$@"; }
                SESSION=$(mcp -o /dev/null -w '%%header{mcp-session-id}' -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"8"}}}')
                mcp -H "Mcp-Session-Id: $SESSION" -d '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}'

                The same with the MCP Inspector (node 22.19 or later):

                npx -y @modelcontextprotocol/inspector@2 --cli %1$s/gateways/%3$s/mcp --transport http --header "Authorization: Bearer $TOKEN" --method tools/call --tool-name echo --tool-arg text=hello

                The REST API:

                curl -sS -H "Authorization: Bearer $TOKEN" %1$s/gateways
                curl -sS -H "Authorization: Bearer $TOKEN" %1$s/tools

                Its pages: %1$s/console (show it the token), %1$s/docs and %1$s/openapi.json. Ctrl+C stops everything that was started here.
                """.formatted(url, token, gatewayId);
    }
}
