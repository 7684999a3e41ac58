package io.penstock.account;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/** Reads and binds column values alike on both databases. */
public final class Rows {

    private Rows() {}

    public static <T> T get(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }

    public static Instant instant(Readable row, String column) {
        return get(row, column, OffsetDateTime.class).toInstant();
    }

    public static @Nullable Instant instantOrNull(Readable row, String column) {
        var time = row.get(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    public static Set<String> texts(Readable row, String column) {
        return Arrays.stream(get(row, column, Object[].class))
                .map(Object::toString)
                .collect(Collectors.toUnmodifiableSet());
    }

    public static String[] array(Collection<String> texts) {
        return texts.stream().sorted().toArray(String[]::new);
    }

    public static Parameter orNull(@Nullable String text) {
        return text == null ? Parameters.in(String.class) : Parameters.in(text);
    }

    /** The condition that a page goes on with; {@link #at} binds it. */
    public static String after(@Nullable Position before, String id) {
        return before == null ? "" : " AND (created_at, " + id + ") < (:before, :beforeId)";
    }

    public static GenericExecuteSpec at(@Nullable Position before, GenericExecuteSpec statement) {
        return before == null
                ? statement
                : statement.bind("before", before.at().atOffset(ZoneOffset.UTC)).bind("beforeId", before.id());
    }

    /** A pattern that finds the text as it is: backslash is the escape of {@code ILIKE} on both databases. */
    static String part(String text) {
        return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }

    /** What to tell whoever changes another version than the current one. */
    public static Refusal stale(String what, long stored, long version) {
        return new Refusal(new Reason.Stale("The " + what + " was changed meanwhile: its version is " + stored
                + ", not " + version + ". Read it again and repeat the change"));
    }

    public static Refusal conflict(String detail) {
        return new Refusal(new Reason.Conflict(detail));
    }
}
