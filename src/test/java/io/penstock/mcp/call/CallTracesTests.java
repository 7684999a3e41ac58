package io.penstock.mcp.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** Where no spans are exported. */
class CallTracesTests {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final StaticListableBeanFactory nothing = new StaticListableBeanFactory();
    private final CallTraces traces = new CallTraces(
            nothing.getBeanProvider(SpanExporter.class),
            nothing.getBeanProvider(Tracer.class),
            nothing.getBeanProvider(Propagator.class));

    private @Nullable String onward(HttpHeaders headers, String json) {
        var request = new Request("POST", "/mcp", headers, InetSocketAddress.createUnresolved("localhost", 0), "test");
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\","
                + "\"_meta\":{\"traceparent\":" + json + "}}}";
        return traces.onward(request, Envelopes.read(body.getBytes(UTF_8)), null);
    }

    @Test
    void whatAMessageSaysGoesOn() {
        assertThat(onward(new DefaultHttpHeaders(), "\"" + PARENT + "\"")).isEqualTo(PARENT);
    }

    @Test
    void theHeaderComesFirst() {
        assertThat(onward(new DefaultHttpHeaders().set("traceparent", "as it came"), "\"" + PARENT + "\""))
                .isEqualTo("as it came");
    }

    /** It becomes a header: of any length, or with a line break, it would fail the call or break the connection that is others' too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\\r\\ny\"",
                "\"\"",
                "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 \"",
                "\"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01\"",
                "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\\u0000\""
            })
    void whatIsNoTraceContextDoesNot(String json) {
        assertThat(onward(new DefaultHttpHeaders(), json)).isNull();
        assertThat(onward(new DefaultHttpHeaders(), "\"" + "a".repeat(100_000) + "\""))
                .isNull();
    }
}
