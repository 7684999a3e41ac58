package io.penstock.relay.bridge;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Reply;
import java.util.Map;
import java.util.Set;

/** What a result says of how long it holds, and for whom (2026-07-28, Caching). */
final class CacheHints {

    private static final String TTL = "ttlMs";
    private static final String SCOPE = "cacheScope";
    private static final String PRIVATE = "\"private\"";

    /** The methods whose results say so. */
    private static final Set<String> METHODS = Set.of(
            "server/discover",
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list",
            "resources/read");

    private CacheHints() {}

    /** Whether results of that method say so. */
    static boolean belongTo(String method) {
        return METHODS.contains(method);
    }

    /** Adds what an older server does not say: it holds for no time. For nobody else it holds in any case. */
    static void complete(Map<String, String> result) {
        result.putIfAbsent(TTL, "0");
        result.put(SCOPE, PRIVATE);
    }

    /**
     * A reply to such a method that passed, held to be its caller's alone: what others get here depends on what they may see, of which the
     * upstream knows nothing. One that says how long it holds and not for whom would be everybody's.
     */
    static Reply callersOwn(Reply reply) {
        return Rewritten.of(
                reply,
                message -> message instanceof Message.Result result
                        ? new Message.Result(result.id(), callersOwn(result.result()))
                        : message);
    }

    private static String callersOwn(String result) {
        var members = JsonParts.members(result);
        boolean hinted = members.containsKey(TTL) || members.containsKey(SCOPE);
        return !hinted || PRIVATE.equals(members.get(SCOPE)) ? result : JsonParts.with(result, SCOPE, PRIVATE);
    }
}
