package io.penstock.store;

import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How much is in the database, and of which version its schema is. */
@FunctionalInterface
public interface Census {

    /** So far is counted; where there are more rows they are told as one more. */
    long MOST = 100_000;

    /**
     * All of it.
     *
     * @param audited what the audit trail took in during the last hour, by its outcome
     */
    record Figures(List<Table> tables, List<Migration> migrations, List<Audited> audited) {}

    /** A table and its rows, at most {@link #MOST} and one. */
    record Table(String name, long rows) {}

    /**
     * A step of the schema that was done.
     *
     * @param version null for one that is done again whenever it changes
     * @param installed by the database's clock, in its own time zone
     */
    record Migration(@Nullable String version, String description, LocalDateTime installed, boolean success) {}

    /** Entries of one outcome. */
    record Audited(String outcome, long entries) {}

    /** Counts now. Never empty. Error: the database's. */
    Mono<Figures> now();
}
