package io.penstock.relay.leg;

import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Queue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Messages for one reader off a stream that others read too, so that one who does not keep up fails alone: who leaves so many unread, or
 * so much.
 */
final class Inbox {

    private final Sinks.Many<Message> messages;

    Inbox() {
        this(new Unread());
    }

    private Inbox(Queue<Message> waiting) {
        this.messages = Sinks.many().unicast().onBackpressureBuffer(waiting);
    }

    /** One for news, of which nobody needs twice what waits to be read already. */
    static Inbox ofNews() {
        return new Inbox(new News());
    }

    Flux<Message> read() {
        return messages.asFlux();
    }

    void offer(Message message) {
        if (messages.tryEmitNext(message) == Sinks.EmitResult.FAIL_OVERFLOW) {
            fail(new Refusal(new Reason.UpstreamFailed("upstream sent more than was read in time", null)));
        }
    }

    void fail(Throwable error) {
        var _ = messages.tryEmitError(error);
    }

    void end() {
        var _ = messages.tryEmitComplete();
    }
}
