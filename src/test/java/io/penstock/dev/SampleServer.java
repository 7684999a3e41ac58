package io.penstock.dev;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A small real MCP server, made with the MCP Java SDK, on loopback: streamable HTTP at {@code /mcp} and HTTP+SSE at {@code /sse}. It
 * wants a bearer token of its own, so that a call succeeds only with the credential that the gateway puts in. The SDK answers the host
 * name {@code localhost} only.
 */
public final class SampleServer implements AutoCloseable {

    private final Servlets servlets;
    private final List<McpSyncServer> servers;

    private SampleServer(int port, Set<String> tokens) throws IOException {
        servlets = new Servlets(port);
        servlets.filter("bearer", new BearerDemand(tokens));
        var streamable = HttpServletStreamableServerTransportProvider.builder()
                .mcpEndpoint("/mcp")
                .build();
        var sse = sse();
        servers = List.of(
                SampleOffers.put(McpServer.sync(streamable)).build(),
                SampleOffers.put(McpServer.sync(sse)).build());
        servlets.serve("streamable", streamable, "/mcp");
        servlets.serve("sse", sse, "/sse", "/message");
    }

    /** Serves what was asked for on the command line until the process ends: a port, and the tokens to accept. */
    public static void main(String[] arguments) throws IOException {
        var server = start(
                Integer.parseInt(arguments[0]), Set.copyOf(List.of(arguments).subList(1, arguments.length)));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println("MCP on " + server.url("/mcp") + " and " + server.url("/sse"));
        server.servlets.await();
    }

    /**
     * Starts it.
     *
     * @param port 0 for a free one
     * @param tokens the bearer tokens that it accepts; none where it wants none
     */
    public static SampleServer start(int port, Set<String> tokens) throws IOException {
        var server = new SampleServer(port, tokens);
        try {
            server.servlets.start();
            return server;
        } catch (IOException failed) {
            server.close();
            throw failed;
        }
    }

    /** The address of a path on this server. */
    public String url(String path) {
        return servlets.url(path);
    }

    @Override
    public void close() {
        servers.forEach(McpSyncServer::close);
        servlets.close();
    }

    @SuppressWarnings("deprecation") // of the transport: servers of the 2024 revision speak no other
    private static HttpServletSseServerTransportProvider sse() {
        return HttpServletSseServerTransportProvider.builder()
                .sseEndpoint("/sse")
                .messageEndpoint("/message")
                .build();
    }
}
