package io.penstock.relay.elsewhere;

import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one replica says to another. */
sealed interface Frame {

    /** What the side that hands a request over says. */
    sealed interface ToVisited extends Frame {}

    /** What the side that carries it out says. */
    sealed interface ToAsker extends Frame {}

    /** A whole request; the first frame of its conversation. */
    record Asked(Request request, byte[] body) implements ToVisited {}

    /** Room for that many more events and bytes. */
    record Credit(int events, int bytes) implements ToVisited {}

    /** Nobody waits any more. */
    record Cancelled() implements ToVisited {}

    /** The request has come; its reply may take long. */
    record Accepted() implements ToAsker {}

    /** The whole reply; the last frame. A null body is none. */
    record Answered(
            int status, byte @Nullable [] body, @Nullable String session) implements ToAsker {}

    /** The reply is a stream of events, which follow. */
    record Opened(@Nullable String session) implements ToAsker {}

    /** One event of the stream. */
    record Happened(SseEvent event) implements ToAsker {

        private static final int HEAD = 64;

        /** What it counts against the credit, in about bytes; both sides reckon alike. */
        static int weight(SseEvent event) {
            return HEAD
                    + (event.data() == null ? 0 : event.data().length())
                    + (event.comment() == null ? 0 : event.comment().length());
        }
    }

    /** The stream's end; the last frame. */
    record Ended() implements ToAsker {}

    /** The reply is not to be had, or the stream broke off; the last frame. */
    record Broken(boolean timedOut, String detail) implements ToAsker {}

    /** All conversations that are open on the sender's side, and how many frames it has sent in each: who knows others has lost something. */
    record Beat(List<Open> conversations) implements Frame {

        /** One conversation; {@code asking} where the beat's sender handed the request over. */
        record Open(boolean asking, long id, int said) {}
    }

    /** Its sender is there; said to all. */
    record Here() implements Frame {}

    /** Whether what was said before has been heard; the conversation's number names the question. */
    record Question() implements Frame {}

    /** It has; with the number of the question. */
    record Heard() implements Frame {}

    /** A note to all. */
    record Note(byte[] text) implements Frame {}
}
