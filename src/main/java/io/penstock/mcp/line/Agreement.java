package io.penstock.mcp.line;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Mirrors;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Reply;
import org.jspecify.annotations.Nullable;

/** What a client without headers has agreed on with its server: the session and the revision that {@code initialize} gave. */
final class Agreement {

    static final String SESSION = "mcp-session-id";

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

    /** The result of {@code initialize} as JSON names the revision; one that nobody here knows is left out. */
    void initialized(String result) {
        String named = JsonParts.string(JsonParts.members(result).get("protocolVersion"));
        version = named == null || ProtocolVersion.find(named) == null ? null : named;
    }

    /** Another {@code initialize} on the same line begins anew. */
    void forget() {
        session = null;
        version = null;
    }

    void writeTo(HttpHeaders headers) {
        String openSession = session;
        String agreed = version;
        if (openSession != null) {
            headers.set(SESSION, openSession);
        }
        if (agreed != null) {
            headers.set(Mirrors.VERSION, agreed);
        }
    }
}
