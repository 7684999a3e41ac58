package io.penstock.api.calls;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.call.CallBook;
import io.penstock.audit.call.CallBook.Query;
import io.penstock.caller.Caller;
import io.penstock.catalog.Cursor;
import io.penstock.wire.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Optional;
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
     * Everybody's for who may read the audit trail, one's own for everybody but a token that is for some of what its user may do, and
     * callers without a name, whose own are everybody's who has none.
     */
    @Operation(summary = "The calls that were carried out or refused, and by which rule; alike ones are counted as one")
    @GetMapping("/calls")
    @Authenticated(action = "list", resource = "call")
    Mono<ResponseEntity<List<CallView>>> list(Caller caller, Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = parameters.cursor();
        var user = parameters.actor("user_email");
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
                        CallView::of));
    }

    private Mono<Optional<String>> whose(Caller caller, @Nullable String user) {
        boolean hasOwn = caller.source() != Caller.Source.ANONYMOUS && !caller.isNarrowed();
        if (user != null && user.equals(caller.user()) && hasOwn) {
            return Mono.just(Optional.of(user));
        }
        var all = gate.require(caller, Permission.AUDIT_READ).map(_ -> Optional.ofNullable(user));
        return user == null && hasOwn
                ? all.onErrorResume(Refusal.class, _ -> Mono.just(Optional.of(caller.user())))
                : all;
    }
}
