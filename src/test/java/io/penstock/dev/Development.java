package io.penstock.dev;

import io.modelcontextprotocol.spec.McpSchema;
import io.penstock.Penstock;
import org.apache.catalina.util.ServerInfo;

/** Starts the gateway for development. */
public class Development {

    public static void main(String[] arguments) {
        System.out.println(
                "Development: MCP SDK with JSON-RPC " + McpSchema.JSONRPC_VERSION + ", " + ServerInfo.getServerInfo());
        Penstock.main(arguments);
    }
}
