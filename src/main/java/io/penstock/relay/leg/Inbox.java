package io.penstock.relay.leg;

import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.Queue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Messages for one reader off a stream that others read too, so that one who does not keep up fails alone: who leaves so much unread.
 */
final class Inbox {

    /** Longer than another thread is about handing over one message. */
    private static final Duration HANDING_OVER = Duration.ofSeconds(1);

    private final Sinks.Many<Message> messages;
    private final boolean mayLose;

    Inbox() {
        this(new Unread(), false);
    }

    /** @param mayLose whether what is told, and is too much, is left out instead of failing the reader */
    private Inbox(Queue<Message> waiting, boolean mayLose) {
        this.mayLose = mayLose;
        this.messages = Sinks.many().unicast().onBackpressureBuffer(waiting);
    }

    /** One for news, of which nobody needs twice what waits to be read already. */
    static Inbox ofNews() {
        return new Inbox(new News(), false);
    }

    /** One for what is said beside what the reader is after. */
    static Inbox ofAsides() {
        return new Inbox(new Unread(), true);
    }

    Flux<Message> read() {
        return messages.asFlux();
    }

    void offer(Message message) {
        boolean tooMuch = messages.tryEmitNext(message) == Sinks.EmitResult.FAIL_OVERFLOW;
        if (tooMuch && !(mayLose && message instanceof Message.Told)) {
            fail(new Refusal(new Reason.UpstreamFailed(
                    "upstream sent more than was read in time", null, Reason.UpstreamFailed.How.TOO_LARGE)));
        }
    }

    void fail(Throwable error) {
        var _ = messages.tryEmitError(error);
    }

    /** By any thread: another one may be offering, and the end must not be lost for that. */
    void end() {
        messages.emitComplete(Sinks.EmitFailureHandler.busyLooping(HANDING_OVER));
    }
}
