package io.penstock.api.entrance;

import static org.springframework.web.reactive.HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE;

import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** Audit entries for what callers do here. */
public final class Deeds {

    /** Longer ids of things that do not exist are cut: they come from the path. */
    private static final int LONGEST_ID = 64;

    private Deeds() {}

    public static Entry done(
            Caller caller,
            Request request,
            String action,
            String resource,
            @Nullable UUID id,
            @Nullable String detail) {
        return entry(caller, request, action, resource, id == null ? null : id.toString(), Outcome.SUCCESS, detail);
    }

    /** As {@link #done}, for what is known by any text. */
    static Entry named(
            Caller caller, Request request, String action, String resource, String id, @Nullable String detail) {
        return entry(caller, request, action, resource, id, Outcome.SUCCESS, detail);
    }

    /** The entry for a refused call; empty where the path is none of ours. */
    static Optional<Entry> refused(
            @Nullable Rule rule, @Nullable Caller caller, ServerWebExchange exchange, Refusal refusal) {
        return switch (rule) {
            case Rule.Holder holder ->
                Optional.of(refused(holder.action(), holder.resource(), caller, exchange, refusal));
            case Rule.Somebody somebody ->
                Optional.of(refused(somebody.action(), somebody.resource(), caller, exchange, refusal));
            case Rule.Anybody anybody -> Optional.empty();
            case null -> Optional.empty();
        };
    }

    private static Entry refused(
            String action, String resource, @Nullable Caller caller, ServerWebExchange exchange, Refusal refusal) {
        Map<String, String> variables = exchange.getAttributeOrDefault(URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of());
        var id = variables.get("id");
        var outcome = Problem.status(refusal.reason()) >= 500 ? Outcome.FAILED : Outcome.REFUSED;
        return entry(
                caller,
                Heads.of(exchange),
                action,
                resource,
                id == null || id.length() <= LONGEST_ID ? id : id.substring(0, LONGEST_ID),
                outcome,
                refusal.reason().detail());
    }

    private static Entry entry(
            @Nullable Caller caller,
            Request request,
            String action,
            String resource,
            @Nullable String id,
            Outcome outcome,
            @Nullable String detail) {
        return new Entry(
                caller == null ? Entry.UNKNOWN : caller.user(),
                caller == null ? Entry.NO_SOURCE : caller.source().text(),
                action,
                resource,
                id,
                outcome,
                detail,
                request.correlationId());
    }
}
