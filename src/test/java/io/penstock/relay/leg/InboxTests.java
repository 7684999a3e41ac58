package io.penstock.relay.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.subscriber.TestSubscriber;

class InboxTests {

    private static final int MEGABYTE = 1 << 20;

    private final TestSubscriber<Message> reader =
            TestSubscriber.builder().initialRequest(0).build();
    private int told;

    static Stream<Inbox> inboxes() {
        return Stream.of(new Inbox(), Inbox.ofNews());
    }

    /** Each differs from the others. */
    private Message message(int size) {
        told++;
        return new Message.Told("notifications/message", "{\"n\":" + told + ",\"data\":\"" + "x".repeat(size) + "\"}");
    }

    @ParameterizedTest
    @MethodSource("inboxes")
    void aMessageOfAnySizeMayWaitBehindSmallOnes(Inbox inbox) {
        inbox.read().subscribe(reader);

        inbox.offer(message(1));
        inbox.offer(message(16 * MEGABYTE));
        reader.request(2);

        assertThat(reader.getReceivedOnNext()).hasSize(2);
        assertThat(reader.isTerminatedOrCancelled()).isFalse();
    }

    /** Of progress a server may say a lot at once, while whoever reads writes it down. */
    @Test
    void aBurstOfSmallOnesWaits() {
        var inbox = new Inbox();
        inbox.read().subscribe(reader);

        for (int offered = 0; offered < 10_000; offered++) {
            inbox.offer(message(1));
        }
        inbox.end();
        reader.request(Long.MAX_VALUE);

        assertThat(reader.getReceivedOnNext()).hasSize(10_000);
        assertThat(reader.isTerminatedComplete()).isTrue();
    }

    @Test
    void whatIsToldBesideIsLeftOutWhereItIsTooMuch() {
        var inbox = Inbox.ofAsides();
        inbox.read().subscribe(reader);

        for (int offered = 0; offered < 20_000; offered++) {
            inbox.offer(message(1));
        }
        reader.request(1);
        inbox.offer(message(1));
        inbox.end();
        reader.request(Long.MAX_VALUE);

        assertThat(reader.getReceivedOnNext()).hasSizeBetween(2, 19_999);
        assertThat(reader.isTerminatedComplete()).isTrue();
    }

    /** The response comes by another stream than what is said beside it. */
    @Test
    void itEndsThoughAnotherThreadIsHandingAMessageOver() {
        var inbox = new Inbox();
        var read = inbox.read()
                .doOnNext(_ -> CompletableFuture.runAsync(inbox::end)
                        .completeOnTimeout(null, 200, TimeUnit.MILLISECONDS)
                        .join())
                .then()
                .toFuture();

        inbox.offer(message(1));

        assertThat(read).succeedsWithin(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @MethodSource("inboxes")
    void whoLeavesMoreUnreadThanIsKeptFailsAfterWhatIsKept(Inbox inbox) {
        inbox.read().subscribe(reader);

        for (int offered = 0; offered < 10; offered++) {
            inbox.offer(message(MEGABYTE));
        }
        reader.request(Long.MAX_VALUE);

        assertThat(reader.getReceivedOnNext()).hasSize(4);
        assertThat(reader.expectTerminalError()).isInstanceOf(Refusal.class).hasMessageContaining("read in time");
    }

    @ParameterizedTest
    @MethodSource("inboxes")
    void whatIsReadMakesRoom(Inbox inbox) {
        inbox.read().subscribe(reader);

        for (int offered = 0; offered < 10; offered++) {
            inbox.offer(message(MEGABYTE));
            reader.request(1);
        }

        assertThat(reader.getReceivedOnNext()).hasSize(10);
        assertThat(reader.isTerminatedOrCancelled()).isFalse();
    }
}
