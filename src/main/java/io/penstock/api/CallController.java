package io.penstock.api;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.call.CallBook;
import io.penstock.audit.call.CallBook.Query;
import io.penstock.audit.call.CallBook.Recorded;
import io.penstock.caller.Caller;
import io.penstock.catalog.Cursor;
import io.penstock.wire.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The calls that were carried out or refused, and by which rule. */
@RestController
public final class CallController {

    private final CallBook book;
    private final Gate gate;

    CallController(CallBook book, Gate gate) {
        this.book = book;
        this.gate = gate;
    }

    /**
     * Calls of one hour that were alike, as clients read them.
     *
     * @param name the tool, prompt or resource; null where none is named
     * @param reason why they were not carried out; null where they were
     * @param rules what allowed or refused the first of them
     * @param calls how many
     * @param meanMillis how long one took on average, until the end of the reply
     */
    record CallView(
            UUID id,
            Instant beganAt,
            Instant lastAt,
            String userEmail,
            String source,
            String address,
            @Nullable String agent,
            String targetKind,
            @Nullable String target,
            String method,
            @Nullable String name,
            String outcome,
            @Nullable String reason,
            String rules,
            long calls,
            double meanMillis,
            double maxMillis) {

        static CallView of(Recorded calls) {
            return new CallView(
                    calls.id(),
                    calls.began(),
                    calls.last(),
                    calls.user(),
                    calls.source(),
                    calls.address(),
                    orNull(calls.agent()),
                    calls.targetKind(),
                    orNull(calls.target()),
                    calls.method(),
                    orNull(calls.name()),
                    calls.outcome().name().toLowerCase(Locale.ROOT),
                    orNull(calls.reason()),
                    calls.rules(),
                    calls.calls(),
                    millis(calls.micros() / Math.max(1, calls.calls())),
                    millis(calls.maxMicros()));
        }

        private static @Nullable String orNull(String text) {
            return text.isEmpty() ? null : text;
        }

        private static double millis(long micros) {
            return micros / 1000.0;
        }
    }

    /** Everybody's for who may read the audit trail, one's own for everybody. */
    @Operation(summary = "The calls that were carried out or refused, and by which rule; alike ones are counted as one")
    @GetMapping("/calls")
    @Authenticated(action = "list", resource = "call")
    Mono<ResponseEntity<List<CallView>>> list(Caller caller, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = parameters.cursor();
        var user = parameters.text("user_email");
        var outcome = parameters.oneOf("outcome", Outcome.class);
        var since = parameters.time("since");
        parameters.close();
        return whose(caller, user)
                .map(name -> new Query(
                        name.orElse(null),
                        null,
                        outcome,
                        since,
                        before == null ? null : before.at(),
                        before == null ? null : before.id()))
                .flatMap(query -> Page.of(
                        book.list(query, limit + 1),
                        limit,
                        request,
                        calls -> new Cursor(calls.last(), calls.id()),
                        calls -> Mono.just(CallView.of(calls))));
    }

    private Mono<Optional<String>> whose(Caller caller, @Nullable String user) {
        if (user != null && user.equals(caller.user())) {
            return Mono.just(Optional.of(user));
        }
        var all = gate.require(caller, Permission.AUDIT_READ).map(_ -> Optional.ofNullable(user));
        return user == null ? all.onErrorResume(Refusal.class, _ -> Mono.just(Optional.of(caller.user()))) : all;
    }
}
