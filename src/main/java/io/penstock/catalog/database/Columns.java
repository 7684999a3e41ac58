package io.penstock.catalog.database;

import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads and binds column values alike on both databases. */
public final class Columns {

    private Columns() {}

    public static <T> T get(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }

    public static Instant instant(Readable row, String column) {
        return get(row, column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instantOrNull(Readable row, String column) {
        var time = row.get(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static List<String> texts(Readable row, String column) {
        return Arrays.stream(get(row, column, Object[].class))
                .map(Object::toString)
                .toList();
    }

    static String[] array(List<String> texts) {
        return texts.toArray(String[]::new);
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** Nothing sealed is NULL. */
    static Parameter bytesOrNull(byte[] bytes) {
        return bytes.length == 0 ? Parameters.in(ByteBuffer.class) : Parameters.in(ByteBuffer.wrap(bytes));
    }

    static Parameter orNull(Class<?> type, @Nullable Object value) {
        return value == null ? Parameters.in(type) : Parameters.in(value);
    }
}
