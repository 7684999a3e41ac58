package io.penstock.oauth.token;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.store.Errands;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Deletes tokens that have ended and that nobody used for long, on one replica at a time. */
@Component
final class Cleanup {

    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    private final TokenRows rows;
    private final Errands errands;
    private final OAuthSettings settings;
    private final Counter deleted;

    Cleanup(TokenRows rows, Errands errands, OAuthSettings settings, MeterRegistry meters) {
        this.rows = rows;
        this.errands = errands;
        this.settings = settings;
        this.deleted = Counter.builder("penstock.oauth.tokens.deleted")
                .description("Tokens that had ended and were not used within the retention")
                .register(meters);
    }

    /** One round; it does nothing where it is not due. */
    Mono<Void> round() {
        return settings.cleanupEnabled()
                ? errands.ifDue("oauth.cleanup", settings.cleanupIntervalHours(), clean())
                : Mono.empty();
    }

    Mono<Void> clean() {
        return rows.deleteUnused(settings.retentionDays())
                .doOnNext(deleted::increment)
                .reduce(Long::sum)
                .doOnNext(all -> LOG.info(
                        "{} OAuth tokens were deleted: ended, and not used for {} days",
                        all,
                        settings.retentionDays().toDays()))
                .then();
    }
}
