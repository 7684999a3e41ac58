package io.penstock.relay.session;

import io.penstock.wire.JsonParts;
import io.penstock.wire.ProtocolVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A client's session with one endpoint of this gateway. */
public sealed interface Session {

    /** The id as the client presents it. */
    String sealed();

    Instant expires();

    /** Whether the client can show its user a page to visit (2025-11-25, Elicitation, "URL Mode"). */
    boolean opensUrls();

    /**
     * Whether a client that declares this can show its user a page to visit.
     *
     * @param capabilities a JSON object; null for none
     */
    static boolean opensUrls(@Nullable String capabilities) {
        return JsonParts.isObject(JsonParts.member(JsonParts.member(capabilities, "elicitation"), "url"));
    }

    /** One whose messages pass to the upstream as they are: the session is the upstream's own. */
    record Passed(String sealed, String upstreamId, boolean opensUrls, Instant expires) implements Session {}

    /**
     * One that the gateway holds itself, because it translates or answers for many upstreams.
     *
     * @param key names it on every replica; a stranger cannot guess it
     * @param version the revision that was negotiated
     * @param capabilities what the client declared, a JSON object
     * @param clientInfo who the client said it is, a JSON object; null for none
     */
    record Held(
            String sealed,
            String key,
            ProtocolVersion version,
            String capabilities,
            @Nullable String clientInfo,
            Instant expires)
            implements Session {

        @Override
        public boolean opensUrls() {
            return Session.opensUrls(capabilities);
        }
    }
}
