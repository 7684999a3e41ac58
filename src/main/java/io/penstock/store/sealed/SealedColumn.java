package io.penstock.store.sealed;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;

/** A column of sealed values. Names are those of the schema, in lower case. */
public sealed interface SealedColumn {

    String table();

    String column();

    /**
     * One whose values stay: they are sealed anew when keys change.
     *
     * @param key the column that names a row, a {@code UUID} or a text
     * @param others columns that the context is made of, beside the key
     * @param context what a row's value is sealed for, as whoever sealed it says
     */
    record Lasting(
            String table,
            String column,
            String key,
            Class<?> keyType,
            List<String> others,
            Function<Readable, String> context)
            implements SealedColumn {

        public Lasting {
            others = List.copyOf(others);
        }
    }

    /**
     * One whose values are gone within a day: they are counted only.
     *
     * @param text whether they are Base64
     */
    record Passing(String table, String column, boolean text) implements SealedColumn {}
}
