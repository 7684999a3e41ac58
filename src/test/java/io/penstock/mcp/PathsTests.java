package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.mcp.Endpoint.Way;
import io.penstock.wire.Arrival.Target;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTests {

    private static final UUID ID = UUID.fromString("0b5a8f8e-5d3c-4a52-9d53-7f1f6c0d9a11");

    static Stream<Arguments> endpoints() {
        var all = new Target.AllTarget();
        var gateway = new Target.GatewayTarget(ID);
        var server = new Target.ServerTarget(ID);
        var named = new Target.NamedTarget("my server");
        return Stream.of(
                Arguments.of("/mcp", Way.STREAMABLE, all, "/mcp"),
                Arguments.of("/sse", Way.LINE, all, "/sse"),
                Arguments.of("/message", Way.MESSAGE, all, "/sse"),
                Arguments.of("/ws", Way.SOCKET, all, "/ws"),
                Arguments.of("/gateways/" + ID + "/mcp", Way.STREAMABLE, gateway, "/gateways/" + ID + "/mcp"),
                Arguments.of("/gateways/" + ID + "/message", Way.MESSAGE, gateway, "/gateways/" + ID + "/sse"),
                Arguments.of("/servers/" + ID + "/sse", Way.LINE, server, "/servers/" + ID + "/sse"),
                Arguments.of("/servers/" + ID + "/ws", Way.SOCKET, server, "/servers/" + ID + "/ws"),
                Arguments.of("/api/execute/my%20server", Way.EXECUTE, named, "/api/execute/my%20server"),
                Arguments.of("/api/execute/my%20server/message", Way.MESSAGE, named, "/api/execute/my%20server"),
                Arguments.of("/api/streamable/my%20server", Way.STREAMABLE, named, "/api/streamable/my%20server"));
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void readsEachEndpoint(String path, Way way, Target target, String resource) {
        assertThat(Paths.read(path)).isEqualTo(new Endpoint.At(way, target, resource));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/gateways/1/mcp",
                "/servers/nonsense/sse",
                "/gateways//ws",
                "/api/execute/",
                "/api/execute/a/b",
                "/api/execute/a/message/message",
                "/api/execute/%zz",
                "/api/streamable/a/mcp"
            })
    void aFormWithoutAnIdLeadsNowhere(String path) {
        assertThat(Paths.read(path)).isInstanceOf(Endpoint.Nowhere.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "/mcp/",
                "/gateways",
                "/gateways/0b5a8f8e-5d3c-4a52-9d53-7f1f6c0d9a11",
                "/tools/0b5a8f8e-5d3c-4a52-9d53-7f1f6c0d9a11/mcp",
                "/gateways/0b5a8f8e-5d3c-4a52-9d53-7f1f6c0d9a11/tools/mcp",
                "/x/sse",
                "/api/execute"
            })
    void otherPathsAreNoBusinessOfTheDataPlanes(String path) {
        assertThat(Paths.read(path)).isInstanceOf(Endpoint.Elsewhere.class);
    }
}
