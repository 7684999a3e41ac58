package io.penstock.peer;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.penstock.dev.Servlets;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * A server of the MCP Java SDK that offers what the checks of the clients ask for, over streamable HTTP at {@code /mcp}. What it was told
 * to cancel is at {@code /__log}, and {@code /__emit} tells of a change. The SDK's server over HTTP+SSE is not here: with many
 * calls at once it writes two answers into one stream at a time, and ends it.
 */
public final class SdkServer {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private SdkServer() {}

    /** Serves until the process is ended, and prints its address. The argument is the scheme of its resources. */
    public static void main(String[] arguments) throws IOException {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        var servlets = new Servlets(0);
        var transport = HttpServletStreamableServerTransportProvider.builder()
                .mcpEndpoint("/mcp")
                .build();
        var journal = new Journal();
        servlets.serve("mcp", transport, "/mcp");
        servlets.filter("journal", journal);
        servlets.serve("log", journal.shown(), "/__log");
        servlets.serve("emit", offering(McpServer.sync(transport), arguments[0]), "/__emit");
        servlets.start();
        System.out.println(servlets.url("/mcp"));
        servlets.await();
    }

    private static <S extends McpServer.SyncSpecification<S>> Changes offering(
            McpServer.SyncSpecification<S> specification, String scheme) {
        var changes = new Changes();
        changes.of(specification
                .serverInfo(scheme, "1.0.0")
                .requestTimeout(PATIENCE)
                .immediateExecution(true) // otherwise some errors are cut short: what writes them may be interrupted
                .capabilities(ServerCapabilities.builder()
                        .tools(true)
                        .resources(true, true)
                        .prompts(true)
                        .logging()
                        .completions()
                        .build())
                .tools(SdkTools.all(scheme))
                .tools(SdkQuestions.tools())
                .tools(changes.tools())
                .resources(SdkContents.resources(scheme))
                .resourceTemplates(SdkContents.template(scheme))
                .prompts(SdkContents.prompts())
                .completions(SdkContents.completion())
                .build());
        return changes;
    }
}
