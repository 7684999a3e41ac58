package io.penstock.relay.bridge;

import io.penstock.relay.line.Codes;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.RpcError;
import java.util.Set;
import java.util.UUID;

/** What the same response or question looks like in the other era. Everything that is not named here passes as it is. */
final class Translation {

    private static final int NOT_FOUND_2025 = -32002;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL = -32603;

    /** What an upstream of 2025-11-25 says that wants its user to visit a page first. */
    static final int URL_REQUIRED_2025 = -32042;

    /** Codes that the stateless revision keeps for itself (2026-07-28, Basic, "Error codes"). */
    private static final int LOWEST_RESERVED = -32099;

    private static final int HIGHEST_RESERVED = -32020;

    /** Members that only the stateless revision knows. */
    private static final Set<String> OF_2026 = Set.of("resultType", "ttlMs", "cacheScope");

    private Translation() {}

    /**
     * A response as a client of the stateless revision expects it.
     *
     * @param era of the upstream that gave it, which decides what the codes of errors mean
     */
    static Message.Response stateless(String method, Message.Response response, Era era) {
        return switch (response) {
            case Message.Result result -> new Message.Result(result.id(), stateless(method, result.result()));
            case Message.Failure failure ->
                switch (failure.code()) {
                    case NOT_FOUND_2025 -> coded(failure, INVALID_PARAMS);
                    case URL_REQUIRED_2025 -> coded(failure, INTERNAL);
                    default -> era != Era.STATELESS && isReserved(failure.code()) ? coded(failure, INTERNAL) : failure;
                };
        };
    }

    /** A result as a client of the stateless revision expects it. */
    static String stateless(String method, String result) {
        var members = JsonParts.members(result);
        members.putIfAbsent("resultType", "\"complete\"");
        if (CacheHints.belongTo(method)) {
            CacheHints.complete(members);
        }
        return Message.object(members);
    }

    private static boolean isReserved(int code) {
        return code >= LOWEST_RESERVED && code <= HIGHEST_RESERVED;
    }

    /**
     * A response as a client of a revision with sessions expects it.
     *
     * @param era of the upstream that gave it, which decides what the codes of errors mean
     */
    static Message.Response older(String method, Message.Response response, Era era) {
        return switch (response) {
            case Message.Result result ->
                new Message.Result(result.id(), JsonParts.without(result.result(), OF_2026::contains));
            case Message.Failure failure -> era == Era.STATELESS ? older(method, failure) : failure;
        };
    }

    private static Message.Failure older(String method, Message.Failure failure) {
        int code = failure.code();
        if (method.equals("resources/read") && code == INVALID_PARAMS) {
            return coded(failure, NOT_FOUND_2025);
        }
        return Codes.isModern(code)
                ? Message.Failure.of(
                        failure.id(),
                        RpcError.of(new Reason.UpstreamFailed(
                                "The upstream wants something that this session cannot give (" + code + ")", null)))
                : failure;
    }

    private static Message.Failure coded(Message.Failure failure, int code) {
        return new Message.Failure(failure.id(), JsonParts.with(failure.error(), "code", Integer.toString(code)));
    }

    /** A question's parameters for a client with sessions: an elicitation by URL has an id there (2025-11-25, Elicitation). */
    static Message.Asked older(Message.Asked asked) {
        if (!isUrl(asked) || JsonParts.member(asked.params(), "elicitationId") != null) {
            return asked;
        }
        return asked.with(JsonParts.with(
                asked.params(), "elicitationId", Message.quote(UUID.randomUUID().toString())));
    }

    /** A question's parameters for a client without sessions. */
    static Message.Asked stateless(Message.Asked asked) {
        return isUrl(asked) && asked.params() != null
                ? asked.with(JsonParts.without(asked.params(), "elicitationId"::equals))
                : asked;
    }

    private static boolean isUrl(Message.Asked asked) {
        return asked.method().equals("elicitation/create")
                && "\"url\"".equals(JsonParts.member(asked.params(), "mode"));
    }
}
