package io.penstock.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, without its printing. */
class DevelopmentIT {

    @Test
    void aToolIsCalledThroughTheGatewayAfterTheFirstStartAndAfterTheNext(@TempDir Path folder) throws Exception {
        String id;
        try (Development.Started first = Development.start(folder, 0, 0)) {
            id = first.gatewayId();
            assertThat(echo(first)).isEqualTo("hello");
        }
        assertThat(Files.getPosixFilePermissions(folder.resolve("secrets.properties")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));

        // the sample server is on another port now
        try (Development.Started second = Development.start(folder, 0, 0)) {
            assertThat(second.gatewayId()).isEqualTo(id);
            assertThat(echo(second)).isEqualTo("hello");
        }
    }

    @Test
    void theSameWorksOnPostgreSql(@TempDir Path folder) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            var database = Map.of(
                    "DATABASE_URL",
                    "r2dbc:postgresql://postgres:postgres@localhost:" + postgres.getPort() + "/postgres");

            try (Development.Started first = Development.start(folder, 0, 0, database)) {
                assertThat(echo(first)).isEqualTo("hello");
            }
            try (Development.Started second = Development.start(folder, 0, 0, database)) {
                assertThat(echo(second)).isEqualTo("hello");
            }
        }
        assertThat(folder.resolve("penstock.mv.db")).doesNotExist();
    }

    private static String echo(Development.Started penstock) {
        var transport = HttpClientStreamableHttpTransport.builder(penstock.url())
                .endpoint("/gateways/" + penstock.gatewayId() + "/mcp")
                .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + penstock.token()))
                .build();
        try (McpSyncClient client = McpClient.sync(transport).build()) {
            client.initialize();
            var result = client.callTool(CallToolRequest.builder("echo")
                    .arguments(Map.of("text", "hello"))
                    .build());
            return ((TextContent) result.content().getFirst()).text();
        }
    }
}
