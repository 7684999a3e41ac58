package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.penstock.wire.Refusal.Reason.UpstreamFailed;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class SseTests {

    private static final int LARGEST = 1 << 20;

    private static final String STREAM =
            "\uFEFFid: 1\nretry: 500\ndata: \n\n: a comment\n\nevent: message\rdata: {\"a\":1}\rdata:  two\r\rid: é\r\ndata:x\r\n\r\ndata: cut";

    private static final List<SseEvent> EVENTS = List.of(
            new SseEvent("1", null, "", Duration.ofMillis(500), null),
            new SseEvent(null, "message", "{\"a\":1}\n two", null, null),
            new SseEvent("é", null, "x", null, null));

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private static List<SseEvent> decode(String text) {
        return List.copyOf(new SseDecoder(LARGEST).feed(bytes(text)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 4096})
    void readsTheSameEventsHoweverTheBytesAreCut(int size) {
        var decoder = new SseDecoder(LARGEST);
        var events = new ArrayList<SseEvent>();
        var whole = bytes(STREAM);

        while (whole.isReadable()) {
            events.addAll(decoder.feed(whole.readSlice(Math.min(size, whole.readableBytes()))));
        }

        assertThat(events).isEqualTo(EVENTS);
    }

    /** HTML, 9.2.6: the type of an event whose type is empty is "message". */
    @Test
    void anEmptyTypeIsNone() {
        assertThat(decode("event:\ndata: {}\n\n")).containsExactly(new SseEvent(null, null, "{}", null, null));
    }

    @Test
    void holdsNothingOfAnEventThatItHasGiven() {
        var source = TestPublisher.<ByteBuf>create();
        var given = new AtomicReference<WeakReference<SseEvent>>();
        var slow = new BaseSubscriber<SseEvent>() {

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(SseEvent event) {
                given.set(new WeakReference<>(event));
            }
        };
        SseDecoder.decode(source.flux(), LARGEST).subscribe(slow);

        source.next(bytes("data: x\n\n"));

        await().until(() -> {
            System.gc();
            return given.get().refersTo(null);
        });
        slow.cancel();
    }

    @Test
    void dropsAnEventThatTheEndCutsOff() {
        StepVerifier.create(SseDecoder.decode(Flux.just(bytes("data: whole\n\ndata: cut")), LARGEST))
                .expectNext(SseEvent.message("whole"))
                .verifyComplete();
    }

    @Test
    void asksForNoMoreBytesThanTheReaderWants() {
        var chunks = Flux.range(0, 100).map(i -> bytes("data: " + i + "\n\n"));
        var requested = new ArrayList<Long>();

        StepVerifier.create(SseDecoder.decode(chunks.doOnRequest(requested::add), LARGEST), 1)
                .expectNextCount(1)
                .thenCancel()
                .verify();

        assertThat(requested.stream().mapToLong(Long::longValue).sum()).isLessThanOrEqualTo(2);
    }

    @Test
    void refusesALineWithoutEnd() {
        var decoder = new SseDecoder(LARGEST);
        var chunk = "x".repeat(LARGEST / 2);

        assertThat(decoder.feed(bytes(chunk))).isEmpty();
        assertThat(decoder.feed(bytes(chunk))).isEmpty();

        assertThatThrownBy(() -> decoder.feed(bytes("x")))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r -> assertThat(r.reason())
                                .isEqualTo(new UpstreamFailed(
                                        "The upstream sent an event of more than 1048576 bytes",
                                        null,
                                        UpstreamFailed.How.TOO_LARGE)));
    }

    @Test
    void theLimitIsOfOneEventHoweverManyCome() {
        var decoder = new SseDecoder(LARGEST);
        var event = bytes("data: " + "x".repeat(LARGEST - 6) + "\n\n");

        for (int i = 0; i < 3; i++) {
            assertThat(decoder.feed(event.duplicate())).hasSize(1);
        }
    }

    @Test
    void refusesAnEventOfTooManyLines() {
        var decoder = new SseDecoder(LARGEST);
        var line = bytes("data: " + "x".repeat(100_000) + "\n");

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 11; i++) {
                        decoder.feed(line.duplicate());
                    }
                })
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("an event of more than 1048576 bytes");
    }

    @Test
    void ignoresFieldsThatTheStandardDoesNotKnowAndBadRetries() {
        assertThat(decode("foo: bar\nretry: 12x\nretry: 99999999999999999999\nid: a\0b\ndata\n\n"))
                .containsExactly(new SseEvent(null, null, "", null, null));
    }

    @Test
    void writesWhatItReads() {
        for (var event : EVENTS) {
            assertThat(decode(new String(SseEncoder.encode(event), StandardCharsets.UTF_8)))
                    .containsExactly(event);
        }
    }

    @Test
    void noValueStartsALineOfItsOwn() {
        var event = new SseEvent("1\ndata: forged", "a\rid: 2", "x\r\nid: 3\rid: 4", null, "hi\ndata: forged");

        var read = decode(new String(SseEncoder.encode(event), StandardCharsets.UTF_8));

        assertThat(read).containsExactly(SseEvent.message("x\nid: 3\nid: 4"));
    }
}
