package io.penstock.api;

import io.penstock.access.Permission;
import io.penstock.api.entrance.Needs;
import io.penstock.api.input.Page;
import io.penstock.api.input.Parameters;
import io.penstock.audit.Proof;
import io.penstock.audit.Trail;
import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.Trail.Recorded;
import io.penstock.catalog.Cursor;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who did what to which resource. */
@RestController
public final class AuditController {

    private final Trail trail;
    private final Proof proof;

    AuditController(Trail trail, Proof proof) {
        this.trail = trail;
        this.proof = proof;
    }

    /** An entry of the audit trail as clients read it. */
    record EntryView(
            UUID id,
            Instant time,
            String userEmail,
            String source,
            String action,
            String resourceType,
            @Nullable String resourceId,
            String outcome,
            @Nullable String detail,
            String correlationId) {

        static EntryView of(Recorded recorded) {
            var entry = recorded.entry();
            return new EntryView(
                    recorded.id(),
                    recorded.time(),
                    entry.userEmail(),
                    entry.source(),
                    entry.action(),
                    entry.resourceType(),
                    entry.resourceId(),
                    entry.outcome().name().toLowerCase(Locale.ROOT),
                    entry.detail(),
                    entry.correlationId());
        }
    }

    @Operation(summary = "Who did what to which resource")
    @GetMapping("/audit")
    @Needs(Permission.AUDIT_READ)
    Mono<ResponseEntity<List<EntryView>>> list(Parameters parameters, ServerHttpRequest request) {
        var limit = parameters.limit();
        var before = parameters.cursor();
        var query = new Trail.Query(
                parameters.actor("user_email"),
                parameters.text("action"),
                parameters.text("resource_type"),
                parameters.text("resource_id"),
                parameters.oneOf("outcome", Outcome.class),
                parameters.time("since"),
                before == null ? null : before.at(),
                before == null ? null : before.id());
        parameters.close();
        return Page.of(
                trail.list(query, limit + 1),
                limit,
                request,
                recorded -> new Cursor(recorded.time(), recorded.id()),
                EntryView::of);
    }

    /** The whole trail as lines of JSON, for an archive and for the command that verifies it. */
    @Operation(summary = "The whole audit trail, to be verified by the command audit")
    @GetMapping(path = "/audit/export", produces = MediaType.APPLICATION_NDJSON_VALUE)
    @Needs(value = Permission.AUDIT_READ, action = "export")
    Flux<String> export() {
        return proof.export().map(line -> line + "\n");
    }

    @Operation(summary = "Whether the audit trail is what was written")
    @GetMapping("/audit/verification")
    @Needs(value = Permission.AUDIT_READ, action = "verify")
    Mono<Proof.Verified> verification() {
        return proof.verify();
    }
}
