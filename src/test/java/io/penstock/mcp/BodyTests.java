package io.penstock.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.server.HttpServerRequest;
import reactor.test.StepVerifier;

class BodyTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int LIMIT = 1 << 20;

    private static Mono<byte[]> read(int announced, Flux<ByteBuf> parts) {
        var headers = new DefaultHttpHeaders().set("content-length", announced);
        return Body.read(
                (HttpServerRequest) Proxy.newProxyInstance(
                        HttpServerRequest.class.getClassLoader(),
                        new Class<?>[] {HttpServerRequest.class},
                        (_, method, _) -> switch (method.getName()) {
                            case "requestHeaders" -> headers;
                            case "receive" -> ByteBufFlux.fromInbound(parts);
                            default -> throw new UnsupportedOperationException(method.getName());
                        }),
                LIMIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 64 * 1024, 64 * 1024 + 1, 200_000, LIMIT})
    void aBodyIsJoinedHoweverLongItIs(int length) {
        String whole = "0123456789".repeat(length / 10 + 1).substring(0, length);
        var parts = Flux.range(0, length / 999 + 1)
                .map(part -> Unpooled.copiedBuffer(whole, part * 999, Math.min(999, length - part * 999), UTF_8));

        StepVerifier.create(read(length, Flux.from(parts)))
                .assertNext(body -> assertThat(new String(body, UTF_8)).isEqualTo(whole))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void moreThanTheLimitIsRefusedBeforeItIsRead() {
        StepVerifier.create(read(LIMIT + 1, Flux.error(new AssertionError("read"))))
                .expectErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isEqualTo(new Reason.TooLarge(LIMIT)))
                .verify(LONG);
    }

    /** Or whoever sends many heads, and no bodies, has the memory of all the bodies. */
    @Test
    void whatIsOnlyAnnouncedTakesLittleRoom() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 100; i++) {
            var _ = read(LIMIT, Flux.never()).subscribe();
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100L * LIMIT / 4);
    }
}
