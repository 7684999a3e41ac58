package io.penstock.dev;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.util.FileSystemUtils;

/**
 * A small real MCP server, made with the MCP Java SDK, on loopback: streamable HTTP at {@code /mcp} and HTTP+SSE at {@code /sse}. It
 * wants a bearer token of its own, so that a call succeeds only with the credential that the gateway puts in. The SDK answers the host
 * name {@code localhost} only.
 */
public final class SampleServer implements AutoCloseable {

    /** Kept, because a logger nobody holds forgets its level. */
    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

    private final Tomcat tomcat = new Tomcat();
    private final Path folder;
    private final List<McpSyncServer> servers;

    private SampleServer(int port, Set<String> tokens) throws IOException {
        TOMCAT_LOG.setLevel(Level.WARNING);
        folder = Files.createTempDirectory("penstock-sample");
        tomcat.setBaseDir(folder.toString());
        tomcat.setHostname("localhost");
        tomcat.setPort(port);
        tomcat.getConnector().setProperty("address", "localhost");
        tomcat.getConnector().setThrowOnFailure(true);
        Context context = context();
        demand(context, new BearerDemand(tokens));
        var streamable = HttpServletStreamableServerTransportProvider.builder()
                .mcpEndpoint("/mcp")
                .build();
        var sse = sse();
        servers = List.of(
                SampleOffers.put(McpServer.sync(streamable)).build(),
                SampleOffers.put(McpServer.sync(sse)).build());
        serve(context, "streamable", streamable, "/mcp");
        serve(context, "sse", sse, "/sse", "/message");
    }

    /** Serves what was asked for on the command line until the process ends: a port, and the tokens to accept. */
    public static void main(String[] arguments) throws IOException {
        var server = start(
                Integer.parseInt(arguments[0]), Set.copyOf(List.of(arguments).subList(1, arguments.length)));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println("MCP on " + server.url("/mcp") + " and " + server.url("/sse"));
        server.tomcat.getServer().await();
    }

    /**
     * Starts it.
     *
     * @param port 0 for a free one
     * @param tokens the bearer tokens that it accepts
     */
    public static SampleServer start(int port, Set<String> tokens) throws IOException {
        var server = new SampleServer(port, tokens);
        try {
            server.tomcat.start();
            return server;
        } catch (LifecycleException failed) {
            server.close();
            throw new IOException("nothing can listen on port " + port + " of localhost: is it taken?", failed);
        }
    }

    /** The address of a path on this server. */
    public String url(String path) {
        return "http://localhost:" + tomcat.getConnector().getLocalPort() + path;
    }

    @Override
    public void close() {
        servers.forEach(McpSyncServer::close);
        try {
            tomcat.stop();
            tomcat.destroy();
            FileSystemUtils.deleteRecursively(folder);
        } catch (LifecycleException | IOException failed) {
            throw new IllegalStateException("the sample server does not stop", failed);
        }
    }

    @SuppressWarnings("deprecation") // of the transport: servers of the 2024 revision speak no other
    private static HttpServletSseServerTransportProvider sse() {
        return HttpServletSseServerTransportProvider.builder()
                .sseEndpoint("/sse")
                .messageEndpoint("/message")
                .build();
    }

    private Context context() {
        var context = (StandardContext) tomcat.addContext("", null);
        context.setClearReferencesRmiTargets(false); // the JVM would have to be opened for looking
        context.setClearReferencesThreadLocals(false);
        return context;
    }

    private static void demand(Context context, BearerDemand demand) {
        var definition = new FilterDef();
        definition.setFilterName("bearer");
        definition.setFilter(demand);
        definition.setAsyncSupported("true");
        context.addFilterDef(definition);
        var everything = new FilterMap();
        everything.setFilterName("bearer");
        everything.addURLPattern("/*");
        context.addFilterMap(everything);
    }

    private static void serve(Context context, String name, HttpServlet servlet, String... paths) {
        Tomcat.addServlet(context, name, servlet).setAsyncSupported(true);
        for (String path : paths) {
            context.addServletMappingDecoded(path, name);
        }
    }
}
