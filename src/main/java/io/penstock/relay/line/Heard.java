package io.penstock.relay.line;

import io.penstock.wire.Message;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What comes back on an HTTP request, bit by bit: one {@link Refused}, one {@link Taken}, or {@link Began} and what follows it. */
public sealed interface Heard {

    /**
     * A good answer has begun.
     *
     * @param session {@code Mcp-Session-Id}
     * @param events whether it is a stream of events
     */
    record Began(@Nullable String session, boolean events) implements Heard {}

    /** A message. */
    record Said(Message message) implements Heard {}

    /** Where a stream that breaks here can be taken up again, and after which time. */
    record Mark(@Nullable String id, @Nullable Duration retry) implements Heard {}

    /** An event of a type that carries no message. */
    record Named(String event, @Nullable String data) implements Heard {}

    /**
     * An HTTP status that refuses.
     *
     * @param failure the JSON-RPC error in its body; null where there is none
     * @param words the body; may repeat the credential
     */
    record Refused(int status, Message.@Nullable Failure failure, String words) implements Heard {

        /** Whether the session is gone, which nothing can have been carried out in: 404, and what older servers say with 400. */
        public boolean isAboutSession() {
            String lower = words.toLowerCase(Locale.ROOT);
            return status == 404 || (status == 400 && (lower.contains("session") || lower.contains("not initialized")));
        }
    }

    /** Taken, without a response: 202, or no body. */
    record Taken() implements Heard {}
}
