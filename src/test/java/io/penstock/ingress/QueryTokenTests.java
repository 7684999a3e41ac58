package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTokenTests {

    private static DefaultHttpRequest handshake(String uri) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri);
        request.headers().set("Upgrade", "websocket");
        return request;
    }

    @ParameterizedTest
    @CsvSource({
        "/ws?token=a.b-c, /ws",
        "/gateways/1/ws?x=1&token=a.b-c, /gateways/1/ws?x=1",
        "/servers/1/ws?token=a.b-c&x=1&token=second, /servers/1/ws?x=1"
    })
    void becomesTheHeaderAndLeavesTheAddress(String uri, String left) {
        var request = handshake(uri);

        QueryToken.move(request);

        assertThat(request.uri()).isEqualTo(left);
        assertThat(request.headers().getAll("authorization")).containsExactly("Bearer a.b-c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/execute/ws?token=a", "/gateways/1/mcp?token=a", "/gateways/1/2/ws?token=a", "/x/ws?token=a"
            })
    void isNothingOnOtherPaths(String uri) {
        var request = handshake(uri);

        QueryToken.move(request);

        assertThat(request.uri()).isEqualTo(uri);
        assertThat(request.headers().contains("authorization")).isFalse();
    }

    @Test
    void givesWayToTheHeader() {
        var request = handshake("/ws?token=mallory");
        request.headers().set("Authorization", "Bearer alice");

        QueryToken.move(request);

        assertThat(request.uri()).isEqualTo("/ws");
        assertThat(request.headers().getAll("authorization")).containsExactly("Bearer alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a%0d%0ab", "\"a\"", "a=b"})
    void whatIsNoTokenIsOnlyDropped(String token) {
        var request = handshake("/ws?token=" + token);

        QueryToken.move(request);

        assertThat(request.uri()).isEqualTo("/ws");
        assertThat(request.headers().contains("authorization")).isFalse();
    }

    @Test
    void opensNothingButAWebSocket() {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/ws?token=a");

        QueryToken.move(request);

        assertThat(request.uri()).isEqualTo("/ws");
        assertThat(request.headers().contains("authorization")).isFalse();
    }
}
