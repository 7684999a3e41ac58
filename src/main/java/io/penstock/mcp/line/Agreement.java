package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** What a client without headers has agreed on with its server: the session and the revision that {@code initialize} gave. */
final class Agreement {

    private static final String PROTOCOL_VERSION = "protocolVersion";
    private static final ProtocolVersion OLDEST = ProtocolVersion.V2024_11_05;

    private volatile @Nullable String session;
    private volatile @Nullable String version;

    /** The session's sealed id; null where there is none. */
    @Nullable
    String session() {
        return session;
    }

    /** A reply may open a session. */
    void opened(Reply reply) {
        if (reply.session() != null) {
            session = reply.session();
        }
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
        version = found == null ? null : found.text();
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

    /** Whether the server has ended the session that is open, as it answers a message or stream of it, and so nothing is agreed on any more. */
    boolean lost(Request request) {
        String open = session;
        boolean lost = open != null && open.equals(request.header(HeaderNames.SESSION));
        if (lost) {
            forget();
        }
        return lost;
    }

    /** Nothing is agreed on any more. */
    void forget() {
        session = null;
        version = null;
    }

    void writeTo(HttpHeaders headers) {
        String openSession = session;
        String agreed = version;
        if (openSession != null) {
            headers.set(HeaderNames.SESSION, openSession);
        }
        if (agreed != null) {
            headers.set(HeaderNames.VERSION, agreed);
        }
    }
}
