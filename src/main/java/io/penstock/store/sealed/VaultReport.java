package io.penstock.store.sealed;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Which keys there are and what they still hold, so that an operator knows when one can go. */
@FunctionalInterface
public interface VaultReport {

    /**
     * A key.
     *
     * @param origin the setting that this replica has it from; null where it does not have it
     * @param seals whether it is the one that this replica seals with
     * @param chosen whether it is the one that values are sealed anew with
     * @param lastSealing when a replica last said that it seals with it; null where none does any more and nothing that stays is sealed with it
     * @param values how many of the values that could be counted it sealed
     * @param counted whether all values in the database could be counted
     */
    record HeldKey(
            String id,
            @Nullable String origin,
            boolean seals,
            boolean chosen,
            @Nullable Instant lastSealing,
            long values,
            boolean counted) {

        /** Whether it can surely be taken out of the settings without losing anything in the database. */
        public boolean removable() {
            return !seals && !chosen && lastSealing == null && values == 0 && counted;
        }
    }

    /**
     * What one key sealed of a column.
     *
     * @param lasting whether it is sealed anew; the other values go by themselves within a day
     */
    record HeldValues(Column column, boolean lasting, String keyId, long values) {}

    /** A column of sealed values, by its names in the schema. */
    record Column(String table, String column) {}

    /**
     * All there is to say.
     *
     * @param uncounted columns whose values go by themselves, and were too many to be counted now
     */
    record State(List<HeldKey> keys, List<HeldValues> values, List<Column> uncounted) {}

    /** Counts now. Never empty. Error: the database's, where what stays could not be counted. */
    Mono<State> now();
}
