package io.penstock.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/** The WHERE of a listing, and what is bound to it; null does not narrow. */
public final class Conditions {

    private final List<String> tests = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    public Conditions equal(String column, @Nullable String value) {
        if (value != null) {
            tests.add(column + " = $" + place(value));
        }
        return this;
    }

    /** Of a column that has any text, longer perhaps than what fits into an index: its start is in one. */
    Conditions equalText(String column, @Nullable String value) {
        if (value != null) {
            int place = place(value);
            tests.add(column + " = $" + place + " AND LEFT(" + column + ", 200) = LEFT($" + place + ", 200)");
        }
        return this;
    }

    public Conditions since(String column, @Nullable Instant time) {
        if (time != null) {
            tests.add(column + " >= $" + place(time));
        }
        return this;
    }

    /** What comes behind a page that ended there, newest first. */
    public Conditions before(String column, @Nullable Instant time, @Nullable UUID id) {
        if (time != null && id != null) {
            tests.add("(" + column + ", id) < ($" + place(time) + ", $" + place(id) + ")");
        }
        return this;
    }

    private int place(Object value) {
        values.add(value);
        return values.size();
    }

    public String where() {
        return tests.isEmpty() ? "" : " WHERE " + String.join(" AND ", tests);
    }

    public GenericExecuteSpec bind(GenericExecuteSpec statement) {
        GenericExecuteSpec bound = statement;
        for (int i = 0; i < values.size(); i++) {
            bound = bound.bind(i, values.get(i));
        }
        return bound;
    }
}
