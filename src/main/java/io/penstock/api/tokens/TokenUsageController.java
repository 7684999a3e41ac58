package io.penstock.api.tokens;

import io.penstock.account.token.Tokens;
import io.penstock.api.calls.CallView;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.input.Parameters;
import io.penstock.audit.call.CallBook;
import io.penstock.audit.call.CallBook.Query;
import io.penstock.audit.call.CallBook.Sums;
import io.penstock.caller.Caller;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What was done with an API token. */
@RestController
public final class TokenUsageController {

    private final TokenAccess access;
    private final Tokens tokens;
    private final CallBook book;

    TokenUsageController(TokenAccess access, Tokens tokens, CallBook book) {
        this.access = access;
        this.tokens = tokens;
        this.book = book;
    }

    /**
     * The calls that were made with a token.
     *
     * @param since only those that ended then or later; null for all that are on record
     * @param refused how many were refused here
     * @param failed how many could not be carried out
     * @param lastAt null where there were none
     * @param records the latest, those that were alike as one
     */
    record Usage(
            UUID tokenId,
            @Nullable Instant since,
            long calls,
            long refused,
            long failed,
            double meanMillis,
            double maxMillis,
            @Nullable Instant lastAt,
            List<CallView> records) {

        static Usage of(UUID token, @Nullable Instant since, Sums sums, List<CallView> records) {
            return new Usage(
                    token,
                    since,
                    sums.calls(),
                    sums.refused(),
                    sums.failed(),
                    sums.micros() / 1000.0 / Math.max(1, sums.calls()),
                    sums.maxMicros() / 1000.0,
                    sums.last(),
                    records);
        }
    }

    @Operation(summary = "What was done with an API token: how often, from where, with what outcome")
    @GetMapping("/tokens/{id}/usage")
    @Authenticated(action = "usage", resource = "token")
    Mono<Usage> usage(Caller caller, @PathVariable String id, Parameters parameters) {
        var limit = parameters.limit();
        var since = parameters.time("since");
        parameters.close();
        return access.seen(caller, id)
                .flatMap(token -> tokens.digest(token.id())
                        .map(digest -> new Query(null, digest, null, since, null, null))
                        .flatMap(query -> Mono.zip(
                                        book.sums(query),
                                        book.list(query, limit)
                                                .map(CallView::of)
                                                .collectList())
                                .map(read -> Usage.of(token.id(), since, read.getT1(), read.getT2()))));
    }
}
