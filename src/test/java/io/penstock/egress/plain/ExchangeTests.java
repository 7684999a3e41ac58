package io.penstock.egress.plain;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ExchangeTests {

    private static final int LARGEST = 16 * 1024 * 1024;

    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    @Test
    void aHeadThatAnnouncesALargeAnswerCostsNoMemoryBeforeThatComes() {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_LENGTH, LARGEST);
        var answered = Mono.<Answered>create(sink -> {
            var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/mcp");
            var exchange = new Exchange(request, sink, Duration.ofSeconds(20), LARGEST);
            long before = threads.getCurrentThreadAllocatedBytes();
            exchange.head(head);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(LARGEST / 8);
            request.release();
            sink.success();
        });

        assertThat(answered.blockOptional()).isEmpty();
    }
}
