package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a client without headers has agreed on with its server: the session and the revision that one {@code initialize} gave. Whoever
 * initializes once more leaves it, also before it is answered.
 */
final class Agreement {

    private static final String PROTOCOL_VERSION = "protocolVersion";
    private static final ProtocolVersion OLDEST = ProtocolVersion.V2024_11_05;

    private final AtomicReference<State> state = new AtomicReference<>(new State(null, null, false));

    private record State(@Nullable String session, @Nullable String version, boolean left) {

        State with(@Nullable String openSession) {
            return new State(openSession, version, left);
        }

        State of(@Nullable String agreed) {
            return new State(session, agreed, left);
        }
    }

    /** The session's sealed id; null where there is none. */
    @Nullable
    String session() {
        return state.get().session();
    }

    /** A reply may open a session, or name the one that is open. Whether one opens that comes after the line has left it, so that nobody else ends it. */
    boolean openedLate(Reply reply) {
        String opened = reply.session();
        if (opened == null) {
            return false;
        }
        State before = state.getAndUpdate(now -> now.with(opened));
        return before.left() && !opened.equals(before.session());
    }

    /** The line begins anew. Whether a session is open, which nobody else ends. */
    boolean leave() {
        return state.getAndUpdate(now -> new State(now.session(), now.version(), true))
                        .session()
                != null;
    }

    /**
     * Keeps the revision that the answer to {@code initialize} names. Gives what the client is to see of the answer: a server that does not
     * speak 2024-11-05 names a later revision, which a client of that one would refuse, though what came later only adds to it.
     *
     * @param asked the client's message
     * @param answer the server's text
     */
    String initialized(byte[] asked, Message.Result result, String answer) {
        var members = JsonParts.members(result.result());
        String named = JsonParts.string(members.get(PROTOCOL_VERSION));
        ProtocolVersion found = named == null ? null : ProtocolVersion.find(named);
        state.updateAndGet(now -> now.of(found == null ? null : found.text()));
        if (found == null || found == OLDEST || !OLDEST.text().equals(asked(asked))) {
            return answer;
        }
        members.put(PROTOCOL_VERSION, '"' + OLDEST.text() + '"');
        return new Message.Result(result.id(), Message.object(members)).json();
    }

    private static @Nullable String asked(byte[] initialize) {
        return Message.read(new String(initialize, UTF_8)) instanceof Message.Asked initialization
                        && initialization.params() != null
                ? JsonParts.string(JsonParts.members(initialization.params()).get(PROTOCOL_VERSION))
                : null;
    }

    /**
     * Whether the server has ended the session that is the line's, as it answers a message or stream of it, and so nothing is agreed on any
     * more.
     */
    boolean lost(Request request) {
        String open = session();
        return open != null
                && open.equals(request.header(HeaderNames.SESSION))
                && !state.getAndUpdate(now -> now.with(null).of(null)).left();
    }

    void writeTo(HttpHeaders headers) {
        var now = state.get();
        if (now.session() != null) {
            headers.set(HeaderNames.SESSION, now.session());
        }
        if (now.version() != null) {
            headers.set(HeaderNames.VERSION, now.version());
        }
    }
}
